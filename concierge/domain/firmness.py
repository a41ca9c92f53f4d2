"""When a booking may become firm (domain.md: *visa-aware*): each hospital says from which fact on."""

from dataclasses import dataclass
from datetime import timedelta

from concierge.domain.vocabulary import FirmFrom

# What is booked too early is held so long: an embassy takes about two weeks, and a room that a refused visa leaves
# empty must come back to the others by itself. Whoever still waits holds it again.
HOLD_UNTIL_FIRM = timedelta(days=14)


@dataclass(frozen=True)
class Verdict:
    """`reason` is empty where it is allowed, else `not_said_yes`, `deposit_open` or `visa_not_granted`."""

    is_allowed: bool
    reason: str = ""


def firmness(
    rule: FirmFrom, *, said_yes: bool, is_cleared: bool, is_visa_needed: bool, is_visa_granted: bool
) -> Verdict:
    """The first thing that is still missing by the hospital's rule; a visa that nobody needs is never missing."""
    asked = list(FirmFrom)[: list(FirmFrom).index(rule) + 1]
    missing = {
        FirmFrom.PATIENT_YES: "" if said_yes else "not_said_yes",
        FirmFrom.CLEARANCE: "" if is_cleared else "deposit_open",
        FirmFrom.VISA: "" if is_visa_granted or not is_visa_needed else "visa_not_granted",
    }
    reason = next((missing[stage] for stage in asked if missing[stage]), "")
    return Verdict(not reason, reason)
