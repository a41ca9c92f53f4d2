"""What a mail program presses for its reader (RFC 8058): no more mails. It sends no token of ours, only the link."""

from flask import Blueprint

from concierge.db import transaction
from concierge.journey.contact.referral import actions, queries
from concierge.web.access import by_link
from concierge.web.clock import now

bp = Blueprint("referral_one_click", __name__)


@bp.post("/r/<token>/stop/one-click")
@by_link
def stop(token: str):
    """The answer is the same for links that nobody has."""
    with transaction() as session:
        if doctor := queries.doctor_of(session, token):
            actions.stop_mails(session, doctor, now=now())
    return "", 204
