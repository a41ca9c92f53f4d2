"""The first talk: the call is noted, who pays is known, the list of records is agreed and the family is told."""

import pytest
import sqlalchemy as sa

from concierge.cases import actions as case_actions
from concierge.db import transaction
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import CancerType, PayerKind, Programme, RecordKind, RecordState
from concierge.journey.consult import actions
from concierge.models import Call, Case, ChecklistItem, OutboxMessage
from tests.factories import a_case, account, actor_of, staff, takes_part
from tests.support.clock import START


@pytest.fixture
def maria(session):
    with transaction() as writing:
        return actor_of(staff(writing, "maria@alder-coast.example"))


def _fresh(session, case) -> Case:
    session.rollback()
    return session.get(Case, case.id, populate_existing=True)


def _kinds(session, case) -> dict:
    rows = session.scalars(
        sa.select(ChecklistItem).where(ChecklistItem.case_id == case.id).order_by(ChecklistItem.position)
    )
    return {row.kind: row.is_minimum for row in rows}


def test_the_whole_talk_moves_the_case_to_finance(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    place = f"/c/{case.reference}/consult"
    page = client.get(place)
    assert "9:30" in page.get_data(as_text=True)  # at the hospital
    assert "8:30" in page.get_data(as_text=True)  # where the patient is
    call = {
        "minutes": "٣٥",
        "participants": "Noura, Khaled, Maria",
        "interpreter": "professional",
        "notes": "Knows the plan.",
    }
    assert client.submit(page, action="/consult/call", at="2026-11-24T08:45", **call).status_code == 303
    payer = {
        "kind": "embassy",
        "payer_name": "Embassy of Kuwait",
        "letter": "needed",
        "letter_text": "Approval of the health office",
    }
    assert client.submit(client.get(place), action="/consult/payer", **payer).status_code == 303
    done = client.submit(client.get(place), action="/consult/records")
    assert (done.status_code, done.location) == (303, f"{place}#records")
    fresh = _fresh(session, case)
    assert (fresh.step, fresh.payer_kind, fresh.payer_letter) == (
        Step.FINANCE,
        PayerKind.EMBASSY,
        "Approval of the health office",
    )
    noted = session.scalars(sa.select(Call).where(Call.case_id == case.id)).one()
    assert (noted.at.isoformat(), noted.minutes) == ("2026-11-24T16:45:00+00:00", 35)
    assert _kinds(session, case) == {
        RecordKind.REFERRAL_LETTER: False,
        RecordKind.SUMMARY: True,
        RecordKind.PATHOLOGY: True,
        RecordKind.IMAGING_REPORT: True,
        RecordKind.IMAGES: True,
        RecordKind.LABS: False,
        RecordKind.PASSPORT: True,
        RecordKind.OPERATIVE_NOTE: False,
    }
    assert {row.state for row in session.scalars(sa.select(ChecklistItem))} == {RecordState.ASKED}
    told = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "documents_needed")).one()
    assert (told.recipient, told.context) == (fresh.person.email, {"count": 8})
    history = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "Records list agreed: 8 documents" in history
    assert "Payer noted: Embassy or government" in history
    assert "Call noted: First talk" in history


def test_only_those_with_the_documents_area_are_told(session, maria):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        takes_part(
            writing, case, account(writing, "son@family.example"), relation="child", can_documents=True
        )
        takes_part(
            writing, case, account(writing, "cousin@family.example"), relation="friend", can_money=True
        )
        actions.agree_records(writing, case, {RecordKind.PATHOLOGY: True}, actor=maria, now=START)
        told = set(
            writing.scalars(
                sa.select(OutboxMessage.recipient).where(OutboxMessage.event == "documents_needed")
            )
        )
    assert told == {case.person.email, "son@family.example"}


def test_a_second_agreement_tells_only_of_what_is_new_and_keeps_what_arrived(session, maria):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        first = {RecordKind.PATHOLOGY: True, RecordKind.LABS: False, RecordKind.SUMMARY: True}
        actions.agree_records(writing, case, first, actor=maria, now=START)
        writing.execute(
            sa.update(ChecklistItem)
            .where(ChecklistItem.kind == RecordKind.SUMMARY)
            .values(state=RecordState.RECEIVED)
        )
        writing.expire_all()
        actions.agree_records(writing, case, {RecordKind.PATHOLOGY: True}, actor=maria, now=START)
        assert _kinds(writing, case) == {RecordKind.PATHOLOGY: True, RecordKind.SUMMARY: False}
        actions.agree_records(
            writing, case, {RecordKind.PATHOLOGY: True, RecordKind.PASSPORT: True}, actor=maria, now=START
        )
        counts = writing.scalars(sa.select(OutboxMessage.context).order_by(OutboxMessage.id)).all()
    assert counts == [{"count": 3}, {"count": 1}]


def test_an_empty_list_is_refused_beside_it(client, sign_in, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    refused = client.submit(
        client.get(f"/c/{case.reference}/consult"), action="/consult/records", records=None
    )
    assert refused.status_code == 422
    assert "Tick at least one record" in refused.get_data(as_text=True)


def test_bad_calls_are_refused_and_nothing_is_lost(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/consult")
    good = {
        "at": "2026-11-24T08:45",
        "minutes": "30",
        "participants": "Noura",
        "interpreter": "not_needed",
        "notes": "Kept words",
    }
    for bad in ({"at": ""}, {"at": "tomorrow"}, {"at": "2026-11-24T10:45"}, {"minutes": "many"}, {"minutes": "700"},
                {"participants": ""}, {"interpreter": None}, {"notes": "x" * 10_001}):  # fmt: skip
        refused = client.submit(page, action="/consult/call", **good | bad)
        assert refused.status_code == 422, bad
        assert "notes" in bad or "Kept words" in refused.get_data(as_text=True), bad
    assert session.scalar(sa.select(sa.func.count()).select_from(Call)) == 0


def test_a_call_sent_twice_is_noted_once(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/consult")
    for _ in range(2):
        done = client.submit(
            page, action="/consult/call", minutes="30", participants="Noura", interpreter="not_needed"
        )
        assert done.status_code == 303
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Call)) == 1


def test_a_payer_needs_a_name_and_a_demanded_letter_its_words(client, sign_in, session, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/consult")
    nameless = client.submit(page, action="/consult/payer", kind="insurer", letter="none")
    assert (nameless.status_code, "Enter the name of the payer" in nameless.get_data(as_text=True)) == (
        422,
        True,
    )
    wordless = client.submit(page, action="/consult/payer", kind="self_pay", letter="needed")
    assert (wordless.status_code, "Say which letter" in wordless.get_data(as_text=True)) == (422, True)
    assert client.submit(page, action="/consult/payer", kind="self_pay", letter="unknown").status_code == 303
    assert _fresh(session, case).payer_letter_known_at is None
    again = client.get(f"/c/{case.reference}/consult")
    assert client.submit(again, action="/consult/payer", kind="self_pay", letter="none").status_code == 303
    fresh = _fresh(session, case)
    assert (fresh.payer_letter_known_at, fresh.payer_letter) == (START, "")


def test_a_us_government_programme_makes_the_patient_its_beneficiary(session, maria):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        actions.note_payer(
            writing,
            case,
            kind=PayerKind.US_GOVERNMENT,
            name="Medicare",
            letter="",
            is_beneficiary=False,
            actor=maria,
            now=START,
        )
        assert case.person.is_government_beneficiary


def test_the_proposed_list_follows_the_illness(session, maria):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        facts = {
            "stage": "",
            "programme": Programme.TREATMENT,
            "question": "Is surgery possible?",
            "actor": maria,
            "now": START,
        }
        assert RecordKind.OPERATIVE_NOTE in {one.kind for one in actions.proposed_records(writing, case)}
        actions.note_illness(writing, case, cancer_type=CancerType.LUNG, **facts)
        kinds = {one.kind: one.is_minimum for one in actions.proposed_records(writing, case)}
    assert kinds[RecordKind.REGIMENS] is True
    assert RecordKind.OPERATIVE_NOTE not in kinds


def test_a_case_behind_the_opinion_cannot_become_one(session, maria):
    with transaction() as writing:
        case = a_case(writing, step=Step.ACCEPTANCE)
        with pytest.raises(InvalidInput, match="programme_too_late"):
            actions.note_illness(
                writing, case, cancer_type=CancerType.LUNG, stage="", programme=Programme.SECOND_OPINION, question="",
                actor=maria, now=START,
            )  # fmt: skip


def test_a_closed_case_is_read_only(client, sign_in, session, open_case, maria):
    case = open_case(step=Step.CONSULT)
    with transaction() as writing:
        locked = case_actions.lock(writing, case.id)
        case_actions.close(writing, locked, exit=Exit.WITHDRAWN, reason="x", actor=maria, now=START)
        with pytest.raises(NotAllowed):
            actions.agree_records(writing, locked, {RecordKind.LABS: True}, actor=maria, now=START)
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/consult").get_data(as_text=True)
    assert "/consult/call" not in page


def test_a_stale_page_and_a_reader_change_nothing(client, sign_in, open_case):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/consult")
    with transaction() as writing:
        writing.get(Case, case.id).question = "Changed by somebody else"
    assert client.submit(page, action="/consult/illness", stage="3").status_code == 409
    assert client.submit(page, action="/consult/records").status_code == 409
    sign_in("daniel")
    assert "/consult/payer" not in client.get(f"/c/{case.reference}/consult").get_data(as_text=True)
    assert client.get(f"/c/{case.reference}/consult/payer").status_code == 403
