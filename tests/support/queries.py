"""What is asked of the database, so that a test can hold that more rows do not mean more questions."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from concierge.db import db


@contextmanager
def queries() -> Iterator[list[str]]:
    """The statements that are sent meanwhile. Needs an application context."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
