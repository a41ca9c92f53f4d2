"""The press of *Pay by card*: the card room opens the payment, and who pays is kept on it."""

from concierge.db import transaction
from concierge.journey.finance import queries
from concierge.journey.finance.cards import pages as cards
from concierge.journey.finance.deposits import actions
from concierge.journey.finance.deposits.door import Door
from concierge.web.i18n import current_code


def start_card(door: Door, *, name: str, email: str):
    """Open the one card payment and note its payer. The card room answers; its network call is over by then."""
    answer = cards.start(door)
    if door.deposit is not None and answer.location == door.url("card"):
        with transaction() as session:
            _case, deposit = queries.lock_deposit(session, door.deposit.id)
            actions.note_payer(session, deposit, name=name, email=email, language=current_code())
    return answer
