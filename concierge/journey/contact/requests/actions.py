"""A physician's request is kept with a clock, taken by one person, handed over with a note, answered and closed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import check_version
from concierge.domain.access import Actor, Role
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed
from concierge.domain.requests import OWNER, request_due
from concierge.domain.vocabulary import RequestKind, RequestOutcome
from concierge.journey.contact.team import with_role
from concierge.models import Hospital, PhysicianRequest, StaffUser


@dataclass(frozen=True)
class NewRequest:
    """What a physician sent. `phone` is E.164, `timezone` an IANA name; "" means not told."""

    hospital_id: int
    kind: RequestKind
    name: str
    email: str
    text: str
    language: str
    organisation: str = ""
    phone: str = ""
    country: str = ""
    timezone: str = ""


def open_request(session: Session, data: NewRequest, *, now: datetime) -> PhysicianRequest:
    """Keep it, promise an answer, and confirm it by mail."""
    hospital = session.get_one(Hospital, data.hospital_id)
    request = PhysicianRequest(
        hospital=hospital, kind=data.kind, name=data.name, organisation=data.organisation, email=data.email,
        phone=data.phone, country=data.country, timezone=data.timezone, language=data.language, text=data.text,
        received_at=now, due_at=request_due(data.kind, now, hospital.calendar, hospital.first_reply_hours),
        owner_role=OWNER[data.kind],
    )  # fmt: skip
    session.add(request)
    session.flush()
    _mail(session, request, "request_received", {"promise_at": request.due_at.isoformat()}, now)
    return request


def take(session: Session, request_id: int, user: StaffUser) -> PhysicianRequest:
    """Nobody's request becomes this person's. Raises AlreadyTaken when a colleague was faster."""
    claim = (
        sa.update(PhysicianRequest)
        .where(
            PhysicianRequest.id == request_id,
            PhysicianRequest.owner_id.is_(None),
            PhysicianRequest.closed_at.is_(None),
        )
        .values(owner_id=user.id, version=PhysicianRequest.version + 1)
        .returning(PhysicianRequest.id)
        .execution_options(synchronize_session=False)
    )
    is_first = session.scalar(claim) is not None
    request = session.get_one(PhysicianRequest, request_id, populate_existing=True)
    if not is_first and request.owner_id != user.id:
        raise AlreadyTaken("request_taken")
    return request


def hand_over(
    session: Session, request: PhysicianRequest, *, to_id: int, note: str, version: int | None, actor: Actor
) -> None:
    """To a specialist or lead of the same hospital, with a note that stays. The clock does not move."""
    _check(request, version)
    if to_id not in {user.id for user in hands(session, request.hospital_id)}:
        raise InvalidInput("to", "unknown_colleague")
    to = session.get_one(StaffUser, to_id)
    line = f"{actor.name} → {to.name}: {note}"
    request.handed_over_note = f"{request.handed_over_note}\n{line}".strip()
    request.owner = to
    session.flush()


def answer(
    session: Session, request: PhysicianRequest, *, text: str, closes: bool, version: int | None, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Mail the answer to the physician; whoever answers what was nobody's has it from then on."""
    _check(request, version)
    number = len(request.answer.split("\f")) if request.answer else 0
    request.answer = f"{request.answer}\f{text}" if request.answer else text
    request.answered_at = now
    request.owner_id = request.owner_id or actor.id
    if closes:
        request.outcome, request.closed_at = RequestOutcome.DONE, now
    _mail(session, request, "request_answered", {"text": text}, now, str(number))
    session.flush()


def close(
    session: Session, request: PhysicianRequest, *, outcome: RequestOutcome, note: str, version: int | None,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Done with. What is closed without an answer needs a note that says why."""
    _check(request, version)
    if not note and not request.answered_at:
        raise InvalidInput("note", "reason_needed")
    request.outcome, request.closing_note, request.closed_at = outcome, note, now
    request.owner_id = request.owner_id or actor.id
    session.flush()


def hands(session: Session, hospital_id: int) -> list[StaffUser]:
    """Who can have a request of this hospital."""
    found = [*with_role(session, hospital_id, Role.SPECIALIST), *with_role(session, hospital_id, Role.LEAD)]
    return list({user.id: user for user in found}.values())


def _check(request: PhysicianRequest, version: int | None) -> None:
    check_version(request, version)
    if request.closed_at is not None:
        raise NotAllowed("request_closed")


def _mail(
    session: Session, request: PhysicianRequest, event: str, context: dict, now: datetime, number: str = "0"
) -> None:
    outbox.enqueue(
        session, event=event, key=f"{event}:{request.id}:{number}", recipient=request.email, language=request.language,
        timezone=request.timezone, now=now,
        context={
            "number": request.reference, "home": request.hospital.timezone,
            "name": f"\u2068{request.name}\u2069", **context,
        },
    )  # fmt: skip
