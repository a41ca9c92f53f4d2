"""One call as a calendar file. Calendars lie open on screens: the title says with whom, never about what."""

from datetime import datetime, timedelta

from flask import Response
from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event

from concierge.domain.clocks import two_clocks
from concierge.domain.vocabulary import PlannedCallState
from concierge.models import PlannedCall
from concierge.web import filters
from concierge.web.i18n import current_code, current_tag
from concierge.web.labels import label

_ALARM = timedelta(hours=-1)


def call_calendar(call: PlannedCall, reader_timezone: str, now: datetime, url: str) -> bytes:
    """In UTC, so that no change of clocks moves it; the description says both clocks. The UID stays when it moves."""
    hospital, code = call.case.hospital, current_code()
    title = _("Call with %(hospital)s", hospital=hospital.text("name", code))
    calendar = Calendar()
    calendar.add("prodid", f"-//Concierge//Call//{current_tag().upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-timezone", reader_timezone or hospital.timezone)
    event = Event()
    event.add("uid", f"call-{call.public_id}@{hospital.slug}.concierge")
    event.add("dtstamp", now)
    event.add("sequence", call.version - 1)
    event.add("summary", title)
    event.add("dtstart", call.starts_at)
    event.add("dtend", call.ends_at)
    event.add("status", "CONFIRMED" if call.state is PlannedCallState.BOOKED else "CANCELLED")
    event.add("description", "\n".join(_lines(call, reader_timezone)))
    event.add("url", url)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", _ALARM)
    event.add_component(alarm)
    calendar.add_component(event)
    return calendar.to_ical()


def _lines(call: PlannedCall, reader_timezone: str) -> list[str]:
    home, code = call.case.hospital.timezone, current_code()
    clocks = two_clocks(call.starts_at, home, reader_timezone)
    zones = (home, reader_timezone) if clocks.differ else (home,)
    return [
        *(f"{filters.local_time(call.starts_at, zone)} ({filters.city_of(zone, code)})" for zone in zones),
        str(label(call.mode)),
    ]


def calendar_response(call: PlannedCall, reader_timezone: str, now: datetime, url: str) -> Response:
    """The file as a download; its name says nothing."""
    response = Response(
        call_calendar(call, reader_timezone, now, url), content_type="text/calendar; charset=utf-8"
    )
    response.headers.set("Content-Disposition", "attachment", filename="call.ics")
    response.headers["Cache-Control"] = "no-store"
    return response
