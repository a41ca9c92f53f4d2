"""The referring doctor's door: six digits to the address to which we answer, or the button behind the mail's link."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from concierge.accounts import actions, queries, secrets
from concierge.accounts.browser import entered, left
from concierge.accounts.forms import CodeForm, EmailForm, LinkForm
from concierge.db import db, transaction
from concierge.domain.errors import InvalidInput
from concierge.domain.tokens import hash_token
from concierge.models import Referral, ReferralLink, Referrer
from concierge.web import throttle
from concierge.web.access import REFERRER_COOKIE, by_link, current_referrer, public
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("accounts_referrer", __name__)

MOST_CODES_TO_ADDRESS, MOST_CODES_FROM_PLACE = 5, 30  # in 15 minutes


def _key() -> str:
    return current_app.config["SECRET_KEY"]


def _home() -> str:
    return url_for("referral_referrer.patients")


@bp.route("/referrer/sign-in", methods=["GET", "POST"])
@public
def sign_in():
    """Asks for the address. The answer is the same, and takes as long, for one that never sent us anybody."""
    if current_referrer():
        return redirect(_home())
    form = EmailForm()
    if form.validate_on_submit() and (
        done := submit(form, _sends(lambda _session: form.email.data, form.email.data))
    ):
        return done
    page = render_template("accounts/referrer/sign_in.html", form=form, phones=queries.phones(db.session()))
    return page, 422 if form.is_submitted() else 200


@bp.route("/referrer/renew/<token>", methods=["GET", "POST"])
@by_link
def renew(token: str):
    """A private link has ended, or never was one: the digits go to the address that it belongs to, if there is one."""
    form = Form()
    if form.validate_on_submit() and (
        done := submit(form, _sends(lambda session: _address(session, token), token))
    ):
        return done
    page = render_template("accounts/referrer/renew.html", form=form, phones=queries.phones(db.session()))
    return page, 422 if form.errors or form.form_errors else 410


def _address(session: Session, token: str) -> str:
    """Of the doctor whose link this was; empty for a link that we never gave out."""
    found = session.scalar(
        sa.select(Referrer.email)
        .join(Referral, Referral.referrer_id == Referrer.id)
        .join(ReferralLink, ReferralLink.referral_id == Referral.id)
        .where(ReferralLink.token_hash == hash_token(token))
    )
    return found or ""


def _sends(address: Callable[[Session], str], asked_for: str) -> Callable[[Session], str]:
    """The work of a form that sends a code to an address which the transaction finds out.

    Tries are counted by what was asked for, so that a link of nobody is limited like any other.
    """

    def work(session: Session) -> str:
        limits = (
            (f"code-to:{secrets.keyed_hash(_key(), asked_for)}", MOST_CODES_TO_ADDRESS),
            (f"code-from:{request.remote_addr}", MOST_CODES_FROM_PLACE),
        )
        for name, most in limits:
            if not throttle.allows(session, name, most=most, window=actions.CODE_LIVES, now=now()):
                raise InvalidInput("form", "too_many_codes")
        ticket = actions.ask_for_code(
            session, email=address(session), key=_key(), link=_link_url, now=now(), of=Referrer
        )
        return url_for("accounts_referrer.code", ticket=ticket)

    return work


def _link_url(secret: str) -> str:
    """With our own address, never the one that the request claims."""
    return current_app.config["CONCIERGE"].base_url + url_for("accounts_referrer.link", secret=secret)


@bp.route("/referrer/code/<ticket>", methods=["GET", "POST"])
@public
def code(ticket: str):
    """One box for the six digits: any script's digits, pasted or typed. Five tries, 15 minutes."""
    if current_referrer():
        return redirect(_home())
    form = CodeForm()
    if form.validate_on_submit():
        if referrer_id := _referrer_of_code(ticket, form.digits):
            return _enter(referrer_id, form.remember.data)
        form.refuse("code", "code_wrong")
    page = render_template(
        "accounts/referrer/code.html", form=form, phones=queries.phones(db.session()),
        is_alive=actions.is_code_alive(db.session(), ticket, now()), again=url_for("accounts_referrer.sign_in"),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _referrer_of_code(ticket: str, digits: str) -> int | None:
    """What cannot be a code costs no try."""
    if len(digits) != 6:
        return None
    with transaction() as session:
        return actions.use_code(session, ticket, digits, key=_key(), now=now(), of=Referrer)


def _enter(referrer_id: int, is_remembered: bool):
    lasts = actions.REMEMBERED if is_remembered else actions.SHORT
    with transaction() as session:
        token = actions.open_sign_in(session, referrer_id=referrer_id, lasts=lasts, now=now())
    return entered(REFERRER_COOKIE, token, lasts, _home())


@bp.route("/referrer/link/<secret>", methods=["GET", "POST"])
@by_link
def link(secret: str):
    """The mail's link leads to a button. Opening the page changes nothing, because mail scanners open it too."""
    if current_referrer():
        return redirect(_home())
    form = LinkForm()
    if form.validate_on_submit() and (referrer_id := _referrer_of_link(secret)):
        return _enter(referrer_id, form.remember.data)
    doctor = actions.find_link(db.session(), secret, key=_key(), now=now(), of=Referrer)
    page = render_template(
        "accounts/referrer/link.html", form=form, account=doctor, phones=queries.phones(db.session())
    )
    return page, 200 if doctor else 410


def _referrer_of_link(secret: str) -> int | None:
    with transaction() as session:
        return actions.use_link(session, secret, key=_key(), now=now(), of=Referrer)


@bp.route("/referrer/sign-out", methods=["GET", "POST"])
@public
def sign_out():
    """Ends the sign-in on the server; opening the address alone changes nothing."""
    if request.method == "GET" or current_referrer() is None:
        return redirect(url_for("accounts_referrer.sign_in"))
    with transaction() as session:
        actions.end_sign_in(session, g.referrer_sign_in.id, now())
    return left(REFERRER_COOKIE, url_for("accounts_referrer.sign_in"))
