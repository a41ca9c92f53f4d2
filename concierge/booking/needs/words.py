"""Words for what was told, for the family and for staff; facts are short, so that several stand in one line."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from concierge.booking.needs.forms import airport_text
from concierge.booking.needs.queries import PartState, Told
from concierge.domain.passports import PassportState
from concierge.domain.vocabulary import Food, NeedsPart
from concierge.gateways import airports
from concierge.models import Case, Traveller
from concierge.web import filters
from concierge.web.i18n import current_code
from concierge.web.labels import label

# Colour and word of a task.
STATE = {
    PartState.DONE: ("ok", _l("Done")),
    PartState.NOT_YET: ("info", _l("Not yet")),
    PartState.NOTHING: ("ok", _l("Nothing needed")),
}
PASSPORT = {
    PassportState.ENDS_BEFORE_RETURN: ("bad", _l("Ends before the way home: renew it before the journey")),
    PassportState.SHORT: (
        "warn",
        _l("Valid for less than six months after the way home: many countries ask for six"),
    ),
    PassportState.UNKNOWN: ("", _l("Not told until when it is valid")),
    PassportState.OK: ("ok", _l("Valid long enough")),
}
GENDER = {"f": _l("A woman"), "m": _l("A man")}


def part_facts(told: Told, case: Case, part: NeedsPart) -> list[str]:
    """What was told of a part, each fact in a few words; [] where nothing was, or nothing is needed."""
    if part not in told.needs.told:
        return []
    return [str(fact) for fact in _FACTS[part](told, case) if fact]


def _travellers(told: Told, case: Case) -> list:
    count = len(told.travellers)
    return [ngettext("%(num)s person", "%(num)s people", count)]


def _airport(told: Told, case: Case) -> list:
    needs = told.needs
    found = airports.find(needs.home_airport)
    return [
        airport_text(found) if found else needs.home_airport,
        needs.leave_from and _("From %(day)s", day=_day(needs.leave_from)),
        needs.home_by and _("Home by %(day)s", day=_day(needs.home_by)),
        needs.travel_note,
    ]


def _health(told: Told, case: Case) -> list:
    needs = told.needs
    if not needs.is_fit_to_fly_needed:
        return [_("No form of the airline")]
    if needs.fit_to_fly_on is None:
        return [_("The form for the airline is not signed yet")]
    return [_("The form for the airline was signed on %(day)s", day=_day(needs.fit_to_fly_on))]


def _lodging(told: Told, case: Case) -> list:
    needs = told.needs
    return [
        needs.beds and ngettext("%(num)s bed", "%(num)s beds", needs.beds),
        needs.needs_kitchen and _("A kitchen to cook"),
        needs.needs_accessible and _("A room without steps, wide enough for a wheelchair"),
    ]


def _food(told: Told, case: Case) -> list:
    needs = told.needs
    return [
        *(label(Food(value)) for value in needs.food),
        needs.food_note,
        needs.prayer and label(needs.prayer),
    ]


def _interpreter(told: Told, case: Case) -> list:
    needs = told.needs
    if not needs.interpreter_language:
        return []
    return [
        filters.spoken_name(needs.interpreter_language, current_code()),
        needs.interpreter_modality and label(needs.interpreter_modality),
        GENDER.get(needs.interpreter_gender, ""),
    ]


def _visa(told: Told, case: Case) -> list:
    needs = told.needs
    if not case.is_visa_needed:
        return []
    if needs.visa_granted_on:
        return [_("Granted on %(day)s", day=_day(needs.visa_granted_on))]
    if needs.visa_interview_on:
        return [_("Appointment on %(day)s", day=_day(needs.visa_interview_on))]
    return [_("Needed, no appointment yet")]


_FACTS = {
    NeedsPart.TRAVELLERS: _travellers,
    NeedsPart.AIRPORT: _airport,
    NeedsPart.HEALTH: _health,
    NeedsPart.LODGING: _lodging,
    NeedsPart.FOOD: _food,
    NeedsPart.INTERPRETER: _interpreter,
    NeedsPart.VISA: _visa,
}


def help_of(traveller: Traveller) -> list[str]:
    """What one traveller needs on the way."""
    found = [
        traveller.needs_wheelchair and _("Uses a wheelchair all day"),
        traveller.wheelchair and label(traveller.wheelchair),
        traveller.needs_oxygen and _("Needs oxygen on board"),
    ]
    return [str(one) for one in found if one]


def _day(on: date) -> str:
    return filters.day(on)
