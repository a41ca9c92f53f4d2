"""One form, one outcome: `submit()` runs the work in one transaction, once per form token.

A second click, a reload or a replay of the same form finds the token used and is sent where the first one led.
"""

from collections.abc import Callable

import sqlalchemy as sa
from flask import redirect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.db import db, transaction
from concierge.domain.errors import AmountError, InvalidInput
from concierge.models import UsedForm
from concierge.web import parked
from concierge.web.clock import now
from concierge.web.forms import Form


class _Repeated(Exception):
    """This form token was used before."""


def submit(form: Form, work: Callable[[Session], str]) -> Response | None:
    """Run `work(session) -> url` and answer 303 to that URL; None when the input was refused and the form shows why.

    InvalidInput lands next to its field; other domain errors travel on to web/errors.py, which has a page for each.
    """
    token = form.once.data or ""
    try:
        with transaction() as session:
            _use(session, token)
            url = work(session)
            parked.forget(session)
            session.execute(sa.update(UsedForm).where(UsedForm.token == token).values(led_to=url))
        return redirect(url, 303)
    except _Repeated:
        first = db.session.get(UsedForm, token)
        return redirect(first.led_to if first and first.led_to else "/", 303)
    except InvalidInput as error:
        form.refuse(error.field, error.code, **error.data)
    except AmountError as error:
        form.refuse("amount", error.code)
    return None


def _use(session: Session, token: str) -> None:
    if not 20 <= len(token) <= 64 or not (token.isascii() and token.isprintable()):
        raise InvalidInput("form", "form_too_old")
    try:
        with session.begin_nested():
            session.add(UsedForm(token=token, used_at=now(), led_to=""))
    except IntegrityError as error:
        raise _Repeated from error
