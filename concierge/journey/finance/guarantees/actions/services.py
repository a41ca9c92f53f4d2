"""Verbs of a service: booked from a line of the estimate, performed, billed, paid; a letter pays it or the patient."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from concierge.cases import journal
from concierge.cases.actions import check_open, record, settle
from concierge.domain import guarantee as rules
from concierge.domain import journal as postings
from concierge.domain.access import Actor
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaymentMethod, ServiceState
from concierge.journey.finance.guarantees import queries
from concierge.journey.finance.guarantees.actions.alarms import raise_alarms
from concierge.models import Case, CaseService, EstimateLine, Guarantee

USUAL_PAYMENT_DAYS = 30  # of a guarantor without an agreement
_NEVER_OVERRIDDEN = {"not_accepted", "other_currency"}


@dataclass(frozen=True)
class PayerAnswer:
    """What an advocate says when a letter does not pay: `self_pay` for that part, or `override` with a reason."""

    choice: str = ""
    reason: str = ""


def book_service(
    session: Session,
    case: Case,
    line: EstimateLine,
    *,
    quantity: int,
    on: date,
    letter: Guarantee | None,
    answer: PayerAnswer = PayerAnswer(),
    actor: Actor,
    now: datetime,
) -> list[CaseService]:
    """Plan a service at the high end of its line, so that cover is never counted too long.

    Where the letter does not pay, the part it does not pay becomes the patient's, or it stays on the letter with a
    reason. Raises InvalidInput: answer (`letter_does_not_pay` with `codes`, `letter_cannot_pay`), why
    (`reason_needed`), line (`service_without_price`), NotAllowed(`case_not_open`).
    """
    check_open(case)
    amount = Money(line.high_minor, line.currency) * quantity
    if not amount.is_positive:
        raise InvalidInput("line", "service_without_price")
    shares = _shares(session, line, amount, on, letter, answer)
    booked = [
        CaseService(
            case_id=case.id, estimate_line_id=line.id, letter_id=payer.id if payer else None, phase=line.phase,
            code=line.code, name=line.name, quantity=quantity, amount_minor=share.minor, currency=share.currency,
            override_reason=answer.reason if payer and answer.choice == "override" else "",
            booked_by=actor.name, booked_at=now, scheduled_on=on,
        )
        for payer, share in shares
    ]  # fmt: skip
    session.add_all(booked)
    record(
        session, case, "service_booked", actor, now, code=line.code, amount=amount.canonical(), day=on.isoformat(),
        reason=answer.reason,
    )  # fmt: skip
    _finish(session, case, letter, actor, now)
    return booked


def _shares(
    session: Session,
    line: EstimateLine,
    amount: Money,
    on: date,
    letter: Guarantee | None,
    answer: PayerAnswer,
) -> list[tuple[Guarantee | None, Money]]:
    """Who pays how much."""
    if letter is None:
        return [(None, amount)]
    left = queries.use_of(session, letter).left
    codes = rules.uncovered(letter, phase=line.phase, amount=amount, on=on, left=left)
    if not codes:
        return [(letter, amount)]
    if answer.choice == "self_pay":
        is_partly_paid = codes == ("above_left",) and left.is_positive
        return [(letter, left), (None, amount - left)] if is_partly_paid else [(None, amount)]
    if answer.choice != "override":
        raise InvalidInput("answer", "letter_does_not_pay", codes=codes)
    if _NEVER_OVERRIDDEN & set(codes):
        raise InvalidInput("answer", "letter_cannot_pay", codes=codes)
    if not answer.reason:
        raise InvalidInput("why", "reason_needed", codes=codes)
    return [(letter, amount)]


def perform_service(
    session: Session, case: Case, service: CaseService, *, on: date, actor: Actor, now: datetime
) -> None:
    """It took place. Raises InvalidInput("day", `date_must_be_past` | `letter_not_valid_that_day`)."""
    _must_be(service, ServiceState.BOOKED)
    if on > local_day(now, case.hospital.timezone):
        raise InvalidInput("day", "date_must_be_past")
    letter = _letter(session, service)
    if letter and not service.override_reason and not letter.valid_from <= on <= letter.valid_until:
        raise InvalidInput("day", "letter_not_valid_that_day")
    service.state, service.performed_on = ServiceState.PERFORMED, on
    record(session, case, "service_performed", actor, now, code=service.code, day=on.isoformat())
    _finish(session, case, letter, actor, now)


def bill_service(
    session: Session,
    case: Case,
    service: CaseService,
    *,
    number: str,
    amount: Money,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Bill what was performed; due by the guarantor's agreement. On a letter, it uses cover up in the journal.

    Raises InvalidInput: day (`date_must_be_past`, `dates_upside_down`), amount (`negative`, `other_currency`,
    `above_what_is_left`: no bill goes over what the bills before it left of the letter).
    """
    _must_be(service, ServiceState.PERFORMED)
    if on > local_day(now, case.hospital.timezone):
        raise InvalidInput("day", "date_must_be_past")
    if service.performed_on and on < service.performed_on:
        raise InvalidInput("day", "dates_upside_down")
    if amount.currency != service.currency:
        raise InvalidInput("amount", "other_currency")
    if not amount.is_positive:
        raise InvalidInput("amount", "negative")
    letter = _letter(session, service)
    if letter and amount > queries.use_of(session, letter).unbilled:
        raise InvalidInput("amount", "above_what_is_left")
    due_on = on + timedelta(days=_payment_days(session, case, letter, on))
    service.amount_minor, service.bill_number = amount.minor, number
    service.state, service.billed_on, service.due_on = ServiceState.BILLED, on, due_on
    posting = postings.service_billed(amount, amount if letter else Money.zero(amount.currency))
    journal.post(session, case, posting, fact=f"service:{service.public_id}:billed", actor=actor, now=now)
    record(
        session,
        case,
        "service_billed",
        actor,
        now,
        code=service.code,
        amount=amount.canonical(),
        number=number,
    )
    _finish(session, case, letter, actor, now)


def _payment_days(session: Session, case: Case, letter: Guarantee | None, on: date) -> int:
    """A patient pays a bill in the time of a deposit; a guarantor as agreed, else in the usual time."""
    if letter is None:
        return case.hospital.deposit_days
    days = queries.agreed_payment_days(session, letter, on)
    return USUAL_PAYMENT_DAYS if days is None else days


def pay_bill(
    session: Session,
    case: Case,
    service: CaseService,
    *,
    method: PaymentMethod,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """The bill is paid in full. Raises InvalidInput("day", `date_must_be_past`)."""
    _must_be(service, ServiceState.BILLED)
    if on > local_day(now, case.hospital.timezone):
        raise InvalidInput("day", "date_must_be_past")
    service.state, service.paid_on, service.paid_by_method = ServiceState.PAID, on, method
    posting = postings.bill_paid(method, service.amount)
    journal.post(session, case, posting, fact=f"service:{service.public_id}:paid", actor=actor, now=now)
    record(session, case, "bill_paid", actor, now, code=service.code, amount=service.amount.canonical())
    _finish(session, case, None, actor, now)


def cancel_service(
    session: Session, case: Case, service: CaseService, *, reason: str, actor: Actor, now: datetime
) -> None:
    """It does not take place, or was noted wrongly; what it held of a letter is free again. Not after its bill."""
    if not reason:
        raise InvalidInput("reason", "reason_needed")
    _must_be(service, ServiceState.BOOKED, ServiceState.PERFORMED)
    _must_not_be_of_trip(service)
    service.state, service.performed_on = ServiceState.CANCELLED, None
    record(session, case, "service_cancelled", actor, now, code=service.code, reason=reason)
    _finish(session, case, None, actor, now)


def make_self_pay(session: Session, case: Case, service: CaseService, *, actor: Actor, now: datetime) -> None:
    """The patient pays it after all, not the letter. Not after its bill."""
    _must_be(service, ServiceState.BOOKED, ServiceState.PERFORMED)
    _must_not_be_of_trip(service)
    service.letter_id, service.override_reason = None, ""
    record(
        session, case, "service_self_pay", actor, now, code=service.code, amount=service.amount.canonical()
    )
    _finish(session, case, None, actor, now)


def _must_be(service: CaseService, *states: ServiceState) -> None:
    if service.state not in states:
        raise Stale("service_has_moved_on")


def _must_not_be_of_trip(service: CaseService) -> None:
    """Its booking says who pays it (booking/benefits.py)."""
    if service.booking:
        raise InvalidInput("form", "service_of_trip")


def _letter(session: Session, service: CaseService) -> Guarantee | None:
    return session.get_one(Guarantee, service.letter_id) if service.letter_id else None


def _finish(session: Session, case: Case, letter: Guarantee | None, actor: Actor, now: datetime) -> None:
    settle(session, case, actor, now)
    if letter is not None:
        raise_alarms(session, case, letter, actor=actor, now=now)
