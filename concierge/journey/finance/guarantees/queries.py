"""What the rooms of the letters read. Lists are keyset-paged along an index; nothing here asks in a loop."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain import guarantee as rules
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState
from concierge.domain.money import Money
from concierge.domain.numbers import day_and_row
from concierge.domain.vocabulary import DepositState, EstimateState, GuaranteeState, RecordKind, ServiceState
from concierge.journey.finance.queries import PAGE, Page
from concierge.models import (
    Case,
    CaseService,
    CaseTask,
    Deposit,
    DepositSwap,
    Document,
    Estimate,
    EstimateLine,
    Guarantee,
    GuaranteeAmendment,
    Hospital,
    PayerAgreement,
    Refund,
)

_OF_DATES = {"expires_soon", "expired"}
TABS = ("waiting", "valid", "ending", "expired", "refused")
_LETTERLIKE = (
    RecordKind.OTHER,
    RecordKind.INSURANCE_CARD,
    RecordKind.TRANSFER_SLIP,
)  # papers of money, not of illness


def find_guarantee(session: Session, case_id: int, public_id: str) -> Guarantee | None:
    statement = sa.select(Guarantee).where(Guarantee.case_id == case_id, Guarantee.public_id == public_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def letters_of(session: Session, case_id: int) -> list[Guarantee]:
    return list(
        session.scalars(sa.select(Guarantee).where(Guarantee.case_id == case_id).order_by(Guarantee.id))
    )


def find_amendment(session: Session, letter: Guarantee, public_id: str) -> GuaranteeAmendment | None:
    statement = sa.select(GuaranteeAmendment).where(
        GuaranteeAmendment.guarantee_id == letter.id, GuaranteeAmendment.public_id == public_id
    )
    return session.scalar(statement.execution_options(populate_existing=True))


def find_service(session: Session, case_id: int, public_id: str) -> CaseService | None:
    statement = sa.select(CaseService).where(
        CaseService.case_id == case_id, CaseService.public_id == public_id
    )
    return session.scalar(statement.execution_options(populate_existing=True))


def amendments_of(session: Session, letter: Guarantee) -> list[GuaranteeAmendment]:
    statement = sa.select(GuaranteeAmendment).where(GuaranteeAmendment.guarantee_id == letter.id)
    return list(session.scalars(statement.order_by(GuaranteeAmendment.id)))


def services_of(session: Session, case_id: int) -> list[CaseService]:
    """Every service of the case, the earliest first."""
    statement = sa.select(CaseService).where(CaseService.case_id == case_id)
    return list(session.scalars(statement.order_by(CaseService.scheduled_on, CaseService.id)))


def tariffs_of(session: Session, services: Iterable[CaseService]) -> dict[int, int]:
    """service id → the tariff of the line of the estimate that it was booked from."""
    line_ids = {one.id: one.estimate_line_id for one in services if one.estimate_line_id}
    if not line_ids:
        return {}
    statement = sa.select(EstimateLine.id, EstimateLine.tariff_id).where(EstimateLine.id.in_(line_ids.values()))
    tariffs = {row[0]: row[1] for row in session.execute(statement) if row[1] is not None}
    return {service: tariffs[line] for service, line in line_ids.items() if line in tariffs}


def refunds_of(session: Session, swap: DepositSwap) -> list[Refund]:
    """What sends the money of a swapped deposit back."""
    return list(session.scalars(sa.select(Refund).where(Refund.public_id.in_(swap.refunds)).order_by(Refund.id)))


def lines_in_force(session: Session, case_id: int) -> list[EstimateLine]:
    """The lines of the estimate in force."""
    statement = (
        sa.select(EstimateLine)
        .join(Estimate, Estimate.id == EstimateLine.estimate_id)
        .where(Estimate.case_id == case_id, Estimate.state == EstimateState.ISSUED)
    )
    return list(session.scalars(statement.order_by(EstimateLine.position)))


def use_of(session: Session, letter: Guarantee) -> rules.Use:
    """How far one letter is used."""
    session.flush()
    return uses_of(session, [letter])[letter.id]


def uses_of(session: Session, letters: Iterable[Guarantee]) -> dict[int, rules.Use]:
    """letter id → how far it is used; two questions for all of them."""
    letters = list(letters)
    booked: dict[int, list[CaseService]] = {letter.id: [] for letter in letters}
    statement = sa.select(CaseService).where(
        CaseService.letter_id.in_(booked), CaseService.state != ServiceState.CANCELLED
    )
    for service in session.scalars(statement.execution_options(populate_existing=True)):
        booked[service.letter_id or 0].append(service)
    lines: dict[int, list[EstimateLine]] = {letter.case_id: [] for letter in letters}
    estimated = (
        sa.select(Estimate.case_id, EstimateLine)
        .join(EstimateLine, EstimateLine.estimate_id == Estimate.id)
        .where(Estimate.case_id.in_(lines), Estimate.state == EstimateState.ISSUED)
    )
    for case_id, line in session.execute(estimated):
        lines[case_id].append(line)
    return {letter.id: rules.use_of(letter, lines[letter.case_id], booked[letter.id]) for letter in letters}


def agreed_payment_days(session: Session, letter: Guarantee, on: date) -> int | None:
    """Of the newest agreement with the guarantor that is valid on that day."""
    statement = (
        sa.select(PayerAgreement.payment_days)
        .where(PayerAgreement.organisation_id == letter.organisation_id, PayerAgreement.valid_from <= on)
        .where(sa.or_(PayerAgreement.valid_until.is_(None), PayerAgreement.valid_until >= on))
    )
    return session.scalar(
        statement.order_by(PayerAgreement.valid_from.desc(), PayerAgreement.id.desc()).limit(1)
    )


def live_swap(session: Session, case_id: int) -> DepositSwap | None:
    """The swap in force of a case; one of before the deposit was asked for again is over."""
    statement = (
        sa.select(DepositSwap)
        .join(Deposit, Deposit.id == DepositSwap.deposit_id)
        .where(DepositSwap.case_id == case_id, DepositSwap.undone_at.is_(None))
        .where(DepositSwap.made_at >= Deposit.requested_at)
    )
    return session.scalar(statement.execution_options(populate_existing=True))


def is_swappable(deposit: Deposit | None) -> bool:
    """Whether there is a deposit that a letter could take the place of."""
    return deposit is not None and deposit.state not in (DepositState.CANCELLED, DepositState.REFUNDED)


def letter_documents(session: Session, case_id: int) -> list[Document]:
    """Documents of the case that may be a letter, the newest first."""
    statement = sa.select(Document).where(Document.case_id == case_id, Document.kind.in_(_LETTERLIKE))
    return list(session.scalars(statement.order_by(Document.id.desc()).limit(PAGE)))


def guarantees_page(
    session: Session, hospital_ids: tuple[int, ...], tab: str, today: date, after: str
) -> Page:
    """Letters of cases that are not closed in one of TABS, the first to end first.

    A letter waits for a second person, or its amendment does.
    """
    statement = (
        sa.select(Guarantee, Case)
        .join(Case, Case.id == Guarantee.case_id)
        .where(Case.hospital_id.in_(hospital_ids), Case.state != CaseState.CLOSED)
        .order_by(Guarantee.valid_until, Guarantee.id)
        .limit(PAGE + 1)
    )
    if tab == "waiting":
        is_amended = GuaranteeAmendment.guarantee_id == Guarantee.id
        waits = sa.exists().where(is_amended, GuaranteeAmendment.state == GuaranteeState.RECORDED)
        statement = statement.where(sa.or_(Guarantee.state == GuaranteeState.RECORDED, waits))
    else:
        is_refused = tab == "refused"
        statement = statement.where(
            Guarantee.state == (GuaranteeState.REFUSED if is_refused else GuaranteeState.ACCEPTED)
        )
    if tab in {"valid", "ending"}:
        statement = statement.where(Guarantee.valid_until >= today)
    if tab == "ending":
        statement = statement.where(
            Guarantee.valid_until <= today + timedelta(days=rules.EXPIRY_WARNING_DAYS)
        )
    if tab == "expired":
        statement = statement.where(Guarantee.valid_until < today)
    if cursor := day_and_row(after):
        statement = statement.where(sa.tuple_(Guarantee.valid_until, Guarantee.id) > sa.tuple_(*cursor))
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.valid_until}.{last.id}" if last else "")


def letters_to_watch(session: Session, at: datetime) -> list[tuple[int, int]]:
    """(case id, letter id) of accepted letters in cases that are not closed with an alarm that was not raised yet."""
    used = (
        sa.select(CaseService.letter_id, sa.func.sum(CaseService.amount_minor).label("used"))
        .where(CaseService.letter_id.is_not(None), CaseService.state != ServiceState.CANCELLED)
        .group_by(CaseService.letter_id)
        .subquery()
    )
    soon = Guarantee.valid_until <= at.date() + timedelta(
        days=rules.EXPIRY_WARNING_DAYS + 1
    )  # a day later elsewhere
    statement = (
        sa.select(Guarantee, Hospital.timezone, sa.func.coalesce(used.c.used, 0))
        .join(Case, Case.id == Guarantee.case_id)
        .join(Hospital, Hospital.id == Case.hospital_id)
        .outerjoin(used, used.c.letter_id == Guarantee.id)
        .where(Guarantee.state == GuaranteeState.ACCEPTED, Case.state != CaseState.CLOSED)
        .where(sa.or_(soon, used.c.used * 100 >= Guarantee.ceiling_minor * rules.USE_WARNING_PERCENT))
        .order_by(Guarantee.case_id, Guarantee.id)
    )
    wanted = {
        alarm_key(letter, code): (letter.case_id, letter.id)
        for letter, timezone, amount in session.execute(statement)
        for code in rules.alarms(letter, Money(int(amount), letter.currency), local_day(at, timezone))
    }
    known: set[str | None] = set()
    keys = list(wanted)
    for start in range(0, len(keys), 500):
        some = CaseTask.key.in_(keys[start : start + 500])
        known |= set(session.scalars(sa.select(CaseTask.key).where(some)))
    return list(dict.fromkeys(place for key, place in wanted.items() if key not in known))


def alarm_key(letter: Guarantee, code: str) -> str:
    """One alarm of one letter as it is in force now: a task has it, so that the alarm is raised once."""
    about = letter.valid_until.isoformat() if code in _OF_DATES else str(letter.ceiling_minor)
    return f"letter:{letter.id}:{code}:{about}"
