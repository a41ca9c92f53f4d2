"""A confirmation as a form begins with it: fields filled, guesses marked, nothing stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from concierge.booking.travel.places import shown, zone_of
from concierge.domain.clocks import local_day
from concierge.domain.confirmations import Confirmation, Segment, read, read_calendar
from concierge.domain.vocabulary import Direction, FlightSource
from concierge.gateways import airports, confirmation_files
from concierge.gateways.scanner import FileKind
from concierge.models import Case, Document
from concierge.web.clock import now
from concierge.web.vendors import gateways


@dataclass(frozen=True)
class Reading:
    """`values` are those of the form; `pieces` the text, each with what was read there: sure, doubtful or nothing."""

    values: dict[str, Any]
    pieces: tuple[tuple[str, str], ...]
    is_empty: bool


def read_text(case: Case, text: str, way: Direction) -> Reading:
    today = local_day(now(), case.hospital.timezone)
    found = read(text, zone_of=zone_of, today=today)
    return _reading(
        case, found, text, way, {"source": FlightSource.PASTED.value, "text": text}, has_places=True
    )


def read_document(case: Case, document: Document, way: Direction) -> Reading:
    """A PDF or a calendar; a photo, or a file that is too large to read, is only kept."""
    origin = {"source": FlightSource.FILE.value, "document": document.public_id}
    content = b""
    if document.size <= confirmation_files.MOST_BYTES:
        content = b"".join(gateways().storage.open(document.storage_key))
    today = local_day(now(), case.hospital.timezone)
    if document.content_type == FileKind.CALENDAR.mime:
        entries = confirmation_files.entries_of_calendar(content)
        found = read_calendar(entries, zone_of=zone_of, today=today)
        text = "\n\n".join(entry.text for entry in entries)
        return _reading(case, found, text, way, origin, has_places=False)
    text = confirmation_files.text_of_pdf(content) if document.content_type == FileKind.PDF.mime else ""
    found = read(text, zone_of=zone_of, today=today)
    return _reading(case, found, text, way, origin, has_places=True)


def _reading(
    case: Case, found: Confirmation, text: str, way: Direction, origin: dict[str, str], *, has_places: bool
) -> Reading:
    ways = _ways(case, found.segments, way)
    legs = [_leg(segment, one) for segment, one in zip(found.segments, ways, strict=True)]
    doubts = [
        f"legs-{i}-{name}" for i, segment in enumerate(found.segments) for name in sorted(segment.doubtful)
    ]
    values = {
        **origin, "legs": legs or [{"direction": way.value}], "doubts": ",".join(doubts),
        "booking_reference": found.reference.value if found.reference else "",
    }  # fmt: skip
    pieces = _pieces(text, found) if has_places else ((text, ""),)
    return Reading(values, pieces, not legs)


def _leg(segment: Segment, way: Direction) -> dict[str, str]:
    values = {name: mark.value for name, mark in segment.fields.items()}
    for name in ("from_airport", "to_airport"):
        if name in values:
            values[name] = shown(values[name])
    return {**values, "mode": segment.mode.value, "direction": way.value}


def _ways(case: Case, segments: Sequence[Segment], way: Direction) -> list[Direction]:
    """Which way each goes, by the country of the hospital; a leg in between goes where the next one goes."""
    known = [_way(case, segment) for segment in segments]
    following: Direction | None = None
    for place in reversed(range(len(known))):
        known[place] = following = known[place] or following
    result: list[Direction] = []
    for one in known:
        result.append(one or (result[-1] if result else way))
    return result


def _way(case: Case, segment: Segment) -> Direction | None:
    ends = [airports.find(segment.fields[name].value) if name in segment.fields else None
            for name in ("from_airport", "to_airport")]  # fmt: skip
    starts_here, ends_here = (end is not None and end.country == case.hospital.country for end in ends)
    if starts_here == ends_here:
        return None
    return Direction.ARRIVAL if ends_here else Direction.DEPARTURE


def _pieces(text: str, found: Confirmation) -> tuple[tuple[str, str], ...]:
    marks = [mark for segment in found.segments for mark in segment.fields.values()]
    marks += [found.reference] if found.reference else []
    pieces, place = [], 0
    for mark in sorted(marks, key=lambda one: (one.start, one.end)):
        if mark.start >= place < mark.end:
            pieces += [
                (text[place : mark.start], ""),
                (text[mark.start : mark.end], "sure" if mark.is_sure else "doubt"),
            ]
            place = mark.end
    return tuple(piece for piece in (*pieces, (text[place:], "")) if piece[0])
