"""What one change does to the rest of a trip, before anything moves: for each item keep, move, cancel or ask.

A proposal, never a decision: a person confirms all of it together, or changes it. What cannot be decided here is asked:
flights are the family's, letters their writer's, and what would meet a holiday is looked at by a person.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from concierge.domain.booking import QUARTER
from concierge.domain.clocks import WorkingCalendar, at_local, local_day
from concierge.domain.itinerary import (
    AIRPORT_BEFORE,
    REST_AFTER_LANDING,
    ItemKind,
    StayItem,
    TimedItem,
    Trip,
)
from concierge.domain.vocabulary import Direction

Item = TimedItem | StayItem
Name = tuple[ItemKind, str]
VISIT = "visit"  # the key of a change of the whole evaluation
_PATIENT = {ItemKind.APPOINTMENT, ItemKind.RIDE, ItemKind.FLIGHT}
_NOTHING = "nothing"


class Doing(StrEnum):
    MOVE = "move"
    CANCEL = "cancel"


class Proposal(StrEnum):
    KEEP = "keep"
    MOVE = "move"
    CANCEL = "cancel"
    ASK = "ask"


@dataclass(frozen=True)
class Times:
    """Of a timed item start and end (UTC), of a stay its first night and day of leaving."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    arrive_on: date | None = None
    leave_on: date | None = None


@dataclass(frozen=True)
class Change:
    """One item that moves or goes, or (`key` VISIT) the evaluation, which begins on `first_on`."""

    doing: Doing
    key: str
    times: Times = Times()
    first_on: date | None = None


@dataclass(frozen=True)
class Consequence:
    """`why` is a code: nothing, visit_moves, follows_flight, family_flight, closed_day, holiday, not_in_visit,
    flight_moves, flight_cancelled, first_night, last_night, before_landing, short_rest, after_departure,
    appointment_moves, appointment_cancelled, follows_appointment, interpreter_elsewhere, stay_longer, letter_ends,
    clash, visa_letter_dates.

    `times` are what is proposed, or what a person may choose where the proposal is to ask; None where there is nothing.
    """

    kind: ItemKind
    key: str
    why: str
    proposal: Proposal
    times: Times | None = None

    @property
    def name(self) -> Name:
        return self.kind, self.key


def consequences(trip: Trip, change: Change, calendar: WorkingCalendar) -> tuple[Consequence, ...]:
    """For every other item of the trip exactly one consequence; what needs something comes first.

    Raises KeyError for an item that is not in the trip.
    """
    work = _Work(trip, calendar)
    if change.key == VISIT:
        work.move_visit(change)
    else:
        work.change_item(work.items[_name_of(trip, change.key)], change)
    work.letters_end()
    work.clashes(change)
    work.interpreters_follow()
    return work.result(change)


def new_visit(visit: tuple[date, date], first_on: date, calendar: WorkingCalendar) -> tuple[date, date]:
    """The held days when they begin on `first_on`: as many working days as before."""
    days = calendar.working_days_between(*visit)
    return first_on, calendar.add_working_days(first_on, max(days - 1, 0))


def _name_of(trip: Trip, key: str) -> Name:
    for item in trip.items:
        if item.key == key:
            return item.kind, key
    return ItemKind.CHECK_IN, key


class _Work:
    """One question: what was found so far, by the name of the item."""

    def __init__(self, trip: Trip, calendar: WorkingCalendar) -> None:
        self.trip, self.calendar, self.zone = trip, calendar, trip.timezone
        self.items: dict[Name, Item] = {(item.kind, item.key): item for item in trip.items}
        self.items |= {(ItemKind.CHECK_IN, stay.key): stay for stay in trip.stays}
        self.found: dict[Name, Consequence] = {}
        self.new_times: dict[Name, Times] = {}  # of what the change itself moves

    def say(self, item: Item, why: str, proposal: Proposal, times: Times | None = None) -> None:
        """The first reason stands, but what must be asked goes before what could be moved."""
        name = _name(item)
        known = self.found.get(name)
        if known is None or (known.proposal is Proposal.KEEP and proposal is not Proposal.KEEP):
            self.found[name] = Consequence(*name, why, proposal, times)
        elif proposal is Proposal.ASK and known.proposal is Proposal.MOVE:
            self.found[name] = replace(known, why=why, proposal=proposal)

    # --- the whole evaluation ------------------------------------------------------------------------------

    def move_visit(self, change: Change) -> None:
        visit, first_on = self.trip.visit, change.first_on
        if visit is None or first_on is None:
            raise KeyError(VISIT)
        first, last = new_visit(visit, first_on, self.calendar)
        at_first, at_last = first - visit[0], last - visit[1]
        if not at_first and not at_last:
            return
        for item in self.trip.items:
            match item.kind:
                case ItemKind.APPOINTMENT:
                    self._shift_in_visit(item, visit, first)
                case ItemKind.INTERPRETER if not item.of:
                    self._shift_in_visit(item, visit, first)
                case ItemKind.FLIGHT:
                    self.say(item, "family_flight", Proposal.ASK)
                case ItemKind.RIDE:
                    self._shift_ride(item, visit, first, at_first, at_last)
        self._shift_stays(at_first, at_last)
        if self.trip.has_visa_letter:
            name = (ItemKind.VISA_LETTER, VISIT)
            self.found[name] = Consequence(*name, "visa_letter_dates", Proposal.ASK)

    def _shift_in_visit(self, item: TimedItem, visit: tuple[date, date], first: date) -> None:
        """To the same clock time on the working day of the same number."""
        on = local_day(item.starts_at, self.zone)
        if not visit[0] <= on <= visit[1] or not self.calendar.is_working_day(on):
            self.say(item, "not_in_visit", Proposal.ASK)
            return
        number = self.calendar.working_days_between(visit[0], on) - 1
        new_on = self.calendar.add_working_days(first, number)
        times = self._on(item, new_on)
        counted = on + (first - visit[0])
        if counted in self.calendar.holidays:  # who planned with it may want another day: a person looks
            self.say(item, "holiday", Proposal.ASK, times)
        else:
            why = "visit_moves" if self.calendar.is_working_day(counted) else "closed_day"
            self.say(item, why, Proposal.MOVE, times)

    def _shift_ride(
        self, ride: TimedItem, visit: tuple[date, date], first: date, at_first: timedelta, at_last: timedelta
    ) -> None:
        if ride.direction is None:
            if ride.is_shared:
                self.say(ride, "visit_moves", Proposal.ASK)
            else:
                self._shift_in_visit(ride, visit, first)
        elif self.trip.of(ItemKind.FLIGHT, ride.direction):
            self.say(ride, "follows_flight", Proposal.KEEP)
        else:
            by = at_first if ride.direction is Direction.ARRIVAL else at_last
            times = self._on(ride, local_day(ride.starts_at, self.zone) + by)
            self.say(ride, "visit_moves", Proposal.ASK if ride.is_shared else Proposal.MOVE, times)

    def _shift_stays(self, at_first: timedelta, at_last: timedelta) -> None:
        final = max((stay.leave_on for stay in self.trip.stays), default=None)
        for stay in self.trip.stays:
            leave_on = stay.leave_on + (at_last if stay.leave_on == final else at_first)
            self._move_stay(stay, "visit_moves", stay.arrive_on + at_first, leave_on)

    def _on(self, item: TimedItem, on: date) -> Times:
        clock = item.starts_at.astimezone(ZoneInfo(self.zone)).time()
        starts_at = at_local(on, clock, self.zone)
        return Times(starts_at, starts_at + (item.ends_at - item.starts_at))

    # --- one item ------------------------------------------------------------------------------------------

    def change_item(self, item: Item, change: Change) -> None:
        if change.doing is Doing.MOVE:
            self.new_times[_name(item)] = change.times
        if isinstance(item, StayItem):
            return
        by_kind: dict[ItemKind, Callable[[TimedItem, Change], None]] = {
            ItemKind.FLIGHT: self._flight,
            ItemKind.APPOINTMENT: self._appointment,
            ItemKind.INTERPRETER: self._interpreter,
        }
        if item.kind in by_kind:
            by_kind[item.kind](item, change)

    def _flight(self, flight: TimedItem, change: Change) -> None:
        rides = self.trip.rides_of(flight)
        if change.doing is Doing.CANCEL:
            for ride in rides:
                self.say(ride, "flight_cancelled", Proposal.CANCEL)
            self._stay_at(flight, None)
            return
        starts_at, ends_at = change.times.starts_at, change.times.ends_at
        if starts_at is None or ends_at is None:
            return
        moved = replace(flight, starts_at=starts_at, ends_at=ends_at)
        for ride in rides:
            self._follow(ride, flight, moved)
        self._stay_at(flight, moved)
        self._appointments_around(flight, moved)

    def _follow(self, ride: TimedItem, flight: TimedItem, moved: TimedItem) -> None:
        """As long after the landing as before, on the next quarter-hour; on the way home on the one before."""
        is_arrival = flight.direction is Direction.ARRIVAL
        by = moved.ends_at - flight.ends_at if is_arrival else moved.starts_at - flight.starts_at
        starts_at = on_quarter(ride.starts_at + by, is_later=is_arrival)
        if starts_at == ride.starts_at:
            return
        times = Times(starts_at, starts_at + (ride.ends_at - ride.starts_at))
        self.say(ride, "flight_moves", Proposal.ASK if ride.is_shared else Proposal.MOVE, times)

    def _stay_at(self, flight: TimedItem, moved: TimedItem | None) -> None:
        """The first night begins when they land, the last one ends when they fly."""
        is_arrival = flight.direction is Direction.ARRIVAL
        on = local_day(flight.ends_at if is_arrival else flight.starts_at, self.zone)
        for stay in self.trip.stays:
            if on != (stay.arrive_on if is_arrival else stay.leave_on):
                continue
            if moved is None:
                self.say(stay, "flight_cancelled", Proposal.ASK)
                continue
            new_on = local_day(moved.ends_at if is_arrival else moved.starts_at, self.zone)
            if new_on == on:
                continue
            if is_arrival:
                self._move_stay(stay, "first_night", new_on, stay.leave_on)
            else:
                self._move_stay(stay, "last_night", stay.arrive_on, new_on)

    def _move_stay(self, stay: StayItem, why: str, arrive_on: date, leave_on: date) -> None:
        if (arrive_on, leave_on) == (stay.arrive_on, stay.leave_on):
            return
        if leave_on <= arrive_on:
            self.say(stay, why, Proposal.ASK)
        else:
            self.say(stay, why, Proposal.MOVE, Times(arrive_on=arrive_on, leave_on=leave_on))

    def _appointments_around(self, flight: TimedItem, moved: TimedItem) -> None:
        """What would now be before the landing, too soon after it, or after they left for the airport."""
        for visit in self.trip.of(ItemKind.APPOINTMENT):
            if flight.direction is Direction.ARRIVAL:
                was_after, is_later = visit.starts_at >= flight.ends_at, moved.ends_at > flight.ends_at
                if was_after and is_later and visit.starts_at < moved.ends_at + REST_AFTER_LANDING:
                    why = "before_landing" if visit.starts_at < moved.ends_at else "short_rest"
                    self.say(visit, why, Proposal.ASK)
            elif (
                moved.starts_at < flight.starts_at
                and moved.starts_at - AIRPORT_BEFORE < visit.ends_at <= flight.starts_at
            ):
                self.say(visit, "after_departure", Proposal.ASK)

    def _appointment(self, visit: TimedItem, change: Change) -> None:
        served = [item for item in self.trip.of(ItemKind.INTERPRETER) if item.of == visit.key]
        starts_at, ends_at = change.times.starts_at, change.times.ends_at
        if change.doing is Doing.CANCEL:
            for item in served:
                self.say(item, "appointment_cancelled", Proposal.CANCEL)
            return
        if starts_at is None or ends_at is None:
            return
        for item in served:
            times = _beside(item, visit, starts_at, ends_at)
            if times != Times(item.starts_at, item.ends_at):
                self.say(item, "appointment_moves", Proposal.MOVE, times)
        self._flights_around(starts_at, ends_at)
        on, final = local_day(ends_at, self.zone), max(self.trip.stays, key=lambda s: s.leave_on, default=None)
        if final is not None and final.leave_on < on:
            self._move_stay(final, "stay_longer", final.arrive_on, on)

    def _flights_around(self, starts_at: datetime, ends_at: datetime) -> None:
        for flight in self.trip.of(ItemKind.FLIGHT, Direction.ARRIVAL):
            if starts_at < flight.ends_at + REST_AFTER_LANDING:
                why = "before_landing" if starts_at < flight.ends_at else "short_rest"
                self.say(flight, why, Proposal.ASK)
        for flight in self.trip.of(ItemKind.FLIGHT, Direction.DEPARTURE):
            if ends_at > flight.starts_at - AIRPORT_BEFORE:
                self.say(flight, "after_departure", Proposal.ASK)

    def _interpreter(self, item: TimedItem, change: Change) -> None:
        """The appointment is then without a voice, or at least for a part of it."""
        visit = self.items.get((ItemKind.APPOINTMENT, item.of))
        if not isinstance(visit, TimedItem):
            return
        starts_at, ends_at = change.times.starts_at, change.times.ends_at
        begins_in_time = starts_at is not None and starts_at <= visit.starts_at
        if not begins_in_time or ends_at is None or ends_at < visit.ends_at:
            self.say(visit, "interpreter_elsewhere", Proposal.ASK)

    # --- afterwards ----------------------------------------------------------------------------------------

    def letters_end(self) -> None:
        """A booking that a letter pays does not move beyond the letter by itself."""
        for name, known in list(self.found.items()):
            item, times = self.items.get(name), known.times
            if item is None or item.paid_until is None or times is None or known.proposal is not Proposal.MOVE:
                continue
            ends_on = times.leave_on or (local_day(times.ends_at, self.zone) if times.ends_at else None)
            if ends_on is not None and ends_on > item.paid_until:
                self.found[name] = replace(known, why="letter_ends", proposal=Proposal.ASK)

    def clashes(self, change: Change) -> None:
        """Nothing is proposed that would put the patient in two places.

        What is asked stays where it is, so it can be in the way of what moves: that is asked then, too, until nothing
        more is. What meets the change itself cannot stay either.
        """
        spans = {
            name: self._span(name, item)
            for name, item in self.items.items()
            if name[0] in _PATIENT and isinstance(item, TimedItem) and not self._is_gone(name, change)
        }
        names = sorted(spans, key=lambda name: (spans[name], name))
        is_settled = False
        while not is_settled:
            is_settled = True
            for name in names:
                if self._is_in_the_way(name, spans):
                    self.say(self.items[name], "clash", Proposal.ASK)
                    spans[name] = self._span(name, self.items[name])
                    is_settled = False

    def _is_in_the_way(self, name: Name, spans: dict[Name, tuple[datetime, datetime]]) -> bool:
        """Whether this moves onto something, or is where the change itself goes."""
        known = self.found.get(name)
        if name in self.new_times or (known is not None and known.proposal is Proposal.ASK):
            return False
        return any(
            (self._moves(name) or other in self.new_times)
            for other, span in spans.items()
            if other != name and _meet(spans[name], span) and not self._met_before(name, other)
        )

    def _is_gone(self, name: Name, change: Change) -> bool:
        """Cancelled; or a flight that the family is asked to change."""
        known = self.found.get(name)
        if change.doing is Doing.CANCEL and name[1] == change.key:
            return True
        gone = {Proposal.CANCEL, Proposal.ASK} if name[0] is ItemKind.FLIGHT else {Proposal.CANCEL}
        return known is not None and known.proposal in gone

    def _moves(self, name: Name) -> bool:
        known = self.found.get(name)
        return known is not None and known.proposal is Proposal.MOVE

    def _span(self, name: Name, item: Item) -> tuple[datetime, datetime]:
        if isinstance(item, StayItem):
            raise TypeError("a stay has no hours")
        known = self.found.get(name)
        times = self.new_times.get(name) or (known.times if known and known.proposal is Proposal.MOVE else None)
        if times is None or times.starts_at is None or times.ends_at is None:
            return item.starts_at, item.ends_at
        return times.starts_at, times.ends_at

    def _met_before(self, one: Name, other: Name) -> bool:
        """Two flights of one family, or a ride that waits at the airport, may have met all along."""
        first, second = self.items[one], self.items[other]
        if not isinstance(first, TimedItem) or not isinstance(second, TimedItem):
            return False
        return _meet((first.starts_at, first.ends_at), (second.starts_at, second.ends_at))

    def interpreters_follow(self) -> None:
        """Whoever interprets an appointment goes where it goes; where that is asked, so is this."""
        for item in self.trip.of(ItemKind.INTERPRETER):
            known = self.found.get((ItemKind.APPOINTMENT, item.of))
            visit = self.items.get((ItemKind.APPOINTMENT, item.of))
            if known is None or known.times is None or not isinstance(visit, TimedItem):
                continue
            starts_at, ends_at = known.times.starts_at, known.times.ends_at
            if starts_at is not None and ends_at is not None:
                self.say(item, "follows_appointment", known.proposal, _beside(item, visit, starts_at, ends_at))

    def result(self, change: Change) -> tuple[Consequence, ...]:
        every = dict(self.found)
        for name in self.items:
            if name[1] != change.key:
                every.setdefault(name, Consequence(*name, _NOTHING, Proposal.KEEP))
            else:
                every.pop(name, None)
        return tuple(sorted(every.values(), key=self._order))

    def _order(self, one: Consequence) -> tuple[bool, datetime | None, str, str]:
        item = self.items.get(one.name)
        at = item.starts_at if isinstance(item, TimedItem) else None
        if isinstance(item, StayItem):
            at = at_local(item.arrive_on, datetime.min.time(), self.zone)
        first = at or datetime.max.replace(tzinfo=ZoneInfo("UTC"))
        return one.proposal is Proposal.KEEP, first, one.kind.value, one.key


def on_quarter(at: datetime, *, is_later: bool) -> datetime:
    """The next quarter-hour, or the one before."""
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    if not over:
        return at
    return at - over + QUARTER if is_later else at - over


def _name(item: Item) -> Name:
    return (item.kind if isinstance(item, TimedItem) else ItemKind.CHECK_IN), item.key


def _beside(item: TimedItem, visit: TimedItem, starts_at: datetime, ends_at: datetime) -> Times:
    """As the interpreter's time lay to the appointment before; the same length as it where it was the same."""
    by = item.starts_at - visit.starts_at
    is_whole = (item.starts_at, item.ends_at) == (visit.starts_at, visit.ends_at)
    length = ends_at - starts_at if is_whole else item.ends_at - item.starts_at
    return Times(starts_at + by, starts_at + by + length)


def _meet(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
