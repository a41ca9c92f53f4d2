"""People and access: the patient lets a person in, changes what they see, and takes it back at once."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.cases import participation
from concierge.db import transaction
from concierge.domain.access import SYSTEM, Area
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import Step
from concierge.domain.vocabulary import Relation
from concierge.models import Case, CaseEvent, CaseParticipation, OutboxMessage, PortalAccount
from tests import factories as make
from tests.support.clock import START

KHALID = "khalid@family.example"


@pytest.fixture
def case(client: FlaskClient, session: Session) -> Case:
    with transaction() as writing:
        made = make.a_case(writing, step=Step.CONSULT, language="en")
        make.as_portal(client, make.patient_of(writing, made), writing)
    return made


def people(case: Case) -> str:
    return f"/portal/{case.public_id}/people"


def invite(client: FlaskClient, case: Case, **changes):
    fields = {
        "name": "خالد",
        "email": KHALID,
        "relation": "child",
        "language": "ar",
        "areas": ["messages", "documents"],
    }
    return client.submit(client.get(people(case)), action="", **{**fields, **changes})


def part_of(session: Session, email: str = KHALID) -> CaseParticipation:
    session.rollback()
    statement = sa.select(CaseParticipation).join(PortalAccount).where(PortalAccount.email == email)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def test_an_invited_person_gets_exactly_what_was_ticked_and_a_mail(
    client: FlaskClient, session: Session, case: Case
) -> None:
    assert invite(client, case).status_code == 303
    part = part_of(session)
    assert part.standing.areas == {Area.MESSAGES, Area.DOCUMENTS}
    assert (part.account.name, part.account.language) == ("خالد", "ar")
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "invited")).one()
    assert (mail.recipient, mail.language, mail.context) == (KHALID, "ar", {"inviter": "نورة المطيري"})
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "caregiver_invited")).one()
    assert (event.actor_kind, event.data["areas"]) == ("portal", ["messages", "documents"])
    assert "خالد" in client.get(people(case)).text


def test_a_double_click_invites_once(client: FlaskClient, session: Session, case: Case) -> None:
    page = client.get(people(case))
    for _ in range(2):
        answer = client.submit(page, action="", name="Khalid", email=KHALID, relation="child", language="ar")
        assert answer.status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ""}, {"email": "nonsense"}, {"name": ""}, {"name": "\u202e\x00"}, {"name": "x" * 10_000},
        {"relation": "patient"}, {"relation": ""}, {"areas": ["people"]}, {"areas": ["everything"]},
        {"language": "tlh"},
    ],
)  # fmt: skip
def test_what_cannot_be_accepted_is_said_and_invites_nobody(
    client: FlaskClient, session: Session, case: Case, wrong: dict
) -> None:
    answer = invite(client, case, **wrong)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(CaseParticipation)) == 1


def test_the_same_person_is_not_invited_twice_and_the_patient_never(
    client: FlaskClient, session: Session, case: Case
) -> None:
    invite(client, case)
    assert "takes part already" in invite(client, case).text
    assert invite(client, case, email=make.patient_of(session, case).email).status_code == 422


def test_changed_rights_count_from_the_next_page(
    app, client: FlaskClient, session: Session, case: Case
) -> None:
    invite(client, case)
    khalid = app.test_client()
    with transaction() as writing:
        make.as_portal(khalid, part_of(writing).account, writing)
    messages = f"/portal/{case.public_id}/messages"
    assert khalid.get(messages).status_code == 200
    page = client.get(f"{people(case)}/{part_of(session).public_id}")
    assert client.submit(page, action=part_of(session).public_id, areas=["money"]).status_code == 303
    assert khalid.get(messages).status_code == 404
    assert part_of(session).standing.areas == {Area.MONEY}
    assert session.scalar(sa.select(sa.func.count()).where(CaseEvent.kind == "caregiver_rights_changed")) == 1


def test_a_removed_person_loses_the_access_at_once(
    app, client: FlaskClient, session: Session, case: Case
) -> None:
    invite(client, case)
    khalid = app.test_client()
    with transaction() as writing:
        make.as_portal(khalid, part_of(writing).account, writing)
    home = f"/portal/{case.public_id}/home"
    assert khalid.get(home).status_code == 200
    page = client.get(f"{people(case)}/{part_of(session).public_id}")
    assert client.submit(page, action="/remove").status_code == 303
    assert khalid.get(home).status_code == 404
    assert khalid.get("/portal/cases").location == "/portal/no-case"
    assert KHALID not in client.get(people(case)).text
    session.rollback()
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "invited")).one()
    assert mail.state == "cancelled"
    assert invite(client, case).status_code == 303
    assert khalid.get(home).status_code == 200


def test_a_caregiver_can_neither_see_nor_change_who_takes_part(
    app, client: FlaskClient, session: Session, case: Case
) -> None:
    invite(client, case, areas=["messages", "documents", "money", "decision"])
    khalid = app.test_client()
    with transaction() as writing:
        make.as_portal(khalid, part_of(writing).account, writing)
    own = f"{people(case)}/{part_of(session).public_id}"
    assert [khalid.get(path).status_code for path in (people(case), own, f"{own}/remove")] == [404, 404, 404]
    assert "/people" not in khalid.get(f"/portal/{case.public_id}/home").text


def test_the_patient_of_one_case_reaches_nobody_of_another(
    client: FlaskClient, session: Session, case: Case
) -> None:
    with transaction() as writing:
        other = make.a_case(writing, slug="jinghe")
        part = participation.invite_caregiver(
            writing,
            other,
            email=KHALID,
            name="K",
            relation=Relation.CHILD,
            areas=(),
            language="en",
            actor=SYSTEM,
            now=START,
        )
        with pytest.raises(NotAllowed):
            participation.remove_caregiver(writing, case, part.public_id, actor=SYSTEM, now=START)
    assert client.get(f"{people(case)}/{part.public_id}").status_code == 404
    assert client.get(people(other)).status_code == 404


def test_the_patient_cannot_be_removed_or_made_a_caregiver(session: Session, case: Case) -> None:
    with transaction() as writing:
        patient = participation.people(writing, case)[0]
        with pytest.raises(NotAllowed):
            participation.remove_caregiver(writing, case, patient.public_id, actor=SYSTEM, now=START)
        with pytest.raises(InvalidInput):
            participation.invite_caregiver(
                writing,
                case,
                email=KHALID,
                name="K",
                relation=Relation.PATIENT,
                areas=(),
                language="en",
                actor=SYSTEM,
                now=START,
            )
