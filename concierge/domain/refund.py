"""Refunds: who approves, how much of a payment may go back, by which way, by when, and what it makes of a deposit.

The rule of currencies: money goes back in the currency in which it came and in the amount that came. What the
payer's bank makes of it is theirs to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from concierge.domain.clocks import WorkingCalendar
from concierge.domain.deposit import Standing, state_after
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed, Stale
from concierge.domain.money import Money, total
from concierge.domain.vocabulary import DepositState, PaymentMethod, RefundReason, RefundState

S = RefundState
OPEN = frozenset({S.PROPOSED, S.APPROVED, S.SENDING, S.SENT, S.CAME_BACK})
DUE = frozenset({S.APPROVED, S.SENDING, S.CAME_BACK})  # agreed, and the money is still with us
GONE = frozenset({S.SENT, S.DONE})
VOID = frozenset({S.WITHDRAWN, S.REFUSED})  # takes nothing of its payment
AGREED = DUE | GONE
STOPPABLE = frozenset({S.PROPOSED, S.APPROVED, S.CAME_BACK})  # nobody is sending it at this moment

_MAY_FOLLOW = {
    S.PROPOSED: {S.APPROVED, S.REFUSED, S.WITHDRAWN},
    S.APPROVED: {S.SENDING, S.SENT, S.WITHDRAWN},
    S.SENDING: {S.SENT, S.CAME_BACK},
    S.SENT: {S.DONE, S.CAME_BACK},
    S.DONE: {S.CAME_BACK},  # a bank may send money back weeks later
    S.CAME_BACK: {S.SENDING, S.SENT, S.WITHDRAWN},
    S.WITHDRAWN: set(),
    S.REFUSED: set(),
}


class RefundLike(Protocol):
    """A refund of some payment."""

    @property
    def state(self) -> RefundState: ...

    @property
    def amount(self) -> Money: ...


def check_step(old: RefundState, new: RefundState) -> None:
    """Raises AlreadyTaken(`refund_is_approved`, `refund_is_sent`) for what was done before, else Stale."""
    if new in _MAY_FOLLOW[old]:
        return
    if new is S.APPROVED and old in AGREED:
        raise AlreadyTaken("refund_is_approved")
    if new in (S.SENDING, S.SENT) and old in GONE | {S.SENDING}:
        raise AlreadyTaken("refund_is_sent")
    raise Stale("refund_is_decided")


def check_approver(proposer_id: int | None, approver_id: int | None) -> None:
    """Four eyes; what the system proposed (None) needs one person. Raises NotAllowed(`second_person_needed`)."""
    if approver_id is None or approver_id == proposer_id:
        raise NotAllowed("second_person_needed")


def left_of(payment: Money, refunds: Iterable[RefundLike]) -> Money:
    """What of a payment can still be given back: all but what is on its way back or agreed."""
    return payment - total((r.amount for r in refunds if r.state not in VOID), payment.currency)


def check_amount(amount: Money, payment: Money, refunds: Iterable[RefundLike]) -> None:
    """Raises InvalidInput(amount): `negative` (nothing), `other_currency`, `refund_above_payment` (with `left`)."""
    if amount.currency != payment.currency:
        raise InvalidInput("amount", "other_currency", currency=payment.currency)
    if not amount.is_positive:
        raise InvalidInput("amount", "negative")
    left = left_of(payment, refunds)
    if amount > left:
        raise InvalidInput("amount", "refund_above_payment", left=left.canonical())


def way_back(paid_by: PaymentMethod, *, is_other_receiver: bool) -> PaymentMethod:
    """The way in which the payment came; another receiver has no card with us, so a transfer."""
    return PaymentMethod.BANK_TRANSFER if is_other_receiver else paid_by


def promised_on(since: date, days: int, calendar: WorkingCalendar) -> date:
    """The day by which we promise that the money has left: so many working days of the hospital."""
    return calendar.add_working_days(since, days)


def check_sending(amount: Money, here: Money) -> None:
    """Money leaves only while it is with us (a dispute may have taken it). Raises NotAllowed(`money_not_here`)."""
    if amount > here:
        raise NotAllowed("money_not_here")


@dataclass(frozen=True)
class Paid:
    """A confirmed payment and what of it has gone back."""

    amount: Money
    back: Money


def standing(
    amount: Money, payments: Iterable[Paid], tolerance: Money, *, is_on_its_way: bool = False
) -> Standing:
    """What payments and refunds make of a deposit of `amount`.

    A payment that went back whole counts no more; one that went back in part is not asked for again, and takes its
    part from a surplus. Nothing left of what was paid: refunded.
    """
    paid = list(payments)
    kept = [one for one in paid if one.back < one.amount]
    if paid and not kept:
        zero = Money.zero(amount.currency)
        return Standing(DepositState.REFUNDED, zero, zero, zero)
    made = state_after(amount, [one.amount for one in kept], tolerance, is_on_its_way=is_on_its_way)
    own = [one.back for one in kept if one.amount.currency == amount.currency]
    back = total(own, amount.currency)
    surplus = max(made.surplus - back, Money.zero(amount.currency))
    is_level = made.state is DepositState.OVERPAID and not surplus.is_positive
    return Standing(
        DepositState.PAID if is_level else made.state, made.received - back, made.shortfall, surplus
    )


# --- what the system proposes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """So much of one payment, by its place in the list that was given."""

    place: int
    amount: Money


def shares_of_surplus(surplus: Money, left: Iterable[Money]) -> list[Share]:
    """Which payments a surplus goes back to: the newest first, since the oldest paid the deposit.

    `left` is what can still be given back of each payment, the oldest first; those of another currency take no part.
    """
    shares: list[Share] = []
    rest = surplus
    for place, available in reversed(list(enumerate(left))):
        if available.currency == surplus.currency and rest.is_positive and available.is_positive:
            part = min(rest, available)
            shares.append(Share(place, part))
            rest = rest - part
    return shares


def is_secret(reason: RefundReason, *, is_answer_told: bool) -> bool:
    """Bad news is spoken first: a refund after *not for us* tells the answer, so it waits until that was told."""
    return reason is RefundReason.NOT_ACCEPTED and not is_answer_told


def is_late(state: RefundState, promised: date, today: date) -> bool:
    """The promise is about money leaving; what has left is in the hands of the banks."""
    return state in DUE | {S.PROPOSED} and promised < today


LONGEST_DELAY = timedelta(days=92)


def check_new_day(new: date, old: date, today: date) -> None:
    """A later day is given at most three months ahead. Raises InvalidInput(new_day, `date_must_be_future`, …)."""
    if new <= max(old, today):
        raise InvalidInput("new_day", "day_must_be_later")
    if new > today + LONGEST_DELAY:
        raise InvalidInput("new_day", "day_too_late")
