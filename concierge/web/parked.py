"""What somebody typed when their sign-in had run out: kept here, given back to the same person after signing in."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.db import append, db
from concierge.domain.tokens import hash_token, new_token
from concierge.models import SignIn
from concierge.models.outbox import ParkedForm
from concierge.web.clock import now

COOKIE = "concierge_parked"
LIVES = timedelta(hours=12)
_NEVER_KEPT = {"csrf_token", "once", "password", "code"}


def park(response: Response, stale: SignIn | None) -> Response:
    """Keep the posted text fields under a one-time secret; only for a person whose sign-in we know."""
    if request.method != "POST" or stale is None:
        return response
    typed = {key: request.form.getlist(key) for key in request.form if key not in _NEVER_KEPT}
    if not typed or sum(len(v) for values in typed.values() for v in values) > 200_000:
        return response
    secret = new_token()
    append(
        ParkedForm, token_hash=hash_token(secret), path=request.path, answers=typed, parked_at=now(),
        staff_id=stale.staff_id, account_id=stale.account_id,
    )  # fmt: skip
    response.set_cookie(
        COOKIE, secret, max_age=int(LIVES.total_seconds()), httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response


def typed_before() -> dict[str, list[str]] | None:
    """The parked answers for this very page and this very person, or None."""
    secret = request.cookies.get(COOKIE)
    if not secret or request.method != "GET":
        return None
    row = db.session.scalar(sa.select(ParkedForm).where(ParkedForm.token_hash == hash_token(secret)))
    if row is None or row.path != request.path or row.parked_at + LIVES < now():
        return None
    staff, account = g.get("staff"), g.get("account")
    is_same = (staff and row.staff_id == staff.id) or (account and row.account_id == account.id)
    return row.answers if is_same else None


def forget(session: Session) -> None:
    """What was given back and has now been sent is not offered again."""
    if secret := request.cookies.get(COOKIE):
        session.execute(
            sa.delete(ParkedForm).where(
                ParkedForm.token_hash == hash_token(secret), ParkedForm.path == request.path
            )
        )
