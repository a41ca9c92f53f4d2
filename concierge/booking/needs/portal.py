"""T12: what the family needs for its trip, told once: a list of short tasks, each saved by itself."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking.needs import actions, pages, words
from concierge.booking.needs.forms import TravellerForm
from concierge.booking.together import has_rides
from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Area
from concierge.domain.journey import CaseState
from concierge.domain.passports import MOST_TRAVELLERS, masked
from concierge.domain.vocabulary import NeedsPart
from concierge.models import Answer, Case, CaseParticipation, Traveller
from concierge.web.access import current_actor, portal, portal_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.labels import label
from concierge.web.once import submit

bp = Blueprint("needs_portal", __name__)


@bp.get("/portal/<pid>/travel")
@portal(Area.TRIP)
def travel(pid: str):
    """The list of tasks, and the button that sends what was told to the travel team."""
    case, part = portal_case(pid)
    return _list(case, part, Form(formdata=None))


def _list(case: Case, part: CaseParticipation, form: Form):
    told = pages.told_now(case)
    page = render_template(
        "booking/needs/portal/travel.html", case=case, told=told, form=form, rows=_rows(case, told),
        reader_timezone=part.account.timezone, may_write=case.state is not CaseState.CLOSED,
        has_rides=has_rides(db.session(), case, now()),
    )  # fmt: skip
    return page, pages.status(form)


def _rows(case: Case, told: pages.Told) -> list[tuple[object, str, str, object, str]]:
    """As components/page.html `tasks` takes them."""
    rows = []
    for one in told.parts:
        kind, word = words.STATE[one.state]
        facts = words.part_facts(told, case, one.part)
        if one.part is NeedsPart.TRAVELLERS and told.has_passport_trouble:
            kind, word = "warn", _("Check the passports")
        if one.is_by_staff:
            facts.append(_("Noted for you by %(name)s", name=one.told_by))
        rows.append((label(one.part), _url(case, one.part), kind, word, " · ".join(facts)))
    return rows


def _url(case: Case, part: NeedsPart) -> str:
    if part is NeedsPart.TRAVELLERS:
        return url_for("needs_portal.travellers", pid=case.public_id)
    return url_for("needs_portal.part", pid=case.public_id, name=part.value)


@bp.route("/portal/<pid>/travel/send", methods=["GET", "POST"])
@portal(Area.TRIP)
def send(pid: str):
    """*Send to travel team*."""
    case, part = portal_case(pid)
    form, url = Form(), url_for("needs_portal.travel", pid=pid)

    def work(session: Session) -> str:
        actions.send_needs(session, lock(session, case.id), actor=current_actor(), now=now())
        flash(_("Your travel team has it. You can change it here at any time."), "success")
        return url

    if not form.is_submitted():
        return redirect(url)
    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _list(case, part, form)


@bp.route("/portal/<pid>/travel/<name>", methods=["GET", "POST"])
@portal(Area.TRIP)
def part(pid: str, name: str):
    """One task on its own page."""
    case, _part = portal_case(pid)
    told_part = pages.part_of(name)
    form = pages.part_form(case, told_part)
    if done := pages.save_part(case, told_part, form, url_for("needs_portal.travel", pid=pid)):
        return done
    page = render_template(
        "booking/needs/portal/part.html", case=case, part=told_part, form=form, told=pages.told_now(case),
        airports=pages.near_home(case), has_visa_letter=_has_visa_letter(case), help_of=words.help_of,
    )  # fmt: skip
    return page, pages.status(form)


def _has_visa_letter(case: Case) -> bool:
    answer = db.session.get(Answer, case.id)
    return answer is not None and answer.visa_code is not None and answer.visa_withdrawn_at is None


@bp.get("/portal/<pid>/travel/travellers")
@portal(Area.TRIP)
def travellers(pid: str):
    """Who comes: the patient first, then companions one by one."""
    case, part = portal_case(pid)
    told = pages.told_now(case)
    return render_template(
        "booking/needs/portal/travellers.html", case=case, told=told, words=words, most=MOST_TRAVELLERS,
        number_of=lambda one: one.passport_number if _is_own(one, part) else masked(one.passport_number),
        is_full=len(told.travellers) >= MOST_TRAVELLERS, removing=Form(formdata=None),
        may_write=case.state is not CaseState.CLOSED,
    )  # fmt: skip


def _is_own(traveller: Traveller, part: CaseParticipation) -> bool:
    """Who reads about themself; companions are not known to the portal by name."""
    return traveller.is_patient and part.is_patient


@bp.route("/portal/<pid>/travel/travellers/new", methods=["GET", "POST"])
@portal(Area.TRIP)
def traveller_new(pid: str):
    case, _part = portal_case(pid)
    form = TravellerForm.of(None, sees_number=True)
    if done := pages.save_traveller(case, form, "", url_for("needs_portal.travellers", pid=pid)):
        return done
    return render_template("booking/needs/portal/traveller_new.html", case=case, form=form), pages.status(
        form
    )


@bp.route("/portal/<pid>/travel/travellers/<key>", methods=["GET", "POST"])
@portal(Area.TRIP)
def traveller(pid: str, key: str):
    case, part = portal_case(pid)
    person = pages.traveller_of(case, key)
    form = TravellerForm.of(person, sees_number=_is_own(person, part) or not person.passport_number)
    if done := pages.save_traveller(case, form, key, url_for("needs_portal.travellers", pid=pid)):
        return done
    page = render_template(
        "booking/needs/portal/traveller.html", case=case, form=form, person=person, key=key,
        kept=masked(person.passport_number),
    )  # fmt: skip
    return page, pages.status(form)


@bp.route("/portal/<pid>/travel/travellers/<key>/remove", methods=["GET", "POST"])
@portal(Area.TRIP)
def remove(pid: str, key: str):
    """A companion does not come."""
    case, _part = portal_case(pid)
    form, url = Form(), url_for("needs_portal.travellers", pid=pid)

    def work(session: Session, locked: Case) -> None:
        actions.remove_traveller(session, locked, key, actor=current_actor(), now=now())

    return (pages.save(case, form, work, url) if form.is_submitted() else None) or redirect(url, 303)
