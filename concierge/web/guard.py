"""Keeps programs out of the public forms without a puzzle: a box that nobody sees, a signed time, counted tries.

A person never notices it: what is refused stays typed, and the sentence says what to do.
"""

from datetime import timedelta

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from wtforms import HiddenField, ValidationError

from concierge.domain.errors import NotAllowed
from concierge.domain.tokens import hash_token
from concierge.web.clock import now
from concierge.web.forms import Form, Line
from concierge.web.throttle import allows

LIVES = timedelta(days=7)


class TooMany(NotAllowed):
    """More of something in a window than a person could need."""

    def __init__(self) -> None:
        super().__init__("too_many")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="guarded-form")


class GuardedForm(Form):
    """A public form. Its template calls `guard(form)` of components/forms.html once inside the form."""

    website = Line(_l("Leave this empty"), required=False)
    shown = HiddenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_submitted() or ("formdata" in kwargs and kwargs["formdata"] is None):  # shown anew
            self.shown.data = _signer().dumps(now().timestamp())

    def validate_website(self, field):
        if field.data:  # only a program fills a box that nobody sees; a person is shown it and can clear it
            raise ValidationError(_l("Empty this box, then send again. Or write us an e-mail."))

    def validate(self, extra_validators=None) -> bool:
        is_valid = super().validate(extra_validators)
        if not self._is_timely():
            self.refuse("form", "form_too_fast")
            is_valid = False
        return is_valid

    def _is_timely(self) -> bool:
        """Sent by somebody who saw the page and had the time to read it; else the page is given out anew."""
        try:
            age = now().timestamp() - float(_signer().loads(self.shown.data or ""))
        except (BadSignature, TypeError, ValueError):
            age = -1.0
        is_timely = current_app.config["FASTEST_FORM_SECONDS"] <= age <= LIVES.total_seconds()
        if not is_timely:
            self.shown.data = _signer().dumps(now().timestamp())
        return is_timely


def count_try(session: Session, kind: str, *, contact: str = "", most: int = 20, per_contact: int = 5) -> None:
    """Count one sending of this kind by this address and this contact (mail or phone). Raises TooMany.

    `most` in 15 minutes from one address, because hospitals and families share one; `per_contact` a day.
    """
    address = hash_token(request.remote_addr or "")
    if not allows(session, f"{kind}:{address}", most=most, window=timedelta(minutes=15), now=now()):
        raise TooMany
    if contact and not allows(
        session, f"{kind}:to:{hash_token(contact)}", most=per_contact, window=timedelta(days=1), now=now()
    ):
        raise TooMany
