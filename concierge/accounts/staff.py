"""Staff sign-in by e-mail and password, and each person's own settings."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from concierge import passwords
from concierge.accounts import actions, queries
from concierge.accounts.browser import entered, extended, left, wanted
from concierge.accounts.forms import PasswordForm, SettingsForm, StaffSignInForm
from concierge.db import db, transaction
from concierge.domain.errors import InvalidInput
from concierge.models import StaffUser
from concierge.web.access import STAFF_COOKIE, current_staff, public, signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.once import submit

bp = Blueprint("accounts_staff", __name__)


@bp.route("/desk/sign-in", methods=["GET", "POST"])
@public
def sign_in():
    """The door of the workspace. An unknown address, a wrong password and a locked account hear the same."""
    if current_staff():
        return redirect(wanted(url_for("cases_staff.my_day")))
    form = StaffSignInForm()
    if form.validate_on_submit():
        if user_id := _whose_password(form.email.data, form.password.data):
            return _enter(user_id, wanted(url_for("cases_staff.my_day")))
        form.refuse("form", "sign_in_wrong")
    return render_template("accounts/staff/sign_in.html", form=form), 422 if form.is_submitted() else 200


def _whose_password(email: str, password: str) -> int | None:
    """The id of the person whom both fit. Hashing is slow on purpose and stands outside of the transactions."""
    with transaction() as session:
        user = actions.count_password_try(session, email, now())
        user_id, password_hash = (user.id, user.password_hash) if user else (None, None)
    if not passwords.fits(password, password_hash) or user_id is None:
        return None
    with transaction() as session:
        actions.password_was_right(session, user_id, password)
    return user_id


def _enter(user_id: int, target: str):
    with transaction() as session:
        token = actions.open_sign_in(session, staff_id=user_id, lasts=actions.SHORT, now=now())
    return entered(STAFF_COOKIE, token, actions.SHORT, target)


@bp.route("/desk/sign-out", methods=["GET", "POST"])
@public
def sign_out():
    """Ends the sign-in on the server; opening the address alone changes nothing."""
    if request.method == "GET" or current_staff() is None:
        return redirect(url_for("accounts_staff.sign_in"))
    with transaction() as session:
        actions.end_sign_in(session, g.staff_sign_in.id, now())
    return left(STAFF_COOKIE, url_for("accounts_staff.sign_in"))


@bp.post("/desk/extend")
@staff()
def extend():
    """Stay signed in: the answer to the question two minutes before the end."""
    with transaction() as session:
        ends_at = actions.extend_sign_in(session, g.staff_sign_in, now())
    return extended(STAFF_COOKIE, ends_at, now())


@bp.route("/desk/settings", methods=["GET", "POST"])
@staff()
def settings():
    """Language of the workspace, languages for talking with families, keys, password."""
    form = _settings_form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _save(session, form))):
        return done
    return _settings_page(form, PasswordForm(formdata=None))


def _settings_form(**options) -> SettingsForm:
    user = signed_in_staff()
    saved = {"language": user.language, "speaks": user.speaks, "no_shortcuts": not user.has_shortcuts}
    form = SettingsForm(data=saved, **options)
    form.speaks.choices = queries.speakable(db.session(), user)
    return form


def _save(session, form: SettingsForm) -> str:
    user = session.get_one(StaffUser, signed_in_staff().id)
    user.language, user.speaks = form.language.data, form.speaks.data
    user.has_shortcuts = not form.no_shortcuts.data
    flash(_("Your settings are saved."), "success")
    return url_for("accounts_staff.settings")


def _settings_page(form: SettingsForm, password_form: PasswordForm):
    page = render_template("accounts/staff/settings.html", form=form, password_form=password_form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/desk/settings/password", methods=["GET", "POST"])
@staff()
def change_password():
    """A new password signs out every other browser of this person."""
    form = PasswordForm()
    if request.method == "GET":
        return redirect(url_for("accounts_staff.settings"))
    if not form.validate_on_submit() or not _is_changed(form):
        return _settings_page(_settings_form(formdata=None), form)
    response = _enter(signed_in_staff().id, url_for("accounts_staff.settings"))
    flash(_("Your password is changed. Every other browser is signed out."), "success")
    return response


def _is_changed(form: PasswordForm) -> bool:
    try:
        actions.check_new_password(form.new_password.data)
    except InvalidInput as error:
        form.refuse(error.field, error.code)
        return False
    user_id = _whose_password(signed_in_staff().email, form.password.data)
    if user_id is None:
        form.refuse("password", "password_wrong")
        return False
    password_hash = passwords.hash_password(form.new_password.data)
    with transaction() as session:
        actions.change_password(session, user_id, password_hash=password_hash, now=now())
    return True
