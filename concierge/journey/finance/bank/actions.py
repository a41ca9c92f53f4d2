"""Verbs of the bank: take statements in, match a line to one or several deposits, take that back, set a line aside.

A match locks the cases in the order of their ids and then the line, as everything does that moves the money of a case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.domain.access import Actor
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.matching import Transfer, judge, may_confirm_alone
from concierge.domain.money import Money, total
from concierge.domain.statements import Statement, StatementError, is_account_of, line_keys, statement_key
from concierge.domain.vocabulary import AsideReason, BankLineState, PaymentMethod, StatementFormat
from concierge.journey.finance.bank import queries
from concierge.journey.finance.bank.lines import lock_line, take, weigh_line
from concierge.journey.finance.deposits import actions
from concierge.models import BankLine, BankStatement, Case, Deposit, Hospital, Payment
from concierge.models.types import new_public_id


@dataclass(frozen=True)
class KeptFile:
    """The file of a statement: its name as sent, and where it lies sealed."""

    name: str
    storage_key: str


@dataclass(frozen=True)
class TakenIn:
    """What an import did: statements and lines that are new, lines that were known, and whether balances were wrong."""

    statements: list[BankStatement]
    new: int
    known: int

    @property
    def has_gap(self) -> bool:
        return any(statement.gap_minor for statement in self.statements)


def take_in(
    session: Session,
    hospital: Hospital,
    kind: StatementFormat,
    statements: Sequence[Statement],
    file: KeptFile,
    *,
    actor: Actor,
    now: datetime,
) -> TakenIn:
    """All statements of a file or none; what came in before changes nothing.

    Raises StatementError("statement_other_account") where one is not of this hospital's account.
    """
    for statement in statements:
        if statement.account and not is_account_of(statement.account, hospital.bank_account):
            raise StatementError("statement_other_account", account=statement.account)
    # Two imports of one hospital wait for each other, so that both see what is known.
    session.execute(sa.select(Hospital.id).where(Hospital.id == hospital.id).with_for_update(key_share=True))
    kept, new, known = [], 0, 0
    for statement in statements:
        row, count = _take_statement(session, hospital, kind, statement, file, actor, now)
        kept += [row] if row else []
        new, known = new + count, known + len(statement.lines) - count
    return TakenIn(kept, new, known)


def _take_statement(
    session: Session, hospital: Hospital, kind: StatementFormat, told: Statement, file: KeptFile, actor: Actor,
    now: datetime,
) -> tuple[BankStatement | None, int]:  # fmt: skip
    account = told.account or hospital.bank_account.get("iban") or hospital.bank_account.get("account", "")
    keys = line_keys(account, told.lines)
    known = queries.known_keys(session, hospital.id, keys)
    key, here = statement_key(told, keys), BankStatement.hospital_id == hospital.id
    if session.scalar(sa.select(BankStatement.id).where(here, BankStatement.key == key)) is not None:
        return None, 0
    fresh = [(key, line) for key, line in zip(keys, told.lines, strict=True) if key not in known]
    if told.lines and not fresh and told.gap is None:
        return None, 0  # days of a CSV that other files brought
    row = BankStatement(
        hospital_id=hospital.id, key=key, format=kind, account=account, number=told.number, currency=told.currency,
        opening_minor=told.opening.minor if told.opening else None,
        closing_minor=told.closing.minor if told.closing else None, gap_minor=told.gap.minor if told.gap else None,
        line_count=len(told.lines), new_count=len(fresh), file_name=file.name, storage_key=file.storage_key,
        imported_by_id=actor.id, imported_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if fresh:
        book = queries.book_for(session, hospital, [queries.transfer_of(line) for _key, line in fresh])
        session.execute(sa.insert(BankLine), [_line_values(row, key, line, book) for key, line in fresh])
    return row, len(fresh)


def _line_values(row: BankStatement, key: str, line, book) -> dict:
    amount, is_nothing = line.amount.minor, line.amount.is_zero
    hints = book.suggest(queries.transfer_of(line)) if line.amount.is_positive else []
    return {
        "public_id": new_public_id(), "hospital_id": row.hospital_id, "statement_id": row.id, "key": key,
        "amount_minor": amount, "left_minor": amount, "currency": line.amount.currency, "booked_on": line.booked_on,
        "valued_on": line.valued_on, "bank_id": line.bank_id, "payer_name": line.payer_name,
        "payer_account": line.payer_account, "text": line.text, "end_to_end": line.end_to_end, "raw": line.raw,
        "hints": [one.deposit_id for one in hints], "aside_note": "",
        "state": BankLineState.SET_ASIDE if is_nothing else BankLineState.UNMATCHED,
        "aside_reason": AsideReason.NOT_A_PAYMENT if is_nothing else None,
    }  # fmt: skip


def look_again(session: Session, hospital: Hospital) -> None:
    """New suggestions for what waits, because deposits were asked for or names noted since."""
    lines = queries.waiting_lines(session, hospital.id)
    transfers = [queries.transfer_of(line) for line in lines]
    book = queries.book_for(session, hospital, transfers)
    for line, transfer in zip(lines, transfers, strict=True):
        hints = [one.deposit_id for one in book.suggest(transfer)]
        if hints != line.hints:
            line.hints = hints


# --- match -----------------------------------------------------------------------------------------------------


def match(
    session: Session,
    line_id: int,
    shares: dict[int, Money | None],
    *,
    is_rest_open: bool = False,
    actor: Actor,
    now: datetime,
) -> list[Payment]:
    """The transfer pays these deposits (id → amount, None: all that is left). What fits exactly within the hospital's
    limit is confirmed at once, the statement being the second source; the rest waits for a second person.

    Raises Stale("bank_line_is_decided"), NotAllowed("bank_line_goes_out"), InvalidInput("form", …): no_share,
    bank_line_too_much, shares_do_not_add_up.
    """
    found = _locked_deposits(session, shares)
    line = lock_line(session, line_id)
    if not line.is_open:
        raise Stale("bank_line_is_decided")
    amounts = _checked(line, shares, is_rest_open=is_rest_open)
    if any(case.hospital_id != line.hospital_id for case, _deposit in found):
        raise NotAllowed
    opens = queries.open_deposits(session, sorted(amounts))
    payments = []
    for case, deposit in found:
        if share := amounts.get(deposit.id):
            suggestion = judge(Transfer(share, queries.transfer_of(line).text), opens[deposit.id])
            payment = _pay(session, case, deposit, line, share, actor, now)
            if may_confirm_alone(
                suggestion, line.amount, Money(line.hospital.four_eyes_minor, line.hospital.currency)
            ):
                actions.confirm_by_statement(session, case, deposit, payment, actor=actor, now=now)
            payments.append(payment)
    line.decided_by_id, line.decided_at = actor.id, now
    return payments


def _locked_deposits(session: Session, shares: dict[int, Money | None]) -> list[tuple[Case, Deposit]]:
    """The cases, locked in the order of their ids, with their deposits' newest values."""
    statement = sa.select(Deposit.case_id).where(Deposit.id.in_(shares)).order_by(Deposit.case_id)
    cases = [lock(session, case_id) for case_id in session.scalars(statement).all()]
    newest = sa.select(Deposit).where(Deposit.id.in_(shares)).execution_options(populate_existing=True)
    by_case = {deposit.case_id: deposit for deposit in session.scalars(newest)}
    return [(case, by_case[case.id]) for case in cases]


def _checked(line: BankLine, shares: dict[int, Money | None], *, is_rest_open: bool) -> dict[int, Money]:
    if not line.is_incoming:
        raise NotAllowed("bank_line_goes_out")
    amounts = {deposit_id: line.left if share is None else share for deposit_id, share in shares.items()}
    amounts = {deposit_id: share for deposit_id, share in amounts.items() if not share.is_zero}
    if not amounts:
        raise InvalidInput("form", "no_share")
    if any(not share.is_positive for share in amounts.values()):
        raise InvalidInput("form", "negative")
    given = total(amounts.values(), line.currency)
    if given > line.left:
        raise InvalidInput("form", "bank_line_too_much")
    if given < line.left and not is_rest_open:
        raise InvalidInput("form", "shares_do_not_add_up")
    return amounts


def _pay(
    session: Session, case: Case, deposit: Deposit, line: BankLine, share: Money, actor: Actor, now: datetime
) -> Payment:
    take(line, share)
    # A bank east of the hospital is a day ahead of its clock.
    received_on = min(line.booked_on, local_day(now, case.hospital.timezone))
    return actions.record_payment(
        session, case, deposit, method=PaymentMethod.BANK_TRANSFER, amount=share, payer_name=line.payer_name,
        received_on=received_on, bank_line_id=line.id, actor=actor, now=now,
    )  # fmt: skip


def set_aside(
    session: Session, line_id: int, reason: AsideReason, note: str, *, actor: Actor, now: datetime
) -> BankLine:
    """What is left of the line is for no deposit. Raises Stale, InvalidInput("note", "reason_needed")."""
    line = lock_line(session, line_id)
    if not line.is_open:
        raise Stale("bank_line_is_decided")
    if not note:
        raise InvalidInput("note", "reason_needed")
    line.state, line.aside_reason, line.aside_note = BankLineState.SET_ASIDE, reason, note
    line.decided_by_id, line.decided_at = actor.id, now
    return line


def take_up_again(session: Session, line_id: int, *, actor: Actor, now: datetime) -> None:
    """A line that was set aside waits for a case after all."""
    line = lock_line(session, line_id)
    if line.state is not BankLineState.SET_ASIDE or line.amount_minor == 0:
        raise Stale("bank_line_is_decided")
    line.aside_reason, line.aside_note = None, ""
    line.decided_by_id, line.decided_at = actor.id, now
    weigh_line(line)
