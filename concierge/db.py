"""The session and `transaction()`, the only place that commits.

A web request reads in an ordinary session. To change something an edge (view, webhook, job, command) opens
`with transaction() as session:`; whatever happens inside is one outcome. SQLite writers begin with BEGIN IMMEDIATE,
because upgrading a read transaction fails under concurrency (docs/adr/0003-two-databases.md).
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)


class NestedTransaction(RuntimeError):
    """transaction() was opened inside another one: an action must not open its own."""


@contextmanager
def _in_line() -> Iterator[None]:
    """On SQLite one writer at a time: each stands in line at a lock file instead of asking again and again.

    SQLite's own waiting sleeps longer and longer, so that with a few clients the unlucky one waits a second and more.
    """
    path = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if not path or path == ":memory:":
        yield
        return
    with open(f"{path}-line", "w") as line:
        fcntl.flock(line, fcntl.LOCK_EX)  # goes with the file, also when the process is killed
        yield


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits at the end, rolls everything back on any error. Never nested."""
    if _is_writing.get():
        raise NestedTransaction
    session = db.session()
    session.rollback()  # ends the read snapshot of the request, so that the writer sees the newest rows
    token = _is_writing.set(True)
    with _in_line():
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _is_writing.reset(token)


@sa.event.listens_for(Engine, "connect")
def _prepare_sqlite(connection, _record) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we begin ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "synchronous=NORMAL",
        "cache_size=-32000",
    ):
        connection.execute(f"PRAGMA {pragma}")


@sa.event.listens_for(Engine, "begin")
def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Straight to the driver: this stands before every request, and SQLAlchemy's own way costs more than SQLite's.
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if _is_writing.get() else "BEGIN")


@contextmanager
def glance() -> Iterator[sa.Connection]:
    """A connection for one statement that is asked very often: on PostgreSQL without BEGIN and ROLLBACK around it."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


def append(model: type[Base], **values) -> None:
    """Write one row of an append-only log through a connection of its own, outside the session's snapshot."""
    token = _is_writing.set(True)
    try:
        with db.engine.begin() as connection:
            connection.execute(sa.insert(model).values(**values))
    finally:
        _is_writing.reset(token)


def is_deadlock(error: DBAPIError) -> bool:
    """Of two who waited for each other the database sent this one away (SQLSTATE 40P01)."""
    return getattr(error.orig, "sqlstate", None) == "40P01"
