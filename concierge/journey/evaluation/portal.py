"""The evaluation days and the way home as the family sees them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.appointments import appointments_of
from concierge.cases.forms import version_of
from concierge.db import db
from concierge.domain.access import Area
from concierge.domain.clocks import local_day
from concierge.domain.journey import Step
from concierge.domain.vocabulary import Choice
from concierge.journey.evaluation import days, papers, plans, queries
from concierge.journey.evaluation.forms import PART_LABELS, ChoiceForm, PressForm, languages_of
from concierge.models import Answer, Appointment, Case, Plan
from concierge.web.access import current_account, current_actor, portal, portal_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit
from concierge.web.paper import pdf_response

bp = Blueprint("evaluation_portal", __name__)
TIMES_AHEAD = 5  # working days before the first day by which the times are promised


@bp.get("/portal/<pid>/evaluation")
@portal(Area.TRIP)
def evaluation(pid: str):
    case, _part = portal_case(pid)
    session, answer = db.session(), db.session.get(Answer, case.id)
    rows = _published(session, case, answer)
    talks = queries.interpreters_of(session, case) if rows else []
    account = current_account()
    upcoming = next((row for row in rows if row.ends_at > now()), None)
    return render_template(
        "journey/evaluation/portal/evaluation.html", case=case, answer=answer, has_times=bool(rows), upcoming=upcoming,
        day_plans=days.day_plans(case, answer, rows, talks), today=local_day(now(), case.hospital.timezone),
        times_by=_times_by(case, answer), reader_timezone=account.timezone if account else "",
        care_manager=case.care_manager.name if case.care_manager else "",
    )  # fmt: skip


def _published(session: Session, case: Case, answer: Answer | None) -> list[Appointment]:
    """The family sees times from the day on which the trip is confirmed: before, they still move."""
    is_confirmed = answer is not None and answer.trip_confirmed_at is not None
    return appointments_of(session, case) if is_confirmed or case.step is Step.EVALUATION else []


def _times_by(case: Case, answer: Answer | None):
    """The day by which the times are promised; None once it has passed."""
    if answer is None or answer.evaluation_from is None:
        return None
    day = case.hospital.calendar.add_working_days(answer.evaluation_from, -TIMES_AHEAD)
    return day if day >= local_day(now(), case.hospital.timezone) else None


@bp.get("/portal/<pid>/evaluation.ics")
@portal(Area.TRIP)
def evaluation_ics(pid: str) -> Response:
    case, _part = portal_case(pid)
    rows = _published(db.session(), case, db.session.get(Answer, case.id))
    if not rows:
        abort(404)
    response = Response(papers.calendar_file(case, rows, now()), mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"{case.reference}-days.ics")
    return response


# --- the plan and the way home ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartView:
    """One part of the plan: what the reader can read first, the other text beside it."""

    label: str
    text: str
    language: str
    other: str
    other_language: str
    is_translated: bool
    is_missing: bool


def _parts(case: Case, plan: Plan, reader: str) -> list[PartView]:
    views = []
    for part in plans.PARTS:
        original = getattr(plan, part)
        if not original:
            continue
        other_code = next((code for code in languages_of(case) if code != plan.text_language), "")
        translated = plan.translation.get(part, "") if other_code else ""
        is_first = bool(translated) and (reader == other_code or reader != plan.text_language)
        own, beside = ((translated, other_code), (original, plan.text_language)) if is_first else (
            (original, plan.text_language), (translated, other_code))  # fmt: skip
        views.append(
            PartView(
                str(PART_LABELS[part]),
                *own,
                *beside,
                is_translated=is_first,
                is_missing=own[1] != reader and not is_first,
            )
        )
    return views


def _visible_plan(session: Session, case: Case) -> Plan | None:
    """The plan once it was explained in person; before that there is none to see."""
    plan = session.get(Plan, case.id)
    return plan if plan is not None and plan.explained_at is not None else None


@bp.get("/portal/<pid>/after")
@portal(Area.DECISION)
def after(pid: str):
    case, _part = portal_case(pid)
    return _after(case)


def _after(case: Case, **sent: Form):
    plan = _visible_plan(db.session(), case)
    version = {"version": plan.version if plan else 0}
    chosen = (
        {"choice": plan.choice, "return_on": plan.return_on.isoformat() if plan.return_on else ""}
        if plan
        else {}
    )
    html = render_template(
        "journey/evaluation/portal/after.html", case=case, plan=plan,
        parts=_parts(case, plan, current_code()) if plan else [], is_open=case.state != "closed",
        ack_form=sent.get("ack_form") or PressForm(formdata=None, data=version),
        choice_form=sent.get("choice_form") or ChoiceForm(formdata=None, data=chosen),
    )  # fmt: skip
    return html, 422 if any(form.is_submitted() for form in sent.values()) else 200


def _change(case: Case, name: str, form: Form, act: Callable[[Session, Case], str]):
    def work(session: Session) -> str:
        flash(act(session, lock(session, case.id)), "success")
        return url_for("evaluation_portal.after", pid=case.public_id)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _after(case, **{name: form})


@bp.route("/portal/<pid>/after/understood", methods=["GET", "POST"])
@portal(Area.DECISION)
def acknowledge(pid: str):
    case, _part = portal_case(pid)
    form = PressForm()

    def act(session: Session, locked: Case) -> str:
        plans.acknowledge_plan(
            session, locked, version=version_of(form.version), actor=current_actor(), now=now()
        )
        return _("Thank you. You can ask us about it at any time.")

    return _change(case, "ack_form", form, act)


@bp.route("/portal/<pid>/after/choice", methods=["GET", "POST"])
@portal(Area.DECISION)
def choose(pid: str):
    case, _part = portal_case(pid)
    form = ChoiceForm()

    def act(session: Session, locked: Case) -> str:
        plans.choose(
            session,
            locked,
            choice=Choice(form.choice.data),
            return_on=form.return_on.day_or_none,
            actor=current_actor(),
            now=now(),
        )
        return _("We have noted your choice.")

    return _change(case, "choice_form", form, act)


@bp.get("/portal/<pid>/after/folder.pdf")
@portal(Area.DECISION)
def folder_pdf(pid: str) -> Response:
    case, _part = portal_case(pid)
    plan = _visible_plan(db.session(), case)
    if plan is None or plan.folder_handed_over_at is None:
        abort(404)
    return pdf_response(papers.folder(db.session(), case, plan, now()), f"{case.reference}-folder.pdf")
