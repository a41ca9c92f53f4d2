"""Numbers and days that a machine wrote into an address or a hidden field, and that anybody may have changed since.

What a row can never have is no row: neither Python, nor SQLite (64 bits), nor PostgreSQL (32 bits) is asked about it.
"""

from datetime import UTC, date, datetime

from concierge.domain.clocks import on_our_clocks

MOST_ROW = 2**31 - 1


def whole(text: str | None, most: int = MOST_ROW) -> int | None:
    """The whole number from 0 to `most` written in `text` with digits 0-9, or None."""
    if not text or not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None


def day_and_row(text: str | None) -> tuple[date, int] | None:
    """The two parts of a place in a list, `2026-12-08.417`; None for no place and for one that somebody made up."""
    day, _dot, row = (text or "").partition(".")
    number = whole(row)
    if number is None:
        return None
    try:
        return on_our_clocks(date.fromisoformat(day)), number
    except ValueError:
        return None


def moment(text: str | None) -> datetime | None:
    """The instant written in `text` with its offset from UTC; None for what is no instant on our clocks."""
    try:
        at = on_our_clocks(datetime.fromisoformat(text or ""))
        return at.astimezone(UTC) if at.tzinfo else None
    except ValueError:
        return None
