"""Words for the codes that only the money pages show, as lazy texts in whole sentences."""

from flask_babel import lazy_gettext as _l

ATTENTION = {
    "card_amount_differs": _l("The card service received another amount than we asked for."),
    "card_paid_late": _l("A card payment arrived after we had closed it. It may be a second payment."),
    "card_payment_unknown": _l("A card payment carries this reference, but we did not start it."),
    "other_currency": _l("A payment is in another currency than the deposit."),
}

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

ACCOUNT = {
    "holder": _l("Account holder"),
    "bank": _l("Bank"),
    "iban": _l("IBAN"),
    "account": _l("Account number"),
    "routing": _l("Routing number"),
    "swift": _l("SWIFT code (BIC)"),
}

CHANGE = {
    "added": _l("New"),
    "removed": _l("Taken out"),
    "changed": _l("Changed"),
}

# What an advocate starts from; the person who pays reads it in the language of the draft.
STANDARD_TEXTS = {
    "included": _l("The services listed below, with the doctors, nurses and interpreter time they need."),
    "not_included": _l(
        "Flights, visa fees, meals outside the hospital, medicines to take home, and treatment after the evaluation."
    ),
    "could_change": _l(
        "More tests that the doctors find necessary, a longer stay, or another treatment than expected. "
        "We tell you before, and you decide."
    ),
}

DEPOSIT_TABS = {
    "due": _l("To be paid"),
    "on_its_way": _l("On its way"),
    "attention": _l("Needs attention"),
    "second": _l("Waits for a second person"),
    "paid": _l("Paid"),
}

GUARANTEE_TABS = {
    "waiting": _l("Waits for a second person"),
    "valid": _l("Accepted and valid"),
    "expired": _l("Expired"),
    "refused": _l("Refused"),
}
