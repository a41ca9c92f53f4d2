"""Three to five days of appointments.

Who clashes with whom, what must come first, when the doors are open.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from concierge.domain.clocks import WorkingCalendar, local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import AppointmentKind, Preparation, ResourceKind

WORKING_DAYS = range(3, 6)
FASTING = timedelta(hours=6)
IMAGING = frozenset({AppointmentKind.CT, AppointmentKind.MRI, AppointmentKind.PET})
PATIENT = "patient"


@dataclass(frozen=True)
class Appointment:
    """One item. `resources` are (kind, id) of clinician, room, scanner, interpreter.

    `result_at` is when its result can be read; without one it is the end. `key` names the item in every
    answer.
    """

    key: str
    kind: AppointmentKind
    starts_at: datetime
    ends_at: datetime
    patient: str = ""
    resources: frozenset[tuple[ResourceKind, str]] = frozenset()
    preparation: Preparation = Preparation.NONE
    result_at: datetime | None = None

    @property
    def ready_at(self) -> datetime:
        return self.result_at or self.ends_at


@dataclass(frozen=True)
class Meal:
    """When the patient eats."""

    key: str
    ends_at: datetime


@dataclass(frozen=True)
class Clash:
    """Two things that cannot both be. `one` is the item to move, `other` the one in its way (None: a rule's own).

    `code` says what is wrong, `subject` who or what is double booked (patient or a ResourceKind), `fix` what
    would help.
    """

    code: str
    one: str
    other: str | None = None
    subject: str = ""
    fix: str = "move_later"


def clashes(existing: Iterable[Appointment], new: Appointment) -> tuple[Clash, ...]:
    """Who would be in two places at once if `new` were added. Back to back is no clash; an item never clashes with
    its own older self (same key)."""
    return tuple(
        Clash("double_booked", new.key, item.key, subject, fix)
        for item in existing
        if item.key != new.key and item.starts_at < new.ends_at and new.starts_at < item.ends_at
        for subject, fix in _shared(item, new)
    )


def _shared(one: Appointment, other: Appointment) -> Iterator[tuple[str, str]]:
    if one.patient and one.patient == other.patient:
        yield PATIENT, "move_later"
    for kind, _id in sorted(one.resources & other.resources):
        yield kind.value, "choose_another"


def plan_faults(
    appointments: Iterable[Appointment], calendar: WorkingCalendar, meals: Iterable[Meal] = ()
) -> tuple[Clash, ...]:
    """What is wrong with one patient's evaluation as a whole; () when it can be published."""
    items = sorted(appointments, key=lambda item: (item.starts_at, item.key))
    found = [clash for i, item in enumerate(items) for clash in clashes(items[:i], item)]
    for rule in (_contrast_needs_lab, _plan_needs_results):
        found += rule(items)
    found += _fasting_after_meal(items, list(meals))
    found += [clash for item in items for clash in _closed(item, calendar)]
    return (*found, *_span(items, calendar))


def _contrast_needs_lab(items: list[Appointment]) -> Iterator[Clash]:
    """Kidney values come before iodine contrast, so a lab must have its result before a contrast scan begins."""
    labs = [item for item in items if item.kind is AppointmentKind.LAB]
    for scan in items:
        if scan.preparation is not Preparation.CONTRAST or any(
            lab.ready_at <= scan.starts_at for lab in labs
        ):
            continue
        if labs:
            yield Clash("contrast_before_lab", scan.key, labs[0].key, fix="move_later")
        else:
            yield Clash("contrast_without_lab", scan.key, fix="add_lab")


def _plan_needs_results(items: list[Appointment]) -> Iterator[Clash]:
    """The plan meeting follows every picture and the result of every test."""
    for meeting in (item for item in items if item.kind is AppointmentKind.PLAN_MEETING):
        for item in items:
            if (
                item.kind in IMAGING | {AppointmentKind.LAB, AppointmentKind.BIOPSY}
                and item.ready_at > meeting.starts_at
            ):
                yield Clash("plan_before_result", meeting.key, item.key, fix="move_later")


def _fasting_after_meal(items: list[Appointment], meals: list[Meal]) -> Iterator[Clash]:
    """Nothing eaten in the 6 hours before a fasting test."""
    for test in (item for item in items if item.preparation is Preparation.FASTING):
        for meal in meals:
            if timedelta() <= test.starts_at - meal.ends_at < FASTING:
                yield Clash("fasting_after_meal", test.key, meal.key, PATIENT, "move_earlier")


def _closed(item: Appointment, calendar: WorkingCalendar) -> Iterator[Clash]:
    on = local_day(item.starts_at, calendar.timezone)
    opens_at, closes_at = calendar.hours_of(on)
    if not calendar.is_working_day(on):
        yield Clash("closed_day", item.key, fix="move_to_working_day")
    elif item.starts_at < opens_at or item.ends_at > closes_at:
        yield Clash("outside_hours", item.key, fix="move_into_hours")


def check_days(first_on: date, last_on: date, calendar: WorkingCalendar, today: date) -> None:
    """Refuses dates that cannot be held for an evaluation: three to five working days, none of them past.

    Raises InvalidInput("first_on" or "last_on", code): day_past, days_upside_down, day_closed, days_too_few,
    days_too_many (both with `days`, the working days from first to last).
    """
    if first_on < today:
        raise InvalidInput("first_on", "day_past")
    if last_on < first_on:
        raise InvalidInput("last_on", "days_upside_down")
    for field, on in (("first_on", first_on), ("last_on", last_on)):
        if not calendar.is_working_day(on):
            raise InvalidInput(field, "day_closed", on=on)
    days = calendar.working_days_between(first_on, last_on)
    if days not in WORKING_DAYS:
        raise InvalidInput(
            "last_on", "days_too_few" if days < WORKING_DAYS.start else "days_too_many", days=days
        )


def check_hours(starts_at: datetime, ends_at: datetime, calendar: WorkingCalendar) -> None:
    """Refuses an appointment while the doors are closed. Raises InvalidInput("day", "day_closed") or
    ("start", "outside_hours")."""
    on = local_day(starts_at, calendar.timezone)
    if not calendar.is_working_day(on):
        raise InvalidInput("day", "day_closed", on=on)
    opens_at, closes_at = calendar.hours_of(on)
    if starts_at < opens_at or ends_at > closes_at:
        raise InvalidInput("start", "outside_hours")


def _span(items: list[Appointment], calendar: WorkingCalendar) -> Iterator[Clash]:
    """An evaluation takes three to five working days, first and last counted."""
    if not items:
        return
    first_on, last_on = (local_day(item.starts_at, calendar.timezone) for item in (items[0], items[-1]))
    days = calendar.working_days_between(first_on, last_on)
    if days not in WORKING_DAYS:
        code = "span_too_short" if days < WORKING_DAYS.start else "span_too_long"
        yield Clash(
            code,
            items[-1].key,
            items[0].key if len(items) > 1 else None,
            fix="spread" if days < 3 else "tighten",
        )
