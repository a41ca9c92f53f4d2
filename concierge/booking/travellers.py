"""Who travels on a case and what they need: read by every room of booking, written by needs/."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.errors import InvalidInput
from concierge.models import Case, Traveller, TripNeeds


def travellers_of(session: Session, case: Case) -> list[Traveller]:
    """Everybody who comes, the patient first, the others as they were named. [] until the family told us."""
    rows = session.scalars(
        sa.select(Traveller)
        .where(Traveller.case_id == case.id, Traveller.removed_at.is_(None))
        .order_by(Traveller.id)
    ).all()
    return sorted(rows, key=lambda traveller: not traveller.is_patient)


def needs_of(session: Session, case: Case) -> TripNeeds:
    """What was told; an empty row, not yet stored, where nothing was."""
    return session.get(TripNeeds, case.id) or TripNeeds(
        case_id=case.id, home_airport="", travel_note="", food=[], food_note="", interpreter_language="",
        interpreter_gender="", told={}, is_fit_to_fly_needed=False, needs_kitchen=False, needs_accessible=False,
    )  # fmt: skip


def chosen(session: Session, case: Case, public_ids: Iterable[str], *, field: str = "who") -> list[Traveller]:
    """The travellers that a form names. Raises InvalidInput(field, `unknown_traveller`) for others."""
    wanted = set(public_ids)
    found = [traveller for traveller in travellers_of(session, case) if traveller.public_id in wanted]
    if len(found) != len(wanted):
        raise InvalidInput(field, "unknown_traveller")
    return found
