"""The bulletin for physicians: asked for here, confirmed from the mail, left with one button.

Every address gets the same answer, whether it receives the bulletin, has left it, or was never heard of.
"""

from datetime import timedelta

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from concierge.db import db
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import BulletinTopic
from concierge.journey.contact.bulletin import actions, links
from concierge.journey.contact.bulletin.forms import BulletinForm
from concierge.web.access import by_link, public
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.guard import TooMany, count_try
from concierge.web.i18n import current_code
from concierge.web.once import submit
from concierge.web.throttle import allows

bp = Blueprint("bulletin_public", __name__)
MAILS_A_DAY = 3  # to one address; more are asked for in vain, and nobody is told


@bp.errorhandler(TooMany)
def _too_many(_error):
    return current_app.handle_user_exception(TooManyRequests())


def address_hash() -> str:
    return hash_token(request.remote_addr or "")


@bp.route("/<lang:lang>/bulletin", methods=["GET", "POST"])
@public
def subscribe(lang: str):
    form = BulletinForm(data={"language": current_code(), "topics": [topic.value for topic in BulletinTopic]})
    if form.validate_on_submit() and (done := submit(form, lambda session: _ask(session, form))):
        return done
    return render_template(
        "journey/contact/bulletin/public/subscribe.html", form=form
    ), 422 if form.errors else 200


def _ask(session: Session, form: BulletinForm) -> str:
    count_try(session, "bulletin")
    email, language = form.email.data, form.language.data
    key = f"bulletin:to:{hash_token(email)}"
    if allows(session, key, most=MAILS_A_DAY, window=timedelta(days=1), now=now()):
        actions.ask(
            session, email=email, language=language, topics=[BulletinTopic(one) for one in form.topics.data],
            address_hash=address_hash(), link=lambda one: links.confirm_url(one, language), now=now(),
        )  # fmt: skip
    return url_for("bulletin_public.asked")


@bp.get("/<lang:lang>/bulletin/asked")
@public
def asked(lang: str):
    """The same page for every address."""
    return render_template("journey/contact/bulletin/public/asked.html", days=links.LIVES.days)


@bp.route("/<lang:lang>/bulletin/confirm/<token>", methods=["GET", "POST"])
@by_link
def confirm(lang: str, token: str):
    """One button: programs that open every link of a mail confirm nothing."""
    told, form = links.read_confirmation(token), Form()
    subscription = actions.find(db.session(), told.public_id) if told else None
    is_good = bool(told and subscription and subscription.round == told.round)
    if told and is_good and form.validate_on_submit():
        done = submit(form, lambda session: _confirm(session, told))
        if done:
            return done
    page = render_template("journey/contact/bulletin/public/confirm.html", form=form, is_good=is_good)
    return page, 200 if is_good else 404


def _confirm(session: Session, told: links.Confirmation) -> str:
    found = actions.confirm(
        session,
        told.public_id,
        told.round,
        address_hash=address_hash(),
        leave_link=links.leave_url,
        now=now(),
    )
    if found is None:
        return url_for("bulletin_public.subscribe")
    return url_for("bulletin_public.confirmed")


@bp.get("/<lang:lang>/bulletin/confirmed")
@public
def confirmed(lang: str):
    return render_template("journey/contact/bulletin/public/confirmed.html")


@bp.route("/<lang:lang>/bulletin/leave/<token>", methods=["GET", "POST"])
@by_link
def leave(lang: str, token: str):
    """One button, no question, no sign-in. The link never ends."""
    public_id, form = links.read_leave(token), Form()
    subscription = actions.find(db.session(), public_id) if public_id else None
    if subscription and form.validate_on_submit():
        done = submit(form, lambda session: _leave(session, public_id))
        if done:
            return done
    page = render_template(
        "journey/contact/bulletin/public/leave.html", form=form, is_good=bool(subscription)
    )
    return page, 200 if subscription else 404


def _leave(session: Session, public_id: str) -> str:
    actions.leave(session, public_id, how="button", address_hash=address_hash(), now=now())
    return url_for("bulletin_public.left")


@bp.get("/<lang:lang>/bulletin/left")
@public
def left(lang: str):
    return render_template("journey/contact/bulletin/public/left.html")
