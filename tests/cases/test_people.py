"""The people of a case: who the patient is, consent, who knows what, visa, team and caregivers."""

from datetime import date

import pytest
import sqlalchemy as sa

from concierge.cases import actions, participation
from concierge.cases.search import CaseFilter, find
from concierge.db import transaction
from concierge.domain.access import Area
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.journey import Step
from concierge.domain.vocabulary import PatientKnows, Relation
from concierge.models import Case, CaseEvent, CaseParticipation, Enquiry, PortalAccount
from tests.factories import a_case, account, actor_of, patient_of, staff
from tests.support.clock import START


def _fresh(session, case) -> Case:
    session.rollback()
    return session.get(Case, case.id, populate_existing=True)


def test_facts_are_saved_and_the_new_name_is_found(client, sign_in, session, open_case):
    case = open_case()
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/people")
    done = client.submit(
        page, action="/people/facts", native_name="张伟", surname="ZHANG", given_names="WEI", country="CN",
        timezone="Asia/Shanghai", phone="١٣٨٠٠١٣٨٠٠٠", birth="1975-04", language="zh_Hans", spoken_language="zh_Hans",
    )  # fmt: skip
    assert (done.status_code, done.location) == (303, f"/c/{case.reference}/people#facts")
    person = _fresh(session, case).person
    assert (person.native_name, person.phone, person.birth_on, person.birth_typed) == (
        "张伟",
        "+8613800138000",
        None,
        "1975-04",
    )
    assert [row.id for row in find(session, "张伟", CaseFilter((case.hospital_id,))).rows] == [case.id]
    assert patient_of(session, case).language == "zh_Hans"
    assert patient_of(session, case).timezone == "Asia/Shanghai"
    history = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "Facts noted: name, surname, given names" in history


def test_a_hijri_birth_date_keeps_what_was_typed(client, sign_in, session, open_case):
    case = open_case()
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/people")
    assert (
        client.submit(page, action="/people/facts", birth="١٣٨٧-١٢-١٤", calendar="hijri").status_code == 303
    )
    person = _fresh(session, case).person
    assert person.birth_on == date(1968, 3, 13)
    assert person.birth_typed == "١٣٨٧-١٢-١٤"
    shown = client.get(f"/c/{case.reference}/people").get_data(as_text=True)
    assert 'value="hijri" checked' in shown


BAD_FACTS = (
    ({"native_name": "", "surname": "", "given_names": ""}, "Enter at least one name"),
    ({"native_name": "x" * 10_000}, "Use at most 200 characters"),
    ({"birth": "03/04/1980"}, "This can be two different days"),
    ({"birth": "1387-12-14"}, "This looks like a Hijri year"),
    ({"birth": "1980-02-30"}, "This day does not exist"),
    ({"birth": "soon"}, "Enter a date in figures"),
    ({"email": "noura"}, "Enter an e-mail address in the form"),
    ({"phone": "12"}, "Enter a full phone number"),
    ({"country": "Atlantis"}, "Choose an answer"),
)


def test_bad_facts_are_told_beside_the_field_and_nothing_is_lost(client, sign_in, open_case):
    case = open_case()
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/people")
    for typed, words in BAD_FACTS:
        refused = client.submit(page, action="/people/facts", called="Umm Khalid", **typed)
        text = refused.get_data(as_text=True)
        assert refused.status_code == 422, typed
        assert words in text, typed
        assert "<title>Error: " in text
        assert "Umm Khalid" in text


def test_direction_controls_never_reach_a_name(client, sign_in, session, open_case):
    case = open_case()
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/people")
    client.submit(page, action="/people/facts", native_name="نو\u202eرة\x00 \u2066المطيري")
    assert _fresh(session, case).person.native_name == "نورة المطيري"


def test_two_people_correcting_the_same_patient_do_not_overwrite_each_other(client, sign_in, open_case):
    case = open_case()
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/people")
    assert client.submit(page, action="/people/facts", called="First").status_code == 303
    stale = client.submit(page, action="/people/facts", called="Second", once="x" * 32)
    assert stale.status_code == 409


def test_an_address_of_another_sign_in_is_refused(session):
    with transaction() as writing:
        case = a_case(writing)
        account(writing, "son@family.example")
        given = actions.PersonFacts(native_name="Noura", email="son@family.example")
        with pytest.raises(InvalidInput) as refused:
            actions.note_facts(
                writing, case, given, actor=actor_of(staff(writing, "maria@alder-coast.example")), now=START
            )
        assert (refused.value.field, refused.value.code) == ("email", "email_taken")


def test_consent_and_who_knows_open_the_gate_of_the_first_step(client, sign_in, session):
    with transaction() as writing:
        case = a_case(writing, is_taken=True)
        case.replied_at = START
    sign_in("maria")
    place = f"/c/{case.reference}/people"
    assert (
        client.submit(client.get(place), action="/people/consent", given_by="", how=None).status_code == 422
    )
    assert (
        client.submit(
            client.get(place), action="/people/consent", given_by="Khaled, the son", how="spoken"
        ).status_code
        == 303
    )
    assert client.submit(client.get(place), action="/people/who-knows", knows=None).status_code == 422
    done = client.submit(
        client.get(place), action="/people/who-knows", knows="does_not", who="The son decides."
    )
    assert done.status_code == 303
    fresh = _fresh(session, case)
    assert (fresh.step, fresh.patient_knows, fresh.who_knows) == (
        Step.CONSULT,
        PatientKnows.DOES_NOT,
        "The son decides.",
    )
    history = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "Khaled, the son agreed in a talk" in history


def test_a_visa_need_is_noted_with_a_fresh_page_only(session):
    with transaction() as writing:
        case = a_case(writing, step=Step.ACCEPTANCE)
        maria = actor_of(staff(writing, "maria@alder-coast.example"))
        with pytest.raises(Stale):
            actions.note_visa_need(
                writing, case, is_needed=True, actor=maria, now=START, version=case.version + 1
            )
        actions.note_visa_need(writing, case, is_needed=True, actor=maria, now=START, version=case.version)
        assert case.is_visa_needed


def test_the_team_is_named_and_the_enquiry_leaves_the_queue(client, sign_in, session, open_case):
    case = open_case()
    sign_in("lena")
    amal = staff(session, "amal@alder-coast.example").id
    done = client.submit(
        client.get(f"/c/{case.reference}/people"), action="/people/team", specialist=str(amal)
    )
    assert done.status_code == 303
    assert _fresh(session, case).specialist_id == amal
    assert session.scalars(sa.select(Enquiry).where(Enquiry.case_id == case.id)).one().taken_by_id == amal
    history = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "Amal Haddad is now Oncology Information Specialist" in history


def test_nobody_of_another_hospital_or_role_can_be_named(client, sign_in, session, open_case):
    case = open_case()
    sign_in("lena")
    for email in ("chen@jinghe.example", "daniel@alder-coast.example"):
        other = str(staff(session, email).id)
        page = client.get(f"/c/{case.reference}/people")
        assert client.submit(page, action="/people/team", specialist=other).status_code == 422


def test_a_caregiver_is_invited_changed_and_removed(client, sign_in, session, open_case):
    case = open_case()
    sign_in("maria")
    place = f"/c/{case.reference}/people"
    invited = {
        "caregiver_name": "Khaled",
        "caregiver_email": "khaled@family.example",
        "caregiver_relation": "child",
    }
    assert (
        client.submit(
            client.get(place), action="/people/caregivers", **invited, caregiver_areas=["messages"]
        ).status_code
        == 303
    )
    again = client.submit(client.get(place), action="/people/caregivers", **invited)
    assert again.status_code == 422
    assert "takes part already" in again.get_data(as_text=True)
    session.rollback()
    part = session.scalars(
        sa.select(CaseParticipation).where(CaseParticipation.relation == Relation.CHILD)
    ).one()
    assert participation.areas_of(part) == (Area.MESSAGES,)
    assert (
        client.submit(
            client.get(place), action=f"{part.public_id}/rights", areas=["documents", "money"]
        ).status_code
        == 303
    )
    session.rollback()
    assert participation.areas_of(part) == (Area.DOCUMENTS, Area.MONEY)
    page = client.get(place)
    assert client.submit(page, action=f"{part.public_id}/remove").status_code == 303
    assert client.submit(page, action=f"{part.public_id}/rights", areas=["money"]).status_code == 403
    assert "khaled@family.example" not in client.get(place).get_data(as_text=True)


def test_who_may_not_edit_reads_only(client, sign_in, open_case):
    case = open_case(step=Step.FINANCE)
    sign_in("daniel")
    page = client.get(f"/c/{case.reference}/people").get_data(as_text=True)
    assert "نورة المطيري" in page
    assert "/people/facts" not in page


def test_the_read_log_is_for_those_who_audit(client, sign_in, open_case):
    case = open_case()
    sign_in("maria")
    client.get(f"/c/{case.reference}/people")
    assert "Who looked at this case" not in client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    sign_in("lena")
    page = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "Who looked at this case" in page
    assert "Maria Castillo" in page


def test_the_history_is_read_back_page_by_page(client, sign_in, session, monkeypatch):
    monkeypatch.setattr("concierge.cases.queries.PAGE", 3)
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION)
    sign_in("maria")
    first = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "Moved from Acceptance to Evaluation" in first
    assert "Older events" in first
    oldest = session.scalars(
        sa.select(CaseEvent.id).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    ).all()
    older = client.get(f"/c/{case.reference}/history?before={oldest[-3]}").get_data(as_text=True)
    assert "Moved from Contact to Consult" in older
    assert "Acceptance to Evaluation" not in older


def test_an_unknown_account_is_not_needed_for_facts(session):
    with transaction() as writing:
        case = a_case(writing)
        patient = patient_of(writing, case)
        writing.execute(sa.update(PortalAccount).where(PortalAccount.id == patient.id).values(person_id=None))
        given = actions.PersonFacts(native_name="Noura", email="other@family.example")
        actions.note_facts(
            writing, case, given, actor=actor_of(staff(writing, "maria@alder-coast.example")), now=START
        )
        assert case.person.email == "other@family.example"
