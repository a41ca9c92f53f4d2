"""What is asked about interpreters: for a case, and about the people themselves."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.booking.forms import LENGTHS, TripForm
from concierge.booking.interpreters.actions import AssignmentOrder, ProfileFacts, RelativeFacts
from concierge.domain.booking import quarter_hours
from concierge.domain.errors import InvalidInput
from concierge.domain.interpreting import LINES, spoken
from concierge.domain.numbers import whole
from concierge.domain.people import ascii_digits
from concierge.domain.vocabulary import AbsenceReason, InterpreterKind, Modality, Occasion, Relation
from concierge.models import Appointment, Case, InterpreterAssignment, InterpreterProfile
from concierge.web import choices as lists
from concierge.web import filters
from concierge.web.forms import (
    Amount,
    Choice,
    Choices,
    Day,
    Form,
    Line,
    LocalDateTime,
    Phone,
    Pick,
    Tick,
    Whole,
)
from concierge.web.i18n import current_code
from concierge.web.labels import choices, label

GENDERS = [("", _l("No wish")), ("f", _l("A woman")), ("m", _l("A man"))]
SEX = [("", _l("Not noted")), ("f", _l("A woman")), ("m", _l("A man"))]
WEEKDAYS = range(7)


def spoken_choices(*first: str) -> list[tuple[str, str]]:
    """Every language as it is spoken; those of `first` stand on top."""
    code = current_code()
    known = {spoken(language): name for language, name in lists.all_languages(code)}
    top = [one for one in dict.fromkeys(map(spoken, first)) if one]
    rest = [(language, name) for language, name in known.items() if language not in top]
    return [*((one, known.get(one) or filters.spoken_name(one, code)) for one in top), *rest]


def visit_choices(visits: list[Appointment], zone: str, last: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        *((one.public_id, f"{filters.local_time(one.starts_at, zone)} · {label(one.kind)}") for one in visits),
        last,
    ]


class AssignmentForm(TripForm):
    """For an appointment, or for a time of its own; the interpreter is chosen from those who fit and are free."""

    place = "interpreter"
    appointment = Choice(_l("For"), required=False)
    starts_at = LocalDateTime(_l("Start"), required=False)
    minutes = Choice(_l("How long"), choices=LENGTHS, required=False)
    language = Choice(_l("Language"))
    dialect = Line(_l("Dialect"), required=False, most=80)
    modality = Pick(_l("How"), choices=choices(Modality))
    occasion = Pick(_l("What is said"), choices=choices(Occasion))
    gender_wish = Pick(_l("The patient wishes"), choices=GENDERS, required=False)
    waiver = Line(_l("Why nobody sits in the room"), required=False, most=300)
    gender_note = Line(_l("Why the wish is not met"), required=False, most=300)
    interpreter_id = Pick(_l("Interpreter"), required=False, message=_l("Choose an interpreter"))

    def offer(self, case: Case, visits: list[Appointment], here: list[str]) -> "AssignmentForm":
        """`here`: the languages that somebody at this hospital interprets."""
        zone = case.hospital.timezone
        self.starts_at.timezone = zone
        self.appointment.choices = visit_choices(visits, zone, ("", _("A time of its own")))
        self.language.choices = spoken_choices(case.person.spoken_language or "", *here)
        self.interpreter_id.choices = []
        return self

    def span(self, visits: list[Appointment]) -> tuple[datetime, datetime, Appointment | None]:
        """Start and end in UTC, and the appointment where one was chosen. Raises InvalidInput."""
        if self.appointment.data:
            visit = next((row for row in visits if row.public_id == self.appointment.data), None)
            if visit is None:
                raise InvalidInput("appointment", "unknown_appointment")
            return visit.starts_at, visit.ends_at, visit
        return *span_of(self.starts_at, self.minutes), None

    def order(self, visits: list[Appointment]) -> AssignmentOrder:
        starts_at, ends_at, visit = self.span(visits)
        if not self.interpreter_id.data:
            raise InvalidInput("interpreter_id", "choose_one")
        return AssignmentOrder(
            int(self.interpreter_id.data), self.language.data, Modality(self.modality.data), starts_at, ends_at,
            visit.id if visit else None, Occasion(self.occasion.data), self.waiver.data or "",
            self.gender_wish.data or "", self.gender_note.data or "",
        )  # fmt: skip


def span_of(start: LocalDateTime, minutes: Choice) -> tuple[datetime, datetime]:
    if start.at_or_none is None or not minutes.data:
        raise InvalidInput("starts_at", "time_needed")
    ends_at = start.at + timedelta(minutes=int(minutes.data))
    quarter_hours(start.at, ends_at)
    return start.at, ends_at


class MoveForm(TripForm):
    """Another time for the same person."""

    place = "move"
    starts_at = LocalDateTime(_l("Start"))
    minutes = Choice(_l("How long"))

    def of(self, row: InterpreterAssignment, zone: str) -> "MoveForm":
        self.starts_at.timezone = zone
        length = str((row.ends_at - row.starts_at).seconds // 60)
        known = [pair for pair in LENGTHS if pair[0] == length]
        self.minutes.choices = LENGTHS if known else [(length, _("As before")), *LENGTHS]
        if not self.is_submitted():
            self.starts_at.data = f"{row.starts_at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
            self.minutes.data = length
        return self


class NextForm(Form):
    """Who takes over, and in which way: `17.video`."""

    choice = Pick(_l("Who takes over"), message=_l("Choose an interpreter"))
    waiver = Line(_l("Why nobody sits in the room"), required=False, most=300)
    gender_note = Line(_l("Why the wish is not met"), required=False, most=300)

    def chosen(self) -> tuple[int, Modality]:
        """Raises InvalidInput for what this page never offered."""
        person, _dot, way = (self.choice.data or "").partition(".")
        number = whole(person)
        if number is None or way not in set(Modality):
            raise InvalidInput("choice", "choose_one")
        return number, Modality(way)


class RelativeForm(TripForm):
    """The offer that came before, and who interprets instead."""

    place = "relative"
    name = Line(_l("Who interprets"), most=120)
    relation = Choice(_l("Relation to the patient"), choices=choices(Relation, Relation.PATIENT))
    is_adult = Tick(_l("This person is 18 or older"))
    appointment = Choice(_l("For"), required=False)
    offered_by = Line(_l("Who offered a professional interpreter"), most=120)
    offered_at = LocalDateTime(_l("When it was offered"))
    offered_language = Choice(_l("In which language"))
    decline_reason = Line(_l("Why it was declined, in the words of the patient"), most=300)

    def offer(self, case: Case, visits: list[Appointment]) -> "RelativeForm":
        zone = case.hospital.timezone
        self.offered_at.timezone = zone
        self.appointment.choices = visit_choices(visits, zone, ("", _("The whole visit")))
        self.offered_language.choices = spoken_choices(case.person.spoken_language or "")
        return self

    def facts(self, visits: list[Appointment]) -> RelativeFacts:
        visit = next((row for row in visits if row.public_id == self.appointment.data), None)
        if self.appointment.data and visit is None:
            raise InvalidInput("appointment", "unknown_appointment")
        return RelativeFacts(
            self.name.data, Relation(self.relation.data), self.is_adult.data, self.offered_by.data, self.offered_at.at,
            self.offered_language.data, self.decline_reason.data, visit.id if visit else None,
        )  # fmt: skip


# --- the people ------------------------------------------------------------------------------------------------


class PersonForm(Form):
    name = Line(_l("Name"), most=120)
    kind = Pick(_l("Who this is"), choices=choices(InterpreterKind))
    gender = Pick(_l("Woman or man"), choices=SEX, required=False)
    phone = Phone(_l("Phone"), required=False)
    agency_name = Line(_l("Agency"), required=False, most=120)
    agency_phone = Phone(_l("Phone of the agency"), required=False)
    modalities = Choices(_l("How"), choices=choices(Modality), required=True)
    rate = Amount(_l("Cost per hour"), required=False)
    minimum_minutes = Whole(_l("Paid at least, in minutes"), required=False, most_value=720)
    notice_minutes = Whole(_l("Can be at the door within, in minutes"), required=False, most_value=1440)
    lines = Whole(_l("Families served at once"), required=False, least=1, most_value=200)
    day_0 = Line(required=False, most=20, ltr=True)
    day_1 = Line(required=False, most=20, ltr=True)
    day_2 = Line(required=False, most=20, ltr=True)
    day_3 = Line(required=False, most=20, ltr=True)
    day_4 = Line(required=False, most=20, ltr=True)
    day_5 = Line(required=False, most=20, ltr=True)
    day_6 = Line(required=False, most=20, ltr=True)

    @property
    def days(self) -> list[Line]:
        return [self[f"day_{day}"] for day in WEEKDAYS]

    def at(self, currency: str) -> "PersonForm":
        self.rate.currency = currency
        self.phone.country_field = self.agency_phone.country_field = ""
        return self

    def facts(self) -> ProfileFacts:
        """Raises InvalidInput for hours that nobody can read."""
        hours = {str(day): read_hours(self[f"day_{day}"].data, f"day_{day}") for day in WEEKDAYS}
        kind = InterpreterKind(self.kind.data)
        return ProfileFacts(
            self.name.data, kind, "" if kind in LINES else self.gender.data or "", _number(self.phone),
            self.agency_name.data or "", _number(self.agency_phone), tuple(map(Modality, self.modalities.data)),
            self.rate.money_or_none, self.minimum_minutes.number_or_none or 0,
            {day: span for day, span in hours.items() if span}, self.lines.number_or_none or 1,
            self.notice_minutes.number_or_none or 0,
        )  # fmt: skip


def _number(field: Phone) -> str:
    return field.phone.e164 if field.phone else ""


def person_data(profile: InterpreterProfile) -> dict:
    """What a form about this person begins with."""
    one = profile.resource
    return {
        "name": one.name, "kind": profile.kind.value, "gender": one.gender, "phone": one.phone,
        "agency_name": profile.agency_name, "agency_phone": profile.agency_phone, "modalities": profile.modalities,
        "rate": profile.rate.typed(current_code()) if profile.rate else "",
        "minimum_minutes": str(profile.minimum_minutes or ""), "notice_minutes": str(profile.notice_minutes or ""),
        "lines": str(profile.lines),
        **{f"day_{day}": hours_text(profile.hours.get(str(day))) for day in WEEKDAYS},
    }  # fmt: skip


def hours_text(span: list[int] | None) -> str:
    """`08:00-17:00` for minutes of the day; nothing for a day off."""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span) if span else ""


def read_hours(text: str | None, field: str) -> list[int]:
    """The other way round. Raises InvalidInput(field, `hours_not_read`)."""
    if not text:
        return []
    try:
        first, last = (_minute(part) for part in text.replace("–", "-").split("-"))
    except ValueError as error:
        raise InvalidInput(field, "hours_not_read") from error
    if not 0 <= first < last <= 24 * 60:
        raise InvalidInput(field, "hours_not_read")
    return [first, last]


def _minute(text: str) -> int:
    hour, _colon, minute = ascii_digits(text.strip()).partition(":")
    if not 0 <= int(minute or 0) < 60:
        raise ValueError
    return int(hour) * 60 + int(minute or 0)


class LanguageForm(TripForm):
    place = "language"
    language = Choice(_l("Language"))
    target = Choice(_l("Into and from"))
    dialect = Line(_l("Dialect"), required=False, most=80)

    def offer(self, house: str) -> "LanguageForm":
        self.language.choices, self.target.choices = spoken_choices(), spoken_choices(house)
        return self


class CredentialForm(TripForm):
    place = "credential"
    name = Line(_l("Credential, for example CMI or CoreCHI-P"), most=60)
    number = Line(_l("Number"), required=False, most=40, ltr=True)
    valid_until = Day(_l("Last valid day"))


class AbsenceForm(Form):
    starts_at = LocalDateTime(_l("Away from"))
    ends_at = LocalDateTime(_l("Back at"))
    reason = Pick(_l("Reason"), choices=choices(AbsenceReason))
    note = Line(_l("Note for colleagues"), required=False, most=200)

    def at(self, zone: str) -> "AbsenceForm":
        self.starts_at.timezone = self.ends_at.timezone = zone
        return self


class StandIns(Form):
    """Who takes over each booking of somebody who cannot come; the fields are those of one absence."""

    gender_note = Line(
        _l("Why a wish for a woman or a man is not met, where it is not"), required=False, most=300
    )

    @staticmethod
    def name_of(row: InterpreterAssignment) -> str:
        return f"for_{row.public_id}"

    def field_of(self, row: InterpreterAssignment):
        return self._fields.get(self.name_of(row))

    def choices_made(self) -> dict[str, int]:
        return {
            name.removeprefix("for_"): int(field.data)
            for name, field in self._fields.items()
            if name.startswith("for_") and field.data
        }


def stand_ins_form(
    rows: list[tuple[InterpreterAssignment, list[tuple[str, str]], int | None]],
) -> StandIns:
    """(booking, who can be had, who is proposed) for each."""

    class Form(StandIns):
        pass

    for row, options, _best in rows:
        field = Choice(_l("Who stands in"), [("", _l("Nobody yet")), *options], required=False)
        setattr(Form, StandIns.name_of(row), field)
    return Form(data={StandIns.name_of(row): str(best or "") for row, _options, best in rows})
