"""Words for the codes of the card service, as lazy texts in whole sentences."""

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
    "dispute_lost": _l("The card holder's bank took this payment back."),
    "closed": _l("The card page was closed before it was paid."),
}
_DECLINED_OTHERWISE = _l(
    "The bank refused the card and does not say why. Ask your bank, or use another card."
)


def declined_text(code: str):
    """Why a card did not pay, in words that help; never the bank's own code."""
    return _DECLINED.get(code, _DECLINED_OTHERWISE)


KINDS = {
    "payment_intent.succeeded": _l("Payment arrived"),
    "payment_intent.payment_failed": _l("Card refused"),
    "payment_intent.canceled": _l("Payment closed"),
    "checkout.session.completed": _l("Hosted page completed"),
    "checkout.session.expired": _l("Hosted page closed"),
    "charge.refunded": _l("Refund made"),
    "refund.created": _l("Refund made"),
    "refund.updated": _l("Refund changed"),
    "refund.failed": _l("Refund failed"),
    "charge.dispute.created": _l("Payment disputed"),
    "charge.dispute.updated": _l("Dispute changed"),
    "charge.dispute.closed": _l("Dispute decided"),
    "charge.dispute.funds_withdrawn": _l("Disputed money taken back"),
    "charge.dispute.funds_reinstated": _l("Disputed money returned"),
}

# What came of an event: (kind of its tag, words).
OUTCOMES = {
    "": ("info", _l("Waiting to be looked up")),
    "stuck": ("bad", _l("The card service does not answer")),
    "ignored": ("plain", _l("Nothing to do")),
    "repeated": ("plain", _l("Known before")),
    "open": ("plain", _l("Not paid yet")),
    "closed": ("plain", _l("Closed")),
    "declined": ("plain", _l("Card refused")),
    "confirmed": ("ok", _l("Payment confirmed")),
    "amount_differs": ("warn", _l("Another amount than asked for")),
    "late": ("warn", _l("Paid after it was closed")),
    "unknown_payment": ("warn", _l("Payment that we did not start")),
    "unmatched": ("bad", _l("Matches no deposit")),
    "dispute_open": ("bad", _l("Disputed, waits for our answer")),
    "dispute_answered": ("info", _l("Disputed, answered")),
    "dispute_won": ("ok", _l("Dispute decided for us")),
    "dispute_lost": ("bad", _l("Dispute decided against us")),
    "dispute_closed": ("plain", _l("The question of the bank is closed")),
    "refund_pending": ("info", _l("Refund on its way")),
    "refund_requires_action": ("info", _l("Refund on its way")),
    "refund_succeeded": ("ok", _l("Refund arrived")),
    "refund_failed": ("bad", _l("Refund failed")),
    "refund_unknown": ("bad", _l("Refund that we did not make")),
}

# docs.stripe.com/disputes/categories
REASONS = {
    "credit_not_processed": _l("The card holder says that a promised refund did not come."),
    "duplicate": _l("The card holder says that it was charged twice."),
    "fraudulent": _l("The card holder says that they did not pay this."),
    "product_not_received": _l("The card holder says that they did not get what they paid for."),
    "product_unacceptable": _l("The card holder is not content with what they got."),
    "subscription_canceled": _l("The card holder says that they cancelled before."),
    "unrecognized": _l("The card holder does not recognise this payment."),
}
_REASON_OTHERWISE = _l("The bank of the card holder asks for this payment back.")

TABS = {
    "look": _l("Needs a look"),
    "disputes": _l("Disputes"),
    "all": _l("All events"),
}


def reason_text(code: str):
    """Why a payment is disputed."""
    return REASONS.get(code, _REASON_OTHERWISE)


def kind_text(code: str):
    """What happened at the card service; a kind that we do nothing about keeps its own name."""
    return KINDS.get(code, code)


def outcome_of(code: str) -> tuple:
    """(kind of the tag, words) of what came of an event; older rows name who looked into it."""
    return OUTCOMES.get(code) or ("plain", _l("Looked into"))
