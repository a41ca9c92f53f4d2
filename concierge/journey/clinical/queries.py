"""What the review page shows besides the case file."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.models import Case, Enquiry


def enquiry_of(session: Session, case: Case) -> Enquiry | None:
    """How the family told its story first."""
    return session.scalar(sa.select(Enquiry).where(Enquiry.case_id == case.id))
