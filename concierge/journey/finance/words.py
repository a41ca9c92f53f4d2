"""Words for the codes that only the money pages show, as lazy texts in whole sentences."""

from flask_babel import lazy_gettext as _l

# Why a letter does not open the gate (domain/guarantee.py, covers).
NOT_COVERED = {
    "not_accepted": _l("A second person has not accepted the letter."),
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

ALARM = {
    "expired": _l("Expired"),
    "expires_soon": _l("Ends within 14 days"),
    "used_up": _l("The estimate uses the whole limit"),
    "used_80": _l("The estimate uses more than 80% of the limit"),
}

GUARANTEE_TABS = {
    "waiting": _l("Waits for a second person"),
    "valid": _l("Accepted and valid"),
    "expired": _l("Expired"),
    "refused": _l("Refused"),
}
