"""What the pages of payers and checks read; the list across cases is keyset-paged along an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.journey import CaseState
from concierge.domain.numbers import moment, whole
from concierge.domain.vocabulary import CheckState
from concierge.models import BenefitCheck, Case, CasePayer
from concierge.models.benefit_check import IS_OPEN, OPEN
from concierge.models.types import UTCDateTime

PAGE = 30


@dataclass(frozen=True)
class Page:
    """(check, case) of one screen and the cursor of the next, empty at the end."""

    rows: list
    after: str


def find_payer(session: Session, case_id: int, public_id: str) -> CasePayer | None:
    """A payer of this very case, ended or not, with the newest values."""
    statement = sa.select(CasePayer).where(CasePayer.case_id == case_id, CasePayer.public_id == public_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def ended_payers(session: Session, case_id: int) -> list[CasePayer]:
    """Who once paid and does not any more, the newest first."""
    ended = sa.select(CasePayer).where(CasePayer.case_id == case_id, CasePayer.ended_at.is_not(None))
    return list(session.scalars(ended.order_by(CasePayer.ended_at.desc(), CasePayer.id)))


def find_check(session: Session, case_id: int, public_id: str) -> BenefitCheck | None:
    """A check of this very case, with the newest values."""
    statement = sa.select(BenefitCheck).where(
        BenefitCheck.case_id == case_id, BenefitCheck.public_id == public_id
    )
    return session.scalar(statement.execution_options(populate_existing=True))


def open_check_of(session: Session, payer: CasePayer) -> BenefitCheck | None:
    """The question to this payer that waits for its answer; there is one at most."""
    return session.scalar(
        sa.select(BenefitCheck).where(BenefitCheck.payer_id == payer.id, BenefitCheck.state.in_(OPEN))
    )


def checks_of(session: Session, case_id: int) -> list[BenefitCheck]:
    """Every question of a case that was not withdrawn, the newest first."""
    statement = sa.select(BenefitCheck).where(
        BenefitCheck.case_id == case_id, BenefitCheck.state != CheckState.WITHDRAWN
    )
    return list(session.scalars(statement.order_by(BenefitCheck.id.desc())))


def open_checks(session: Session, hospital_ids: Sequence[int], after: str) -> Page:
    """Questions of cases that go on, the first due first."""
    statement = _open(hospital_ids).limit(PAGE + 1)
    if cursor := _cursor(after):
        place = sa.tuple_(sa.literal(cursor[0], UTCDateTime()), sa.literal(cursor[1]))
        statement = statement.where(sa.tuple_(BenefitCheck.due_at, BenefitCheck.id) > place)
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.due_at.isoformat()}~{last.id}" if last else "")


def due_checks(session: Session, hospital_ids: Sequence[int], staff_id: int, until: datetime) -> list:
    """(check, case) that fall due until then and are this person's: the case's advocate is they, or nobody."""
    mine = sa.or_(Case.advocate_id == staff_id, Case.advocate_id.is_(None))
    statement = _open(hospital_ids).where(BenefitCheck.due_at <= until, mine).limit(PAGE)
    return [(row[0], row[1]) for row in session.execute(statement)]


def _open(hospital_ids: Sequence[int]) -> sa.Select:
    return (
        sa.select(BenefitCheck, Case)
        .join(Case, Case.id == BenefitCheck.case_id)
        .where(BenefitCheck.hospital_id.in_(hospital_ids), IS_OPEN, Case.state != CaseState.CLOSED)
        .order_by(BenefitCheck.due_at, BenefitCheck.id)
    )


def _cursor(after: str) -> tuple[datetime, int] | None:
    at, _sign, row = after.partition("~")
    due_at, row_id = moment(at), whole(row)
    return None if due_at is None or row_id is None else (due_at, row_id)
