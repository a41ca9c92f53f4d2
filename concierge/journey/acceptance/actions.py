"""Verbs of the answer: told in person, the family's reply, the dates, and the letter for the visa.

Bad news is spoken before it is shown: a signed decision becomes visible by `tell_answer` alone, which notes the call.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import referrers
from concierge.cases.actions import check_open, check_version, close, record, settle
from concierge.cases.visit_dates import set_dates, withdraw_letter
from concierge.conversation.actions import send_message
from concierge.conversation.calls import CallFacts
from concierge.domain.access import Actor, Area
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.journey import Exit
from concierge.domain.vocabulary import CallOutcome, CallPurpose, DecisionOutcome, Milestone, PatientAnswer
from concierge.journey.acceptance.queries import newest_decision, told_decision
from concierge.models import Answer, Call, Case, Decision, StaffUser
from concierge.models.types import new_public_id

TELLABLE = {DecisionOutcome.ACCEPT, DecisionOutcome.NEED_MORE, DecisionOutcome.NOT_FOR_US}


def tell_answer(
    session: Session, case: Case, call: CallFacts, *, decision_id: int, actor: Actor, now: datetime
) -> bool:
    """Note the call and, unless nobody answered, publish the decision that the caller had on the screen.

    `held` and `no_contact_possible` publish; `no_answer` leaves all as it is. True when it was published. *Not for us*
    then closes the case. Raises Stale when a newer decision was signed meanwhile, NotAllowed when there is
    nothing to tell, and InvalidInput as `note_call`.
    """
    check_open(case)
    decision = newest_decision(session, case)
    if decision is None or decision.outcome not in TELLABLE or decision.told_at is not None:
        raise NotAllowed("nothing_to_tell")
    if decision.id != decision_id:
        raise Stale()
    noted = call.note(session, case, CallPurpose.ANSWER, actor=actor, now=now)
    if call.outcome is CallOutcome.NO_ANSWER:
        return False
    _publish(session, case, decision, noted, actor, now)
    return True


def _publish(
    session: Session, case: Case, decision: Decision, call: Call, actor: Actor, now: datetime
) -> None:
    decision.told_at, decision.told_call_id = now, call.id
    record(session, case, "answer_told", actor, now, decision=decision.public_id)
    if decision.outcome is DecisionOutcome.NOT_FOR_US:
        close(session, case, exit=Exit.NOT_ACCEPTED, reason="", actor=actor, now=now)
    settle(session, case, actor, now)
    outbox.tell(session, case, event="answer_ready", fact=decision.public_id, area=Area.DECISION, now=now)
    if decision.outcome is not DecisionOutcome.NEED_MORE:
        referrers.tell(session, case, Milestone.DECISION, decision.public_id, now)


def answer_of(session: Session, case: Case) -> Answer:
    """The answer row of the case, made when it is first needed. Call it with the case locked."""
    answer = session.get(Answer, case.id, populate_existing=True)
    if answer is None:
        answer = Answer(case_id=case.id)
        session.add(answer)
        session.flush()
    return answer


def reply(
    session: Session,
    case: Case,
    *,
    choice: PatientAnswer,
    question: str = "",
    language: str = "en",
    actor: Actor,
    now: datetime,
) -> None:
    """The family's reply to an acceptance that was told: yes, a question first (in `language`), or not now.

    A question also goes into the thread, where its answer will stand.
    *Not now* closes the case as withdrawn: an open case always has a next action, and here nobody has one; staff can
    reopen it the day the family writes again. A repeated reply changes nothing; after a yes only a person of the team
    changes it, because rooms and rides hang on it. Raises NotAllowed, InvalidInput("question", "question_needed").
    """
    told = told_decision(session, case)
    if told is None or told.outcome is not DecisionOutcome.ACCEPT:
        raise NotAllowed("no_answer_yet")
    check_open(case)
    answer = answer_of(session, case)
    if answer.reply is choice is PatientAnswer.YES:
        return
    if answer.reply is PatientAnswer.YES:
        raise NotAllowed("answered_already")
    if choice is PatientAnswer.ASK:
        if not question.strip():
            raise InvalidInput("question", "question_needed")
        answer.question = question
        send_message(session, case, body=question, language=language, actor=actor, now=now)
    answer.reply, answer.replied_at, answer.replied_by = choice, now, actor.name
    record(session, case, "patient_replied", actor, now, reply=choice)
    if choice is PatientAnswer.NO:
        close(session, case, exit=Exit.WITHDRAWN, reason="", actor=actor, now=now)
    settle(session, case, actor, now)
    _tell_team(session, case, now)


def _tell_team(session: Session, case: Case, now: datetime) -> None:
    specialist = session.get(StaffUser, case.specialist_id) if case.specialist_id else None
    if specialist is not None:
        outbox.enqueue(
            session, event="answer_reply", key=f"answer_reply:{case.id}:{int(now.timestamp())}", case=case, now=now,
            recipient=specialist.email, language=specialist.language, timezone=specialist.timezone,
        )  # fmt: skip


def answer_question(
    session: Session, case: Case, *, body: str, language: str, actor: Actor, now: datetime
) -> None:
    """Answer the open question in the thread; the family is then asked for its reply again."""
    check_open(case)
    answer = answer_of(session, case)
    if answer.reply is not PatientAnswer.ASK:
        raise NotAllowed("no_question")
    answer.reply, answer.replied_at = None, None
    send_message(session, case, body=body, language=language, actor=actor, now=now)


def hold_dates(
    session: Session, case: Case, *, first_on: date, last_on: date, version: int, actor: Actor, now: datetime
) -> None:
    """Hold three to five working days for the evaluation; holding others moves them, and withdraws the visa letter.

    `version` is the answer's as the form showed it, 0 when there was none. After the trip was confirmed the family is
    told. Raises InvalidInput (a closed day names its holiday), Stale, NotAllowed.
    """
    _check_accepted(session, case)
    check_open(case)
    answer = answer_of(session, case)
    if version:
        check_version(answer, version)
    elif answer.dates_held_at is not None:
        raise Stale()
    if (answer.evaluation_from, answer.evaluation_to) == (first_on, last_on):
        return
    set_dates(session, case, answer, first_on, last_on, actor=actor, now=now)
    settle(session, case, actor, now)
    if answer.trip_confirmed_at is not None:
        fact = f"dates-{first_on}-{last_on}-{answer.version}"
        outbox.tell(session, case, event="evaluation_changed", fact=fact, area=Area.TRIP, now=now)


def send_visa_letter(session: Session, case: Case, *, actor: Actor, now: datetime) -> Answer:
    """Issue the letter for the embassy under a new code; an older letter's code stops being valid.

    The family finds it on its page of our answer. Raises NotAllowed before the dates are held.
    """
    _check_accepted(session, case)
    check_open(case)
    answer = answer_of(session, case)
    if answer.dates_held_at is None:
        raise NotAllowed("hold_dates_first")
    answer.visa_code, answer.visa_letter_sent_at, answer.visa_withdrawn_at = new_public_id(), now, None
    record(session, case, "visa_letter_sent", actor, now)
    settle(session, case, actor, now)
    outbox.tell(session, case, event="letter_ready", fact=answer.visa_code, area=Area.DECISION, now=now)
    return answer


def withdraw_visa_letter(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """The public page of the code then says *withdrawn*; the case needs a new letter if it needs a visa."""
    answer = answer_of(session, case)
    if answer.visa_code is None or answer.visa_withdrawn_at is not None:
        raise NotAllowed("no_letter")
    withdraw_letter(session, case, answer, actor, now)
    settle(session, case, actor, now)


def _check_accepted(session: Session, case: Case) -> None:
    """An acceptance that was told; before that, as little may be done as if no decision were signed."""
    decision = newest_decision(session, case)
    if decision is None or decision.outcome is not DecisionOutcome.ACCEPT or decision.told_at is None:
        raise NotAllowed("tell_first")
