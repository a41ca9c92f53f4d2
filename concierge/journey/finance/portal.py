"""Step 3 as the family sees it: what it costs, and how to pay."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from concierge.cases import facts
from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Area
from concierge.domain.numbers import whole
from concierge.journey.finance import actions, card_pages, papers, queries
from concierge.journey.finance.costs_page import costs_page
from concierge.journey.finance.forms import ActForm, UnderstoodForm
from concierge.journey.finance.pay_page import Door, announced, pay_page
from concierge.journey.finance.refunds.payer import refund_lines
from concierge.models import Case
from concierge.web.access import current_actor, portal, portal_case
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("finance_portal", __name__)


@bp.route("/portal/<pid>/costs", methods=["GET", "POST"])
@portal(Area.MONEY)
def costs(pid: str):
    """T8: the estimate in force, and the button *I understand, continue*."""
    case, part = portal_case(pid)
    form = UnderstoodForm()
    if form.validate_on_submit() and (done := submit(form, lambda session: _understand(session, case, form))):
        return done
    file = facts.load(db.session(), case)
    issued = file.issued
    if issued:
        form.number.data = str(issued.number)
    html = render_template(
        "journey/finance/portal/costs.html", case=case, page=costs_page(file, issued) if issued else None, form=form,
        deposit=file.deposit, advocate=case.advocate, reader_tz=part.account.timezone,
        refund_lines=refund_lines(db.session(), case),
        due_at=case.next_due_at if case.next_code == "issue_estimate" else None,
    )  # fmt: skip
    return html, 422 if form.is_submitted() else 200


def _understand(session, case: Case, form: UnderstoodForm) -> str:
    case = lock(session, case.id)
    issued = facts.load(session, case).issued
    number = whole(form.number.data or "") or 0
    actions.understand_estimate(session, case, issued, number=number, actor=current_actor(), now=now())
    deposit = queries.deposit_of(session, case.id)
    flash(_("Thank you. You have marked the estimate as understood."), "success")
    return url_for("finance_portal.pay" if deposit else "finance_portal.costs", pid=case.public_id)


@bp.get("/portal/<pid>/costs/estimate.pdf")
@portal(Area.MONEY)
def estimate_pdf(pid: str):
    case, _part = portal_case(pid)
    issued = facts.load(db.session(), case).issued
    if issued is None:
        return redirect(url_for("finance_portal.costs", pid=pid), 303)
    return papers.estimate_paper(case, issued, current_code())


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
