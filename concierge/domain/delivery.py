"""Why a mail or SMS could not be delivered, from the number that the other side's server gave."""

import re
from enum import StrEnum


class Undelivered(StrEnum):
    """What the team can do something about: another address, another channel, or try again."""

    UNKNOWN_MAILBOX = "unknown_mailbox"
    MAILBOX_FULL = "mailbox_full"
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


def why(error: str) -> Undelivered:
    """`error` as the outbox keeps it: a kind and, from a mail server, its number (RFC 5321, 4.2)."""
    if error == "address":
        return Undelivered.NO_ADDRESS
    number = re.search(r"\b[45]\d\d\b", error)
    if number is None:
        return Undelivered.UNREACHABLE
    if number[0] in {"550", "551", "553"}:
        return Undelivered.UNKNOWN_MAILBOX
    if number[0] in {"452", "552"}:
        return Undelivered.MAILBOX_FULL
    return Undelivered.REFUSED if number[0].startswith("5") else Undelivered.UNREACHABLE
