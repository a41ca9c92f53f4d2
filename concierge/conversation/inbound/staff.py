"""Mail and SMS that found no case: a person files them, or puts them aside."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.page import case_url
from concierge.conversation.inbound import actions
from concierge.conversation.inbound.queries import find_case
from concierge.conversation.inbox import queries
from concierge.conversation.inbox.forms import FileForm
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import InvalidInput
from concierge.domain.numbers import whole
from concierge.models import Inbound, StaffUser
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("inbound_staff", __name__)


@bp.get("/inbox/unmatched")
@staff(Right.TAKE_ENQUIRIES)
def unmatched():
    """What came without a case, the oldest first."""
    rows, more = queries.unmatched(db.session(), my_hospitals(), whole(request.args.get("after")) or 0)
    owners = {row.owner_id: db.session.get(StaffUser, row.owner_id) for row in rows if row.owner_id}
    return render_template(
        "conversation/inbound/staff/unmatched.html", rows=rows, owners=owners, zone=signed_in_staff().timezone,
        next_url=url_for("inbound_staff.unmatched", after=more) if more else "", at=now(),
    )  # fmt: skip


@bp.route("/inbox/unmatched/<public_id>", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def file_one(public_id: str):
    """Read one and say to which case it belongs."""
    row, form, aside = _row(public_id), FileForm(), Form(formdata=None)
    if form.validate_on_submit() and (done := submit(form, lambda session: _file(session, row.id, form))):
        return done
    page = render_template(
        "conversation/inbound/staff/file_one.html",
        row=row,
        form=form,
        aside=aside,
        zone=signed_in_staff().timezone,
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/inbox/unmatched/<public_id>/aside")
@staff(Right.TAKE_ENQUIRIES)
def aside(public_id: str):
    """It belongs to no case."""
    row, form = _row(public_id), Form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _aside(session, row.id))):
        return done
    return redirect(url_for("inbound_staff.file_one", public_id=public_id), 303)


def _row(public_id: str) -> Inbound:
    row = queries.find_unmatched(db.session(), public_id, my_hospitals())
    if row is None:
        abort(404)
    return row


def _file(session: Session, row_id: int, form: FileForm) -> str:
    case = find_case(session, form.reference.data.upper())
    if case is None or case.hospital_id not in my_hospitals(Right.WRITE_MESSAGES):
        raise InvalidInput("reference", "case_unknown")
    actions.file_by_hand(session, row_id, lock(session, case.id), actor=current_actor(), now=now())
    flash(_("It stands in the thread of this case now."), "success")
    return case_url(case.reference)


def _aside(session: Session, row_id: int) -> str:
    actions.put_aside(session, row_id, now=now())
    flash(_("Put aside."), "success")
    return url_for("inbound_staff.unmatched")
