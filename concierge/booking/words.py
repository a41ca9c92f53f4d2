"""Words for the codes of domain/booking.py, domain/benefits.py and domain/itinerary.py, for staff."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.domain.benefits import GOVERNMENT, Verdict
from concierge.domain.itinerary import Gap
from concierge.domain.money import Money
from concierge.models import BookingShare
from concierge.web import filters
from concierge.web.filters import plain_money

WHO_PAYS = {
    "granted_by_agreement": _l("Paid by the payer: a letter of guarantee covers stay and travel"),
    "us_government_beneficiary": _l(
        "Paid by the patient: the law forbids gifts to beneficiaries of a US government programme"
    ),
    "no_agreement": _l("Paid by the patient: no payer has agreed to pay it"),
    "agreement_not_yet_valid": _l(
        "Paid by the patient: the letter of guarantee is not valid yet on that day"
    ),
    "agreement_expired": _l("Paid by the patient: the letter of guarantee has ended by that day"),
    "not_in_agreement": _l("Paid by the patient: the letter of guarantee does not cover stay and travel"),
    "companion_over_count": _l(
        "Needs an approval: number of companions that the payer agreed to: %(cap)s", cap="%(cap)s"
    ),
    "ends_before_last_day": _l("Needs an approval: the letter of guarantee ends before the last day"),
    "over_nights_cap": _l(
        "Needs an approval: with this %(nights)s nights, and the payer agreed to %(cap)s",
        nights="%(nights)s",
        cap="%(cap)s",
    ),
    "cost_unknown": _l("Needs an approval: the cost is not known, and the payer agreed to a limit"),
    "other_currency": _l("Needs an approval: the cost is in another currency than the limit"),
    "over_amount_cap": _l(
        "Needs an approval: with this %(amount)s, and the payer agreed to %(cap)s",
        amount="%(amount)s",
        cap="%(cap)s",
    ),
    "over_letter_limit": _l(
        "Needs an approval: with this %(amount)s, and the letter of guarantee has %(cap)s left",
        amount="%(amount)s",
        cap="%(cap)s",
    ),
}
WITHIN_CAP = _l(
    "Paid by the payer: of %(cap)s that it agreed to, %(amount)s is used", cap="%(cap)s", amount="%(amount)s"
)
WHO = {
    "patient": _l("The family pays it"),
    "payer": _l("The payer pays it"),
    "hospital": _l("The hospital pays it"),
}


def why_paid(reason: str, numbers: Mapping[str, Any]) -> str:
    """The sentence of a verdict, or of a share that stands as the rule says, with its numbers."""
    shown = dict(numbers)
    if currency := shown.pop("currency", ""):
        shown = {name: _unbroken(Money(minor, currency)) for name, minor in shown.items()}
    is_within = reason == "granted_by_agreement" and bool(shown)
    text = str(WITHIN_CAP if is_within else WHO_PAYS.get(reason, reason))
    return text % shown if shown else text


def _unbroken(amount: Money) -> str:
    """Within plain text: on one line, and left to right."""
    return "\u2066" + plain_money(amount).replace(" ", "\u00a0") + "\u2069"


def who_pays_lines(shares: Iterable[BookingShare]) -> list[tuple[str, int]]:
    """Who pays the parts of one booking and why: each sentence with how many travellers it is about."""
    return list(Counter(_who_pays(share) for share in shares).items())


def would_pay_lines(found: Iterable[Verdict]) -> list[tuple[str, int]]:
    """The same before anything is booked."""
    return list(Counter(why_paid(verdict.reason, verdict.numbers) for verdict in found).items())


def _who_pays(share: BookingShare) -> str:
    if share.is_own_cost and share.reason != GOVERNMENT:
        return _("The family pays it itself, as it wished")
    if share.overridden_at is None:
        return why_paid(share.reason, share.numbers)
    return _(
        "%(who)s: approved by %(name)s (%(why)s)", who=WHO[share.paid_by],
        name=f"\u2068{share.overridden_by}\u2069", why=f"\u2068{share.override_reason}\u2069",
    )  # fmt: skip


MISFIT = {
    "credential_missing": _l("No credential on file"),
    "credential_expired": _l("The credential has ended by that day"),
    "modality_not_offered": _l("Does not interpret in this way"),
    "gender_wish": _l("Not the gender that the patient wishes"),
}

ON_SITE = {
    "bad_news": _l("Bad news may be told here: an interpreter in the room is better."),
    "consent": _l("A consent is signed here: an interpreter in the room is better."),
    "family_meeting": _l("The family meets here: an interpreter in the room is better."),
    "over_an_hour": _l("This takes more than one hour: an interpreter in the room is better."),
}


def gap_text(gap: Gap) -> str:
    """A tear in the trip as a sentence with its day."""
    on = filters.weekday(gap.on)
    match gap.code:
        case "no_arrival_ride":
            return _("Nobody picks the family up after the flight on %(day)s.", day=on)
        case "no_departure_ride":
            return _("No ride to the airport for the flight on %(day)s.", day=on)
        case "no_departure_flight":
            return _("A flight home is not known yet.")
        case "appointment_before_arrival":
            return _("An appointment on %(day)s is before the family lands.", day=on)
        case "appointment_after_departure":
            return _("An appointment on %(day)s is after the flight home.", day=on)
        case "checkout_before_last_appointment":
            return _("The room ends on %(day)s, before the last appointment.", day=on)
        case "night_without_room":
            return _("No room for the night of %(day)s.", day=on)
        case _unmatched:
            return _("An interpreter is booked on %(day)s where no appointment takes place.", day=on)
