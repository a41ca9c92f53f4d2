"""Small things that come with time: cases wake, drafts and used tokens go."""

from datetime import timedelta

import sqlalchemy as sa

from concierge.cases import actions
from concierge.cases.tasks.actions import wake_due
from concierge.db import db, transaction
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState
from concierge.models import (
    Case,
    ChatSession,
    ContactDraft,
    DriverLink,
    Hospital,
    KeptFile,
    ParkedForm,
    ReferralLink,
    SignInCode,
    Throttle,
    UsedForm,
)
from concierge.records import files
from concierge.web.clock import now

KEPT = (
    (ContactDraft, "updated_at", 30),
    (ChatSession, "opened_at", 30),
    (UsedForm, "used_at", 30),
    (ParkedForm, "parked_at", 1),
    (SignInCode, "expires_at", 1),
    (DriverLink, "expires_at", 30),
    (ReferralLink, "expires_at", 365),  # until then it still says to which address a new code goes
)


def wake_cases() -> int:
    """Wake every held case whose day has come in its hospital; each in a transaction of its own."""
    due: list[int] = []
    for hospital in db.session.scalars(sa.select(Hospital)):
        today = local_day(now(), hospital.timezone)
        held = sa.and_(
            Case.hospital_id == hospital.id, Case.state == CaseState.ON_HOLD, Case.hold_until <= today
        )
        due += db.session.scalars(sa.select(Case.id).where(held).limit(500)).all()
    for case_id in due:
        with transaction() as session:
            actions.wake(session, actions.lock(session, case_id), now=now())
    return len(due)


def wake_tasks() -> int:
    """Show the tasks whose rest is over; how many."""
    with transaction() as session:
        return wake_due(session, now())
def forget_kept_files() -> int:
    """Files of a referral that was never sent: the rows go first, then what nobody names any more."""
    old = sa.select(KeptFile).where(KeptFile.kept_at < now() - timedelta(days=2)).limit(500)
    with transaction() as session:
        keys = {file.id: file.storage_key for file in session.scalars(old)}
        session.execute(sa.delete(KeptFile).where(KeptFile.id.in_(keys)))
    files.forget(keys.values())
    return len(keys)


def tidy() -> None:
    """Delete what has served its time."""
    with transaction() as session:
        for model, column, days in KEPT:
            session.execute(sa.delete(model).where(getattr(model, column) < now() - timedelta(days=days)))
        session.execute(sa.delete(Throttle).where(Throttle.window_ends_at < now()))
