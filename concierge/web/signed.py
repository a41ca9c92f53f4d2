"""Links that are their own key: signed with the secret of the house, so that nothing of them is stored anywhere."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def _signer(kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"link:{kind}")


def sign(kind: str, value: str) -> str:
    """A token for the address of a link of this kind."""
    return str(_signer(kind).dumps(value))


def read(kind: str, token: str) -> str | None:
    """The value that was signed, or None: another kind, a changed sign, another secret."""
    try:
        value = _signer(kind).loads(token)
    except BadSignature:
        return None
    return value if isinstance(value, str) else None
