"""Verbs of the planned call: book, change, cancel, ask for other hours, note that nobody came."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import ledger
from concierge.cases.actions import check_open, check_version, record, settle, wake
from concierge.conversation.actions import note_call
from concierge.domain.access import Actor, Area
from concierge.domain.call_slots import AHEAD, LENGTHS, NOTICE, is_offered
from concierge.domain.clocks import local_day
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed, SlotTaken
from concierge.domain.journey import CaseState, Step, video_refusal
from concierge.domain.vocabulary import (
    CallMode,
    CallOutcome,
    CallPurpose,
    CallTopic,
    InterpreterUse,
    InterpreterWish,
    PlannedCallState,
)
from concierge.journey.consult.booking.queries import booked_call, diary_of
from concierge.models import CallWish, Case, PlannedCall

_SAME_TALK = timedelta(hours=12)
_ON_A_NUMBER = {CallMode.PHONE, CallMode.WHATSAPP}


@dataclass(frozen=True)
class CallOrder:
    """What was agreed. `starts_at` is aware UTC on a quarter-hour, `number` E.164 (needed for phone and WhatsApp)."""

    starts_at: datetime
    minutes: int
    topic: CallTopic
    mode: CallMode
    number: str
    language: str
    interpreter_wish: InterpreterWish
    who_joins: str = ""
    video_url: str = ""


def book_call(session: Session, case: Case, order: CallOrder, *, actor: Actor, now: datetime) -> PlannedCall:
    """Book a free time of the case's specialist; all who may read messages are told. A resting case wakes.

    Raises SlotTaken when the time is gone or not offered, AlreadyTaken(`call_is_booked`) when this case has a call,
    NotAllowed(`no_specialist`, `case_not_open`), InvalidInput(number, `number_needed`) or (mode, as `refusal_of`).
    """
    check_open(case)
    _check_place(case, actor)
    if case.specialist_id is None:
        raise NotAllowed("no_specialist")
    if booked_call(session, case.id):
        raise AlreadyTaken("call_is_booked")
    _check(session, case, case.specialist_id, order, actor, now)
    call = PlannedCall(
        hospital_id=case.hospital_id, case_id=case.id, specialist_id=case.specialist_id, booked_by=actor.name,
        booked_at=now, **_facts(order),
    )  # fmt: skip
    with session.begin_nested():
        session.add(call)
        session.flush()
        _claim(session, call)
    _answer_wishes(session, case, now)
    _changed(session, case, call, "call_booked", actor, now)
    return call


def change_call(
    session: Session, case: Case, call: PlannedCall, order: CallOrder, *, actor: Actor, now: datetime
) -> None:
    """Another time, or other facts of the same time; only a new time is told to everybody. Raises as `book_call`.

    A call that moves goes to whoever is the case's specialist by then.
    """
    _check_booked(call)
    _check_place(case, actor)
    specialist_id = case.specialist_id or call.specialist_id
    is_moved = (order.starts_at, order.minutes) != (call.starts_at, call.minutes)
    if is_moved:
        _check(session, case, specialist_id, order, actor, now)
    else:
        _check_number(order)
    if not is_moved and all(getattr(call, field) == value for field, value in _facts(order).items()):
        return
    with session.begin_nested():
        for field, value in _facts(order).items():
            setattr(call, field, value)
        if is_moved:
            call.specialist_id, call.booked_by, call.booked_at = specialist_id, actor.name, now
            ledger.release(session, call.holder)
            _claim(session, call)
        session.flush()
        session.refresh(call, ["specialist"])
    if is_moved:
        _changed(session, case, call, "call_moved", actor, now)
    else:
        record(session, case, "call_facts_changed", actor, now, call=call.public_id)
        _tell_specialist(session, case, call, "call_facts_changed", actor, now)
        settle(session, case, actor, now)


def count_as_held(session: Session, call: PlannedCall, now: datetime) -> None:
    """They talked; what is left of the time is given back where they talked early."""
    call.state = PlannedCallState.HELD
    if call.ends_at > now:
        ledger.release(session, call.holder)
    session.flush()


def noted_call(session: Session, case: Case, *, at: datetime, now: datetime) -> None:
    """A call that somebody notes by hand was the planned one, unless that lies more than half a day later."""
    call = booked_call(session, case.id)
    if call is not None and call.starts_at <= at + _SAME_TALK:
        count_as_held(session, call, now)


def cancel_call(session: Session, case: Case, call: PlannedCall, *, actor: Actor, now: datetime) -> None:
    """Give the time back and tell everybody. Cancelling twice changes nothing."""
    if call.state is PlannedCallState.CANCELLED:
        return
    _check_booked(call)
    call.state = PlannedCallState.CANCELLED
    ledger.release(session, call.holder)
    _changed(session, case, call, "call_cancelled", actor, now)


def ask_for_hours(session: Session, case: Case, *, text: str, actor: Actor, now: datetime) -> CallWish:
    """A family found no time that suits them. Raises InvalidInput(text, `wish_needed`)."""
    check_open(case)
    if not text.strip():
        raise InvalidInput("text", "wish_needed")
    _answer_wishes(session, case, now)
    wish = CallWish(
        hospital_id=case.hospital_id, case_id=case.id, text=text, asked_by=actor.name, asked_at=now
    )
    session.add(wish)
    record(session, case, "call_hours_asked", actor, now)
    settle(session, case, actor, now)
    return wish


def answer_wish(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Somebody has spoken with the family about their hours."""
    if _answer_wishes(session, case, now):
        record(session, case, "call_hours_answered", actor, now)
        settle(session, case, actor, now)


def miss_call(
    session: Session,
    case: Case,
    call: PlannedCall,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Nobody answered at the agreed time: a kind mail with the way to new times, and the talk is due again.

    Raises InvalidInput(form, `call_not_begun`) before its hour, NotAllowed(`call_not_booked`), Stale.
    """
    _check_booked(call)
    check_version(call, version)
    if now < call.starts_at:
        raise InvalidInput("form", "call_not_begun")
    call.state = PlannedCallState.NO_SHOW
    ledger.release(session, call.holder)
    note_call(
        session, case, purpose=purpose_of(case, call), outcome=CallOutcome.NO_ANSWER, at=call.starts_at, minutes=0,
        participants="", interpreter=InterpreterUse.NOT_NEEDED, notes="", actor=actor, now=now,
    )  # fmt: skip
    _changed(session, case, call, "call_missed", actor, now)


def refusal_of(case: Case, *, is_staff: bool) -> str:
    """The error code of why this case of telehealth may have no call, in words for the reader; "" where it may."""
    code = video_refusal(case.programme, case.present_country, case.hospital.telehealth_countries)
    return code if is_staff or not code else f"{code}_family"


def purpose_of(case: Case, call: PlannedCall | None) -> CallPurpose:
    """A first talk, or any talk before the second step is done, is the consult call of the gates."""
    is_first = call is not None and call.topic is CallTopic.FIRST_TALK
    return CallPurpose.CONSULT if is_first or case.step in {Step.CONTACT, Step.CONSULT} else CallPurpose.OTHER


def order_of(call: PlannedCall, *, starts_at: datetime) -> CallOrder:
    """The same call at another time."""
    return CallOrder(
        starts_at=starts_at, minutes=call.minutes, topic=call.topic, mode=call.mode, number=call.number,
        language=call.language, interpreter_wish=call.interpreter_wish, who_joins=call.who_joins,
        video_url=call.video_url,
    )  # fmt: skip


def _facts(order: CallOrder) -> dict:
    number = order.number if order.mode in _ON_A_NUMBER else ""
    video_url = order.video_url if order.mode is CallMode.VIDEO else ""
    return {
        "starts_at": order.starts_at, "minutes": order.minutes, "topic": order.topic, "mode": order.mode,
        "number": number, "video_url": video_url, "language": order.language,
        "interpreter_wish": order.interpreter_wish, "who_joins": order.who_joins,
    }  # fmt: skip


def _check_booked(call: PlannedCall) -> None:
    if call.state is not PlannedCallState.BOOKED:
        raise NotAllowed("call_not_booked")


def _check_place(case: Case, actor: Actor) -> None:
    if code := refusal_of(case, is_staff=actor.is_staff):
        raise InvalidInput("mode", code)


def _check_number(order: CallOrder) -> None:
    if order.mode in _ON_A_NUMBER and not order.number:
        raise InvalidInput("number", "number_needed")


def _check(
    session: Session, case: Case, staff_id: int, order: CallOrder, actor: Actor, now: datetime
) -> None:
    """The number, and the time against the hours; what is taken is for the ledger to say."""
    _check_number(order)
    if order.minutes not in LENGTHS:
        raise InvalidInput("minutes", "choose_one")
    diary = diary_of(session, case.hospital, staff_id, local_day(order.starts_at, case.hospital.timezone))
    not_before = now if actor.is_staff else now + NOTICE
    is_free = is_offered(diary, order.starts_at, minutes=order.minutes, not_before=not_before)
    if not is_free or order.starts_at > now + AHEAD:
        raise SlotTaken()


def _claim(session: Session, call: PlannedCall) -> None:
    subjects = (ledger.staff_subject(call.specialist_id), ledger.case_subject(call.case_id))
    ledger.claim(session, subjects, call.starts_at, call.ends_at, call.holder)


def _answer_wishes(session: Session, case: Case, now: datetime) -> int:
    asked = sa.and_(CallWish.case_id == case.id, CallWish.answered_at.is_(None))
    return session.execute(sa.update(CallWish).where(asked).values(answered_at=now)).rowcount  # type: ignore[attr-defined]


def _changed(
    session: Session, case: Case, call: PlannedCall, event: str, actor: Actor, now: datetime
) -> None:
    """Write it down, tell everybody who reads the messages of the case, and let the next action follow the call."""
    if case.state is CaseState.ON_HOLD:
        wake(session, case, actor=actor, now=now)
    session.flush()
    record(session, case, event, actor, now, call=call.public_id, at=call.starts_at.isoformat())
    outbox.tell(
        session, case, event=event, fact=f"{call.public_id}.{call.version}", area=Area.MESSAGES, now=now,
        context=mail_context(call),
    )  # fmt: skip
    _tell_specialist(session, case, call, event, actor, now)
    if case.next_code == "hold_call":
        case.next_code = None  # so that the talk is due anew: at the time agreed, or as promised
    settle(session, case, actor, now)


def _tell_specialist(
    session: Session, case: Case, call: PlannedCall, event: str, actor: Actor, now: datetime
) -> None:
    """One mail about what the family did with a call; what the team does, it knows."""
    if not actor.is_staff:
        context = mail_context(call) | {"happening": event, "family_timezone": case.person.timezone}
        outbox.enqueue(
            session, event="call_by_family_staff", key=f"call_by_family_staff:{call.public_id}.{call.version}",
            recipient=call.specialist.email, language=call.specialist.language, timezone=call.specialist.timezone,
            case=case, context=context, now=now,
        )  # fmt: skip


def mail_context(call: PlannedCall) -> dict:
    """What every mail about a call says; its words and clocks are the recipient's."""
    return {
        "call": call.public_id, "at": call.starts_at.isoformat(), "since": call.booked_at.isoformat(),
        "minutes": call.minutes, "mode": call.mode, "number": call.number, "specialist": call.specialist.name,
    }  # fmt: skip
