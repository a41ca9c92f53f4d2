"""Words for the codes of domain/booking.py, domain/benefits.py and domain/itinerary.py, for staff."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.domain.itinerary import Gap
from concierge.web import filters

WHO_PAYS = {
    "granted_by_agreement": _l("Paid by the hospital: a letter of guarantee covers stay and travel"),
    "us_government_beneficiary": _l(
        "Paid by the patient: the law forbids gifts to beneficiaries of a US government programme"
    ),
    "no_agreement": _l("Paid by the patient: no payer has agreed to pay it"),
    "agreement_not_yet_valid": _l(
        "Paid by the patient: the letter of guarantee is not valid yet on that day"
    ),
    "agreement_expired": _l("Paid by the patient: the letter of guarantee has ended by that day"),
    "not_in_agreement": _l("Paid by the patient: the letter of guarantee does not cover stay and travel"),
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
