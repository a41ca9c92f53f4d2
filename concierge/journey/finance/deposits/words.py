"""Words of the deposit's own codes, as lazy texts in whole sentences."""

from flask_babel import lazy_gettext as _l

from concierge.domain.deposit import Acts
from concierge.domain.vocabulary import DepositState

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

DEPOSIT_TABS = {
    "due": _l("To be paid"),
    "on_its_way": _l("On its way"),
    "attention": _l("Needs attention"),
    "second": _l("Waits for a second person"),
    "paid": _l("Paid"),
    "ended": _l("Given back or cancelled"),
}

# What each state is, for staff; who acts and by when stands beside it.
STATE = {
    DepositState.REQUESTED: _l(
        "The family knows the amount and the ways to pay. Reminders go 3 days before, on the day and 2 days after it."
    ),
    DepositState.ON_ITS_WAY: _l("The payer says that the transfer has left. Reminders have stopped."),
    DepositState.PART_PAID: _l("A part is here. The pay pages ask for the rest."),
    DepositState.PAID: _l("The whole deposit is here, within our tolerance for bank fees."),
    DepositState.OVERPAID: _l("More than asked for is here. What is too much goes back to who paid it."),
    DepositState.NEEDS_ATTENTION: _l(
        "Something about the money is not as we asked for. Nobody is asked to pay until it is settled."
    ),
    DepositState.CANCELLED: _l("Nothing is asked for any more."),
    DepositState.REFUNDED: _l("The deposit went back."),
}

ACTS = {
    Acts.PAYER: _l("The payer"),
    Acts.BANK: _l("The banks"),
    Acts.US: _l("We"),
    Acts.NOBODY: _l("Nobody"),
}
