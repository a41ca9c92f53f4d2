"""Reads the inbox: one keyset query a list, each along an index of the heads; and who is writing right now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from concierge.domain.listed import Named, reference_of
from concierge.domain.numbers import moment, whole
from concierge.domain.vocabulary import MessageChannel
from concierge.models import Case, Inbound, Message, OutboxMessage, Person, Presence, StaffUser, ThreadHead
from concierge.models.types import UTCDateTime
from concierge.web.clock import now

PAGE = 30
COUNTED_TO = 99
WORDS = 160


class Mailbox(StrEnum):
    """The lists of the inbox, in the order in which they are offered."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class TalkRow(Named):
    """One talk as a list shows it. `since` is what the list is ordered by."""

    case_id: int
    opened_at: datetime
    hospital_id: int
    native_name: str
    surname: str
    given_names: str
    called: str
    country: str
    language: str
    spoken_language: str
    since: datetime
    us_since: datetime | None
    unread: int
    snoozed_until: datetime | None
    snoozed_by: str
    specialist: str | None
    author_kind: str | None
    author_name: str | None
    channel: MessageChannel | None
    body: str | None
    body_language: str | None
    translation: str | None
    translation_language: str | None
    is_undelivered: bool

    @property
    def reference(self) -> str:
        return reference_of(self.opened_at, self.case_id)


_FAILED = sa.exists().where(OutboxMessage.case_id == ThreadHead.case_id, OutboxMessage.state == "failed")


_ME: sa.BindParameter[int] = sa.bindparam("me")


def _list(box: Mailbox, hospital_id: int) -> tuple[sa.Select, InstrumentedAttribute]:
    """The heads of one list in one hospital, and the column it is ordered by: one stretch of one index."""
    found = sa.select(ThreadHead.case_id).where(ThreadHead.hospital_id == hospital_id)
    is_awake = ThreadHead.snoozed_until.is_(None)
    if box is Mailbox.SNOOZED:
        found = found.where(ThreadHead.specialist_id == _ME, ThreadHead.snoozed_until.is_not(None))
        return found, ThreadHead.snoozed_until
    if box is Mailbox.WAITING:
        found = found.where(ThreadHead.specialist_id == _ME, ThreadHead.family_since.is_not(None), is_awake)
        return found, ThreadHead.family_since
    found = found.where(ThreadHead.us_since.is_not(None), is_awake)
    if box is Mailbox.MINE:
        found = found.where(ThreadHead.specialist_id == _ME)
    elif box is Mailbox.UNASSIGNED:
        found = found.where(ThreadHead.specialist_id.is_(None))
    return found, ThreadHead.us_since


def talks(
    session: Session, box: Mailbox, hospital_ids: tuple[int, ...], staff_id: int, after: str = ""
) -> tuple[list[TalkRow], str]:
    """One page, the longest wait first, and the key of the next one ("" at the end)."""
    key = _parse(after)
    if not hospital_ids:
        return [], ""
    values = {"me": staff_id} | ({"since": key[0], "row": key[1]} if key else {})
    found = session.connection().execute(_page(box, hospital_ids, key is not None), values)
    rows = [TalkRow(*row) for row in found]
    more = f"{rows[PAGE - 1].case_id}.{rows[PAGE - 1].since.isoformat()}" if len(rows) > PAGE else ""
    return rows[:PAGE], more


@lru_cache(maxsize=64)
def _page(box: Mailbox, hospital_ids: tuple[int, ...], is_further: bool) -> sa.Select:
    """Statements are kept, because building one costs more than running it."""
    runs = [_run(box, hospital_id, is_further) for hospital_id in hospital_ids]
    merged = sa.union_all(*(sa.select(run) for run in runs)).subquery()
    return _with_words(
        sa.select(merged).order_by(merged.c.since, merged.c.case_id).limit(PAGE + 1).subquery()
    )


def _run(box: Mailbox, hospital_id: int, is_further: bool) -> sa.Subquery:
    heads, order = _list(box, hospital_id)
    if is_further:
        place = sa.bindparam("since", type_=UTCDateTime()), sa.bindparam("row", type_=sa.Integer())
        heads = heads.where(sa.tuple_(order, ThreadHead.case_id) > sa.tuple_(*place))
    return (
        heads.add_columns(order.label("since")).order_by(order, ThreadHead.case_id).limit(PAGE + 1).subquery()
    )


def _with_words(page: sa.Subquery) -> sa.Select:
    """Names and last words of the few talks of one page."""
    specialist = aliased(StaffUser)
    words = sa.func.substr(Message.body, 1, WORDS), sa.func.substr(Message.translation, 1, WORDS)
    columns = (
        Case.id, Case.opened_at, Case.hospital_id, Person.native_name, Person.surname, Person.given_names,
        Person.called, Person.country, Person.language, Person.spoken_language, page.c.since, ThreadHead.us_since,
        ThreadHead.unread, ThreadHead.snoozed_until,
        ThreadHead.snoozed_by, specialist.name, Message.author_kind, Message.author_name, Message.channel, words[0],
        Message.language, words[1], Message.translation_language, _FAILED,
    )  # fmt: skip
    return (
        sa.select(*columns)
        .select_from(page)
        .join(ThreadHead, ThreadHead.case_id == page.c.case_id)
        .join(Case, Case.id == page.c.case_id)
        .join(Person, Person.id == Case.person_id)
        .outerjoin(Message, Message.id == ThreadHead.last_message_id)
        .outerjoin(specialist, specialist.id == ThreadHead.specialist_id)
        .order_by(page.c.since, page.c.case_id)
    )


def _parse(after: str) -> tuple[datetime, int] | None:
    row, _dot, at = after.partition(".")
    number, since = whole(row), moment(at)
    return (since, number) if number is not None and since is not None else None


def counts(
    session: Session, boxes: tuple[Mailbox, ...], hospital_ids: tuple[int, ...], staff_id: int
) -> dict[Mailbox, int]:
    """How many talks each list holds, counted to 99 and one more, all in one query."""
    found = session.connection().execute(_counts(boxes, hospital_ids), {"me": staff_id}).one()
    return {box: min(count, COUNTED_TO + 1) for box, count in zip(boxes, found, strict=True)}


@lru_cache(maxsize=64)
def _counts(boxes: tuple[Mailbox, ...], hospital_ids: tuple[int, ...]) -> sa.Select:
    columns = []
    for box in boxes:
        few = [_list(box, one)[0].limit(COUNTED_TO + 1).subquery() for one in hospital_ids]
        counted = (sa.select(sa.func.count()).select_from(run).scalar_subquery() for run in few)
        columns.append(sum(counted, sa.literal(0)))
    return sa.select(*columns)


def head_of(session: Session, case: Case) -> ThreadHead | None:
    """How the talk of this case stands, as it is in the database now."""
    return session.get(ThreadHead, case.id, populate_existing=True)


def failed_mails(session: Session, case: Case) -> list[OutboxMessage]:
    """What could not be delivered to this family and was neither retried nor settled; the oldest first."""
    return list(
        session.scalars(
            sa.select(OutboxMessage)
            .where(OutboxMessage.case_id == case.id, OutboxMessage.state == "failed")
            .order_by(OutboxMessage.id)
            .limit(20)
        )
    )


# --- presence ---------------------------------------------------------------------------------------------------


def present(session: Session, case: Case, at: datetime, *, but: int | None = None) -> list[tuple[str, str]]:
    """(name, what they write: reply or note) of the team on this case at this moment, without one reader."""
    rows = session.execute(
        sa.select(StaffUser.name, Presence.kind)
        .join(StaffUser, StaffUser.id == Presence.staff_id)
        .where(Presence.case_id == case.id, Presence.until > at, Presence.staff_id != (but or 0))
        .order_by(StaffUser.name)
    )
    return [(name, kind) for name, kind in rows]


def who_is_writing(session: Session, case: Case, at: datetime | None = None) -> list[str]:
    """Names of the team who write a reply to this family now. An internal note is nobody's business outside."""
    return [name for name, kind in present(session, case, at or now()) if kind == "reply"]


# --- what belongs to no case yet ----------------------------------------------------------------------------------


_UNMATCHED = (Inbound.case_id.is_(None), Inbound.put_aside_at.is_(None))


def unmatched(
    session: Session, hospital_ids: tuple[int, ...], after: int = 0
) -> tuple[list[Inbound], int | None]:
    """One page of mail and SMS without a case, the oldest first, and the key of the next page."""
    found = session.scalars(
        sa.select(Inbound)
        .where(Inbound.hospital_id.in_(hospital_ids), *_UNMATCHED, Inbound.id > after)
        .order_by(Inbound.id)
        .limit(PAGE + 1)
    ).all()
    return list(found[:PAGE]), found[PAGE - 1].id if len(found) > PAGE else None


def find_unmatched(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> Inbound | None:
    """One of them, in these hospitals."""
    if not public_id.isalnum():
        return None  # a NUL byte in the address must not reach PostgreSQL
    return session.scalar(
        sa.select(Inbound).where(
            Inbound.public_id == public_id, Inbound.hospital_id.in_(hospital_ids), *_UNMATCHED
        )
    )


def count_unmatched(session: Session, hospital_ids: tuple[int, ...]) -> int:
    few = (
        sa.select(Inbound.id).where(Inbound.hospital_id.in_(hospital_ids), *_UNMATCHED).limit(COUNTED_TO + 1)
    )
    return session.scalar(sa.select(sa.func.count()).select_from(few.subquery())) or 0


def newest_words(session: Session, case: Case) -> int:
    """Id of the newest message of the talk, 0 for none: what the writer of a reply has seen."""
    head = head_of(session, case)
    return (head.last_message_id if head else None) or 0


def answered_since(session: Session, case: Case, seen: int, staff_id: int | None) -> str | None:
    """The name of a colleague who has answered after the message `seen`."""
    return session.scalar(
        sa.select(Message.author_name)
        .where(
            Message.case_id == case.id, Message.id > seen, Message.kind == "portal", Message.author_kind == "staff",
            Message.author_id != staff_id,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )  # fmt: skip
