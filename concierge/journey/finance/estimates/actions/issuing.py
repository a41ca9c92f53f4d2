"""Verbs on a version that leaves the house: issued and frozen, understood, questioned, renewed."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import facts, good_faith
from concierge.cases.actions import check_version, record, settle
from concierge.cases.tasks.actions import add_task
from concierge.domain.access import SYSTEM, Actor, Area, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.estimate import Approval, gap, is_expired, trips_wire
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import EstimateState
from concierge.journey.finance.estimates import known
from concierge.journey.finance.estimates.actions.approval import end_tasks, standing
from concierge.journey.finance.estimates.actions.checks import check_ready
from concierge.models import Case, Estimate

RENEW, GOOD_FAITH = "renew_estimate", "good_faith_estimate"


def issue_estimate(
    session: Session,
    case: Case,
    draft: Estimate,
    *,
    valid_until: date,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Freeze the draft and send it; the version before it is superseded and must be understood anew.

    What finished cases of its package have cost until today is frozen with it.
    Raises Stale when somebody else issued or changed it first, InvalidInput(form) while something is missing or a
    second person has not approved it, InvalidInput(issue_until) for a day that is over.
    """
    check_version(draft, version)
    if draft.state is not EstimateState.DRAFT:
        raise Stale("estimate_is_issued")
    check_ready(session, case, draft, now)
    if standing(case, draft) not in {Approval.NOT_NEEDED, Approval.APPROVED}:
        raise InvalidInput("form", "approval_needed")
    if valid_until < local_day(now, case.hospital.timezone):
        raise InvalidInput("issue_until", "date_must_be_future")
    file = facts.load(session, case)
    understood = last_understood(file.estimates, draft)
    if file.issued:
        file.issued.state = EstimateState.SUPERSEDED
    known.freeze(session, draft, local_day(now, case.hospital.timezone))
    draft.state, draft.issued_at, draft.issued_by_id = EstimateState.ISSUED, now, actor.id
    draft.valid_until, draft.service_on = valid_until, good_faith.schedule_of(file).service_on
    context = {"case": case.public_id, "number": draft.number}
    outbox.tell(
        session, case, event="estimate_ready", fact=str(draft.number), area=Area.MONEY, now=now, context=context
    )  # fmt: skip
    record(session, case, "estimate_issued", actor, now, number=draft.number, **_moved(understood, draft))
    if understood and is_tripped(case, understood, draft):
        record(
            session, case, "estimate_trips_wire", actor, now, number=draft.number, **_moved(understood, draft)
        )
    for code in (RENEW, GOOD_FAITH):
        end_tasks(session, case, code, actor, now)
    settle(session, case, actor, now)


def last_understood(estimates: list[Estimate], estimate: Estimate) -> Estimate | None:
    """The newest version before this one that somebody has marked as understood, in the same currency."""
    older = [
        e
        for e in estimates
        if e.understood_at and e.number < estimate.number and e.currency == estimate.currency
    ]
    return max(older, key=lambda e: e.number, default=None)


def is_tripped(case: Case, understood: Estimate, estimate: Estimate) -> bool:
    """Whether this version stands USD 400 or more above the understood one. The hospital counts as one provider."""
    return case.hospital.has_us_estimate_rules and trips_wire(estimate.total.high, understood.total.high)


def _moved(understood: Estimate | None, estimate: Estimate) -> dict:
    if understood is None:
        return {}
    moved = gap(understood.total.high, estimate.total.high)
    return {"gap": moved.amount.canonical(), "since": understood.number}


def understand_estimate(
    session: Session, case: Case, estimate: Estimate | None, *, number: int, actor: Actor, now: datetime
) -> None:
    """The one who pays says that version `number` is understood; a second press changes nothing.

    Raises Stale when another version is in force, NotAllowed when this one has expired.
    """
    estimate = _in_force(estimate, number)
    if estimate.understood_at is not None:
        return
    if is_expired(estimate.valid_until, local_day(now, case.hospital.timezone)):
        raise NotAllowed("estimate_expired")
    estimate.understood_at, estimate.understood_by = now, actor.name
    record(session, case, "estimate_understood", actor, now, number=number)
    settle(session, case, actor, now)


def ask_renewal(
    session: Session, case: Case, estimate: Estimate | None, *, number: int, actor: Actor, now: datetime
) -> None:
    """The family asks for a new version of an expired one: said once, and a task for its advocate.

    Raises Stale when another version is in force, NotAllowed while this one is still valid.
    """
    estimate = _in_force(estimate, number)
    if estimate.renewal_asked_at is not None:
        return
    if not is_expired(estimate.valid_until, local_day(now, case.hospital.timezone)):
        raise NotAllowed("estimate_still_valid")
    estimate.renewal_asked_at = now
    due_at = case.hospital.calendar.promise_due(now, days=case.hospital.estimate_days)
    add_task(session, case, code=RENEW, owner_role=Role.ADVOCATE, due_at=due_at, actor=actor, now=now)
    record(session, case, "estimate_renewal_asked", actor, now, number=number)
    settle(session, case, actor, now)


def plan_good_faith(session: Session, case: Case, *, now: datetime) -> bool:
    """A task for the advocate by the lawful day; False where the clock of this case does not run (any more)."""
    due_on = good_faith.due_on(facts.load(session, case))
    if due_on is None or case.state is CaseState.CLOSED:
        return False
    add_task(
        session, case, code=GOOD_FAITH, owner_role=Role.ADVOCATE, due_at=case.hospital.calendar.closing_of(due_on),
        actor=SYSTEM, now=now,
    )  # fmt: skip
    return True


def _in_force(estimate: Estimate | None, number: int) -> Estimate:
    if estimate is None or estimate.state is not EstimateState.ISSUED or estimate.number != number:
        raise Stale("estimate_has_newer_version")
    return estimate
