"""Deposits: which rule gives the amount, when it is due, and what arrived money makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from concierge.domain.clocks import WorkingCalendar
from concierge.domain.errors import DomainError
from concierge.domain.money import Money, total
from concierge.domain.vocabulary import CancerType, DepositState, PayerKind


class DepositRuleLike(Protocol):
    """A row of the deposit table; None means any. `valid_until` is the last valid day, None is open."""

    @property
    def hospital_id(self) -> int: ...

    @property
    def cancer_type(self) -> CancerType | None: ...

    @property
    def payer_kind(self) -> PayerKind | None: ...

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...

    @property
    def amount(self) -> Money: ...

    @property
    def is_approved(self) -> bool: ...


Rule = TypeVar("Rule", bound=DepositRuleLike)


def choose_rule(
    rules: Iterable[Rule], hospital_id: int, cancer_type: CancerType, payer_kind: PayerKind, on: date
) -> Rule:
    """The most specific approved rule valid on that day: illness and payer, then illness, then payer, then the general.

    Raises DomainError: no_deposit_rule, or deposit_rules_overlap if two equally specific rules are valid,
    because the program must not pick an amount by chance.
    """
    fitting = [rule for rule in rules if _fits(rule, hospital_id, cancer_type, payer_kind, on)]
    if not fitting:
        raise DomainError("no_deposit_rule")
    best = max(_specificity(rule) for rule in fitting)
    chosen = [rule for rule in fitting if _specificity(rule) == best]
    if len(chosen) > 1:
        raise DomainError("deposit_rules_overlap", rules=tuple(chosen))
    return chosen[0]


def _fits(
    rule: DepositRuleLike, hospital_id: int, cancer_type: CancerType, payer_kind: PayerKind, on: date
) -> bool:
    return (
        rule.is_approved
        and rule.hospital_id == hospital_id
        and rule.cancer_type in (None, cancer_type)
        and rule.payer_kind in (None, payer_kind)
        and rule.valid_from <= on
        and (rule.valid_until is None or on <= rule.valid_until)
    )


def _specificity(rule: DepositRuleLike) -> int:
    return 2 * (rule.cancer_type is not None) + (rule.payer_kind is not None)


def due_on(
    requested_on: date, days: int, calendar: WorkingCalendar, evaluation_on: date | None = None
) -> date:
    """When a deposit is due: `days` after the request, moved on to a working day.

    With a fixed evaluation at the latest the working day before it; never before the request.
    """
    due = calendar.add_working_days(requested_on + timedelta(days=days), 0)
    if evaluation_on:
        due = min(due, calendar.add_working_days(evaluation_on, -1))
    return max(due, requested_on)


@dataclass(frozen=True)
class Standing:
    """What a deposit stands at.

    `shortfall` and `surplus` are never negative; within tolerance the former stays shown.
    """

    state: DepositState
    received: Money
    shortfall: Money
    surplus: Money

    @property
    def is_paid(self) -> bool:
        return self.state in (DepositState.PAID, DepositState.OVERPAID)


def state_after(
    amount: Money, confirmed: Iterable[Money], tolerance: Money, *, is_on_its_way: bool = False
) -> Standing:
    """What the confirmed payments make of a deposit of `amount`.

    | received                     | state                                |
    |------------------------------|--------------------------------------|
    | any in another currency      | needs_attention                      |
    | nothing                      | requested, or on_its_way if announced |
    | below amount less tolerance  | part_paid                            |
    | up to the amount             | paid (bank fees ate the shortfall)   |
    | above the amount             | overpaid                             |
    """
    zero = Money.zero(amount.currency)
    payments = list(confirmed)
    own = [payment for payment in payments if payment.currency == amount.currency]
    received = total(own, amount.currency)
    shortfall, surplus = max(amount - received, zero), max(received - amount, zero)
    if len(own) < len(payments):
        state = DepositState.NEEDS_ATTENTION
    elif not payments:
        state = DepositState.ON_ITS_WAY if is_on_its_way else DepositState.REQUESTED
    elif surplus.is_positive:
        state = DepositState.OVERPAID
    elif shortfall <= tolerance:
        state = DepositState.PAID
    else:
        state = DepositState.PART_PAID
    return Standing(state, received, shortfall, surplus)


class Acts(StrEnum):
    """Whose turn it is with a deposit."""

    PAYER = "payer"
    BANK = "bank"
    US = "us"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Turn:
    """Who acts, and by which day; None where nobody has to."""

    acts: Acts
    by: date | None = None


LINK_LIVES = timedelta(days=60)
_REACT_DAYS = 1  # working days in which a person of ours looks at money that came


def whose_turn(
    state: DepositState,
    *,
    due_on: date,
    today: date,
    calendar: WorkingCalendar,
    refund_days: int,
    announced_on: date | None = None,
    arrived_on: date | None = None,
    bank_days: int = 0,
    paid_on: date | None = None,
) -> Turn:
    """Every state has an owner and a day.

    | state                                   | who acts | by                                            |
    |-----------------------------------------|----------|-----------------------------------------------|
    | money waits for its second person       | us       | the next working day after it was noted       |
    | needs attention                         | us       | the next working day                          |
    | requested, part paid                    | payer    | the due day                                   |
    | on its way                              | bank     | when a transfer announced that day is here    |
    | overpaid                                | us       | the hospital's days for refunds               |
    | paid, refunded, cancelled               | nobody   |                                               |
    """
    if arrived_on is not None:
        return Turn(Acts.US, calendar.add_working_days(arrived_on, _REACT_DAYS))
    if state is DepositState.NEEDS_ATTENTION:
        return Turn(Acts.US, calendar.add_working_days(today, _REACT_DAYS))
    if state in (DepositState.REQUESTED, DepositState.PART_PAID):
        return Turn(Acts.PAYER, due_on)
    if state is DepositState.ON_ITS_WAY:
        return Turn(Acts.BANK, calendar.add_working_days(announced_on or today, bank_days))
    if state is DepositState.OVERPAID:
        return Turn(Acts.US, calendar.add_working_days(paid_on or today, refund_days))
    return Turn(Acts.NOBODY)


def link_ends_at(made_at: datetime) -> datetime:
    """Until when a link for somebody else to pay is open; the family may renew it."""
    return made_at + LINK_LIVES
