"""Keeps the tasks of a case in step with it: made from templates on entering a step, cancelled where senseless.

Called by the verbs of the case inside their transaction; it knows none of them.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Role
from concierge.domain.tasks import LIVE, TaskState, due_at, is_senseless, templates_for
from concierge.models import Case, CaseTask


def enter(session: Session, case: Case, named: dict[Role, int | None], now: datetime) -> None:
    """The case is in this step with this programme now: end what has lost its sense, make what is new, once.

    `named` says who of the team holds each role. The key of a task names the entry into the step, so that asking
    twice makes nothing twice.
    """
    entry = int(case.step_entered_at.timestamp())
    known = set()
    for task in session.scalars(sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.code != "")):
        known.add(task.key)
        if task.state in LIVE and is_senseless(task.code, case.step, case.programme):
            _cancel(task)
    calendar = case.hospital.calendar
    for template in templates_for(case.step, case.programme):
        key = f"{case.id}:{template.code}:{entry}"
        if key not in known:
            session.add(
                CaseTask(
                    case_id=case.id, hospital_id=case.hospital_id, key=key, code=template.code,
                    owner_role=template.owner, owner_id=named.get(template.owner),
                    due_at=due_at(template, case.step_entered_at, calendar), created_at=now,
                )
            )  # fmt: skip
    session.flush()


def _cancel(task: CaseTask) -> None:
    task.state, task.snoozed_until = TaskState.CANCELLED, None


def cancel_all(session: Session, case: Case) -> None:
    """The case is closed: nothing of it is to be done any more."""
    session.execute(
        sa.update(CaseTask)
        .where(CaseTask.case_id == case.id, CaseTask.state.in_(LIVE))
        .values(state=TaskState.CANCELLED, snoozed_until=None, version=CaseTask.version + 1)
    )


def rest(session: Session, case: Case, until: datetime) -> None:
    """The case is on hold: its open tasks rest as long."""
    session.execute(
        sa.update(CaseTask)
        .where(CaseTask.case_id == case.id, CaseTask.state == TaskState.OPEN)
        .values(state=TaskState.SNOOZED, snoozed_until=until, version=CaseTask.version + 1)
    )


def resume(session: Session, case: Case) -> None:
    """The case is awake, perhaps before its day: what rested with it is open again; what a person put aside is not."""
    session.execute(
        sa.update(CaseTask)
        .where(
            CaseTask.case_id == case.id, CaseTask.state == TaskState.SNOOZED, CaseTask.snoozed_until == case.next_due_at
        )
        .values(state=TaskState.OPEN, snoozed_until=None, version=CaseTask.version + 1)
    )  # fmt: skip


def follow(session: Session, case: Case, role: Role, before: int | None, after: int) -> None:
    """The role has another person: the live tasks of the one before, and those of nobody, become theirs."""
    whose: sa.ColumnElement[bool] = CaseTask.owner_id.is_(None)
    if before is not None:
        whose = sa.or_(whose, CaseTask.owner_id == before)
    session.execute(
        sa.update(CaseTask)
        .where(CaseTask.case_id == case.id, CaseTask.owner_role == role, CaseTask.state.in_(LIVE), whose)
        .values(owner_id=after, version=CaseTask.version + 1)
    )
