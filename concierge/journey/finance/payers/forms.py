"""Forms of the payers' pages. Several stand on one page, so each field has a name of its own."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import Benefit, LiaisonWay, PayerKind, PayerStanding
from concierge.journey.finance.forms import ActForm
from concierge.models import Hospital
from concierge.web.choices import all_languages, countries
from concierge.web.forms import Amount, Choice, Choices, Day, Email, Form, Line, Paragraph, Phone, Pick, Whole
from concierge.web.i18n import current_code
from concierge.web.labels import choices

_BENEFITS = (
    (Benefit.TRAVEL, _l("Travel")),
    (Benefit.LODGING, _l("Lodging")),
    (Benefit.RIDES, _l("Rides")),
)


class FactsForm(ActForm):
    name = Line(_l("Name, in any script"), most=200)
    kind = Choice(_l("Kind"), choices=choices(PayerKind, PayerKind.SELF_PAY))
    country = Choice(_l("Country"), required=False)

    def offer(self) -> "FactsForm":
        self.country.choices = {"": [("", _("Choose a country"))], **countries(current_code())}
        return self

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed; read after validation."""
        return {"name": self.name.data, "kind": PayerKind(self.kind.data), "country": self.country.data or ""}


class NewForm(FactsForm):
    hospital = Choice(_l("Hospital"))

    def at(self, hospitals: list[Hospital]) -> "NewForm":
        """The hospitals for which this reader may add one."""
        self.offer()
        self.hospital.choices = [(one.slug, one.text("name", current_code())) for one in hospitals]
        return self


class StandingForm(ActForm):
    standing = Pick(_l("Do we take its letters?"), choices=choices(PayerStanding), id="which-standing")
    reason = Line(_l("Reason"), required=False, most=500)


class StopRuleForm(ActForm):
    limit = Amount(_l("Together, its letters and open bills may reach"), required=False)
    most_overdue_days = Whole(
        _l("Days that a bill may be past its day"), required=False, least=0, most_value=3650
    )


class ContactForm(Form):
    contact_name = Line(_l("Name"), most=200)
    role = Line(_l("Role"), required=False, most=200)
    phone = Phone(_l("Phone"), required=False)
    email = Email(_l("E-mail"), required=False)
    contact_language = Choice(_l("Language"), default="en")

    def offer(self, country: str) -> "ContactForm":
        self.phone.default_country = country
        self.contact_language.choices = list(all_languages(current_code()))
        return self

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed; read after validation."""
        phone = self.phone.phone.e164 if self.phone.phone else ""
        return {
            "name": self.contact_name.data, "role": self.role.data or "", "phone": phone,
            "email": self.email.data or "", "language": self.contact_language.data,
        }  # fmt: skip


class AgreementForm(Form):
    agreement_number = Line(_l("Our number"), most=60, ltr=True)
    valid_from = Day(_l("Valid from"))
    valid_until = Day(_l("Last valid day"), required=False)
    payment_days = Whole(_l("Days in which bills are paid"), least=0, most_value=365, default="30")
    benefits = Choices(_l("What it grants"), choices=[(one.value, text) for one, text in _BENEFITS])
    companions = Whole(_l("Companions it pays for"), required=False, least=0, most_value=20)
    nights = Whole(_l("Nights it pays for each traveller"), required=False, least=1, most_value=365)
    cap_travel = Amount(_l("Most it pays for travel"), required=False)
    cap_lodging = Amount(_l("Most it pays for lodging"), required=False)
    cap_rides = Amount(_l("Most it pays for rides"), required=False)

    def paid_in(self, currency: str) -> "AgreementForm":
        for field in (self.cap_travel, self.cap_lodging, self.cap_rides):
            field.currency = currency
        return self

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed; read after validation."""
        return {
            "number": self.agreement_number.data, "valid_from": self.valid_from.day,
            "valid_until": self.valid_until.day_or_none, "payment_days": self.payment_days.number,
            "benefits": [Benefit(one) for one in self.benefits.data or ()],
            "companions": self.companions.number_or_none, "nights": self.nights.number_or_none,
            "caps": {
                benefit: amount for benefit in Benefit if (amount := self[f"cap_{benefit.value}"].money_or_none)
            },
        }  # fmt: skip


class TalkForm(Form):
    """A call or mail; `about` is the reference of a case, where it was about one."""

    way = Pick(_l("How you talked"), choices=choices(LiaisonWay))
    with_whom = Line(_l("With whom"), most=200)
    said = Paragraph(_l("What was said"), most=4000, rows=3)
    about = Line(_l("Reference of the case"), required=False, most=20, ltr=True)
    follow_up_on = Day(_l("Ask again on"), required=False)

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, for `note_liaison`; read after validation."""
        return {
            "way": LiaisonWay(self.way.data), "with_whom": self.with_whom.data, "said": self.said.data,
            "follow_up_on": self.follow_up_on.day_or_none,
        }  # fmt: skip


BENEFIT_WORDS = {one.value: text for one, text in _BENEFITS}
