"""Who receives the bulletin: counts, a list, and a file for whoever sends it, with the purpose written down first."""

from datetime import timedelta

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import BulletinState, BulletinTopic
from concierge.journey.contact.bulletin import actions, links, queries
from concierge.journey.contact.bulletin.forms import ExportForm
from concierge.models import BulletinSubscription, StaffUser
from concierge.web.access import signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.once import submit
from concierge.web.spreadsheet import csv_response, plain

bp = Blueprint("bulletin_staff", __name__)
READY_FOR = timedelta(minutes=15)


@bp.route("/desk/bulletin", methods=["GET", "POST"])
@staff(Right.RUN_DESK)
def subscribers():
    form, session = ExportForm(), db.session()
    if form.validate_on_submit() and (done := submit(form, lambda writing: _export(writing, form))):
        return done
    asked = request.args.get("state", "")
    state = BulletinState(asked) if asked in set(BulletinState) else BulletinState.ACTIVE
    rows, more = queries.page(session, state, whole(request.args.get("before")) or None)
    return render_template(
        "journey/contact/bulletin/staff/subscribers.html",
        form=form,
        state=state,
        states=list(BulletinState),
        counts=queries.counts(session),
        rows=rows,
        next_url=url_for("bulletin_staff.subscribers", state=state, before=more) if more else "",
        exports=queries.latest_exports(session),
        timezone=signed_in_staff().timezone,
        topics_of=lambda row: [BulletinTopic(one) for one in row.topics or row.wanted.get("topics", [])],
    ), 422 if form.errors else 200


def _export(session: Session, form: ExportForm) -> str:
    user = session.get_one(StaffUser, signed_in_staff().id)
    count = queries.counts(session)[BulletinState.ACTIVE]
    export = actions.note_export(session, user, purpose=form.purpose.data, count=count, now=now())
    return url_for("bulletin_staff.export", public_id=export.public_id)


@bp.get("/desk/bulletin/export/<public_id>")
@staff(Right.RUN_DESK)
def export(public_id: str):
    """The file, for the one who gave the purpose and for a quarter of an hour; whoever has left by now is not in it."""
    noted = queries.find_export(db.session(), public_id)
    if noted is None or noted.staff_id != signed_in_staff().id or noted.at < now() - READY_FOR:
        abort(404)
    head = ("email", "language", "topics", "confirmed_at", "leave_url")
    return csv_response(head, (_line(one) for one in queries.active(db.session())), "bulletin.csv")


def _line(one: BulletinSubscription) -> tuple[str, ...]:
    confirmed = one.confirmed_at.isoformat() if one.confirmed_at else ""
    return plain(one.email), one.language, " ".join(one.topics), confirmed, links.leave_url(one)
