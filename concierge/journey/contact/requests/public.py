"""A physician asks for something without sending a patient: one page, one reference, one promise."""

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from concierge.db import db
from concierge.domain.places import only_zone
from concierge.domain.vocabulary import RequestKind
from concierge.journey.contact.requests import queries
from concierge.journey.contact.requests.actions import NewRequest, open_request
from concierge.journey.contact.requests.forms import RequestForm
from concierge.models import Hospital
from concierge.web.access import by_link, public
from concierge.web.clock import now
from concierge.web.guard import TooMany, count_try
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("requests_public", __name__)


@bp.errorhandler(TooMany)
def _too_many(_error):
    return current_app.handle_user_exception(TooManyRequests())


@bp.route("/<lang:lang>/physicians/requests", methods=["GET", "POST"])
@public
def ask(lang: str):
    hospitals = list(db.session.scalars(sa.select(Hospital).order_by(Hospital.id)))
    form = RequestForm(data={"kind": request.args.get("kind")})
    form.prepare(hospitals)
    if form.validate_on_submit() and (done := submit(form, lambda session: _open(session, form, hospitals))):
        return done
    page = render_template("journey/contact/requests/public/ask.html", form=form)
    return page, 422 if form.errors else 200, {"Cache-Control": "no-store"}


def _open(session: Session, form: RequestForm, hospitals: list[Hospital]) -> str:
    count_try(session, "physician_request", contact=form.email.data)
    phone = form.phone.phone
    data = NewRequest(
        hospital_id=next(h.id for h in hospitals if h.slug == form.hospital.data),
        kind=RequestKind(form.kind.data),
        name=form.name.data,
        organisation=form.organisation.data,
        email=form.email.data,
        phone=phone.e164 if phone else "",
        country=form.country.data,
        timezone=only_zone(form.country.data, now().year),
        language=current_code(),
        text=form.text.data,
    )
    opened = open_request(session, data, now=now())
    return url_for("requests_public.sent", public_id=opened.public_id)


@bp.get("/<lang:lang>/physicians/requests/sent/<public_id>")
@by_link
def sent(lang: str, public_id: str):
    """Reference and promise, and nothing of what was written."""
    found = queries.find(db.session(), public_id)
    if found is None:
        abort(404)
    g.shown_hospital = found.hospital
    return render_template("journey/contact/requests/public/sent.html", found=found, at=now())
