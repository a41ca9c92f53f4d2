"""Hold, wake, end and take up again, from the case's own pages; and nobody reaches them from elsewhere."""

from datetime import date, timedelta

import sqlalchemy as sa

from concierge.cases import actions
from concierge.db import transaction
from concierge.domain.journey import CaseState, Exit, Step
from concierge.models import Case, OutboxMessage
from tests.factories import a_case, account, actor_of, as_portal, staff
from tests.support.clock import START

PAGES = ("people", "history", "move", "hold", "close", "reopen", "consult")
POSTS = (
    "move",
    "hold",
    "wake",
    "close",
    "reopen",
    "people/facts",
    "people/consent",
    "people/who-knows",
    "people/visa",
    "people/team",
    "people/caregivers",
    "people/caregivers/x/rights",
    "people/caregivers/x/remove",
    "consult/illness",
    "consult/call",
    "consult/payer",
    "consult/records",
)


def _fresh(session, case) -> Case:
    session.rollback()
    return session.get(Case, case.id, populate_existing=True)


def test_a_hold_needs_a_day_and_a_reason_and_wakes(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    place = f"/c/{case.reference}/hold"
    for typed in (
        {"until": "", "reason": "x"},
        {"until": "2026-11-24", "reason": "x"},
        {"until": "2026-13-01", "reason": "x"},
    ):
        assert client.submit(client.get(place), action=None, **typed).status_code == 422, typed
    assert client.submit(client.get(place), until="2026-12-10", reason="").status_code == 422
    done = client.submit(client.get(place), until="2026-12-10", reason="The family travels")
    assert (done.status_code, done.location) == (303, f"/c/{case.reference}")
    held = _fresh(session, case)
    assert (held.state, held.hold_until, held.next_code) == (CaseState.ON_HOLD, date(2026, 12, 10), "wake")
    assert client.submit(client.get(place), action="/wake").status_code == 303
    woken = _fresh(session, case)
    assert (woken.state, woken.next_code) == (CaseState.OPEN, "hold_call")
    history = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "Put on hold until Dec 10, 2026" in history
    assert "The family travels" in history


def test_an_end_needs_its_kind_and_a_reason(client, sign_in, session, open_case):
    case = open_case(step=Step.FINANCE)
    sign_in("maria")
    place = f"/c/{case.reference}/close"
    assert client.submit(client.get(place)).status_code == 422
    assert client.submit(client.get(place), exit="completed", reason="x").status_code == 422
    done = client.submit(client.get(place), exit="cost", reason="Treated at home")
    assert done.status_code == 303
    closed = _fresh(session, case)
    assert (closed.state, closed.exit, closed.next_code) == (CaseState.CLOSED, Exit.COST, None)
    assert client.submit(client.get(place), exit="cost", reason="again").status_code == 403
    again = client.submit(client.get(f"/c/{case.reference}/reopen"), reason="They found a sponsor")
    assert again.status_code == 303
    assert _fresh(session, case).state is CaseState.OPEN


def test_a_death_is_asked_twice_and_stops_every_message(client, sign_in, session, open_case):
    case = open_case(step=Step.FINANCE)
    with transaction() as writing:
        writing.add(
            OutboxMessage(
                key="k",
                event="new_message",
                case_id=case.id,
                recipient="a@b.example",
                language="ar",
                due_at=START,
                created_at=START,
            )
        )
    sign_in("maria")
    first = client.submit(client.get(f"/c/{case.reference}/close"), exit="died", reason="The son called us")
    assert first.status_code == 422
    assert "Please check once more" in first.get_data(as_text=True)
    assert _fresh(session, case).state is CaseState.OPEN
    done = client.submit(first, has_died="y")
    assert done.status_code == 303
    assert _fresh(session, case).exit is Exit.DIED
    assert session.scalars(sa.select(OutboxMessage.state)).all() == ["cancelled"]
    place = f"/c/{case.reference}/reopen"
    assert "Only a lead" in client.get(place).get_data(as_text=True)
    sign_in("lena")
    assert client.submit(client.get(place), reason="It was a mistake").status_code == 303


def test_a_stale_page_changes_nothing(client, sign_in, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    pages = {name: client.get(f"/c/{case.reference}/{name}") for name in ("hold", "close")}
    with transaction() as writing:
        writing.get(Case, case.id).question = "Changed by somebody else"
    assert client.submit(pages["hold"], until="2026-12-10", reason="x").status_code == 409
    assert client.submit(pages["close"], exit="cost", reason="x").status_code == 409


def test_the_case_page_leads_to_its_acts(client, sign_in, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/people").get_data(as_text=True)
    for name in ("move", "hold", "close"):
        assert f'href="/c/{case.reference}/{name}"' in page
    sign_in("daniel")
    assert f'href="/c/{case.reference}/close"' not in client.get(f"/c/{case.reference}/people").get_data(
        as_text=True
    )


def test_a_colleague_of_the_other_hospital_finds_nothing(client, sign_in, app, open_case):
    case = open_case(step=Step.CONSULT)
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in("wei@jinghe")
    for name in PAGES:
        assert client.get(f"/c/{case.reference}/{name}").status_code == 404, name
    for name in POSTS:
        assert client.post(f"/c/{case.reference}/{name}").status_code == 404, name
    for path in ("/board", "/cases", "/desk", "/cases?q=noura", f"/cases?q={case.reference}"):
        assert f"/c/{case.reference}" not in client.get(path).get_data(as_text=True), path


def test_strangers_and_families_are_sent_to_the_sign_in(client, session, open_case):
    case = open_case(step=Step.CONSULT)
    with transaction() as writing:
        patient = account(writing, "stranger@family.example")
    for is_family in (False, True):
        if is_family:
            as_portal(client, patient, session)
        for path in ("/desk", "/board", "/cases", *(f"/c/{case.reference}/{name}" for name in PAGES)):
            answer = client.get(path)
            assert answer.status_code == 302, path
            assert case.reference not in answer.get_data(as_text=True).replace(path, "")


def test_a_held_case_goes_on_only_when_its_day_has_come_or_a_person_wakes_it(session):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        maria = actor_of(staff(writing, "maria@alder-coast.example"))
        actions.hold(
            writing, case, until=START.date() + timedelta(days=9), reason="Visa", actor=maria, now=START
        )
        actions.settle(writing, case, maria, START)
        assert (case.state, case.next_code) == (CaseState.ON_HOLD, "wake")
        actions.wake(writing, case, actor=maria, now=START)
        assert case.next_code == "hold_call"
