"""What the file of a confirmation says: the text of a PDF, the entries of a calendar. Nothing here raises."""

import time
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import icalendar
import pypdf
import structlog

from concierge.domain.confirmations import MOST_SEGMENTS, MOST_SIGNS, CalendarEntry

MOST_BYTES = 5 * 1024 * 1024
_MOST_PAGES = 6  # the conditions that follow say nothing of the flight
_MOST_OF_CALENDAR = 100_000  # bytes
_MOST_OF_ENTRY = MOST_SIGNS // 10  # characters; there are several entries
# A small file may unpack into hours of work: a page that says more than any ticket is not read.
_LIMITS = pypdf.Configuration(
    stream_parsing_work_maximum_count=60_000, zlib_maximum_output_length=8_000_000,
    stream_decoding_work_maximum_length=16_000_000, xform_maximum_invocations_per_extraction=50,
)  # fmt: skip
_PATIENCE = 3  # seconds

log = structlog.get_logger()


def text_of_pdf(content: bytes) -> str:
    """The text of the first pages; empty for a scan, which has none."""
    text, ends = "", time.monotonic() + _PATIENCE

    def still(*_operation: object) -> None:
        if time.monotonic() > ends:
            raise TimeoutError

    try:
        with pypdf.apply_configuration(_LIMITS):
            reader = pypdf.PdfReader(BytesIO(content))
            for page in reader.pages[:_MOST_PAGES]:
                text += page.extract_text(visitor_operand_before=still) + "\n"
                if len(text) > MOST_SIGNS:
                    break
    except Exception as error:  # a broken PDF makes the parser fail in any way it likes
        log.info("confirmation_not_read", error=type(error).__name__)
    return text[:MOST_SIGNS].strip()


def entries_of_calendar(content: bytes) -> list[CalendarEntry]:
    """Its events, each with its words as one text and its times where it has any."""
    if len(content) > _MOST_OF_CALENDAR:
        return []
    try:
        events = icalendar.Calendar.from_ical(content).walk("VEVENT")
        return [_entry(event) for event in events[: MOST_SEGMENTS * 2]]
    except Exception as error:  # what is no calendar makes the parser fail in any way it likes
        log.info("confirmation_not_read", error=type(error).__name__)
        return []


def _entry(event: icalendar.cal.Component) -> CalendarEntry:
    text = "\n".join(_words(event))
    starts, ends = (_time(event, name) for name in ("DTSTART", "DTEND"))
    return CalendarEntry(text[:_MOST_OF_ENTRY], starts, ends)


def _words(event: icalendar.cal.Component) -> Iterator[str]:
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        if value := event.get(name):
            yield str(value)


def _time(event: icalendar.cal.Component, name: str) -> datetime | None:
    """None for a whole day."""
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, datetime) else None
