"""How Alembic reaches the application's database; run through Flask-Migrate (`flask db …`, `make run`, the tests)."""

from alembic import context
from flask import current_app

target = current_app.extensions["migrate"].db


def run_migrations_online() -> None:
    with target.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=target.metadata, render_as_batch=True, compare_type=True,
            transaction_per_migration=True,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; the offline mode is not supported.")
run_migrations_online()
