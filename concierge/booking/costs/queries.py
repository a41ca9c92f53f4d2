"""What a person paid for although the rule did not grant it, across cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.numbers import moment, whole
from concierge.models import BenefitDecision, Case

PAGE = 50
MOST_ROWS = 5000  # of a file


@dataclass(frozen=True)
class Page:
    """`after` is the place of the next page; "" on the last one."""

    rows: list[tuple[BenefitDecision, Case]]
    after: str


def decisions(
    session: Session,
    hospital_ids: Iterable[int],
    begin: datetime,
    end: datetime,
    *,
    after: str = "",
    size: int = PAGE,
) -> Page:
    """Those of these hospitals in this span, the newest first; along ix_benefit_decision_list."""
    statement = (
        sa.select(BenefitDecision, Case)
        .join(Case, Case.id == BenefitDecision.case_id)
        .where(BenefitDecision.hospital_id.in_(list(hospital_ids)))
        .where(BenefitDecision.at >= begin, BenefitDecision.at < end)
        .order_by(BenefitDecision.at.desc(), BenefitDecision.id.desc())
        .limit(size + 1)
    )
    if place := _place(after):
        statement = statement.where(sa.tuple_(BenefitDecision.at, BenefitDecision.id) < sa.tuple_(*place))
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    last = rows[size - 1][0] if len(rows) > size else None
    return Page(rows[:size], f"{last.at.isoformat()}_{last.id}" if last else "")


def _place(text: str) -> tuple[sa.BindParameter, int] | None:
    at, _line, row = text.partition("_")
    when, number = moment(at), whole(row)
    if when is None or number is None:
        return None
    return sa.bindparam(None, when, type_=BenefitDecision.at.type), number
