"""The queue: nobody waits unseen, and no enquiry is taken twice."""

from datetime import datetime

import sqlalchemy as sa
from babel.lists import format_list
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.cases.actions import birth_facts
from concierge.cases.page import case_url
from concierge.conversation.live.queries import last_seen
from concierge.db import db, transaction
from concierge.domain.access import Right
from concierge.domain.calling import call_hour
from concierge.domain.clocks import local_day
from concierge.domain.errors import AlreadyTaken, DomainError
from concierge.domain.people import country_of_phone, parse_phone, zone_of_phone
from concierge.domain.places import only_zone
from concierge.domain.vocabulary import (
    CameBy,
    CancerType,
    Channel,
    GoodHours,
    HelpWanted,
    Relation,
    Urgency,
    Writer,
)
from concierge.journey.contact import actions, queries
from concierge.journey.contact.actions import NewEnquiry, open_enquiry
from concierge.journey.contact.forms import PhoneEnquiryForm
from concierge.journey.contact.lines import waiting_lines
from concierge.models import Enquiry, Hospital, StaffUser
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff
from concierge.web.choices import spoken_name, usual_language
from concierge.web.clock import now
from concierge.web.filters import city_of, clock, country_name
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.once import submit

bp = Blueprint("contact_staff", __name__)
ALL = "all"


def _filter() -> str:
    """`mine` (the default) puts what I speak first and hides the rest; `all` shows everybody."""
    return ALL if request.values.get("show") == ALL or not signed_in_staff().speaks else "mine"


def _languages() -> tuple[str, ...]:
    return () if _filter() == ALL else tuple(signed_in_staff().speaks)


def _way_in() -> CameBy | None:
    asked = request.args.get("came", "")
    return CameBy(asked) if asked in set(CameBy) else None


@bp.get("/desk/queue")
@staff(Right.TAKE_ENQUIRIES)
def queue():
    """Who waits for a first answer: urgent before all others, then the nearest promise."""
    hospitals, at, came, session = my_hospitals(), now(), _way_in(), db.session()
    rows, more = queries.queue_rows(session, hospitals, _languages(), request.args.get("after", ""), came)
    named = {one: session.get_one(Hospital, one) for one in hospitals}
    head = queries.queue_head(session, hospitals, _languages(), came)
    is_narrow = _filter() != ALL or came is not None
    return render_template(
        "journey/contact/staff/queue.html",
        take_form=Form(),
        head=head,
        others=queries.queue_head(session, hospitals, ()) if is_narrow else None,
        last_day=None if head.count else queries.last_day(session, hospitals, at),
        lines=waiting_lines(rows, named, at, _visitors(rows)),
        next_url=url_for("contact_staff.queue", show=_filter(), came=came, after=more) if more else "",
        show=_filter(),
        came=came,
        ways_in=list(CameBy),
        speaks=format_list(
            [spoken_name(code, current_code()) for code in signed_in_staff().speaks], locale=current_code()
        ),
        at=at,
        is_several=len(hospitals) > 1,
    )


def _visitors(rows: list[queries.WaitingRow]) -> dict[int, datetime]:
    return last_seen(db.session(), [row.case_id for row in rows if row.came_by is CameBy.CHAT])


@bp.route("/desk/queue/next", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def take_next():
    """The server picks; a second press of the same button leads to the first case, not to a second one."""
    form = Form()
    if form.validate_on_submit() and (done := submit(form, _take_next)):
        return done
    return redirect(url_for("contact_staff.queue"), 303)


def _take_next(session: Session) -> str:
    user = session.get_one(StaffUser, signed_in_staff().id)
    taken = actions.take_next(session, user, my_hospitals(), _languages(), actor=current_actor(), now=now())
    if taken is None:
        flash(_("No one is waiting."))
        return url_for("contact_staff.queue", show=ALL)
    return _to_case(taken)


def _to_case(taken: Enquiry) -> str:
    flash(_("This enquiry is yours now. Write the first reply."), "success")
    return case_url(taken.case.reference)


@bp.route("/desk/queue/<public_id>/take", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def take(public_id: str):
    """One row of the list; whoever is second learns who was first and sees who waits next."""
    if request.method == "GET":
        return redirect(url_for("contact_staff.queue"))
    enquiry = queries.find_waiting(db.session(), public_id, my_hospitals())
    if enquiry is None:
        abort(404)
    try:
        with transaction() as session:
            user = session.get_one(StaffUser, signed_in_staff().id)
            url = _to_case(actions.take(session, enquiry.id, user, actor=current_actor(), now=now()))
        return redirect(url, 303)
    except AlreadyTaken:
        return _was_faster(enquiry.id)


def _was_faster(enquiry_id: int) -> Response:
    enquiry = db.session.get_one(Enquiry, enquiry_id, populate_existing=True)
    holder = enquiry.taken_by
    if holder and holder.id == signed_in_staff().id:  # my own second click
        return redirect(case_url(enquiry.case.reference), 303)
    name = holder.name if holder else ""
    flash(_("%(name)s was faster and writes to this family. Here is who waits next.", name=name), "warning")
    return redirect(url_for("contact_staff.queue", show=_filter()), 303)


# --- an enquiry by telephone -----------------------------------------------------------------------------------


@bp.route("/desk/enquiry/new", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def new_enquiry():
    """What a caller says, typed while they speak; the same way into the house as the form on the web."""
    hospitals = list(
        db.session.scalars(sa.select(Hospital).where(Hospital.id.in_(my_hospitals())).order_by(Hospital.id))
    )
    form = PhoneEnquiryForm()
    form.prepare({}, hospitals, local_day(now(), "Pacific/Kiritimati"))
    if form.validate_on_submit() and (done := submit(form, lambda session: _open(session, form, hospitals))):
        return done
    return render_template("journey/contact/staff/new_enquiry.html", form=form), 422 if form.errors else 200


def _open(session: Session, form: PhoneEnquiryForm, hospitals: list[Hospital]) -> str:
    at = now()
    enquiry = open_enquiry(session, _from_phone(form, hospitals, at), now=at, actor=current_actor())
    if not form.take_it.data:
        flash(_("The enquiry waits in the queue."), "success")
        return url_for("contact_staff.queue", show=ALL)
    return _to_case(
        actions.take(
            session,
            enquiry.id,
            session.get_one(StaffUser, signed_in_staff().id),
            actor=current_actor(),
            now=at,
        )
    )


def _from_phone(form: PhoneEnquiryForm, hospitals: list[Hospital], at: datetime) -> NewEnquiry:
    phone = form.phone.phone
    return NewEnquiry(
        hospital_id=next(h.id for h in hospitals if h.slug == form.hospital.data),
        came_by=CameBy.PHONE,
        writer=Writer(form.writer.data),
        writer_name=form.writer_name.data if form.writer.data != Writer.PATIENT else "",
        relation=Relation(form.relation.data) if form.relation.data else None,
        help_wanted=HelpWanted(form.help_wanted.data),
        cancer_type=CancerType(form.illness.data),
        stage=form.stage.data,
        story=form.story.data,
        urgency=Urgency(form.urgency.data),
        language=form.reads,
        spoken_language=form.speaks,
        country=form.lives_in,
        timezone=only_zone(form.lives_in, at.year) or (zone_of_phone(phone.e164) if phone else ""),
        channel=Channel(form.channel.data),
        good_hours=GoodHours(form.hours.data),
        native_name=form.name.data,
        called=form.called.data,
        **birth_facts(form.born),
        email=form.email.data,
        phone=phone.e164 if phone else "",
        phone_typed=phone.typed if phone else "",
        has_health_consent=form.consent.data,
    )


@bp.get("/desk/enquiry/number")
@staff(Right.TAKE_ENQUIRIES)
def number():
    """What a number says while it is typed: country, clock and language, for the form to show and to choose."""
    try:
        phone = parse_phone(request.args.get("phone", ""), "").e164
    except DomainError:
        return {"text": ""}
    country, code = country_of_phone(phone), current_code()
    zone = only_zone(country, now().year) or zone_of_phone(phone)
    spoken = usual_language(country)
    parts = [
        country_name(country, code) if country else "",
        spoken_name(spoken, code) if spoken else "",
        _("%(time)s in %(city)s", time=clock(now(), zone), city=city_of(zone, code)) if zone else "",
        str(label(call_hour(now(), zone, None))) if zone else "",
    ]
    return {"text": " · ".join(part for part in parts if part)}
