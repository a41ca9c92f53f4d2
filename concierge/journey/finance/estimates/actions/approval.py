"""Verbs of the second person: above the hospital's limit somebody else approves exactly this version of a draft."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import check_version, record
from concierge.cases.tasks.actions import add_task, complete
from concierge.domain.access import Actor, Role
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.estimate import Approval, approval_of
from concierge.domain.tasks import LIVE, TaskState
from concierge.domain.vocabulary import EstimateState
from concierge.journey.finance.estimates.actions.checks import check_ready
from concierge.models import Case, CaseTask, Estimate

TASK = "approve_estimate"


def standing(case: Case, draft: Estimate) -> Approval:
    """Where this draft stands with the second person."""
    return approval_of(
        draft.total.high,
        case.hospital.estimate_approval_minor if draft.currency == case.hospital.currency else None,
        is_asked=draft.asked_at is not None,
        is_approved=draft.approved_at is not None,
        is_returned=bool(draft.return_reason),
    )


def ask_approval(
    session: Session, case: Case, draft: Estimate, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Ask for the second person: a task for the leads, done by whoever decides. Needs what issuing needs.

    Raises Stale where it was asked or changed meanwhile, InvalidInput(form) naming what is missing.
    """
    check_version(draft, version)
    if draft.state is not EstimateState.DRAFT or standing(case, draft) not in {
        Approval.NEEDED,
        Approval.RETURNED,
    }:
        raise Stale()
    check_ready(session, case, draft, now)
    draft.asked_by_id, draft.asked_at, draft.return_reason = actor.id, now, ""
    add_task(
        session, case, code=TASK, owner_role=Role.LEAD, due_at=case.hospital.calendar.promise_due(now, days=1),
        actor=actor, now=now,
    )  # fmt: skip
    record(session, case, "estimate_approval_asked", actor, now, number=draft.number)


def approve_estimate(
    session: Session, case: Case, draft: Estimate, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """The second person has read this version and holds it to be right. Raises NotAllowed, Stale."""
    _second(case, draft, actor, version)
    draft.approved_by_id, draft.approved_at = actor.id, now
    end_tasks(session, case, TASK, actor, now)
    record(session, case, "estimate_approved", actor, now, number=draft.number)


def return_estimate(
    session: Session,
    case: Case,
    draft: Estimate,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """The second person gives the draft back, with the reason. Raises InvalidInput(reason), NotAllowed, Stale."""
    if not reason:
        raise InvalidInput("reason", "reason_needed")
    _second(case, draft, actor, version)
    draft.asked_by_id = draft.asked_at = None
    draft.return_reason = reason
    end_tasks(session, case, TASK, actor, now)
    record(session, case, "estimate_returned", actor, now, number=draft.number, reason=reason)


def _second(case: Case, draft: Estimate, actor: Actor, version: int | None) -> None:
    check_version(draft, version)
    if draft.state is not EstimateState.DRAFT or standing(case, draft) is not Approval.WAITING:
        raise Stale()
    if actor.id == draft.asked_by_id:
        raise NotAllowed("second_person_needed")


def take_back(session: Session, case: Case, draft: Estimate, *, actor: Actor, now: datetime) -> None:
    """A change makes it another draft: what was asked or approved no longer counts."""
    draft.return_reason = ""
    if draft.asked_at is None:
        return
    draft.asked_by_id = draft.asked_at = draft.approved_by_id = draft.approved_at = None
    for task in _live_tasks(session, case, TASK):
        task.state, task.snoozed_until = TaskState.CANCELLED, None
    record(session, case, "estimate_approval_void", actor, now, number=draft.number)


def _live_tasks(session: Session, case: Case, code: str) -> list[CaseTask]:
    found = sa.select(CaseTask).where(
        CaseTask.case_id == case.id, CaseTask.code == code, CaseTask.state.in_(LIVE)
    )
    return list(session.scalars(found))


def end_tasks(session: Session, case: Case, code: str, actor: Actor, now: datetime) -> None:
    """What the task asked for is done."""
    for task in _live_tasks(session, case, code):
        complete(session, case, task, actor=actor, now=now)
