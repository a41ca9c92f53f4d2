"""The board shows each step in order of urgency and moves a card only where the gate, a right or a reason allows it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from concierge.cases import queries
from concierge.db import transaction
from concierge.domain.journey import Step, WaitingOn
from concierge.models import Case, CaseEvent
from tests.factories import a_case, hospitals
from tests.support.clock import START


def _cards(page, step: Step) -> list[str]:
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return [card["data-card"] for card in soup.select(f'[data-lane="{step}"] [data-card]')]


def _lane(session, step: Step, size: int = 20, **chosen) -> list[int]:
    """All pages of a lane, one after the other."""
    narrow = queries.BoardFilter(tuple(h.id for h in hospitals(session).values()), **chosen)
    found, after = [], ""
    while True:
        page = queries.lane(
            session, step, narrow, day_ends_at=START + timedelta(hours=15), after=after, size=size
        )
        found += [row.id for row in page.rows]
        if page.after is None:
            return found
        after = page.after


@pytest.mark.parametrize("size", [2, 20])
def test_cards_stand_overdue_then_today_then_without_action_then_future(session, size):
    with transaction() as writing:
        future, today, late, none, other_house = (a_case(writing) for _ in range(5))
        future.next_due_at, today.next_due_at = START + timedelta(days=3), START + timedelta(hours=2)
        late.next_due_at, other_house.next_due_at = START - timedelta(days=2), START + timedelta(days=4)
        none.next_code = none.next_owner = none.next_due_at = None
        other_house.hospital_id = hospitals(writing)["jinghe"].id
        wanted = [late.id, today.id, none.id, future.id, other_house.id]
    assert _lane(session, Step.CONTACT, size) == wanted
    assert _lane(session, Step.CONSULT, size) == []


def test_filters_narrow_the_board(session):
    with transaction() as writing:
        arabic, russian = a_case(writing), a_case(writing, step=Step.CONTACT)
        russian.person.spoken_language, russian.waiting_on = "ru", WaitingOn.PATIENT
        ids = arabic.id, russian.id
    assert _lane(session, Step.CONTACT, language="ru") == [ids[1]]
    assert _lane(session, Step.CONTACT, waiting_on=WaitingOn.PATIENT) == [ids[1]]
    assert _lane(session, Step.CONTACT, me=1) == []


def test_a_made_up_cursor_is_ignored(client, sign_in, open_case):
    case = open_case()
    sign_in("maria")
    for after in (
        "x",
        "1~~",
        "0~2026~1",
        "9~2026-11-24T00:00:00~1",
        "0~2026-11-24T00:00:00+00:00~99999999999999999999",
    ):
        page = client.get(f"/board?lane=contact&after={after.replace('+', '%2B')}")
        assert page.status_code == 200
        assert case.reference in page.get_data(as_text=True)


def test_an_open_gate_lets_the_card_go_on(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    with transaction() as writing:
        writing.execute(
            sa.update(Case).where(Case.id == case.id).values(step=Step.CONTACT)
        )  # moved back by somebody
    sign_in("maria")
    done = client.submit(client.get("/board"), action=f"/c/{case.reference}/move")
    assert (done.status_code, done.location) == (303, "/board")
    assert _cards(client.get("/board"), Step.CONSULT) == [case.reference]


def test_a_closed_gate_keeps_the_card_and_says_what_is_missing_and_whose_turn_it_is(
    client, sign_in, session, open_case
):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    refused = client.submit(client.get("/board"), action=f"/c/{case.reference}/move", to="finance")
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409
    for words in (
        "Hold the first talk and note it",
        "Note who pays",
        "Agree the list of records",
        "Oncology Information",
    ):
        assert words in text
    assert "Move anyway" not in text
    assert _cards(client.get("/board"), Step.CONSULT) == [case.reference]


def test_a_specialist_cannot_override_even_with_a_reason(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    refused = client.submit(
        client.get("/board"), action=f"/c/{case.reference}/move", to="finance", reason="Because"
    )
    assert refused.status_code == 409
    session.rollback()
    session.expire_all()
    assert session.get(Case, case.id).step is Step.CONSULT


def test_a_lead_overrides_with_a_reason_only(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("lena")
    asked = client.submit(client.get("/board"), action=f"/c/{case.reference}/move", to="finance")
    assert asked.status_code == 409
    assert "Move anyway" in asked.get_data(as_text=True)
    again = client.submit(asked, action="/move", reason="   ")
    assert again.status_code == 409
    done = client.submit(again, action="/move", reason="The embassy asked us to go on")
    assert (done.status_code, done.location) == (303, "/board")
    session.rollback()
    session.expire_all()
    assert session.get(Case, case.id).step is Step.FINANCE
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "gate_overridden")).one()
    assert event.data["reason"] == "The embassy asked us to go on"
    assert "hold_call" in event.data["missing"]
    history = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "The embassy asked us to go on" in history
    assert "Moved from Consult to Finance" in history


def test_back_needs_a_reason(client, sign_in, session, open_case):
    case = open_case(step=Step.CLINICAL)
    sign_in("maria")
    asked = client.submit(client.get("/board"), action=f"/c/{case.reference}/move", to="consult")
    assert asked.status_code == 422
    assert "Enter the reason" in asked.get_data(as_text=True)
    done = client.submit(asked, action="/move", reason="Another payer")
    assert done.status_code == 303
    session.rollback()
    session.expire_all()
    assert session.get(Case, case.id).step is Step.CONSULT


def test_two_steps_at_once_are_refused(client, sign_in, open_case):
    case = open_case(step=Step.CONTACT)
    sign_in("lena")
    page = client.get(f"/c/{case.reference}/move")
    refused = client.submit(page, action="/move", to="clinical", reason="Hurry")
    assert refused.status_code == 422


def test_a_stale_card_is_a_conflict(client, sign_in, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("lena")
    page = client.get("/board")
    with transaction() as writing:
        writing.get(Case, case.id).question = "Changed by somebody else"
    refused = client.submit(page, action=f"/c/{case.reference}/move", to="finance", reason="Because")
    assert refused.status_code == 409
    assert "Somebody else changed this" in refused.get_data(as_text=True)
    unreadable = client.submit(
        client.get("/board"), action=f"/c/{case.reference}/move", version="x", reason="Because"
    )
    assert unreadable.status_code == 409


def test_one_form_sent_twice_moves_once(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("lena")
    page = client.get("/board")
    for _ in range(2):
        done = client.submit(page, action=f"/c/{case.reference}/move", to="finance", reason="Because")
        assert (done.status_code, done.location) == (303, "/board")
    session.rollback()
    session.expire_all()
    moves = session.scalar(
        sa.select(sa.func.count()).where(CaseEvent.case_id == case.id, CaseEvent.kind == "gate_overridden")
    )
    assert moves == 1


def test_a_long_lane_says_so_and_goes_on_elsewhere(client, sign_in, session, monkeypatch):
    monkeypatch.setattr(queries, "LANE", 2)
    monkeypatch.setattr(queries, "PAGE", 3)
    with transaction() as writing:
        references = {a_case(writing, now=START + timedelta(minutes=n)).reference for n in range(5)}
    sign_in("maria")
    page = client.get("/board")
    assert len(_cards(page, Step.CONTACT)) == 2
    seen = []
    link = BeautifulSoup(page.get_data(as_text=True), "html.parser").find("a", string="More in Contact")
    while link:
        page = client.get(link["href"])
        seen += _cards(page, Step.CONTACT)
        link = BeautifulSoup(page.get_data(as_text=True), "html.parser").find("a", string="More")
    assert set(seen) == references
    assert len(seen) == 5


def test_who_may_not_edit_has_no_move_menu(client, sign_in, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("daniel")
    page = client.get("/board").get_data(as_text=True)
    assert case.reference in page
    assert "data-move" not in page
    assert client.post(f"/c/{case.reference}/move", data={"to": "finance"}).status_code in {400, 403}
