"""Forms of the payers: what a family and the team type about a payer, and what an insurer answers."""

from babel.numbers import format_decimal
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.money import CURRENCIES, Money
from concierge.domain.vocabulary import (
    CheckChannel,
    CoverVerdict,
    Network,
    PaperKind,
    PayerKind,
    Relation,
    YesNo,
)
from concierge.journey.finance.insurance.actions import Agreed, CheckAnswer, PayerFacts
from concierge.models import CasePayer
from concierge.web.forms import (
    Amount,
    Choice,
    Day,
    Form,
    Line,
    Paragraph,
    Pick,
    Tick,
    Upload,
    Whole,
)
from concierge.web.i18n import current_code
from concierge.web.labels import choices

_OTHERS = choices(PayerKind, PayerKind.SELF_PAY)


class FactsForm(Form):
    """Who pays and on which policy: the family's form."""

    version = HiddenField()
    kind = Choice(_l("Who is it?"), [("", _l("Choose one")), *_OTHERS], message=_l("Choose who pays"))
    payer_name = Line(_l("Name of the payer"), message=_l("Enter the name of the payer"))
    policy_number = Line(_l("Policy or member number"), required=False, most=60, ltr=True)
    group_number = Line(_l("Group number"), required=False, most=60, ltr=True)
    valid_from = Day(_l("Valid from"), required=False)
    valid_until = Day(_l("Last valid day"), required=False)
    holder_name = Line(_l("Who holds the policy"), required=False)
    holder_relation = Choice(
        _l("Relation to the patient"), [("", _l("Choose one")), *choices(Relation)], required=False
    )

    @property
    def facts(self) -> PayerFacts:
        """What was typed; read after validation."""
        return PayerFacts(
            kind=PayerKind(self.kind.data), name=self.payer_name.data, policy_number=self.policy_number.data,
            group_number=self.group_number.data, valid_from=self.valid_from.day_or_none,
            valid_until=self.valid_until.day_or_none, holder_name=self.holder_name.data,
            holder_relation=Relation(self.holder_relation.data) if self.holder_relation.data else None,
        )  # fmt: skip


class PayerForm(FactsForm):
    """The same with what only the team notes."""

    is_us_government = Tick(_l("A programme of the US government (Medicare, Medicaid, Tricare and others)"))
    limit = Amount(_l("The most it bears"), required=False)
    limit_currency = Choice(_l("Currency of the limit"), message=_l("Choose a currency from the list."))
    share_percent = Whole(_l("Its part of the costs, in percent"), required=False, least=1, most_value=100)
    note = Paragraph(_l("Note for the team"), required=False, most=2000, rows=2)
    is_verified = Tick(_l("I have checked these facts with the card or the payer"))

    def prepare(self, currency: str) -> "PayerForm":
        """Currencies, that of the hospital first."""
        _offer(self.limit_currency, currency)
        self.limit.currency = _chosen(self.limit_currency, currency)
        return self

    @property
    def agreed(self) -> Agreed:
        """What was typed; read after validation."""
        return Agreed(
            limit=self.limit.money_or_none, share_percent=self.share_percent.number_or_none,
            is_us_government=self.is_us_government.data, note=self.note.data,
        )  # fmt: skip


def shown_facts(payer: CasePayer) -> dict:
    """What we go by, for the fields of a form."""
    return {
        "kind": payer.kind.value, "payer_name": payer.name, "policy_number": payer.policy_number,
        "group_number": payer.group_number, "valid_from": payer.valid_from.isoformat() if payer.valid_from else "",
        "valid_until": payer.valid_until.isoformat() if payer.valid_until else "", "holder_name": payer.holder_name,
        "holder_relation": payer.holder_relation.value if payer.holder_relation else "", "version": payer.version,
    }  # fmt: skip


def stated_facts(payer: CasePayer) -> dict:
    """What the family typed last, else what we go by."""
    if not payer.stated:
        return shown_facts(payer)
    empty = dict.fromkeys(shown_facts(payer), "")
    return {**empty, **payer.stated, "payer_name": payer.stated.get("name", ""), "version": payer.version}


def shown_agreed(payer: CasePayer) -> dict:
    """What the team noted, for the fields of a form."""
    limit = payer.limit
    return {
        "is_us_government": payer.is_us_government, "limit": _typed(limit),
        "limit_currency": payer.limit_currency or None, "share_percent": str(payer.share_percent or ""),
        "note": payer.note, "is_verified": payer.verified_at is not None,
    }  # fmt: skip


class PaperForm(Form):
    """A card or a letter; of a letter, what the family reads on it, so that we can compare it at once."""

    kind = HiddenField()
    files = Upload(_l("Photo or file"), message=_l("Choose at least one file, or take a photo"))
    person_name = Line(_l("Name of the patient, as on the letter"), required=False)
    limit = Amount(_l("Up to which amount"), required=False)
    limit_currency = Choice(_l("Currency"), required=False, message=_l("Choose a currency from the list."))
    valid_until = Day(_l("Last valid day"), required=False)

    def prepare(self, currency: str) -> "PaperForm":
        _offer(self.limit_currency, currency)
        self.limit.currency = _chosen(self.limit_currency, currency)
        return self

    @property
    def paper_kind(self) -> PaperKind | None:
        """None where somebody made one up."""
        return next((kind for kind in PaperKind if kind.value == self.kind.data), None)


class AskForm(Form):
    """Of whom, and by which way."""

    payer = Choice(_l("Insurer"), message=_l("Choose an insurer from the list."))
    asked_of = Line(_l("Department or person that is asked"), required=False)
    channel = Choice(_l("How it is asked"), choices(CheckChannel))


class TryForm(Form):
    try_channel = Choice(_l("How you tried"), choices(CheckChannel))
    try_note = Line(_l("What happened"), most=500, message=_l("Say in a few words what happened"))


class WithdrawForm(Form):
    why = Line(_l("Reason"), most=500, message=_l("Enter the reason."))


class AnswerForm(Form):
    """What the insurer said. Everything but the first answer may stay empty: nothing said is nothing noted."""

    version = HiddenField()
    verdict = Pick(
        _l("What does the insurer say?"), choices(CoverVerdict), message=_l("Choose what the insurer says")
    )
    network = Choice(_l("Our hospital is"), choices(Network), default=Network.NOT_SAID.value)
    abroad = Choice(
        _l("Is care outside the home country covered?"), choices(YesNo), default=YesNo.NOT_SAID.value
    )
    preauthorisation = Choice(
        _l("Must it approve the care beforehand?"), choices(YesNo), default=YesNo.NOT_SAID.value
    )
    preauthorisation_number = Line(_l("Number of the approval"), required=False, most=60, ltr=True)
    currency = Choice(_l("Currency of these amounts"), message=_l("Choose a currency from the list."))
    deductible = Amount(_l("Deductible"), required=False)
    deductible_met = Amount(_l("Of this already paid"), required=False)
    copay = Amount(_l("Co-payment"), required=False)
    coinsurance_percent = Whole(_l("Co-insurance of the patient, in percent"), required=False, most_value=100)
    own_most = Amount(_l("Out-of-pocket maximum"), required=False)
    own_met = Amount(_l("Of this already paid"), required=False)
    exclusions = Paragraph(_l("What is not covered"), required=False, most=4000, rows=3)
    call_reference = Line(_l("Reference number of the call"), required=False, most=60, ltr=True)
    contact_name = Line(_l("Name of the person who answered"), required=False)
    valid_until = Day(_l("This answer is valid until"), required=False)

    def prepare(self, currency: str) -> "AnswerForm":
        _offer(self.currency, currency)
        for amount in (self.deductible, self.deductible_met, self.copay, self.own_most, self.own_met):
            amount.currency = _chosen(self.currency, currency)
        return self

    @property
    def answer(self) -> CheckAnswer:
        """What was typed; read after validation."""
        return CheckAnswer(
            verdict=CoverVerdict(self.verdict.data), currency=self.currency.data, network=Network(self.network.data),
            preauthorisation=YesNo(self.preauthorisation.data), abroad=YesNo(self.abroad.data),
            preauthorisation_number=self.preauthorisation_number.data, deductible=self.deductible.money_or_none,
            deductible_met=self.deductible_met.money_or_none, copay=self.copay.money_or_none,
            coinsurance_percent=self.coinsurance_percent.number_or_none, own_most=self.own_most.money_or_none,
            own_met=self.own_met.money_or_none, exclusions=self.exclusions.data,
            call_reference=self.call_reference.data, contact_name=self.contact_name.data,
            valid_until=self.valid_until.day_or_none,
        )  # fmt: skip


def _offer(field: Choice, first: str) -> None:
    field.choices = [(code, code) for code in dict.fromkeys((first, *sorted(CURRENCIES)))]


def _chosen(field: Choice, usual: str) -> str:
    return field.data if field.data in CURRENCIES else usual


def _typed(amount: Money | None) -> str:
    """As the reader would type it, so that the field can read it back."""
    if amount is None:
        return ""
    return format_decimal(
        amount.amount, f"0.{'0' * amount.exponent}", locale=current_code(), decimal_quantization=False
    )
