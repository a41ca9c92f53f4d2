"""The portal's front door: the patient's home with its one next step, their cases, and who may see what."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from concierge.cases import participation
from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Area, may_see
from concierge.domain.people import greeting_name
from concierge.domain.vocabulary import Relation
from concierge.models import Case, CaseParticipation
from concierge.portal import home as parts
from concierge.portal import queries
from concierge.portal.forms import AreasForm, InviteForm
from concierge.web.access import current_actor, portal, portal_case, signed_in_account
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("portal", __name__)


@bp.get("/portal/<pid>/home")
@portal(Area.TRIP)
def home(pid: str):
    """What now: one next step or whom we wait for, what we need, where the case stands, whom to talk with."""
    case, part = portal_case(pid)
    account = signed_in_account()
    facts = queries.home_facts(db.session(), case, part)
    timezone = account.timezone or case.hospital.timezone
    return render_template(
        "portal/portal/home.html", facts=facts, timezone=timezone,
        hello=greeting_name(case.person.name) if part.is_patient else account.name,
        patient_name=None if part.is_patient else case.person.display_name,
        case=case, call_url=url_for("call_portal.call", pid=pid), steps=parts.steps_of(case),
        card=parts.card_of(case, facts, part.standing, timezone, now()),
        needs=parts.needs_of(case, facts), links=parts.links_of(case, facts, part.is_patient),
        speaks=parts.speaks_of(facts.specialist), promise=parts.promise_of(case),
        write_url=url_for("conversation_portal.messages", pid=pid) if may_see(part.standing, Area.MESSAGES) else "",
    )  # fmt: skip


@bp.get("/portal/cases")
@portal()
def my_cases():
    """Straight to the only case; a list where there are several; a kind page where there is none."""
    found = queries.cases_of(db.session(), signed_in_account())
    if not found:
        return redirect(url_for("portal.no_case"))
    if len(found) == 1:
        return redirect(url_for("portal.home", pid=found[0].case.public_id))
    return render_template("portal/portal/my_cases.html", parts=found, code=current_code())


@bp.get("/portal/no-case")
@portal()
def no_case():
    """The account takes part in no case, or not any more."""
    return render_template("portal/portal/no_case.html")


@bp.route("/portal/<pid>/people", methods=["GET", "POST"])
@portal(Area.PEOPLE)
def people(pid: str):
    """Who sees what of this case; only the patient decides that."""
    case, _part = portal_case(pid)
    form = InviteForm(data={"language": current_code()})
    if form.validate_on_submit() and (done := submit(form, lambda session: _invite(session, case.id, form))):
        return done
    shown = participation.people(db.session(), case)
    rows = [(part, participation.areas_of(part)) for part in shown]
    return render_template("portal/portal/people.html", case=case, rows=rows, form=form), _status(form)


def _invite(session, case_id: int, form: InviteForm) -> str:
    case = lock(session, case_id)
    participation.invite_caregiver(
        session, case, email=form.email.data, name=form.name.data, relation=Relation(form.relation.data),
        areas=form.given, language=form.language.data, actor=current_actor(), now=now(),
    )  # fmt: skip
    flash(_("We have written to this person. They can sign in at once."), "success")
    return url_for("portal.people", pid=case.public_id)


@bp.route("/portal/<pid>/people/<part_id>", methods=["GET", "POST"])
@portal(Area.PEOPLE)
def person(pid: str, part_id: str):
    """What one caregiver sees, and the button that takes it back."""
    case, _part = portal_case(pid)
    part = _caregiver(case, part_id)
    form = AreasForm(data={"areas": [area.value for area in participation.areas_of(part)]})
    if form.validate_on_submit() and (
        done := submit(form, lambda session: _change(session, case.id, part_id, form))
    ):
        return done
    page = render_template(
        "portal/portal/person.html", case=case, part=part, form=form, remove_form=Form(formdata=None)
    )
    return page, _status(form)


@bp.route("/portal/<pid>/people/<part_id>/remove", methods=["GET", "POST"])
@portal(Area.PEOPLE)
def remove(pid: str, part_id: str):
    """Works at once: the next page that this person opens is not found."""
    case, _part = portal_case(pid)
    form = Form()
    if form.validate_on_submit() and (
        done := submit(form, lambda session: _remove(session, case.id, part_id))
    ):
        return done
    return redirect(url_for("portal.people", pid=pid))


def _caregiver(case: Case, part_id: str) -> CaseParticipation:
    shown = participation.people(db.session(), case)
    found = next((part for part in shown if part.public_id == part_id and not part.is_patient), None)
    return found or abort(404)


def _change(session, case_id: int, part_id: str, form: AreasForm) -> str:
    case = lock(session, case_id)
    participation.change_rights(session, case, part_id, areas=form.given, actor=current_actor(), now=now())
    flash(_("Saved. It counts from now on."), "success")
    return url_for("portal.people", pid=case.public_id)


def _remove(session, case_id: int, part_id: str) -> str:
    case = lock(session, case_id)
    participation.remove_caregiver(session, case, part_id, actor=current_actor(), now=now())
    flash(_("This person has no access any more."), "success")
    return url_for("portal.people", pid=case.public_id)


def _status(form: Form) -> int:
    return 422 if form.is_submitted() else 200
