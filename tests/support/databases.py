"""Every test that touches the database runs on SQLite and on PostgreSQL, each time on an empty, migrated one.

The application is made once per worker and database, migrated once through Alembic. After a test SQLite gets its
migrated file back (a copy, about 2 ms) and PostgreSQL loses its rows (one round trip, about 2 ms).
`--db sqlite` runs one of the two; TEST_DATABASE_URL names a PostgreSQL server other than our own.
"""

import os
import shutil
import sqlite3
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from config import Config
from tests.support.postgres import PostgresServer

if TYPE_CHECKING:  # the pure tests must not pay for loading the application
    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.support.client import HouseClient

KINDS = ("sqlite", "postgresql")
_FOLDER = "CONCIERGE_TEST_POSTGRES"  # the server's folder, told to the xdist workers through the environment


def test_config(database_url: str, instance: Path, **changes: object) -> Config:
    """Settings as a test wants them: own folders, secrets that open nothing else, no service outside."""
    instance.mkdir(parents=True, exist_ok=True)
    config = Config(
        database_url=database_url,
        secret_key="secret-of-the-tests",
        storage_key="c3RvcmFnZS1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGU=",
        instance=instance,
        base_url="http://localhost",
        fastest_form_seconds=0.0,  # the clock of most tests stands still
    )
    return replace(config, **changes)  # type: ignore[arg-type]


test_config.__test__ = False  # type: ignore[attr-defined]  # a helper, whatever its name starts with


def migrate(app: "Flask") -> None:
    """To the newest migration."""
    import flask_migrate

    from concierge.db import db

    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()


class Server(ABC):
    """Gives databases of one kind: empty, or migrated once and copied from then on."""

    kind: str
    _pattern: str = ""

    @abstractmethod
    def create(self) -> str:
        """The URL of a new, empty database."""

    @abstractmethod
    def _copy(self, url: str) -> str:
        """The URL of a new database that is like the one at `url`, to which nobody is connected."""

    @abstractmethod
    def empty(self, url: str) -> None:
        """Takes every row out of a database made by `migrated`, while others are connected to it."""

    def migrated(self, folder: Path) -> str:
        """The URL of a new database without rows; the migrations run once, and the application for them in `folder`."""
        from concierge import create_app
        from concierge.db import db

        if not self._pattern:
            self._pattern = self.create()
            app = create_app(test_config(self._pattern, folder))
            migrate(app)
            with app.app_context():
                db.engine.dispose()
        return self._copy(self._pattern)


class SqliteServer(Server):
    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self) -> str:
        return f"sqlite:///{self._folder / f'{uuid.uuid4().hex[:12]}.db'}"

    def _copy(self, url: str) -> str:
        made = self.create()
        self._write_over(made, url)
        return made

    def empty(self, url: str) -> None:
        self._write_over(url, self._pattern)

    @staticmethod
    def _write_over(url: str, by: str) -> None:
        with (
            closing(sqlite3.connect(str(sa.make_url(by).database))) as source,
            closing(sqlite3.connect(str(sa.make_url(url).database), timeout=30)) as target,
        ):
            source.backup(target)


class PostgresDatabases(Server):
    kind = "postgresql"

    def __init__(self, url: sa.URL) -> None:
        self._url = url

    def create(self) -> str:
        return self._create("template0 ENCODING 'UTF8'")

    def _copy(self, url: str) -> str:
        return self._create(str(sa.make_url(url).database))

    def empty(self, url: str) -> None:
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(wipe(connection))

    def _create(self, template: str) -> str:
        name = f"concierge_test_{uuid.uuid4().hex[:12]}"
        engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url.set(database=name).render_as_string(hide_password=False)


class Database(ABC):
    """One migrated database with the application on top of it."""

    def __init__(self, server: Server, instance: Path) -> None:
        from concierge import create_app
        from tests.support.client import HouseClient

        self.kind = server.kind
        self.url = server.create()
        self.app = create_app(test_config(self.url, instance))
        self.app.testing = True
        self.app.test_client_class = HouseClient
        self._instance = instance
        migrate(self.app)

    def reset(self) -> None:
        """Back to empty: no rows, no documents, no mail."""
        self._reset_rows()
        for name in ("documents", "mailbox"):
            shutil.rmtree(self._instance / name, ignore_errors=True)
            (self._instance / name).mkdir()  # the gateways made them once and expect to find them

    def renew(self) -> None:  # noqa: B027
        """As good as new for the next module; a file that was copied back is that already."""

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @property
    def _engine(self) -> sa.Engine:
        """The application's own."""
        from concierge.db import db

        with self.app.app_context():
            return db.engine

    @abstractmethod
    def _reset_rows(self) -> None: ...


class SqliteDatabase(Database):
    def __init__(self, server: Server, instance: Path) -> None:
        super().__init__(server, instance)
        self._path = Path(sa.make_url(self.url).database or "")
        self._migrated = self._path.with_suffix(".migrated")
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._engine.dispose()
        shutil.copyfile(self._path, self._migrated)

    def _reset_rows(self) -> None:
        self._engine.dispose()
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._migrated, self._path)


def tables(connection: sa.Connection) -> list[str]:
    """Every table with rows of ours."""
    return sorted(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})


def wipe(connection: sa.Connection) -> str:
    """The statement that takes every row out of this PostgreSQL database.

    TRUNCATE costs 45 ms for fifty tables, however empty; DELETE without triggers and keys costs 2 ms.
    """
    names = tables(connection)
    if not connection.scalar(sa.text("SELECT usesuper FROM pg_user WHERE usename = current_user")):
        quoted = ", ".join(f'"{name}"' for name in names)
        return f"TRUNCATE {quoted} RESTART IDENTITY"
    return "; ".join(
        (
            "BEGIN",
            "SET LOCAL lock_timeout = '10s'",
            "SET LOCAL session_replication_role = replica",
            *(f'DELETE FROM "{name}"' for name in names),
            "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence",
            "COMMIT",
        )
    )


class PostgresDatabase(Database):
    def __init__(self, server: Server, instance: Path) -> None:
        super().__init__(server, instance)
        self._wiper = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        with self._wiper.connect() as connection:
            self._wipe = wipe(connection)
            names = ", ".join(f'"{name}"' for name in tables(connection))
        self._truncate = f"TRUNCATE {names} RESTART IDENTITY"

    def close(self) -> None:
        super().close()
        self._wiper.dispose()

    def renew(self) -> None:
        """Without the space of deleted rows: what is read without an order comes in that of writing, as at first."""
        with self._wiper.connect() as connection:
            connection.exec_driver_sql(self._truncate)

    def _reset_rows(self) -> None:
        with self._wiper.connect() as connection:
            connection.exec_driver_sql(self._wipe)


DATABASES = {"sqlite": SqliteDatabase, "postgresql": PostgresDatabase}


# --- pytest ----------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    default = os.environ.get("TEST_DB", ",".join(KINDS))
    parser.addoption("--db", default=default, help="databases to test on, by comma (sqlite,postgresql)")


def pytest_configure(config: pytest.Config) -> None:
    if _is_first_process(config) and not os.environ.get("TEST_DATABASE_URL"):
        os.environ[_FOLDER] = str(PostgresServer.new_folder())


def pytest_unconfigure(config: pytest.Config) -> None:
    if _is_first_process(config) and (folder := os.environ.pop(_FOLDER, None)):
        PostgresServer(Path(folder)).stop()


def _is_first_process(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = [kind.strip() for kind in metafunc.config.getoption("--db").split(",")]
        parameters = [pytest.param(kind, marks=pytest.mark.db) for kind in kinds]
        metafunc.parametrize("database_kind", parameters, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """sqlite or postgresql; a test that takes this, directly or through another fixture, runs on both."""
    assert request.param in KINDS, f"--db knows {', '.join(KINDS)}, not {request.param!r}"
    return request.param


# A worker gets its tests by module, each for one database and then for the other, and pytest ends what depends on the
# kind at every change. So the servers and databases are kept beside the fixtures, once for the whole worker.
Kept = dict[str, Server | Database]


@pytest.fixture(scope="session")
def _kept() -> Iterator[Kept]:
    """What was made in this worker, by `server-<kind>` and `database-<kind>`; let go at its end."""
    kept: Kept = {}
    yield kept
    for made in kept.values():
        if isinstance(made, Database):
            made.close()


@pytest.fixture(scope="session")
def database_server(database_kind: str, _kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Makes empty databases: `database_server.create()` gives the URL of a new one."""
    name = f"server-{database_kind}"
    if name not in _kept:
        _kept[name] = _server(database_kind, tmp_path_factory)
    return _kept[name]  # type: ignore[return-value]


def _server(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Server:
    if kind == "sqlite":
        return SqliteServer(tmp_path_factory.mktemp("sqlite"))
    if given := os.environ.get("TEST_DATABASE_URL"):
        return PostgresDatabases(sa.make_url(given))
    server = PostgresServer(Path(os.environ[_FOLDER]))
    server.start()
    return PostgresDatabases(server.url())


@pytest.fixture(scope="session")
def database(database_server: Server, _kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The migrated database of this worker and its application, shared by the tests one after the other."""
    name = f"database-{database_server.kind}"
    if name not in _kept:
        _kept[name] = DATABASES[database_server.kind](database_server, tmp_path_factory.mktemp("instance"))
    made = _kept[name]
    assert isinstance(made, Database)
    made.renew()
    return made


@pytest.fixture
def empty_database_url(database_server: Server) -> str:
    """A database of the test's own, without any table."""
    return database_server.create()


@pytest.fixture
def app(database: Database) -> "Iterator[Flask]":
    """The application on an empty migrated database; what the test writes is gone afterwards."""
    settings = dict(database.app.config)
    yield database.app
    database.app.config.clear()
    database.app.config.update(settings)
    database.reset()


@pytest.fixture
def session(app: "Flask") -> "Iterator[Session]":
    """A session inside an application context. Write with `with transaction() as session:` so that others see it."""
    from concierge.db import db

    with app.app_context():
        yield db.session()
        with suppress(sa.exc.SQLAlchemyError):
            db.session.rollback()
        db.session.remove()


@pytest.fixture
def client(app: "Flask") -> "HouseClient":
    """A browser without JavaScript that keeps its cookies and inspects every page it gets."""
    return app.test_client()
