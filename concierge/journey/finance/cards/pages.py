"""The card behind both doors: start, our card page, the card service's own page, and the way back.

The family's and the link's views are thin: they open the door and call one of these.
"""

from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from concierge.db import db
from concierge.domain.errors import NotAllowed, Stale
from concierge.gateways.demo_cards_book import TEST_CARDS
from concierge.gateways.demo_cards_client import DemoCards, DemoCardsUnavailable, NotATestCard
from concierge.gateways.payment_amounts import AmountNotPayable
from concierge.gateways.payments import Intent, PaymentError, StripePayments, element_locale
from concierge.journey.finance.cards import reconcile, words
from concierge.journey.finance.cards.forms import CardForm
from concierge.journey.finance.cards.reconcile import Started
from concierge.journey.finance.deposits.door import Door
from concierge.journey.finance.deposits.pay_page import pay_page
from concierge.journey.finance.forms import ActForm
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.vendors import gateways

# Where the card service's script, its frames and its calls come from (docs.stripe.com/security/guide).
_STRIPE = "https://js.stripe.com https://*.js.stripe.com https://api.stripe.com https://hooks.stripe.com"
_HOSTED = "https://checkout.stripe.com"


def _back(door: Door, text: str = "") -> Response:
    if text:
        flash(text, "warning")
    return redirect(door.home, 303)


def _not_reachable(door: Door) -> Response:
    return _back(
        door,
        _("The card service does not answer. Nothing was charged. Try again later, or pay by bank transfer."),
    )


def start(door: Door) -> Response:
    """Press of *Pay by card*: the one open payment is made or found, then the card service is told of it."""
    payments = gateways().payments
    if payments is None or door.deposit is None or not ActForm().validate_on_submit():
        return _back(door)
    try:
        started = reconcile.start(payments, door.deposit.id, reconcile.FORM, actor=current_actor(), at=now())
        reconcile.open_form(payments, started)
    except (NotAllowed, Stale):  # paid meanwhile, or another tab was first
        return _back(door)
    except AmountNotPayable:
        return _back(door, _("A card cannot carry this amount. Please pay by bank transfer."))
    except PaymentError:
        return _not_reachable(door)
    return redirect(door.url("card"), 303)


def card(door: Door):
    """Our card page: the card service's form in it, or in a demonstration one field for a test card."""
    payments, started = gateways().payments, _open(door)
    if payments is None or started is None:
        return _back(door)
    try:
        intent = reconcile.open_form(payments, started)
    except Stale:
        return _back(door)
    except (PaymentError, AmountNotPayable):
        return _not_reachable(door)
    if intent.is_paid:
        return redirect(door.url("card_return"), 303)
    if not started.is_wanted:
        return _back(door)
    form, cards = CardForm(), gateways().demo_cards
    if cards and form.validate_on_submit() and (done := _pay_demo(cards, door, started, intent, form)):
        return done
    return _card_page(door, payments, intent, form), 422 if form.is_submitted() else 200


def _open(door: Door) -> Started | None:
    """The open payment of this door that our own page may show."""
    started = reconcile.find_started(door.deposit.id) if door.deposit else None
    return started if started and not started.provider_id.startswith(reconcile.HOSTED) else None


def _card_page(door: Door, payments: StripePayments, intent: Intent, form: CardForm) -> str:
    is_demo = gateways().demo_cards is not None
    if not is_demo:
        g.card_origin = f"{_STRIPE} {_hosted_origin(payments)}"
    page = pay_page(db.session(), door)
    return render_template(
        f"journey/finance/cards/{'portal' if door.is_family else 'public'}/card.html",
        page=page, form=form, is_demo=is_demo, act=ActForm, test_cards=list(TEST_CARDS), has_errors=bool(form.errors),
        key=payments.publishable_key or "", secret=intent.client_secret, amount=intent.money,
        element_locale=element_locale(current_code()), return_url=_absolute(door.url("card_return")),
    )  # fmt: skip


def _hosted_origin(payments: StripePayments) -> str:
    """A browser follows our form's redirect to the hosted page only where the page names its host."""
    configured = current_app.config["CONCIERGE"].stripe_api_url
    if not payments.is_demo or not configured:
        return _HOSTED
    parts = urlsplit(configured)
    return f"{parts.scheme}://{parts.netloc}"


def _absolute(path: str) -> str:
    return current_app.config["CONCIERGE"].base_url + path


def _pay_demo(
    cards: DemoCards, door: Door, started: Started, intent: Intent, form: CardForm
) -> Response | None:
    """Pay with a test card over the wire; None when the form shows why not."""
    try:
        answer = cards.confirm_with_card(intent.id, form.card_number.data)
    except NotATestCard:
        form.card_number.errors = [_("Enter one of the test card numbers below.")]
        return None
    except DemoCardsUnavailable:
        return _not_reachable(door)
    if answer.failure_code is None or answer.failure_code == "payment_intent_unexpected_state":
        return redirect(door.url("card_return"), 303)
    reconcile.decline(started, answer.failure_code, at=now())
    form.card_number.errors = [f"{words.declined_text(answer.failure_code)} {_('Nothing was charged.')}"]
    return None


def hosted(door: Door) -> Response:
    """The card service's own page, for a browser without scripts. Our form is closed first: only one is open."""
    payments = gateways().payments
    if payments is None or door.deposit is None or not ActForm().validate_on_submit():
        return _back(door)
    try:
        started = reconcile.start(
            payments, door.deposit.id, reconcile.HOSTED, actor=current_actor(), at=now()
        )
        page = reconcile.open_hosted(
            payments, started, success_url=_absolute(door.url("card_return")), cancel_url=_absolute(door.home),
            locale=current_code(),
        )  # fmt: skip
    except (NotAllowed, Stale):  # paid meanwhile, or another tab was first
        return _back(door)
    except AmountNotPayable:
        return _back(door, _("A card cannot carry this amount. Please pay by bank transfer."))
    except PaymentError:
        return _not_reachable(door)
    return redirect(page.url or door.url("card_return"), 303)


def come_back(door: Door):
    """The way back from the card: the service is asked, and only its word counts. Reloading asks again."""
    is_under_way = _ask(door)
    page = pay_page(db.session(), _fresh(door))
    if page.state == "paid":
        return redirect(door.home, 303)
    return render_template(
        f"journey/finance/cards/{'portal' if door.is_family else 'public'}/card_return.html",
        page=page, is_under_way=is_under_way, here=request.path,
    )  # fmt: skip


def _ask(door: Door) -> bool:
    """Whether a card payment may still be under way at the bank; while the service is silent, it may."""
    payments = gateways().payments
    if payments is None or door.deposit is None:
        return False
    try:
        truth = reconcile.ask_card_service(payments, door.deposit.id)
    except PaymentError:
        return True
    return truth is not None and not truth.is_untouched and not truth.is_closed


def _fresh(door: Door) -> Door:
    if door.deposit is not None:
        db.session.refresh(door.deposit)
    return door
