"""Services use a letter up: warned of before they are booked, never more on bills than the letter holds."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concierge.cases import journal
from concierge.domain.access import SYSTEM
from concierge.domain.errors import DomainError, InvalidInput, NotAllowed, Stale
from concierge.domain.journal import Account, balances
from concierge.domain.money import Money
from concierge.domain.tasks import TaskState
from concierge.domain.vocabulary import PaymentMethod, Phase, ServiceState
from concierge.journey.finance.guarantees import actions, queries
from concierge.journey.finance.payers import actions as payers
from concierge.models import CaseEvent, CaseTask
from tests.journey.finance.guarantees.scenes import TODAY, an_embassy, booked, covered, use, who
from tests.support.clock import START

KEPT, SELF = actions.PayerAnswer("override", "promised by phone"), actions.PayerAnswer("self_pay")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def alarms(session, case):
    session.flush()
    found = sa.select(CaseTask.code).where(CaseTask.case_id == case.id, CaseTask.key.like("letter:%"))
    return sorted(session.scalars(found))


def balance(session, case, account):
    session.flush()
    return balances(journal.lines_of(session, case.id)).get((account, "USD"), usd(0))


@pytest.mark.parametrize(
    ("changes", "facts", "code"),
    [
        ({"services": [Phase.STAY]}, {}, "outside_services"),
        ({}, {"on": TODAY + timedelta(days=91)}, "outside_dates"),
        ({"ceiling": 199_999}, {"quantity": 2}, "above_left"),
    ],
)
def test_what_the_letter_does_not_pay_is_said_before_it_is_booked(session, changes, facts, code):
    case, letter, line = covered(session, **changes)
    with pytest.raises(InvalidInput, match="letter_does_not_pay") as refused:
        booked(session, case, letter, line, **facts)
    assert refused.value.data["codes"] == (code,)
    with pytest.raises(InvalidInput, match="reason_needed"):
        booked(session, case, letter, line, answer=actions.PayerAnswer("override"), **facts)
    (kept,) = booked(session, case, letter, line, answer=KEPT, **facts)
    assert (kept.letter_id, kept.override_reason) == (letter.id, "promised by phone")


def test_above_what_is_left_the_patient_pays_only_the_rest(session):
    case, letter, line = covered(session, 150_000)
    shares = booked(session, case, letter, line, quantity=2, answer=SELF)
    assert [(one.letter_id, one.amount) for one in shares] == [(letter.id, usd(150_000)), (None, usd(50_000))]
    (whole,) = booked(session, case, letter, line, answer=SELF)
    assert whole.letter_id is None
    assert use(session, letter).left == usd(0)


def test_a_letter_in_another_currency_never_pays(session):
    case, letter, line = covered(session)
    line.currency = "EUR"
    with pytest.raises(InvalidInput, match="letter_cannot_pay"):
        booked(session, case, letter, line, answer=KEPT)


def test_a_service_goes_from_booked_to_paid_and_the_journal_follows(session):
    case, letter, line = covered(session)
    organisation = an_embassy(session, case)
    actions.name_guarantor(session, case, letter, organisation, **who(session, case))
    payers.add_agreement(
        session, organisation, number="A-1", valid_from=TODAY, valid_until=None, benefits=[], payment_days=45,
        **who(session, case),
    )  # fmt: skip
    (service,) = booked(session, case, letter, line)
    with pytest.raises(Stale):
        actions.bill_service(
            session, case, service, number="1", amount=usd(1), on=TODAY, **who(session, case)
        )
    actions.perform_service(session, case, service, on=TODAY, **who(session, case))
    bill = {"number": "B-7", "amount": usd(90_000), "on": TODAY}
    actions.bill_service(session, case, service, **bill, **who(session, case))
    assert service.due_on == TODAY + timedelta(days=45)
    assert balance(session, case, Account.COVER) == -usd(2_910_000)
    assert balance(session, case, Account.RECEIVABLE) == usd(90_000)
    actions.pay_bill(
        session, case, service, method=PaymentMethod.BANK_TRANSFER, on=TODAY, **who(session, case)
    )
    assert balance(session, case, Account.RECEIVABLE).is_zero
    assert balance(session, case, Account.BANK) == usd(90_000)
    for again in (actions.cancel_service, actions.make_self_pay):
        with pytest.raises(Stale):
            again(session, case, service, **({"reason": "x"} if again is actions.cancel_service else {}),
                  **who(session, case))  # fmt: skip


def test_no_bill_takes_more_than_the_letter_has(session):
    case, letter, line = covered(session, 100_000)
    (service,) = booked(session, case, letter, line)
    actions.perform_service(session, case, service, on=TODAY, **who(session, case))
    with pytest.raises(InvalidInput, match="above_what_is_left"):
        actions.bill_service(
            session, case, service, number="1", amount=usd(100_001), on=TODAY, **who(session, case)
        )


def test_eighty_percent_and_the_last_days_make_one_task_each(session):
    case, letter, line = covered(session, 500_000)
    booked(session, case, letter, line, quantity=3)
    assert alarms(session, case) == []
    booked(session, case, letter, line, quantity=1)
    assert actions.raise_alarms(session, case, letter, **who(session, case)) == 0
    assert alarms(session, case) == ["letter_used_80"]
    task = session.scalars(sa.select(CaseTask).where(CaseTask.code == "letter_used_80")).one()
    assert task.owner_id == case.advocate_id
    assert (
        session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "letter_alarm")).one().data["alarm"]
        == "used_80"
    )
    booked(session, case, letter, line, quantity=1)
    later = START + timedelta(days=77)
    assert queries.letters_to_watch(session, later) == [(case.id, letter.id)]
    assert actions.raise_alarms(session, case, letter, actor=SYSTEM, now=later) == 1
    assert queries.letters_to_watch(session, later) == []
    assert actions.raise_alarms(session, case, letter, actor=SYSTEM, now=START + timedelta(days=91)) == 1
    assert alarms(session, case) == [
        "letter_expired",
        "letter_expires_soon",
        "letter_used_80",
        "letter_used_up",
    ]


def test_an_amendment_is_noted_by_one_and_accepted_by_another(session):
    case, letter, line = covered(session, 100_000)
    booked(session, case, letter, line)
    facts = {
        "number": "A1", "ceiling": usd(400_000), "valid_until": TODAY + timedelta(days=200),
        "services": [Phase.EVALUATION],
    }  # fmt: skip
    amendment = actions.record_amendment(session, case, letter, **facts, **who(session, case))
    with pytest.raises(InvalidInput, match="amendment_waits"):
        actions.record_amendment(session, case, letter, **facts, **who(session, case))
    with pytest.raises(NotAllowed, match="second_person_needed"):
        actions.accept_amendment(session, case, letter, amendment, **who(session, case))
    assert letter.ceiling == usd(100_000)
    actions.accept_amendment(session, case, letter, amendment, **who(session, case, 1))
    with pytest.raises(Stale):
        actions.accept_amendment(session, case, letter, amendment, **who(session, case, 1))
    assert (letter.ceiling, letter.services) == (usd(400_000), ["evaluation"])
    assert amendment.before["ceiling_minor"] == 100_000
    assert balance(session, case, Account.COVER) == -usd(400_000)
    (settled,) = session.scalars(sa.select(CaseTask).where(CaseTask.key.like("letter:%")))
    assert (settled.code, settled.state) == ("letter_used_up", TaskState.CANCELLED)
    with pytest.raises(InvalidInput, match="amendment_changes_nothing"):
        actions.record_amendment(session, case, letter, **facts, **who(session, case))


def test_a_limit_below_what_bills_took_is_not_accepted(session):
    case, letter, line = covered(session)
    (service,) = booked(session, case, letter, line)
    actions.perform_service(session, case, service, on=TODAY, **who(session, case))
    actions.bill_service(
        session, case, service, number="1", amount=usd(100_000), on=TODAY, **who(session, case)
    )
    facts = {"number": "", "ceiling": usd(99_999), "valid_until": letter.valid_until, "services": list(Phase)}
    amendment = actions.record_amendment(session, case, letter, **facts, **who(session, case))
    with pytest.raises(NotAllowed, match="limit_below_bills"):
        actions.accept_amendment(session, case, letter, amendment, **who(session, case, 1))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["book", "keep", "self_pay", "perform", "bill", "pay", "cancel", "amend"]),
        st.integers(0, 3), st.integers(1, 400_000),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_the_memorandum_balances_and_bills_never_pass_the_limit(session, steps):
    undo = session.begin_nested()
    case, letter, line = covered(session, 250_000)
    for step, which, amount in steps:
        try:
            _do(session, case, letter, line, step, which, amount)
        except DomainError:
            session.flush()
        now_used = use(session, letter)
        cover = -balance(session, case, Account.COVER)
        assert cover == now_used.unbilled == balance(session, case, Account.PROMISED)
        assert cover.minor >= 0 and now_used.left.minor >= 0 and now_used.used.minor >= 0
    owed = [one for one in queries.services_of(session, case.id) if one.state is ServiceState.BILLED]
    assert balance(session, case, Account.RECEIVABLE).minor == sum(one.amount_minor for one in owed)
    undo.rollback()
    session.expire_all()


def _do(session, case, letter, line, step, which, amount):
    if step in {"book", "keep", "self_pay"}:
        answer = {"keep": KEPT, "self_pay": SELF}.get(step, actions.PayerAnswer())
        booked(session, case, letter, line, quantity=which + 1, answer=answer)
    elif step == "amend":
        facts = {
            "number": "",
            "ceiling": usd(amount),
            "valid_until": letter.valid_until,
            "services": list(Phase),
        }
        with session.begin_nested():
            amendment = actions.record_amendment(session, case, letter, **facts, **who(session, case))
            actions.accept_amendment(session, case, letter, amendment, **who(session, case, 1))
    elif services := queries.services_of(session, case.id):
        verbs = {
            "perform": (actions.perform_service, {"on": TODAY}),
            "bill": (actions.bill_service, {"number": "1", "amount": usd(amount), "on": TODAY}),
            "pay": (actions.pay_bill, {"method": PaymentMethod.BANK_TRANSFER, "on": TODAY}),
            "cancel": (actions.cancel_service, {"reason": "not needed"}),
        }
        verb, facts = verbs[step]
        verb(session, case, services[which % len(services)], **facts, **who(session, case))
