"""The exact reversal of a merge: all rows of both cases before and after it, and what differs between the two.

`changes` of a merge is a list of {"table", "key", "old", "new"}: `old` and `new` hold the columns that differ, as JSON;
`old` is None for a row that the merge wrote, `new` for one that it took away. Logs are left alone, and search keys are
written anew from the person. A version never goes back, so that no form opened in between is taken for a fresh one.
"""

import enum
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from concierge.cases.merge.belongings import tables_of_a_case
from concierge.db import Base

UNWATCHED = {
    "case_event", "read_log", "search_key", "thread_head", "presence", "duplicate_suggestion", "merge",
    "journal_entry", "journal_export",
}  # fmt: skip
# What settle() works out from everything else: later work changes it, and it is worked out again after the undo.
DERIVED = {
    "step", "step_entered_at", "next_code", "next_owner", "next_due_at", "waiting_on", "waiting_since", "replied_at",
}  # fmt: skip
COUNTERS = {"version"}

Snapshot = dict[tuple[str, tuple], dict[str, Any]]
Change = dict[str, Any]


def snapshot(session: Session, case_ids: Iterable[int], person_ids: Iterable[int]) -> Snapshot:
    """Every row that a merge of these may touch, by table and primary key, as JSON."""
    session.flush()
    cases, people = sorted(set(case_ids)), sorted(set(person_ids))
    wanted = [
        (table, column.in_(cases)) for table, column in tables_of_a_case() if table.name not in UNWATCHED
    ]
    tables = Base.metadata.tables
    wanted += [
        (tables["case"], tables["case"].c.id.in_(cases)),
        (tables["person"], tables["person"].c.id.in_(people)),
    ]
    wanted.append((tables["portal_account"], tables["portal_account"].c.person_id.in_(people)))
    found: Snapshot = {}
    for table, condition in wanted:
        for row in session.execute(sa.select(table).where(condition)).mappings():
            found[table.name, _key(table, row)] = {
                column.name: _to_json(row[column.name]) for column in table.columns
            }
    return found


def difference(before: Snapshot, after: Snapshot) -> list[Change]:
    """What a merge did, in an order in which it can be undone."""
    changes: list[Change] = []
    for table, key in dict.fromkeys([*before, *after]):
        old, new = before.get((table, key)), after.get((table, key))
        if old and new:
            names = [name for name in old if old[name] != new[name] and name not in COUNTERS]
            old, new = {n: old[n] for n in names}, {n: new[n] for n in names}
        if old != new:
            changes.append({"table": table, "key": list(key), "old": old, "new": new})
    return changes


def restore(session: Session, changes: list[Change]) -> list[tuple[str, str]]:
    """Take the changes back; (table, column) of what was changed since and is therefore left as it is."""
    session.flush()
    order = {table.name: i for i, table in enumerate(Base.metadata.sorted_tables)}
    kept: list[tuple[str, str]] = []
    written = [one for one in changes if one["old"] is None]
    for one in sorted(written, key=lambda one: -order[one["table"]]):
        kept += _take_away(session, one)
    for one in sorted((one for one in changes if one not in written), key=lambda one: order[one["table"]]):
        kept += _put_back(session, one) if one["new"] is None else _change_back(session, one)
    session.expire_all()
    return list(dict.fromkeys(kept))


def _take_away(session: Session, one: Change) -> list[tuple[str, str]]:
    """A row that the merge wrote. A mail that has left stays, and so does what something newer rests on."""
    table = Base.metadata.tables[one["table"]]
    if table.name == "outbox_message" and (_now(session, table, one["key"]) or {}).get("state") == "sent":
        return []
    try:
        with session.begin_nested():
            session.execute(sa.delete(table).where(_is(table, one["key"])))
    except IntegrityError:
        return [(table.name, "")]
    return []


def _put_back(session: Session, one: Change) -> list[tuple[str, str]]:
    table = Base.metadata.tables[one["table"]]
    values = {name: _from_json(table.c[name], value) for name, value in one["old"].items()}
    try:
        with session.begin_nested():
            session.execute(sa.insert(table).values(values))
    except IntegrityError:
        return [(table.name, "")]
    return []


def _change_back(session: Session, one: Change) -> list[tuple[str, str]]:
    table = Base.metadata.tables[one["table"]]
    now = _now(session, table, one["key"])
    if now is None:
        return [(table.name, "")]
    same = [name for name in one["old"] if now[name] == one["new"][name]]
    values = {name: _from_json(table.c[name], one["old"][name]) for name in same}
    values |= {name: table.c[name] + 1 for name in COUNTERS & set(now)}
    try:
        with session.begin_nested():
            session.execute(sa.update(table).where(_is(table, one["key"])).values(values))
    except IntegrityError:
        return [(table.name, "")]
    return [(table.name, name) for name in one["old"] if name not in same and name not in DERIVED]


def _now(session: Session, table: sa.Table, key: list) -> dict[str, Any] | None:
    row = session.execute(sa.select(table).where(_is(table, key))).mappings().first()
    return {column.name: _to_json(row[column.name]) for column in table.columns} if row else None


def _is(table: sa.Table, key: list) -> sa.ColumnElement[bool]:
    return sa.and_(
        *(column == _from_json(column, value) for column, value in zip(table.primary_key, key, strict=True))
    )


def _key(table: sa.Table, row: sa.RowMapping) -> tuple:
    return tuple(_to_json(row[column.name]) for column in table.primary_key)


def _to_json(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def _from_json(column: sa.Column, value: Any) -> Any:
    if value is None or isinstance(column.type, sa.JSON):
        return value
    plain = column.type.impl_instance if isinstance(column.type, sa.types.TypeDecorator) else column.type
    kind = plain.python_type
    if kind in (datetime, date, time):
        return kind.fromisoformat(value)
    return bytes.fromhex(value) if kind is bytes else kind(value)
