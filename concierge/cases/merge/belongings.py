"""What belongs to a case: every table with a key to it, so that a new room's rows are not forgotten by a merge.

Rows move to the case that stays, unless a rule below says otherwise or the case that stays has such a row already
(one enquiry, one participation of an account, …): then they stay where they are, and stay readable there.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.db import Base

STAYS = {
    "case_event",  # append-only: what happened, happened to that case; both histories name each other
    "read_log",  # append-only
    "journal_entry",  # append-only: balances are carried over by entries of their own
    "journal_export",  # append-only
    "benefit_decision",  # append-only: what was paid was paid on that case
    "liaison_note",  # append-only: what was said to the payer was said about that case
    "search_key",  # written anew from the person
    "enquiry",  # each stands at the start of its own case; what it says becomes a message
    "reminder",  # those of a case that ends are cancelled, those of the other are planned anew
    "thread_head",  # worked out anew from the messages (conversation/inbox/heads.py)
    "presence",  # of somebody who types at this moment
    "duplicate_suggestion",  # is about two cases
    "merge",  # is about two cases
}
# Two cases that both have one of these have gone too far to become one: people must end one of them first.
ONLY_ONE = ("estimate", "deposit", "decision", "answer", "plan")


def tables_of_a_case() -> Iterator[tuple[sa.Table, sa.Column]]:
    """Every table with a key to a case, and the column that holds it."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "case" for key in column.foreign_keys):
                yield table, column


def moving() -> list[tuple[sa.Table, sa.Column]]:
    """The tables whose rows go along."""
    return [(table, column) for table, column in tables_of_a_case() if table.name not in STAYS]


def move(session: Session, old: int, new: int) -> None:
    """All rows of case `old` that may go along to case `new`."""
    for table, column in moving():
        if rows := _free(session, table, column, old, new):
            session.execute(sa.update(table).where(_one_of(table, rows)).values({column.name: new}))


def _free(session: Session, table: sa.Table, column: sa.Column, old: int, new: int) -> list[sa.RowMapping]:
    """Rows of the old case that break no unique rule when they go."""
    rows = session.execute(sa.select(table).where(column == old)).mappings().all()
    if not rows:
        return []
    there = session.execute(sa.select(table).where(column == new)).mappings().all()
    for columns in _unique_beside(table, column):
        taken = {tuple(row[name] for name in columns) for row in there}
        rows = [row for row in rows if tuple(row[name] for name in columns) not in taken]
    return list(rows)


def _unique_beside(table: sa.Table, column: sa.Column) -> list[list[str]]:
    """For each unique rule that names the case: what else it names."""
    rules: list[list[sa.Column]] = [list(table.primary_key.columns)]
    rules += [list(rule.columns) for rule in table.constraints if isinstance(rule, sa.UniqueConstraint)]
    rules += [list(index.columns) for index in table.indexes if index.unique]
    rules += [[column]] if column.unique else []
    return [[c.name for c in rule if c is not column] for rule in rules if column in rule]


def _one_of(table: sa.Table, rows: list[sa.RowMapping]) -> sa.ColumnElement[bool]:
    keys = list(table.primary_key.columns)
    return sa.or_(*(sa.and_(*(key == row[key.name] for key in keys)) for row in rows))


def has_one(session: Session, name: str, case_id: int) -> bool:
    """Whether the case has a row in one of the tables of ONLY_ONE."""
    table = Base.metadata.tables[name]
    return (
        session.execute(sa.select(table.c.case_id).where(table.c.case_id == case_id).limit(1)).first()
        is not None
    )
