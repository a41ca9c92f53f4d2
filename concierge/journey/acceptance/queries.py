"""What the pages of our answer ask of the rows."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState, Step
from concierge.domain.vocabulary import DepositState
from concierge.models import Answer, Case, CaseEvent, Decision, Deposit, Hospital


def newest_decision(session: Session, case: Case) -> Decision | None:
    """The decision that counts, told or not."""
    return session.scalar(
        sa.select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    )


def told_decision(session: Session, case: Case) -> Decision | None:
    """The newest decision that the family was told in person; an untold one is as if there were none."""
    return session.scalar(
        sa.select(Decision)
        .where(Decision.case_id == case.id, Decision.told_at.is_not(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def review_day(session: Session, case: Case, now: datetime) -> int | None:
    """For how many working days our doctors have had the records, today included; None before they have them.

    Counted from the event, not from the present step: a signed decision moves the step and must not show.
    """
    moves = session.scalars(
        sa.select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.kind == "step_moved")
        .order_by(CaseEvent.id)
    )
    since = [move.at for move in moves if move.data.get("step_to") == Step.CLINICAL]
    if not since or case.step.number < Step.CLINICAL.number:
        return None
    calendar = case.hospital.calendar
    days = calendar.working_days_between(
        local_day(since[-1], calendar.timezone), local_day(now, calendar.timezone)
    )
    return max(days, 1)


def letter_of(session: Session, code: str) -> tuple[Answer, Hospital, bool] | None:
    """The visa letter with this code, who wrote it, and whether it is still valid; None for an unknown code.

    A letter lives as long as its case: whoever has withdrawn or finished needs no visa from us.
    """
    row = session.execute(
        sa.select(Answer, Case).join(Case, Case.id == Answer.case_id).where(Answer.visa_code == code)
    ).first()
    if row is None:
        return None
    answer, case = row
    is_valid = answer.visa_withdrawn_at is None and case.state is not CaseState.CLOSED
    return answer, case.hospital, is_valid


def has_paid(session: Session, case: Case) -> bool:
    """Whether money of the family is with us, so that the refund rule is of interest."""
    state = session.scalar(sa.select(Deposit.state).where(Deposit.case_id == case.id))
    return state in {DepositState.PAID, DepositState.OVERPAID, DepositState.PART_PAID}
