"""Hand over one case from its page, or everything of a person after a look at what that is."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.cases import actions as case_actions
from concierge.cases import lists
from concierge.cases.actions import TEAM
from concierge.cases.handover import actions, queries
from concierge.cases.handover.forms import AllForm, CaseForm
from concierge.cases.lines import lines_of
from concierge.cases.page import case_page, case_url
from concierge.cases.queries import colleagues
from concierge.db import db
from concierge.domain.access import Actor, Right, Role, rights_of
from concierge.models import Case, StaffUser
from concierge.web.access import current_actor, has_right, my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.once import submit

bp = Blueprint("handover_staff", __name__)


@bp.route("/c/<ref>/hand-over", methods=["GET", "POST"])
@staff(Right.SEE_CASES)
def hand_over(ref: str):
    case = staff_case(ref)
    form = CaseForm()
    form.to.choices = _takers(case)

    def work(session: Session) -> str:
        case_now = case_actions.lock(session, case.id)
        role, _colon, user_id = form.to.data.partition(":")
        user = session.get_one(StaffUser, int(user_id))
        actions.hand_over(
            session, case_now, Role(role), user, note=form.note.data, actor=current_actor(), now=now()
        )
        flash(_("%(name)s has the case now, and your note.", name=user.name), "success")
        return case_url(case_now.reference)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    html = render_template("cases/handover/staff/hand_over.html", page=case_page(case), form=form)
    return html, 422 if form.is_submitted() else 200


def _takers(case: Case) -> dict:
    """Colleagues by role: all roles for who may edit the case, else my own role in it."""
    me = signed_in_staff().id
    found: dict[str, list[tuple[str, str]]] = {}
    for role, users in colleagues(db.session(), case.hospital_id).items():
        named = getattr(case, TEAM[role])
        if named == me or has_right(Right.EDIT_CASE):
            others = [(f"{role}:{user.id}", user.name) for user in users if user.id != named]
            found |= {str(label(role)): others} if others else {}
    return found


@bp.route("/desk/hand-over", methods=["GET", "POST"])
@staff(Right.SEE_CASES)
def hand_over_all():
    """First whose and in which role, then how many that are and to whom; leads for all, others for themselves."""
    user, session = signed_in_staff(), db.session()
    form = AllForm()
    hospitals = lists.hospitals_of(my_hospitals())
    chosen = _chosen(form.giver.data if form.is_submitted() else request.args.get("of", ""))
    found = None
    if chosen:
        hospital_id, role, giver_id = chosen
        form.giver.data = f"{hospital_id}:{role}:{giver_id}"
        form.taker.choices = [
            (str(one.id), one.name) for one in colleagues(session, hospital_id)[role] if one.id != giver_id
        ]
        found = queries.preview(session, hospital_id, role, giver_id)

        def work(writing: Session) -> str:
            giver, taker = (
                writing.get_one(StaffUser, giver_id),
                writing.get_one(StaffUser, int(form.taker.data)),
            )
            count = actions.hand_over_all(
                writing, giver, taker, hospital_id, role, note=form.note.data, actor=_actor_at(user, hospital_id),
                desk_url=url_for("cases_staff.my_day", _external=True), now=now(),
            )  # fmt: skip
            flash(
                ngettext("%(num)s case is handed over.", "%(num)s cases are handed over.", count), "success"
            )
            return url_for("cases_staff.my_day")

        if form.validate_on_submit() and (done := submit(form, work)):
            return done
    html = render_template(
        "cases/handover/staff/hand_over_all.html", form=form, people=_people(user, hospitals), chosen=chosen,
        found=found, lines=lines_of(found.rows, hospitals, now()) if found else [], label=label,
        giver=session.get(StaffUser, chosen[2]) if chosen else None,
    )  # fmt: skip
    return html, 422 if form.is_submitted() else 200


def _actor_at(user: StaffUser, hospital_id: int) -> Actor:
    return Actor("staff", user.id, user.name, rights_of(user.roles_at(hospital_id)))


def _people(user: StaffUser, hospitals: dict) -> list[tuple[str, str, str]]:
    """(value, name, role and hospital) of everybody whose cases this reader may hand over."""
    rows = []
    for hospital_id, hospital in hospitals.items():
        is_lead = Right.OVERRIDE_GATE in rights_of(user.roles_at(hospital_id))
        for role in TEAM:
            for one in queries.people(db.session(), hospital_id, role):
                if is_lead or one.id == user.id:
                    where = hospital.text("name", current_code())
                    rows.append((f"{hospital_id}:{role}:{one.id}", one.name, f"{label(role)} · {where}"))
    return rows


def _chosen(text: str | None) -> tuple[int, Role, int] | None:
    """What the reader picked of `_people`; None for nothing and for what is not theirs to give."""
    user = signed_in_staff()
    known = {value for value, _name, _where in _people(user, lists.hospitals_of(my_hospitals()))}
    if text not in known:
        return None
    hospital_id, role, giver_id = text.split(":")
    return int(hospital_id), Role(role), int(giver_id)
