"""Which programme a case is, and for telehealth in which country the patient is now."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge.cases import facts
from concierge.cases.actions import check_open, check_version, named, record, reopen, settle
from concierge.cases.tasks import plan as tasks
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import LAST_STEP, CaseState, Exit, Step, blockers, travels
from concierge.domain.vocabulary import Programme
from concierge.models import Case


def change_programme(
    session: Session,
    case: Case,
    programme: Programme,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """The same case in another programme: its steps, tasks and next action follow.

    A finished written opinion is taken up again for treatment: in step 5 where the costs are settled, else in step 3.
    Raises InvalidInput(programme, `programme_too_late`) behind the last step of the new programme,
    NotAllowed(`case_not_open`) for a case that ended in another way, Stale.
    """
    check_version(case, version)
    if programme is case.programme:
        return
    if case.state is CaseState.CLOSED:
        _take_up_for_treatment(session, case, programme, reason, actor, now)
        return
    if case.step.number > LAST_STEP[programme].number:
        raise InvalidInput("programme", "programme_too_late")
    _set(session, case, programme, reason, actor, now)
    tasks.enter(session, case, named(case), now)
    if case.state is CaseState.ON_HOLD and case.next_due_at:
        tasks.rest(session, case, case.next_due_at)
    settle(session, case, actor, now)


def can_change(case: Case) -> bool:
    """Open, on hold, or finished with a written opinion."""
    return case.state is not CaseState.CLOSED or (case.exit is Exit.COMPLETED and not travels(case.programme))


def choices_of(case: Case) -> list[Programme]:
    """The programmes that this case can have now."""
    if case.state is CaseState.CLOSED:
        return [programme for programme in Programme if travels(programme) and can_change(case)]
    return [programme for programme in Programme if case.step.number <= LAST_STEP[programme].number]


def _set(
    session: Session, case: Case, programme: Programme, reason: str, actor: Actor, now: datetime
) -> None:
    record(session, case, "programme_changed", actor, now, old=case.programme, new=programme, reason=reason)
    case.programme = programme


def _take_up_for_treatment(
    session: Session, case: Case, programme: Programme, reason: str, actor: Actor, now: datetime
) -> None:
    if not can_change(case):
        raise NotAllowed("case_not_open")
    if not travels(programme):  # one opinion is finished; another one is another case
        raise InvalidInput("programme", "programme_too_late")
    _set(session, case, programme, reason, actor, now)
    known = facts.facts_of(facts.load(session, case), now, Step.FINANCE)
    step = Step.FINANCE if blockers(Step.FINANCE, known) else Step.ACCEPTANCE
    reopen(session, case, step=step, reason=reason, actor=actor, now=now)


def note_place(
    session: Session, case: Case, country: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """In which country the patient is now, by ISO code, and when they said so: licences of doctors end at borders."""
    check_version(case, version)
    check_open(case)
    if not country:
        raise InvalidInput("country", "country_needed")
    case.present_country, case.present_country_at = country, now
    record(session, case, "place_noted", actor, now, country=country)
    settle(session, case, actor, now)
