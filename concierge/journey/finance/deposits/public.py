"""The link with which somebody else pays. It shows an amount, a reference and the hospital: no patient, no illness."""

from flask import Blueprint, Response, redirect, render_template

from concierge.db import db
from concierge.journey.finance import papers
from concierge.journey.finance.deposits.card_start import start_card
from concierge.journey.finance.deposits.door import Door, any_link_door, link_door
from concierge.journey.finance.deposits.forms import PayerForm
from concierge.journey.finance.deposits.pay_page import announced, pay_page
from concierge.journey.finance.forms import ActForm
from concierge.web.access import by_link as by_link_access
from concierge.web.i18n import current_code

bp = Blueprint("deposits_public", __name__)


@bp.after_request
def keep_private(response: Response) -> Response:
    """The address is the key: no cache and no search engine keeps it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@bp.get("/pay/<token>")
@by_link_access
def by_link(token: str):
    """The payment; for a link that was stopped, replaced or has run out, a kind word and a phone number."""
    door, is_open = any_link_door(token)
    if not is_open:
        return render_template("journey/finance/deposits/public/_link_ended.html", hospital=door.case.hospital), 410
    return _show(door, PayerForm(formdata=None))


def _show(door: Door, form: PayerForm) -> str:
    page = pay_page(db.session(), door)
    return render_template("journey/finance/deposits/public/by_link.html", page=page, act=ActForm, payer=form)


@bp.route("/pay/<token>/sent", methods=["GET", "POST"])
@by_link_access
def announce(token: str):
    return announced(link_door(token))


@bp.get("/pay/<token>/receipt.pdf")
@by_link_access
def receipt_pdf(token: str):
    page = pay_page(db.session(), link_door(token))
    if page.deposit is None or not page.receipts:
        return redirect(page.door.home, 303)
    return papers.receipt_paper(page.door.case, page.deposit, list(page.receipts), current_code(), is_family=False)


@bp.route("/pay/<token>/card/start", methods=["GET", "POST"])
@by_link_access
def card_start(token: str):
    """Who pays is asked first: the receipt goes there, and a refund goes back to the same person."""
    door, form = link_door(token), PayerForm()
    if not form.is_submitted():
        return redirect(door.home, 303)
    if not form.validate():
        return _show(door, form), 422
    return start_card(door, name=form.payer_name.data, email=form.payer_email.data or "")
