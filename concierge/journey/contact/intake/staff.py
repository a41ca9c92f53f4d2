"""S3, the intake: what they wrote, who they may be, what cannot wait; then the first reply."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.merge.forms import DifferentForm
from concierge.cases.merge.queries import pairs_of
from concierge.cases.merge.words import candidate_of
from concierge.cases.page import case_url
from concierge.conversation.thread import story_line
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import DomainError
from concierge.domain.journey import CaseState, Exit
from concierge.domain.redflags import red_flags
from concierge.domain.vocabulary import CancerType
from concierge.journey.contact.intake import actions, queries
from concierge.journey.contact.intake.forms import DeclineForm
from concierge.journey.contact.intake.words import NO, RED_FLAG, no_in
from concierge.journey.contact.queries import lateness
from concierge.models import Enquiry, StaffUser
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("intake_staff", __name__)


def _enquiry(public_id: str) -> Enquiry:
    """Through `staff_case`, so that the look stands in the read log of the case."""
    enquiry = queries.enquiry_at(db.session(), public_id, my_hospitals(Right.TAKE_ENQUIRIES))
    if enquiry is None:
        abort(404)
    staff_case(enquiry.case.reference)
    return enquiry


@bp.get("/desk/queue/<public_id>")
@staff(Right.TAKE_ENQUIRIES)
def intake(public_id: str):
    """One enquiry, read closely. Where it was merged meanwhile, the case in which it goes on."""
    enquiry = _enquiry(public_id)
    if enquiry.case.exit is Exit.MERGED:
        return redirect(case_url(enquiry.case.reference), 303)
    return _page(enquiry, DeclineForm(formdata=None))


def _page(enquiry: Enquiry, form: DeclineForm):
    session, case, user = db.session(), enquiry.case, signed_in_staff()
    referral = queries.referral_of(session, enquiry)
    texts = (enquiry.story, referral.diagnosis, referral.question) if referral else (enquiry.story,)
    pairs = pairs_of(session, case.id, my_hospitals(Right.EDIT_CASE))
    html = render_template(
        "journey/contact/intake/staff/intake.html", enquiry=enquiry, case=case, person=case.person, referral=referral,
        writer=queries.writer_of(session, enquiry), flags=[RED_FLAG[code] for code in red_flags(*texts)],
        candidates=[candidate_of(case, other, row) for row, other in pairs if row.state == "open"],
        how_late=lateness(enquiry, case.hospital.calendar, case.hospital.first_reply_hours, now()),
        story=story_line(session, enquiry, (user.language, *user.speaks)) if enquiry.story else None,
        is_mine=enquiry.taken_by_id == user.id, is_open=case.state is not CaseState.CLOSED,
        may_decline=case.state is not CaseState.CLOSED and case.step.number == 1
        and enquiry.taken_by_id in (None, user.id),
        illness=case.cancer_type if case.cancer_type is not CancerType.NOT_SURE else None,
        start_form=Form(formdata=None), different_form=DifferentForm(formdata=None), decline_form=form,
        no=[(title, no_in(code, case.person.language)) for code, (title, words) in NO.items() if words],
    )  # fmt: skip
    return html, 422 if form.errors else 200


@bp.route("/desk/queue/<public_id>/decline", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def decline(public_id: str):
    """Not for us: a kind reason in their language, and the case ends."""
    enquiry, form = _enquiry(public_id), DeclineForm()

    def work(session: Session) -> str:
        user = session.get_one(StaffUser, signed_in_staff().id)
        language = enquiry.case.person.language
        actions.decline(
            session, enquiry.id, user, reason=form.note.data or str(NO[form.why.data][0]),
            words=no_in(form.why.data, language), language=language, actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("The enquiry has ended. The case stays readable and can be taken up again."), "success")
        return url_for("contact_staff.queue")

    try:
        if form.validate_on_submit() and (done := submit(form, work)):
            return done
    except DomainError:
        flash(_("A colleague was faster, or the case has gone on. See the newest state."), "warning")
        return redirect(url_for("intake_staff.intake", public_id=public_id), 303)
    return (
        _page(enquiry, form)
        if form.is_submitted()
        else redirect(url_for("intake_staff.intake", public_id=public_id))
    )
