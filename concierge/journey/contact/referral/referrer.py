"""The doctor's own window: all patients that he sent, and how each of them stands; nothing else."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.numbers import whole
from concierge.journey.contact.referral import actions, queries, words
from concierge.journey.contact.referral import status as pages
from concierge.journey.contact.referral.forms import PressForm
from concierge.models import Referrer
from concierge.web.access import own_referral, referrer, signed_in_referrer
from concierge.web.clock import now
from concierge.web.once import submit

bp = Blueprint("referral_referrer", __name__)
for _filter in (words.step_text, words.news_text, words.waits_text, words.end_text):
    bp.add_app_template_filter(_filter, f"doctor_{_filter.__name__}")


@bp.get("/referrer")
@referrer
def patients():
    """The newest first."""
    doctor = signed_in_referrer()
    rows, older = queries.patients(db.session(), doctor, whole(request.args.get("before")))
    return render_template(
        "journey/contact/referral/referrer/patients.html", rows=rows, doctor=doctor, form=PressForm(formdata=None),
        older=url_for("referral_referrer.patients", before=older) if older else "",
    )  # fmt: skip


@bp.route("/referrer/<rid>", methods=["GET", "POST"])
@referrer
def patient(rid: str):
    """One of them, with a way to add documents."""
    referral = own_referral(rid)
    return pages.status_page(
        "journey/contact/referral/referrer/patient.html", referral, url_for("referral_referrer.patient", rid=rid),
        url_for("referral_referrer.letter_pdf", rid=rid),
    )  # fmt: skip


@bp.get("/referrer/<rid>/letter.pdf")
@referrer
def letter_pdf(rid: str):
    return pages.letter(own_referral(rid))


@bp.route("/referrer/mails", methods=["GET", "POST"])
@referrer
def mails():
    """Stop the mails, or have them again."""
    form, doctor_id = PressForm(), signed_in_referrer().id

    def work(session: Session) -> str:
        doctor = session.get_one(Referrer, doctor_id, populate_existing=True)
        if doctor.unsubscribed_at is None:
            actions.stop_mails(session, doctor, now=now())
            flash(_("You get no more mails from us about your patients."), "success")
        else:
            actions.resume_mails(session, doctor)
            flash(_("We write to you again when there is news of your patients."), "success")
        return url_for("referral_referrer.patients")

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return redirect(url_for("referral_referrer.patients"), 303)
