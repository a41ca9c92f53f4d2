"""Our answer as the family reads it: nothing before it was told in person, then what to decide, with care."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Area, may_see
from concierge.domain.journey import CaseState, travels
from concierge.domain.vocabulary import DecisionOutcome, PatientAnswer, RecordKind
from concierge.journey.acceptance import actions, papers
from concierge.journey.acceptance.forms import AskForm, PressForm
from concierge.journey.acceptance.queries import has_paid, review_day, told_decision
from concierge.models import Answer, Case, CaseParticipation, Decision
from concierge.web.access import current_account, current_actor, portal, portal_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit
from concierge.web.paper import pdf_response

bp = Blueprint("acceptance_portal", __name__)


@dataclass(frozen=True)
class View:
    """What the page shows: a told decision or none, and what the reader may do and open from here."""

    case: Case
    decision: Decision | None
    answer: Answer | None
    review_day: int | None
    can_reply: bool
    has_letter: bool
    has_visa_letter: bool
    documents_url: str
    messages_url: str
    refund_rule: bool
    is_opinion: bool

    @property
    def asked(self) -> list[RecordKind]:
        return [RecordKind(kind) for kind in self.decision.asked_records] if self.decision else []


@bp.get("/portal/<pid>/answer")
@portal(Area.DECISION)
def answer(pid: str):
    return _page(*portal_case(pid))


def _page(case: Case, part: CaseParticipation, **sent: Form):
    forms: dict[str, Form] = {"yes_form": PressForm(formdata=None), "ask_form": AskForm(formdata=None)}
    html = render_template(
        "journey/acceptance/portal/answer.html",
        view=_view(db.session(), case, part),
        case=case,
        **(forms | sent),
    )
    return html, 422 if any(form.is_submitted() for form in sent.values()) else 200


def _view(session: Session, case: Case, part: CaseParticipation) -> View:
    decision = told_decision(session, case)
    is_accepted = decision is not None and decision.outcome is DecisionOutcome.ACCEPT
    answer = session.get(Answer, case.id) if is_accepted else None
    is_open = case.state is not CaseState.CLOSED
    is_yes = answer is not None and answer.reply is PatientAnswer.YES
    is_opinion = not travels(case.programme)
    sees = {area: may_see(part.standing, area) for area in Area}
    return View(
        case=case, decision=decision, answer=answer, review_day=review_day(session, case, now()),
        is_opinion=is_opinion,
        can_reply=is_accepted and is_open and not is_yes and not is_opinion, has_letter=is_accepted,
        has_visa_letter=answer is not None and answer.visa_code is not None and answer.visa_withdrawn_at is None,
        documents_url=url_for("records_portal.documents", pid=case.public_id) if sees[Area.DOCUMENTS] else "",
        messages_url=url_for("conversation_portal.messages", pid=case.public_id) if sees[Area.MESSAGES] else "",
        refund_rule=sees[Area.MONEY] and has_paid(session, case),
    )  # fmt: skip


def _reply(case: Case, part: CaseParticipation, name: str, form: Form, choice: PatientAnswer, thanks: str):
    question = form.question.data if isinstance(form, AskForm) else ""
    account = current_account()

    def work(session: Session) -> str:
        actions.reply(
            session, lock(session, case.id), choice=choice, question=question,
            language=account.language if account else "en", actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(thanks, "success")
        return url_for("acceptance_portal.answer", pid=case.public_id)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _page(case, part, **{name: form})


@bp.route("/portal/<pid>/answer/yes", methods=["GET", "POST"])
@portal(Area.DECISION)
def say_yes(pid: str):
    case, part = portal_case(pid)
    return _reply(
        case, part, "yes_form", PressForm(), PatientAnswer.YES, _("Thank you. We plan your visit now.")
    )


@bp.route("/portal/<pid>/answer/question", methods=["GET", "POST"])
@portal(Area.DECISION)
def ask(pid: str):
    case, part = portal_case(pid)
    thanks = _("We have your question. You can decide later, after our answer.")
    return _reply(case, part, "ask_form", AskForm(), PatientAnswer.ASK, thanks)


@bp.route("/portal/<pid>/answer/not-now", methods=["GET", "POST"])
@portal(Area.DECISION)
def not_now(pid: str):
    """Says what follows from *not now* before anything is closed."""
    case, part = portal_case(pid)
    view = _view(db.session(), case, part)
    if not view.can_reply and request.method == "GET":
        return redirect(url_for("acceptance_portal.answer", pid=pid))
    form = PressForm()
    if request.method == "POST":
        thanks = _("We have noted your answer. You can write to us at any time.")
        return _reply(case, part, "yes_form", form, PatientAnswer.NO, thanks)
    return render_template("journey/acceptance/portal/not_now.html", form=form, case=case, view=view)


@bp.get("/portal/<pid>/answer/letter.pdf")
@portal(Area.DECISION)
def letter_pdf(pid: str) -> Response:
    case, _part = portal_case(pid)
    decision = told_decision(db.session(), case)
    if decision is None or decision.outcome is not DecisionOutcome.ACCEPT:
        abort(404)
    pdf = papers.answer_letter(case, decision, db.session.get(Answer, case.id), now())
    return pdf_response(pdf, f"{case.reference}-letter.pdf")


@bp.get("/portal/<pid>/answer/visa.pdf")
@portal(Area.DECISION)
def visa_pdf(pid: str) -> Response:
    case, part = portal_case(pid)
    pdf = (
        papers.visa_letter(db.session(), case, now())
        if _view(db.session(), case, part).has_visa_letter
        else None
    )
    if pdf is None:
        abort(404)
    return pdf_response(pdf, f"{case.reference}-visa.pdf")
