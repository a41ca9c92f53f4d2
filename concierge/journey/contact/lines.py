"""An enquiry of the queue in words, ready for its template."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from concierge.cases.lines import addresses
from concierge.conversation.live.presence import presence_text
from concierge.domain.calling import CallHour, call_hour
from concierge.domain.vocabulary import Urgency
from concierge.journey.contact.queries import WaitingRow, lateness
from concierge.models import Hospital
from concierge.web import filters
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.voice import remembered

_label = remembered(label)
_COLOUR = {CallHour.GOOD: "ok", CallHour.QUIET: "warn"}


@dataclass(slots=True)
class WaitingLine:
    """One row of the queue. `lateness` is its colour: `bad`, `warn` or ""; empty texts are not shown.

    `their_time` and `call` say what the clock shows where the family is, and whether that is an hour to telephone.
    """

    url: str
    take_url: str
    name: str
    latin_name: str
    country: str
    speaks: str
    illness: str
    wants: str
    came_by: str
    urgent: str
    is_urgent: bool
    lateness: str
    waiting: str
    promised_by: Markup
    their_time: str
    call: str
    call_colour: str
    hospital: str
    may_be_known: bool
    presence: str = ""  # of the visitor of a chat


def waiting_lines(
    rows: list[WaitingRow],
    hospitals: dict[int, Hospital],
    now: datetime,
    last_seen: dict[int, datetime],
) -> list[WaitingLine]:
    """The hospital is named where the reader works in several. `last_seen`: the visitors of open chats, by case."""
    code, take_url = current_code(), addresses("contact_staff.take", name="public_id")
    intake_url = addresses("intake_staff.intake", name="public_id")
    calendars = {id_: (one.calendar, one.first_reply_hours) for id_, one in hospitals.items()}
    names = {id_: one.text("name", code) if len(hospitals) > 1 else "" for id_, one in hospitals.items()}
    lines = []
    for row in rows:
        name, latin_name = row.display_name, row.latin_name
        how_late = lateness(row, *calendars[row.hospital_id], now)
        hour = call_hour(now, row.timezone, row.good_hours)
        lines.append(WaitingLine(
            url=intake_url(row.public_id), take_url=take_url(row.public_id), name=name,
            latin_name=latin_name if latin_name != name else "",
            country=filters.country_name(row.country, code) if row.country else "",
            speaks=filters.spoken_name(row.spoken_language or row.language, code), illness=_label(row.cancer_type),
            wants=_label(row.help_wanted), came_by=_label(row.came_by),
            urgent=_label(row.urgency) if row.urgency is not Urgency.ROUTINE else "",
            is_urgent=row.urgency is Urgency.URGENT,
            lateness=how_late, waiting=_waiting(how_late, filters.ago(row.received_at, now)),
            their_time=_their_time(now, row.timezone, code), call=_label(hour), call_colour=_COLOUR.get(hour, ""),
            promised_by=filters.two_clocks(row.promise_due_at, hospitals[row.hospital_id].timezone),
            hospital=names[row.hospital_id], may_be_known=bool(row.may_be_known),
            presence=presence_text(last_seen[row.case_id], now) if row.case_id in last_seen else "",
        ))  # fmt: skip
    return lines


def _their_time(now: datetime, timezone: str, code: str) -> str:
    """`3:12 AM in Riyadh`; nothing where nobody knows the clock."""
    if not timezone:
        return ""
    return _("%(time)s in %(city)s", time=filters.clock(now, timezone), city=filters.city_of(timezone, code))


def _waiting(how_late: str, since: str) -> str:
    """Words carry the lateness, colour follows."""
    if how_late == "bad":
        return _("%(since)s, past the promise", since=since)
    if how_late == "warn":
        return _("%(since)s, promise ends soon", since=since)
    return since
