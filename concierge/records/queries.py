"""What the pages of the records read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.journey import CaseState, Step
from concierge.domain.numbers import moment, whole
from concierge.domain.records import Progress, progress
from concierge.domain.vocabulary import DocumentState
from concierge.models import Case, ChecklistItem, Document
from concierge.models.types import UTCDateTime

PAGE = 25
_WAITS_FOR_FAMILY = ("send_records", "send_more_records")


@dataclass(frozen=True)
class Row:
    """One case of the overview: how many files wait, since when, and how complete its minimum is."""

    case: Case
    unchecked: int
    since: datetime | None
    progress: Progress


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    next: str | None


def documents_of(session: Session, case: Case) -> list[Document]:
    """Newest first."""
    return list(
        session.scalars(sa.select(Document).where(Document.case_id == case.id).order_by(Document.id.desc()))
    )


def items_of(session: Session, case: Case) -> list[ChecklistItem]:
    """The case's list of records in its order."""
    return list(
        session.scalars(
            sa.select(ChecklistItem).where(ChecklistItem.case_id == case.id).order_by(ChecklistItem.position)
        )
    )


def find_document(session: Session, case: Case, public_id: str) -> Document | None:
    """A document of this very case."""
    return session.scalar(
        sa.select(Document).where(Document.case_id == case.id, Document.public_id == public_id)
    )


def unchecked_cases(session: Session, hospital_ids: Sequence[int], after: str | None = None) -> Page:
    """Cases with files nobody has looked at, the longest waiting first."""
    since, count = sa.func.min(Document.uploaded_at), sa.func.count()
    statement = (
        sa.select(Document.case_id, since, count)
        .join(Case, Case.id == Document.case_id)
        .where(
            Document.state == DocumentState.CHECKING,
            Case.hospital_id.in_(hospital_ids),
            Case.state != CaseState.CLOSED,
        )
        .group_by(Document.case_id)
        .order_by(since, Document.case_id)
        .limit(PAGE + 1)
    )
    if cursor := _cursor(after):
        statement = statement.having(sa.tuple_(since, Document.case_id) > _pair(cursor))
    found = session.execute(statement).all()
    waiting = {case_id: (first_at, number) for case_id, first_at, number in found[:PAGE]}
    rows = _rows(session, list(waiting), waiting)
    return Page(rows, _written(found[PAGE - 1][1], found[PAGE - 1][0]) if len(found) > PAGE else None)


def waiting_cases(session: Session, hospital_ids: Sequence[int], after: str | None = None) -> Page:
    """Cases in review that wait for records of the family, the first due first."""
    statement = (
        sa.select(Case.id, Case.next_due_at)
        .where(
            Case.hospital_id.in_(hospital_ids), Case.state == CaseState.OPEN, Case.step == Step.CLINICAL,
            Case.next_code.in_(_WAITS_FOR_FAMILY), Case.next_due_at.is_not(None),
        )
        .order_by(Case.next_due_at, Case.id)
        .limit(PAGE + 1)
    )  # fmt: skip
    if cursor := _cursor(after):
        statement = statement.where(sa.tuple_(Case.next_due_at, Case.id) > _pair(cursor))
    found = session.execute(statement).all()
    rows = _rows(session, [case_id for case_id, _due in found[:PAGE]], {})
    return Page(rows, _written(found[PAGE - 1][1], found[PAGE - 1][0]) if len(found) > PAGE else None)


def _rows(session: Session, ids: list[int], waiting: dict[int, tuple[datetime, int]]) -> list[Row]:
    cases = {case.id: case for case in session.scalars(sa.select(Case).where(Case.id.in_(ids)))}
    items = defaultdict(list)
    for item in session.scalars(sa.select(ChecklistItem).where(ChecklistItem.case_id.in_(ids))):
        items[item.case_id].append(item)
    return [
        Row(
            case=cases[case_id], unchecked=waiting.get(case_id, (None, 0))[1], since=waiting.get(case_id, (None, 0))[0],
            progress=progress(items[case_id], cases[case_id].hospital.images_rule),
        )
        for case_id in ids
    ]  # fmt: skip


def _written(at: datetime | None, case_id: int) -> str:
    return f"{at:%Y%m%dT%H%M%S.%f%z}.{case_id}"


def _cursor(after: str | None) -> tuple[datetime, int] | None:
    written, _dot, case_id = (after or "").rpartition(".")
    at, row = moment(written), whole(case_id)
    return None if at is None or row is None else (at, row)


def _pair(cursor: tuple[datetime, int]):
    return sa.tuple_(sa.literal(cursor[0], UTCDateTime()), sa.literal(cursor[1]))
