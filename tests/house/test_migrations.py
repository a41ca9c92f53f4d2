"""Migrations: numbered, one head, up and down, and the models say nothing that they do not."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from flask import Flask

from config import ROOT
from tests.support.databases import test_config

FOLDER = ROOT / "concierge" / "migrations"


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Flask:
    from concierge import create_app

    return create_app(test_config(empty_database_url, tmp_path))


def _alembic(app: Flask) -> AlembicConfig:
    return app.extensions["migrate"].migrate.get_config()


def _tables(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names())


def test_migrations_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in (FOLDER / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)


def test_there_is_one_head() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert len(script.get_heads()) == 1


def test_the_schema_goes_up_down_and_up_again(empty_app: Flask, empty_database_url: str) -> None:
    with empty_app.app_context():
        config = _alembic(empty_app)
        command.upgrade(config, "head")
        full = _tables(empty_database_url)
        command.downgrade(config, "base")
        assert _tables(empty_database_url) <= {"alembic_version"}
        command.upgrade(config, "head")
        assert _tables(empty_database_url) == full


def test_the_models_and_the_migrations_agree(empty_app: Flask) -> None:
    with empty_app.app_context():
        config = _alembic(empty_app)
        command.upgrade(config, "head")
        command.check(config)  # raises with the differences
