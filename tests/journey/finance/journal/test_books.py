"""Whatever happens to the money of a case: the journal balances, nothing goes out twice, nothing disappears."""

from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from concierge.cases import journal
from concierge.cases.actions import close, lock, reopen
from concierge.domain import journal as postings
from concierge.domain.access import Actor
from concierge.domain.errors import DomainError
from concierge.domain.journal import Account, Line, balances
from concierge.domain.journey import CaseState, Exit
from concierge.domain.money import Money
from concierge.domain.refund import STOPPABLE
from concierge.domain.vocabulary import PaymentMethod, PaymentState, RefundReason, RefundState
from concierge.journey.finance.deposits import actions
from concierge.journey.finance.journal.books import faults
from concierge.journey.finance.journal.queries import entries_about
from concierge.journey.finance.refunds import actions as refunds
from concierge.models import Case, Deposit, Payment, Refund
from tests.journey.finance.scenes import advocate, in_finance, requested
from tests.support.clock import START

ACTS = (
    "pay", "confirm", "reject", "pay_by_card", "propose", "propose_all", "approve", "approve", "refuse", "withdraw",
    "send", "send", "done", "fail", "dispute", "win", "lose", "letter", "end", "go_on",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(1, 60)), min_size=4, max_size=22
)


class House:
    """One case, two advocates, and every verb that moves its money."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.case: Case = in_finance(session)
        self.deposit: Deposit = requested(session, self.case)
        self.people: list[Actor] = [advocate(session, self.case, nth) for nth in range(3)]
        self.at = START
        self.open_disputes: dict[str, Payment] = {}
        self.lost, self.letters, self.left_us = 0, 0, 0

    def act(self, name: str, which: int, amount: int) -> None:
        self.at += timedelta(minutes=1)
        with suppress(DomainError):
            getattr(self, name)(which, Money(amount * 10_000, self.deposit.currency))
        self.session.flush()

    def who(self, nth: int = 0) -> dict:
        return {"actor": self.people[nth % 3], "now": self.at}

    def payments(self, state: PaymentState) -> list[Payment]:
        return [payment for payment in self.deposit.payments if payment.state is state]

    def refund(self, which: int) -> Refund:
        if not self.deposit.refunds:
            raise DomainError("none")
        return self.deposit.refunds[which % len(self.deposit.refunds)]

    # --- the verbs ---------------------------------------------------------------------------------------------

    def pay(self, which: int, amount: Money) -> None:
        facts = {"method": PaymentMethod.BANK_TRANSFER, "payer_name": "K", "received_on": START.date()}
        actions.record_payment(
            self.session, self.case, self.deposit, amount=amount, **facts, **self.who(which)
        )

    def confirm(self, which: int, _amount: Money) -> None:
        for payment in self.payments(PaymentState.RECORDED)[:1]:
            actions.confirm_payment(self.session, self.case, self.deposit, payment, **self.who(which))

    def reject(self, which: int, _amount: Money) -> None:
        for payment in self.payments(PaymentState.RECORDED)[:1]:
            facts = {"reason": "not ours", **self.who(which)}
            actions.reject_payment(self.session, self.case, self.deposit, payment, **facts)

    def pay_by_card(self, _which: int, amount: Money) -> None:
        payment = Payment(
            deposit_id=self.deposit.id, method=PaymentMethod.CARD, state=PaymentState.CONFIRMED, confirmed_at=self.at,
            amount_minor=amount.minor, currency=amount.currency, payer_name="K", recorded_at=self.at,
        )  # fmt: skip
        self.deposit.payments.append(payment)
        self.session.flush()
        actions.book(self.session, self.case, payment, self.people[0], self.at)
        actions.weigh(self.session, self.case, self.deposit, self.people[0], self.at)

    def propose(self, which: int, amount: Money) -> None:
        facts = {"amount": amount, "reason": RefundReason.COSTS_LESS, **self.who(which)}
        refunds.propose_refund(self.session, self.case, self.deposit, **facts)

    def propose_all(self, which: int, _amount: Money) -> None:
        refunds.propose_all(
            self.session, self.case, self.deposit, reason=RefundReason.COVERED, **self.who(which)
        )

    def approve(self, which: int, amount: Money) -> None:
        refunds.approve_refund(
            self.session, self.case, self.refund(which), **self.who(amount.minor // 10_000)
        )

    def refuse(self, which: int, amount: Money) -> None:
        facts = {"reason": "no", **self.who(amount.minor // 10_000)}
        refunds.refuse_refund(self.session, self.case, self.refund(which), **facts)

    def withdraw(self, which: int, _amount: Money) -> None:
        refunds.withdraw_refund(self.session, self.case, self.refund(which), reason="no", **self.who())

    def send(self, which: int, amount: Money) -> None:
        refund = self.refund(which)
        if refund.method is not PaymentMethod.CARD:
            facts = {"on": START.date(), "bank_reference": "1", **self.who(which)}
            refunds.send_refund(self.session, self.case, refund, **facts)
        elif refund.state is RefundState.SENDING:
            key = f"re_{refund.public_id}_{refund.attempt}"
            refunds.refund_sent_by_card(self.session, self.case, refund, key, self.at)
            refunds.refund_sent_by_card(self.session, self.case, refund, key, self.at)
        else:
            refunds.start_card_refund(self.session, self.case, refund, **self.who(which))

    def done(self, which: int, _amount: Money) -> None:
        refunds.refund_done(self.session, self.case, self.refund(which), now=self.at)

    def fail(self, which: int, _amount: Money) -> None:
        refunds.refund_failed(self.session, self.case, self.refund(which), "closed", now=self.at)

    def dispute(self, which: int, _amount: Money) -> None:
        """As the card's side does it: the money is taken as far as it is here, and what was not sent is stopped."""
        cards = [p for p in self.payments(PaymentState.CONFIRMED) if p.method is PaymentMethod.CARD]
        payment = cards[which % len(cards)] if cards else None
        is_whole = payment and all(
            r.state in {RefundState.WITHDRAWN, RefundState.REFUSED} or r.state in STOPPABLE
            for r in self.deposit.refunds if r.payment_id == payment.id
        )  # fmt: skip
        if payment is None or not is_whole or f"dispute:{payment.public_id}" in self.open_disputes:
            return
        refunds.stop_refunds(self.session, self.case, payment, reason="dispute", now=self.at)
        self.open_disputes[f"dispute:{payment.public_id}"] = payment
        self.post(postings.dispute_opened(payment.amount), f"dispute:{payment.public_id}")

    def win(self, which: int, _amount: Money) -> None:
        self.decide(which, postings.dispute_won)

    def lose(self, which: int, _amount: Money) -> None:
        if payment := self.decide(which, postings.dispute_lost):
            self.lost += payment.amount_minor

    def decide(self, which: int, posting) -> Payment | None:
        ended = {fact for fact in self.open_disputes if fact.endswith(":end")}
        waiting = [fact for fact in self.open_disputes if fact not in ended and f"{fact}:end" not in ended]
        if not waiting:
            return None
        fact = waiting[which % len(waiting)]
        payment = self.open_disputes[f"{fact}:end"] = self.open_disputes[fact]
        held = postings.held(journal.lines_of(self.session, self.case.id), payment.currency)
        if posting is postings.dispute_lost and held < payment.amount:
            self.open_disputes.pop(f"{fact}:end")
            return None
        self.post(posting(payment.amount), f"{fact}:end")
        return payment

    def letter(self, _which: int, amount: Money) -> None:
        self.letters += 1
        self.post(postings.letter_accepted(amount), f"letter:{self.case.id}:{self.letters}")
        self.post(postings.letter_ended(amount), f"letter:{self.case.id}:{self.letters}:end")

    def end(self, which: int, _amount: Money) -> None:
        exits = (Exit.COST, Exit.NOT_ACCEPTED, Exit.DIED, Exit.COMPLETED)
        close(self.session, self.case, exit=exits[which % 4], reason="", **self.who())

    def go_on(self, _which: int, _amount: Money) -> None:
        if self.case.state is CaseState.CLOSED:
            reopen(self.session, self.case, reason="again", **self.who())

    def post(self, posting, fact: str) -> None:
        journal.post(self.session, self.case, posting, fact=fact, actor=self.people[0], now=self.at)

    # --- what is always true -----------------------------------------------------------------------------------

    def is_sound(self) -> None:
        at = balances(journal.lines_of(self.session, self.case.id))
        zero = Money.zero(self.deposit.currency)
        stand = {account: at.get((account, self.deposit.currency), zero).minor for account in Account}
        assert sum(stand.values()) == 0
        received = sum(p.amount_minor for p in self.payments(PaymentState.CONFIRMED))
        states = dict.fromkeys(RefundState, 0)
        for refund in self.deposit.refunds:
            states[refund.state] += refund.amount_minor
        gone = states[RefundState.SENT] + states[RefundState.DONE]
        due = states[RefundState.APPROVED] + states[RefundState.SENDING] + states[RefundState.CAME_BACK]
        held = -stand[Account.DEPOSITS]
        assert -stand[Account.REFUNDS_DUE] == due
        assert received == held + due + gone + self.lost
        assert held >= 0 and gone + self.lost <= received
        here = sum(
            stand[place] for place in (Account.BANK, Account.CARD_SERVICE, Account.COUNTER, Account.DISPUTED)
        )
        assert here == held + due >= 0
        for payment in self.deposit.payments:
            back = [r for r in self.deposit.refunds if r.payment_id == payment.id and r.ended_at is None]
            assert sum(r.amount_minor for r in back) <= payment.amount_minor
        for refund in self.deposit.refunds:
            facts = [e.fact for e in self.sent_entries(refund)]
            assert len(facts) == len(set(facts)) <= refund.attempt

    def sent_entries(self, refund: Refund):
        return entries_about(self.session, self.case.id, f"refund:{refund.public_id}:sent")


def test_any_sequence_of_payments_refunds_disputes_and_letters_keeps_the_books(session):
    many = (
        25 if session.get_bind().dialect.name == "sqlite" else 4
    )  # the rules are the same; this one is slower

    @settings(max_examples=many, deadline=None, derandomize=True)
    @given(STEPS)
    def holds(steps: list[tuple[str, int, int]]) -> None:
        house = House(session)
        for name, which, amount in steps:
            house.act(name, which, amount)
        house.is_sound()
        assert faults(session) == []
        session.rollback()

    holds()


MONEY = st.integers(1, 10**15).map(lambda minor: Money(minor, "JPY"))


@given(st.lists(st.tuples(st.sampled_from(list(Account)), MONEY), max_size=12))
def test_what_is_carried_out_and_over_leaves_nothing_and_loses_nothing(pairs):
    lines = [
        line for account, amount in pairs for line in (Line(account, amount), Line(Account.BANK, -amount))
    ]
    out, over = postings.carried_out(lines), postings.carried_over(lines)
    if out is None or over is None:
        assert balances(lines) == {}
        return
    assert balances([*lines, *out.lines]) == {}
    assert balances(over.lines) == balances(lines)


def test_the_verbs_of_the_property_really_move_money(session):
    """Otherwise the property would hold of nothing."""
    house = House(session)
    for name, which, amount in (
        ("pay", 0, 60), ("confirm", 1, 1), ("propose", 0, 20), ("approve", 0, 1), ("send", 0, 1), ("fail", 0, 1),
        ("send", 0, 1), ("pay_by_card", 0, 30), ("propose_all", 0, 1), ("approve", 2, 2), ("send", 2, 1),
        ("send", 2, 1), ("done", 2, 1),
    ):  # fmt: skip
        house.act(name, which, amount)
    assert lock(session, house.case.id) is house.case
    states = [refund.state for refund in house.deposit.refunds]
    assert RefundState.SENT in states and RefundState.DONE in states
    house.is_sound()
