"""Handing over: one case with a note, or all of a person's as one outcome."""

import pytest
import sqlalchemy as sa

from concierge.cases.handover import actions
from concierge.db import transaction
from concierge.domain.access import Role
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import Step
from concierge.models import Case, CaseEvent, CaseTask, OutboxMessage
from tests.factories import a_case, actor_of, staff
from tests.support.clock import START

MARIA, AMAL, LENA = (f"{name}@alder-coast.example" for name in ("maria", "amal", "lena"))


def test_a_case_goes_to_a_colleague_with_note_task_and_mail(session):
    case = a_case(session, step=Step.CONSULT)
    maria, amal = staff(session, MARIA), staff(session, AMAL)
    actions.hand_over(
        session, case, Role.SPECIALIST, amal, note="The son decides", actor=actor_of(maria), now=START
    )
    assert case.specialist_id == amal.id
    task = session.scalars(sa.select(CaseTask).where(CaseTask.code == "read_handover")).one()
    assert (task.owner_id, task.why) == (amal.id, "Maria Castillo: The son decides")
    assert session.scalars(sa.select(OutboxMessage.recipient)).all() == [AMAL]


def test_not_to_oneself_nor_to_another_role_nor_by_a_stranger(session):
    case = a_case(session, step=Step.CONSULT)
    maria, daniel = staff(session, MARIA), staff(session, "daniel@alder-coast.example")
    with pytest.raises(InvalidInput, match="same_person"):
        actions.hand_over(session, case, Role.SPECIALIST, maria, note="x", actor=actor_of(maria), now=START)
    with pytest.raises(InvalidInput, match="wrong_role"):
        actions.hand_over(session, case, Role.SPECIALIST, daniel, note="x", actor=actor_of(maria), now=START)
    with pytest.raises(NotAllowed):
        actions.hand_over(
            session, case, Role.SPECIALIST, staff(session, AMAL), note="x", actor=actor_of(daniel), now=START
        )


def _all(session, giver, taker, actor) -> int:
    alder = giver.hospital_ids[0]
    return actions.hand_over_all(
        session, giver, taker, alder, Role.SPECIALIST, note="Away until June", desk_url="http://x/desk", actor=actor,
        now=START,
    )  # fmt: skip


def test_everything_of_a_person_goes_in_batches_and_is_one_outcome(session, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    made = [a_case(session, step=Step.CONSULT) for _ in range(5)]
    maria, amal = staff(session, MARIA), staff(session, AMAL)
    versions = [case.version for case in made]
    assert _all(session, maria, amal, actor_of(maria)) == 5
    session.expire_all()
    assert {case.specialist_id for case in made} == {amal.id}
    assert [case.version for case in made] == [version + 1 for version in versions]
    owners = sa.select(CaseTask.owner_id).where(
        CaseTask.owner_role == Role.SPECIALIST, CaseTask.state == "open"
    )
    assert set(session.scalars(owners)) == {amal.id}
    events = sa.select(sa.func.count()).where(CaseEvent.kind == "case_handed_over")
    assert session.scalar(events) == 5
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "cases_handed_over")).one()
    assert mail.context["number"] == 5
    with pytest.raises(InvalidInput, match="nothing_to_hand_over"):
        _all(session, maria, amal, actor_of(maria))


def test_only_oneself_or_a_lead_hands_everything_over(session):
    a_case(session, step=Step.CONSULT)
    maria, amal, lena = (staff(session, email) for email in (MARIA, AMAL, LENA))
    with pytest.raises(NotAllowed, match="not_your_case"):
        _all(session, maria, amal, actor_of(amal))
    assert _all(session, maria, amal, actor_of(lena)) == 1


def test_the_pages_hand_over_one_and_all(client, sign_in, session):
    with transaction() as writing:
        one, two = a_case(writing, step=Step.CONSULT), a_case(writing, step=Step.CONSULT)
        amal = staff(writing, AMAL)
    maria = sign_in("maria")
    page = client.get(f"/c/{one.reference}/hand-over")
    refused = client.submit(page, action="/hand-over", to=f"specialist:{amal.id}", note="")
    assert refused.status_code == 422 and "Write a note for the colleague" in refused.text
    client.submit(refused, action="/hand-over", to=f"specialist:{amal.id}", note="The son decides")
    page = client.get("/desk/hand-over", query_string={"of": f"{one.hospital_id}:specialist:{maria.id}"})
    assert "1 open case" in page.text and two.reference in page.text and "Amal" in page.text
    answer = client.submit(page, action="/desk/hand-over", taker=str(amal.id), note="Away")
    assert answer.headers["Location"] == "/desk"
    session.rollback()
    mine = session.scalars(sa.select(Case.specialist_id).where(Case.id.in_([one.id, two.id]))).all()
    assert mine == [amal.id, amal.id]
    sign_in("amal")
    assert "The son decides" in client.get("/desk").text
    foreign = client.get("/desk/hand-over", query_string={"of": f"{one.hospital_id}:specialist:{maria.id}"})
    assert "open case" not in foreign.text
