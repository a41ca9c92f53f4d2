"""How Alembic reaches the application's database; run through Flask-Migrate (`flask db …`, `make run`, the tests)."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

target = current_app.extensions["migrate"].db


@contextmanager
def rebuilding(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a table by building it anew, and would take the rows that point to it for orphans meanwhile.

    The check is off while migrations run, as sqlite.org/lang_altertable.html asks; everything is checked at the end.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if orphans := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"Rows point to what is not there: {orphans[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run_migrations_online() -> None:
    with target.engine.connect() as connection, rebuilding(connection):
        context.configure(
            connection=connection, target_metadata=target.metadata, render_as_batch=True, compare_type=True,
            transaction_per_migration=True,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; the offline mode is not supported.")
run_migrations_online()
