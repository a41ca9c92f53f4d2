"""The workspace around the cases: my day, board, cases, and on each case its people, its history and its moves."""

import secrets
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import actions, day_page, lists, participation, queries, search
from concierge.cases.forms import (
    CloseForm,
    ConsentForm,
    FactsForm,
    HoldForm,
    InviteForm,
    MoveForm,
    RemoveForm,
    ReopenForm,
    RightsForm,
    TeamForm,
    VisaForm,
    WakeForm,
    WhoKnowsForm,
    version_of,
)
from concierge.cases.history import line_of, page_name
from concierge.cases.lines import cards_of, lines_of
from concierge.cases.page import case_page, case_url
from concierge.db import db
from concierge.domain.access import Area, Right
from concierge.domain.errors import GateClosed, InvalidInput
from concierge.domain.journey import CaseState, Exit, Step, WaitingOn, step_after
from concierge.domain.vocabulary import PatientKnows, Relation
from concierge.models import Case, StaffUser
from concierge.web.access import (
    current_actor,
    has_right,
    hospitals_with,
    my_hospitals,
    signed_in_staff,
    staff,
    staff_case,
)
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.happenings import action_text
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.once import submit

bp = Blueprint("cases_staff", __name__)


# --- my day, board, cases -----------------------------------------------------------------------------------


@bp.get("/desk")
@staff()
def my_day():
    return render_template("cases/staff/my_day.html", **day_page.build())


@bp.get("/board")
@staff(Right.SEE_CASES)
def board():
    user, session, mine = signed_in_staff(), db.session(), my_hospitals()
    chosen = lists.board_filter(mine, user)
    only = lists.chosen_of(Step, "lane")
    size = queries.PAGE if only else queries.LANE
    ends_at, after = lists.day_ends_at(user), request.args.get("after", "")
    lanes = {
        step: queries.lane(session, step, chosen, day_ends_at=ends_at, after=after, size=size)
        for step in ([only] if only else Step)
    }
    counts = None if chosen.is_narrow else queries.lane_counts(session, chosen.hospital_ids, now())
    hospitals = lists.hospitals_of(mine)
    movable = frozenset(hospitals_with(user, frozenset({Right.EDIT_CASE})))
    return render_template(
        "cases/staff/board.html", lanes=lanes, only=only, counts=counts, counted_to=queries.COUNTED_TO, chosen=chosen,
        hospitals=hospitals, languages=lists.languages_of(hospitals), targets=lists.targets,
        cards={step: cards_of(found.rows, hospitals, movable, now()) for step, found in lanes.items()},
        movable=movable,
        waiting_choices=list(WaitingOn)[:-1], kept=lists.kept("hospital", "language", "waiting", "mine"),
        once=secrets.token_urlsafe(16), code=current_code(),
    )  # fmt: skip


@bp.get("/cases")
@staff(Right.SEE_CASES)
def case_list():
    mine = my_hospitals()
    chosen = search.CaseFilter(
        mine,
        step=lists.chosen_of(Step, "step"),
        state=lists.chosen_of(CaseState, "state"),
        waiting_on=lists.chosen_of(WaitingOn, "waiting"),
    )
    text = request.args.get("q", "").strip()
    before = lists.row_id("before")
    found = search.find(db.session(), text, chosen, before=before, by_sound=bool(request.args.get("sound")))
    kept = lists.kept("step", "state", "waiting")

    def link(name: str, value: str | None) -> str:
        return url_for("cases_staff.case_list", q=text or None, **(kept | {name: value}))

    hospitals, sound = lists.hospitals_of(mine), "1" if found.by_sound else None
    older = url_for("cases_staff.case_list", q=text or None, before=found.before, sound=sound, **kept)
    return render_template(
        "cases/staff/case_list.html", found=found, lines=lines_of(found.rows, hospitals, now()), text=text,
        alike=lines_of(list(found.alike), hospitals, now()),
        chosen=chosen, link=link, older=older, kept=kept, is_several=len(hospitals) > 1, steps=list(Step),
        states=list(CaseState), waiting_choices=list(WaitingOn)[:-1],
    )  # fmt: skip


# --- people of a case ---------------------------------------------------------------------------------------


@bp.get("/c/<ref>/people")
@staff(Right.SEE_CASES)
def people(ref: str):
    return _people(staff_case(ref))


def _people(case: Case, **given: Form):
    """The page with its forms; the one that was refused comes with what was typed."""
    forms = _people_forms(case) | given
    session = db.session()
    parts = participation.people(session, case)
    rights = {
        part.public_id: RightsForm(
            formdata=None, data={"areas": [a.value for a in participation.areas_of(part)]}
        )
        for part in parts
        if not part.is_patient
    }
    html = render_template(
        "cases/staff/people.html", page=case_page(case), **forms, parts=parts, rights=rights,
        remove=RemoveForm(formdata=None), areas_of=participation.areas_of, has_errors=bool(given), trip=Area.TRIP,
    )  # fmt: skip
    return html, 422 if given else 200


def _people_forms(case: Case) -> dict[str, Form]:
    knows = "" if case.patient_knows is PatientKnows.UNKNOWN else case.patient_knows.value
    who = {"version": case.version, "knows": knows, "who": case.who_knows}
    visa = {"version": case.version, "is_visa_needed": case.is_visa_needed}
    return {
        "facts_form": FactsForm(case.person, formdata=None),
        "consent_form": ConsentForm(formdata=None, data={"version": case.version}),
        "who_form": WhoKnowsForm(formdata=None, data=who),
        "visa_form": VisaForm(formdata=None, data=visa),
        "team_form": _team_form(case, formdata=None),
        "invite_form": InviteForm(formdata=None, data={"caregiver_language": case.person.language}),
    }


def _team_form(case: Case, **options) -> TeamForm:
    named = {role.value: getattr(case, field) for role, field in actions.TEAM.items()}
    form = TeamForm(
        data={role: str(user_id or "") for role, user_id in named.items()} | {"version": case.version},
        **options,
    )
    for role, users in queries.colleagues(db.session(), case.hospital_id).items():
        nobody = [] if named[role.value] else [("", _("Nobody yet"))]
        form[role.value].choices = nobody + [(str(user.id), user.name) for user in users]
    return form


def _people_url(case: Case, anchor: str) -> str:
    return url_for("cases_staff.people", ref=case.reference, _anchor=anchor)


def _change(
    case: Case, name: str, form: Form, anchor: str, message: str, act: Callable[[Session, Case], None]
):
    """One form of the page: save and come back to its place, or show the page again with what was typed."""

    def work(session: Session) -> str:
        case_now = actions.lock(session, case.id)
        act(session, case_now)
        flash(message, "success")
        return _people_url(case_now, anchor)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _people(case, **{name: form}) if form.is_submitted() else redirect(_people_url(case, anchor))


@bp.route("/c/<ref>/people/facts", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def note_facts(ref: str):
    case = staff_case(ref)
    form = FactsForm(case.person)

    def act(session: Session, case_now: Case) -> None:
        version = version_of(form.person_version)
        actions.note_facts(session, case_now, form.facts, version=version, actor=current_actor(), now=now())

    return _change(case, "facts_form", form, "facts", _("The facts are saved."), act)


@bp.route("/c/<ref>/people/consent", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def record_consent(ref: str):
    case, form = staff_case(ref), ConsentForm()

    def act(session: Session, case_now: Case) -> None:
        actions.record_consent(
            session, case_now, given_by=form.given_by.data, how=form.how.data, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip

    return _change(case, "consent_form", form, "consent", _("The consent is recorded."), act)


@bp.route("/c/<ref>/people/who-knows", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def note_who_knows(ref: str):
    case, form = staff_case(ref), WhoKnowsForm()

    def act(session: Session, case_now: Case) -> None:
        actions.note_who_knows(
            session, case_now, knows=PatientKnows(form.knows.data), who=form.who.data, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip

    return _change(case, "who_form", form, "who-knows", _("It is noted who knows what."), act)


@bp.route("/c/<ref>/people/visa", methods=["GET", "POST"])
@staff(Right.EDIT_CASE, Right.BOOK_TRAVEL)
def note_visa(ref: str):
    case, form = staff_case(ref), VisaForm()

    def act(session: Session, case_now: Case) -> None:
        is_needed, version = form.is_visa_needed.data, version_of(form.version)
        actions.note_visa_need(
            session, case_now, is_needed=is_needed, version=version, actor=current_actor(), now=now()
        )

    return _change(case, "visa_form", form, "visa", _("It is noted whether a visa is needed."), act)


@bp.route("/c/<ref>/people/team", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def assign(ref: str):
    case = staff_case(ref)
    form = _team_form(case)

    def act(session: Session, case_now: Case) -> None:
        actions.check_version(case_now, version_of(form.version))
        for role in actions.TEAM:
            if form[role.value].data:
                user = session.get_one(StaffUser, int(form[role.value].data))
                actions.assign(session, case_now, role, user, actor=current_actor(), now=now())

    return _change(case, "team_form", form, "team", _("The team is saved."), act)


@bp.route("/c/<ref>/people/caregivers", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def invite_caregiver(ref: str):
    case, form = staff_case(ref), InviteForm()

    def act(session: Session, case_now: Case) -> None:
        try:
            participation.invite_caregiver(
                session, case_now, email=form.caregiver_email.data, name=form.caregiver_name.data,
                relation=Relation(form.caregiver_relation.data),
                areas=[Area(area) for area in form.caregiver_areas.data],
                language=form.caregiver_language.data, actor=current_actor(), now=now(),
            )  # fmt: skip
        except InvalidInput as error:  # the page has another e-mail field, the patient's
            raise InvalidInput(f"caregiver_{error.field}", error.code) from error

    return _change(case, "invite_form", form, "caregivers", _("The invitation is on its way."), act)


@bp.route("/c/<ref>/people/caregivers/<part>/rights", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def change_rights(ref: str, part: str):
    case, form = staff_case(ref), RightsForm()

    def act(session: Session, case_now: Case) -> None:
        areas = [Area(area) for area in form.areas.data]
        participation.change_rights(session, case_now, part, areas=areas, actor=current_actor(), now=now())

    return _change(case, "refused_form", form, "caregivers", _("The rights are saved."), act)


@bp.route("/c/<ref>/people/caregivers/<part>/remove", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def remove_caregiver(ref: str, part: str):
    case, form = staff_case(ref), RemoveForm()

    def act(session: Session, case_now: Case) -> None:
        participation.remove_caregiver(session, case_now, part, actor=current_actor(), now=now())

    return _change(case, "refused_form", form, "caregivers", _("The access is taken back."), act)


# --- history ------------------------------------------------------------------------------------------------


@bp.get("/c/<ref>/history")
@staff(Right.SEE_CASES)
def history(ref: str):
    case, session = staff_case(ref), db.session()
    before, reads_before = lists.row_id("before"), lists.row_id("reads_before")
    events = queries.events(session, case.id, before)
    reads = queries.reads(session, case.id, reads_before) if has_right(Right.SEE_AUDIT) else None
    return render_template(
        "cases/staff/history.html",
        page=case_page(case),
        lines=[line_of(event) for event in events[: queries.PAGE]],
        older=events[queries.PAGE - 1].id if len(events) > queries.PAGE else None,
        reads=reads[: queries.PAGE] if reads is not None else None,
        page_name=page_name,
        reads_older=reads[queries.PAGE - 1].id if reads and len(reads) > queries.PAGE else None,
        timezone=signed_in_staff().timezone,
    )


# --- moves, hold, end ---------------------------------------------------------------------------------------


@bp.route("/c/<ref>/move", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def move(ref: str):
    case = staff_case(ref)
    form = MoveForm(data={"version": case.version, "to": _usual_target(case), "came_from": "case"})
    missing: tuple = ()

    def work(session: Session) -> str:
        case_now = actions.lock(session, case.id)
        actions.move(
            session, case_now, Step(form.to.data), reason=form.reason.data, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("The case is in step %(step)s now.", step=label(case_now.step)), "success")
        return back_url

    back_url = url_for("cases_staff.board") if form.came_from.data == "board" else case_url(case.reference)
    try:
        if form.validate_on_submit() and (done := submit(form, work)):
            return done
    except GateClosed as closed:
        missing = closed.blockers
    form.to.choices = [
        (step.value, label(step)) for step in lists.targets(case.step)
    ]  # a repeated form may name any step
    html = render_template(
        "cases/staff/move.html",
        page=case_page(case),
        form=form,
        back_url=back_url,
        missing=[(action_text(one.code), label(one.owner)) for one in missing],
    )
    return html, 409 if missing else 422 if form.is_submitted() else 200


def _usual_target(case: Case) -> str:
    following = step_after(case.step, case.programme)
    return following.value if following else ""


def _act_on(case: Case, form: Form, message: str, act: Callable[[Session, Case], None]):
    """Do it and go to the case, or None where the page has to be shown (again)."""

    def work(session: Session) -> str:
        case_now = actions.lock(session, case.id)
        act(session, case_now)
        flash(message, "success")
        return case_url(case_now.reference)

    return submit(form, work) if form.validate_on_submit() else None


@bp.route("/c/<ref>/hold", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def hold(ref: str):
    case = staff_case(ref)
    form = HoldForm(data={"version": case.version, "reason": case.hold_reason})

    def act(session: Session, case_now: Case) -> None:
        actions.hold(
            session, case_now, until=form.until.day, reason=form.reason.data, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip

    if done := _act_on(case, form, _("The case is on hold."), act):
        return done
    html = render_template(
        "cases/staff/hold.html", page=case_page(case), form=form, wake_form=WakeForm(formdata=None)
    )
    return html, 422 if form.is_submitted() else 200


@bp.route("/c/<ref>/wake", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def wake(ref: str):
    case, form = staff_case(ref), WakeForm()

    def act(session: Session, case_now: Case) -> None:
        actions.wake(session, case_now, actor=current_actor(), now=now())

    done = _act_on(case, form, _("The case is awake."), act)
    return done or redirect(url_for("cases_staff.hold", ref=case.reference))


@bp.route("/c/<ref>/close", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def close(ref: str):
    """A death is asked twice: the second time with a box that has to be ticked."""
    case = staff_case(ref)
    form = CloseForm(data={"version": case.version})
    is_death = form.is_submitted() and form.exit.data == Exit.DIED

    def act(session: Session, case_now: Case) -> None:
        if is_death and not form.has_died.data:
            raise InvalidInput("has_died", "check_death")
        actions.close(
            session, case_now, exit=Exit(form.exit.data), reason=form.reason.data, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip

    if done := _act_on(case, form, _("The case is closed."), act):
        return done
    html = render_template("cases/staff/close.html", page=case_page(case), form=form, is_death=is_death)
    return html, 422 if form.is_submitted() else 200


@bp.route("/c/<ref>/reopen", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def reopen(ref: str):
    case = staff_case(ref)
    form = ReopenForm(data={"version": case.version})

    def act(session: Session, case_now: Case) -> None:
        actions.reopen(
            session,
            case_now,
            reason=form.reason.data,
            version=version_of(form.version),
            actor=current_actor(),
            now=now(),
        )

    if done := _act_on(case, form, _("The case is open again."), act):
        return done
    return render_template(
        "cases/staff/reopen.html", page=case_page(case), form=form
    ), 422 if form.is_submitted() else 200
