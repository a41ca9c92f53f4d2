"""The months that a list or a file of it can be asked for."""

from datetime import UTC, date, datetime

MOST = 24


def last_months(today: date) -> list[str]:
    """The last two years, the newest first, as "2026-11"."""
    newest = today.year * 12 + today.month - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(newest, newest - MOST, -1)]


def month_span(month: str) -> tuple[datetime, datetime]:
    """Its beginning and that of the next one, UTC; `month` is one of `last_months`."""
    year, number = map(int, month.split("-"))
    begin = datetime(year, number, 1, tzinfo=UTC)
    return begin, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
