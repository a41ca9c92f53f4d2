"""Verbs of the clinical review: a reviewer takes it, and signs a decision that nobody can change afterwards.

A new decision may follow, and the newest counts; none is ever edited. What the family learns, and when, is not
decided here: a decision stays invisible to them until somebody has told it in person (journey/acceptance).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from concierge.cases import facts, refunds
from concierge.cases.actions import assign, record, settle
from concierge.domain.access import Actor, Right, Role
from concierge.domain.errors import AlreadyTaken, GateClosed, InvalidInput, NotAllowed, Stale
from concierge.domain.journey import CaseState, Step, blockers
from concierge.domain.records import missing_minimum
from concierge.domain.vocabulary import DecisionOutcome, RecordKind
from concierge.models import Case, Decision, StaffUser
from concierge.records.actions import ask_for

MOST_DAYS = 10
_NEEDS_PATIENT_TEXT = {DecisionOutcome.ACCEPT, DecisionOutcome.NOT_FOR_US}
_NEEDS_REASON = {DecisionOutcome.SECOND_REVIEWER, DecisionOutcome.NOT_FOR_US}
_RECORDS_GATE = {"send_records", "check_records"}


def take_review(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """The first reviewer who takes the review is named in the team. Raises AlreadyTaken(`review_taken`), NotAllowed."""
    _require_review(case, actor)
    decisions = facts.load(session, case).decisions
    if actor.id in asked_for_another(decisions):
        raise NotAllowed("another_reviewer_signs")
    if case.reviewer_id not in {None, actor.id}:
        raise AlreadyTaken("review_taken")
    _name_reviewer(session, case, actor, now)
    settle(session, case, actor, now)


def sign_decision(
    session: Session,
    case: Case,
    *,
    outcome: DecisionOutcome,
    reason: str = "",
    patient_text: str = "",
    text_language: str = "en",
    alternatives: str = "",
    asked_records: Sequence[RecordKind] = (),
    proposed_tests: str = "",
    proposed_days: int = 4,
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Sign one decision; the caller has just asked this reviewer's password again.

    *accept* needs the minimum records (GateClosed with the blockers, `data["missing"]` names the kinds) and words for
    the family; *need more* at least one record, which is then asked for; *second reviewer* a reason, and another
    person for the next signature; *not for us* a reason and words for the family.
    `seen` is the public id of the newest decision that the reviewer saw, "" for none. Raises Stale, NotAllowed,
    InvalidInput(reason | patient_text | asked_records | proposed_days).
    """
    _require_review(case, actor)
    file = facts.load(session, case)
    if seen is not None and seen != (file.decision.public_id if file.decision else ""):
        raise Stale()
    if actor.id in asked_for_another(file.decisions):
        raise NotAllowed("another_reviewer_signs")
    _require_words(outcome, reason, patient_text, asked_records, proposed_days)
    if outcome is DecisionOutcome.ACCEPT:
        _require_records(file, now)
    kinds = list(dict.fromkeys(asked_records)) if outcome is DecisionOutcome.NEED_MORE else []
    decision = Decision(
        case_id=case.id, outcome=outcome, reason=reason, patient_text=patient_text, text_language=text_language,
        alternatives=alternatives, asked_records=[kind.value for kind in kinds], proposed_tests=proposed_tests,
        proposed_days=proposed_days, signed_by_id=actor.id, signed_by_name=actor.name, signed_at=now,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    record(session, case, "decision_signed", actor, now, outcome=outcome)
    if outcome is DecisionOutcome.NOT_FOR_US:
        refunds.propose_due(session, case, is_declined=True, now=now)
    else:
        refunds.take_proposals_back(session, case, actor=actor, now=now)
    if kinds:
        ask_for(session, case, kinds, note=patient_text, language=text_language, actor=actor, now=now)
    _hand_on(session, case, outcome, actor, now)
    settle(session, case, actor, now)
    return decision


def asked_for_another(decisions: Iterable[Decision]) -> frozenset[int]:
    """Who has asked for a second reviewer since the last decision of another kind: none of them signs next."""
    asked: set[int] = set()
    for decision in decisions:
        if decision.outcome is DecisionOutcome.SECOND_REVIEWER:
            asked.add(decision.signed_by_id)
        else:
            asked.clear()
    return frozenset(asked)


def _require_review(case: Case, actor: Actor) -> None:
    if Right.DECIDE not in actor.rights:
        raise NotAllowed()
    if case.state is not CaseState.OPEN or case.step is not Step.CLINICAL:
        raise NotAllowed("not_in_review")


def _require_words(
    outcome: DecisionOutcome, reason: str, patient_text: str, asked_records: Sequence[RecordKind], days: int
) -> None:
    if outcome in _NEEDS_REASON and not reason:
        raise InvalidInput("reason", "reason_needed")
    if outcome in _NEEDS_PATIENT_TEXT and not patient_text:
        raise InvalidInput("patient_text", "outcome_words_needed")
    if outcome is DecisionOutcome.NEED_MORE and not asked_records:
        raise InvalidInput("asked_records", "asked_records_needed")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput("proposed_days", "days_out_of_range")


def _require_records(file: facts.CaseFile, now: datetime) -> None:
    missing = missing_minimum(file.checklist, file.case.hospital.images_rule)
    if missing:
        closed = blockers(Step.CLINICAL, facts.facts_of(file, now))
        raise GateClosed(
            tuple(blocker for blocker in closed if blocker.code in _RECORDS_GATE),
            "minimum_incomplete",
            missing=missing,
        )


def _hand_on(session: Session, case: Case, outcome: DecisionOutcome, actor: Actor, now: datetime) -> None:
    """Who signs is the reviewer of the case; who asks for another one gives the review back to the reviewers."""
    if outcome is DecisionOutcome.SECOND_REVIEWER:
        case.reviewer_id = None
    else:
        _name_reviewer(session, case, actor, now)


def _name_reviewer(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    if case.reviewer_id is None:
        assign(session, case, Role.REVIEWER, session.get_one(StaffUser, actor.id), actor=actor, now=now)
