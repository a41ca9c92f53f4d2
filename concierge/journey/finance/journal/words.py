"""The accounts and happenings of the journal in plain words."""

from flask_babel import lazy_gettext as _l

from concierge.domain.journal import Account, Happening

ACCOUNT = {
    Account.BANK: _l("In the bank account"),
    Account.CARD_SERVICE: _l("With the card service"),
    Account.COUNTER: _l("Paid at the counter"),
    Account.DISPUTED: _l("In dispute with a card's bank"),
    Account.RECEIVABLE: _l("Billed and not paid yet"),
    Account.DEPOSITS: _l("Held for the payer"),
    Account.REFUNDS_DUE: _l("Due to go back"),
    Account.SERVICES: _l("Performed and billed"),
    Account.PROMISED: _l("Promised by letters of guarantee"),
    Account.COVER: _l("Of what is promised, not used yet"),
}
# What we owe or earned stands on the other side, as bookkeepers write it; people read it as a plain amount.
OTHER_SIDE = {Account.DEPOSITS, Account.REFUNDS_DUE, Account.SERVICES, Account.COVER}
OF_THE_PAYER = {Account.DEPOSITS, Account.REFUNDS_DUE}

HAPPENING = {
    Happening.PAYMENT_RECEIVED: _l("Payment received"),
    Happening.REFUND_APPROVED: _l("Refund approved"),
    Happening.REFUND_WITHDRAWN: _l("Refund withdrawn"),
    Happening.REFUND_SENT: _l("Refund sent"),
    Happening.REFUND_CAME_BACK: _l("Refund came back"),
    Happening.DISPUTE_OPENED: _l("Card payment disputed"),
    Happening.DISPUTE_WON: _l("Dispute decided for us"),
    Happening.DISPUTE_LOST: _l("Dispute decided against us"),
    Happening.LETTER_ACCEPTED: _l("Letter of guarantee accepted"),
    Happening.LETTER_AMENDED: _l("Limit of a letter of guarantee changed"),
    Happening.LETTER_ENDED: _l("Letter of guarantee ended"),
    Happening.SERVICE_BILLED: _l("Service billed"),
    Happening.BILL_PAID: _l("Bill paid"),
    Happening.CARRIED_OVER: _l("Carried over between two cases"),
}
