"""Fills an empty database with so many invented cases, fast: `python -m bench.seed DATABASE_URL CASES`.

Rows go straight into the tables, in batches: executemany on SQLite, COPY on PostgreSQL.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
import sqlalchemy as sa

from bench.rows import Author, Place
from concierge import create_app
from concierge.cases.actions import TEAM
from concierge.cli.hospitals import load_hospitals
from concierge.db import Base, db, transaction
from concierge.models import Hospital, StaffRole
from config import ROOT, Config

QUEUE = (120, 80)  # how many wait in each hospital, whatever the number of cases
SHARE_OF_FIRST = 0.6
BATCH = 2000  # cases


class Loader:
    """Takes rows table by table and writes them in an order that foreign keys accept."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._waiting: dict[str, list[dict]] = defaultdict(list)
        self._defaults = {table.name: _defaults(table) for table in Base.metadata.sorted_tables}

    def add(self, rows: Iterable[tuple[str, dict]]) -> None:
        for table, values in rows:
            self._waiting[table].append(values)

    def flush(self) -> None:
        for table in Base.metadata.sorted_tables:
            if rows := self._waiting.pop(table.name, []):
                complete = [self._defaults[table.name] | row for row in rows]
                self._write(table, complete)

    def _write(self, table: sa.Table, rows: list[dict]) -> None:
        columns = [table.c[name] for name in rows[0]]
        names = ", ".join(f'"{column.name}"' for column in columns)
        lines = zip(
            *(self._converted(column, [row[column.name] for row in rows]) for column in columns), strict=True
        )
        with closing(self._connection.connection.cursor()) as cursor:
            if self._connection.dialect.name == "sqlite":
                marks = ", ".join("?" * len(columns))
                cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', lines)
                return
            with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for line in lines:
                    copy.write_row(line)

    def _converted(self, column: sa.Column, values: list) -> list:
        """As the column's type hands them to the driver."""
        dialect = self._connection.dialect
        convert = column.type.dialect_impl(dialect).bind_processor(dialect)
        return [convert(value) for value in values] if convert else values


def _defaults(table: sa.Table) -> dict:
    """What the ORM would fill in, so that every row of a table names the same columns."""
    filled = {}
    for column in table.columns:
        default = column.default
        if default is not None and default.is_scalar:
            filled[column.name] = default.arg
        elif default is not None and column.name != "public_id":
            filled[column.name] = default.arg(None)
        elif column.nullable and not column.primary_key:
            filled[column.name] = None
    return filled


def seed(url: str, cases: int) -> None:
    """Migrate, load the two fictional hospitals, write the cases, collect statistics."""
    with TemporaryDirectory() as folder:
        config = Config(database_url=url, secret_key="bench", storage_key="bench", instance=Path(folder))
        app = create_app(config)
        with app.app_context():
            flask_migrate.upgrade()
            with transaction() as session:
                places = [
                    _place(session, h)
                    for h in load_hospitals(session, ROOT / "demo" / "hospitals.json", "bench")
                ]
            db.session.remove()
            with db.engine.connect() as connection:
                _fill(connection, places, cases)
            _collect_statistics(db.engine)
            db.engine.dispose()


def _place(session, hospital: Hospital) -> Place:
    team: dict[str, list[int]] = {field: [] for field in TEAM.values()}
    for row in session.scalars(sa.select(StaffRole).where(StaffRole.hospital_id == hospital.id)):
        if row.role in TEAM:
            team[TEAM[row.role]].append(row.staff_id)
    return Place(hospital.id, hospital.currency, hospital.deposit_gate, team)


def _fill(connection: sa.Connection, places: list[Place], cases: int) -> None:
    if connection.dialect.name == "sqlite":
        for pragma in ("synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
            connection.connection.driver_connection.execute(f"PRAGMA {pragma}")  # not inside a transaction
    author, loader = Author(datetime.now(UTC), seed=cases), Loader(connection)
    here = [0, 0]
    for number in range(1, cases + 1):
        which = 0 if here[0] < SHARE_OF_FIRST * number else 1
        is_waiting = here[which] >= 24 and here[which] < 24 + QUEUE[which]
        loader.add(author.case(number, places[which], here[which], is_waiting=is_waiting))
        here[which] += 1
        if number % BATCH == 0:
            loader.flush()
    loader.flush()
    connection.commit()
    if connection.dialect.name == "postgresql":
        _continue_sequences(connection)


def _continue_sequences(connection: sa.Connection) -> None:
    """COPY wrote some ids itself; the next row must get one behind them."""
    for table in Base.metadata.sorted_tables:
        if "id" in table.c and isinstance(table.c.id.type, sa.Integer):
            newest = f'(SELECT max(id) FROM "{table.name}")'
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), {newest})"
            )
    connection.commit()


def _collect_statistics(engine: sa.Engine) -> None:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
        else:
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")


if __name__ == "__main__":
    seed(sys.argv[1], int(sys.argv[2]))
