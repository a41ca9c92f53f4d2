"""A case whose deposit was paid, and what becomes of its money."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.domain.money import Money
from concierge.domain.vocabulary import (
    DecisionOutcome,
    DepositState,
    PaymentMethod,
    PaymentState,
    RefundReason,
)
from concierge.journey.finance.deposits import actions
from concierge.models import Case, Decision, Deposit, Payment, Refund
from tests.journey.finance.scenes import advocate, arrived, in_finance, requested
from tests.support.clock import START

LATER = START + timedelta(hours=1)


def paid(
    session: Session, slug: str = "alder-coast", more: int = 0, **facts
) -> tuple[Case, Deposit, Payment]:
    """A deposit that was paid by transfer, with `more` than was asked for."""
    case = in_finance(session, slug, **facts)
    deposit = requested(session, case)
    payment = arrived(session, case, deposit, deposit.amount_minor + more)
    actions.confirm_payment(session, case, deposit, payment, actor=advocate(session, case, 1), now=START)
    return lock(session, case.id), deposit, payment


def paid_by_card(session: Session) -> tuple[Case, Deposit, Payment]:
    """The same by card; the card service confirmed it."""
    case = in_finance(session)
    deposit = requested(session, case)
    payment = Payment(
        deposit_id=deposit.id, method=PaymentMethod.CARD, state=PaymentState.CONFIRMED, provider_id="pi_1",
        amount_minor=deposit.amount_minor, currency=deposit.currency, payer_name="K AL MUTAIRI", recorded_at=START,
        confirmed_at=START,
    )  # fmt: skip
    deposit.payments.append(payment)
    session.flush()
    actions.book(session, case, payment, advocate(session, case), START)
    actions.weigh(session, case, deposit, advocate(session, case), START)
    assert deposit.state is DepositState.PAID
    return case, deposit, payment


def who(session: Session, case: Case, nth: int = 0) -> dict:
    return {"actor": advocate(session, case, nth), "now": LATER}


def proposed(session: Session, case: Case, deposit: Deposit, minor: int | None = None, **facts) -> Refund:
    """By the first advocate; all of it by default."""
    from concierge.journey.finance.refunds.actions import propose_refund

    amount = Money(deposit.amount_minor if minor is None else minor, deposit.currency)
    facts = {"reason": RefundReason.COSTS_LESS, **facts}
    return propose_refund(session, case, deposit, amount=amount, **facts, **who(session, case))


def approved(session: Session, case: Case, deposit: Deposit, minor: int | None = None, **facts) -> Refund:
    """Proposed by the first and approved by the second advocate."""
    from concierge.journey.finance.refunds.actions import approve_refund

    refund = proposed(session, case, deposit, minor, **facts)
    approve_refund(session, case, refund, **who(session, case, 1))
    return refund


def all_refunds(session: Session) -> list[Refund]:
    return list(session.scalars(sa.select(Refund).order_by(Refund.id)))


def decide(session: Session, case: Case, outcome: DecisionOutcome) -> None:
    """Signed, and told to nobody yet."""
    session.add(
        Decision(
            case_id=case.id, outcome=outcome, reason="x", patient_text="x", alternatives="", asked_records=[],
            proposed_tests="", signed_by_id=who(session, case)["actor"].id, signed_by_name="R", signed_at=LATER,
        )
    )  # fmt: skip
    session.flush()
