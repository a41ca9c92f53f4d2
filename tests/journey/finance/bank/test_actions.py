"""A statement comes in once, and its money never pays more than it is."""

import random

import pytest
import sqlalchemy as sa

from concierge.cases import journal
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.journal import held
from concierge.domain.money import Money
from concierge.domain.statements import StatementError
from concierge.domain.vocabulary import AsideReason, BankLineState, DepositState, PaymentState
from concierge.journey.finance.bank import actions
from concierge.journey.finance.deposits import actions as money
from concierge.models import BankStatement, CaseEvent, Hospital, Payment
from tests.journey.finance.bank.scenes import a_waiting_deposit, booked, lines_of, taken_in, usd
from tests.journey.finance.scenes import advocate, in_finance
from tests.support.clock import START


def matched(session, line, shares, case, nth=0, **facts):
    return actions.match(session, line.id, shares, actor=advocate(session, case, nth), now=START, **facts)


def limit(session, case, minor):
    session.get_one(Hospital, case.hospital_id).four_eyes_minor = minor


def test_the_same_statement_twice_changes_nothing_and_a_longer_one_brings_what_is_new(session):
    case, _deposit = a_waiting_deposit(session)
    first, second = booked(100, bank_id="A"), booked(100)
    taken = taken_in(session, case, first, second, second)
    assert (taken.new, taken.known, len(taken.statements)) == (3, 0, 1)
    again = taken_in(session, case, first, second, second)
    assert (again.new, again.known, again.statements) == (0, 3, [])
    longer = taken_in(session, case, first, second, second, booked(7), number="2")
    assert (longer.new, longer.known) == (1, 3)
    assert [line.amount_minor for line in lines_of(session)] == [100, 100, 100, 7]
    assert [
        row.new_count for row in session.scalars(sa.select(BankStatement).order_by(BankStatement.id))
    ] == [3, 1]


def test_a_statement_of_another_account_is_refused_and_nothing_is_taken_in(session):
    case = in_finance(session)
    with pytest.raises(StatementError, match="statement_other_account"):
        taken_in(session, case, booked(100), account="DE89370400440532013000")
    assert lines_of(session) == []


def test_a_line_of_nothing_waits_for_nobody(session):
    taken_in(session, in_finance(session), booked(0), booked(-100))
    assert [line.state for line in lines_of(session)] == [BankLineState.SET_ASIDE, BankLineState.UNMATCHED]


def test_within_the_limit_reference_and_amount_one_match_and_the_statement_are_enough(session):
    case, deposit = a_waiting_deposit(session)
    limit(session, case, 1_000_000)
    taken_in(session, case, booked(997_500, f"{deposit.reference} deposit", payer_name="K. AL MUTAIRI"))
    (line,) = lines_of(session)
    assert line.hints == [deposit.id]
    (payment,) = matched(session, line, {deposit.id: None}, case)
    assert (payment.state, payment.confirmed_by_id) == (PaymentState.CONFIRMED, None)
    assert (payment.recorded_by_id, payment.bank_line_id) == (advocate(session, case).id, line.id)
    assert deposit.state is DepositState.PAID
    assert held(journal.lines_of(session, case.id), "USD") == usd(997_500)
    assert (line.state, line.left_minor) == (BankLineState.MATCHED, 0)


@pytest.mark.parametrize(
    ("minor", "text", "limit_minor"),
    [
        (997_500, "{0}", 0),  # the hospital wants two persons always
        (997_500, "{0}", 997_499),
        (997_500, "no reference", 1_000_000),
        (900_000, "{0}", 1_000_000),  # a part
        (1_000_100, "{0}", 2_000_000),  # too much
    ],
)
def test_what_does_not_fit_exactly_waits_for_a_second_person(session, minor, text, limit_minor):
    case, deposit = a_waiting_deposit(session)
    limit(session, case, limit_minor)
    taken_in(session, case, booked(minor, text.format(deposit.reference)))
    (payment,) = matched(session, lines_of(session)[0], {deposit.id: None}, case)
    assert payment.state is PaymentState.RECORDED
    with pytest.raises(NotAllowed, match="second_person_needed"):
        money.confirm_payment(session, case, deposit, payment, actor=advocate(session, case), now=START)
    money.confirm_payment(session, case, deposit, payment, actor=advocate(session, case, 1), now=START)
    assert payment.state is PaymentState.CONFIRMED


def test_the_database_knows_no_payment_that_one_person_alone_made_count(session):
    case, deposit = a_waiting_deposit(session)
    taken_in(session, case, booked(500))
    (payment,) = matched(session, lines_of(session)[0], {deposit.id: None}, case)
    session.commit()
    payment.state, payment.confirmed_at, payment.bank_line_id = PaymentState.CONFIRMED, START, None
    with pytest.raises(sa.exc.IntegrityError, match="two_sources"):
        session.flush()


def test_another_currency_needs_attention_and_a_second_person(session):
    case, deposit = a_waiting_deposit(session)
    limit(session, case, 10**9)
    line = booked(0, deposit.reference)
    object.__setattr__(line, "amount", Money(1_000_000, "EUR"))
    statement = actions.Statement("000123456789", "9", "EUR", (line,))
    hospital = session.get_one(Hospital, case.hospital_id)
    who = {"actor": advocate(session, case), "now": START}
    actions.take_in(session, hospital, "csv", [statement], actions.KeptFile("e.csv", ""), **who)
    (payment,) = matched(session, lines_of(session)[0], {deposit.id: None}, case)
    money.confirm_payment(session, case, deposit, payment, actor=advocate(session, case, 1), now=START)
    assert (deposit.state, deposit.attention) == (DepositState.NEEDS_ATTENTION, "other_currency")


def test_one_transfer_pays_for_two_cases(session):
    one, first = a_waiting_deposit(session)
    _two, second = a_waiting_deposit(session)
    limit(session, one, 2_000_000)
    taken_in(session, one, booked(1_900_000, f"{first.reference} {second.reference}"))
    (line,) = lines_of(session)
    assert set(line.hints) == {first.id, second.id}
    made = matched(session, line, {second.id: usd(900_000), first.id: usd(1_000_000)}, one)
    assert [payment.state for payment in made] == [PaymentState.CONFIRMED, PaymentState.RECORDED]
    assert (first.state, second.state) == (DepositState.PAID, DepositState.REQUESTED)
    assert line.state is BankLineState.MATCHED


def test_shares_add_up_or_the_rest_is_left_open_on_purpose(session):
    case, deposit = a_waiting_deposit(session)
    taken_in(session, case, booked(1_000_000))
    (line,) = lines_of(session)
    for shares, code in (
        ({deposit.id: usd(400_000)}, "shares_do_not_add_up"),
        ({deposit.id: usd(1_000_001)}, "bank_line_too_much"),
        ({deposit.id: usd(-5)}, "negative"),
        ({deposit.id: usd(0)}, "no_share"),
        ({}, "no_share"),
    ):
        with pytest.raises(InvalidInput, match=code):
            matched(session, line, shares, case)
    matched(session, line, {deposit.id: usd(400_000)}, case, is_rest_open=True)
    assert (line.state, line.left) == (BankLineState.PART_MATCHED, usd(600_000))
    matched(session, line, {deposit.id: None}, case)
    with pytest.raises(Stale, match="bank_line_is_decided"):
        matched(session, line, {deposit.id: None}, case)


def test_a_match_is_taken_back_only_before_it_counts(session):
    case, deposit = a_waiting_deposit(session)
    taken_in(session, case, booked(1_000_000))
    (line,) = lines_of(session)
    (payment,) = matched(session, line, {deposit.id: None}, case)
    money.take_back_payment(session, case, deposit, payment, actor=advocate(session, case), now=START)
    assert (line.state, line.left) == (BankLineState.UNMATCHED, usd(1_000_000))
    kinds = session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert "payment_taken_back" in kinds
    (payment,) = matched(session, line, {deposit.id: None}, case)
    money.confirm_payment(session, case, deposit, payment, actor=advocate(session, case, 1), now=START)
    with pytest.raises(Stale):
        money.take_back_payment(session, case, deposit, payment, actor=advocate(session, case), now=START)


def test_a_second_person_who_rejects_gives_the_money_back_to_its_line(session):
    case, deposit = a_waiting_deposit(session)
    taken_in(session, case, booked(1_000_000))
    (line,) = lines_of(session)
    (payment,) = matched(session, line, {deposit.id: None}, case)
    who = {"actor": advocate(session, case, 1), "now": START}
    money.reject_payment(session, case, deposit, payment, reason="Other family", **who)
    assert (line.state, line.left) == (BankLineState.UNMATCHED, usd(1_000_000))


def test_money_is_not_matched_across_hospitals(session):
    case, _deposit = a_waiting_deposit(session)
    _other, foreign = a_waiting_deposit(session, slug="jinghe")
    taken_in(session, case, booked(1_000_000))
    with pytest.raises(NotAllowed):
        matched(session, lines_of(session)[0], {foreign.id: None}, case)


def test_what_is_for_no_deposit_is_set_aside_with_a_reason_and_taken_up_again(session):
    case, deposit = a_waiting_deposit(session)
    taken_in(session, case, booked(100))
    (line,) = lines_of(session)
    who = {"actor": advocate(session, case), "now": START}
    with pytest.raises(InvalidInput, match="reason_needed"):
        actions.set_aside(session, line.id, AsideReason.SEND_BACK, "", **who)
    actions.set_aside(session, line.id, AsideReason.SEND_BACK, "Invoice of a shop", **who)
    with pytest.raises(Stale):
        matched(session, line, {deposit.id: None}, case)
    actions.take_up_again(session, line.id, **who)
    assert (line.state, line.aside_reason) == (BankLineState.UNMATCHED, None)


def test_money_that_went_out_is_for_no_deposit(session):
    case, deposit = a_waiting_deposit(session)
    taken_in(session, case, booked(-5_000))
    (line,) = lines_of(session)
    with pytest.raises(NotAllowed, match="bank_line_goes_out"):
        matched(session, line, {deposit.id: usd(5)}, case)
    assert (line.state, line.left_minor) == (BankLineState.UNMATCHED, -5_000)


def test_a_deposit_asked_for_later_is_found_when_one_looks_again(session):
    early = in_finance(session)
    taken_in(session, early, booked(1_000_000, payer_name="Noura Saad Al Mutairi"))
    case, deposit = a_waiting_deposit(session)
    assert lines_of(session)[0].hints == []
    actions.look_again(session, session.get_one(Hospital, case.hospital_id))
    session.flush()
    assert lines_of(session)[0].hints == [deposit.id]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_matched_taken_back_and_rejected_a_line_never_pays_more_than_it_is(session, seed):
    chance = random.Random(seed)
    cases = [a_waiting_deposit(session) for _number in range(2)]
    limit(session, cases[0][0], chance.choice([0, 10**9]))
    taken_in(session, cases[0][0], booked(chance.randint(1, 2_000_000), cases[0][1].reference))
    (line,) = lines_of(session)

    def one_step() -> None:
        case, deposit = chance.choice(cases)
        who = {"actor": advocate(session, case, chance.randrange(2)), "now": START}
        waiting = [p for p in deposit.payments if p.state is PaymentState.RECORDED]
        verb = chance.randrange(5)
        if verb <= 1 or not waiting:
            share = chance.choice([None, usd(chance.randint(-5, line.left_minor + 5))])
            actions.match(session, line.id, {deposit.id: share}, is_rest_open=chance.random() < 0.8, **who)
        elif verb == 2:
            money.take_back_payment(session, case, deposit, waiting[0], **who)
        elif verb == 3:
            money.reject_payment(session, case, deposit, waiting[0], reason="no", **who)
        else:
            money.confirm_payment(session, case, deposit, waiting[0], **who)

    counts = (PaymentState.RECORDED, PaymentState.CONFIRMED)
    for _step in range(25):
        try:
            one_step()
        except (InvalidInput, NotAllowed, Stale):
            continue
        session.flush()
        paid = session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(Payment.amount_minor), 0)).where(Payment.state.in_(counts))
        )
        assert line.left_minor == line.amount_minor - paid
        assert 0 <= line.left_minor <= line.amount_minor
    entered = sum(held(journal.lines_of(session, case.id), "USD").minor for case, _deposit in cases)
    confirmed = [p for _case, d in cases for p in d.payments if p.state is PaymentState.CONFIRMED]
    assert entered == sum(payment.amount_minor for payment in confirmed)
