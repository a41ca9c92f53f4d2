"""A task in words: what a list or a case page lays out, and nothing to work out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from concierge.cases.tasks.queries import TaskRow
from concierge.domain.clocks import local_day
from concierge.domain.tasks import TaskState
from concierge.models import CaseTask, Hospital
from concierge.web import filters
from concierge.web.happenings import task_text, task_why
from concierge.web.labels import label

_PLACES = {"check_flight": "itinerary_staff.travel", "make_firm": "itinerary_staff.travel"}


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One row of a list of tasks. `note` says what became of it, where it is not open."""

    words: object
    why: object
    url: str
    done_url: str
    undo_url: str
    name: str
    reference: str
    tag: str
    step: object
    due: Markup
    is_late: bool
    owner: object
    hospital: str
    note: str


def task_url(reference: str, public_id: str, anchor: str = "") -> str:
    """The page of one task."""
    return url_for("tasks_staff.task", ref=reference, pid=public_id, _anchor=anchor or None)


def place_url(reference: str, code: str, key: str | None) -> str:
    """Where the thing of a task is mended, "" where that is for the reader to know; `key` names the thing."""
    if code == "flight_moved" and key:  # flight:<public id>:<what happened>
        return url_for("moves_staff.change", ref=reference, item=key.split(":")[1])
    return url_for(_PLACES[code], ref=reference) if code in _PLACES else ""


def lines_of(
    rows: Iterable[TaskRow], hospitals: dict[int, Hospital], me: int, code: str, now: datetime
) -> list[TaskLine]:
    """Rows of a list in the language `code`; the person `me` may take back what they did."""
    return [_line(row, hospitals[row.case.hospital_id], me, code, now) for row in rows]


def _line(row: TaskRow, hospital: Hospital, me: int, code: str, now: datetime) -> TaskLine:
    reference, is_done = row.case.reference, row.state is TaskState.DONE
    return TaskLine(
        words=task_text(row.code, row.title), why=task_why(row.code, row.why), url=task_url(reference, row.public_id),
        done_url="" if is_done else _verb("done", row),
        undo_url=_verb("undo", row) if is_done and row.done_by_id == me else "",
        name=row.case.display_name, reference=reference, tag=f"s{row.case.step.number}", step=label(row.case.step),
        due=filters.two_clocks(row.due_at, hospital.timezone), is_late=not is_done and row.due_at < now,
        owner=row.owner_name or label(row.owner_role), hospital=hospital.text("name", code),
        note=_note(row, hospital),
    )  # fmt: skip


def _verb(name: str, row: TaskRow) -> str:
    return url_for(f"tasks_staff.{name}", ref=row.case.reference, pid=row.public_id)


def _note(row: TaskRow, hospital: Hospital) -> str:
    if row.done_at:
        when = filters.local_time(row.done_at, hospital.timezone)
        return _("Done by %(name)s, %(when)s", name=row.done_by, when=when)
    if row.snoozed_until:
        return _("Comes back on %(day)s", day=filters.day(local_day(row.snoozed_until, hospital.timezone)))
    return ""


@dataclass(frozen=True, slots=True)
class CaseTaskLine:
    """One open task beside the case."""

    words: object
    url: str
    due: Markup
    is_late: bool
    owner: object


def case_lines(
    found: list[tuple[CaseTask, str | None]], reference: str, timezone: str, now: datetime
) -> list[CaseTaskLine]:
    return [
        CaseTaskLine(
            task_text(task.code, task.title), task_url(reference, task.public_id),
            filters.two_clocks(task.due_at, timezone), task.due_at < now, name or label(task.owner_role),
        )
        for task, name in found
    ]  # fmt: skip
