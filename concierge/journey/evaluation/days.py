"""The evaluation day by day, as staff and family see it: what is on, who interprets, what is free, what is odd."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from concierge.domain import evaluation as rules
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import ResourceKind
from concierge.models import Answer, Appointment, Case, InterpreterAssignment

FREE_FROM = timedelta(minutes=45)


@dataclass(frozen=True)
class Visit:
    """One appointment with the interpreters who are there."""

    row: Appointment
    interpreters: list[InterpreterAssignment]


@dataclass
class DayPlan:
    """One day of the evaluation. `number` counts working days from 1; `free` are gaps of at least 45 minutes."""

    on: date
    number: int
    visits: list[Visit] = field(default_factory=list)

    @property
    def free(self) -> list[tuple[datetime, datetime]]:
        gaps = []
        busy_until = self.visits[0].row.ends_at if self.visits else None
        for visit in self.visits[1:]:
            if busy_until and visit.row.starts_at - busy_until >= FREE_FROM:
                gaps.append((busy_until, visit.row.starts_at))
            busy_until = max(busy_until or visit.row.ends_at, visit.row.ends_at)
        return gaps


def held_days(case: Case, answer: Answer | None) -> list[date]:
    """The working days that are held, in order."""
    if answer is None or answer.evaluation_from is None or answer.evaluation_to is None:
        return []
    span = (answer.evaluation_to - answer.evaluation_from).days + 1
    days = (answer.evaluation_from + timedelta(days=i) for i in range(span))
    return [on for on in days if case.hospital.calendar.is_working_day(on)]


def day_plans(
    case: Case, answer: Answer | None, rows: Iterable[Appointment], talks: list[InterpreterAssignment]
) -> list[DayPlan]:
    """Each held day, with or without appointments, and any other day on which there is one."""
    by_day: dict[date, list[Visit]] = {}
    for row in rows:
        on = local_day(row.starts_at, case.hospital.timezone)
        by_day.setdefault(on, []).append(Visit(row, [talk for talk in talks if _is_there(talk, row)]))
    every_day = sorted({*held_days(case, answer), *by_day})
    return [DayPlan(on, number, by_day.get(on, [])) for number, on in enumerate(every_day, 1)]


def _is_there(talk: InterpreterAssignment, row: Appointment) -> bool:
    return talk.starts_at < row.ends_at and row.starts_at < talk.ends_at


@dataclass(frozen=True)
class Fault:
    """One odd thing: its code, the appointment to look at, and the appointment or interpreter in its way."""

    code: str
    one: Appointment | None = None
    other: Appointment | InterpreterAssignment | None = None


def faults(
    case: Case, answer: Answer | None, rows: list[Appointment], talks: list[InterpreterAssignment]
) -> list[Fault]:
    """Notes for the planner; nothing here forbids anything, because medicine knows exceptions."""
    by_key = {row.public_id: row for row in rows}
    found = [
        Fault(clash.code, by_key.get(clash.one), by_key.get(clash.other or ""))
        for clash in rules.plan_faults((_as_rule(case, row) for row in rows), case.hospital.calendar)
    ]
    return [*found, *_outside(case, answer, rows), *_interpreters_elsewhen(rows, talks)]


def _as_rule(case: Case, row: Appointment) -> rules.Appointment:
    things = {(ResourceKind.CLINICIAN, row.clinician_id), (ResourceKind.ROOM, row.room_id)}
    return rules.Appointment(
        key=row.public_id, kind=row.kind, starts_at=row.starts_at, ends_at=row.ends_at, patient=case.public_id,
        resources=frozenset((kind, str(one)) for kind, one in things if one is not None), preparation=row.preparation,
    )  # fmt: skip


def _outside(case: Case, answer: Answer | None, rows: list[Appointment]) -> Iterator[Fault]:
    if answer is None or answer.evaluation_from is None or answer.evaluation_to is None:
        return
    for row in rows:
        on = local_day(row.starts_at, case.hospital.timezone)
        if not answer.evaluation_from <= on <= answer.evaluation_to:
            yield Fault("outside_dates", row)


def _interpreters_elsewhen(rows: list[Appointment], talks: list[InterpreterAssignment]) -> Iterator[Fault]:
    """An interpreter who was assigned to an appointment that has moved since."""
    by_id = {row.id: row for row in rows}
    for talk in talks:
        row = by_id.get(talk.appointment_id or 0)
        if row is not None and (talk.starts_at > row.starts_at or talk.ends_at < row.ends_at):
            yield Fault("interpreter_elsewhen", row, talk)
