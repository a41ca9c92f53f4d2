"""What the bank pages read: lines and statements along their index, and the deposits that a transfer may be for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.matching import Book, OpenDeposit, Transfer, spelled_references
from concierge.domain.money import Money
from concierge.domain.numbers import day_and_row, whole
from concierge.domain.statements import StatementLine, plain_account
from concierge.domain.vocabulary import BankLineState, DepositState, PaymentState
from concierge.journey.finance.deposits.actions import reference_prefix
from concierge.models import (
    BankLine,
    BankStatement,
    Case,
    CaseParticipation,
    Deposit,
    Hospital,
    Payment,
    Person,
    PortalAccount,
)

PAGE = 30
OPEN = (BankLineState.UNMATCHED, BankLineState.PART_MATCHED)
TABS = ("open", "out", "matched", "aside")
_STATES = {"matched": (BankLineState.MATCHED,), "aside": (BankLineState.SET_ASIDE,)}
_AWAITING = (
    DepositState.REQUESTED, DepositState.ON_ITS_WAY, DepositState.PART_PAID, DepositState.NEEDS_ATTENTION
)  # fmt: skip
_SETTLED = (DepositState.PAID, DepositState.OVERPAID, DepositState.REFUNDED)
_COUNTED = (PaymentState.RECORDED, PaymentState.CONFIRMED)
_CHUNK = 500  # values in one question


@dataclass(frozen=True)
class Page:
    """Rows of one screen and the cursor of the next, empty at the end."""

    rows: list
    after: str


def lines_page(
    session: Session, hospital_ids: tuple[int, ...], tab: str, day: date | None, after: str
) -> Page:
    """Lines of one of TABS: what is open with the oldest first, the rest with the newest first."""
    is_open = tab in ("open", "out")
    order = (BankLine.booked_on, BankLine.id) if is_open else (BankLine.booked_on.desc(), BankLine.id.desc())
    statement = (
        sa.select(BankLine).where(BankLine.hospital_id.in_(hospital_ids)).order_by(*order).limit(PAGE + 1)
    )
    statement = statement.where(BankLine.state.in_(OPEN if is_open else _STATES[tab]))
    if is_open:
        statement = statement.where(BankLine.amount_minor > 0 if tab == "open" else BankLine.amount_minor < 0)
    if day:
        statement = statement.where(BankLine.booked_on == day)
    if cursor := day_and_row(after):
        place, last = sa.tuple_(BankLine.booked_on, BankLine.id), sa.tuple_(*cursor)
        statement = statement.where(place > last if is_open else place < last)
    rows = list(session.scalars(statement))
    end = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{end.booked_on}.{end.id}" if end else "")


def statements_page(session: Session, hospital_ids: tuple[int, ...], after: str) -> Page:
    """Statements, the newest first."""
    statement = sa.select(BankStatement).where(BankStatement.hospital_id.in_(hospital_ids))
    if (cursor := whole(after)) is not None:
        statement = statement.where(BankStatement.id < cursor)
    rows = list(session.scalars(statement.order_by(BankStatement.id.desc()).limit(PAGE + 1)))
    return Page(rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else "")


def hospitals(session: Session, hospital_ids: tuple[int, ...]) -> list[Hospital]:
    return list(
        session.scalars(sa.select(Hospital).where(Hospital.id.in_(hospital_ids)).order_by(Hospital.id))
    )


def find_line(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> BankLine | None:
    here = (BankLine.public_id == public_id, BankLine.hospital_id.in_(hospital_ids))
    return session.scalar(sa.select(BankLine).where(*here).execution_options(populate_existing=True))


def find_statement(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> BankStatement | None:
    here = (BankStatement.public_id == public_id, BankStatement.hospital_id.in_(hospital_ids))
    return session.scalar(sa.select(BankStatement).where(*here))


def find_line_of_payment(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> BankLine | None:
    """The line from which this payment was made."""
    statement = sa.select(BankLine).join(Payment, Payment.bank_line_id == BankLine.id)
    return session.scalar(
        statement.where(Payment.public_id == public_id, BankLine.hospital_id.in_(hospital_ids))
    )


def payments_of(session: Session, line_ids: Sequence[int]) -> dict[int, list[tuple[Payment, Deposit, Case]]]:
    """Payments that count or wait for a second person, by the line they were made from."""
    statement = (
        sa.select(Payment, Deposit, Case)
        .join(Deposit, Deposit.id == Payment.deposit_id)
        .join(Case, Case.id == Deposit.case_id)
        .where(Payment.bank_line_id.in_(line_ids), Payment.state.in_(_COUNTED))
        .order_by(Payment.id)
    )
    found: dict[int, list[tuple[Payment, Deposit, Case]]] = defaultdict(list)
    for payment, deposit, case in session.execute(statement):
        found[payment.bank_line_id or 0].append((payment, deposit, case))
    return found


def find_payment(session: Session, line_id: int, public_id: str) -> Payment | None:
    return session.scalar(
        sa.select(Payment).where(Payment.bank_line_id == line_id, Payment.public_id == public_id)
    )


def deposits_by_id(session: Session, deposit_ids: Iterable[int]) -> dict[int, tuple[Deposit, Case]]:
    statement = sa.select(Deposit, Case).join(Case, Case.id == Deposit.case_id)
    found = session.execute(statement.where(Deposit.id.in_(set(deposit_ids))))
    return {deposit.id: (deposit, case) for deposit, case in found}


def deposit_ids_of(
    session: Session, hospital_id: int, case_ids: Iterable[int], reference: str = ""
) -> list[int]:
    """Deposits of these cases, or with this payment reference, that can still be paid."""
    wanted = sa.or_(Case.id.in_(set(case_ids)), Deposit.reference == reference.strip().upper())
    statement = sa.select(Deposit.id).join(Case, Case.id == Deposit.case_id)
    here = (Case.hospital_id == hospital_id, Deposit.state != DepositState.CANCELLED)
    return list(session.scalars(statement.where(wanted, *here).order_by(Deposit.id.desc()).limit(PAGE)))


def deposit_ids_named(session: Session, hospital_id: int, public_ids: Iterable[str]) -> dict[str, int]:
    """Public id → id of deposits of this hospital."""
    statement = sa.select(Deposit.public_id, Deposit.id).join(Case, Case.id == Deposit.case_id)
    found = session.execute(
        statement.where(Deposit.public_id.in_(set(public_ids)), Case.hospital_id == hospital_id)
    )
    return {row[0]: row[1] for row in found}


# --- for which deposit -----------------------------------------------------------------------------------------


def transfer_of(line: BankLine | StatementLine) -> Transfer:
    text = f"{line.text} {line.end_to_end}".strip()
    return Transfer(line.amount, text, line.payer_name, line.payer_account)


def book_for(session: Session, hospital: Hospital, transfers: Iterable[Transfer]) -> Book:
    """What waits for money in this hospital, and whatever else these transfers name by its reference."""
    prefix = reference_prefix(hospital)
    spelled = {reference for transfer in transfers for reference in spelled_references(transfer.text, prefix)}
    ids = set(_ids(session, hospital.id, Deposit.state.in_(_AWAITING)))
    for some in _chunks(sorted(spelled)):
        ids |= set(
            _ids(session, hospital.id, Deposit.reference.in_(some), Deposit.state != DepositState.CANCELLED)
        )
    return Book(open_deposits(session, sorted(ids)).values())


def _ids(session: Session, hospital_id: int, *conditions) -> Iterable[int]:
    statement = sa.select(Deposit.id).join(Case, Case.id == Deposit.case_id)
    return session.scalars(statement.where(Case.hospital_id == hospital_id, *conditions))


def open_deposits(session: Session, deposit_ids: Sequence[int]) -> dict[int, OpenDeposit]:
    """These deposits as the matching sees them; money that waits for its second person counts as arrived."""
    found: dict[int, OpenDeposit] = {}
    for ids in _chunks(deposit_ids):
        arrived, accounts, callers = (
            _arrived(session, ids),
            _accounts(session, ids),
            _caregivers(session, ids),
        )
        for row in session.execute(_FACTS.where(Deposit.id.in_(ids))):
            zero = Money.zero(row.currency)
            left = Money(row.amount_minor - arrived.get((row.id, row.currency), 0), row.currency)
            left = (
                zero if row.state in _SETTLED else max(left, zero)
            )  # what bank fees ate is not open any more
            names = (
                row.native_name,
                f"{row.given_names} {row.surname}".strip(),
                row.payer_name,
                *callers[row.id],
            )
            found[row.id] = OpenDeposit(
                row.id, row.reference, left, Money(row.transfer_tolerance_minor, row.currency),
                tuple(dict.fromkeys(filter(None, names))), frozenset(accounts[row.id]),
                row.state is DepositState.ON_ITS_WAY,
            )  # fmt: skip
    return found


_FACTS = (
    sa.select(
        Deposit.id, Deposit.reference, Deposit.amount_minor, Deposit.currency, Deposit.state, Case.payer_name,
        Person.native_name, Person.surname, Person.given_names, Hospital.transfer_tolerance_minor,
    )
    .join(Case, Case.id == Deposit.case_id)
    .join(Person, Person.id == Case.person_id)
    .join(Hospital, Hospital.id == Case.hospital_id)
)  # fmt: skip


def _arrived(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], int]:
    total = sa.func.sum(Payment.amount_minor)
    statement = sa.select(Payment.deposit_id, Payment.currency, total).where(
        Payment.deposit_id.in_(ids), Payment.state.in_(_COUNTED)
    )
    rows = session.execute(statement.group_by(Payment.deposit_id, Payment.currency))
    return {(row[0], row[1]): int(row[2]) for row in rows}


def _accounts(session: Session, ids: Sequence[int]) -> defaultdict[int, set[str]]:
    """Accounts from which confirmed money came before."""
    statement = (
        sa.select(Payment.deposit_id, BankLine.payer_account)
        .join(BankLine, BankLine.id == Payment.bank_line_id)
        .where(
            Payment.deposit_id.in_(ids), Payment.state == PaymentState.CONFIRMED, BankLine.payer_account != ""
        )
    )
    found: defaultdict[int, set[str]] = defaultdict(set)
    for deposit_id, account in session.execute(statement):
        found[deposit_id].add(plain_account(account))
    return found


def _caregivers(session: Session, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    statement = (
        sa.select(Deposit.id, PortalAccount.name)
        .join(CaseParticipation, CaseParticipation.case_id == Deposit.case_id)
        .join(PortalAccount, PortalAccount.id == CaseParticipation.account_id)
        .where(Deposit.id.in_(ids), CaseParticipation.ended_at.is_(None))
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for deposit_id, name in session.execute(statement):
        found[deposit_id].append(name)
    return found


def _chunks(values: Sequence) -> Iterable[Sequence]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def known_keys(session: Session, hospital_id: int, keys: Sequence[str]) -> set[str]:
    """Those of these keys whose line came in before."""
    known: set[str] = set()
    for some in _chunks(keys):
        statement = sa.select(BankLine.key).where(BankLine.hospital_id == hospital_id, BankLine.key.in_(some))
        known |= set(session.scalars(statement))
    return known


def waiting_lines(session: Session, hospital_id: int) -> list[BankLine]:
    """Money that came in and has not found its case, the oldest first; as many as one look goes through."""
    here = (BankLine.hospital_id == hospital_id, BankLine.state.in_(OPEN), BankLine.amount_minor > 0)
    statement = sa.select(BankLine).where(*here).order_by(BankLine.booked_on, BankLine.id).limit(5000)
    return list(session.scalars(statement))
