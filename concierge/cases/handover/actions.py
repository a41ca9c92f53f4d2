"""Verbs of handing over: one case with a note, or all cases of a colleague who will be away."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import TEAM, assign, check_open, record
from concierge.cases.tasks.actions import add_task
from concierge.domain.access import Actor, Right, Role
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import CaseState
from concierge.domain.tasks import LIVE
from concierge.models import Case, CaseEvent, CaseTask, StaffUser

BATCH = 500


def hand_over(
    session: Session, case: Case, role: Role, user: StaffUser, *, note: str, actor: Actor, now: datetime
) -> None:
    """Give the role in this case to a colleague, who finds the note as a task of today and gets a mail.

    Whoever has the role may hand it on, and whoever may edit the case. Raises InvalidInput(to, `wrong_role` |
    `same_person`), NotAllowed.
    """
    check_open(case)
    if getattr(case, TEAM[role]) != actor.id and Right.EDIT_CASE not in actor.rights:
        raise NotAllowed()
    if getattr(case, TEAM[role]) == user.id:
        raise InvalidInput("to", "same_person")
    if not user.is_active or role not in user.roles_at(case.hospital_id):
        raise InvalidInput("to", "wrong_role")
    assign(session, case, role, user, actor=actor, now=now)
    record(session, case, "case_handed_over", actor, now, role=role, name=user.name, reason=note)
    add_task(
        session, case, code="read_handover", owner_role=role, owner_id=user.id, why=f"{actor.name}: {note}",
        due_at=case.hospital.calendar.promise_due(now, case.hospital.first_reply_hours), actor=actor, now=now,
    )  # fmt: skip
    if user.id != actor.id:
        outbox.enqueue(
            session, event="case_handed_over", key=f"case_handed_over:{case.id}:{role}:{user.id}:{now.timestamp()}",
            case=case, now=now, recipient=user.email, language=user.language, timezone=user.timezone,
        )  # fmt: skip


def hand_over_all(
    session: Session,
    giver: StaffUser,
    taker: StaffUser,
    hospital_id: int,
    role: Role,
    *,
    note: str,
    desk_url: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Everything open that names one person in this role goes to another, as one outcome; the number of cases.

    For oneself, or by who may override gates there. Rows are read and locked by id in batches, so that no list of a
    hundred thousand stands in memory; each case gets an event with the note. Raises InvalidInput(taker, …), NotAllowed.
    """
    if actor.id != giver.id and Right.OVERRIDE_GATE not in actor.rights:
        raise NotAllowed("not_your_case")
    if giver.id == taker.id:
        raise InvalidInput("taker", "same_person")
    if not taker.is_active or role not in taker.roles_at(hospital_id):
        raise InvalidInput("taker", "wrong_role")
    column, count, last = getattr(Case, TEAM[role]), 0, 0
    while ids := _batch(session, hospital_id, column, giver.id, last):
        _give(session, ids, column, giver, taker, role, now)
        data = {"role": role.value, "name": taker.name, "reason": note}
        who = {"actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name}
        rows = [{"case_id": one, "at": now, "kind": "case_handed_over", "data": data, **who} for one in ids]
        session.execute(sa.insert(CaseEvent), rows)
        count, last = count + len(ids), ids[-1]
    if not count:
        raise InvalidInput("giver", "nothing_to_hand_over")
    outbox.enqueue(
        session, event="cases_handed_over", key=f"cases_handed_over:{giver.id}:{taker.id}:{role}:{now.timestamp()}",
        recipient=taker.email, language=taker.language, timezone=taker.timezone, now=now,
        context={"name": giver.name, "number": count, "url": desk_url},
    )  # fmt: skip
    return count


def _batch(session: Session, hospital_id: int, column, giver_id: int, last: int) -> list[int]:
    statement = (
        sa.select(Case.id)
        .where(
            Case.hospital_id == hospital_id,
            Case.id > last,
            column == giver_id,
            Case.state != CaseState.CLOSED,
        )
        .order_by(Case.id)
        .limit(BATCH)
        .with_for_update(of=Case)
    )
    return list(session.scalars(statement))


def _give(
    session: Session, ids: list[int], column, giver: StaffUser, taker: StaffUser, role: Role, now: datetime
) -> None:
    # In bulk, without the ORM's own counting of versions: a form that is open somewhere must notice.
    newer = {"version": Case.version + 1, column.key: taker.id}
    session.execute(
        sa.update(Case).where(Case.id.in_(ids)).values(newer).execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(CaseTask)
        .where(
            CaseTask.case_id.in_(ids), CaseTask.owner_id == giver.id, CaseTask.owner_role == role,
            CaseTask.state.in_(LIVE),
        )
        .values(owner_id=taker.id, version=CaseTask.version + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
