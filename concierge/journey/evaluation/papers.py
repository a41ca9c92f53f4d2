"""The going-home folder as a PDF in the patient's language and English, and the days as a calendar file."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.appointments import appointments_of
from concierge.domain.clocks import local_day
from concierge.gateways import pdf
from concierge.journey.evaluation.forms import PART_LABELS, languages_of
from concierge.journey.evaluation.plans import PARTS
from concierge.models import Appointment, Case, Plan
from concierge.web.filters import format_day, phone_text
from concierge.web.i18n import autonym, current_code
from concierge.web.labels import label
from concierge.web.paper import footer, in_both, letterhead


def words_of(plan: Plan, part: str, language: str, case: Case) -> str:
    """One part of the plan in this language, the original or its translation; empty where nobody has written it."""
    if plan.text_language == language:
        return getattr(plan, part)
    return plan.translation.get(part, "") if language in languages_of(case) else ""


def folder(session: Session, case: Case, plan: Plan, now: datetime) -> bytes:
    """Everything for the time at home, each part in both languages; what is not translated says so."""
    code = languages_of(case)[-1]
    own_title, english_title = in_both(code, lambda: _("Papers to take home"))
    with force_locale(code):
        head, foot = letterhead(case.hospital), footer(case.reference, case.hospital, now)
    parts = [_part(case, plan, part, code) for part in PARTS]
    facts = in_both(code, lambda: _facts(case, plan))
    done = in_both(code, lambda: _done(session, case))
    headings = in_both(code, lambda: (_("What was done"), _("Your choice and our address")))
    data = {
        "title": own_title, "english_title": english_title, "letterhead": head, "footer": foot,
        "heads": (autonym(code), autonym("en")), "parts": [part for part in parts if part is not None],
        "facts": list(zip(*facts, strict=True)), "done": list(zip(*done, strict=True)),
        "done_heading": _beside(headings[0][0], headings[1][0]),
        "facts_heading": _beside(headings[0][1], headings[1][1]), "checked": _checked(plan, code),
    }  # fmt: skip
    return pdf.render("folder", data, code, at=now)


def _beside(own: str, english: str) -> str:
    return " · ".join(dict.fromkeys((own, english)))


def _part(case: Case, plan: Plan, part: str, code: str) -> dict | None:
    if not getattr(plan, part):
        return None
    own_label, english_label = in_both(code, lambda: str(PART_LABELS[part]))
    own_gap, english_gap = in_both(code, _not_translated)
    return {
        "heading": _beside(own_label, english_label),
        "own": words_of(plan, part, code, case) or own_gap,
        "english": words_of(plan, part, "en", case) or english_gap,
    }


def _not_translated() -> str:
    return _("This part is not translated yet. Ask us, and somebody reads it with you.")


def _checked(plan: Plan, code: str) -> str:
    if not plan.translation_checked_by:
        return ""
    own, english = in_both(
        code, lambda: _("Translation checked by %(name)s", name=plan.translation_checked_by)
    )
    return _beside(own, english)


def _facts(case: Case, plan: Plan) -> list[tuple[str, str]]:
    person, code = case.person, current_code()
    name = " · ".join(dict.fromkeys(part for part in (person.native_name, person.latin_name) if part))
    rows = [(_("Patient"), name), (_("Reference"), case.reference)]
    if plan.choice is not None:
        rows.append((_("Your choice"), str(label(plan.choice))))
    if plan.return_on is not None:
        rows.append((_("You come back on"), format_day(plan.return_on, code, "full")))
    hospital = f"{case.hospital.text('name', code)} · {phone_text(case.hospital.phone)}"
    return [*rows, (_("Hospital"), hospital)]


def _done(session: Session, case: Case) -> list[tuple[str, str]]:
    """What took place, each with its day at the hospital."""
    code, timezone = current_code(), case.hospital.timezone
    rows = appointments_of(session, case)
    return [
        (format_day(local_day(row.starts_at, timezone), code, "full"), str(label(row.kind))) for row in rows
    ]


def calendar_file(case: Case, rows: list[Appointment], now: datetime) -> bytes:
    """The days as iCalendar, on the hospital's clock. Titles tell nothing: a calendar is read over the shoulder."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Concierge//Visit//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for row in rows:
        calendar.add_component(_event(case, row, now))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(case: Case, row: Appointment, now: datetime) -> icalendar.Event:
    zone = ZoneInfo(case.hospital.timezone)
    event = icalendar.Event()
    event.add("uid", f"{row.public_id}@{case.hospital.slug}.concierge")
    event.add("sequence", row.version)
    event.add("dtstamp", now)
    event.add("dtstart", row.starts_at.astimezone(zone))
    event.add("dtend", row.ends_at.astimezone(zone))
    event.add("summary", _("Appointment: %(place)s", place=case.hospital.text("name", current_code())))
    floor = f"{row.room.place}, " if row.room else ""  # not the room's name: a scanner's tells too much
    event.add("location", floor + case.hospital.text("address", current_code()))
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Appointment"))
    alarm.add("trigger", timedelta(hours=-2))
    event.add_component(alarm)
    return event
