"""Words for the codes that only the money pages show, as lazy texts in whole sentences."""

from flask_babel import lazy_gettext as _l

# Stripe's decline codes that a payer can do something about; the others share one sentence, because a bank's
# suspicion is told by the bank.
_DECLINED = {
    "insufficient_funds": _l("The bank says that there is not enough money on this card."),
    "expired_card": _l("This card has expired."),
    "incorrect_number": _l("The card number is not right. Check it and try again."),
    "incorrect_cvc": _l("The security code on the back of the card is not right. Check it and try again."),
    "card_velocity_exceeded": _l(
        "The limit of this card is reached. Ask your bank to raise it, or use another card."
    ),
    "withdrawal_count_limit_exceeded": _l(
        "The limit of this card is reached. Ask your bank to raise it, or use another card."
    ),
    "authentication_required": _l("The bank wants you to confirm the payment. Try again and confirm it."),
    "currency_not_supported": _l(
        "This card cannot pay in this currency. Use another card or a bank transfer."
    ),
    "processing_error": _l("The card service had a problem. Try again in a few minutes."),
    "closed": _l("The card page was closed before it was paid."),
}
_DECLINED_OTHERWISE = _l(
    "The bank refused the card and does not say why. Ask your bank, or use another card."
)

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


def declined_text(code: str):
    """Why a card did not pay, in words that help; never the bank's own code."""
    return _DECLINED.get(code, _DECLINED_OTHERWISE)
