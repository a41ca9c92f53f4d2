"""Alarms of a letter: each becomes one task of the advocate and one event of the case, once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import record
from concierge.cases.tasks.actions import add_task, end_once
from concierge.domain import guarantee as rules
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import GuaranteeState
from concierge.journey.finance.guarantees import queries
from concierge.models import Case, CaseTask, Guarantee


def raise_alarms(session: Session, case: Case, letter: Guarantee, *, actor: Actor, now: datetime) -> int:
    """Make what is not made yet; how many. A letter whose limit or last day was amended warns anew of the new one."""
    if letter.state is not GuaranteeState.ACCEPTED or case.state is CaseState.CLOSED:
        return 0
    use = queries.use_of(session, letter)
    codes = rules.alarms(letter, use.used, local_day(now, case.hospital.timezone))
    keys = {queries.alarm_key(letter, code): code for code in codes}
    known = set(session.scalars(sa.select(CaseTask.key).where(CaseTask.key.in_(keys))))
    for key in keys.keys() - known:
        task = add_task(
            session, case, code=f"letter_{keys[key]}", owner_role=Role.ADVOCATE, actor=actor, now=now,
            why=f"{letter.issuer}, {letter.number}", due_at=case.hospital.calendar.promise_due(now, days=1),
        )  # fmt: skip
        task.key = key
        record(session, case, "letter_alarm", actor, now, alarm=keys[key], number=letter.number)
    session.flush()
    return len(keys.keys() - known)


def end_alarms(session: Session, case: Case, letter: Guarantee, *, now: datetime) -> None:
    """Cancel the tasks of what an amendment has settled: nobody asks for a higher limit that is there already."""
    use = queries.use_of(session, letter)
    today = local_day(now, case.hospital.timezone)
    kept = {queries.alarm_key(letter, code) for code in rules.alarms(letter, use.used, today)}
    raised = sa.select(CaseTask.key).where(
        CaseTask.case_id == case.id, CaseTask.key.startswith(f"letter:{letter.id}:")
    )
    for key in session.scalars(raised).all():
        if key and key not in kept:
            end_once(session, key=key)
