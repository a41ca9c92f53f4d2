"""Forms of the case file: who the patient is, consent, who knows what, team, caregivers, and the moves of the case."""

from flask_babel import lazy_gettext as _l

from concierge.cases.actions import PersonFacts, birth_facts
from concierge.cases.participation import GIVABLE
from concierge.domain.access import Role
from concierge.domain.errors import InvalidInput
from concierge.domain.journey import Exit, Step
from concierge.domain.numbers import whole
from concierge.domain.people import HIJRI_YEARS, BirthDate, Calendar, ascii_digits, parse_birth_date
from concierge.domain.vocabulary import Channel, GoodHours, PatientKnows, Relation
from concierge.models import Person
from concierge.web import choices as lists
from concierge.web.clock import now
from concierge.web.forms import (
    Choice,
    Choices,
    Day,
    Email,
    Form,
    HiddenField,
    Line,
    Paragraph,
    Phone,
    Pick,
    Tick,
    ValidationError,
)
from concierge.web.i18n import current_code
from concierge.web.labels import choices, label
from config import LOCALES

_BIRTH_ERRORS = {
    "garbage": _l("Enter a date in figures, for example 1968-03-14, or only 1968"),
    "year_needed": _l("Write the year with four figures"),
    "ambiguous": _l("This can be two different days. Write year, month, day, for example 1968-04-03"),
    "month_needed": _l("Enter the month too, or only the year"),
    "looks_hijri": _l("This looks like a Hijri year. Choose the Hijri calendar, or correct the year."),
    "hijri_range": _l("Enter a Hijri year from 1343 to 1500, or the date in the Gregorian calendar"),
    "no_such_day": _l("This day does not exist. Check the date."),
    "in_future": _l("This date is in the future. Check it."),
    "too_long_ago": _l("This date is too long ago. Check the year."),
}


def hijri_typed(typed: str) -> bool:
    """Whether a kept text is a Hijri date: its years and the Gregorian ones of living people never meet."""
    digits = ascii_digits(typed)
    return any(str(year) in digits for year in HIJRI_YEARS)


class BirthText(Line):
    """A birth date as somebody knows it, partial or Hijri; `calendar_field` names the choice beside it."""

    def __init__(self, label=None, calendar_field="calendar", **kwargs):
        super().__init__(label, required=False, most=30, ltr=True, **kwargs)
        self.calendar_field = calendar_field
        self.birth: BirthDate | None = None

    def pre_validate(self, form):
        super().pre_validate(form)
        self.birth = None
        if not self.data:
            return
        try:
            calendar = Calendar(form[self.calendar_field].data or Calendar.GREGORIAN)
            self.birth = parse_birth_date(self.data, today=now().date(), calendar=calendar)
        except (InvalidInput, ValueError) as error:
            code = error.code if isinstance(error, InvalidInput) else "garbage"
            raise ValidationError(_BIRTH_ERRORS.get(code, _BIRTH_ERRORS["garbage"])) from error


def _or_unknown(pairs) -> list:
    return [("", _l("Not known yet")), *pairs]


class FactsForm(Form):
    """Who the patient is and how to reach them. `person_version` guards against two people typing at once."""

    person_version = HiddenField()
    native_name = Line(_l("Name in the person's own script"), required=False)
    surname = Line(_l("Surname as in the passport"), required=False, most=120, ltr=True)
    given_names = Line(_l("Given names as in the passport"), required=False, most=120, ltr=True)
    called = Line(_l("What the person wants to be called"), required=False, most=120)
    birth = BirthText(_l("Birth date"))
    calendar = Pick(
        _l("Calendar of the birth date"),
        [(Calendar.GREGORIAN.value, _l("Gregorian")), (Calendar.HIJRI.value, _l("Hijri"))],
        required=False, default=Calendar.GREGORIAN.value,
    )  # fmt: skip
    passport_number = Line(_l("Passport number"), required=False, most=20, ltr=True)
    country = Choice(_l("Country of residence"), required=False)
    language = Choice(_l("Language of everything we send"), [(info.code, info.autonym) for info in LOCALES])
    spoken_language = Choice(_l("Language to speak"), required=False)
    timezone = Choice(_l("Time zone"), required=False)
    email = Email(_l("E-mail"), required=False)
    phone = Phone(_l("Phone"), required=False)
    channel = Choice(_l("Channel that works"), _or_unknown(choices(Channel)), required=False)
    good_hours = Choice(_l("Good hours"), _or_unknown(choices(GoodHours)), required=False)

    def __init__(self, person: Person, *args, **kwargs):
        super().__init__(*args, data=_shown(person), **kwargs)
        code = current_code()
        self.country.choices = _or_unknown(lists.all_countries(code))
        self.spoken_language.choices = _or_unknown(_with(lists.all_languages(code), person.spoken_language))
        self.timezone.choices = _or_unknown(_with(lists.all_clocks(code, now().year), person.timezone))

    @property
    def facts(self) -> PersonFacts:
        phone = self.phone.phone
        return PersonFacts(
            native_name=self.native_name.data,
            surname=self.surname.data,
            given_names=self.given_names.data,
            called=self.called.data,
            **birth_facts(self.birth.birth),
            passport_number=self.passport_number.data,
            country=self.country.data or "",
            language=self.language.data,
            spoken_language=self.spoken_language.data or "",
            timezone=self.timezone.data or "",
            email=self.email.data,
            phone=phone.e164 if phone else "",
            phone_typed=phone.typed if phone else "",
            channel=Channel(self.channel.data) if self.channel.data else None,
            good_hours=GoodHours(self.good_hours.data) if self.good_hours.data else None,
        )


def _with(pairs, value: str) -> list:
    """The list, and what the row says already though the list does not know it: nothing is lost by saving."""
    return [*pairs, *([(value, value)] if value and value not in dict(pairs) else [])]


def _shown(person: Person) -> dict:
    same = (
        "native_name", "surname", "given_names", "called", "passport_number", "country", "language", "spoken_language",
        "timezone", "email",
    )  # fmt: skip
    shown = {field: getattr(person, field) for field in same}
    typed = person.birth_typed or (person.birth_on.isoformat() if person.birth_on else "")
    is_hijri = bool(person.birth_typed) and hijri_typed(person.birth_typed)
    return shown | {
        "person_version": person.version, "birth": typed, "phone": person.phone or person.phone_typed,
        "calendar": Calendar.HIJRI.value if is_hijri else Calendar.GREGORIAN.value,
        "channel": person.channel.value if person.channel else "",
        "good_hours": person.good_hours.value if person.good_hours else "",
    }  # fmt: skip


class ConsentForm(Form):
    version = HiddenField()
    given_by = Line(_l("Who agreed"), message=_l("Enter the name of the person who agreed"))
    how = Pick(
        _l("How"),
        [("spoken", _l("Spoken, in a call or face to face")), ("written", _l("In writing"))],
        message=_l("Choose how the person agreed"),
    )


class WhoKnowsForm(Form):
    version = HiddenField()
    knows = Pick(_l("Does the patient know the diagnosis?"), choices(PatientKnows, PatientKnows.UNKNOWN))
    who = Paragraph(_l("Who decides, who pays, who may be told"), required=False, most=4000, rows=3)


class VisaForm(Form):
    version = HiddenField()
    is_visa_needed = Tick(_l("The patient needs a visa and a letter from us"))


class TeamForm(Form):
    """One choice per role; the view fills in who can be named."""

    version = HiddenField()
    specialist = Choice(label(Role.SPECIALIST), required=False)
    advocate = Choice(label(Role.ADVOCATE), required=False)
    reviewer = Choice(label(Role.REVIEWER), required=False)
    care_manager = Choice(label(Role.CARE_MANAGER), required=False)
    coordinator = Choice(label(Role.COORDINATOR), required=False)


_AREAS = [(area.value, label(area)) for area in GIVABLE]


class InviteForm(Form):
    caregiver_name = Line(_l("Name"), message=_l("Enter the name of the person"))
    caregiver_email = Email(_l("E-mail of this person"))
    caregiver_relation = Choice(_l("Who this person is to the patient"), choices(Relation, Relation.PATIENT))
    caregiver_language = Choice(
        _l("Language of this person"), [(info.code, info.autonym) for info in LOCALES]
    )
    caregiver_areas = Choices(_l("May see"), _AREAS)


class RightsForm(Form):
    areas = Choices(_l("May see"), _AREAS)


class RemoveForm(Form):
    """Nothing but the button."""


class HoldForm(Form):
    version = HiddenField()
    until = Day(_l("Wake the case on"), message=_l("Enter the day on which to go on"))
    reason = Paragraph(_l("Why the case waits"), message=_l("Say why the case waits"), most=2000, rows=2)


class WakeForm(Form):
    """Nothing but the button."""


# A finished case closes by itself, a merged one by the merge; people end one that cannot go on.
EXITS = [exit for exit in Exit if exit not in (Exit.COMPLETED, Exit.MERGED)]


class CloseForm(Form):
    version = HiddenField()
    exit = Pick(_l("Why the case ends"), [(exit.value, label(exit)) for exit in EXITS])
    reason = Paragraph(_l("What happened, for the team"), message=_l("Say what happened"), most=2000, rows=3)
    has_died = Tick(_l("I have checked this. The patient has died."))


class ReopenForm(Form):
    version = HiddenField()
    reason = Paragraph(_l("Why we take the case up again"), message=_l("Say why"), most=2000, rows=2)


class MoveForm(Form):
    """From a card of the board or from the case's own page; `came_from` says where to go afterwards."""

    version = HiddenField()
    came_from = HiddenField()
    to = Choice(_l("Move to"), choices(Step), message=_l("Choose the step"))
    reason = Paragraph(_l("Reason"), required=False, most=2000, rows=2)


def version_of(field: HiddenField) -> int:
    """The version that the page sent; one that is missing or cannot be read counts as stale."""
    version = whole(field.raw_data[0]) if field.raw_data else None  # `data` would be the newest version then
    return -1 if version is None else version
