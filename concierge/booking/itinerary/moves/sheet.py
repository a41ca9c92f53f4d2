"""The list of consequences in words: what happens to each item, what is in the way, and what can be chosen."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import words
from concierge.booking.itinerary.cards import cards_by_day, isolate, time_in
from concierge.booking.itinerary.moves.actions import Decision, choices_of, fingerprint
from concierge.booking.itinerary.moves.free import Obstacle, obstacles
from concierge.booking.itinerary.queries import TripRows
from concierge.domain.consequences import Change, Consequence, Name, Proposal, Times, consequences
from concierge.domain.itinerary import ItemKind, Trip
from concierge.domain.numbers import whole
from concierge.models import Answer, Case
from concierge.web import clock, filters

_ACT = {
    Proposal.KEEP: lambda: _("Keep"),
    Proposal.MOVE: lambda: _("Move"),
    Proposal.CANCEL: lambda: _("Cancel"),
    Proposal.ASK: lambda: _("Ask first"),
}


@dataclass(frozen=True)
class Line:
    """One row of the page; `choices` are (value, words), `rooms` other rooms that are free for the new nights."""

    field: str
    title: str
    why: str
    now: str
    then: str
    obstacle: str
    chosen: str
    choices: tuple[tuple[str, str], ...]
    rooms: tuple[tuple[str, str], ...]
    room: str


@dataclass(frozen=True)
class Sheet:
    """`lines` need a decision, `kept` nothing; `seen` is the fingerprint that goes along with the confirmation."""

    lines: list[Line]
    kept: list[Line]
    seen: str
    found: tuple[Consequence, ...]
    titles: dict[Name, str]


def sheet(
    session: Session, case: Case, rows: TripRows, trip: Trip, change: Change, typed: dict[str, str]
) -> Sheet:
    """What follows from this change of the trip as it is now; `typed` are choices that were made before."""
    found = consequences(trip, change, case.hospital.calendar)
    in_the_way = obstacles(session, case, rows, found, now=clock.now())
    shown = _shown(case, rows)
    seen = seen_of(rows, session.get(Answer, case.id), change)
    lines = [_line(case, one, shown, in_the_way.get(one.name), typed) for one in found]
    needed = sum(one.proposal is not Proposal.KEEP for one in found)  # those come first
    return Sheet(
        lines[:needed], lines[needed:], seen, found, {name: title for name, (title, _when) in shown.items()}
    )


def seen_of(rows: TripRows, answer: Answer | None, change: Change) -> str:
    """The trip and the change that a list was made from."""
    return f"{fingerprint(rows, answer)}.{sha256(repr(change).encode()).hexdigest()[:16]}"


def _shown(case: Case, rows: TripRows) -> dict[Name, tuple[str, str]]:
    """Title and time of each item, as its card says them."""
    zone, found = case.hospital.timezone, dict[Name, tuple[str, str]]()
    for day in cards_by_day(case, rows, is_joined=False):
        for card in day.cards:
            found[(card.kind, card.key)] = (card.title, time_in(card.at, zone))
    for stay in rows.stays:
        title, _when = found[(ItemKind.CHECK_IN, stay.public_id)]
        nights = Times(arrive_on=stay.arrive_on, leave_on=stay.leave_on)
        found[(ItemKind.CHECK_IN, stay.public_id)] = (title, _nights(nights))
    return found


def _nights(times: Times) -> str:
    if times.arrive_on is None or times.leave_on is None:
        return ""
    return _("%(first)s to %(last)s", first=filters.weekday(times.arrive_on), last=filters.weekday(times.leave_on))


def _line(
    case: Case, one: Consequence, shown: dict[Name, tuple[str, str]], obstacle: Obstacle | None, typed: dict[str, str]
) -> Line:
    field = field_of(one.name)
    title, when = shown.get(one.name, (_("Visa letter"), ""))
    is_blocked = obstacle is not None and not obstacle.rooms and one.proposal is Proposal.MOVE
    proposal = Proposal.ASK if is_blocked else one.proposal
    rooms = tuple((str(room.id), room.name) for room in obstacle.rooms) if obstacle else ()
    return Line(
        field=field, title=title, why=str(words.WHY[one.why]), now=when, then=_then(case, one.times),
        obstacle=_in_the_way(obstacle), chosen=typed.get(field, proposal.value),
        choices=tuple((choice.value, _ACT[choice]()) for choice in choices_of(one)),
        rooms=rooms, room=typed.get(f"{field}-room", rooms[0][0] if rooms else ""),
    )  # fmt: skip


def _then(case: Case, times: Times | None) -> str:
    if times is None:
        return ""
    if times.starts_at is None:
        return _nights(times)
    return time_in(times.starts_at, case.hospital.timezone)


def _in_the_way(obstacle: Obstacle | None) -> str:
    if obstacle is None:
        return ""
    if obstacle.names:
        return _("Busy then: %(names)s", names=", ".join(isolate(name) for name in obstacle.names))
    nights = ", ".join(filters.weekday(night) for night in obstacle.nights)
    if obstacle.rooms:
        return _("Its room is taken on %(nights)s. Another room is free:", nights=nights)
    return _("Its room is taken on %(nights)s, and no other room is free.", nights=nights)


def field_of(name: Name) -> str:
    return f"do-{name[0].value}-{name[1]}"


def decisions(found: Iterable[Consequence], titles: dict[Name, str], typed: dict[str, str]) -> dict[Name, Decision]:
    """What was chosen on the page, with the words of the tasks for what is to be asked."""
    made = {}
    for one in found:
        field = field_of(one.name)
        doing = typed.get(field, "")
        if doing not in set(Proposal):
            continue
        room, title = typed.get(f"{field}-room", ""), titles.get(one.name, _("Visa letter"))
        made[one.name] = Decision(
            Proposal(doing), f"{title}: {words.WHY[one.why]}", whole(room)
        )
    return made
