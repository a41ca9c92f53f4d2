"""An enquiry of the queue in words, ready for its template."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from concierge.cases.lines import addresses
from concierge.journey.contact.queries import WaitingRow, urgency
from concierge.models import Hospital
from concierge.web import filters
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.voice import remembered

_label = remembered(label)


@dataclass(slots=True)
class WaitingLine:
    """One row of the queue. `urgency` is its colour: `bad`, `warn` or ""; empty texts are not shown."""

    url: str
    take_url: str
    name: str
    latin_name: str
    country: str
    speaks: str
    illness: str
    wants: str
    came_by: str
    urgency: str
    waiting: str
    promised_by: Markup
    hospital: str
    may_be_known: bool


def waiting_lines(rows: list[WaitingRow], hospitals: dict[int, Hospital], now: datetime) -> list[WaitingLine]:
    """The hospital is named where the reader works in several."""
    code, take_url = current_code(), addresses("contact_staff.take", name="public_id")
    intake_url = addresses("intake_staff.intake", name="public_id")
    calendars = {id_: (one.calendar, one.first_reply_hours) for id_, one in hospitals.items()}
    names = {id_: one.text("name", code) if len(hospitals) > 1 else "" for id_, one in hospitals.items()}
    lines = []
    for row in rows:
        name, latin_name = row.display_name, row.latin_name
        how_urgent = urgency(row, *calendars[row.hospital_id], now)
        lines.append(WaitingLine(
            url=intake_url(row.public_id), take_url=take_url(row.public_id), name=name,
            latin_name=latin_name if latin_name != name else "",
            country=filters.country_name(row.country, code) if row.country else "",
            speaks=filters.spoken_name(row.spoken_language or row.language, code), illness=_label(row.cancer_type),
            wants=_label(row.help_wanted), came_by=_label(row.came_by), urgency=how_urgent,
            waiting=_waiting(how_urgent, filters.ago(row.received_at, now)),
            promised_by=filters.two_clocks(row.promise_due_at, hospitals[row.hospital_id].timezone),
            hospital=names[row.hospital_id], may_be_known=bool(row.may_be_known),
        ))  # fmt: skip
    return lines


def _waiting(how_urgent: str, since: str) -> str:
    """Words carry the urgency, colour follows."""
    if how_urgent == "bad":
        return _("%(since)s, past the promise", since=since)
    if how_urgent == "warn":
        return _("%(since)s, promise ends soon", since=since)
    return since
