"""Words for the codes of the letters of guarantee, as lazy texts in whole sentences."""

from flask_babel import lazy_gettext as _l

# Why a letter does not open the gate (domain/guarantee.py, covers).
NOT_COVERED = {
    "not_accepted": _l("A second person has not accepted the letter."),
    "guarantor_stop_listed": _l("We take no letters of this guarantor at present."),
    "other_person": _l("The name on the letter is not the passport name."),
    "passport_unknown": _l("The letter names a passport number, and we do not have the patient's yet."),
    "other_passport": _l("The passport number on the letter is another one."),
    "not_yet_valid": _l("The letter is not valid yet."),
    "expired": _l("The letter has expired."),
    "other_currency": _l("The letter is in another currency than the estimate."),
    "over_ceiling": _l("The estimate is above the limit of the letter."),
    "service_not_covered": _l("The estimate has services that the letter does not cover."),
    "no_estimate": _l("No estimate is issued yet. The letter is held against it."),
}

# Why a letter does not pay one service (domain/guarantee.py, uncovered).
UNCOVERED = {
    "not_accepted": NOT_COVERED["not_accepted"],
    "guarantor_stop_listed": NOT_COVERED["guarantor_stop_listed"],
    "outside_services": _l("The letter does not cover services of this kind."),
    "outside_dates": _l("The letter is not valid on that day."),
    "other_currency": _l("The letter is in another currency than this service."),
    "above_left": _l("The service costs more than what is left of the letter."),
}

ALARM = {
    "expired": _l("Expired"),
    "expires_soon": _l("Ends within 14 days"),
    "used_up": _l("Used up"),
    "used_80": _l("At least 80% used"),
}

# Why a new letter of a guarantor needs a lead (domain/exposure.py, stops).
STOP = {
    "above_limit": _l("With this letter, the guarantor passes the limit that was set for it."),
    "overdue_too_long": _l("The guarantor has a bill that is past its day for longer than we allow."),
}

ANSWERS = (
    ("self_pay", _l("The patient pays the part that the letter does not pay")),
    ("override", _l("Keep it on the letter, with a reason")),
)

TABS = {
    "waiting": _l("Waits for a second person"),
    "valid": _l("Accepted and valid"),
    "ending": _l("Ends within 14 days"),
    "expired": _l("Expired"),
    "refused": _l("Refused"),
}
