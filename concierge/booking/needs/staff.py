"""The needs of a case as a coordinator types them for the family: the same forms, and who typed is noted."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import tab
from concierge.booking.needs import actions, pages, words
from concierge.booking.needs.forms import TravellerForm
from concierge.cases.page import case_page
from concierge.domain.access import Right
from concierge.models import Case
from concierge.web.access import current_actor, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form

bp = Blueprint("needs_staff", __name__)


def _back(case: Case) -> str:
    return url_for(tab.PAGE, ref=case.reference, _anchor="needs")


def _page(case: Case):
    g.case_tab = tab.PAGE
    return case_page(case)


@bp.route("/c/<ref>/travel/needs/<name>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def part(ref: str, name: str):
    """One part of the needs."""
    case, told_part = staff_case(ref), pages.part_of(name)
    form = pages.part_form(case, told_part)
    if done := pages.save_part(case, told_part, form, _back(case)):
        return done
    page = render_template(
        "booking/needs/staff/part.html", page=_page(case), case=case, part=told_part, form=form,
        told=pages.told_now(case), airports=pages.near_home(case), help_of=words.help_of,
    )  # fmt: skip
    return page, pages.status(form)


@bp.route("/c/<ref>/travel/needs/travellers/new", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def traveller_new(ref: str):
    case, form = staff_case(ref), TravellerForm.of(None, sees_number=True)
    if done := pages.save_traveller(case, form, "", _back(case)):
        return done
    page = render_template("booking/needs/staff/traveller_new.html", page=_page(case), form=form)
    return page, pages.status(form)


@bp.route("/c/<ref>/travel/needs/travellers/<key>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def traveller(ref: str, key: str):
    case = staff_case(ref)
    person = pages.traveller_of(case, key)
    form = TravellerForm.of(person, sees_number=True)
    if done := pages.save_traveller(case, form, key, _back(case)):
        return done
    page = render_template(
        "booking/needs/staff/traveller.html", page=_page(case), form=form, person=person, key=key,
        removing=Form(formdata=None),
    )  # fmt: skip
    return page, pages.status(form)


@bp.route("/c/<ref>/travel/needs/travellers/<key>/remove", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def remove(ref: str, key: str):
    """A companion does not come."""
    case, form = staff_case(ref), Form()

    def work(session: Session, locked: Case) -> None:
        actions.remove_traveller(session, locked, key, actor=current_actor(), now=now())

    return (pages.save(case, form, work, _back(case)) if form.is_submitted() else None) or redirect(
        _back(case), 303
    )


@bp.route("/c/<ref>/travel/needs/complete", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def complete(ref: str):
    """The family told it all in a talk: it counts as sent."""
    case, form = staff_case(ref), Form()

    def work(session: Session, locked: Case) -> str:
        actions.send_needs(session, locked, **tab.who())
        return _("The needs count as sent.")

    return tab.act(case, form, work, "needs")
