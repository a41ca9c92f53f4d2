"""Step 3 as advocates build an estimate: its page, what its forms do, the family's view of it and the paper."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import Stale
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import EstimateState
from concierge.journey.finance.estimates import actions, papers, queries
from concierge.journey.finance.estimates.builder import conflict_of, first_texts, show_builder, trip_names
from concierge.journey.finance.estimates.costs_page import costs_page
from concierge.journey.finance.estimates.forms import (
    AddLineForm,
    IssueForm,
    ReturnForm,
    StartForm,
    TextsForm,
    lines_form,
    shares_form,
)
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.tab import who
from concierge.models import Case, Estimate, Tariff
from concierge.web.access import staff, staff_case
from concierge.web.clock import now
from concierge.web.i18n import direction_of, tag_of
from concierge.web.once import submit

bp = Blueprint("estimates_staff", __name__, url_prefix="/c/<ref>/money/estimate")
Work = Callable[[Session, Case, Estimate], None]


@bp.get("")
@staff(Right.SEE_MONEY)
def builder(ref: str):
    """S13: the draft, or from where to start one, and all versions."""
    return show_builder(staff_case(ref))


def _act(case: Case, form: ActForm, work: Work, *, slot: str, anchor: str = ""):
    """One POST on the open draft: done, or the page again with what was refused, or with both versions (409)."""
    if not form.is_submitted():
        return redirect(url_for("estimates_staff.builder", ref=case.reference))

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        work(session, locked, _draft(session, locked))
        return url_for("estimates_staff.builder", ref=locked.reference, _anchor=anchor or None)

    if form.validate_on_submit():
        try:
            if done := submit(form, run):
                return done
        except Stale as error:
            return show_builder(case, conflict=conflict_of(case, form, slot, error.code)), 409
    return show_builder(case, **{slot: form}), 422


def _draft(session: Session, case: Case) -> Estimate:
    """The open draft; Stale when somebody issued it meanwhile."""
    draft = queries.find_draft(session, case.id)
    if draft is None:
        raise Stale("estimate_is_issued")
    return draft


@bp.route("/draft", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def draft(ref: str):
    """Begin: from a package, from a past case, or from the version in force."""
    case, form = staff_case(ref), StartForm()
    if not form.is_submitted():
        return redirect(url_for("estimates_staff.builder", ref=case.reference))
    texts = first_texts(case)

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        start = _start(session, locked, form.start.data or "")
        actions.draft_estimate(session, locked, texts=texts, start=start, **who())
        if start and start.left_out:
            codes = ", ".join(start.left_out)
            flash(_("Left out, because the tariff has ended: %(codes)s", codes=codes), "warning")
        return url_for("estimates_staff.builder", ref=locked.reference)

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return show_builder(case, start=form), 422


def _start(session: Session, case: Case, key: str) -> queries.Start | None:
    """Where to begin, as the page offers it; Stale when it is gone since."""
    if not key:
        return None
    find = queries.similar_cases if key.startswith("case:") else queries.starting_points
    start = queries.find_start(find(session, case, now()), key)
    if start is None:
        raise Stale()
    return start


@bp.route("/lines", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def lines(ref: str):
    """Quantities and ranges; or one line out or moved within its phase; or ended tariffs replaced by today's."""
    case = staff_case(ref)
    open_draft = queries.find_draft(db.session(), case.id)
    form = lines_form(open_draft) if open_draft else ActForm()
    pressed = {name: whole(request.form.get(name)) for name in ("remove", "up", "down")}

    def work(session: Session, locked: Case, found: Estimate) -> None:
        kept = {"version": form.shown_version, **who()}
        if pressed["remove"] is not None:
            actions.remove_line(session, locked, found, pressed["remove"], **kept)
        elif (line_id := pressed["up"] or pressed["down"]) is not None:
            actions.move_line(session, locked, found, line_id, is_up=pressed["up"] is not None, **kept)
        elif "reprice" in request.form:
            if left := actions.reprice(session, locked, found, **kept):
                flash(_("These have no tariff any more: %(codes)s", codes=", ".join(left)), "warning")
        else:
            typed = {line.id: form.change_of(line) for line in found.lines if f"quantity_{line.id}" in form}
            actions.change_lines(session, locked, found, typed, **kept)
            flash(_("The lines are saved."), "success")

    return _act(case, form, work, slot="lines", anchor="lines")


@bp.route("/add", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def add(ref: str):
    case = staff_case(ref)
    form = AddLineForm().offer(queries.valid_tariffs(db.session(), case, now()))

    def work(session: Session, locked: Case, found: Estimate) -> None:
        tariff, kept = (
            session.get_one(Tariff, int(form.tariff.data)),
            {"version": form.shown_version, **who()},
        )
        actions.add_line(session, locked, found, tariff=tariff, quantity=form.quantity.number, **kept)

    return _act(case, form, work, slot="add", anchor="lines")


@bp.route("/texts", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def texts(ref: str):
    form = TextsForm()

    def work(session: Session, locked: Case, found: Estimate) -> None:
        actions.change_texts(session, locked, found, form.texts, version=form.shown_version, **who())
        flash(_("The texts are saved."), "success")

    return _act(staff_case(ref), form, work, slot="texts", anchor="texts")


@bp.route("/payers", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def shares(ref: str):
    """The margin of doubt, and who pays which part."""
    case = staff_case(ref)
    open_draft = queries.find_draft(db.session(), case.id)
    form = shares_form(open_draft) if open_draft else ActForm()

    def work(session: Session, locked: Case, found: Estimate) -> None:
        kept = {"margin_percent": form.margin.number, "version": form.shown_version, **who()}
        actions.change_shares(session, locked, found, form.shares, **kept)
        flash(_("Who pays is saved."), "success")

    return _act(case, form, work, slot="shares", anchor="payers")


@bp.route("/ask", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def ask(ref: str):
    """Ask a second person, above the limit of the hospital."""
    form = ActForm()

    def work(session: Session, locked: Case, found: Estimate) -> None:
        actions.ask_approval(session, locked, found, version=form.shown_version, **who())
        flash(_("A second person is asked."), "success")

    return _act(staff_case(ref), form, work, slot="ask", anchor="issue")


@bp.route("/approve", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def approve(ref: str):
    form = ActForm()

    def work(session: Session, locked: Case, found: Estimate) -> None:
        actions.approve_estimate(session, locked, found, version=form.shown_version, **who())
        flash(_("This version is approved. It can be issued as it is."), "success")

    return _act(staff_case(ref), form, work, slot="approve", anchor="issue")


@bp.route("/trip", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def trip(ref: str):
    """The bookings of the trip become lines."""
    form = ActForm()

    def work(session: Session, locked: Case, found: Estimate) -> None:
        kept = {"version": form.shown_version, **who()}
        actions.take_trip(session, locked, found, trip_names(), **kept)
        flash(_("The lines are saved."), "success")

    return _act(staff_case(ref), form, work, slot="trip", anchor="lines")


@bp.route("/return", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def give_back(ref: str):
    form = ReturnForm()

    def work(session: Session, locked: Case, found: Estimate) -> None:
        reason, kept = form.reason.data, {"version": form.shown_version, **who()}
        actions.return_estimate(session, locked, found, reason=reason, **kept)

    return _act(staff_case(ref), form, work, slot="return", anchor="issue")


@bp.route("/issue", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def issue(ref: str):
    form = IssueForm()

    def work(session: Session, locked: Case, found: Estimate) -> None:
        until, kept = form.issue_until.day, {"version": form.shown_version, **who()}
        actions.issue_estimate(session, locked, found, valid_until=until, **kept)
        flash(_("The estimate is issued. The family is told in their language."), "success")

    return _act(staff_case(ref), form, work, slot="issue", anchor="issue")


# --- a version -------------------------------------------------------------------------------------------------


def _version(case: Case, eid: str) -> Estimate:
    estimate = queries.find_estimate(db.session(), case.id, eid)
    if estimate is None:
        abort(404)
    return estimate


@bp.get("/<eid>/preview")
@staff(Right.SEE_MONEY)
def preview(ref: str, eid: str):
    """The very page of the family, in the patient's language."""
    case = staff_case(ref)
    estimate, language = _version(case, eid), first_texts(case).language
    file, staff_language = case_page(case).file, str(g.saved_language)
    note = _("Preview: the family reads this page in their language. They see it after you issue it.")
    back = url_for("estimates_staff.builder", ref=case.reference)
    g.shown_hospital = case.hospital
    with force_locale(language):
        return render_template(
            "journey/finance/estimates/staff/preview.html", page=costs_page(file, estimate), case=case, note=note,
            back_url=back, note_lang=tag_of(staff_language), note_dir=direction_of(staff_language),
            deposit=file.deposit,
        )  # fmt: skip


@bp.get("/<eid>.pdf")
@staff(Right.SEE_MONEY)
def pdf(ref: str, eid: str):
    """A version as it was issued; a draft is no paper yet."""
    case = staff_case(ref)
    estimate = _version(case, eid)
    if estimate.state is EstimateState.DRAFT:
        abort(404)
    return papers.estimate_paper(case, estimate, first_texts(case).language)
