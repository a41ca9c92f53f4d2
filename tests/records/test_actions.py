"""A document arrives, is looked at, and the list follows; on both databases."""

from datetime import date

import pytest
import sqlalchemy as sa

from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.journey import CaseState, Exit, Step, WaitingOn
from concierge.domain.vocabulary import DocumentState, RecordKind, RecordState
from concierge.gateways.scanner import DicomIdentity, FileKind
from concierge.gateways.storage import Stored
from concierge.models import CaseEvent, ChecklistItem, OutboxMessage
from concierge.records import actions
from tests.factories import a_case
from tests.support.clock import START

FAMILY = Actor("portal", 1, "Noura")
NURSE = Actor("staff", 1, "Dr. Ruth Ellis")
HERS = DicomIdentity("AL MUTAIRI, NOURA SAAD", date(1968, 3, 14), "1")


@pytest.fixture
def case(session):
    return a_case(session, step=Step.CLINICAL)


def receive(session, case, kind=RecordKind.PATHOLOGY, identity=None, key="0" * 32):
    return actions.receive_document(
        session, case, kind=kind, file_name="scan.pdf", stored=Stored(key, 100, "a" * 64),
        file_kind=FileKind.DICOM if identity else FileKind.PDF, identity=identity, actor=FAMILY, now=START,
    )  # fmt: skip


def file(session, case, document, finding=RecordState.RECEIVED, kind=RecordKind.PATHOLOGY, **more):
    actions.file_document(session, case, document, kind=kind, finding=finding, actor=NURSE, now=START, **more)


def item(session, case, kind=RecordKind.PATHOLOGY) -> ChecklistItem:
    found = actions.find_item(session, case, kind)
    assert found
    return found


def letters(session, event) -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == event)))


def events(session, case) -> list[str]:
    return list(session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id)))


def test_a_new_document_waits_for_us_and_changes_no_item(session, case):
    assert case.waiting_on is WaitingOn.PATIENT
    document = receive(session, case)
    assert document.state is DocumentState.CHECKING
    assert item(session, case).state is RecordState.ASKED
    assert (case.next_code, case.waiting_on) == ("check_records", WaitingOn.US)
    assert "document_received" in events(session, case)


def test_a_good_document_makes_its_item_received(session, case):
    document = receive(session, case)
    file(session, case, document)
    assert document.state is DocumentState.RECEIVED
    assert item(session, case).state is RecordState.RECEIVED
    assert "document_filed" in events(session, case)
    assert case.next_code == "send_records"


def test_a_document_sent_as_one_thing_is_filed_as_what_it_is(session, case):
    document = receive(session, case, kind=RecordKind.OTHER)
    file(session, case, document, kind=RecordKind.SUMMARY)
    assert document.kind is RecordKind.SUMMARY
    assert item(session, case, RecordKind.SUMMARY).state is RecordState.RECEIVED


@pytest.mark.parametrize(
    "finding", [found for found in actions.FINDINGS if found is not RecordState.RECEIVED]
)
def test_a_document_with_a_fault_goes_back_with_its_reason_and_the_family_hears_of_it(session, case, finding):
    document = receive(session, case)
    file(session, case, document, finding, reason="أرسل الصفحة الثانية", language="ar")
    assert (document.state, document.finding) == (DocumentState.REFUSED, finding)
    assert (document.refusal, document.refusal_language) == ("أرسل الصفحة الثانية", "ar")
    assert (item(session, case).state, item(session, case).note) == (finding, "أرسل الصفحة الثانية")
    (letter,) = letters(session, "document_refused")
    assert (letter.language, letter.context) == ("ar", {})


def test_nothing_goes_back_without_a_reason(session, case):
    document = receive(session, case)
    with pytest.raises(InvalidInput) as refused:
        file(session, case, document, RecordState.UNREADABLE)
    assert refused.value.field == "reason"


def test_a_second_bad_page_does_not_take_a_good_record_away(session, case):
    file(session, case, receive(session, case))
    worse = receive(session, case, key="1" * 32)
    file(session, case, worse, RecordState.UNREADABLE, reason="Too dark")
    assert worse.state is DocumentState.REFUSED
    assert item(session, case).state is RecordState.RECEIVED


def test_what_was_filed_can_still_go_back_when_a_reviewer_finds_it_is_of_another_person(session, case):
    document = receive(session, case)
    file(session, case, document)
    file(session, case, document, RecordState.WRONG_PERSON, reason="It names somebody else")
    assert item(session, case).state is RecordState.WRONG_PERSON


def test_a_document_moved_to_another_item_opens_its_former_one(session, case):
    document = receive(session, case)
    file(session, case, document)
    file(session, case, document, kind=RecordKind.SUMMARY)
    assert item(session, case).state is RecordState.ASKED
    assert item(session, case, RecordKind.SUMMARY).state is RecordState.RECEIVED


def test_two_colleagues_do_not_file_the_same_document_twice(session, case):
    document = receive(session, case)
    file(session, case, document, seen="checking")
    with pytest.raises(Stale):
        file(session, case, document, RecordState.UNREADABLE, reason="Blurred", seen="checking")


@pytest.mark.parametrize(
    ("identity", "codes"),
    [
        (HERS, []),
        (DicomIdentity("AL MUTAIRI, NOURA", date(1968, 3, 14), "1"), []),
        (DicomIdentity("", date(1968, 3, 14), "", native_name="نورة المطيري"), []),
        (DicomIdentity("HADDAD, LAYLA", date(1971, 1, 2), "2"), ["name_differs", "birth_differs"]),
        (DicomIdentity("", None, ""), ["name_missing", "birth_missing"]),
    ],
)
def test_the_header_of_an_image_is_held_against_the_passport(session, case, identity, codes):
    document = receive(session, case, kind=RecordKind.IMAGES, identity=identity)
    assert document.mismatches == codes


def test_a_paper_file_has_no_header_to_compare(session, case):
    assert receive(session, case).mismatches == []


# --- the list by hand -------------------------------------------------------------------------------------------


def test_an_item_asked_again_is_told_to_the_family(session, case):
    actions.mark_item(
        session,
        case,
        item(session, case),
        state=RecordState.ASKED,
        note="Page 2, please",
        actor=NURSE,
        now=START,
    )
    assert item(session, case).asked_at == START
    assert len(letters(session, "documents_needed")) == 1
    assert "record_state_changed" in events(session, case)


def test_slides_that_lie_here_count_without_a_file(session, case):
    actions.add_item(session, case, kind=RecordKind.SLIDES, actor=NURSE, now=START)
    for state in (RecordState.IN_TRANSIT, RecordState.RECEIVED):
        actions.mark_item(
            session, case, item(session, case, RecordKind.SLIDES), state=state, actor=NURSE, now=START
        )
    assert item(session, case, RecordKind.SLIDES).state is RecordState.RECEIVED


def test_only_what_needs_no_file_is_marked_by_hand(session, case):
    with pytest.raises(InvalidInput):
        actions.mark_item(
            session, case, item(session, case), state=RecordState.UNREADABLE, actor=NURSE, now=START
        )


def test_a_record_stands_on_the_list_once(session, case):
    with pytest.raises(InvalidInput) as refused:
        actions.add_item(session, case, kind=RecordKind.PATHOLOGY, actor=NURSE, now=START)
    assert refused.value.code == "record_listed"


def test_a_closed_case_takes_nothing_in(session, case):
    document = receive(session, case)
    case.state, case.exit = CaseState.CLOSED, Exit.WITHDRAWN
    session.flush()
    with pytest.raises(NotAllowed):
        receive(session, case, key="1" * 32)
    with pytest.raises(NotAllowed):
        file(session, case, document)
