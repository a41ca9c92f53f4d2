"""S12: the clinical review. Everything a reviewer needs on one page, and a decision signed with the password."""

from babel import lists
from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge import passwords
from concierge.cases.actions import lock
from concierge.cases.page import CasePage, case_page
from concierge.conversation.thread import Line, story_line
from concierge.db import db, transaction
from concierge.domain.access import Right
from concierge.domain.errors import GateClosed, InvalidInput
from concierge.domain.journey import CaseState, Step, travels
from concierge.domain.vocabulary import CallOutcome, CallPurpose, DecisionOutcome, RecordKind
from concierge.journey.clinical import actions, queries, signature
from concierge.journey.clinical.forms import DecisionForm, TakeForm
from concierge.models import Case
from concierge.records.queries import documents_of
from concierge.web.access import current_actor, has_right, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.once import submit

bp = Blueprint("clinical_staff", __name__)


@bp.app_template_filter()
def record_kind(value: str):
    """The words of a kind of record that stands in a decision as its plain value."""
    return label(RecordKind(value))


@bp.route("/c/<ref>/review", methods=["GET", "POST"])
@staff(Right.SEE_RECORDS)
def review(ref: str):
    """Question, summary, records and earlier opinions beside the decision; posting takes the review or signs."""
    case = staff_case(ref)
    if request.method == "POST":
        staff_case(ref, Right.DECIDE)
        if request.form.get("act") == "take":
            return _take(case)
    form = DecisionForm().in_languages_of(case)
    if form.validate_on_submit() and (done := _sign(case, form)):
        return done
    page = case_page(case)
    if not form.is_submitted():
        form.seen.data = page.file.decision.public_id if page.file.decision else ""
    consulted = (CallPurpose.CONSULT, CallOutcome.HELD)
    return render_template(
        "journey/clinical/staff/review.html", page=page, form=form, take=TakeForm(formdata=None),
        documents=documents_of(db.session(), case), story=_story(case),
        talks=[call for call in page.file.calls if (call.purpose, call.outcome) == consulted],
        may_sign=_may_sign(page), waits_for_another=_waits_for_another(page), may_take=_may_take(page),
        travels=travels(case.programme),
    ), 422 if form.errors else 200  # fmt: skip


def _story(case: Case) -> Line | None:
    """What the family wrote first, in a language of the reader where there is a translation."""
    enquiry, user = queries.enquiry_of(db.session(), case), signed_in_staff()
    if enquiry is None or not enquiry.story:
        return None
    return story_line(db.session(), enquiry, (user.language, *user.speaks))


def _take(case: Case):
    form = TakeForm()
    if not form.validate_on_submit():
        abort(400)

    def work(session: Session) -> str:
        actions.take_review(session, lock(session, case.id), actor=current_actor(), now=now())
        flash(_("This review is yours."), "success")
        return url_for("clinical_staff.review", ref=case.reference)

    return submit(form, work) or abort(400)


def _sign(case: Case, form: DecisionForm):
    """Password first, outside of the transaction that signs; a refusal keeps every word that was typed."""
    try:
        _require_password(form.password.data or "")
        return submit(form, lambda session: _signed(session, case.id, form))
    except InvalidInput as error:
        form.refuse(error.field, error.code)
    except GateClosed as error:
        form.refuse("outcome", error.code)
        missing = [str(label(kind)) for kind in error.data["missing"]]
        names = lists.format_list(missing, locale=current_code())
        form.outcome.errors = [*form.outcome.errors, _("Still missing: %(records)s", records=names)]
    return None


def _require_password(password: str) -> None:
    user_id = signed_in_staff().id
    with transaction() as session:
        password_hash = signature.begin_try(session, user_id, now())
    if not passwords.fits(password, password_hash):
        raise InvalidInput("password", "signature_wrong")
    with transaction() as session:
        signature.end_try(session, user_id)


def _signed(session: Session, case_id: int, form: DecisionForm) -> str:
    case = lock(session, case_id)
    actions.sign_decision(
        session, case, outcome=DecisionOutcome(form.outcome.data), reason=form.reason.data,
        patient_text=form.patient_text.data, text_language=form.text_language.data,
        alternatives=form.alternatives.data, asked_records=[RecordKind(kind) for kind in form.asked_records.data],
        proposed_tests=form.proposed_tests.data, proposed_days=form.proposed_days.number_or_none or 0,
        seen=form.seen.data, actor=current_actor(), now=now(),
    )  # fmt: skip
    flash(_("The decision is signed. It cannot be changed."), "success")
    return url_for("clinical_staff.review", ref=case.reference)


def _may_sign(page: CasePage) -> bool:
    is_now = page.case.state is CaseState.OPEN and page.case.step is Step.CLINICAL
    return is_now and has_right(Right.DECIDE) and not _waits_for_another(page)


def _waits_for_another(page: CasePage) -> bool:
    """The reader asked for a second reviewer, so another one signs next."""
    return current_actor().id in actions.asked_for_another(page.file.decisions)


def _may_take(page: CasePage) -> bool:
    return _may_sign(page) and page.case.reviewer_id is None
