"""The thread as the team reads it: beside what was written stand the calls, and what could not be delivered."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.conversation.inbox.queries import failed_mails
from concierge.conversation.thread import Line, Reader, Thread, place_time
from concierge.domain.clocks import local_day
from concierge.domain.delivery import why
from concierge.domain.vocabulary import CallOutcome, MessageChannel
from concierge.models import Call, Case, Message, StaffUser
from concierge.web.filters import language_name
from concierge.web.i18n import current_code
from concierge.web.labels import label

_MOST_CALLS = 50


@dataclass(frozen=True)
class CallLine:
    """A call in one line, and what was noted of it."""

    id: int
    title: str
    who: str
    notes: str
    when: str


@dataclass(frozen=True)
class Entry:
    """One thing of the thread: a message (with the way it came, when that was not the portal) or a call."""

    message: Line | None = None
    channel: object = ""
    call: CallLine | None = None


@dataclass(frozen=True)
class Failure:
    """A mail that did not arrive: `reason` in words, `kind` what it would have told."""

    public_id: str
    recipient: str
    reason: object
    language: str


@dataclass(frozen=True)
class Timeline:
    """As `Thread`, with entries; `failures` stand under the newest page."""

    days: list[tuple[date, list[Entry]]]
    older: int | None
    failures: list[Failure]


def timeline_of(session: Session, case: Case, reader: Reader, thread: Thread, *, is_newest: bool) -> Timeline:
    """Put the calls of the time that this page covers among its messages."""
    facts = _facts(session, [line.id for _day, lines in thread.days for line in lines])
    found: list[tuple[datetime, Entry]] = [
        (facts[line.id][0], Entry(message=line, channel=_way(facts[line.id][1])))
        for _day, lines in thread.days
        for line in lines
    ]
    begins = found[0][0] if found and thread.older else None
    ends = None if is_newest or not found else found[-1][0]
    found += [
        (call.at, Entry(call=_call_line(call, name, reader)))
        for call, name in _calls(session, case, begins, ends)
    ]
    found.sort(key=lambda pair: pair[0])
    days: list[tuple[date, list[Entry]]] = []
    for at, entry in found:
        on = local_day(at, reader.timezone)
        if not days or days[-1][0] != on:
            days.append((on, []))
        days[-1][1].append(entry)
    failures = [
        Failure(
            mail.public_id,
            mail.recipient,
            label(why(mail.error)),
            language_name(mail.language, current_code()),
        )
        for mail in (failed_mails(session, case) if is_newest else ())
    ]
    return Timeline(days, thread.older, failures)


def _facts(session: Session, public_ids: list[str]) -> dict[str, tuple[datetime, MessageChannel]]:
    """When each message was written, and by which way."""
    rows = session.execute(
        sa.select(Message.public_id, Message.at, Message.channel).where(Message.public_id.in_(public_ids))
    )
    return {row.public_id: (row.at, row.channel) for row in rows}


def _way(channel: MessageChannel) -> object:
    return "" if channel is MessageChannel.PORTAL else label(channel)


def _calls(
    session: Session, case: Case, begins: datetime | None, ends: datetime | None
) -> list[tuple[Call, str]]:
    found = (
        sa.select(Call, StaffUser.name)
        .join(StaffUser, StaffUser.id == Call.noted_by_id)
        .where(Call.case_id == case.id)
    )
    if begins:
        found = found.where(Call.at >= begins)
    if ends:
        found = found.where(Call.at <= ends)
    rows = session.execute(found.order_by(Call.id.desc()).limit(_MOST_CALLS))
    return [(call, name) for call, name in rows]


def _call_line(call: Call, noted_by: str, reader: Reader) -> CallLine:
    purpose = label(call.purpose)
    if call.outcome is CallOutcome.HELD:
        title = ngettext(
            "Call, %(num)s minute: %(purpose)s",
            "Call, %(num)s minutes: %(purpose)s",
            call.minutes,
            purpose=purpose,
        )
    else:
        title = _("Call: %(outcome)s", outcome=label(call.outcome))
    return CallLine(call.id, title, call.participants or noted_by, call.notes, place_time(call.at, reader.timezone))
