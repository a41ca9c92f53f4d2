"""Whether a booking of a case may become firm now, and if not, why: read by every room that books."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge.booking.travellers import needs_of
from concierge.cases import facts
from concierge.domain.firmness import Verdict, firmness
from concierge.domain.journey import Step
from concierge.models import Case
from concierge.web import clock


def is_firm_allowed(session: Session, case: Case, now: datetime | None = None) -> Verdict:
    """The rule of the case's hospital; `now` (the clock's time where it is left out) is for letters that end."""
    known = facts.facts_of(facts.load(session, case), now or clock.now(), Step.ACCEPTANCE)
    return firmness(
        case.hospital.firm_from, said_yes=known.said_yes, is_cleared=known.is_cleared,
        is_visa_needed=known.is_visa_needed,
        is_visa_granted=needs_of(session, case).visa_granted_on is not None,
    )  # fmt: skip
