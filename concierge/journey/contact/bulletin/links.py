"""The signed links of the bulletin: one to confirm, which ends, and one to leave, which never does."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from concierge.models import BulletinSubscription
from concierge.web.clock import now
from concierge.web.i18n import tag_of

LIVES = timedelta(days=3)


@dataclass(frozen=True)
class Confirmation:
    """What a link to confirm says: which subscription, and which of its askings."""

    public_id: str
    round: int


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"bulletin-{purpose}")


def confirm_url(subscription: BulletinSubscription, language: str) -> str:
    told = [subscription.public_id, subscription.round, int(now().timestamp())]
    return url_for(
        "bulletin_public.confirm", lang=tag_of(language), token=_signer("confirm").dumps(told), _external=True
    )


def read_confirmation(token: str) -> Confirmation | None:
    """None for a link that is forged or older than three days."""
    try:
        public_id, number, at = _signer("confirm").loads(token)
        age = now().timestamp() - float(at)
    except (BadSignature, TypeError, ValueError):
        return None
    return Confirmation(public_id, int(number)) if 0 <= age <= LIVES.total_seconds() else None


def leave_token(subscription: BulletinSubscription) -> str:
    return _signer("leave").dumps(subscription.public_id)


def leave_url(subscription: BulletinSubscription) -> str:
    """The address of the mail's header: a POST leaves at once, a GET leads to the page with the button."""
    return url_for("bulletin_machine.one_click", token=leave_token(subscription), _external=True)


def read_leave(token: str) -> str:
    """The public id of a subscription; "" for a forged link."""
    try:
        public_id = _signer("leave").loads(token)
    except BadSignature:
        return ""
    return public_id if isinstance(public_id, str) else ""
