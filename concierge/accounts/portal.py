"""The family's door: a code of six digits by mail, or the button behind the link of the same mail. No password."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from concierge.accounts import actions, queries, secrets
from concierge.accounts.browser import entered, extended, left, wanted
from concierge.accounts.forms import CodeForm, EmailForm, LinkForm
from concierge.db import db, transaction
from concierge.domain.errors import InvalidInput
from concierge.web import signed, throttle
from concierge.web.access import PORTAL_COOKIE, by_link, cookie_options, current_account, portal, public
from concierge.web.addresses import local_path
from concierge.web.clock import now
from concierge.web.once import submit

bp = Blueprint("accounts_portal", __name__)

PHONE, PHONE_COOKIE, PHONE_KNOWN = "phone", "concierge_phone", 400 * 86_400  # seconds: no browser keeps more
MOST_CODES_TO_ADDRESS, MOST_CODES_FROM_PLACE = 5, 30  # in 15 minutes


def _key() -> str:
    return current_app.config["SECRET_KEY"]


def _next() -> str | None:
    return local_path(request.args.get("next")) or None


def _home() -> str:
    return wanted(url_for("portal.my_cases"))


@bp.route("/portal", methods=["GET", "POST"])
@public
def sign_in():
    """Asks for the e-mail address. The answer is the same, and takes as long, for addresses that nobody has."""
    if current_account():
        return redirect(_home())
    form = EmailForm()
    if form.validate_on_submit() and (
        done := submit(form, lambda session: _send_code(session, form.email.data))
    ):
        return done
    page = render_template("accounts/portal/sign_in.html", form=form, phones=queries.phones(db.session()))
    return page, 422 if form.is_submitted() else 200


def _send_code(session, email: str) -> str:
    limits = (
        (f"code-to:{secrets.keyed_hash(_key(), email)}", MOST_CODES_TO_ADDRESS),
        (f"code-from:{request.remote_addr}", MOST_CODES_FROM_PLACE),
    )
    for name, most in limits:
        if not throttle.allows(session, name, most=most, window=actions.CODE_LIVES, now=now()):
            raise InvalidInput("form", "too_many_codes")
    ticket = actions.ask_for_code(session, email=email, key=_key(), link=_link_url, now=now())
    return url_for("accounts_portal.code", ticket=ticket, next=_next())


def _link_url(secret: str) -> str:
    """With our own address, never the one that the request claims."""
    return current_app.config["CONCIERGE"].base_url + url_for("accounts_portal.link", secret=secret)


@bp.route("/portal/code/<ticket>", methods=["GET", "POST"])
@public
def code(ticket: str):
    """One box for the six digits: any script's digits, pasted or typed. Five tries, 15 minutes."""
    if current_account():
        return redirect(_home())
    form = CodeForm()
    if form.validate_on_submit():
        if account_id := _account_of_code(ticket, form.digits):
            return _enter(account_id, form.remember.data)
        form.refuse("code", "code_wrong")
    page = render_template(
        "accounts/portal/code.html",
        form=form,
        phones=queries.phones(db.session()),
        is_alive=actions.is_code_alive(db.session(), ticket, now()),
        again=url_for("accounts_portal.sign_in", next=_next()),
    )
    return page, 422 if form.is_submitted() else 200


def _account_of_code(ticket: str, digits: str) -> int | None:
    """What cannot be a code costs no try."""
    if len(digits) != 6:
        return None
    with transaction() as session:
        return actions.use_code(session, ticket, digits, key=_key(), now=now())


def _enter(account_id: int, is_remembered: bool):
    lasts = actions.REMEMBERED if is_remembered else actions.SHORT
    with transaction() as session:
        token = actions.open_sign_in(session, account_id=account_id, lasts=lasts, now=now())
    answer = entered(PORTAL_COOKIE, token, lasts, _home())
    _hand_over(answer, account_id)
    return answer


def _hand_over(answer: Response, account_id: int) -> None:
    """A trip that somebody else kept on this phone is not shown to whoever signs in now."""
    before = signed.read(PHONE, request.cookies.get(PHONE_COOKIE, ""))
    if before not in {None, str(account_id)}:
        answer.headers["Clear-Site-Data"] = '"storage"'
    answer.set_cookie(PHONE_COOKIE, signed.sign(PHONE, str(account_id)), **cookie_options(PHONE_KNOWN))


@bp.route("/portal/link/<secret>", methods=["GET", "POST"])
@by_link
def link(secret: str):
    """The mail's link leads to a button. Opening the page changes nothing, because mail scanners open it too."""
    if current_account():
        return redirect(_home())
    form = LinkForm()
    if form.validate_on_submit() and (account_id := _account_of_link(secret)):
        return _enter(account_id, form.remember.data)
    account = actions.find_link(db.session(), secret, key=_key(), now=now())
    page = render_template(
        "accounts/portal/link.html", form=form, account=account, phones=queries.phones(db.session())
    )
    return page, 200 if account else 410


def _account_of_link(secret: str) -> int | None:
    with transaction() as session:
        return actions.use_link(session, secret, key=_key(), now=now())


@bp.route("/portal/sign-out", methods=["GET", "POST"])
@public
def sign_out():
    """Ends the sign-in on the server; opening the address alone changes nothing."""
    if request.method == "GET" or current_account() is None:
        return redirect(url_for("accounts_portal.sign_in"))
    with transaction() as session:
        actions.end_sign_in(session, g.account_sign_in.id, now())
    answer = left(PORTAL_COOKIE, url_for("accounts_portal.sign_in"))
    answer.headers["Clear-Site-Data"] = '"storage"'  # a trip that was kept on this phone goes too
    return answer


@bp.post("/portal/extend")
@portal()
def extend():
    """Stay signed in: the answer to the question two minutes before the end."""
    with transaction() as session:
        ends_at = actions.extend_sign_in(session, g.account_sign_in, now())
    return extended(PORTAL_COOKIE, ends_at, now())
