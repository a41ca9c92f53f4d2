"""The question to an insurer: its own promise, one answer, what the team and the family see of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import CheckState, PayerKind
from concierge.jobs.benefit_checks import warn_of_checks
from concierge.journey.finance.insurance import actions
from concierge.models import BenefitCheck, Case, CasePayer, OutboxMessage
from tests.factories import as_staff, staff
from tests.journey.finance.scenes import advocate, in_finance, issued
from tests.support.clock import START

INSURER = actions.PayerFacts(kind=PayerKind.INSURER, name="Harbour Mutual")
SAID = {
    "verdict": "active", "currency": "USD", "deductible": "١٬٠٠٠٫٠٠", "deductible_met": "400",
    "coinsurance_percent": "20", "own_most": "6,000", "call_reference": "CR-7", "contact_name": "J. Example",
}  # fmt: skip


def fresh(session, model=BenefitCheck):
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id.desc())).first()


def come_as(session, client, name):
    session.rollback()
    as_staff(client, staff(session, f"{name}@alder-coast.example"), session)


@pytest.fixture
def case(session, client) -> Case:
    """An issued estimate, an insurer that Daniel has asked today, and Daniel signed in."""
    with transaction() as writing:
        made = in_finance(writing)
        issued(writing, made)
        who = {"actor": advocate(writing, made), "now": START}
        payer = actions.add_payer(writing, made, INSURER, **who)
        actions.request_check(writing, made, payer, **who)
    come_as(session, client, "daniel")
    return made


def page_of(client, case, check):
    return client.get(f"/c/{case.reference}/money/checks/{check.public_id}")


def test_the_answer_is_noted_once_and_makes_an_expectation(session, client, case):
    check = fresh(session)
    come_as(session, client, "grace")
    old = page_of(client, case, check)
    come_as(session, client, "daniel")
    assert client.submit(page_of(client, case, check), action=check.public_id, **SAID).status_code == 303
    check = fresh(session)
    assert (check.state, check.deductible_minor, check.own_most_minor) == (
        CheckState.ANSWERED,
        100_000,
        600_000,
    )
    text = page_of(client, case, check).get_data(as_text=True)
    assert "not a promise to pay" in text and "CR-7" in text and "The patient" in text
    assert "check_answered" in session.scalars(sa.select(OutboxMessage.event)).all()
    tab = client.get(f"/c/{case.reference}/money").get_data(as_text=True)
    assert "The cover is active" in tab and "Ask again" in tab

    come_as(session, client, "grace")
    late = client.submit(old, action=check.public_id, **{**SAID, "contact_name": "K. Other"})
    assert late.status_code == 422
    assert "A colleague has noted the outcome" in late.get_data(as_text=True)
    assert "K. Other" in late.get_data(as_text=True)
    assert fresh(session).contact_name == "J. Example"


def test_what_is_typed_wrongly_stands_beside_its_field_and_nothing_is_lost(session, client, case):
    check = fresh(session)
    for wrong in (
        {"coinsurance_percent": "101"}, {"deductible": "-5"}, {"currency": "XXX"}, {"verdict": None},
        {"deductible_met": "2000"}, {"own_met": "1", "own_most": ""}, {"valid_until": "2026-02-30"},
    ):  # fmt: skip
        answer = client.submit(page_of(client, case, check), action=check.public_id, **{**SAID, **wrong})
        assert answer.status_code == 422, wrong
        assert "J. Example" in answer.get_data(as_text=True)
    assert fresh(session).state is CheckState.ASKED


def test_tries_keep_the_promise_and_a_question_can_be_withdrawn(session, client, case):
    check = fresh(session)
    due_at, url = check.due_at, f"/{check.public_id}"
    assert due_at == case.hospital.calendar.promise_due(START, days=2)
    page = page_of(client, case, check)
    assert client.submit(page, action=f"{url}/try", try_note="Line is busy").status_code == 303
    assert client.submit(page_of(client, case, check), action=f"{url}/try", try_note="").status_code == 422
    check = fresh(session)
    assert (check.state, check.due_at, len(check.tries)) == (CheckState.NOT_REACHABLE, due_at, 1)
    assert client.submit(page_of(client, case, check), action=f"{url}/withdraw", why="").status_code == 422
    assert (
        client.submit(page_of(client, case, check), action=f"{url}/withdraw", why="Pays alone").status_code
        == 303
    )
    assert fresh(session).state is CheckState.WITHDRAWN


def test_advocates_hear_on_the_day_and_leads_once_it_is_late(session, client, case, clock):
    assert warn_of_checks() == 0
    clock.forward(days=3)  # the day between is a holiday
    assert [warn_of_checks() for _tick in range(2)] == [1, 0]
    assert "Harbour Mutual" in client.get("/desk").get_data(as_text=True)
    clock.forward(days=3)
    assert [warn_of_checks() for _tick in range(2)] == [1, 0]
    session.rollback()
    assert set(session.scalars(sa.select(OutboxMessage.event).where(OutboxMessage.event.like("checks%")))) == {
        "checks_due", "checks_late",
    }  # fmt: skip


def test_the_list_of_open_questions_is_paged_and_stays_inside_the_hospital(
    session, client, case, monkeypatch
):
    from concierge.journey.finance.insurance import queries

    monkeypatch.setattr(queries, "PAGE", 1)
    with transaction() as writing:
        other = in_finance(writing)
        far = in_finance(writing, "jinghe")
        for one in (other, far):
            who = {"actor": advocate(writing, one), "now": START + timedelta(days=1)}
            payer = actions.add_payer(writing, one, INSURER, **who)
            actions.request_check(writing, one, payer, **who)
        names = other.reference, far.reference
    come_as(session, client, "daniel")
    first = client.get("/finance/checks").get_data(as_text=True)
    assert case.reference in first and names[0] not in first
    after = first.split("after=")[1].split('"')[0].replace("&amp;", "&")
    second = client.get(f"/finance/checks?after={after}").get_data(as_text=True)
    assert names[0] in second and names[1] not in second
    come_as(session, client, "tom")
    assert client.get("/finance/checks").status_code == 403


def test_payers_are_added_ordered_checked_and_ended_on_the_tab(session, client, case):
    where = f"/c/{case.reference}/money"
    typed = {"kind": "sponsor", "payer_name": "Good Hands", "limit": "٢٬٥٠٠", "share_percent": "50"}
    assert client.submit(client.get(f"{where}/payers/new"), action="/new", **typed).status_code == 303
    second = fresh(session, CasePayer)
    assert (second.limit_minor, second.rank) == (250_000, 2)
    tab = client.get(where)
    assert client.submit(tab, action=f"{second.public_id}/move", button="up").status_code == 303
    assert fresh(session, Case).payer_name == "Good Hands"
    edit = client.get(f"{where}/payers/{second.public_id}")
    for wrong in (
        {"share_percent": "101"},
        {"limit_currency": "XXX"},
        {"payer_name": ""},
        {"limit": "1.2.3,4"},
    ):
        answer = client.submit(edit, action=second.public_id, **{"note": "kept", **wrong})
        assert answer.status_code == 422, wrong
        assert "kept" in answer.get_data(as_text=True)
    assert (
        client.submit(edit, action=second.public_id, is_verified="y", is_us_government="y").status_code == 303
    )
    text = client.get(f"{where}/payers").get_data(as_text=True)
    assert "Good Hands" in text and "programme of the US government" in text
    assert client.submit(edit, action="/end").status_code == 303
    assert fresh(session, Case).payer_name == "Harbour Mutual"
    come_as(session, client, "tom")
    assert "US government programme: no paid travel" in client.get(f"/c/{case.reference}/travel").get_data(
        as_text=True
    )
