"""Words for the codes of domain/booking.py, domain/benefits.py and domain/itinerary.py, for staff."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.domain.benefits import GOVERNMENT, Verdict
from concierge.domain.gaps import Gap
from concierge.domain.itinerary import ItemKind
from concierge.domain.money import Money
from concierge.models import BookingShare
from concierge.web import filters, travel_refusals
from concierge.web.filters import plain_money
from concierge.web.i18n import current_code

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


FIRM = {
    "": _l("Bookings may become firm."),
    **travel_refusals.FIRM,
}


def gap_text(gap: Gap, timezone: str) -> str:
    """A tear in the trip as a sentence with its day, and its time and place where they are known."""
    on = filters.weekday(gap.on)
    when = filters.local_time(gap.at, timezone, current_code()) if gap.at else on
    where = f"\u2068{gap.place}\u2069"
    match gap.code:
        case "no_arrival_ride":
            return _("Nobody picks the family up: %(time)s, %(place)s.", time=when, place=where)
        case "no_departure_ride":
            return _("No ride to the airport for the flight: %(time)s, %(place)s.", time=when, place=where)
        case "no_departure_flight":
            return _("A flight home is not known yet.")
        case "appointment_before_arrival":
            return _("An appointment is before the family lands: %(time)s.", time=when)
        case "short_rest":
            return _("An appointment is less than 12 hours after the landing: %(time)s.", time=when)
        case "appointment_after_departure":
            return _("An appointment is after the flight home: %(time)s.", time=when)
        case "checkout_before_last_appointment":
            return _("The room ends on %(day)s, before the last appointment.", day=on)
        case "night_without_room":
            return _("No room for the night of %(day)s.", day=on)
        case "interpreter_without_appointment":
            return _("An interpreter is booked where no appointment takes place: %(time)s.", time=when)
        case "appointment_without_interpreter":
            return _("An appointment has no interpreter: %(time)s.", time=when)
        case _other:
            return _gap_of_a_thing(gap, when, where)


def _gap_of_a_thing(gap: Gap, when: str, where: str) -> str:
    match gap.code:
        case "ride_not_assigned":
            return _("A ride has no vehicle yet: %(time)s, %(place)s.", time=when, place=where)
        case "ride_without_wheelchair_place":
            return _("A ride has no place for the wheelchair: %(time)s, %(place)s.", time=when, place=where)
        case "room_not_accessible":
            return _("The room %(room)s is not accessible with a wheelchair.", room=where)
        case "hold_ends":
            return _("The room %(room)s is held only until %(time)s.", room=where, time=when)
        case "two_at_once":
            return _("The patient would be in two places at once: %(time)s.", time=when)
        case _passport:
            name, on = f"\u2068{gap.key}\u2069", filters.day(gap.on)
            return _("The passport of %(name)s ends before the return, on %(day)s.", name=name, day=on)


# Why something follows from a change (domain/consequences.py).
WHY = {
    "visit_moves": _l("The evaluation moves"),
    "follows_flight": _l("Stays with its flight"),
    "family_flight": _l("The flight is the family's: we cannot move it"),
    "closed_day": _l("The hospital is closed on that day: the next working day"),
    "holiday": _l("That day is a holiday; the next working day is proposed"),
    "not_in_visit": _l("Not on a day of the evaluation"),
    "flight_moves": _l("The flight has another time"),
    "flight_cancelled": _l("The flight is cancelled"),
    "first_night": _l("They land on another day"),
    "last_night": _l("They fly home on another day"),
    "before_landing": _l("This would be before they land"),
    "short_rest": _l("Less than 12 hours after the landing"),
    "after_departure": _l("They must leave for the airport before"),
    "appointment_moves": _l("The appointment moves"),
    "appointment_cancelled": _l("The appointment is cancelled"),
    "follows_appointment": _l("Goes with its appointment"),
    "interpreter_elsewhere": _l("It would be without its interpreter"),
    "stay_longer": _l("The last appointment is after the last night"),
    "letter_ends": _l("The letter that pays it ends before"),
    "clash": _l("The patient would be in two places at once"),
    "visa_letter_dates": _l("The visa letter names the old dates: send it again"),
    "nothing": _l("Nothing changes"),
}

# An item that is gone has no card that would name it.
KIND = {
    ItemKind.FLIGHT: _l("Flight"),
    ItemKind.RIDE: _l("Ride"),
    ItemKind.CHECK_IN: _l("Room"),
    ItemKind.CHECK_OUT: _l("Leaving the room"),
    ItemKind.APPOINTMENT: _l("Appointment"),
    ItemKind.INTERPRETER: _l("Interpreter"),
}
