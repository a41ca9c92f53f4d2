"""Whether a trip may become firm: nothing does before the hospital's rule about visas allows it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from concierge.models import Case


@dataclass(frozen=True)
class Verdict:
    """`reason` is a code of web/refusals.py; "" when it is allowed."""

    is_allowed: bool
    reason: str = ""


def is_firm_allowed(_session: Session, _case: Case) -> Verdict:
    """Every booking may be firm."""
    return Verdict(True)
