"""The team's side: a faxed sheet typed off beside its picture, and the referral of a case with what may be told."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.cases import referrers
from concierge.cases.actions import lock
from concierge.cases.page import case_page, case_url
from concierge.db import db, transaction
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import CameBy
from concierge.gateways.scanner import FileKind
from concierge.journey.contact.referral import actions, queries
from concierge.journey.contact.referral.forms import (
    AsideForm,
    CallNotedForm,
    FaceSheetForm,
    PressForm,
    SheetForm,
)
from concierge.models import Case, FaceSheet, Hospital, Referral
from concierge.records import files
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit
from concierge.web.refusals import file_problem

bp = Blueprint("referral_staff", __name__)


# --- face sheets -----------------------------------------------------------------------------------------------


@bp.route("/desk/referral/new", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def new():
    """A fax or scan goes in here; below it, the sheets that nobody has finished."""
    hospitals, form = _my_houses(), SheetForm()
    form.hospital.choices = [(house.slug, house.text("name", current_code())) for house in hospitals]
    if form.validate_on_submit() and (done := _take_in(form, hospitals)):
        return done
    sheets, more = queries.open_sheets(db.session(), my_hospitals(), whole(request.args.get("after")))
    return render_template(
        "journey/contact/referral/staff/new.html", form=form, sheets=sheets, is_several=len(hospitals) > 1,
        houses={house.id: house for house in hospitals},
        next_url=url_for("referral_staff.new", after=more) if more else "",
    ), 422 if form.errors or form.form_errors else 200  # fmt: skip


def _my_houses() -> list[Hospital]:
    return list(
        db.session.scalars(sa.select(Hospital).where(Hospital.id.in_(my_hospitals())).order_by(Hospital.id))
    )


def _take_in(form: SheetForm, hospitals: list[Hospital]) -> Response | None:
    """One sheet a time: a second file would hide behind the first."""
    batch = files.seal_all(form.files.files[:1])
    if batch.sealed and batch.sealed[0].kind is FileKind.DICOM:
        files.forget([batch.sealed[0].stored.key])
        batch.problems.append(file_problem("not_allowed", batch.sealed.pop().name))
    if len(form.files.files) > 1:
        batch.problems.append(_("Drop one sheet at a time. Nothing was kept."))
    form.files.errors = [*form.files.errors, *batch.problems]
    if batch.problems:
        files.forget(file.stored.key for file in batch.sealed)
        return None
    written: list[FaceSheet] = []

    def work(session: Session) -> str:
        sealed = batch.sealed[0]
        sheet = FaceSheet(
            hospital_id=next(house.id for house in hospitals if house.slug == form.hospital.data),
            file_name=sealed.name, file_kind=sealed.kind, size=sealed.stored.size, sha256=sealed.stored.sha256,
            storage_key=sealed.stored.key, received_at=now(), received_by=signed_in_staff().name,
        )  # fmt: skip
        session.add(sheet)
        session.flush()
        written.append(sheet)
        return url_for("referral_staff.sheet", sid=sheet.public_id)

    done = submit(form, work)
    if not (done and written):
        files.forget(file.stored.key for file in batch.sealed)
    return done


def _sheet(sid: str) -> FaceSheet:
    return queries.find_sheet(db.session(), sid, my_hospitals(Right.TAKE_ENQUIRIES)) or abort(404)


@bp.route("/desk/referral/sheet/<sid>", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def sheet(sid: str):
    """The picture and the questions side by side. What is typed is kept, finished or not."""
    found = _sheet(sid)
    if found.closed_at is not None:
        return _where_it_led(found)
    house = db.session.get_one(Hospital, found.hospital_id)
    form = FaceSheetForm(
        data={"doctor_language": house.languages[0], **found.answers, "hospital": house.slug}
    )
    form.prepare([house], local_day(now(), "Pacific/Kiritimati"))
    if form.is_submitted():
        if request.form.get("go") == "later":
            _keep(found, form)
            flash(_("What you typed is kept with the sheet."), "success")
            return redirect(url_for("referral_staff.new"), 303)
        if form.validate() and (done := submit(form, lambda session: _refer(session, found.id, form))):
            return done
        _keep(found, form)
    return render_template(
        "journey/contact/referral/staff/sheet.html", form=form, sheet=found,
        is_picture=found.file_kind in {FileKind.JPEG, FileKind.PNG, FileKind.HEIC},
    ), 422 if form.errors or form.form_errors else 200  # fmt: skip


def _where_it_led(sheet: FaceSheet) -> Response:
    if sheet.referral_id is None:
        flash(_("This sheet was put aside: it was no referral."), "warning")
        return redirect(url_for("referral_staff.new"), 303)
    return redirect(case_url(db.session.get_one(Referral, sheet.referral_id).case.reference), 303)


def _keep(sheet: FaceSheet, form: FaceSheetForm) -> None:
    with transaction() as session:
        open_now = session.get_one(FaceSheet, sheet.id, populate_existing=True, with_for_update=True)
        actions.keep_answers(session, open_now, form.kept(), actor=current_actor())


def _refer(session: Session, sheet_id: int, form: FaceSheetForm) -> str:
    found = session.get_one(FaceSheet, sheet_id, populate_existing=True, with_for_update=True)
    data = form.referral(now(), CameBy.FAX, form.doctor_language.data)
    referral = actions.refer_sheet(session, found, data, actor=current_actor(), now=now())
    flash(_("The referral waits in the queue, with the sheet among its documents."), "success")
    return case_url(referral.case.reference)


@bp.get("/desk/referral/sheet/<sid>/picture")
@staff(Right.TAKE_ENQUIRIES)
def picture(sid: str):
    """The sheet itself, for the frame beside the form."""
    found = _sheet(sid)
    return files.show_sheet(
        found.storage_key, FileKind(found.file_kind), found.size, f"sheet-{found.public_id[:4]}"
    )


@bp.route("/desk/referral/sheet/<sid>/aside", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def aside(sid: str):
    """An advertisement, a second copy, a bill: it leaves the list with a reason."""
    found, form = _sheet(sid), AsideForm()

    def work(session: Session) -> str:
        open_now = session.get_one(FaceSheet, found.id, populate_existing=True, with_for_update=True)
        actions.put_aside(session, open_now, reason=form.reason.data, actor=current_actor(), now=now())
        flash(_("The sheet is put aside."), "success")
        return url_for("referral_staff.new")

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    page = render_template("journey/contact/referral/staff/aside.html", form=form, sheet=found)
    return page, 422 if form.errors else 200


# --- the referral of a case ------------------------------------------------------------------------------------


@bp.get("/c/<ref>/referral")
@staff(Right.SEE_CASES)
def referral(ref: str):
    """Who has sent the patient, what was asked, and what may be told."""
    return _page(staff_case(ref))


def _page(case: Case, **sent: Form):
    g.case_tab = "conversation_staff.talk"
    forms: dict[str, Form] = {"call_form": CallNotedForm(formdata=None), "press": PressForm(formdata=None)}
    html = render_template(
        "journey/contact/referral/staff/referral.html", page=case_page(case), **(forms | sent)
    )
    return html, 422 if sent else 200


def _act(case: Case, rid: str, form: Form, act: Callable[[Session, Case, Referral], str]):
    """One press about one referral; without it, back to the page."""
    here = url_for("referral_staff.referral", ref=case.reference)
    row = queries.find_referral(db.session(), case, rid) or abort(404)

    def work(session: Session) -> str:
        case_now = lock(session, case.id)
        flash(act(session, case_now, session.get_one(Referral, row.id, populate_existing=True)), "success")
        return here

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return None if form.is_submitted() else redirect(here)


@bp.route("/c/<ref>/referral/<rid>/call", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def note_call(ref: str, rid: str):
    """The talk between the doctors took place."""
    case, form = staff_case(ref), CallNotedForm()

    def act(session: Session, case_now: Case, row: Referral) -> str:
        actions.note_doctor_call(
            session, case_now, row, note=form.note.data, actor=current_actor(), now=now()
        )
        return _("The call with the doctor is noted.")

    return _act(case, rid, form, act) or _page(case, call_form=form)


@bp.route("/c/<ref>/referral/<rid>/hear-back", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def hear_back(ref: str, rid: str):
    """The patient gives the leave to tell the doctor, or takes it back."""
    case, form = staff_case(ref), PressForm()

    def act(session: Session, case_now: Case, row: Referral) -> str:
        wanted = request.form.get("allowed") == "yes"
        referrers.may_hear_back(session, case_now, row, is_allowed=wanted, actor=current_actor(), now=now())
        return (
            _("The doctor hears how it goes on.") if wanted else _("The doctor hears nothing more from us.")
        )

    return _act(case, rid, form, act) or _page(case, press=form)
