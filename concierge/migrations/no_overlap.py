"""The last guard of prices in time: of one key, no two rows hold on the same day. The same on both databases.

A row holds from `valid_from` to `valid_until`, both included, or for ever; one that ends the day before it begins never
holds. PostgreSQL has a constraint for it (with btree_gist, which the owner of a database may create), SQLite triggers.
"""

from collections.abc import Sequence

from alembic import op

_OVERLAP = """
CREATE TRIGGER {table}_no_overlap_{verb} BEFORE {verb} ON {table} WHEN {new_counts}
BEGIN
  SELECT RAISE(ABORT, 'ex_{table}_no_overlap') WHERE NEW.valid_until < date(NEW.valid_from, '-1 day') OR EXISTS (
    SELECT 1 FROM {table} other WHERE {same_key} AND other.id IS NOT NEW.id AND {other_counts}
    AND max(other.valid_from, NEW.valid_from)
      <= min(coalesce(other.valid_until, '9999-12-31'), coalesce(NEW.valid_until, '9999-12-31'))
  );
END
"""


def guard(table: str, key: Sequence[str], counts: str = "") -> None:
    """Refuse rows of `table` that agree in all of `key` (NULL is a value like any other) and hold on the same day.

    `counts` is a condition on a row, with `{row}` before its columns: only such rows are looked at.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        same = ", ".join(f"coalesce({column}::text, '') WITH =" for column in key)
        where = f"WHERE ({counts.format(row='')})" if counts else ""
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_no_overlap EXCLUDE USING gist "
            f"({same}, daterange(valid_from, valid_until + 1) WITH &&) {where}"
        )
        return
    for verb in ("INSERT", "UPDATE"):
        statement = _OVERLAP.format(
            table=table, verb=verb, same_key=" AND ".join(f"other.{column} IS NEW.{column}" for column in key),
            new_counts=counts.format(row="NEW.") or "1", other_counts=counts.format(row="other.") or "1",
        )  # fmt: skip
        op.execute(statement)


def unguard(table: str) -> None:
    """Take the guard away again (downgrade)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ex_{table}_no_overlap")
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(f"DROP TRIGGER {table}_no_overlap_{verb}")
