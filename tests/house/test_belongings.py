"""A merge forgets nobody's rows: what belongs to a case is read from the tables themselves."""

import re

from concierge.cases.merge.belongings import ONLY_ONE, STAYS, moving, tables_of_a_case
from concierge.cases.merge.rows import UNWATCHED
from concierge.db import Base
from config import ROOT

FIRST_TABLES = (ROOT / "concierge" / "migrations" / "versions" / "0001_first_tables.py").read_text(
    encoding="utf-8"
)
APPEND_ONLY = set(re.findall(r'"(\w+)"', re.findall(r"for table in \(([^)]*)\):\s+guard\(", FIRST_TABLES)[0]))


def test_each_table_with_a_case_has_one_rule() -> None:
    """By default rows move; a table that names two cases cannot be moved by one rule and must be told apart by name."""
    tables = [table.name for table, _column in tables_of_a_case()]
    twice = {name for name in tables if tables.count(name) > 1}
    assert twice <= STAYS
    assert set(tables) >= STAYS
    assert {table.name for table, _column in moving()} == set(tables) - STAYS


def test_a_log_is_never_moved_and_never_put_back() -> None:
    logs = APPEND_ONLY & {table.name for table, _column in tables_of_a_case()}
    assert logs == {"case_event", "read_log"}
    assert logs <= STAYS
    assert logs <= UNWATCHED


def test_what_there_is_once_is_named_as_the_tables_are() -> None:
    assert set(ONLY_ONE) <= set(Base.metadata.tables)
    assert all("case_id" in Base.metadata.tables[name].c for name in ONLY_ONE)
