"""Keeps the head of a talk true: whose turn it is and since when.

Whoever writes a message, notes a call, closes a case or names a specialist: the head follows in the same transaction,
because the rows tell it themselves. What is changed by a statement of its own (read marks) calls `derive`.
"""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from concierge.domain.vocabulary import CallOutcome, MessageKind
from concierge.models import Call, Case, Merge, Message, OutboxMessage, ThreadHead

_INSERT: dict[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
FAMILY = ("portal", "visitor")
# A reply that waits for a translator has answered nobody yet.
_SPOKEN = (
    Message.case_id == sa.bindparam("case_id"),
    Message.kind == MessageKind.PORTAL,
    Message.is_held.is_(False),
)
_IS_FAMILY = Message.author_kind.in_(FAMILY)
_LAST = sa.select(Message.id, Message.at, _IS_FAMILY).where(*_SPOKEN).order_by(Message.id.desc()).limit(1)
_ANSWER = sa.select(Message.id).where(*_SPOKEN, ~_IS_FAMILY).order_by(Message.id.desc()).limit(1)
_TALKED = sa.select(sa.func.max(Call.at)).where(
    Call.case_id == sa.bindparam("case_id"), Call.outcome == CallOutcome.HELD
)
_FIRST_OPEN = sa.select(sa.func.min(Message.at)).where(
    *_SPOKEN, _IS_FAMILY, Message.id > sa.bindparam("answer")
)
_UNREAD = sa.select(sa.func.count()).where(
    Message.case_id == sa.bindparam("case_id"), Message.read_at.is_(None), Message.author_kind == "portal"
)
_FAILED = sa.select(sa.func.min(OutboxMessage.created_at)).where(
    OutboxMessage.case_id == sa.bindparam("case_id"), OutboxMessage.state == "failed"
)
_CASE = sa.select(Case.hospital_id, Case.specialist_id, Case.opened_at, Case.closed_at).where(
    Case.id == sa.bindparam("case_id")
)


def derive(
    connection: sa.Connection, case_id: int, *, wakes: bool = False, woken_at: datetime | None = None
) -> None:
    """Write the head of this case anew. `wakes`: the family wrote, so a snooze ends; `woken_at`: its time has come."""
    case = connection.execute(_CASE, {"case_id": case_id}).one()
    last = connection.execute(_LAST, {"case_id": case_id}).first()
    ours, theirs = _turn(connection, case_id, last, case)
    if woken_at and ours is None and theirs is not None:
        ours, theirs = woken_at, None
    values = {
        "hospital_id": case.hospital_id, "specialist_id": case.specialist_id,
        "last_message_id": last.id if last else None, "us_since": ours, "family_since": theirs,
        "unread": connection.scalar(_UNREAD, {"case_id": case_id}),
    }  # fmt: skip
    if wakes or woken_at or case.closed_at:
        values |= {"snoozed_until": None, "snoozed_by": ""}
    insert = _INSERT[connection.dialect.name](ThreadHead).values(
        {"snoozed_by": ""} | values | {"case_id": case_id}
    )
    connection.execute(insert.on_conflict_do_update(index_elements=["case_id"], set_=values))


def _turn(
    connection: sa.Connection, case_id: int, last: sa.Row | None, case: sa.Row
) -> tuple[datetime | None, datetime | None]:
    """(waits for us since, waits for the family since). In a closed case only what came later is open."""
    talked = connection.scalar(_TALKED, {"case_id": case_id})
    settled = max([at for at in (talked, case.closed_at) if at], default=None)
    failed = connection.scalar(_FAILED, {"case_id": case_id})
    first = None
    if last is not None and last[2]:
        answer = connection.scalar(_ANSWER, {"case_id": case_id}) or 0
        since = _FIRST_OPEN.where(Message.at > settled) if settled else _FIRST_OPEN
        first = connection.scalar(since, {"case_id": case_id, "answer": answer})
    found = [at for at in (first, failed) if at and not (case.closed_at and at <= case.closed_at)]
    if found:
        return min(found), None
    if case.closed_at:
        return None, None
    return None, max([at for at in (talked, last[1] if last else None) if at], default=case.opened_at)


@event.listens_for(Message, "after_insert")
def _written(_mapper, connection: sa.Connection, message: Message) -> None:
    if message.kind is not MessageKind.NOTE:
        derive(connection, message.case_id, wakes=message.author_kind in FAMILY)


@event.listens_for(Call, "after_insert")
def _called(_mapper, connection: sa.Connection, call: Call) -> None:
    derive(connection, call.case_id)


@event.listens_for(Case, "after_update")
def _changed(_mapper, connection: sa.Connection, case: Case) -> None:
    """Only a talk that has begun has a head."""
    changed = sa.inspect(case).attrs
    if not (changed.specialist_id.history.has_changes() or changed.state.history.has_changes()):
        return
    if connection.scalar(sa.select(ThreadHead.case_id).where(ThreadHead.case_id == case.id)):
        derive(connection, case.id)


@event.listens_for(OutboxMessage, "after_update")
def _delivered(_mapper, connection: sa.Connection, mail: OutboxMessage) -> None:
    """What could not be delivered waits for us, until it is tried again or settled."""
    states = sa.inspect(mail).attrs.state.history
    if mail.case_id and "failed" in {*states.added, *(states.deleted or ())}:
        derive(connection, mail.case_id)


@event.listens_for(Merge, "after_insert")
@event.listens_for(Merge, "after_update")
def _merged(_mapper, connection: sa.Connection, merge: Merge) -> None:
    """Messages went from one case to another, or back."""
    for case_id in (merge.survivor_case_id, merge.folded_case_id):
        connection.execute(sa.delete(ThreadHead).where(ThreadHead.case_id == case_id))
        if connection.execute(_LAST, {"case_id": case_id}).first():
            derive(connection, case_id)
