"""How the family pays the deposit, and the link with which somebody else can."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Area
from concierge.journey.finance import papers, queries
from concierge.journey.finance.deposits import actions
from concierge.journey.finance.deposits.card_start import start_card
from concierge.journey.finance.deposits.door import family_door
from concierge.journey.finance.deposits.pay_page import announced, pay_page
from concierge.journey.finance.forms import ActForm
from concierge.web.access import current_actor, portal, signed_in_account
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("deposits_portal", __name__)


@bp.get("/portal/<pid>/pay")
@portal(Area.MONEY)
def pay(pid: str):
    """T10: how much, by when, when it comes back, and the ways to pay."""
    page = pay_page(db.session(), family_door(pid))
    return render_template("journey/finance/deposits/portal/pay.html", page=page, act=ActForm, case=page.door.case)


@bp.route("/portal/<pid>/pay/sent", methods=["GET", "POST"])
@portal(Area.MONEY)
def announce(pid: str):
    """*I have sent it*."""
    return announced(family_door(pid))


@bp.get("/portal/<pid>/pay/receipt.pdf")
@portal(Area.MONEY)
def receipt_pdf(pid: str):
    page = pay_page(db.session(), family_door(pid))
    if page.deposit is None or not page.receipts:
        return redirect(page.door.home, 303)
    return papers.receipt_paper(page.door.case, page.deposit, list(page.receipts), current_code(), is_family=True)


@bp.route("/portal/<pid>/pay/card/start", methods=["GET", "POST"])
@portal(Area.MONEY)
def card_start(pid: str):
    """The family's own card: its receipt stands on this very page, so no mail is needed."""
    return start_card(family_door(pid), name=signed_in_account().name, email="")


@bp.route("/portal/<pid>/pay/link/renew", methods=["GET", "POST"])
@portal(Area.MONEY)
def link_renew(pid: str):
    """A new link; the old one opens nothing any more."""
    return _change_link(pid, actions.renew_link, _("There is a new link. The old one does not work any more."))


@bp.route("/portal/<pid>/pay/link/stop", methods=["GET", "POST"])
@portal(Area.MONEY)
def link_stop(pid: str):
    return _change_link(pid, actions.stop_link, _("The link is stopped. You can make a new one at any time."))


def _change_link(pid: str, verb: Any, said: str):
    door, form = family_door(pid), ActForm()
    deposit = door.deposit
    if deposit is None or not form.validate_on_submit():
        return redirect(door.home, 303)

    def work(session: Session) -> str:
        case, locked = queries.lock_deposit(session, deposit.id)
        verb(session, case, locked, actor=current_actor(), now=now())
        flash(said, "success")
        return f"{door.home}#somebody-else"

    return submit(form, work) or redirect(door.home, 303)
