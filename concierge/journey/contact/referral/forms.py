"""The referral as a doctor fills it in, and as staff type it off a face sheet: the same questions, other duties."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError
from wtforms.widgets import FileInput

from concierge.cases.actions import birth_facts
from concierge.domain.errors import InvalidInput
from concierge.domain.people import BirthDate, Calendar, parse_birth_date
from concierge.domain.places import only_zone
from concierge.domain.referral import icd10
from concierge.domain.vocabulary import CameBy, ContactFirst, HelpWanted, Urgency
from concierge.journey.contact.actions import hospital_for
from concierge.journey.contact.forms import BIRTH_ERRORS, NOT_SURE
from concierge.journey.contact.referral.actions import Doctor, NewReferral
from concierge.models import Hospital
from concierge.web import choices
from concierge.web.forms import Choice, Choices, Email, Form, Line, Paragraph, Phone, Pick, Tick, Upload
from concierge.web.guard import GuardedForm
from concierge.web.i18n import BY_CODE, current_code
from concierge.web.labels import choices as labelled
from concierge.web.refusals import error_text
from config import LOCALES

LANGUAGES = [(info.code, info.autonym) for info in LOCALES]


class ReferralFields(Form):
    """What both ask. `prepare` is called right after building it, before validation."""

    hospital = Choice(_l("Hospital"), message=_l("Choose a hospital, or “I am not sure”"))
    doctor_name = Line(_l("Name of the doctor"), message=_l("Enter the name of the doctor"))
    organisation = Line(_l("Hospital or practice"), required=False)
    doctor_country = Choice(_l("Country of the doctor"), message=_l("Choose the country of the doctor"))
    doctor_email = Email(_l("E-mail address of the doctor"))
    doctor_phone = Phone(_l("Phone of the doctor"), required=False, country_field="doctor_country")

    name = Line(_l("Full name of the patient"), message=_l("Enter the full name of the patient"))
    surname = Line(_l("Surname as in the passport"), required=False, most=120, ltr=True)
    given_names = Line(_l("Given names as in the passport"), required=False, most=120, ltr=True)
    birth = Line(_l("Date of birth"), required=False, most=30, ltr=True)
    hijri = Tick(_l("This is a Hijri date"))
    country = Choice(
        _l("Country in which the patient lives"), message=_l("Choose the country of the patient")
    )
    spoken = Choice(_l("Language that the patient speaks"), message=_l("Choose the language of the patient"))
    contact = Pick(
        _l("With whom shall we talk first?"), labelled(ContactFirst), default=ContactFirst.PATIENT.value
    )
    contact_name = Line(_l("Name of the person in the family"), required=False)
    phone = Phone(_l("Phone of the patient or family"), required=False)
    email = Email(_l("E-mail address of the patient or family"), required=False)

    diagnosis = Paragraph(
        _l("Diagnosis and what was done so far"), rows=6, message=_l("Write the diagnosis in your words")
    )
    icd10 = Line(_l("ICD-10 code"), required=False, most=12, ltr=True)
    help_wanted = Choice(
        _l("What do you ask for?"), labelled(HelpWanted, HelpWanted.COST), default=HelpWanted.TREATMENT.value
    )
    urgency = Pick(
        _l("How urgent is it?"),
        labelled(Urgency),
        default=Urgency.ROUTINE.value,
        message=_l("Choose how urgent it is"),
    )
    question = Paragraph(_l("Your question to our team"), required=False, rows=3, most=4000)
    wants_call = Tick(_l("A call from doctor to doctor is wanted"))
    call_phone = Phone(
        _l("Phone for this call, if it is another one"), required=False, country_field="doctor_country"
    )
    call_hours = Line(_l("Good hours for this call"), required=False)
    consent = Tick(_l("The patient agreed to be referred"))
    may_hear_back = Tick(_l("The patient agreed that the doctor hears how it goes on"))

    born: BirthDate | None = None
    code: str = ""

    def prepare(self, hospitals: list[Hospital], today: date) -> None:
        self.hospitals, self.today = hospitals, today
        reader = current_code()
        names = [(hospital.slug, hospital.text("name", reader)) for hospital in hospitals]
        self.hospital.choices = [*names, (NOT_SURE, _l("I am not sure"))] if len(names) > 1 else names
        listed = {"": [("", _l("Choose a country"))], **choices.countries(reader)}
        self.country.choices = self.doctor_country.choices = listed
        ours = list(dict.fromkeys(language for hospital in hospitals for language in hospital.languages))
        self.spoken.choices = {"": [("", _l("Choose a language"))], **choices.languages(ours, reader)}

    def validate_birth(self, field):
        if not field.data:
            return
        calendar = Calendar.HIJRI if self.hijri.data else Calendar.GREGORIAN
        try:
            self.born = parse_birth_date(field.data, today=self.today, calendar=calendar)
        except InvalidInput as error:
            raise ValidationError(BIRTH_ERRORS.get(error.code, BIRTH_ERRORS["garbage"])) from error

    def validate_icd10(self, field):
        try:
            self.code = icd10(field.data or "")
        except InvalidInput as error:
            raise ValidationError(error_text(error.code)) from error

    def validate_doctor_phone(self, field):
        if self.wants_call.data and not field.data and not self.call_phone.data:
            raise ValidationError(_l("Enter a phone number for the call, or take the wish for a call away"))

    def validate_contact_name(self, field):
        if (
            self.contact.data == ContactFirst.FAMILY
            and not field.data
            and (self.phone.data or self.email.data)
        ):
            raise ValidationError(_l("Enter the name of the person in the family"))

    def referral(self, at: datetime, came_by: CameBy, language: str) -> NewReferral:
        """What was filled in, after validation. `language` is the doctor's."""
        spoken = self.spoken.data or language
        phone, is_family = self.phone.phone, self.contact.data == ContactFirst.FAMILY
        called = self.call_phone.phone or self.doctor_phone.phone
        return NewReferral(
            hospital_id=hospital_for(self.hospitals, self.hospital.data, spoken, language).id,
            doctor=self._doctor(at, language), came_by=came_by, native_name=self.name.data,
            language=spoken if spoken in BY_CODE else "en", spoken_language=self.spoken.data or "",
            surname=self.surname.data, given_names=self.given_names.data, **birth_facts(self.born),
            country=self.country.data or "", timezone=only_zone(self.country.data or "", at.year),
            email=self.email.data, phone=phone.e164 if phone else "", phone_typed=phone.typed if phone else "",
            contact_first=ContactFirst(self.contact.data or ContactFirst.PATIENT),
            contact_name=self.contact_name.data if is_family else "", diagnosis=self.diagnosis.data, icd10=self.code,
            help_wanted=HelpWanted(self.help_wanted.data), urgency=Urgency(self.urgency.data),
            question=self.question.data, wants_call=self.wants_call.data,
            call_phone=called.e164 if called and self.wants_call.data else "",
            call_hours=self.call_hours.data if self.wants_call.data else "",
            has_patient_consent=self.consent.data, may_hear_back=self.may_hear_back.data,
        )  # fmt: skip

    def _doctor(self, at: datetime, language: str) -> Doctor:
        phone = self.doctor_phone.phone
        return Doctor(
            name=self.doctor_name.data, email=self.doctor_email.data, organisation=self.organisation.data,
            phone=phone.e164 if phone else "", phone_typed=phone.typed if phone else "",
            country=self.doctor_country.data or "", language=language,
            timezone=only_zone(self.doctor_country.data or "", at.year),
        )  # fmt: skip


class ReferForm(ReferralFields, GuardedForm):
    """The doctor's own page. `kept` is the secret under which good files wait while something else is mended."""

    files = Upload(_l("Files"), required=False)
    kept = HiddenField()
    drop = Choices(_l("Take files away"))
    consent = Tick(
        _l("The patient agreed that I send you this, and that you read it"), required=True,
        message=_l("Ask the patient first. Without this we may not read what you wrote, and we keep nothing."),
    )  # fmt: skip

    @property
    def may_keep(self) -> bool:
        """The patient agreed and a person sent it: only then a file is stored."""
        return bool(self.consent.data) and not self.website.errors and not self.form_errors


class FaceSheetForm(ReferralFields):
    """What a sheet says; a fax may name no address, no country and no language."""

    doctor_country = Choice(_l("Country of the doctor"), required=False)
    doctor_email = Email(_l("E-mail address of the doctor"), required=False)
    doctor_language = Choice(
        _l("Language of mails to the doctor"), [(info.code, info.autonym) for info in LOCALES]
    )
    country = Choice(_l("Country in which the patient lives"), required=False)
    spoken = Choice(_l("Language that the patient speaks"), required=False)

    def validate_may_hear_back(self, field):
        if field.data and not self.consent.data:
            raise ValidationError(
                _l("Whoever agreed to hear back has agreed to be referred: tick both, or none")
            )

    def kept(self) -> dict:
        """What a half-typed sheet keeps."""
        return {
            field.name: field.data
            for field in self
            if field.name not in {"csrf_token", "once"} and field.data not in (None, "")
        }


class SheetForm(Form):
    """A fax or scan, as it came in."""

    hospital = Choice(_l("Hospital"))
    files = Upload(_l("Fax or scan"), message=_l("Choose the file of the fax or scan"), widget=FileInput())


class AsideForm(Form):
    reason = Line(_l("What it was instead"), message=_l("Say what it was"), most=200)


class CallNotedForm(Form):
    note = Paragraph(_l("What was agreed"), required=False, rows=2, most=2000)


class PressForm(Form):
    """Nothing but the button."""
