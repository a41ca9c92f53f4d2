"""Two records become one, and for a day they can be taken apart again, row for row."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.cases import actions
from concierge.cases.merge import actions as merging
from concierge.cases.merge.actions import Wish
from concierge.conversation.actions import send_message
from concierge.db import Base, transaction
from concierge.domain.access import Actor
from concierge.domain.errors import AlreadyTaken, NotAllowed, Stale
from concierge.domain.journey import CaseState, Exit, Step
from concierge.domain.vocabulary import MessageKind, RecordKind
from concierge.models import (
    Case,
    CaseEvent,
    CaseParticipation,
    Document,
    DuplicateSuggestion,
    Enquiry,
    Message,
    OutboxMessage,
    Referral,
    Referrer,
    SearchKey,
)
from tests.factories import START, a_case, account, actor_of, staff, takes_part

LATER = START + timedelta(hours=2)
LOGS = {"case_event", "read_log", "merge", "duplicate_suggestion", "thread_head"}  # the last is worked out


@pytest.fixture
def pair(session) -> tuple[Case, Case, Actor]:
    """Noura's case in the third step, and the new enquiry of Nora with everything that a case can have early."""
    with transaction() as writing:
        older = a_case(writing, step=Step.FINANCE)
        newer = a_case(writing, native_name="Nora Almutairy", now=LATER)
        newer.person.surname, newer.person.given_names, newer.person.passport_number = "", "", ""
        actions.index(writing, newer)
        caregiver = account(writing, "son@family.example")
        takes_part(writing, newer, caregiver, can_messages=True)
        referrer = Referrer(email="doc@clinic.example", name="Dr. Doe", created_at=LATER)
        writing.add(referrer)
        writing.flush()
        writing.add_all([_document(newer), _mail(newer)])
        send_message(
            writing, newer, body="When?", language="en", actor=Actor("portal", caregiver.id, "Son"), now=LATER
        )
        maria = actor_of(staff(writing, "maria@alder-coast.example"))
    return older, newer, maria


def _document(case: Case) -> Document:
    return Document(
        case_id=case.id, kind=RecordKind.SUMMARY, file_name="a.pdf", content_type="application/pdf", size=3,
        sha256="0" * 64, storage_key=f"key-{case.id}", uploader_kind="portal", uploader_name="Son", uploaded_at=LATER,
    )  # fmt: skip


def _mail(case: Case) -> OutboxMessage:
    return OutboxMessage(
        key=f"hello:{case.id}", event="acknowledgement", case_id=case.id, recipient="son@family.example", language="en",
        due_at=LATER, created_at=LATER,
    )  # fmt: skip


def _everything(session) -> dict:
    """Every row of every table but the logs, without the counters of changes."""
    session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in LOGS:
            continue
        columns = [column for column in table.columns if column.name != "version"]
        rows = session.execute(sa.select(*columns)).mappings()
        found[table.name] = sorted((str(sorted(row.items(), key=str)) for row in rows), key=str)
    return found


def _merge(older, newer, actor, *fields, now=LATER):
    with transaction() as writing:
        return merging.merge(writing, older.id, newer.id, Wish(frozenset(fields)), actor=actor, now=now).id


def _undo(merge_id, actor, now=LATER + timedelta(hours=1)):
    with transaction() as writing:
        return merging.undo(writing, merge_id, actor=actor, now=now)


def test_everything_goes_along_to_the_case_that_stays(session, pair):
    older, newer, maria = pair
    _merge(older, newer, maria, "phone", "called")
    kept, ended = session.get_one(Case, older.id), session.get_one(Case, newer.id)
    assert (ended.state, ended.exit, ended.person_id) == (CaseState.CLOSED, Exit.MERGED, kept.person_id)
    assert (kept.state, kept.step) == (CaseState.OPEN, Step.FINANCE)
    for model in (Document, OutboxMessage):
        assert session.scalars(sa.select(model.case_id).where(model.case_id == newer.id)).all() == []
    waiting = sa.select(Enquiry.taken_by_id).where(Enquiry.case_id == newer.id)
    assert session.scalars(waiting).one() == maria.id
    bodies = session.scalars(sa.select(Message.body).where(Message.case_id == older.id)).all()
    assert sorted(bodies) == ["When?", "قصة قصيرة"]
    relations = session.scalars(
        sa.select(CaseParticipation).where(CaseParticipation.case_id == older.id)
    ).all()
    assert "son@family.example" in {part.account.email for part in relations}


def test_the_search_finds_the_case_that_stays_by_the_chosen_facts(session, pair):
    older, newer, maria = pair
    _merge(older, newer, maria, "native_name")
    found = sa.select(SearchKey.case_id).where(SearchKey.key == "almutairy")
    assert session.scalars(found).all() == [older.id]
    assert session.get_one(Case, older.id).person.native_name == "Nora Almutairy"


def test_both_histories_name_the_other_case_and_lose_nothing(session, pair):
    older, newer, maria = pair
    before = session.scalar(sa.select(sa.func.count()).select_from(CaseEvent))
    _merge(older, newer, maria)
    told = session.scalars(
        sa.select(CaseEvent).where(CaseEvent.kind.in_(["case_merged_here", "case_merged_away"]))
    ).all()
    assert {(e.case_id, e.data["other"]) for e in told} == {
        (older.id, newer.reference),
        (newer.id, older.reference),
    }
    assert session.scalar(sa.select(sa.func.count()).select_from(CaseEvent)) > before


@pytest.mark.parametrize("fields", [(), ("native_name", "birth", "phone", "cancer_type", "email", "channel")])
def test_merge_and_undo_leave_every_row_as_it_was(session, pair, fields):
    older, newer, maria = pair
    before = _everything(session)
    merge_id = _merge(older, newer, maria, *fields)
    assert _everything(session) != before
    assert _undo(merge_id, maria) == []
    after = _everything(session)
    assert {name: after[name] for name in before if after[name] != before[name]} == {}


def test_people_of_two_hospitals_are_joined_and_taken_apart_row_for_row(session):
    with transaction() as writing:
        older, newer = (
            a_case(writing),
            a_case(writing, slug="jinghe", native_name="Nora Almutairy", now=LATER),
        )
        lena = actor_of(staff(writing, "lena@alder-coast.example"))
    before = _everything(session)
    merge_id = _merge(older, newer, lena, "phone")
    cases = [session.get_one(Case, one.id, populate_existing=True) for one in (older, newer)]
    assert [case.state for case in cases] == [CaseState.OPEN, CaseState.OPEN]
    assert cases[0].person_id == cases[1].person_id
    assert _undo(merge_id, lena) == []
    assert _everything(session) == before


def test_what_was_changed_since_stays_and_is_named(session, pair):
    older, newer, maria = pair
    merge_id = _merge(older, newer, maria, "called", "native_name")
    with transaction() as writing:
        case = actions.lock(writing, older.id)
        case.person.called = "Umm Fahad"
        send_message(
            writing, case, body="Hello", language="en", actor=maria, now=LATER + timedelta(minutes=5)
        )
    assert (
        _undo(merge_id, maria) == []
    )  # the merge had not changed what she is called: both records said Noura
    person = session.get_one(Case, older.id, populate_existing=True).person
    assert (person.called, person.native_name) == ("Umm Fahad", "نورة المطيري")
    merge_id = _merge(older, newer, maria, "native_name", now=LATER + timedelta(hours=2))
    with transaction() as writing:
        actions.lock(writing, older.id).person.native_name = "نورة سعد"
    assert _undo(merge_id, maria, LATER + timedelta(hours=3)) == [("person", "native_name")]
    answered = session.scalars(sa.select(Message.case_id).where(Message.body == "Hello")).all()
    assert answered == [older.id]


def test_after_a_day_and_twice_and_under_a_later_merge_nothing_is_undone(session, pair):
    older, newer, maria = pair
    merge_id = _merge(older, newer, maria)
    with pytest.raises(NotAllowed, match="undo_too_late"):
        _undo(merge_id, maria, LATER + timedelta(hours=25))
    with transaction() as writing:
        third = a_case(writing, native_name="Nora M.", now=LATER)
    later_id = _merge(older, third, maria)
    with pytest.raises(NotAllowed, match="undo_later_merge"):
        _undo(merge_id, maria)
    _undo(later_id, maria)
    _undo(merge_id, maria)
    with pytest.raises(NotAllowed, match="undone_already"):
        _undo(merge_id, maria)


def test_of_two_who_merge_at_once_one_wins(session, pair):
    older, newer, maria = pair
    seen = merging.seen_of(older, newer)
    _merge(older, newer, maria)
    with pytest.raises(AlreadyTaken, match="merged_already"):
        _merge(older, newer, maria)
    with pytest.raises(AlreadyTaken, match="merged_already"):
        _merge(newer, older, maria)
    assert seen != merging.seen_of(session.get_one(Case, older.id), session.get_one(Case, newer.id))


def test_a_page_that_is_out_of_date_merges_nothing(session, pair):
    older, newer, maria = pair
    wish = Wish(seen=merging.seen_of(older, newer))
    with transaction() as writing:
        actions.lock(writing, older.id).person.called = "Umm Fahad"
    with pytest.raises(Stale), transaction() as writing:
        merging.merge(writing, older.id, newer.id, wish, actor=maria, now=LATER)


def test_cases_that_both_went_far_do_not_become_one(session):
    with transaction() as writing:
        one, other = a_case(writing, step=Step.CLINICAL), a_case(writing, step=Step.CLINICAL)
        maria = actor_of(staff(writing, "maria@alder-coast.example"))
    with pytest.raises(NotAllowed, match="merge_both_advanced"):
        _merge(one, other, maria)


def test_nobody_is_left_waiting_in_a_closed_case(session, pair):
    older, newer, maria = pair
    with transaction() as writing:
        actions.close(
            writing, actions.lock(writing, older.id), exit=Exit.WITHDRAWN, reason="x", actor=maria, now=LATER
        )
    with pytest.raises(NotAllowed, match="merge_into_closed"):
        _merge(older, newer, maria)
    _merge(newer, older, maria)
    assert session.get_one(Case, newer.id).state is CaseState.OPEN


def test_a_referral_goes_along_so_that_the_doctor_hears_of_the_case_that_stays(session, pair):
    older, newer, maria = pair
    with transaction() as writing:
        enquiry = writing.scalars(sa.select(Enquiry).where(Enquiry.case_id == newer.id)).one()
        doctor = writing.scalars(sa.select(Referrer)).one()
        writing.add(
            Referral(enquiry_id=enquiry.id, case_id=newer.id, referrer_id=doctor.id, received_at=LATER)
        )
    _merge(older, newer, maria)
    assert session.scalars(sa.select(Referral.case_id)).all() == [older.id]


def test_different_people_are_never_suggested_again(session, pair):
    older, newer, maria = pair
    with transaction() as writing:
        one, other = actions.lock(writing, newer.id), actions.lock(writing, older.id)
        merging.say_different(writing, one, other, note="twins", actor=maria, now=LATER)
    from concierge.cases import duplicates

    with transaction() as writing:
        duplicates.suggest(writing, writing.get_one(Case, newer.id), now=LATER)
    rows = session.scalars(sa.select(DuplicateSuggestion)).all()
    assert [(row.state, row.note, row.decided_by) for row in rows] == [("dismissed", "twins", maria.name)]


def test_notes_stay_notes(session, pair):
    older, newer, maria = pair
    from concierge.conversation.actions import write_note

    with transaction() as writing:
        write_note(
            writing, actions.lock(writing, newer.id), body="shy", language="en", actor=maria, now=LATER
        )
    _merge(older, newer, maria)
    note = session.scalars(sa.select(Message).where(Message.body == "shy")).one()
    assert (note.case_id, note.kind) == (older.id, MessageKind.NOTE)
