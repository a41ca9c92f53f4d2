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

ATTENTION = {
    "card_amount_differs": _l("The card service received another amount than we asked for."),
    "card_paid_late": _l("A card payment arrived after we had closed it. It may be a second payment."),
    "card_payment_unknown": _l("A card payment carries this reference, but we did not start it."),
    "other_currency": _l("A payment is in another currency than the deposit."),
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


def declined_text(code: str):
    """Why a card did not pay, in words that help; never the bank's own code."""
    return _DECLINED.get(code, _DECLINED_OTHERWISE)
