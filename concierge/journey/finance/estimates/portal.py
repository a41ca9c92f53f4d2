"""T8: what it costs, as the family reads, questions and understands it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import facts
from concierge.cases.actions import lock
from concierge.cases.trip_costs import own_costs
from concierge.conversation.actions import may_write, send_message
from concierge.db import db
from concierge.domain.access import Area, may_see
from concierge.domain.numbers import whole
from concierge.journey.finance.estimates import actions, papers
from concierge.journey.finance.estimates.costs_page import costs_page
from concierge.journey.finance.estimates.forms import QuestionForm, VersionForm
from concierge.journey.finance.queries import deposit_of
from concierge.journey.finance.refunds.payer import refund_lines
from concierge.models import Case, CaseParticipation
from concierge.web.access import current_actor, portal, portal_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("estimates_portal", __name__, url_prefix="/portal/<pid>/costs")


@bp.route("", methods=["GET", "POST"])
@portal(Area.MONEY)
def costs(pid: str):
    """The estimate in force, and the button *I understand, continue*."""
    case, part = portal_case(pid)
    form = VersionForm()
    if form.validate_on_submit() and (done := submit(form, lambda session: _understand(session, case, form))):
        return done
    return _page(case, part, understood=form), 422 if form.is_submitted() else 200


def _page(case: Case, part: CaseParticipation, **failing: Form) -> str:
    file, empty = facts.load(db.session(), case), {"formdata": None} if request.method == "POST" else {}
    forms = {"renew": VersionForm(**empty), "question": QuestionForm(**empty), **failing}
    forms.setdefault("understood", VersionForm(**empty))
    if file.issued:
        for form in forms.values():
            form.number.data = str(file.issued.number)
    return render_template(
        "journey/finance/estimates/portal/costs.html", case=case, forms=forms, deposit=file.deposit,
        page=costs_page(file, file.issued) if file.issued else None,
        advocate=case.advocate, reader_tz=part.account.timezone,
        due_at=case.next_due_at if case.next_code == "issue_estimate" else None,
        refund_lines=refund_lines(db.session(), case), own_costs=own_costs(db.session(), case.id),
        may_ask=may_see(part.standing, Area.MESSAGES) and may_write(case),
    )  # fmt: skip


def _understand(session: Session, case: Case, form: VersionForm) -> str:
    case = lock(session, case.id)
    issued = facts.load(session, case).issued
    number = whole(form.number.data or "") or 0
    actions.understand_estimate(session, case, issued, number=number, actor=current_actor(), now=now())
    if deposit_of(session, case.id):  # the page of the costs says it itself
        flash(_("Thank you. You have marked the estimate as understood."), "success")
        return url_for("deposits_portal.pay", pid=case.public_id)
    return url_for("estimates_portal.costs", pid=case.public_id)


@bp.route("/question", methods=["GET", "POST"])
@portal(Area.MONEY)
def question(pid: str):
    """A question to the advocate: a message of the one thread, which names the version."""
    case, part = portal_case(pid, Area.MESSAGES)
    case, part = portal_case(pid)
    form = QuestionForm()
    if not form.is_submitted():
        return redirect(url_for("estimates_portal.costs", pid=pid))
    if form.validate_on_submit() and (done := submit(form, lambda session: _ask(session, case, form))):
        return done
    return _page(case, part, question=form), 422


def _ask(session: Session, case: Case, form: QuestionForm) -> str:
    case = lock(session, case.id)
    about = _("About version %(number)s of the estimate:", number=whole(form.number.data or "") or 1)
    send_message(
        session, case, body=f"{about}\n{form.question.data}", language=current_code(), actor=current_actor(), now=now()
    )  # fmt: skip
    flash(_("Your question is with the team. The answer comes to your messages."), "success")
    return url_for("estimates_portal.costs", pid=case.public_id)


@bp.route("/renew", methods=["GET", "POST"])
@portal(Area.MONEY)
def renew(pid: str):
    """*Ask to renew*, after the last day of validity; said once."""
    case, part = portal_case(pid)
    form = VersionForm()
    if not form.is_submitted():
        return redirect(url_for("estimates_portal.costs", pid=pid))
    if form.validate_on_submit() and (done := submit(form, lambda session: _renew(session, case, form))):
        return done
    return _page(case, part, renew=form), 422


def _renew(session: Session, case: Case, form: VersionForm) -> str:
    case = lock(session, case.id)
    issued = facts.load(session, case).issued
    number = whole(form.number.data or "") or 0
    actions.ask_renewal(session, case, issued, number=number, actor=current_actor(), now=now())
    return url_for("estimates_portal.costs", pid=case.public_id)


@bp.get("/estimate.pdf")
@portal(Area.MONEY)
def pdf(pid: str):
    case, _part = portal_case(pid)
    issued = facts.load(db.session(), case).issued
    if issued is None:
        return redirect(url_for("estimates_portal.costs", pid=pid), 303)
    return papers.estimate_paper(case, issued, current_code())
