"""The five questions of the contact form, the page before sending, and the page on which staff type a phone call.

A question form is built from what the family has answered so far (`answers`, plain strings by field name), so that a
later question can depend on an earlier one, and the whole draft can be checked again before it is sent.
"""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from concierge.domain.errors import InvalidInput
from concierge.domain.people import BirthDate, Calendar, country_of_phone, parse_birth_date
from concierge.domain.places import zones_of
from concierge.domain.vocabulary import CancerType, Channel, GoodHours, HelpWanted, Relation, Urgency, Writer
from concierge.models import Hospital
from concierge.web import choices
from concierge.web.forms import Choice, Email, Form, Line, Paragraph, Phone, Pick, Tick
from concierge.web.guard import GuardedForm
from concierge.web.i18n import current_code
from concierge.web.labels import choices as labelled
from concierge.web.labels import label
from config import LOCALES

BY_PHONE = {Channel.PHONE, Channel.WHATSAPP, Channel.SMS}
NOT_SURE = "not_sure"
ELSEWHERE = "elsewhere"

WRITERS = [
    (Writer.PATIENT.value, _l("I am the patient")),
    (Writer.FAMILY.value, _l("I am family")),
    (Writer.FRIEND.value, _l("I am a friend")),
    (Writer.PAYER.value, _l("I write for an embassy, an insurer or an employer")),
]
ILLNESSES = [(kind.value, label(kind)) for kind in CancerType if kind is not CancerType.NOT_SURE]
ILLNESSES.append((CancerType.NOT_SURE.value, _l("I am not sure, or it is not in this list")))
RELATIONS = labelled(Relation, Relation.PATIENT, Relation.FRIEND, Relation.SPONSOR)

BIRTH_ERRORS = {
    "garbage": _l("Enter the date in figures, for example 1968-03-14. Only the year is fine too."),
    "year_needed": _l("Enter the year with four figures, for example 1968"),
    "ambiguous": _l("Enter year, month and day in this order, for example 1968-03-14"),
    "month_needed": _l("Enter the month too, or only the year"),
    "looks_hijri": _l("This looks like a Hijri year. Tick the box below if it is one."),
    "hijri_range": _l(
        "Enter a Hijri year from 1343 to 1500, or take away the tick and enter the Gregorian date"
    ),
    "no_such_day": _l("This day does not exist in the calendar. Check day and month."),
    "in_future": _l("This day is in the future. Check the year."),
    "too_long_ago": _l("This is more than 125 years ago. Check the year."),
}


class QuestionForm(Form):
    """One page. `prepare` is called right after building it, before validation."""

    def prepare(self, answers: dict, hospitals: list[Hospital], today: date) -> None:
        self.answers, self.today = answers, today

    def kept(self) -> dict:
        """What the draft keeps, also of an unfinished page; None takes an answer away, an unkeepable one stays away."""
        found: dict[str, str | None] = {}
        for field in self:
            if field.name in {"csrf_token", "once"}:
                continue
            is_text = isinstance(field, Line | Paragraph)
            if is_text and len(field.data or "") > field.most:
                continue
            is_given = bool(field.data) and (is_text or not field.errors)
            found[field.name] = ("y" if field.data is True else field.data) if is_given else None
        return found

    @property
    def is_too_long(self) -> bool:
        """A text is longer than we can keep: then leaving the page would lose it."""
        return any(isinstance(f, Line | Paragraph) and len(f.data or "") > f.most for f in self)


class WhoForm(QuestionForm):
    writer = Pick(_l("Who is writing?"), WRITERS, message=_l("Choose who is writing"))
    hospital = Pick(
        _l("Which hospital do you write to?"), message=_l("Choose a hospital, or “I am not sure”")
    )

    def prepare(self, answers, hospitals, today):
        super().prepare(answers, hospitals, today)
        names = [(h.slug, h.text("name", current_code())) for h in hospitals]
        self.hospital.choices = [*names, (NOT_SURE, _l("I am not sure"))]


class HelpForm(QuestionForm):
    help_wanted = Pick(
        _l("What would help you most?"), labelled(HelpWanted), message=_l("Choose what would help you")
    )


class IllnessForm(QuestionForm):
    illness = Pick(
        _l("Which part of the body is ill?"), ILLNESSES, message=_l("Choose one, or “I am not sure”")
    )
    stage = Line(_l("Stage, if a doctor has told you"), required=False, most=120)
    story = Paragraph(_l("What has happened so far?"), required=False, rows=8)


class ReachForm(QuestionForm):
    country = Choice(_l("In which country does the patient live?"), message=_l("Choose a country"))
    spoken = Choice(_l("In which language shall we talk with you?"), message=_l("Choose a language"))
    channel = Pick(
        _l("How shall we reach you?"), labelled(Channel), message=_l("Choose how we shall reach you")
    )
    hours = Pick(
        _l("When is a good time to reach you?"), labelled(GoodHours), message=_l("Choose a time of day")
    )

    def prepare(self, answers, hospitals, today):
        super().prepare(answers, hospitals, today)
        code = current_code()
        wanted = [h for h in hospitals if h.slug == answers.get("hospital")] or hospitals
        ours = list(dict.fromkeys(language for hospital in wanted for language in hospital.languages))
        self.country.choices = {"": [("", _l("Choose a country"))], **choices.countries(code)}
        self.spoken.choices = choices.languages(ours, code)
        if not self.spoken.data:
            self.spoken.data = code


class TimeForm(QuestionForm):
    """Only asked by itself where a country has several clocks; everywhere else it is a guess that can be changed."""

    place = Pick(_l("What time is it where you are?"), message=_l("Choose the time where you are"))
    elsewhere = Choice(_l("City with the same time as yours"), required=False)

    def prepare(self, answers, hospitals, today):
        super().prepare(answers, hospitals, today)
        code, kept = current_code(), answers.get("timezone", "")
        self.zones = zones_of(answers.get("country", ""), today.year)
        places = [(zone, choices.place_name(zone, code)) for zone in self.zones]
        self.place.choices = [*places, (ELSEWHERE, _l("Another place"))]
        self.elsewhere.choices = [("", _l("Choose a city")), *choices.all_clocks(code, today.year)]
        if not self.is_submitted() and kept:
            self.place.data = kept if kept in self.zones else ELSEWHERE
            self.elsewhere.data = "" if kept in self.zones else kept

    def validate_elsewhere(self, field):
        if self.place.data == ELSEWHERE and not field.data:
            raise ValidationError(_l("Choose a city with the same time as yours"))

    @property
    def timezone(self) -> str:
        return self.elsewhere.data if self.place.data == ELSEWHERE else self.place.data


class PersonFields(QuestionForm):
    """Names and ways to reach somebody, shared by the family's last question and the page on which staff type."""

    name = Line(_l("Full name of the patient"), message=_l("Enter the full name of the patient"))
    called = Line(_l("What shall we call the patient?"), required=False, most=120)
    birth = Line(_l("Date of birth"), required=False, most=30, ltr=True)
    hijri = Tick(_l("This is a Hijri date"))
    writer_name = Line(_l("Your own name"), message=_l("Enter your own name"))
    relation = Pick(
        _l("What are you to the patient?"), RELATIONS, message=_l("Choose what you are to the patient")
    )
    email = Email(_l("E-mail address"))
    phone = Phone(_l("Phone number"), required=False)
    born: BirthDate | None = None

    def validate_birth(self, field):
        if not field.data:
            return
        calendar = Calendar.HIJRI if self.hijri.data else Calendar.GREGORIAN
        try:
            self.born = parse_birth_date(field.data, today=self.today, calendar=calendar)
        except InvalidInput as error:
            raise ValidationError(BIRTH_ERRORS.get(error.code, BIRTH_ERRORS["garbage"])) from error


class PersonForm(PersonFields):
    def prepare(self, answers, hospitals, today):
        super().prepare(answers, hospitals, today)
        if answers.get("writer") == Writer.PATIENT:
            self.name.label.text = _l("Your full name")
            self.name.validators[0].message = _l("Enter your full name")
            self.called.label.text = _l("What shall we call you?")
            del self.writer_name
        if answers.get("writer") != Writer.FAMILY:
            del self.relation
        self.phone.default_country = answers.get("country", "")
        self.phone.is_optional = answers.get("channel") not in BY_PHONE

    def validate_phone(self, field):
        if not field.is_optional and not field.data:
            raise ValidationError(_l("Enter a phone number, because you asked us to call or text you"))


class CheckForm(GuardedForm):
    consent = Tick(required=True, message=_l("Tick the box, so that we may read what you wrote"))


class MailLinkForm(Form):
    email = Email(
        _l("E-mail address"), message=_l("Enter the e-mail address to which we shall send the link")
    )


class PhoneEnquiryForm(PersonFields):
    """All five questions at once, for a specialist with a telephone at the ear.

    Two answers are required: a name, and a number (or an address with a country). The number says the country, the
    country the clock and the language, each of which can be chosen instead.
    """

    hospital = Choice(_l("Hospital"))
    writer = Choice(_l("Who is on the phone?"), labelled(Writer, Writer.PHYSICIAN))
    help_wanted = Choice(_l("What would help"), labelled(HelpWanted), default=HelpWanted.NOT_SURE.value)
    illness = Choice(_l("Illness"), labelled(CancerType), default=CancerType.NOT_SURE.value)
    stage = Line(_l("Stage, as told"), required=False, most=120)
    story = Paragraph(_l("What they say"), required=False, rows=6)
    urgency = Choice(_l("How urgent"), labelled(Urgency), default=Urgency.ROUTINE.value)
    country = Choice(_l("Country"), required=False)
    spoken = Choice(_l("Language to speak"), required=False)
    language = Choice(_l("Language of mails and pages"), required=False)
    channel = Choice(_l("Channel that works"), labelled(Channel), default=Channel.PHONE.value)
    hours = Choice(_l("Good hours"), labelled(GoodHours), default=GoodHours.ANY.value)
    relation = Choice(_l("Relation to the patient"), [("", _l("Not said")), *RELATIONS], required=False)
    writer_name = Line(_l("Name of the caller, when not the patient"), required=False)
    email = Email(_l("E-mail address"), required=False)
    consent = Tick(_l("The caller agreed that we handle the health information"))
    take_it = Tick(_l("I take this enquiry myself"), default=True)

    def prepare(self, answers, hospitals, today):
        super().prepare(answers, hospitals, today)
        code = current_code()
        ours = list(dict.fromkeys(language for hospital in hospitals for language in hospital.languages))
        self.hospital.choices = [(h.slug, h.text("name", code)) for h in hospitals]
        self.country.choices = {"": [("", _l("From the phone number"))], **choices.countries(code)}
        self.spoken.choices = {"": [("", _l("As in the country"))], **choices.languages(ours, code)}
        self.language.choices = [
            ("", _l("As spoken, else English")), *((info.code, info.autonym) for info in LOCALES)
        ]  # fmt: skip

    def validate_phone(self, field):
        if not field.data and not self.email.data:
            raise ValidationError(_l("Enter an e-mail address or a phone number"))

    def validate_country(self, field):
        """Asked only where it is the last thing missing: a number that cannot be read says so itself."""
        is_reachable = self.phone.phone or (self.email.data and not self.phone.data)
        if is_reachable and not self.lives_in:
            raise ValidationError(_l("Choose a country"))

    @property
    def lives_in(self) -> str:
        return self.country.data or (country_of_phone(self.phone.phone.e164) if self.phone.phone else "")

    @property
    def speaks(self) -> str:
        return self.spoken.data or choices.usual_language(self.lives_in)

    @property
    def reads(self) -> str:
        """Locale of mails and pages."""
        return self.language.data or next((info.code for info in LOCALES if info.code == self.speaks), "en")
