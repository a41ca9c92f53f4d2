"""A letter takes the place of the deposit: one act, and undone as one while nothing was sent back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import facts
from concierge.cases.actions import check_open, record, settle
from concierge.domain.access import Actor
from concierge.domain.errors import AlreadyTaken, NotAllowed, Stale
from concierge.domain.vocabulary import DepositState, PaymentState
from concierge.journey.finance.guarantees import queries
from concierge.journey.finance.guarantees.actions import money_back
from concierge.models import Case, Deposit, DepositSwap, Guarantee

_PAID = {DepositState.PAID, DepositState.OVERPAID}
_UNDECIDED = {PaymentState.STARTED, PaymentState.RECORDED}


def swap_deposit(
    session: Session, case: Case, letter: Guarantee, *, actor: Actor, now: datetime
) -> DepositSwap:
    """What was paid is proposed to go back to who paid it; what was not paid is asked for no more.

    Never both lost: the letter must cover the estimate in this very transaction. Raises AlreadyTaken
    (`deposit_is_swapped`), NotAllowed (`nothing_to_swap`, `payment_waits`, `letter_does_not_cover`).
    """
    check_open(case)
    deposit = session.scalar(
        sa.select(Deposit).where(Deposit.case_id == case.id).execution_options(populate_existing=True)
    )
    if queries.live_swap(session, case.id) is not None:
        raise AlreadyTaken("deposit_is_swapped")
    if deposit is None or not queries.is_swappable(deposit):
        raise NotAllowed("nothing_to_swap")
    if deposit.state is DepositState.NEEDS_ATTENTION or any(p.state in _UNDECIDED for p in deposit.payments):
        raise NotAllowed("payment_waits")
    if facts.not_covered(facts.load(session, case), letter, now):
        raise NotAllowed("letter_does_not_cover")
    before = sa.update(DepositSwap).where(
        DepositSwap.deposit_id == deposit.id, DepositSwap.undone_at.is_(None)
    )
    session.execute(
        before.values(undone_at=now, undone_by=actor.name)
    )  # the deposit was asked for again since
    swap = DepositSwap(
        case_id=case.id, guarantee_id=letter.id, deposit_id=deposit.id, state_before=deposit.state,
        made_by=actor.name, made_at=now,
        refunds=money_back.propose(session, case, deposit, actor=actor, now=now),
    )  # fmt: skip
    session.add(swap)
    if deposit.state not in _PAID:
        deposit.state = DepositState.CANCELLED
    record(session, case, "deposit_swapped", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)
    return swap


def undo_swap(session: Session, case: Case, swap: DepositSwap, *, actor: Actor, now: datetime) -> None:
    """Both halves as they were. Raises Stale(`swap_is_undone`), NotAllowed(`money_went_back`)."""
    if swap.undone_at is not None:
        raise Stale("swap_is_undone")
    letter = session.get_one(Guarantee, swap.guarantee_id)
    reason = f"{letter.issuer} {letter.number}"
    money_back.withdraw(session, case, swap.refunds, reason=reason, actor=actor, now=now)
    deposit = session.get_one(Deposit, swap.deposit_id, populate_existing=True)
    if deposit.state is DepositState.CANCELLED:
        deposit.state = swap.state_before
    swap.undone_at, swap.undone_by = now, actor.name
    record(session, case, "deposit_swap_undone", actor, now)
    settle(session, case, actor, now)
