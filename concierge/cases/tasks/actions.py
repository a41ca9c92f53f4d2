"""Verbs on tasks. Any colleague of the hospital may do them; done is done once, and says who was first."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import TEAM, check_open, record
from concierge.domain.access import SYSTEM, Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed
from concierge.domain.tasks import LIVE, TaskState
from concierge.models import Case, CaseTask, StaffUser


def lock_task(session: Session, case: Case, public_id: str) -> CaseTask | None:
    """The task of this case, locked, with its newest values; None for one of another case."""
    statement = (
        sa.select(CaseTask)
        .where(CaseTask.public_id == public_id, CaseTask.case_id == case.id)
        .with_for_update(of=CaseTask)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def add_task(
    session: Session,
    case: Case,
    *,
    title: str = "",
    code: str = "",
    owner_role: Role,
    owner_id: int | None = None,
    due_at: datetime,
    why: str = "",
    is_after_end: bool = False,
    actor: Actor,
    now: datetime,
) -> CaseTask:
    """Add a task: with a `code` of web/happenings.TASK, or in the person's own words (`title`).

    Without `owner_id` it is given to whoever holds the role in the case's team, else to all who have the role.
    `is_after_end`: the case may have ended, as when money comes back from a bank weeks later.
    Raises InvalidInput(title, `task_words_needed`), InvalidInput(owner, `wrong_role`), NotAllowed(`case_not_open`).
    """
    if not is_after_end:
        check_open(case)
    if not (title or code):
        raise InvalidInput("title", "task_words_needed")
    if owner_id is not None:
        _check_owner(session, case, owner_role, owner_id)
    elif owner_role in TEAM:
        owner_id = getattr(case, TEAM[owner_role])
    task = CaseTask(
        case_id=case.id, hospital_id=case.hospital_id, code=code, title=title, why=why, owner_role=owner_role,
        owner_id=owner_id, due_at=due_at, created_at=now, created_by=actor.name,
    )  # fmt: skip
    session.add(task)
    session.flush()
    record(session, case, "task_added", actor, now, code=code, title=title)
    return task


def add_once(
    session: Session, case: Case, *, key: str, code: str, owner_role: Role, due_at: datetime, now: datetime
) -> bool:
    """A task that comes from outside, such as a bank's answer: once for its `key`, also after the case has ended.

    True where this call made it.
    """
    if session.scalar(sa.select(CaseTask.id).where(CaseTask.key == key)) is not None:
        return False
    owner_id = getattr(case, TEAM[owner_role]) if owner_role in TEAM else None
    task = CaseTask(
        case_id=case.id, hospital_id=case.hospital_id, key=key, code=code, owner_role=owner_role,
        owner_id=owner_id, due_at=due_at, created_at=now, created_by=SYSTEM.name,
    )  # fmt: skip
    session.add(task)
    session.flush()
    record(session, case, "task_added", SYSTEM, now, code=code, title="")
    return True


def end_once(session: Session, *, key: str) -> None:
    """Cancel the live task of this key: what it was about has settled itself."""
    task = session.scalar(sa.select(CaseTask).where(CaseTask.key == key, CaseTask.state.in_(LIVE)))
    if task:
        task.state, task.snoozed_until = TaskState.CANCELLED, None
        session.flush()


def _check_owner(session: Session, case: Case, role: Role, user_id: int) -> None:
    user = session.get(StaffUser, user_id)
    if user is None or not user.is_active or role not in user.roles_at(case.hospital_id):
        raise InvalidInput("owner", "wrong_role")


def complete(session: Session, case: Case, task: CaseTask, *, actor: Actor, now: datetime) -> bool:
    """Mark it done; my own second press changes nothing. True where this press did it.

    Raises AlreadyTaken(`task_done`, name, at) when a colleague did it meanwhile, NotAllowed(`task_cancelled`).
    """
    if task.state is TaskState.DONE:
        if task.done_by_id == actor.id:
            return False
        raise AlreadyTaken("task_done", name=task.done_by, at=task.done_at)
    _check_live(task)
    task.state, task.snoozed_until = TaskState.DONE, None
    task.done_at, task.done_by_id, task.done_by = now, actor.id, actor.name
    record(session, case, "task_done", actor, now, code=task.code, title=task.title)
    session.flush()
    return True


def undo(session: Session, case: Case, task: CaseTask, *, actor: Actor, now: datetime) -> None:
    """Take back one's own *done*. NotAllowed: `not_your_task` (a colleague's), `case_not_open` after the end."""
    check_open(case)
    if task.state in LIVE:
        return
    if task.state is not TaskState.DONE or task.done_by_id != actor.id:
        raise NotAllowed("not_your_task")
    task.state, task.done_at, task.done_by_id, task.done_by = TaskState.OPEN, None, None, ""
    record(session, case, "task_undone", actor, now, code=task.code, title=task.title)
    session.flush()


def snooze(session: Session, case: Case, task: CaseTask, *, until: date, actor: Actor, now: datetime) -> None:
    """Hide it until the hospital opens that day; its due time stays what it was promised.

    A task of nobody becomes the one's who puts it aside: it must not vanish for all. Raises
    InvalidInput(until, `date_must_be_future`), NotAllowed(`task_cancelled`).
    """
    _check_live(task)
    calendar = case.hospital.calendar
    if until <= local_day(now, calendar.timezone):
        raise InvalidInput("until", "date_must_be_future")
    task.state, task.snoozed_until = TaskState.SNOOZED, calendar.hours_of(until)[0]
    task.owner_id = task.owner_id or actor.id
    record(
        session, case, "task_snoozed", actor, now, code=task.code, title=task.title, until=until.isoformat()
    )
    session.flush()


def hand_over(
    session: Session, case: Case, task: CaseTask, user: StaffUser, *, note: str, actor: Actor, now: datetime
) -> None:
    """Give it to a colleague of this hospital with a note, which goes before what was the reason so far.

    Raises InvalidInput(to, `wrong_role`) for somebody who does not work here, NotAllowed(`task_cancelled`).
    """
    _check_live(task)
    roles = user.roles_at(case.hospital_id)
    if not user.is_active or not roles:
        raise InvalidInput("to", "wrong_role")
    if task.owner_role not in roles:
        task.owner_role = min(roles)
    task.owner_id = user.id
    task.state, task.snoozed_until = TaskState.OPEN, None
    task.why = "\n".join(part for part in (f"{actor.name}: {note}" if note else "", task.why) if part)
    record(
        session,
        case,
        "task_handed_over",
        actor,
        now,
        code=task.code,
        title=task.title,
        name=user.name,
        reason=note,
    )
    session.flush()
    if user.id != actor.id:
        outbox.enqueue(
            session, event="task_handed_over", key=f"task_handed_over:{task.id}:{task.version}", case=case, now=now,
            recipient=user.email, language=user.language, timezone=user.timezone,
        )  # fmt: skip


def wake_due(session: Session, now: datetime) -> int:
    """Show again every task whose rest is over; how many."""
    return session.execute(
        sa.update(CaseTask)
        .where(CaseTask.state == TaskState.SNOOZED, CaseTask.snoozed_until <= now)
        .values(state=TaskState.OPEN, snoozed_until=None, version=CaseTask.version + 1)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]


def _check_live(task: CaseTask) -> None:
    if task.state is TaskState.DONE:
        raise AlreadyTaken("task_done", name=task.done_by, at=task.done_at)
    if task.state is TaskState.CANCELLED:
        raise NotAllowed("task_cancelled")
