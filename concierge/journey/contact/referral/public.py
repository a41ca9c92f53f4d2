"""A doctor refers a patient, without an account; afterwards a private link tells how it goes on."""

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from concierge.cases import referrers
from concierge.db import db, transaction
from concierge.domain.access import Actor
from concierge.domain.clocks import local_day
from concierge.domain.tokens import hash_token, new_token
from concierge.domain.vocabulary import CameBy
from concierge.journey.contact.referral import actions, queries
from concierge.journey.contact.referral import status as pages
from concierge.journey.contact.referral.forms import PressForm, ReferForm
from concierge.models import Hospital, KeptFile, Referral, Referrer
from concierge.records import files
from concierge.web import i18n
from concierge.web.access import by_link, by_private_link, cookie_options, public
from concierge.web.clock import now
from concierge.web.guard import TooMany, count_try
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("referral_public", __name__)

COOKIE = "concierge_referral"  # the private link, for the page after sending; the mail has another one
SHOWN_FOR = 24 * 3600  # seconds
MOST_FILES = 50
MOST_KEEPINGS = 40  # pages with files from one address in 15 minutes, sent or not


@bp.after_request
def _private(response: Response) -> Response:
    """What a doctor typed must not come back from a shared computer's cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


# --- refer -----------------------------------------------------------------------------------------------------


@bp.route("/<lang:lang>/refer", methods=["GET", "POST"])
@public
def refer(lang: str):
    """All on one page, in three parts. What is refused stays typed; good files wait on our side meanwhile."""
    form, status = _form(), 200
    if form.is_submitted():
        is_valid = form.validate()
        try:
            _keep_or_let_go(form)
            if is_valid and not form.files.errors and (done := _send(form)):
                return done
        except TooMany as error:
            form.refuse("form", error.code)
            status = 429
    html = render_template(
        "journey/contact/referral/public/refer.html", form=form, kept=_kept(form), most_files=MOST_FILES
    )
    return html, 422 if status == 200 and (form.errors or form.form_errors) else status


def _form() -> ReferForm:
    hospitals = list(db.session.scalars(sa.select(Hospital).order_by(Hospital.id)))
    form = ReferForm(data={"hospital": request.args.get("hospital")})
    form.prepare(hospitals, local_day(now(), "Pacific/Kiritimati"))
    if not 20 <= len(form.kept.data or "") <= 64:
        form.kept.data = new_token()
    form.drop.choices = [(file.public_id, file.file_name) for file in _kept(form)]
    return form


def _holder(form: ReferForm) -> str:
    return hash_token(form.kept.data)


def _kept(form: ReferForm) -> list[KeptFile]:
    return queries.kept_files(db.session(), _holder(form))


def _keep_or_let_go(form: ReferForm) -> None:
    """Files are stored only with the patient's agreement; whoever takes it back takes back what waited too."""
    if form.may_keep:
        _keep_files(form)
        return
    gone = not form.consent.data and _let_go(form)
    if gone or form.files.files:
        text = _l("We have not kept these files. Choose them once more.")
        form.files.errors = [*form.files.errors, text]


def _keep_files(form: ReferForm) -> None:
    """Seal the good ones among the sent files, let go of those that were taken away, and name the bad ones."""
    if form.files.files:
        with transaction() as session:
            count_try(session, "refer_files", most=MOST_KEEPINGS)
    before = _kept(form)
    dropped = {file.id: file.storage_key for file in before if file.public_id in (form.drop.data or ())}
    free = MOST_FILES - len(before) + len(dropped)
    chosen = form.files.files
    batch = files.seal_all(chosen[:free])
    with transaction() as session:
        for sealed in batch.sealed:
            actions.keep_file(
                session, _holder(form), sealed.name, sealed.stored, sealed.kind, sealed.identity, now()
            )
        session.execute(sa.delete(KeptFile).where(KeptFile.id.in_(dropped)))
    files.forget(dropped.values())
    problems = list(batch.problems)
    if len(chosen) > free:
        text = _(
            "We take %(most)s files at a time and kept the first ones. Add the others after sending.",
            most=MOST_FILES,
        )
        problems.append(text)
    form.files.errors = [*form.files.errors, *problems]


def _send(form: ReferForm):
    """Open the referral once; this browser remembers its private link for a day."""
    opened: list[str] = []

    def work(session: Session) -> str:
        count_try(session, "refer", contact=form.doctor_email.data, per_contact=40)
        data = form.referral(now(), CameBy.REFERRAL, current_code())
        referral = actions.open_referral(session, data, now=now())
        kept = queries.kept_files(session, _holder(form))
        actions.file_kept(session, referral.case, kept, actor=_doctor_of(referral), now=now())
        opened.append(referrers.new_link(session, referral, now()))
        return url_for("referral_public.sent", public_id=referral.public_id)

    done = submit(form, work)
    if done and opened:
        done.set_cookie(COOKIE, opened[0], **cookie_options(SHOWN_FOR))
    elif done:  # sent before: the files of the repetition are the same ones again
        _let_go(form)
    return done


def _doctor_of(referral: Referral) -> Actor:
    return Actor("referrer", referral.referrer_id, referral.referrer.name)


def _let_go(form: ReferForm) -> int:
    """Nothing of this page waits any more; how many files did."""
    kept = {file.id: file.storage_key for file in _kept(form)}
    with transaction() as session:
        session.execute(sa.delete(KeptFile).where(KeptFile.id.in_(kept)))
    files.forget(kept.values())
    return len(kept)


@bp.get("/<lang:lang>/refer/sent/<public_id>")
@by_link
def sent(lang: str, public_id: str):
    """We have it: reference, promise by two clocks, who is in touch, and the private link on this browser."""
    referral = db.session.scalar(sa.select(Referral).where(Referral.public_id == public_id))
    if referral is None:
        abort(404)
    token = request.cookies.get(COOKIE, "")
    linked = queries.by_token(db.session(), token, now()) if token else None
    g.shown_hospital = referral.case.hospital
    return render_template(
        "journey/contact/referral/public/sent.html",
        referral=referral, hospital=referral.case.hospital, promise_at=referral.enquiry.promise_due_at, now=now(),
        status_url=_absolute(token) if linked and linked.id == referral.id else "",
    )  # fmt: skip


def _absolute(token: str) -> str:
    """With our own address, never the one that the request claims."""
    return current_app.config["CONCIERGE"].base_url + url_for("referral_public.status", token=token)


# --- the private link ------------------------------------------------------------------------------------------


@bp.route("/r/<token>", methods=["GET", "POST"])
@by_link
def status(token: str):
    """How it goes on, and a way to add documents. A link that has ended, or never was one, leads to new digits."""
    referral = queries.by_token(db.session(), token, now())
    if referral is None:
        return redirect(url_for("accounts_referrer.renew", token=token))
    _in_language_of(referral)
    by_private_link(referral)
    here = url_for("referral_public.status", token=token)
    return pages.status_page(
        "journey/contact/referral/public/status.html", referral, here,
        url_for("referral_public.letter_pdf", token=token), stop_url=url_for("referral_public.stop", token=token),
    )  # fmt: skip


def _in_language_of(referral: Referral) -> None:
    """The doctor's own, unless this browser has chosen another one."""
    if request.cookies.get(i18n.COOKIE, "") not in i18n.BY_TAG:
        g.saved_language = referral.referrer.language


@bp.get("/r/<token>/letter.pdf")
@by_link
def letter_pdf(token: str):
    referral = queries.by_token(db.session(), token, now())
    if referral is None:
        return redirect(url_for("accounts_referrer.renew", token=token))
    by_private_link(referral)
    return pages.letter(referral)


@bp.route("/r/<token>/stop", methods=["GET", "POST"])
@by_link
def stop(token: str):
    """No more mails, by one press. Opening the page changes nothing, because mail scanners open it too."""
    doctor = queries.doctor_of(db.session(), token)
    if doctor is None:
        abort(404)
    form = PressForm()

    def work(session: Session) -> str:
        actions.stop_mails(session, session.get_one(Referrer, doctor.id, populate_existing=True), now=now())
        flash(_("You get no more mails from us about your patients."), "success")
        return url_for("referral_public.stop", token=token)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return render_template(
        "journey/contact/referral/public/stop.html", form=form, is_stopped=doctor.unsubscribed_at is not None
    )
