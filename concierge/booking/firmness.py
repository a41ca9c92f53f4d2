"""Whether a booking of a case may become firm now, and if not, why: read by every room that books."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.travellers import needs_of
from concierge.cases import facts
from concierge.domain.errors import InvalidInput
from concierge.domain.firmness import Verdict, firmness
from concierge.domain.journey import Step
from concierge.domain.vocabulary import FirmFrom, PatientAnswer
from concierge.models import Case, TripNeeds
from concierge.web import clock


def is_firm_allowed(session: Session, case: Case, now: datetime | None = None) -> Verdict:
    """The rule of the case's hospital; `now` (the clock's time where it is left out) is for letters that end."""
    return _verdict(facts.load(session, case), needs_of(session, case), now or clock.now())


def check_firm(session: Session, case: Case, now: datetime) -> None:
    """Raises InvalidInput(form) with the reason for which nothing becomes firm yet."""
    firm = is_firm_allowed(session, case, now)
    if not firm.is_allowed:
        raise InvalidInput("form", firm.reason)


def not_firm(session: Session, cases: Sequence[Case], now: datetime) -> dict[int, str]:
    """case id → reason, for those of these cases that may not become firm yet; a query for each kind of row."""
    ids = [case.id for case in cases]
    needs = {row.case_id: row for row in session.scalars(sa.select(TripNeeds).where(TripNeeds.case_id.in_(ids)))}
    verdicts = {file.case.id: _verdict(file, needs.get(file.case.id), now) for file in facts.load_many(session, cases)}
    return {case_id: verdict.reason for case_id, verdict in verdicts.items() if not verdict.is_allowed}


def _verdict(file: facts.CaseFile, needs: TripNeeds | None, now: datetime) -> Verdict:
    case, answer = file.case, file.answer
    rule = case.hospital.firm_from
    return firmness(
        rule,
        said_yes=answer is not None and answer.reply is PatientAnswer.YES,
        # Money is read only where the rule asks for it.
        is_cleared=rule is not FirmFrom.PATIENT_YES and facts.facts_of(file, now, Step.FINANCE).is_cleared,
        is_visa_needed=case.is_visa_needed,
        is_visa_granted=needs is not None and needs.visa_granted_on is not None,
    )
