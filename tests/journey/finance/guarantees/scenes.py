"""Scenes of the letters: one that was accepted, its guarantor, and services booked on it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from concierge.domain.money import Money
from concierge.domain.vocabulary import PayerKind
from concierge.journey.finance.guarantees import actions, queries
from concierge.journey.finance.payers import actions as payers
from concierge.models import Case, CaseService, EstimateLine, Guarantee, PayerOrganisation
from tests.journey.finance.scenes import a_letter, advocate, in_finance, issued
from tests.support.clock import START

TODAY = START.date()


def who(session: Session, case: Case, nth: int = 0) -> dict:
    return {"actor": advocate(session, case, nth), "now": START}


def covered(session: Session, ceiling: int = 3_000_000, **changes) -> tuple[Case, Guarantee, EstimateLine]:
    """A case with an estimate in force, an accepted letter over `ceiling`, and a line of 1,000.00."""
    case = in_finance(session)
    estimate = issued(session, case)
    letter = a_letter(session, case, ceiling=ceiling, **changes)
    actions.accept_guarantee(session, case, letter, **who(session, case, 1))
    line = estimate.lines[0]
    line.low_minor, line.high_minor = 50_000, 100_000
    session.flush()
    return case, letter, line


def booked(
    session: Session, case: Case, letter: Guarantee | None, line: EstimateLine, **facts
) -> list[CaseService]:
    kept = {"quantity": 1, "on": TODAY, "letter": letter} | facts
    return actions.book_service(session, case, line, **kept, **who(session, case))


def billed(session: Session, case: Case, service: CaseService, days_ago: int = 0) -> CaseService:
    """Performed and billed so many days ago."""
    on = TODAY - timedelta(days=days_ago)
    service.override_reason = "agreed by phone" if days_ago else ""
    actions.perform_service(session, case, service, on=on, **who(session, case))
    facts = {"number": "B-1", "amount": service.amount, "on": on}
    actions.bill_service(session, case, service, **facts, **who(session, case))
    return service


def an_embassy(
    session: Session, case: Case, name: str = "سفارة الكويت", limit: int | None = None
) -> PayerOrganisation:
    """A guarantor of the case's hospital, with a limit in minor units."""
    made = payers.add_organisation(session, case.hospital, name=name, kind=PayerKind.EMBASSY, country="KW")
    if limit:
        payers.set_stop_rule(session, made, limit=Money(limit, case.hospital.currency), most_overdue_days=30)
    return made


def use(session: Session, letter: Guarantee):
    return queries.use_of(session, letter)
