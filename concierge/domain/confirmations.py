"""A confirmation of flights or trains, as pasted from a mail: read into fields that a person then confirms.

Nothing here is believed: each field says where it stands in the text and whether something about it was guessed.
`read()` never raises, whatever the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from concierge.domain import confirmation_marks as marks
from concierge.domain.confirmation_marks import DayMark, Mark, TimeMark, ZoneOf
from concierge.domain.vocabulary import TransportMode

MOST_SIGNS = 20_000  # a mail with all its conditions has fewer
MOST_SEGMENTS = 6
_LONGEST = timedelta(hours=24)
# A line of a reservation system: `2 SV 041 Y 08DEC 2 RUHLAX HK2 0830 1340 +1`.
_GDS = re.compile(
    r"(?<![A-Z0-9])(?P<line>[A-Z0-9]{2}) {0,2}(?P<count>\d{1,4}) ?[A-Z]? +(?P<day>\d{1,2}[A-Z]{3}(?:\d\d)?) +"
    r"(?:[A-Z1-7] +)?\*?(?P<a>[A-Z]{3}) ?(?P<b>[A-Z]{3})\*? +[A-Z]{2}\d{1,2} +(?P<off>\d{3,4})(?P<off_half>[APN])? +"
    r"(?P<down>\d{3,4})(?P<down_half>[APN])?(?: ?(?P<later>[+#-][12])| +(?P<day2>\d{1,2}[A-Z]{3}(?:\d\d)?))?"
)


@dataclass(frozen=True)
class Segment:
    """One flight or train. `fields` are named as in the form that notes a flight; times are ISO, local there."""

    mode: TransportMode
    fields: Mapping[str, Mark]

    @property
    def doubtful(self) -> frozenset[str]:
        return frozenset(name for name, mark in self.fields.items() if not mark.is_sure)


@dataclass(frozen=True)
class Confirmation:
    segments: tuple[Segment, ...] = ()
    reference: Mark | None = None


@dataclass(frozen=True)
class CalendarEntry:
    """An event of a calendar file; `starts` and `ends` are aware, or naive where the file says no time zone."""

    text: str
    starts: datetime | None
    ends: datetime | None


def read(text: str, *, zone_of: ZoneOf, today: date) -> Confirmation:
    """The segments of a pasted text in the order of departure; none where nothing was found."""
    text = marks.plain(text[:MOST_SIGNS])
    lines = [_of_gds(match, zone_of, today) for match in _GDS.finditer(text)]
    found = [segment for segment in lines if segment] or _by_numbers(text, zone_of, today)
    return Confirmation(tuple(_in_order(found)[:MOST_SEGMENTS]), marks.reference(text))


def read_calendar(entries: Iterable[CalendarEntry], *, zone_of: ZoneOf, today: date) -> Confirmation:
    """The same of a calendar file, whose times are sure."""
    found, reference = [], None
    for entry in entries:
        text = marks.plain(entry.text[:MOST_SIGNS])
        for segment in _by_numbers(text, zone_of, today, is_alone=True)[:1]:
            found.append(Segment(segment.mode, {**segment.fields, **_entry_times(entry, segment, zone_of)}))
        reference = reference or marks.reference(text)
    return Confirmation(tuple(_in_order(found)[:MOST_SEGMENTS]), reference)


def _entry_times(entry: CalendarEntry, segment: Segment, zone_of: ZoneOf) -> dict[str, Mark]:
    times = {}
    for name, place, at in (
        ("departs_local", "from_airport", entry.starts), ("arrives_local", "to_airport", entry.ends),
    ):  # fmt: skip
        code = segment.fields.get(place)
        zone = zone_of(code.value) if code else None
        if at is not None:
            is_sure = at.tzinfo is None or zone is not None
            local = at.astimezone(ZoneInfo(zone)) if at.tzinfo and zone else at
            times[name] = Mark(_iso(local.replace(tzinfo=None)), 0, 0, is_sure)
    return times


# --- lines of a reservation system ---------------------------------------------------------------------------------


def _of_gds(match: re.Match[str], zone_of: ZoneOf, today: date) -> Segment | None:
    on = marks.days(match["day"], today)
    off, down = _gds_time(match["off"], match["off_half"]), _gds_time(match["down"], match["down_half"])
    if not (on and off and down and zone_of(match["a"]) and zone_of(match["b"])):
        return None
    later = int(match["later"].replace("#", "+")) if match["later"] else None
    second = marks.days(match["day2"], today) if match["day2"] else []
    departs = datetime.combine(on[0].on, off)
    if second:
        later = (second[0].on - on[0].on).days
    arrives, is_sure = _landing(departs, down, later, zone_of(match["a"]), zone_of(match["b"]))
    number = f"{match['line']} {match['count'].lstrip('0') or '0'}"
    fields = {
        "number": Mark(number, match.start("line"), match.end("count")),
        "from_airport": Mark(match["a"], *match.span("a")),
        "to_airport": Mark(match["b"], *match.span("b")),
        "departs_local": Mark(_iso(departs), *match.span("off"), on[0].is_sure),
        "arrives_local": Mark(_iso(arrives), *match.span("down"), on[0].is_sure and is_sure),
    }
    return Segment(TransportMode.FLIGHT, fields)


def _gds_time(digits: str, half: str | None) -> time | None:
    hour, minute = divmod(int(digits), 100)
    if half in ("P", "N") and hour < 12:
        hour += 12
    if half == "A" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


# --- mails -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Anchor:
    """A number with the stretch over which it is repeated and no other one comes."""

    mark: Mark
    is_train: bool
    start: int
    end: int


def _by_numbers(text: str, zone_of: ZoneOf, today: date, *, is_alone: bool = False) -> list[Segment]:
    """One segment for each number; what belongs to it stands behind it with most senders, before it with some."""
    anchors = _anchors(text)
    if not anchors:
        return []
    edges = [0, *(anchor.start for anchor in anchors[1:]), len(text)]
    ends = [0, *(anchor.end for anchor in anchors[:-1]), len(text)]
    days = marks.days(text, today)
    behind, before = (
        [_segment(text, one, cut, days, zone_of, today) for one, cut in zip(anchors, pairwise(cuts), strict=True)]
        for cuts in (edges, ends)
    )
    chosen = max((behind, before), key=lambda found: sum(_weight(one) for one in found))
    best: dict[str, Segment] = {}
    for segment in chosen:
        key = segment.fields["number"].value
        if key not in best or _weight(segment) > _weight(best[key]):
            best[key] = segment
    least = 1 if is_alone else 2
    good = [segment for segment in best.values() if _weight(segment) >= least]
    return good or [
        segment for segment in best.values() if segment.fields["number"].is_sure and len(best) == 1
    ]


def _anchors(text: str) -> list[_Anchor]:
    anchors: list[_Anchor] = []
    for mark, is_train in marks.numbers(text):
        if anchors and anchors[-1].mark.value == mark.value:
            last = anchors[-1]
            surer = last.mark if last.mark.is_sure else mark
            anchors[-1] = _Anchor(surer, is_train, last.start, mark.end)
        else:
            anchors.append(_Anchor(mark, is_train, mark.start, mark.end))
    return anchors


def _weight(segment: Segment) -> int:
    return sum(
        name in segment.fields for name in ("from_airport", "to_airport", "departs_local", "arrives_local")
    )


def _segment(
    text: str, anchor: _Anchor, cut: tuple[int, int], known: Sequence[DayMark], zone_of: ZoneOf, today: date
) -> Segment:
    """What the stretch `cut` says. Days may stand once above several flights: then the last one before counts.

    `known` are the days of the whole text. Each stretch is read by itself and only once, because a text may hold
    thousands of numbers.
    """
    stretch = text[cut[0] : cut[1]]
    fields: dict[str, Mark] = _places(stretch, zone_of)
    days = marks.days(stretch, today)
    above = known[: bisect_right(known, cut[0], key=lambda one: one.end)][-1:] if not days else []
    fields |= _times(days or above, marks.times(stretch), fields, zone_of, is_own_day=bool(days))
    is_whole = _weight(Segment(TransportMode.FLIGHT, fields)) == 4
    fields |= _terminals(stretch, fields)
    if carrier := marks.carrier(stretch):
        fields["carrier"] = carrier
    there = {
        name: replace(mark, start=mark.start + cut[0], end=mark.end + cut[0]) for name, mark in fields.items()
    }
    there["number"] = replace(anchor.mark, is_sure=anchor.mark.is_sure or is_whole)
    return Segment(TransportMode.TRAIN if anchor.is_train else TransportMode.FLIGHT, there)


def _places(stretch: str, zone_of: ZoneOf) -> dict[str, Mark]:
    found: list[Mark] = []
    for mark in marks.airports(stretch, zone_of):
        if mark.value not in {one.value for one in found}:
            found.append(mark)
    if len(found) >= 2:
        is_plain = len(found) == 2  # a third one may be a stop, or where the journey ends
        pair = [
            Mark(one.value, one.start, one.end, is_plain and (one.is_sure or is_plain)) for one in found[:2]
        ]
        if any(
            not one.is_sure
            for one in found[:2]
            if not re.fullmatch(r"[A-Z]{3}", stretch[one.start : one.end])
        ):
            pair = [Mark(one.value, one.start, one.end, False) for one in pair]
        return {"from_airport": pair[0], "to_airport": pair[1]}
    fields: dict[str, Mark] = {}
    for is_start, place in marks.named_places(stretch):
        fields.setdefault("from_airport" if is_start else "to_airport", place)
    return fields


def _times(
    days: Sequence[DayMark],
    clocks: Sequence[TimeMark],
    places: Mapping[str, Mark],
    zone_of: ZoneOf,
    *,
    is_own_day: bool,
) -> dict[str, Mark]:
    if not days or not clocks:
        return {}
    day, off = days[0], clocks[0]
    departs = datetime.combine(day.on, off.at)
    is_sure = day.is_sure and is_own_day
    fields = {"departs_local": Mark(_iso(departs), off.start, off.end, is_sure)}
    if len(clocks) > 1:
        down = clocks[1]
        other = next((one for one in days[1:] if -1 <= (one.on - day.on).days <= 2), None)
        later = down.days
        if later is None and other is not None:
            later = (other.on - day.on).days
        zones = [
            zone_of(places[name].value) if name in places else None for name in ("from_airport", "to_airport")
        ]
        arrives, is_plain = _landing(departs, down.at, later, *zones)
        fields["arrives_local"] = Mark(_iso(arrives), down.start, down.end, is_sure and is_plain)
    return fields


def _landing(
    departs: datetime, clock: time, later: int | None, from_zone: str | None, to_zone: str | None
) -> tuple[datetime, bool]:
    """When it lands, and whether the text says so. Without a day it is the first one on which that can be."""
    same = datetime.combine(departs.date(), clock)
    if later is not None:
        return same + timedelta(days=later), True
    if from_zone is None or to_zone is None:
        return (same, True) if same > departs else (same + timedelta(days=1), False)
    start = departs.replace(tzinfo=ZoneInfo(from_zone))
    for days in (0, 1, -1):
        lands = same + timedelta(days=days)
        if timedelta(0) < lands.replace(tzinfo=ZoneInfo(to_zone)) - start <= _LONGEST:
            return lands, days == 0
    return same, False


def _terminals(stretch: str, fields: Mapping[str, Mark]) -> dict[str, Mark]:
    found = marks.terminals(stretch)
    if len(found) > 1:
        return {"from_terminal": found[0], "to_terminal": found[1]}
    second = fields.get("to_airport")
    if found and second:
        return {"to_terminal" if found[0].start > second.start else "from_terminal": found[0]}
    return {}


def _in_order(segments: list[Segment]) -> list[Segment]:
    if all("departs_local" in segment.fields for segment in segments):
        return sorted(segments, key=lambda segment: segment.fields["departs_local"].value)
    return segments


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"
