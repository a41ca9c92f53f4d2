"""Forms of the evaluation days, the plan and the way home."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _nl
from wtforms import HiddenField

from concierge.conversation.call_form import CallForm
from concierge.domain import vocabulary as v
from concierge.domain.clocks import at_local
from concierge.journey.evaluation.actions import AppointmentOrder
from concierge.journey.evaluation.plans import PARTS, PlanTexts
from concierge.models import Appointment, Case, Hospital, Plan, Resource
from concierge.web.choices import all_languages
from concierge.web.filters import format_clock, weekday
from concierge.web.forms import Choice, Day, Form, Line, Paragraph, Pick, Tick
from concierge.web.i18n import BY_CODE, autonym, current_code
from concierge.web.labels import choices, label

LENGTHS = [
    (str(minutes), _nl("%(num)s minute", "%(num)s minutes", minutes))
    for minutes in (15, 30, 45, 60, 75, 90, 120, 150, 180, 240)
]


class PressForm(Form):
    """Nothing but a button, and the version that the page showed."""

    version = HiddenField()


class AppointmentForm(Form):
    """One appointment on the hospital's clock, in quarter-hours within its opening hours."""

    version = HiddenField()
    kind = Choice(_l("What"), choices(v.AppointmentKind))
    day = Choice(_l("Day"))
    start = Choice(_l("Begins at"))
    minutes = Choice(_l("Length"), LENGTHS, default="60")
    clinician = Choice(_l("With whom"), required=False)
    room = Choice(_l("Room or scanner"), required=False)
    preparation = Choice(_l("How to prepare"), choices(v.Preparation))
    note = Line(_l("Why, in one line for the family"), required=False, most=300)

    def __init__(
        self, case: Case, days: list[date], people: list[Resource], places: list[Resource], **kwargs
    ):
        super().__init__(**kwargs)
        self._timezone = case.hospital.timezone
        self.day.choices = [(on.isoformat(), weekday(on)) for on in days]
        self.start.choices = [
            (f"{at:%H:%M}", format_clock(at, current_code())) for at in _quarters(case.hospital)
        ]
        nobody = ("", _l("Nobody yet"))
        self.clinician.choices = [nobody, *((str(one.id), one.name) for one in people)]
        self.room.choices = [
            ("", _l("No room yet")),
            *((str(one.id), f"{one.name} · {one.place}") for one in places),
        ]

    def order(self) -> AppointmentOrder:
        """What was chosen, after the form was found valid."""
        clock = time.fromisoformat(self.start.data)
        starts_at = at_local(date.fromisoformat(self.day.data), clock, self._timezone)
        return AppointmentOrder(
            kind=v.AppointmentKind(self.kind.data), starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=int(self.minutes.data)),
            preparation=v.Preparation(self.preparation.data), note=self.note.data,
            clinician_id=int(self.clinician.data) if self.clinician.data else None,
            room_id=int(self.room.data) if self.room.data else None,
        )  # fmt: skip


def _quarters(hospital: Hospital) -> list[time]:
    """Every quarter-hour at which something may begin."""
    any_day = date(2026, 1, 1)
    first, last = datetime.combine(any_day, hospital.opens), datetime.combine(any_day, hospital.closes)
    count = (last - first) // timedelta(minutes=15)
    return [(first + timedelta(minutes=15 * i)).time() for i in range(count)]


def typed_of(row: Appointment, timezone: str) -> dict:
    """An appointment as its form shows it."""
    local = row.starts_at.astimezone(ZoneInfo(timezone))
    return {
        "version": row.version, "kind": row.kind.value, "preparation": row.preparation.value, "note": row.note,
        "day": local.date().isoformat(), "start": f"{local:%H:%M}",
        "minutes": str(int((row.ends_at - row.starts_at).total_seconds()) // 60),
        "clinician": str(row.clinician_id or ""), "room": str(row.room_id or ""),
    }  # fmt: skip


class HeldForm(Form):
    is_early = Tick(_l("The evaluation ended before its last planned day"))


PART_LABELS = {
    "text": _l("The plan, in plain words"),
    "medicines": _l("Medicines"),
    "warning_signs": _l("Warning signs, and what to do"),
    "follow_up": _l("Next dates"),
    "contacts": _l("Whom to call"),
}


class PlanForm(Form):
    """The five parts, and their translation beside them as far as a person has made it."""

    version = HiddenField()
    text_language = Choice(_l("Language in which you write"))
    text = Paragraph(PART_LABELS["text"], message=_l("Write the plan"), rows=8)
    medicines = Paragraph(PART_LABELS["medicines"], required=False, rows=4)
    warning_signs = Paragraph(PART_LABELS["warning_signs"], message=_l("Write the warning signs"), rows=4)
    follow_up = Paragraph(PART_LABELS["follow_up"], required=False, rows=3)
    contacts = Paragraph(PART_LABELS["contacts"], message=_l("Write whom to call"), rows=3)
    translated_text = Paragraph(PART_LABELS["text"], required=False, rows=8)
    translated_medicines = Paragraph(PART_LABELS["medicines"], required=False, rows=4)
    translated_warning_signs = Paragraph(PART_LABELS["warning_signs"], required=False, rows=4)
    translated_follow_up = Paragraph(PART_LABELS["follow_up"], required=False, rows=3)
    translated_contacts = Paragraph(PART_LABELS["contacts"], required=False, rows=3)
    checked_by = Line(_l("Who checked the translation"), required=False, most=120)

    def __init__(self, case: Case, plan: Plan | None, **kwargs):
        data = _typed_plan(plan) if plan and plan.written_at else _first_plan(case, plan)
        super().__init__(data=data, **kwargs)
        self.text_language.choices = [(code, autonym(code)) for code in languages_of(case)]

    def texts(self) -> PlanTexts:
        """What was written, after the form was found valid."""
        return PlanTexts(
            **{part: self[part].data for part in PARTS}, language=self.text_language.data,
            translation={part: self[f"translated_{part}"].data for part in PARTS}, checked_by=self.checked_by.data,
        )  # fmt: skip


def languages_of(case: Case) -> list[str]:
    """The two languages of a patient's papers: English, and their own where we have it."""
    return list(dict.fromkeys(("en", case.person.language if case.person.language in BY_CODE else "en")))


def _typed_plan(plan: Plan) -> dict:
    parts = {part: getattr(plan, part) for part in PARTS}
    translated = {f"translated_{part}": plan.translation.get(part, "") for part in PARTS}
    own = {
        "version": plan.version,
        "text_language": plan.text_language,
        "checked_by": plan.translation_checked_by,
    }
    return parts | translated | own


def _first_plan(case: Case, plan: Plan | None) -> dict:
    hospital = case.hospital
    contacts = f"{hospital.text('name', 'en')}: {hospital.phone}"
    return {"version": plan.version if plan else 0, "text_language": "en", "contacts": contacts}


class ExplainForm(CallForm):
    """The talk in which the plan was explained; `version` is the plan's."""

    version = HiddenField()
    spoken = Choice(_l("Language in which it was explained"))

    def __init__(self, case: Case, now: datetime, **kwargs):
        super().__init__(case, now, **kwargs)
        self.spoken.choices = list(all_languages(current_code()))
        if not self.is_submitted() or kwargs.get("formdata", True) is None:
            self.spoken.data = case.person.spoken_language or case.person.language


class ChoiceForm(Form):
    choice = Pick(_l("How would you like to go on?"), [(c.value, label(c)) for c in v.Choice])
    return_on = Day(_l("The day on which you want to come back"), required=False)
