"""The link with which somebody else pays. It shows an amount, a reference and the hospital: no patient, no illness."""

from flask import Blueprint, Response, abort, g, redirect, render_template

from concierge.db import db
from concierge.journey.finance import papers, queries
from concierge.journey.finance.cards import pages as cards
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.pay_page import Door, announced, pay_page
from concierge.web.access import by_link as by_link_access
from concierge.web.i18n import current_code

bp = Blueprint("finance_public", __name__)


@bp.after_request
def _keep_private(response: Response) -> Response:
    """The address is the key: no cache and no search engine keeps it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def _door(token: str) -> Door:
    found = queries.find_deposit_by_token(db.session(), token)
    if found is None:
        abort(404)
    case, deposit = found
    g.shown_hospital = case.hospital
    return Door(case, deposit, "finance_public", {"token": token})


@bp.get("/pay/<token>")
@by_link_access
def by_link(token: str):
    page = pay_page(db.session(), _door(token))
    return render_template("journey/finance/public/by_link.html", page=page, act=ActForm)


@bp.route("/pay/<token>/sent", methods=["GET", "POST"])
@by_link_access
def announce(token: str):
    return announced(_door(token))


@bp.get("/pay/<token>/receipt.pdf")
@by_link_access
def receipt_pdf(token: str):
    page = pay_page(db.session(), _door(token))
    if page.deposit is None or not page.receipts:
        return redirect(page.door.home, 303)
    return papers.receipt_paper(page.door.case, page.deposit, page.receipts, current_code(), is_family=False)


@bp.route("/pay/<token>/card/start", methods=["GET", "POST"])
@by_link_access
def card_start(token: str):
    return cards.start(_door(token))


@bp.route("/pay/<token>/card", methods=["GET", "POST"])
@by_link_access
def card(token: str):
    return cards.card(_door(token))


@bp.route("/pay/<token>/card/hosted", methods=["GET", "POST"])
@by_link_access
def card_hosted(token: str):
    return cards.hosted(_door(token))


@bp.get("/pay/<token>/card/return")
@by_link_access
def card_return(token: str):
    return cards.come_back(_door(token))
