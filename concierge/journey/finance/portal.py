"""Step 3 as the family sees it: how to pay."""

from flask import Blueprint, redirect, render_template

from concierge.db import db
from concierge.domain.access import Area
from concierge.journey.finance import card_pages, papers, queries
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.pay_page import Door, announced, pay_page
from concierge.web.access import portal, portal_case
from concierge.web.i18n import current_code

bp = Blueprint("finance_portal", __name__)


# --- pay -------------------------------------------------------------------------------------------------------


def _door(pid: str) -> Door:
    case, _part = portal_case(pid)
    return Door(case, queries.deposit_of(db.session(), case.id), "finance_portal", {"pid": pid})


@bp.get("/portal/<pid>/pay")
@portal(Area.MONEY)
def pay(pid: str):
    """T10: how much, by when, when it comes back, and the ways to pay."""
    page = pay_page(db.session(), _door(pid))
    return render_template("journey/finance/portal/pay.html", page=page, act=ActForm, case=page.door.case)


@bp.route("/portal/<pid>/pay/sent", methods=["GET", "POST"])
@portal(Area.MONEY)
def announce(pid: str):
    """*I have sent it*."""
    return announced(_door(pid))


@bp.get("/portal/<pid>/pay/receipt.pdf")
@portal(Area.MONEY)
def receipt_pdf(pid: str):
    page = pay_page(db.session(), _door(pid))
    if page.deposit is None or not page.receipts:
        return redirect(page.door.home, 303)
    return papers.receipt_paper(page.door.case, page.deposit, page.receipts, current_code(), is_family=True)


@bp.route("/portal/<pid>/pay/card/start", methods=["GET", "POST"])
@portal(Area.MONEY)
def card_start(pid: str):
    return card_pages.start(_door(pid))


@bp.route("/portal/<pid>/pay/card", methods=["GET", "POST"])
@portal(Area.MONEY)
def card(pid: str):
    return card_pages.card(_door(pid))


@bp.route("/portal/<pid>/pay/card/hosted", methods=["GET", "POST"])
@portal(Area.MONEY)
def card_hosted(pid: str):
    return card_pages.hosted(_door(pid))


@bp.get("/portal/<pid>/pay/card/return")
@portal(Area.MONEY)
def card_return(pid: str):
    return card_pages.come_back(_door(pid))
