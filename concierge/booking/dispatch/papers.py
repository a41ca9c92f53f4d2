"""Paper for drivers and the arrivals hall. Strangers see it: names, places and telephone numbers, no illness."""

from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from concierge.booking.dispatch.queries import RunRow
from concierge.domain.discreet import is_discreet
from concierge.gateways.pdf import render
from concierge.models import Case, Hospital, Ride
from concierge.web import filters
from concierge.web.filters import phone_text
from concierge.web.i18n import current_code
from concierge.web.paper import footer, letterhead


def day_sheet(hospital: Hospital, on: date, rows: Iterable[RunRow], now: datetime) -> bytes:
    """The runs in order, each with who rides on it; in the language of this request."""
    runs = [_run(row) for row in rows]
    data = {
        "title": _("Rides on %(day)s", day=filters.weekday(on)),
        "letterhead": letterhead(hospital),
        "footer": footer(f"{on:%Y-%m-%d}", hospital, now),
        "runs": runs,
        "heads": [_("Text on the sign"), _("People"), _("From"), _("To")],
        "empty": "" if runs else _("Nobody drives on this day."),
        "note": _("Somebody is not there? Call %(phone)s.", phone=phone_text(hospital.phone)),
    }
    return render("day_sheet", data, current_code(), at=now)


def _run(row: RunRow) -> dict:
    run, zone = row.run, row.hospital.timezone
    people = [run.vehicle.name, run.vehicle.plate]
    if run.driver:
        people += [run.driver.name, phone_text(run.driver.phone) if run.driver.phone else ""]
    return {
        "when": f"{filters.clock(run.starts_at, zone)} – {filters.clock(run.ends_at, zone)}",
        "place": filters.city_of(zone, current_code()),
        "who": [text for text in people if text],
        "riders": [
            [name_for_driver(ride, case), people_text(ride), ride.from_place, ride.to_place]
            for ride, case in row.riders
        ],
    }


def name_for_driver(ride: Ride, case: Case) -> str:
    """What to call out: the words of the sign, else the name as the passport writes it."""
    return ride.sign_text or case.person.latin_name or case.person.native_name


def people_text(ride: Ride) -> str:
    """How many come, and how many of them stay in a wheelchair."""
    number = ride.seats + ride.wheelchairs
    text = ngettext("%(num)s person", "%(num)s people", number)
    if not ride.wheelchairs:
        return text
    chairs = ngettext("%(num)s in a wheelchair", "%(num)s in wheelchairs", ride.wheelchairs)
    return f"{text}, {chairs}"


def signs(hospital: Hospital, rows: Iterable[RunRow], now: datetime) -> bytes:
    """One page for each family that is met with a sign. Our name stands below only where it names no illness."""
    code = current_code()
    name = hospital.text("name", code)
    shown = name if is_discreet(name) else hospital.text("city", code)
    data = {
        "title": _("Signs"),
        "letterhead": letterhead(hospital),
        "footer": footer(code, hospital, now),
        "signs": [ride.sign_text for row in rows for ride, _case in row.riders if ride.sign_text],
        "below": f"{shown} · {phone_text(hospital.phone)}",
        "empty": _("Nobody is met with a sign."),
    }
    return render("signs", data, code, at=now)
