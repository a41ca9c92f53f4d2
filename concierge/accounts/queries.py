"""What the sign-in pages and the settings read."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.models import Hospital, StaffUser
from concierge.web import filters
from concierge.web.i18n import current_code


def phones(session: Session) -> list[tuple[str, str]]:
    """(name in the reader's language, number) of each hospital, for people who cannot get in."""
    rows = session.scalars(sa.select(Hospital).order_by(Hospital.id))
    return [(hospital.text("name", current_code()), hospital.phone) for hospital in rows]


def speakable(session: Session, user: StaffUser) -> list[tuple[str, str]]:
    """(code, name) of the languages this person may tick: those of their hospitals, and those already ticked."""
    rows = session.scalars(sa.select(Hospital.languages).where(Hospital.id.in_(user.hospital_ids)))
    codes = {code for languages in rows for code in languages} | set(user.speaks)
    return sorted(
        ((code, filters.language_name(code, current_code())) for code in codes), key=lambda pair: pair[1]
    )
