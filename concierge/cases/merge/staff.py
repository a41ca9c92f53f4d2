"""Pages on which people decide whether two records are one person, merge them, and take a merge back."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import duplicates
from concierge.cases.actions import lock
from concierge.cases.merge import actions, queries
from concierge.cases.merge.actions import Wish
from concierge.cases.merge.forms import NEWER, OLDER, DifferentForm, MergeForm, UndoForm, merge_form
from concierge.cases.merge.words import candidate_of, kept_text, match_line, reasons_of, rows_of, strength_of
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.duplicates import KnownPerson
from concierge.domain.errors import DomainError, NotAllowed
from concierge.domain.journey import CaseState
from concierge.domain.people import Calendar, PersonName, clean_line, parse_birth_date, parse_phone
from concierge.models import Case
from concierge.web.access import (
    current_actor,
    hospitals_with,
    my_hospitals,
    second_case,
    signed_in_staff,
    staff,
    staff_case,
)
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("merge_staff", __name__)


@bp.get("/c/<ref>/same")
@staff(Right.EDIT_CASE)
def same(ref: str):
    """Who this person may be, what was decided about it, and which merges can still be taken back."""
    case, session = staff_case(ref), db.session()
    pairs = queries.pairs_of(session, case.id, my_hospitals(Right.EDIT_CASE))
    return render_template(
        "cases/merge/staff/same.html",
        page=case_page(case),
        open_pairs=[candidate_of(case, other, row) for row, other in pairs if row.state == "open"],
        decided=[(row, other) for row, other in pairs if row.state == "dismissed"],
        merges=[
            (made, other, queries.undo_until(made)) for made, other in queries.merges_of(session, case.id)
        ],
        different_form=DifferentForm(formdata=None),
        undo_form=UndoForm(formdata=None),
        look_form=Form(formdata=None),
        now=now(),
    )


@bp.route("/c/<ref>/same/look", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def look_again(ref: str):
    """Compare anew, after facts have been corrected."""
    case, form = staff_case(ref), Form()

    def work(session: Session) -> str:
        found = duplicates.suggest(session, lock(session, case.id), now=now())
        if not found:
            flash(_("Nobody else looks like this person."))
        return url_for("merge_staff.same", ref=case.reference)

    done = submit(form, work) if form.validate_on_submit() else None
    return done or redirect(url_for("merge_staff.same", ref=case.reference), 303)


@bp.route("/c/<ref>/same/<other>", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def compare(ref: str, other: str):
    """Both records side by side; for each fact that differs, a choice."""
    case, beside = staff_case(ref), second_case(other)
    if case.id == beside.id:
        abort(404)
    older, newer = sorted((case, beside), key=lambda one: one.id)
    rows = rows_of(older, newer)
    usual = NEWER if older.state is CaseState.CLOSED and newer.state is not CaseState.CLOSED else OLDER
    form = merge_form(
        [row.name for row in rows if not row.is_same], usual, actions.seen_of(older, newer), older, newer
    )
    if form.validate_on_submit() and (
        done := submit(form, lambda session: _merge(session, form, older, newer))
    ):
        return done
    pair = queries.pair(db.session(), older.id, newer.id)
    html = render_template(
        "cases/merge/staff/compare.html", page=case_page(case), form=form, older=older, newer=newer, rows=rows,
        is_fold=older.hospital_id == newer.hospital_id, different_form=DifferentForm(formdata=None),
        reasons=reasons_of(pair.reasons) if pair else [],
        strength=strength_of(pair.score, pair.reasons) if pair else "",
        parts={one.id: queries.people_of(db.session(), one.id) for one in (older, newer)},
    )  # fmt: skip
    return html, 422 if form.is_submitted() else 200


def _merge(session: Session, form: MergeForm, older: Case, newer: Case) -> str:
    is_older = form.survivor.data == OLDER
    kept, other = (older, newer) if is_older else (newer, older)
    _check_rights(session, kept, other)
    elsewhere = NEWER if is_older else OLDER
    chosen = frozenset(
        f.name.removeprefix("fact_") for f in form if f.name.startswith("fact_") and f.data == elsewhere
    )
    actions.merge(
        session, kept.id, other.id, Wish(chosen, form.seen.data or ""), actor=current_actor(), now=now()
    )
    flash(_("They are one person now. For 24 hours this can be taken back below."), "success")
    return url_for("merge_staff.same", ref=kept.reference, _anchor="merges")


def _check_rights(session: Session, *cases: Case) -> None:
    """A person may have cases at hospitals in which the reader may edit nothing: then a lead there decides."""
    mine = hospitals_with(signed_in_staff(), frozenset({Right.EDIT_CASE}))
    if any(case.hospital_id not in mine for case in actions.touched_cases(session, *cases)):
        raise NotAllowed()


@bp.route("/c/<ref>/same/<other>/different", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def different(ref: str, other: str):
    """They are two people; nobody is asked about this pair again."""
    case, beside, form = staff_case(ref), second_case(other), DifferentForm()

    def work(session: Session) -> str:
        actions.say_different(session, case, beside, note=form.note.data, actor=current_actor(), now=now())
        flash(_("Noted: they are different people. Nobody is asked about this pair again."), "success")
        return _back_to(case)

    done = submit(form, work) if form.validate_on_submit() and case.id != beside.id else None
    return done or redirect(url_for("merge_staff.compare", ref=ref, other=other), 303)


def _back_to(case: Case) -> str:
    """A new enquiry goes on to its intake, any other case to its list of likenesses."""
    enquiry = queries.waiting_enquiry(db.session(), case.id)
    if enquiry and case.hospital_id in my_hospitals(Right.TAKE_ENQUIRIES):
        return url_for("intake_staff.intake", public_id=enquiry)
    return url_for("merge_staff.same", ref=case.reference)


@bp.route("/c/<ref>/same/undo/<public_id>", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def undo(ref: str, public_id: str):
    """Everything is as it was; what was changed since is named and stays."""
    case, form = staff_case(ref), UndoForm()
    made = queries.merge_of(db.session(), case.id, public_id)
    if made is None:
        abort(404)

    def work(session: Session) -> str:
        both = [session.get_one(Case, one) for one in (made.survivor_case_id, made.folded_case_id)]
        _check_rights(session, *both)
        kept = actions.undo(session, made.id, actor=current_actor(), now=now())
        if kept:
            text = _(
                "Taken back. This was changed since, and stays as it is now: %(what)s.", what=kept_text(kept)
            )
            flash(text, "warning")
        else:
            flash(_("Taken back. Both records are as they were."), "success")
        return url_for("merge_staff.same", ref=case.reference)

    done = submit(form, work) if form.validate_on_submit() else None
    return done or redirect(url_for("merge_staff.same", ref=case.reference), 303)


# --- while somebody types -------------------------------------------------------------------------------------


@bp.route("/desk/same-person", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def look():
    """Who the caller may be. Sent as a form, so that no name and no number stands in an address."""
    form = Form()
    if request.method == "GET":
        return redirect(url_for("cases_staff.case_list"))
    if not form.validate_on_submit():
        abort(400)
    person = _typed_person()
    found = duplicates.matches(db.session(), person, my_hospitals(Right.SEE_CASES)) if person else []
    lines = [match_line(match) for match in found]
    if request.headers.get("X-Fragment"):
        return render_template("cases/merge/staff/_matches.html", lines=lines)
    return render_template("cases/merge/staff/look.html", lines=lines)


def _typed_person() -> KnownPerson | None:
    """What stands in the form so far; a half-typed number or date is left out."""
    values = {
        name: clean_line(request.form.get(name, ""))[:200]
        for name in ("name", "called", "birth", "phone", "email")
    }
    try:
        phone = parse_phone(values["phone"], request.form.get("country", "")[:2]).e164
    except DomainError:
        phone = ""
    calendar = Calendar.HIJRI if request.form.get("hijri") else Calendar.GREGORIAN
    try:
        born = parse_birth_date(values["birth"], today=now().date(), calendar=calendar)
    except DomainError:
        born = None
    person = KnownPerson(
        PersonName(values["name"], called=values["called"]), born.on if born else None,
        "" if born and born.on else values["birth"], phone, values["email"].casefold(),
    )  # fmt: skip
    return person if len(values["name"]) > 1 or phone or values["email"] else None
