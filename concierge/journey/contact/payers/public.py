"""An embassy, an insurer or an employer writes for a patient: one page, the same queue, the same promise."""

import sqlalchemy as sa
from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from concierge.cases.actions import birth_facts
from concierge.db import db
from concierge.domain.clocks import local_day
from concierge.domain.places import only_zone
from concierge.domain.vocabulary import CameBy, Channel, HelpWanted, PayerKind, Writer
from concierge.journey.contact.actions import NewEnquiry
from concierge.journey.contact.payers.actions import open_payer_enquiry
from concierge.journey.contact.payers.forms import PayerForm
from concierge.models import Hospital
from concierge.web.access import public
from concierge.web.clock import now
from concierge.web.guard import TooMany, count_try
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("payers_public", __name__)
PATIENTS_A_DAY = 40  # of one health office


@bp.errorhandler(TooMany)
def _too_many(_error):
    return current_app.handle_user_exception(TooManyRequests())


@bp.route("/<lang:lang>/payers/enquiry", methods=["GET", "POST"])
@public
def enquiry(lang: str):
    """Who asks, for whom, and what; the patient must have agreed."""
    hospitals = list(db.session.scalars(sa.select(Hospital).order_by(Hospital.id)))
    form = PayerForm()
    form.prepare({}, hospitals, local_day(now(), "Pacific/Kiritimati"))
    if form.validate_on_submit() and (done := submit(form, lambda session: _open(session, form, hospitals))):
        return done
    page = render_template("journey/contact/payers/public/enquiry.html", form=form)
    return page, 422 if form.errors else 200, {"Cache-Control": "no-store"}


def _open(session: Session, form: PayerForm, hospitals: list[Hospital]) -> str:
    count_try(session, "payer_enquiry", contact=form.email.data, per_contact=PATIENTS_A_DAY)
    opened = open_payer_enquiry(
        session,
        _told(form, hospitals),
        kind=PayerKind(form.kind.data),
        organisation=form.organisation.data,
        now=now(),
    )
    return url_for("contact_public.sent", public_id=opened.public_id)


def _told(form: PayerForm, hospitals: list[Hospital]) -> NewEnquiry:
    phone = form.phone.phone
    letter = (
        _("Number of the letter or file: %(number)s", number=form.letter.data) if form.letter.data else ""
    )
    return NewEnquiry(
        hospital_id=next(h.id for h in hospitals if h.slug == form.hospital.data),
        came_by=CameBy.PAYER,
        writer=Writer.PAYER,
        writer_name=form.writer_name.data,
        help_wanted=HelpWanted(form.help_wanted.data),
        story="\n\n".join(part for part in (form.story.data, letter) if part),
        language=current_code(),
        spoken_language=form.spoken.data,
        country=form.country.data,
        timezone=only_zone(form.country.data, now().year),
        channel=Channel.EMAIL,
        native_name=form.name.data,
        **birth_facts(form.born),
        email=form.email.data,
        phone=phone.e164 if phone else "",
        phone_typed=phone.typed if phone else "",
        has_health_consent=True,
    )
