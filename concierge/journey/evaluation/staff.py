"""The schedule and plan tabs of a case, and the evaluation weeks of a hospital."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.appointments import PLACES, appointments_of, find_appointment, is_published
from concierge.cases.forms import version_of
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import SlotTaken
from concierge.domain.vocabulary import ResourceKind
from concierge.journey.evaluation import actions, days, papers, plans, queries
from concierge.journey.evaluation.forms import (
    PART_LABELS,
    AppointmentForm,
    ExplainForm,
    HeldForm,
    PlanForm,
    PressForm,
    languages_of,
    typed_of,
)
from concierge.models import Answer, Appointment, Case, Plan
from concierge.web.access import current_actor, my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit
from concierge.web.paper import pdf_response
from concierge.web.refusals import fault_text

bp = Blueprint("evaluation_staff", __name__)
Act = Callable[[Session, Case], str]


def _work(case: Case, endpoint: str, anchor: str, act: Act) -> Callable[[Session], str]:
    """One verb on the locked case; `act` returns the sentence that confirms it."""

    def work(session: Session) -> str:
        flash(act(session, lock(session, case.id)), "success")
        return url_for(endpoint, ref=case.reference, _anchor=anchor)

    return work


def _status(sent: dict[str, Form]) -> int:
    return 422 if any(form.is_submitted() for form in sent.values()) else 200


# --- schedule -----------------------------------------------------------------------------------------------


def _appointment_form(case: Case, answer: Answer | None, **kwargs) -> AppointmentForm:
    session = db.session()
    people = queries.bookable(session, case.hospital_id, ResourceKind.CLINICIAN)
    places = queries.bookable(session, case.hospital_id, *PLACES)
    return AppointmentForm(case, days.held_days(case, answer), people, places, **kwargs)


def _schedule(case: Case, clashes: list[queries.NamedClash] | None = None, **sent: Form):
    g.case_tab = "evaluation_staff.schedule"
    session, page = db.session(), case_page(case)
    answer = page.file.answer
    rows, talks = appointments_of(session, case), queries.interpreters_of(session, case)
    forms = {
        "form": sent.get("form") or _appointment_form(case, answer, formdata=None),
        "held_form": sent.get("held_form") or HeldForm(formdata=None),
    }
    html = render_template(
        "journey/evaluation/staff/schedule.html", page=page, answer=answer, plan=page.file.plan, clashes=clashes or [],
        day_plans=days.day_plans(case, answer, rows, talks), faults=days.faults(case, answer, rows, talks), now=now(),
        fault_text=fault_text, **forms,
    )  # fmt: skip
    return html, 409 if clashes else _status(sent)


@bp.get("/c/<ref>/schedule")
@staff(Right.SEE_CASES)
def schedule(ref: str):
    return _schedule(staff_case(ref))


@bp.route("/c/<ref>/schedule/add", methods=["GET", "POST"])
@staff(Right.PLAN_EVALUATION)
def set_appointment(ref: str):
    case = staff_case(ref)
    form = _appointment_form(case, db.session.get(Answer, case.id))

    def act(session: Session, locked: Case) -> str:
        actions.set_appointment(session, locked, form.order(), actor=current_actor(), now=now())
        return _("The appointment is set.")

    try:
        work = _work(case, "evaluation_staff.schedule", "add", act)
        if form.validate_on_submit() and (done := submit(form, work)):
            return done
    except SlotTaken as error:
        form.refuse("start", error.code)
        return _schedule(case, queries.name_clashes(db.session(), error.conflicts), form=form)
    return _schedule(case, form=form)


@bp.route("/c/<ref>/schedule/<item>", methods=["GET", "POST"])
@staff(Right.PLAN_EVALUATION)
def appointment(ref: str, item: str):
    """One appointment to move or to change."""
    case = staff_case(ref)
    row = _appointment(case, item)
    form = _appointment_form(
        case, db.session.get(Answer, case.id), data=typed_of(row, case.hospital.timezone)
    )

    def act(session: Session, locked: Case) -> str:
        version = version_of(form.version)
        actions.move_appointment(
            session, locked, item, form.order(), version=version, actor=current_actor(), now=now()
        )
        return _("The appointment is changed.")

    clashes: list[queries.NamedClash] = []
    try:
        work = _work(case, "evaluation_staff.schedule", "days", act)
        if form.validate_on_submit() and (done := submit(form, work)):
            return done
    except SlotTaken as error:
        form.refuse("start", error.code)
        clashes = queries.name_clashes(db.session(), error.conflicts)
    g.case_tab = "evaluation_staff.schedule"
    html = render_template(
        "journey/evaluation/staff/appointment.html", page=case_page(case), row=row, form=form, clashes=clashes,
        cancel_form=PressForm(formdata=None, data={"version": row.version}),
        is_published=is_published(db.session(), case),
    )  # fmt: skip
    return html, 409 if clashes else 422 if form.is_submitted() else 200


def _appointment(case: Case, item: str) -> Appointment:
    row = find_appointment(db.session(), case, item)
    if row is None:
        abort(404)
    return row


@bp.route("/c/<ref>/schedule/<item>/cancel", methods=["GET", "POST"])
@staff(Right.PLAN_EVALUATION)
def cancel_appointment(ref: str, item: str):
    case, form = staff_case(ref), PressForm()

    def act(session: Session, locked: Case) -> str:
        actions.cancel_appointment(
            session, locked, item, version=version_of(form.version), actor=current_actor(), now=now()
        )
        return _("The appointment is cancelled.")

    work = _work(case, "evaluation_staff.schedule", "days", act)
    return (form.validate_on_submit() and submit(form, work)) or _schedule(case)


@bp.route("/c/<ref>/schedule/held", methods=["GET", "POST"])
@staff(Right.PLAN_EVALUATION)
def mark_held(ref: str):
    case, form = staff_case(ref), HeldForm()

    def act(session: Session, locked: Case) -> str:
        actions.mark_evaluation_held(
            session, locked, is_early=form.is_early.data, actor=current_actor(), now=now()
        )
        return _("The evaluation is marked as held.")

    work = _work(case, "evaluation_staff.schedule", "held", act)
    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _schedule(case, held_form=form)


# --- plan ---------------------------------------------------------------------------------------------------


def _plan(case: Case, **sent: Form):
    g.case_tab = "evaluation_staff.plan"
    page = case_page(case)
    written = page.file.plan
    version = {"version": written.version if written else 0}
    forms = {
        "form": sent.get("form") or PlanForm(case, written, formdata=None),
        "explain_form": sent.get("explain_form") or ExplainForm(case, now(), formdata=None),
        "folder_form": sent.get("folder_form") or PressForm(formdata=None, data=version),
    }
    if "explain_form" not in sent:
        forms["explain_form"].version.data = str(version["version"])
    html = render_template(
        "journey/evaluation/staff/plan.html", page=page, plan=written, part_labels=PART_LABELS, parts=plans.PARTS,
        languages=languages_of(case), now=now(), **forms,
    )  # fmt: skip
    return html, _status(sent)


@bp.get("/c/<ref>/plan")
@staff(Right.SEE_CASES)
def plan(ref: str):
    return _plan(staff_case(ref))


@bp.route("/c/<ref>/plan/write", methods=["GET", "POST"])
@staff(Right.EDIT_RECORDS)
def write_plan(ref: str):
    case = staff_case(ref)
    form = PlanForm(case, db.session.get(Plan, case.id))

    def act(session: Session, locked: Case) -> str:
        version = version_of(form.version)
        plans.write_plan(session, locked, form.texts(), version=version, actor=current_actor(), now=now())
        return _("The plan is saved.")

    work = _work(case, "evaluation_staff.plan", "write", act)
    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _plan(case, form=form)


@bp.route("/c/<ref>/plan/explain", methods=["GET", "POST"])
@staff(Right.EDIT_RECORDS)
def explain_plan(ref: str):
    case = staff_case(ref)
    form = ExplainForm(case, now())

    def act(session: Session, locked: Case) -> str:
        is_explained = plans.explain_plan(
            session, locked, form.facts(), language=form.spoken.data, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip
        return (
            _("The family can read the plan now.")
            if is_explained
            else _("The talk is noted. Try again later.")
        )

    work = _work(case, "evaluation_staff.plan", "explain", act)
    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _plan(case, explain_form=form)


@bp.route("/c/<ref>/plan/folder", methods=["GET", "POST"])
@staff(Right.EDIT_RECORDS)
def hand_over_folder(ref: str):
    case, form = staff_case(ref), PressForm()

    def act(session: Session, locked: Case) -> str:
        plans.hand_over_folder(
            session, locked, version=version_of(form.version), actor=current_actor(), now=now()
        )
        return _("The folder is on the family's page.")

    work = _work(case, "evaluation_staff.plan", "folder", act)
    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _plan(case, folder_form=form)


@bp.get("/c/<ref>/plan/folder.pdf")
@staff(Right.SEE_RECORDS)
def folder_pdf(ref: str) -> Response:
    """The folder as the family will get it."""
    case = staff_case(ref)
    written = db.session.get(Plan, case.id)
    if written is None or written.written_at is None:
        abort(404)
    pdf = papers.folder(db.session(), case, written, now())
    return pdf_response(pdf, f"{case.reference}-folder.pdf")


# --- weeks --------------------------------------------------------------------------------------------------


@bp.get("/evaluations")
@staff(Right.PLAN_EVALUATION)
def weeks():
    rows, more = queries.week_rows(db.session(), my_hospitals(), now(), request.args.get("after", ""))
    return render_template(
        "journey/evaluation/staff/weeks.html", rows=rows, is_first="after" not in request.args,
        more_url=url_for("evaluation_staff.weeks", after=more) if more else "",
    )  # fmt: skip
