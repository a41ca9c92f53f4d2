"""S8: tasks of mine and of the team, one task with what can be done about it, and what leads must see."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.cases import actions as case_actions
from concierge.cases import day, lists
from concierge.cases import queries as case_queries
from concierge.cases.forms import version_of
from concierge.cases.lines import lines_of as case_lines_of
from concierge.cases.page import case_page, case_url
from concierge.cases.tasks import actions, queries
from concierge.cases.tasks.forms import AgreeForm, HandForm, PressForm, SnoozeForm, TaskForm
from concierge.cases.tasks.lines import lines_of, place_url, task_url
from concierge.db import db, transaction
from concierge.domain.access import Right, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import AlreadyTaken
from concierge.models import Case, CaseTask, StaffUser
from concierge.web import filters
from concierge.web.access import (
    current_actor,
    hospitals_with,
    my_hospitals,
    signed_in_staff,
    staff,
    staff_case,
)
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.happenings import task_text, task_why
from concierge.web.i18n import current_code
from concierge.web.labels import choices
from concierge.web.once import submit

bp = Blueprint("tasks_staff", __name__)


# --- lists --------------------------------------------------------------------------------------------------


@bp.get("/tasks")
@staff(Right.SEE_CASES)
def tasks():
    user, mine = signed_in_staff(), my_hospitals()
    is_team, role = request.args.get("show") == "team", lists.chosen_of(Role, "role")
    hospital = request.args.get("hospital", type=int)
    here = (hospital,) if hospital in mine else mine
    places = queries.every_place(here, role) if is_team else queries.places_of(user, here, role)
    whose = queries.Whose(places, None if is_team else user.id)
    only = request.args.get("list", "")
    kinds = (only,) if only in queries.LISTS else queries.LISTS
    size, after = (
        (case_queries.PAGE if only in kinds else case_queries.SHORT_LIST),
        request.args.get("after", ""),
    )
    today = lists.day_ends_at(user) - timedelta(days=1), lists.day_ends_at(user)
    session, hospitals = db.session(), lists.hospitals_of(mine)
    read = partial(queries.tasks, session, whose, now=now(), day=today, after=after, size=size)
    found = [(kind, day.load(session, kind, partial(read, kind))) for kind in kinds]
    return render_template(
        "cases/tasks/staff/tasks.html", lists=found, is_whole=kinds == queries.LISTS, is_team=is_team, role=role,
        hospital=hospital if hospital in mine else None, hospitals=hospitals, roles=choices(Role, Role.ADMINISTRATOR),
        lines_of=lambda rows: lines_of(rows, hospitals, user.id, current_code(), now()), code=current_code(),
        is_lead=bool(hospitals_with(user, frozenset({Right.OVERRIDE_GATE}))), is_several=len(hospitals) > 1,
        kept=lists.kept("show", "role", "hospital"),
    )  # fmt: skip


@bp.get("/tasks/lead")
@staff(Right.OVERRIDE_GATE)
def lead():
    """Cases without a next action, whose person has left, what is late by person, and tasks of nobody."""
    session, mine = db.session(), my_hospitals()
    hospitals, at = lists.hospitals_of(mine), now()
    late = day.load(session, "late", lambda: day.overdue_by_person(session, mine, at))
    return render_template(
        "cases/tasks/staff/lead.html", is_several=len(hospitals) > 1, late=late, counted_to=case_queries.COUNTED_TO,
        astray=day.load(session, "astray", lambda: case_queries.without_action(session, mine)),
        left=day.load(session, "left", lambda: day.left_behind(session, mine)),
        unowned=day.load(session, "unowned", lambda: queries.unowned(session, mine, case_queries.SHORT_LIST)),
        case_lines=lambda rows: case_lines_of(rows, hospitals, at),
        task_lines=lambda rows: lines_of(rows, hospitals, signed_in_staff().id, current_code(), at),
    )  # fmt: skip


@bp.get("/tasks/add")
@staff(Right.SEE_CASES)
def choose_case():
    """From the list: the reference leads to the form of that case."""
    case = queries.find_case(db.session(), request.args.get("ref", ""), my_hospitals())
    if case is None:
        flash(_("There is no case with this reference at your hospital."), "warning")
        return redirect(url_for("tasks_staff.tasks"))
    return redirect(url_for("tasks_staff.add", ref=case.reference))


# --- one task -----------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/tasks/new", methods=["GET", "POST"])
@staff(Right.SEE_CASES)
def add(ref: str):
    case = staff_case(ref)
    form = TaskForm(data={"owner": _mine_here(case)}).at(case.hospital_id)

    def work(session: Session) -> str:
        case_now = case_actions.lock(session, case.id)
        due_at = case_now.hospital.calendar.closing_of(form.due.day)
        actions.add_task(
            session, case_now, title=form.title.data, owner_role=form.owner_role, owner_id=form.owner_id,
            due_at=due_at, why=form.why.data, actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("The task is added."), "success")
        return case_url(case_now.reference)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    html = render_template("cases/tasks/staff/add.html", page=case_page(case), form=form)
    return html, 422 if form.is_submitted() else 200


def _mine_here(case: Case) -> str:
    """Myself, in the first of my roles there."""
    user = signed_in_staff()
    return f"{min(user.roles_at(case.hospital_id))}:{user.id}"


def _find(case: Case, pid: str) -> CaseTask:
    return (queries.find(db.session(), case, pid) if pid.isalnum() else None) or abort(404)


@bp.get("/c/<ref>/tasks/<pid>")
@staff(Right.SEE_CASES)
def task(ref: str, pid: str):
    case = staff_case(ref)
    return _task_page(case, _find(case, pid))


def _task_page(case: Case, found: CaseTask, **given: Form):
    tomorrow = case.hospital.calendar.add_working_days(local_day(now(), case.hospital.timezone), 1)
    forms: dict[str, Form] = {
        "snooze_form": SnoozeForm(formdata=None, data={"until": tomorrow.isoformat()}),
        "hand_form": HandForm(formdata=None).at(case.hospital_id),
        "press_form": PressForm(formdata=None),
    }
    html = render_template(
        "cases/tasks/staff/task.html", page=case_page(case), task=found, words=task_text(found.code, found.title),
        why=task_why(found.code, found.why), is_mine=found.done_by_id == signed_in_staff().id,
        place=place_url(case.reference, found.code, found.key), **(forms | given),
    )  # fmt: skip
    return html, 422 if given else 200


def _act(ref: str, pid: str, act: Callable[[Session, Case, CaseTask], None], back: str = "") -> Response:
    """One verb on the locked task without a form of its own: a press is repeated without harm."""
    case = staff_case(ref)
    if request.method == "GET":
        return redirect(task_url(case.reference, _find(case, pid).public_id))
    try:
        with transaction() as session:
            case_now = case_actions.lock(session, case.id)
            act(session, case_now, actions.lock_task(session, case_now, pid) or abort(404))
    except AlreadyTaken as error:
        when = filters.local_time(error.data["at"], case.hospital.timezone)
        flash(_("%(name)s has done this already, %(when)s.", name=error.data["name"], when=when), "warning")
    return redirect(back or task_url(case.reference, pid), 303)


@bp.route("/c/<ref>/tasks/<pid>/done", methods=["GET", "POST"])
@staff(Right.SEE_CASES)
def done(ref: str, pid: str):
    def act(session: Session, case: Case, found: CaseTask) -> None:
        if actions.complete(session, case, found, actor=current_actor(), now=now()):
            link = Markup('<a href="{}">{}</a>').format(
                task_url(case.reference, pid, "undo"), _("Take it back")
            )
            flash(escape(_("Done.")) + " " + link, "success")

    back = url_for("tasks_staff.tasks", **lists.kept("show", "role", "hospital", "list"))
    return _act(ref, pid, act, back if request.args.get("from") == "list" else "")


@bp.route("/c/<ref>/tasks/<pid>/undo", methods=["GET", "POST"])
@staff(Right.SEE_CASES)
def undo(ref: str, pid: str):
    def act(session: Session, case: Case, found: CaseTask) -> None:
        actions.undo(session, case, found, actor=current_actor(), now=now())
        flash(_("The task is open again."), "success")

    return _act(ref, pid, act)


def _change(ref: str, pid: str, name: str, form: Form, act: Callable[[Session, Case, CaseTask, Form], str]):
    """A form of the page of a task; refused, it comes back with what was typed."""
    case = staff_case(ref)
    found = _find(case, pid)
    if isinstance(form, HandForm):
        form.at(case.hospital_id)

    def work(session: Session) -> str:
        case_now = case_actions.lock(session, case.id)
        flash(
            act(session, case_now, actions.lock_task(session, case_now, pid) or abort(404), form), "success"
        )
        return url_for("tasks_staff.tasks")

    try:
        if form.validate_on_submit() and (answer := submit(form, work)):
            return answer
    except AlreadyTaken as error:
        when = filters.local_time(error.data["at"], case.hospital.timezone)
        flash(_("%(name)s has done this already, %(when)s.", name=error.data["name"], when=when), "warning")
        return redirect(task_url(case.reference, pid), 303)
    return (
        _task_page(case, found, **{name: form})
        if form.is_submitted()
        else redirect(task_url(case.reference, pid))
    )


@bp.route("/c/<ref>/tasks/<pid>/snooze", methods=["GET", "POST"])
@staff(Right.SEE_CASES)
def snooze(ref: str, pid: str):
    def act(session: Session, case: Case, found: CaseTask, form: SnoozeForm) -> str:
        actions.snooze(session, case, found, until=form.until.day, actor=current_actor(), now=now())
        return _("It comes back on %(day)s.", day=filters.day(form.until.day))

    return _change(ref, pid, "snooze_form", SnoozeForm(), act)


@bp.route("/c/<ref>/tasks/<pid>/hand-over", methods=["GET", "POST"])
@staff(Right.SEE_CASES)
def hand_over(ref: str, pid: str):
    def act(session: Session, case: Case, found: CaseTask, form: HandForm) -> str:
        user = session.get_one(StaffUser, int(form.to.data))
        actions.hand_over(session, case, found, user, note=form.note.data, actor=current_actor(), now=now())
        return _("%(name)s has the task now.", name=user.name)

    return _change(ref, pid, "hand_form", HandForm(), act)


# --- the next action ----------------------------------------------------------------------------------------


@bp.route("/c/<ref>/agree", methods=["GET", "POST"])
@staff(Right.EDIT_CASE, Right.WRITE_MESSAGES)
def agree(ref: str):
    """The day that was agreed with the family for the next action."""
    case = staff_case(ref)
    form = AgreeForm(data={"version": case.version, "note": case.agreed_note})

    def work(session: Session) -> str:
        case_now = case_actions.lock(session, case.id)
        case_actions.agree_next(
            session, case_now, on=form.on.day, note=form.note.data, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("The agreed day is noted."), "success")
        return case_url(case_now.reference)

    if form.validate_on_submit() and (answer := submit(form, work)):
        return answer
    html = render_template("cases/tasks/staff/agree.html", page=case_page(case), form=form)
    return html, 422 if form.is_submitted() else 200
