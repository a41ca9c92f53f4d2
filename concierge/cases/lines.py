"""A case of a list in words: what its template needs to lay it out, and nothing to work out.

A list shows the same few steps, days and languages on every line, so each is put into words once (docs/performance.md).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from concierge.cases.day import DayRow
from concierge.cases.page import PLACE, TALK
from concierge.cases.queries import CaseRow
from concierge.cases.tasks.lines import task_url
from concierge.domain.journey import CaseState, WaitingOn, travels
from concierge.domain.vocabulary import Programme
from concierge.models import Hospital
from concierge.web import filters
from concierge.web.happenings import action_text, task_text, task_why
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.voice import remembered

_label, _action = remembered(label), remembered(action_text)
_ANY = "C-0-0"  # stands where the reference belongs while an address is built


@dataclass(slots=True)
class Line:
    """One row of a table. Empty texts are not shown; `tag` and `state` are the colour and words of step or end."""

    url: str
    reference: str
    name: str
    latin_name: str
    country: str
    speaks: str
    tag: str
    state: str
    is_open: bool
    action: str
    action_url: str
    is_late: bool
    due: Markup
    waiting_on: str
    waiting_for: str
    hospital: str
    task: str = ""  # why, where the line is a task beside the next action and not the action itself


@dataclass(slots=True)
class Card:
    """One card of the board. `waiting` says on whom and until when; `about` is country and language.

    `move_url` is empty where the reader may not move the case; a programme without travel is named in `about`.
    """

    id: int
    version: int
    url: str
    reference: str
    name: str
    about: str
    action: str
    waiting: str
    is_late: bool
    move_url: str


def addresses(endpoint: str, anchor: str = "", *, name: str = "ref") -> Callable[[str], str]:
    """`url_for` for many references or public ids: the address is built once and each is put in its place."""
    values: dict[str, Any] = {name: _ANY, "_anchor": anchor or None}
    before, after = url_for(endpoint, **values).split(_ANY)
    return lambda value: f"{before}{value}{after}"


def lines_of(rows: Iterable[CaseRow], hospitals: dict[int, Hospital], now: datetime) -> list[Line]:
    """Rows of my day and of the search. The hospital is named where the reader works in several."""
    code, case_url = current_code(), addresses(*TALK)
    names = {id_: one.text("name", code) if len(hospitals) > 1 else "" for id_, one in hospitals.items()}
    places: dict[str, Callable[[str], str]] = {}
    lines = []
    for row in rows:
        reference, is_open, action_code = row.reference, row.state is CaseState.OPEN, row.next_code or ""
        if action_code not in places:
            places[action_code] = addresses(*PLACE.get(action_code, TALK))
        name, latin_name = row.display_name, row.latin_name
        tag, state = _state(row)
        lines.append(Line(
            url=case_url(reference), reference=reference, name=name,
            latin_name=latin_name if latin_name != name else "",
            country=filters.country_name(row.country, code) if row.country else "",
            speaks=filters.spoken_name(row.spoken_language, code) if row.spoken_language else "",
            tag=tag, state=state, is_open=is_open, action=_action(action_code) if action_code else "",
            action_url=places[action_code](reference),
            is_late=row.next_due_at is not None and row.next_due_at < now,
            due=filters.two_clocks(row.next_due_at, hospitals[row.hospital_id].timezone),
            waiting_on=_label(row.waiting_on) if is_open else "",
            waiting_for=_("for %(time)s", time=filters.ago(row.waiting_since, now)) if is_open else "",
            hospital=names[row.hospital_id],
        ))  # fmt: skip
    return lines


def day_lines_of(rows: Iterable[DayRow], hospitals: dict[int, Hospital], now: datetime) -> list[Line]:
    """Rows of my day: next actions as in `lines_of`, tasks with their own words, page and time."""
    found, us = list(rows), _label(WaitingOn.US)
    lines = lines_of((row.case for row in found), hospitals, now)
    for line, row in zip(lines, found, strict=True):
        if (task := row.task) is None:
            continue
        line.action, line.action_url = task_text(task.code, task.title), task_url(line.reference, task.public_id)
        line.task = task_why(task.code, task.why) or _("Task")
        line.is_late, line.waiting_on, line.waiting_for = task.due_at < now, us, ""
        line.due = filters.two_clocks(task.due_at, hospitals[row.case.hospital_id].timezone)
    return lines


def _state(row: CaseRow) -> tuple[str, str]:
    if row.state is CaseState.CLOSED:
        return "plain", _label(row.exit)
    if row.state is CaseState.ON_HOLD:
        return "warn", _("On hold until %(day)s", day=filters.day(row.hold_until))
    return f"s{row.step.number}", _label(row.step)


def cards_of(
    rows: Iterable[CaseRow], hospitals: dict[int, Hospital], movable: frozenset[int], now: datetime
) -> list[Card]:
    """Cards of one lane of the board; `movable` are the hospitals in which the reader may move a case."""
    code, case_url, move_url = current_code(), addresses(*TALK), addresses("cases_staff.move")
    cards = []
    for row in rows:
        reference, due_at = row.reference, row.next_due_at
        is_late = due_at is not None and due_at < now
        on = filters.day_at(due_at, hospitals[row.hospital_id].timezone) if due_at else None
        cards.append(Card(
            id=row.id, version=row.version, url=case_url(reference), reference=reference, name=row.display_name,
            about=_about(row.country, row.spoken_language, code, row.programme),
            action=_action(row.next_code) if row.next_code else "", waiting=_waiting(row.waiting_on, on, is_late, code),
            is_late=is_late, move_url=move_url(reference) if row.hospital_id in movable else "",
        ))  # fmt: skip
    return cards


@lru_cache(maxsize=4096)
def _about(country: str, language: str, code: str, programme: Programme) -> str:
    parts = [filters.country_name(country, code)] if country else []
    if language:
        parts.append(filters.spoken_name(language, code))
    if not travels(programme):
        parts.append(_label(programme))
    return " · ".join(parts)


@lru_cache(maxsize=4096)
def _waiting(who: WaitingOn, on: date | None, is_late: bool, code: str) -> str:
    """`code` is the language of this moment: the text is kept under it."""
    if on is None:
        return _("Waiting on: %(who)s", who=_label(who))
    day = filters.format_month_day(on, code)
    if is_late:
        return _("Waiting on: %(who)s, due %(day)s, past its time", who=_label(who), day=day)
    return _("Waiting on: %(who)s, due %(day)s", who=_label(who), day=day)
