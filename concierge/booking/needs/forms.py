"""Forms of the needs, the same for the family and for a coordinator who types for it."""

from typing import Any, Self

from flask_babel import lazy_gettext as _l

from concierge.booking.needs.actions import TravellerFacts
from concierge.domain.errors import InvalidInput
from concierge.domain.passports import passport_name, passport_number
from concierge.domain.vocabulary import Food, Modality, NeedsPart, Prayer, Relation, WheelchairHelp
from concierge.gateways import airports
from concierge.models import Case, Traveller, TripNeeds
from concierge.web import choices as lists
from concierge.web.forms import Choice, Choices, Day, Form, Line, Paragraph, Pick, Tick, Whole
from concierge.web.i18n import current_code
from concierge.web.labels import choices

YES, NO = "yes", "no"


class TravellerForm(Form):
    """One person; `sees_number`: the reader may see the whole passport number, and so change it to nothing."""

    relation = Choice(
        _l("Relation to the patient"),
        [("", _l("Choose one")), *choices(Relation, Relation.PATIENT)],
        message=_l("Choose the relation to the patient"),
    )
    passport_name = Line(
        _l("Name as in the passport"), message=_l("Enter the name as in the passport"), most=120, ltr=True
    )
    native_name = Line(_l("Name in your own writing"), required=False, most=120)
    born_on = Day(_l("Birth date"), required=False)
    nationality = Choice(_l("Nationality"), required=False)
    passport_number = Line(_l("Passport number"), required=False, most=30, ltr=True)
    passport_until = Day(_l("Last valid day of the passport"), required=False)
    needs_wheelchair = Tick(_l("Uses a wheelchair all day"))
    wheelchair = Choice(
        _l("Wheelchair at the airport"),
        [("", _l("No wheelchair")), *choices(WheelchairHelp)],
        required=False,
    )
    needs_oxygen = Tick(_l("Needs oxygen on board"))

    sees_number = True

    @classmethod
    def of(cls, traveller: Traveller | None, *, sees_number: bool) -> Self:
        """Filled with what is known; without `sees_number` the passport number stays empty, and empty keeps it."""
        known = {name: _shown(getattr(traveller, name)) for name in _KEPT} if traveller else {}
        if not sees_number:
            known.pop("passport_number", None)
        form = cls(data=known)
        form.sees_number = sees_number
        form.nationality.choices = {"": [("", _l("Choose a country"))], **lists.countries(current_code())}
        if traveller is not None and traveller.is_patient:
            del form.relation
        return form

    def validate(self, extra_validators=None) -> bool:
        """How name and number are written is said together with what else is wrong."""
        is_valid = super().validate(extra_validators)
        for check, field in ((passport_name, self.passport_name), (passport_number, self.passport_number)):
            if not field.data:
                continue
            try:
                check(field.data)
            except InvalidInput as error:
                self.refuse(error.field, error.code)
                is_valid = False
        return is_valid

    @property
    def facts(self) -> TravellerFacts:
        """What was typed; read after validation."""
        number = self.passport_number.data
        return TravellerFacts(
            relation=Relation(self.relation.data) if "relation" in self else Relation.PATIENT,
            passport_name=self.passport_name.data, native_name=self.native_name.data,
            born_on=self.born_on.day_or_none, nationality=self.nationality.data or "",
            passport_number=number if number or self.sees_number else None,
            passport_until=self.passport_until.day_or_none, needs_wheelchair=self.needs_wheelchair.data,
            wheelchair=WheelchairHelp(self.wheelchair.data) if self.wheelchair.data else None,
            needs_oxygen=self.needs_oxygen.data,
        )  # fmt: skip


_KEPT = (
    "relation", "passport_name", "native_name", "born_on", "nationality", "passport_number", "passport_until",
    "needs_wheelchair", "wheelchair", "needs_oxygen",
)  # fmt: skip


class PartForm(Form):
    """A short page of its own: `of` fills it with what is known, `facts` are the columns of TripNeeds it tells."""

    @classmethod
    def of(cls, case: Case, needs: TripNeeds) -> Self:
        return cls(data={one.name: _shown(getattr(needs, one.name)) for one in TripNeeds.__table__.columns})

    @property
    def facts(self) -> dict[str, Any]:
        raise NotImplementedError


class AirportForm(PartForm):
    """An airport by its code, or by a city, of which the reader then chooses one."""

    home_airport = Line(_l("Airport you leave from"), required=False, most=60)
    chosen = Pick(_l("Which airport?"), required=False)
    leave_from = Day(_l("First day you can leave home"), required=False)
    home_by = Day(_l("Last day you must be home again"), required=False)
    travel_note = Paragraph(
        _l("What else we should know for your flights"), required=False, most=1000, rows=3
    )

    @classmethod
    def of(cls, case: Case, needs: TripNeeds) -> Self:
        form = super().of(case, needs)
        found = airports.near(form.home_airport.data or "", 12)
        form.chosen.choices = [(one.code, airport_text(one)) for one in found]
        if form.chosen.data not in {one.code for one in found}:  # of a city that was typed before
            form.chosen.data = None
        return form

    def validate(self, extra_validators=None) -> bool:
        """A text that fits several airports asks which one; one that fits none is refused."""
        is_valid = super().validate(extra_validators)
        if is_valid and self.home_airport.data and not self._code:
            self.refuse("home_airport", "choose_airport" if self.chosen.choices else "unknown_airport")
            return False
        return is_valid

    @property
    def _code(self) -> str:
        typed = self.home_airport.data or ""
        fitting = [value for value, *_rest in self.chosen.iter_choices()]
        if self.chosen.data:
            return self.chosen.data
        if found := airports.find(typed):
            return found.code
        return fitting[0] if len(fitting) == 1 else ""

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "home_airport": self._code, "leave_from": self.leave_from.day_or_none,
            "home_by": self.home_by.day_or_none, "travel_note": self.travel_note.data or "",
        }  # fmt: skip


class HealthForm(PartForm):
    is_fit_to_fly_needed = Tick(_l("The airline asks for a form that a doctor signs (fit to fly)"))
    fit_to_fly_on = Day(_l("Day on which the form was signed"), required=False)

    @property
    def facts(self) -> dict[str, Any]:
        is_needed = self.is_fit_to_fly_needed.data
        signed_on = self.fit_to_fly_on.day_or_none if is_needed else None
        return {"is_fit_to_fly_needed": is_needed, "fit_to_fly_on": signed_on}


class LodgingForm(PartForm):
    beds = Whole(_l("How many beds?"), required=False, least=1, most_value=20)
    needs_kitchen = Tick(_l("A kitchen to cook"))
    needs_accessible = Tick(_l("A room without steps, wide enough for a wheelchair"))

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "beds": self.beds.number_or_none, "needs_kitchen": self.needs_kitchen.data,
            "needs_accessible": self.needs_accessible.data,
        }  # fmt: skip


class FoodForm(PartForm):
    food = Choices(_l("What kind of food?"), choices(Food))
    food_note = Line(_l("Allergies, or what else we should know"), required=False)
    prayer = Choice(_l("A place to pray nearby"), [("", _l("Not needed")), *choices(Prayer)], required=False)

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "food": list(self.food.data or ()), "food_note": self.food_note.data or "",
            "prayer": Prayer(self.prayer.data) if self.prayer.data else None,
        }  # fmt: skip


class InterpreterForm(PartForm):
    interpreter_language = Choice(_l("Language of the interpreter"), required=False)
    interpreter_modality = Pick(
        _l("How should the interpreter be with you?"),
        [("", _l("No wish")), *choices(Modality)],
        required=False,
    )
    interpreter_gender = Pick(
        _l("Woman or man?"), [("", _l("No wish")), ("f", _l("A woman")), ("m", _l("A man"))], required=False
    )

    @classmethod
    def of(cls, case: Case, needs: TripNeeds) -> Self:
        """Begins with the language that the patient speaks."""
        form = super().of(case, needs)
        form.interpreter_language.choices = [
            ("", _l("We need no interpreter")), *lists.all_languages(current_code()),
        ]  # fmt: skip
        if NeedsPart.INTERPRETER not in needs.told and not form.is_submitted():
            form.interpreter_language.data = case.person.spoken_language
        return form

    @property
    def facts(self) -> dict[str, Any]:
        modality = self.interpreter_modality.data
        return {
            "interpreter_language": self.interpreter_language.data or "",
            "interpreter_modality": Modality(modality) if modality else None,
            "interpreter_gender": self.interpreter_gender.data or "",
        }  # fmt: skip


class VisaForm(PartForm):
    is_visa_needed = Pick(
        _l("Does anybody of you need a visa?"), [(YES, _l("Yes")), (NO, _l("No"))],
        message=_l("Choose yes or no"),
    )  # fmt: skip
    visa_interview_on = Day(_l("Day of the visa appointment"), required=False)
    visa_granted_on = Day(_l("Day on which the visa was granted"), required=False)

    @classmethod
    def of(cls, case: Case, needs: TripNeeds) -> Self:
        form = super().of(case, needs)
        if not form.is_submitted() and (case.is_visa_needed or NeedsPart.VISA in needs.told):
            form.is_visa_needed.data = YES if case.is_visa_needed else NO
        return form

    @property
    def facts(self) -> dict[str, Any]:
        is_needed = self.is_visa_needed.data == YES
        return {
            "is_visa_needed": is_needed,
            "visa_interview_on": self.visa_interview_on.day_or_none if is_needed else None,
            "visa_granted_on": self.visa_granted_on.day_or_none if is_needed else None,
        }


FORM: dict[NeedsPart, type[PartForm]] = {
    NeedsPart.AIRPORT: AirportForm,
    NeedsPart.HEALTH: HealthForm,
    NeedsPart.LODGING: LodgingForm,
    NeedsPart.FOOD: FoodForm,
    NeedsPart.INTERPRETER: InterpreterForm,
    NeedsPart.VISA: VisaForm,
}


def airport_text(airport: airports.Airport) -> str:
    """`Riyadh, King Khaled International Airport (RUH)`: no text to translate, names only."""
    return f"{airport.city}, {airport.name} ({airport.code})"


def _shown(value: Any) -> Any:
    """A value as its field holds it: days and numbers as text, an enum as its value."""
    if value is None:
        return ""
    if isinstance(value, bool | list):
        return value
    return getattr(value, "value", None) or str(value)
