"""Counted tries in a window of time, shared by all workers: one statement, so that no race slips through."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from concierge.models import Throttle

_INSERT: dict[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def allows(session: Session, key: str, *, most: int, window: timedelta, now: datetime) -> bool:
    """Count one try under `key` and say whether it is within the first `most` of its window.

    A window begins with its first try. Refused tries count too, but do not prolong it.
    """
    statement = _INSERT[session.get_bind().dialect.name](Throttle).values(
        key=key, window_ends_at=now + window, count=1
    )
    is_over = Throttle.window_ends_at <= now
    counted = statement.on_conflict_do_update(
        index_elements=[Throttle.key],
        set_={
            "count": sa.case((is_over, 1), else_=Throttle.count + 1),
            "window_ends_at": sa.case(
                (is_over, statement.excluded.window_ends_at), else_=Throttle.window_ends_at
            ),
        },
    ).returning(Throttle.count)
    return session.execute(counted).scalar_one() <= most
