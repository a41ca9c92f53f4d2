"""The answers of a draft as rows to read over: label, value, and where each can be changed."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from concierge.domain.people import ascii_digits
from concierge.domain.vocabulary import Channel, GoodHours, HelpWanted, Relation, Writer
from concierge.journey.contact.forms import ILLNESSES, WRITERS, PersonForm
from concierge.models import Hospital
from concierge.web import choices
from concierge.web.filters import clock, country_name, day, ltr
from concierge.web.i18n import current_code
from concierge.web.labels import label

Row = tuple[str, object, str]


def summary_rows(
    answers: dict, hospital: Hospital, person: PersonForm, now: datetime
) -> list[tuple[str, list[Row]]]:
    """Groups (heading, rows) in the order of the questions. `person` is the checked last question."""
    return [
        (_("About your message"), _message_rows(answers, hospital)),
        (_("How we reach you"), _reach_rows(answers, now)),
        (_("Names and contact"), _person_rows(answers, person)),
    ]


def _row(text: str, value: object, number: int, anchor: str) -> Row:
    return text, value, url_for("contact_public.question", number=number, _anchor=anchor)


def _message_rows(answers: dict, hospital: Hospital) -> list[Row]:
    name = hospital.text("name", current_code())
    if answers["hospital"] != hospital.slug:
        name = _("%(hospital)s. We chose it for you, because its team speaks your language.", hospital=name)
    return [
        _row(_("Who is writing"), dict(WRITERS)[answers["writer"]], 1, "writer"),
        _row(_("Hospital"), name, 1, "hospital"),
        _row(_("What would help"), label(HelpWanted(answers["help_wanted"])), 2, "help_wanted"),
        _row(_("Part of the body"), dict(ILLNESSES)[answers["illness"]], 3, "illness"),
        _row(_("Stage"), answers.get("stage", ""), 3, "stage"),
        _row(_("What has happened so far"), answers.get("story", ""), 3, "story"),
    ]


def _reach_rows(answers: dict, now: datetime) -> list[Row]:
    code, zone = current_code(), answers["timezone"]
    shown = _("%(place)s, now %(time)s", place=choices.place_name(zone, code), time=clock(now, zone))
    return [
        _row(_("Country"), country_name(answers["country"], code), 4, "country"),
        (_("Your time"), shown, url_for("contact_public.time_zone")),
        _row(_("Language to talk in"), choices.spoken_name(answers["spoken"], code), 4, "spoken"),
        _row(_("How we reach you"), label(Channel(answers["channel"])), 4, "channel"),
        _row(_("Good time"), label(GoodHours(answers["hours"])), 4, "hours"),
    ]


def _person_rows(answers: dict, person: PersonForm) -> list[Row]:
    rows = [
        _row(_("Name of the patient"), answers["name"], 5, "name"),
        _row(_("Called"), answers.get("called", ""), 5, "called"),
        _row(_("Date of birth"), _birth(answers, person), 5, "birth"),
    ]
    if answers["writer"] != Writer.PATIENT:
        rows.append(_row(_("Your name"), answers["writer_name"], 5, "writer_name"))
    if answers["writer"] == Writer.FAMILY:
        rows.append(_row(_("You are to the patient"), label(Relation(answers["relation"])), 5, "relation"))
    phone = person.phone.phone
    rows.append(_row(_("E-mail"), ltr(answers["email"]), 5, "email"))
    rows.append(_row(_("Phone"), _phone(phone.typed, phone.e164) if phone else "", 5, "phone"))
    return rows


def _phone(typed: str, e164: str) -> Markup:
    """As typed, and below it what we would dial."""
    return ltr(e164) if typed == e164 else Markup("{}\n{}").format(ltr(typed), ltr(e164))


def _birth(answers: dict, person: PersonForm) -> object:
    """A Hijri date with the Gregorian day it means; a partial one as it was typed."""
    if person.born is None:
        return ""
    meant = day(person.born.on, "long") if person.born.on else str(person.born.earliest_on.year)
    if answers.get("hijri"):
        isolated = f"\u2066{ascii_digits(answers['birth'])}\u2069"
        return _("%(hijri)s in the Hijri calendar, that is %(day)s", hijri=isolated, day=meant)
    return meant if person.born.on else ltr(ascii_digits(answers["birth"]))
