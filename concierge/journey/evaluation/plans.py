"""Verbs of the plan and the way home: written, explained in person, acknowledged, chosen, handed over.

As with our answer, nothing can be read before it was spoken: `explain_plan` notes the talk and publishes.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import referrers
from concierge.cases.actions import check_open, check_version, record, settle
from concierge.conversation.calls import CallFacts
from concierge.domain.access import Actor, Area
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.vocabulary import CallOutcome, CallPurpose, Choice, Milestone
from concierge.journey.evaluation.actions import plan_of
from concierge.models import Case, Plan

PARTS = ("text", "medicines", "warning_signs", "follow_up", "contacts")
FARTHEST_RETURN = timedelta(days=731)


@dataclass(frozen=True)
class PlanTexts:
    """What a person wrote: the five parts in `language`, and their translation as far as a person has made it.

    The translation is in the other of the patient's two languages: theirs, or English where the original is theirs.
    """

    text: str
    warning_signs: str
    contacts: str
    medicines: str = ""
    follow_up: str = ""
    language: str = "en"
    translation: dict[str, str] = field(default_factory=dict)
    checked_by: str = ""


def write_plan(
    session: Session, case: Case, texts: PlanTexts, *, version: int, actor: Actor, now: datetime
) -> Plan:
    """Write the plan anew as a whole. `version` is the row's as the form showed it, 0 when there was none.

    A changed original that was explained before must be explained again: acknowledgement and choice stood on other
    words. A new translation alone changes nothing of that. Raises Stale, InvalidInput("checked_by",
    "checked_by_needed") for a translation that nobody checked, NotAllowed after the folder was handed over.
    """
    check_open(case)
    plan = plan_of(session, case)
    if version:
        check_version(plan, version)
    elif plan.written_at is not None:
        raise Stale()
    if plan.folder_handed_over_at is not None:
        raise NotAllowed("folder_is_handed_over")
    translation = {part: words for part, words in texts.translation.items() if part in PARTS and words}
    if translation and not texts.checked_by:
        raise InvalidInput("checked_by", "checked_by_needed")
    if _fill(plan, texts):
        plan.explained_at, plan.explained_language = None, ""
        plan.acknowledged_at, plan.acknowledged_by = None, ""
        plan.choice, plan.choice_at, plan.return_on = None, None, None
    plan.translation, plan.translation_checked_by = translation, texts.checked_by if translation else ""
    plan.written_at, plan.written_by = now, actor.name
    session.flush()
    record(session, case, "plan_written", actor, now, version=plan.version)
    settle(session, case, actor, now)
    return plan


def _fill(plan: Plan, texts: PlanTexts) -> bool:
    """Copy the original; True where its words changed."""
    before = [getattr(plan, part) for part in PARTS], plan.text_language
    for part in PARTS:
        setattr(plan, part, getattr(texts, part))
    plan.text_language = texts.language
    return before != ([getattr(plan, part) for part in PARTS], plan.text_language)


def explain_plan(
    session: Session, case: Case, call: CallFacts, *, language: str, version: int, actor: Actor, now: datetime
) -> bool:
    """Note the talk in which the plan was explained, in which language; the family can read it from then on.

    A talk that did not take place is noted and publishes nothing (False). Raises Stale when the plan was changed since
    the speaker saw it, NotAllowed before it is written, and InvalidInput as `note_call`.
    """
    check_open(case)
    plan = plan_of(session, case)
    if plan.written_at is None:
        raise NotAllowed("write_plan_first")
    check_version(plan, version)
    call.note(session, case, CallPurpose.PLAN, actor=actor, now=now)
    if call.outcome is not CallOutcome.HELD:
        return False
    plan.explained_at, plan.explained_language = now, language
    session.flush()
    record(session, case, "plan_explained", actor, now, language=language)
    settle(session, case, actor, now)
    outbox.tell(session, case, event="plan_ready", fact=str(plan.version), area=Area.DECISION, now=now)
    return True


def acknowledge_plan(session: Session, case: Case, *, version: int, actor: Actor, now: datetime) -> None:
    """The family confirms that the plan was explained and that it can ask. Twice changes nothing.

    Raises Stale when the plan was changed since the page was opened, NotAllowed before it was explained.
    """
    check_open(case)
    plan = plan_of(session, case)
    if plan.explained_at is None:
        raise NotAllowed("explain_plan_first")
    if plan.acknowledged_at is not None:
        return
    check_version(plan, version)
    plan.acknowledged_at, plan.acknowledged_by = now, actor.name
    record(session, case, "plan_acknowledged", actor, now)
    settle(session, case, actor, now)


def choose(
    session: Session,
    case: Case,
    *,
    choice: Choice,
    return_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Start now, come back on a day, or treatment at home. It may be changed until the folder names it.

    Raises InvalidInput("return_on", …): return_day_needed, date_must_be_future, day_too_far; NotAllowed before the plan
    was acknowledged.
    """
    check_open(case)
    plan = plan_of(session, case)
    if plan.acknowledged_at is None:
        raise NotAllowed("acknowledge_first")
    if plan.folder_handed_over_at is not None and plan.choice is not None:
        raise NotAllowed("folder_is_handed_over")
    day = _return_day(case, return_on, now) if choice is Choice.RETURN_LATER else None
    if (plan.choice, plan.return_on) == (choice, day):
        return
    plan.choice, plan.choice_at, plan.return_on = choice, now, day
    record(session, case, "choice_made", actor, now, choice=choice, return_on=day.isoformat() if day else "")
    settle(session, case, actor, now)


def _return_day(case: Case, return_on: date | None, now: datetime) -> date:
    if return_on is None:
        raise InvalidInput("return_on", "return_day_needed")
    today = local_day(now, case.hospital.timezone)
    if return_on <= today:
        raise InvalidInput("return_on", "date_must_be_future")
    if return_on - today > FARTHEST_RETURN:
        raise InvalidInput("return_on", "day_too_far")
    return return_on


def hand_over_folder(session: Session, case: Case, *, version: int, actor: Actor, now: datetime) -> None:
    """Publish the going-home folder. When everything else is done, the case is completed by it.

    Raises Stale when the plan was changed since the page was opened, NotAllowed before it was explained.
    """
    check_open(case)
    plan = plan_of(session, case)
    if plan.explained_at is None:
        raise NotAllowed("explain_plan_first")
    if plan.folder_handed_over_at is not None:
        raise NotAllowed("folder_is_handed_over")
    check_version(plan, version)
    plan.folder_handed_over_at = now
    record(session, case, "folder_handed_over", actor, now)
    outbox.tell(session, case, event="folder_ready", fact="1", area=Area.DECISION, now=now)
    referrers.tell(session, case, Milestone.PLAN, "1", now)
    settle(session, case, actor, now)
