"""Verbs on two records of one person: say that they are different people, merge them, take a merge back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import actions as case_actions
from concierge.cases import payers
from concierge.cases.actions import index, lock, record, settle
from concierge.cases.merge import belongings, books, rows
from concierge.domain.access import Actor
from concierge.domain.errors import AlreadyTaken, NotAllowed, Stale
from concierge.domain.journey import CaseState, Exit
from concierge.domain.vocabulary import MessageChannel, MessageKind, PatientKnows, TranslationState
from concierge.models import (
    Case,
    CaseEvent,
    CaseParticipation,
    DuplicateSuggestion,
    Enquiry,
    Merge,
    Message,
    PortalAccount,
    SlotLedger,
    Translation,
)

_NOT_NEEDED, _NOT_TRANSLATED = TranslationState.NOT_NEEDED, TranslationState.NOT_TRANSLATED
UNDO_WITHIN = timedelta(hours=24)
PERSON_FIELDS = (
    "native_name", "surname", "given_names", "called", "birth", "passport_number", "country", "spoken_language",
    "language", "timezone", "phone", "email", "channel", "good_hours",
)  # fmt: skip
CASE_FIELDS = ("programme", "cancer_type", "stage_reported", "question")
# One choice that moves two columns: what was typed belongs to what it means.
_TOGETHER = {"birth": ("birth_on", "birth_typed"), "phone": ("phone", "phone_typed")}
# Facts that the case that stays takes over where it has none; with each goes what it rests on.
_TAKEN_OVER = (
    ("health_consent_at",), ("who_knows_at", "who_knows", "patient_knows"), ("payer_kind", "payer_name"),
    ("payer_letter_known_at", "payer_letter"), ("records_agreed_at",), ("specialist_id",), ("advocate_id",),
    ("reviewer_id",), ("care_manager_id",), ("coordinator_id",), ("replied_at",),
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What somebody chose. `from_other` are the fields (of PERSON_FIELDS and CASE_FIELDS) whose value is the ended
    case's; all others keep that of the case that stays. `seen` is what `seen_of` said when the page was shown.
    """

    from_other: frozenset[str] = frozenset()
    seen: str = ""


def seen_of(one: Case, other: Case) -> str:
    """The state of both records, whichever stands first: a page older than this is shown again."""
    return "-".join(
        f"{case.id}.{case.version}.{case.person.version}" for case in sorted((one, other), key=lambda c: c.id)
    )


def merge(
    session: Session, survivor_id: int, other_id: int, wish: Wish, *, actor: Actor, now: datetime
) -> Merge:
    """Two cases of one hospital become one (*fold*); of two hospitals, one person with two cases (*join*).

    The caller has made sure that the actor may edit every case of `touched_cases`. Raises AlreadyTaken
    (`merged_already`), Stale, NotAllowed (`merge_same_person`, `merge_into_closed`, `merge_both_advanced`,
    `merge_has_bookings`). The family is not told.
    """
    locked = {case_id: lock(session, case_id) for case_id in sorted((survivor_id, other_id))}
    survivor, other = locked[survivor_id], locked[other_id]
    is_fold = survivor.hospital_id == other.hospital_id
    _check(session, survivor, other, wish, is_fold)
    people = (survivor.person_id, other.person_id)
    cases = {survivor.id, other.id, *_cases_of(session, other.person_id)}
    before = rows.snapshot(session, cases, people)
    _choose(survivor, other, wish, is_fold)
    _join_people(session, survivor, other)
    if is_fold:
        _fold(session, survivor, other, actor, now)
    for case_id in sorted(cases | {survivor.id}):
        index(session, session.get_one(Case, case_id))
    settle(session, survivor, actor, now)
    changes = rows.difference(before, rows.snapshot(session, cases, people))
    made = Merge(
        kind="fold" if is_fold else "join", survivor_case_id=survivor.id, folded_case_id=other.id,
        survivor_person_id=people[0], folded_person_id=people[1], changes=changes, merged_at=now,
        merged_by_id=actor.id, merged_by=actor.name,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if is_fold:
        books.carry_over(session, made, survivor, other, actor, now)
    _decide(session, survivor.id, other.id, "merged", "", actor, now)
    for case, named in ((survivor, other), (other, survivor)):
        kind = (
            ("case_merged_here" if case is survivor else "case_merged_away") if is_fold else "people_joined"
        )
        record(session, case, kind, actor, now, other=named.reference)
    session.flush()
    return made


def touched_cases(session: Session, *cases: Case) -> list[Case]:
    """All cases of the people of these cases: who merges or undoes must be allowed to edit each."""
    people = {case.person_id for case in cases}
    return list(session.scalars(sa.select(Case).where(Case.person_id.in_(people))))


def _check(session: Session, survivor: Case, other: Case, wish: Wish, is_fold: bool) -> None:
    if Exit.MERGED in (survivor.exit, other.exit):
        raise AlreadyTaken("merged_already")
    if wish.seen and wish.seen != seen_of(survivor, other):
        raise Stale()
    if survivor.id == other.id or (survivor.person_id == other.person_id and not is_fold):
        raise NotAllowed("merge_same_person")
    if not is_fold:
        return
    if survivor.state is CaseState.CLOSED and other.state is not CaseState.CLOSED:
        raise NotAllowed("merge_into_closed")
    if any(
        all(belongings.has_one(session, name, case.id) for case in (survivor, other))
        for name in belongings.ONLY_ONE
    ):
        raise NotAllowed("merge_both_advanced")
    if session.scalar(sa.select(SlotLedger.holder).where(SlotLedger.subject == f"case:{other.id}").limit(1)):
        raise NotAllowed("merge_has_bookings")


def _cases_of(session: Session, person_id: int) -> list[int]:
    return list(session.scalars(sa.select(Case.id).where(Case.person_id == person_id)))


def _choose(survivor: Case, other: Case, wish: Wish, is_fold: bool) -> None:
    for field in PERSON_FIELDS:
        if field in wish.from_other:
            for column in _TOGETHER.get(field, (field,)):
                setattr(survivor.person, column, getattr(other.person, column))
    either = survivor.person.is_government_beneficiary or other.person.is_government_beneficiary
    survivor.person.is_government_beneficiary = either
    if not is_fold:
        return
    for field in CASE_FIELDS:
        if field in wish.from_other:
            setattr(survivor, field, getattr(other, field))
    for columns in _TAKEN_OVER:
        if getattr(survivor, columns[0]) is None:
            for column in columns:
                setattr(survivor, column, getattr(other, column))
    if survivor.patient_knows is PatientKnows.UNKNOWN:
        survivor.patient_knows = other.patient_knows


def _join_people(session: Session, survivor: Case, other: Case) -> None:
    """One person row for all their cases. A sign-in goes along where the person has none of their own yet."""
    left, kept = other.person_id, survivor.person
    if left == kept.id:
        return
    for case in session.scalars(sa.select(Case).where(Case.person_id == left)):
        case.person = kept
    mine = sa.select(PortalAccount.id).where(PortalAccount.person_id == kept.id)
    if session.scalar(mine.limit(1)) is None:
        session.execute(
            sa.update(PortalAccount).where(PortalAccount.person_id == left).values(person_id=kept.id)
        )
    session.flush()


def _fold(session: Session, survivor: Case, other: Case, actor: Actor, now: datetime) -> None:
    _bring_the_enquiry(session, survivor, other)
    waiting = sa.update(Enquiry).where(Enquiry.case_id == other.id, Enquiry.taken_by_id.is_(None))
    session.execute(
        waiting.values(taken_by_id=actor.id, taken_at=now)
    )  # nobody waits in a case that has ended
    session.flush()
    payers.stand_behind(session, survivor, other)
    belongings.move(session, other.id, survivor.id)
    session.expire_all()
    if payers.payers_of(session, survivor):
        payers.keep_in_step(session, survivor)
    if other.state is CaseState.CLOSED:
        other.exit = Exit.MERGED
    else:
        case_actions.close(session, other, exit=Exit.MERGED, reason="", actor=actor, now=now)


def _bring_the_enquiry(session: Session, survivor: Case, other: Case) -> None:
    """What they wrote and nobody has answered yet stands, unread, in the talk of the case that stays."""
    enquiry = session.scalar(sa.select(Enquiry).where(Enquiry.case_id == other.id))
    if enquiry is None or not enquiry.story.strip() or other.replied_at is not None:
        return
    writer = session.scalar(
        sa.select(CaseParticipation)
        .where(CaseParticipation.case_id == other.id)
        .order_by(CaseParticipation.id)
        .limit(1)
    )
    row = session.scalar(
        sa.select(Translation).where(Translation.enquiry_id == enquiry.id, Translation.state == "done")
    )
    untranslated = _NOT_NEEDED if enquiry.language == "en" else _NOT_TRANSLATED
    session.add(
        Message(
            case_id=survivor.id, kind=MessageKind.PORTAL, channel=MessageChannel.PORTAL, author_kind="portal",
            author_id=writer.account_id if writer else None,
            author_name=enquiry.writer_name or other.person.display_name, body=enquiry.story,
            language=enquiry.language, at=enquiry.received_at,
            **(_translated(row) if row else {"translation_state": untranslated}),
        )
    )  # fmt: skip


def _translated(row: Translation) -> dict:
    """What a story's translation is as that of a message; asked again, it could only be the same."""
    return {
        "translation": row.draft, "translation_language": row.target, "translation_engine": row.engine,
        "translation_state": TranslationState.MACHINE if row.engine else TranslationState.CHECKED,
        "checked_by": row.finished_by[:120], "translated_at": row.drafted_at,
    }  # fmt: skip


def _decide(
    session: Session, one: int, other: int, state: str, note: str, actor: Actor, now: datetime
) -> DuplicateSuggestion:
    """A decision about two cases sticks, whether somebody had suggested the pair or not."""
    newer, older = max(one, other), min(one, other)
    pair = (DuplicateSuggestion.case_id == newer, DuplicateSuggestion.other_case_id == older)
    row = session.scalar(sa.select(DuplicateSuggestion).where(*pair))
    if row is None:
        row = DuplicateSuggestion(case_id=newer, other_case_id=older, score=0, reasons=[], found_at=now)
        session.add(row)
    row.state, row.note, row.decided_by, row.decided_at = state, note, actor.name, now
    return row


def say_different(
    session: Session, case: Case, other: Case, *, note: str, actor: Actor, now: datetime
) -> None:
    """They are two people (twins, father and son, …). Nobody is asked about this pair again."""
    _decide(session, case.id, other.id, "dismissed", note, actor, now)
    for one, named in ((case, other), (other, case)):
        record(session, one, "people_are_different", actor, now, other=named.reference, reason=note)


def undo(session: Session, merge_id: int, *, actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """Take a merge back. (table, column) of what was changed since: that stays as it is, the rest is as before.

    Messages, files and other rows that came after the merge stay with the case that was worked on. Raises
    NotAllowed: `undo_too_late`, `undone_already`, `undo_later_merge` (take that one back first), `undo_reopened`.
    """
    made = session.get_one(Merge, merge_id)
    survivor, other = (
        lock(session, case_id) for case_id in sorted((made.survivor_case_id, made.folded_case_id))
    )
    if survivor.id != made.survivor_case_id:
        survivor, other = other, survivor
    session.refresh(made)
    _check_undo(session, made, other, now)
    kept = rows.restore(session, made.changes)
    made.undone_at, made.undone_by = now, actor.name
    _open_again(session, survivor.id, other.id)
    session.flush()
    if made.kind == "fold":
        books.carry_back(session, made, survivor, other, actor, now)
    for case_id in {survivor.id, other.id, *_cases_of(session, made.folded_person_id)}:
        index(session, session.get_one(Case, case_id, populate_existing=True))
    if _was_worked_on(session, made):
        settle(session, survivor, actor, now)
    for case, named in ((survivor, other), (other, survivor)):
        record(session, case, "merge_undone", actor, now, other=named.reference)
    return kept


def _check_undo(session: Session, made: Merge, other: Case, now: datetime) -> None:
    if made.undone_at is not None:
        raise NotAllowed("undone_already")
    if now - made.merged_at > UNDO_WITHIN:
        raise NotAllowed("undo_too_late")
    people = (made.survivor_person_id, made.folded_person_id)
    later = sa.select(Merge.id).where(
        Merge.id > made.id,
        Merge.undone_at.is_(None),
        sa.or_(Merge.survivor_person_id.in_(people), Merge.folded_person_id.in_(people)),
    )
    if session.scalar(later.limit(1)) is not None:
        raise NotAllowed("undo_later_merge")
    if made.kind == "fold" and other.exit is not Exit.MERGED:
        raise NotAllowed("undo_reopened")


def _open_again(session: Session, one: int, other: int) -> None:
    pair = (
        DuplicateSuggestion.case_id == max(one, other),
        DuplicateSuggestion.other_case_id == min(one, other),
    )
    session.execute(
        sa.update(DuplicateSuggestion)
        .where(*pair)
        .values(state="open", decided_by="", decided_at=None, note="")
    )


def _was_worked_on(session: Session, made: Merge) -> bool:
    """Whether anything happened to the surviving case since: then its next action is worked out anew."""
    since = sa.select(CaseEvent.id).where(
        CaseEvent.case_id == made.survivor_case_id, CaseEvent.at > made.merged_at
    )
    return session.scalar(since.limit(1)) is not None
