"""The answer tab of a case: the decision as signed, the call that tells it, the reply, the dates, the letters."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, g, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.forms import version_of
from concierge.cases.page import CasePage, case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.journey import travels
from concierge.domain.vocabulary import DecisionOutcome, RecordKind
from concierge.journey.acceptance import actions, papers
from concierge.journey.acceptance.forms import (
    AnswerQuestionForm,
    DatesForm,
    PressForm,
    TellForm,
)
from concierge.journey.acceptance.queries import told_decision
from concierge.models import Answer, Case, Decision
from concierge.web.access import current_actor, current_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit
from concierge.web.paper import pdf_response

bp = Blueprint("acceptance_staff", __name__)


@bp.get("/c/<ref>/answer")
@staff(Right.SEE_CASES)
def answer(ref: str):
    return _page(staff_case(ref))


def _page(case: Case, **sent: Form):
    """The tab; `sent` is the one form that was sent and refused, the others stand as the rows say."""
    g.case_tab = "acceptance_staff.answer"
    page = case_page(case)
    forms = _forms(case, page) | sent
    is_refused = any(form.is_submitted() for form in sent.values())
    html = render_template(
        "journey/acceptance/staff/answer.html", page=page, now=now(), decision=page.file.decision,
        answer=page.file.answer, can_tell=_can_tell(page), letter_url=_letter_url(page),
        asked_kinds=_asked(page), travels=travels(case.programme), **forms,
    )  # fmt: skip
    return html, 422 if is_refused else 200


def _asked(page: CasePage) -> list[RecordKind]:
    return [RecordKind(kind) for kind in page.file.decision.asked_records] if page.file.decision else []


def _forms(case: Case, page: CasePage) -> dict[str, Form]:
    held, decision = page.file.answer, page.file.decision
    call = TellForm(case, now(), formdata=None)
    call.decision.data = str(decision.id) if decision else ""
    dates: dict[str, object] = {"version": held.version if held else 0}
    if held and held.evaluation_from and held.evaluation_to:
        dates |= {"first_on": held.evaluation_from.isoformat(), "last_on": held.evaluation_to.isoformat()}
    reader = current_staff()
    return {
        "call_form": call,
        "dates_form": DatesForm(formdata=None, data=dates),
        "question_form": AnswerQuestionForm(
            formdata=None, data={"language": reader.language if reader else "en"}
        ),
        "visa_form": PressForm(formdata=None),
        "withdraw_form": PressForm(formdata=None),
    }


def _can_tell(page: CasePage) -> bool:
    decision = page.file.decision
    return decision is not None and decision.outcome in actions.TELLABLE and decision.told_at is None


def _change(case: Case, name: str, form: Form, anchor: str, act: Callable[[Session, Case], str]):
    """Run one verb on the locked case; `act` returns the sentence that confirms it."""

    def work(session: Session) -> str:
        flash(act(session, lock(session, case.id)), "success")
        return url_for("acceptance_staff.answer", ref=case.reference, _anchor=anchor)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _page(case, **{name: form})


@bp.route("/c/<ref>/answer/call", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def tell(ref: str):
    case = staff_case(ref)
    form = TellForm(case, now())

    def act(session: Session, locked: Case) -> str:
        is_told = actions.tell_answer(
            session,
            locked,
            form.facts(),
            decision_id=version_of(form.decision),
            actor=current_actor(),
            now=now(),
        )
        return (
            _("The family can read our answer now.") if is_told else _("The call is noted. Try again later.")
        )

    return _change(case, "call_form", form, "call", act)


@bp.route("/c/<ref>/answer/question", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def answer_question(ref: str):
    case, form = staff_case(ref), AnswerQuestionForm()

    def act(session: Session, locked: Case) -> str:
        actions.answer_question(
            session,
            locked,
            body=form.body.data,
            language=form.language.data,
            actor=current_actor(),
            now=now(),
        )
        return _("Your answer stands in the messages, and the family is asked again.")

    return _change(case, "question_form", form, "reply", act)


@bp.route("/c/<ref>/answer/dates", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL, Right.PLAN_EVALUATION)
def hold_dates(ref: str):
    case, form = staff_case(ref), DatesForm()

    def act(session: Session, locked: Case) -> str:
        actions.hold_dates(
            session, locked, first_on=form.first_on.day, last_on=form.last_on.day, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip
        return _("The dates are held.")

    return _change(case, "dates_form", form, "dates", act)


@bp.route("/c/<ref>/answer/visa", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def send_visa_letter(ref: str):
    case, form = staff_case(ref), PressForm()

    def act(session: Session, locked: Case) -> str:
        actions.send_visa_letter(session, locked, actor=current_actor(), now=now())
        return _("The letter is on the family's page.")

    return _change(case, "visa_form", form, "visa", act)


@bp.route("/c/<ref>/answer/visa/withdraw", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def withdraw_visa_letter(ref: str):
    case, form = staff_case(ref), PressForm()

    def act(session: Session, locked: Case) -> str:
        actions.withdraw_visa_letter(session, locked, actor=current_actor(), now=now())
        return _("The letter is withdrawn. Its page says so.")

    return _change(case, "withdraw_form", form, "visa", act)


@bp.get("/c/<ref>/answer/letter.pdf")
@staff(Right.SEE_CASES)
def letter_pdf(ref: str) -> Response:
    case = staff_case(ref)
    decision = _accepted(case)
    pdf = papers.answer_letter(case, decision, db.session.get(Answer, case.id), now())
    return pdf_response(pdf, f"{case.reference}-letter.pdf")


@bp.get("/c/<ref>/answer/visa.pdf")
@staff(Right.SEE_CASES)
def visa_pdf(ref: str) -> Response:
    case = staff_case(ref)
    _accepted(case)
    pdf = papers.visa_letter(db.session(), case, now())
    if pdf is None:
        abort(404)
    return pdf_response(pdf, f"{case.reference}-visa.pdf")


def _accepted(case: Case) -> Decision:
    decision = told_decision(db.session(), case)
    if decision is None or decision.outcome is not DecisionOutcome.ACCEPT:
        abort(404)
    return decision


def _letter_url(page: CasePage) -> str:
    told = next((one for one in reversed(page.file.decisions) if one.told_at), None)
    is_accepted = told is not None and told.outcome is DecisionOutcome.ACCEPT
    return url_for("acceptance_staff.letter_pdf", ref=page.reference) if is_accepted else ""
