"""Verbs on translations: what is asked of the engine, what waits for a person, and what a person decides.

A critical text of the team is *held*: no page, mail, count or query of the family's side knows it until a person has
approved its translation. Then it takes its place at the end of the thread, because that is when it arrives.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import record, settle
from concierge.conversation import arrival
from concierge.conversation.translation import memory
from concierge.conversation.translation.glossary import rules_for
from concierge.domain import critical
from concierge.domain.access import Actor, Right
from concierge.domain.critical import Topic
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed
from concierge.domain.people import clean_paragraph, has_words, shows_something
from concierge.domain.scripts import written_language
from concierge.domain.vocabulary import CameBy, DeskReason, DeskState, TranslationState
from concierge.domain.wording import Comparison
from concierge.models import Case, Enquiry, Message, StaffUser, Translation
from concierge.models.types import new_public_id

MINE_FOR = timedelta(minutes=30)  # so long a translation is kept for whoever took it


def read_by_the_other_side(case: Case, author_kind: str) -> set[str]:
    """Languages in which the other side needs no translation."""
    if author_kind == "staff":
        return {case.person.language, case.person.spoken_language}
    return {"en", *(case.specialist.speaks if case.specialist else ())}


def _target(case: Case, author_kind: str) -> str:
    """English is what a team has in common; a specialist who does not read it gets their own language."""
    if author_kind == "staff":
        return case.person.language
    specialist = case.specialist
    return "en" if specialist is None or "en" in specialist.speaks else specialist.language


def plan(session: Session, case: Case, message: Message, *, needs_check: bool, now: datetime) -> None:
    """Say of a new message whether it needs a translation, ask for one, and hold it where a person must check it."""
    if message.language in read_by_the_other_side(case, message.author_kind) or not has_words(message.body):
        return
    message.translation_state = TranslationState.NOT_TRANSLATED
    _judge(message, needs_check=needs_check)
    message.is_held = bool(message.critical) and message.author_kind == "staff"
    row = _wanted(session, case, message, _target(case, message.author_kind), now)
    if message.is_held:
        _to_desk(row, DeskReason.CRITICAL, now)
    session.flush()


def plan_story(session: Session, enquiry: Enquiry, now: datetime) -> None:
    """Ask for a translation of what was written first, or for another one where its reader has changed.

    What a chat began with is a message, and translated as that.
    """
    case = enquiry.case
    is_read = enquiry.language in read_by_the_other_side(case, "portal") or not has_words(enquiry.story)
    if is_read or enquiry.came_by is CameBy.CHAT:
        return
    target = _target(case, "portal")
    wanted = sa.select(Translation).where(Translation.enquiry_id == enquiry.id)
    row = session.scalar(wanted.with_for_update(of=Translation))
    if row is None:
        session.add(
            Translation(
                enquiry=enquiry, case_id=case.id, hospital_id=case.hospital_id, source=enquiry.language,
                target=target, due_at=now,
            )
        )  # fmt: skip
    elif row.target != target:
        row.target, row.state, row.due_at, row.lease_until = target, "queued", now, None
        row.draft, row.engine, row.finished_by, row.error, row.alarms = "", "", "", "", []
    session.flush()


def _judge(message: Message, *, needs_check: bool) -> None:
    found = critical.topics(message.body, message.language)
    message.critical = critical.written(found | {Topic.SENDER} if needs_check else found)


def _wanted(session: Session, case: Case, message: Message, target: str, now: datetime) -> Translation:
    row = Translation(
        message=message, case_id=case.id, hospital_id=case.hospital_id, source=message.language, target=target,
        due_at=now,
    )  # fmt: skip
    session.add(row)
    return row


def _to_desk(row: Translation, reason: DeskReason, now: datetime) -> None:
    """Onto the desk, or up in its order when it lies there for a smaller reason."""
    if row.desk is DeskState.WAITING and row.reason and row.reason.risk <= reason.risk:
        return
    row.wanted_at = row.wanted_at if row.desk is DeskState.WAITING else now
    row.desk, row.reason, row.risk = DeskState.WAITING, reason, reason.risk
    row.taken_by_id, row.taken_by, row.taken_at = None, "", None


def of_message(session: Session, message: Message, *, lock: bool = False) -> Translation | None:
    """The translation of a message, if one was ever asked for."""
    found = sa.select(Translation).where(Translation.message_id == message.id)
    if lock:
        found = found.with_for_update(of=Translation).execution_options(populate_existing=True)
    return session.scalar(found)


def lock_row(session: Session, row_id: int) -> Translation:
    """The translation, locked until the end of the transaction, with its newest values and those of its text."""
    row = session.get_one(Translation, row_id, populate_existing=True, with_for_update={"of": Translation})
    session.refresh(row.enquiry or row.message)
    return row


def alarms_of(compared: Comparison) -> list[dict]:
    """What differs, as it is stored beside a draft."""
    return [
        {"code": one.code, "source": list(one.source), "target": list(one.target)}
        for one in compared.mismatches
    ]


def _route_mismatch(row: Translation, now: datetime) -> None:
    """The machine's words differ in what must not differ: shown as they are, and looked at by a person."""
    _to_desk(row, DeskReason.WORDING, now)


def call_unclear(session: Session, case: Case, message: Message, actor: Actor, now: datetime) -> None:
    """The family does not understand the machine's words. Pressed twice, it is asked once."""
    row = of_message(session, message, lock=True)
    if row is None or message.translation_state is not TranslationState.MACHINE:
        raise NotAllowed("translation_done")
    _to_desk(row, DeskReason.UNCLEAR, now)
    record(session, case, "translation_unclear", actor, now, message=message.public_id)


def ask(session: Session, case: Case, message: Message, *, target: str, actor: Actor, now: datetime) -> bool:
    """Somebody of the team does not read this: the engine is asked, and where it had no answer, a person (True)."""
    if not has_words(message.body) or message.language == target:
        raise NotAllowed("translation_not_needed")
    row = of_message(session, message, lock=True)
    if row is None:
        message.translation_state = TranslationState.NOT_TRANSLATED
        if message.author_kind != "staff":
            _judge(message, needs_check=False)
        _wanted(session, case, message, target, now)
        session.flush()
        return False
    if message.translation:
        raise NotAllowed("translation_done")
    _to_desk(row, DeskReason.ASKED, now)
    record(session, case, "translation_asked", actor, now, message=message.public_id)
    return True


# --- the desk ------------------------------------------------------------------------------------------------


def _check_waiting(case: Case, row: Translation) -> None:
    if not arrival.may_write(case):
        raise NotAllowed("messages_stopped")
    if row.desk is not DeskState.WAITING:
        raise AlreadyTaken("translation_done")


def take(row: Translation, user: StaffUser, now: datetime) -> None:
    """Softly mine: others see it, and it lapses. Raises AlreadyTaken (`translation_taken`, `translation_done`)."""
    if row.desk is not DeskState.WAITING:
        raise AlreadyTaken("translation_done")
    if row.taken_by_id not in (None, user.id) and row.taken_at and row.taken_at > now - MINE_FOR:
        raise AlreadyTaken("translation_taken")
    row.taken_by_id, row.taken_by, row.taken_at = user.id, user.name, now


def approve(
    session: Session,
    case: Case,
    row: Translation,
    *,
    text: str,
    seen: str,
    is_confirmed: bool,
    languages: set[str],
    actor: Actor,
    now: datetime,
) -> Message:
    """A person answers for this translation; a held message arrives now. `seen` is the source they translated.

    Raises NotAllowed (`messages_stopped`, `not_your_languages`), AlreadyTaken (`translation_done`), InvalidInput on
    `text`: the source changed meanwhile (`source_changed`), or the two texts differ and nobody has confirmed that
    (`wording_differs`).
    """
    if Right.TRANSLATE not in actor.rights:
        raise NotAllowed()
    _check_waiting(case, row)
    if not {row.source, row.target} <= languages:
        raise NotAllowed("not_your_languages")
    message, text = row.message, clean_paragraph(text)
    if not shows_something(text):
        raise InvalidInput("text", "message_empty")
    if clean_paragraph(seen) != message.body:
        raise InvalidInput("text", "source_changed")
    rules = rules_for(session, case, row.source, row.target)
    if rules.compare(message.body, text).mismatches and not is_confirmed:
        raise InvalidInput("text", "wording_differs")
    message.translation, message.translation_language = text, row.target
    message.translation_state, message.checked_by = TranslationState.CHECKED, actor.name[:120]
    message.translation_engine, message.translated_at = "", now
    _finish(row, DeskState.CHECKED, actor, now)
    key = memory.key_of(row.hospital_id, message.body, row.source, row.target)
    memory.remember(session, key, text, now=now, checked_by=actor.name)
    record(session, case, "translation_checked", actor, now, message=message.public_id)
    return _release(session, case, row, actor, now)


def cannot(session: Session, case: Case, row: Translation, *, actor: Actor, now: datetime) -> None:
    """No translation says this safely: the specialist is told to call. A held message stays held."""
    if Right.TRANSLATE not in actor.rights:
        raise NotAllowed()
    _check_waiting(case, row)
    _finish(row, DeskState.IMPOSSIBLE, actor, now)
    record(session, case, "translation_impossible", actor, now, message=row.message.public_id)
    if case.specialist is not None:
        outbox.enqueue(
            session, event="call_needed_staff", key=f"call_needed_staff:{row.public_id}:{case.specialist_id}",
            recipient=case.specialist.email, language=case.specialist.language, timezone=case.specialist.timezone,
            case=case, now=now,
        )  # fmt: skip


def _finish(row: Translation, state: DeskState, actor: Actor, now: datetime) -> None:
    row.desk, row.finished_by, row.finished_at = state, actor.name, now
    if row.state in {"queued", "claimed"}:
        row.state = "none"  # the engine's answer is not waited for any more


# --- a held message, before it arrives ------------------------------------------------------------------------


def _held(session: Session, case: Case, message: Message) -> Translation:
    row = of_message(session, message, lock=True)
    if row is None or not message.is_held or row.desk is DeskState.WITHDRAWN:
        raise AlreadyTaken("translation_done")
    if not arrival.may_write(case):
        raise NotAllowed("messages_stopped")
    return row


def change_held(
    session: Session, case: Case, message: Message, *, body: str, actor: Actor, now: datetime
) -> None:
    """Other words for a message that nobody has seen yet; engine and desk begin anew."""
    row = _held(session, case, message)
    body = clean_paragraph(body)
    if not shows_something(body):
        raise InvalidInput("message", "message_empty")
    wanted = Topic.SENDER in critical.read(message.critical)
    message.body, message.language = body, written_language(body, message.language)
    _judge(message, needs_check=wanted or not critical.topics(body, message.language))
    row.state, row.due_at, row.attempts, row.draft, row.engine, row.alarms = "queued", now, 0, "", "", []
    row.desk = DeskState.NONE
    _to_desk(row, DeskReason.CRITICAL, now)
    record(session, case, "message_changed", actor, now, message=message.public_id)


def withdraw_held(session: Session, case: Case, message: Message, *, actor: Actor, now: datetime) -> None:
    """It never leaves; the team still sees that it was written."""
    _finish(_held(session, case, message), DeskState.WITHDRAWN, actor, now)
    record(session, case, "message_withdrawn", actor, now, message=message.public_id)


def untick(session: Session, case: Case, message: Message, *, actor: Actor, now: datetime) -> Message:
    """The sender says that this is not critical: it arrives with what the engine has. Refused for amounts of money."""
    row = _held(session, case, message)
    if not critical.may_be_unticked(frozenset(critical.read(message.critical))):
        raise NotAllowed("amount_needs_check")
    message.critical = ""
    row.desk, row.reason = DeskState.NONE, None
    if row.state == "done":
        show_draft(row)
    record(session, case, "check_waived", actor, now, message=message.public_id)
    return _release(session, case, row, actor, now)


def show_draft(row: Translation) -> None:
    """The machine's words become the message's translation, under their own label."""
    message = row.message
    message.translation, message.translation_language = row.draft, row.target
    message.translation_state, message.translation_engine = TranslationState.MACHINE, row.engine
    message.translated_at = row.drafted_at
    if row.alarms and row.drafted_at:
        _route_mismatch(row, row.drafted_at)


def _release(session: Session, case: Case, row: Translation, actor: Actor, now: datetime) -> Message:
    """A held message takes a new place, the last one of the thread, so that nobody finds it above what they know."""
    held = row.message
    if not held.is_held:
        return held
    values = {c.key: getattr(held, c.key) for c in sa.inspect(Message).column_attrs if c.key != "id"}
    public_id = values["public_id"]
    arrived = Message(**values | {"public_id": new_public_id(), "is_held": False, "at": now})
    session.add(arrived)
    session.flush()
    row.message = arrived
    session.flush()
    session.delete(held)
    session.flush()
    arrived.public_id = public_id
    session.flush()
    arrival.arrive(session, case, arrived, now)
    settle(session, case, actor, now)
    return arrived
