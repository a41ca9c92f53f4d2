"""The next action of a case as the family reads it: what they do, or whom they wait for and how long that takes.

Same fact, other words than the staff's (web/happenings.py). What a reader was not given is not told; what was
decided but not spoken reads exactly like what was not decided (domain.md: *bad news is spoken before it is shown*).
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from concierge.domain.access import Area, Participation, may_see
from concierge.domain.journey import CaseState, Exit


@dataclass(frozen=True)
class Act:
    """Something that the family does, on the page `endpoint` (which takes `pid`). `has_due`: there is a day for it."""

    sentence: object
    why: object
    after: object
    button: object
    endpoint: str
    area: Area
    has_due: bool = True


@dataclass(frozen=True)
class Wait:
    """Somebody else's turn. `promised_as`: the action whose promise counts, where it is not the action itself.

    Without `who` the reader is not told whom, since when and how long: the fact is not theirs.
    """

    who: object
    sentence: object
    area: Area = Area.TRIP
    promised_as: str = ""


# The talk is ours to hold; once it is booked, what the family does is to be there.
BOOKED_CALL = Act(
    _l("Be ready for your call"),
    _l("Your specialist calls you. You need nothing but your questions."),
    _l("Then you know what we need and what comes next."),
    _l("See or change the call"),
    "call_portal.call",
    Area.MESSAGES,
    has_due=False,
)
# While the travel team plans, it is the family that knows who comes and what they need.
TELL_NEEDS = Act(
    _l("Tell us who travels and what you need"),
    _l("Passports, airport, where you sleep, food, interpreter: you tell it once, and everybody who plans reads it."),
    _l("Then we plan flights, rooms and rides with you."),
    _l("Tell us what you need"),
    "needs_portal.travel",
    Area.TRIP,
    has_due=False,
)
BEFORE_THE_TRIP = {"hold_dates", "send_visa_letter", "set_appointments", "confirm_trip"}
PATIENT_ACTION: dict[str, Act] = {
    "hold_call": Act(
        _l("Choose a time for your first talk"),
        _l("Your specialist calls you, listens, and tells you what is possible. An interpreter is free."),
        _l("Then you know what we need and what comes next."),
        _l("See free times"),
        "call_portal.call",
        Area.MESSAGES,
        has_due=False,
    ),
    "record_health_consent": Act(
        _l("Tell us whether we may handle your health data"),
        _l("Our doctors may look at your records only if you agree."),
        _l("Then your specialist goes on with you."),
        _l("Write to your specialist"),
        "conversation_portal.messages",
        Area.MESSAGES,
    ),
    "note_place": Act(
        _l("Tell us in which country you are now"),
        _l("Our doctors may see you by video only where a rule allows it."),
        _l("Then your specialist arranges a talk with you."),
        _l("Write to your specialist"),
        "conversation_portal.messages",
        Area.MESSAGES,
    ),
    "understand_estimate": Act(
        _l("Read your estimate"),
        _l(
            "It says what your visit may cost. Tell us when you understand it, or ask us. It is not a contract."
        ),
        _l("Then we ask for the deposit."),
        _l("See the estimate"),
        "estimates_portal.costs",
        Area.MONEY,
    ),
    "pay_deposit": Act(
        _l("Pay the deposit"),
        _l("With the deposit we can go on and hold your place."),
        _l("Then we confirm that the money is here and go on."),
        _l("See how to pay"),
        "deposits_portal.pay",
        Area.MONEY,
    ),
    "send_records": Act(
        _l("Send the records that are still missing"),
        _l("Our doctors can decide only when they have all of them."),
        _l("Then we check them, and our doctors begin."),
        _l("Add a document"),
        "records_portal.documents",
        Area.DOCUMENTS,
    ),
    "send_more_records": Act(
        _l("Send the records that the doctor asked for"),
        _l("The doctor needs them to decide."),
        _l("Then the doctor goes on with the review."),
        _l("Add a document"),
        "records_portal.documents",
        Area.DOCUMENTS,
    ),
    "say_yes": Act(
        _l("Tell us what you decide"),
        _l("You know our answer and what we propose. Take the time you need."),
        _l("If you say yes, we plan your visit."),
        _l("See our answer"),
        "acceptance_portal.answer",
        Area.DECISION,
    ),
    "hold_evaluation": Act(
        _l("Come to your evaluation"),
        _l("Days, times and how to prepare stand on one page."),
        _l("Then your doctors write your plan and explain it to you."),
        _l("See days and times"),
        "evaluation_portal.evaluation",
        Area.TRIP,
        has_due=False,
    ),
    "acknowledge_plan": Act(
        _l("Confirm that your plan was explained to you"),
        _l("We want to be sure that nothing is unclear."),
        _l("Then you choose how to go on."),
        _l("Read your plan"),
        "evaluation_portal.after",
        Area.DECISION,
    ),
    "choose": Act(
        _l("Choose how you want to go on"),
        _l("You can start now, come back later, or be treated at home."),
        _l("Then we prepare your folder for going home."),
        _l("See your choices"),
        "evaluation_portal.after",
        Area.DECISION,
    ),
}

_SPECIALIST, _ADVOCATE, _DOCTORS = _l("Your specialist"), _l("Your advocate for costs"), _l("Our doctors")
_CARE, _TRAVEL, _TEAM = _l("Your care manager"), _l("Your travel coordinator"), _l("Our team")

_FIRST_WORD = Wait(_l("A specialist"), _l("A specialist reads what you wrote and answers you"))
_PREPARES = Wait(_SPECIALIST, _l("Your specialist prepares your first talk"))
_WRITES_DOWN = Wait(_SPECIALIST, _l("Your specialist writes down what you agreed in your talk"))
# One wording for three facts: a signed decision that nobody has told must not show.
_REVIEW = Wait(_DOCTORS, _l("Our doctors review your records"), promised_as="sign_decision")
_SOMETHING = Wait(_TEAM, _l("Our team works on the next step"))

WAITING: dict[str, Wait] = {
    "take_enquiry": _FIRST_WORD,
    "reply_first": _FIRST_WORD,
    "note_language": _PREPARES,
    "note_channel": _PREPARES,
    "note_timezone": _PREPARES,
    "note_who_knows": _PREPARES,
    "change_programme": Wait(_SPECIALIST, _l("Your specialist looks for the right way for you and writes to you")),
    "note_payer": _WRITES_DOWN,
    "note_payer_letter": _WRITES_DOWN,
    "agree_records": _WRITES_DOWN,
    "review_letter": Wait(_ADVOCATE, _l("Your advocate checks the letter of your payer"), Area.MONEY),
    "issue_estimate": Wait(_ADVOCATE, _l("Your advocate prepares your estimate"), Area.MONEY),
    "request_deposit": Wait(_ADVOCATE, _l("Your advocate prepares how you can pay the deposit"), Area.MONEY),
    "settle_payment": Wait(
        _ADVOCATE, _l("Your advocate looks at your payment and writes to you"), Area.MONEY
    ),
    "await_transfer": Wait(_l("The bank"), _l("Your bank transfer is on its way"), Area.MONEY),
    "check_records": Wait(_TEAM, _l("We check the documents that you sent"), Area.DOCUMENTS),
    "second_review": _REVIEW,
    "sign_decision": _REVIEW,
    "tell_declined": _REVIEW,
    "tell_answer": Wait(_SPECIALIST, _l("Your specialist calls you and tells you our answer")),
    "answer_questions": Wait(_SPECIALIST, _l("Your specialist answers your question"), Area.DECISION),
    "hold_dates": Wait(_TRAVEL, _l("We look for the days of your evaluation")),
    "send_visa_letter": Wait(_TRAVEL, _l("We prepare the letter for your visa")),
    "set_appointments": Wait(_TRAVEL, _l("We set the times of your evaluation")),
    "confirm_trip": Wait(_TRAVEL, _l("We put your trip together")),
    "write_plan": Wait(_DOCTORS, _l("Your doctors write your plan"), Area.DECISION),
    "explain_plan": Wait(_CARE, _l("Your care manager explains your plan to you"), Area.DECISION),
    "hand_over_folder": Wait(_CARE, _l("Your care manager prepares your folder for going home")),
    "move_on": _SOMETHING,
    "close_case": _SOMETHING,
}

_NOT_YOURS = Wait(None, _l("Somebody else takes the next step"))
_VAGUE = Wait(None, _SOMETHING.sentence)


def next_step(code: str | None, standing: Participation) -> Act | Wait:
    """What this reader learns of a next action; without the area of the fact, only that it is not theirs to do."""
    found = PATIENT_ACTION.get(code or "") or WAITING.get(code or "", _SOMETHING)
    if may_see(standing, found.area):
        return found
    return _NOT_YOURS if isinstance(found, Act) else _VAGUE


def since(waiting_since: datetime, step_entered_at: datetime) -> datetime:
    """Since when the reader waits: what was done in the step before is not counted against this one."""
    return max(waiting_since, step_entered_at)


@dataclass(frozen=True)
class Farewell:
    """The words of a case that has ended. `area`: who may know why."""

    title: object
    text: object
    area: Area = Area.TRIP


_CLOSED = Farewell(
    _l("This case is closed"),
    _l("You can still read what stands here. If you need us again, write or call."),
)
FAREWELL: dict[Exit, Farewell] = {
    Exit.COMPLETED: Farewell(
        _l("You have everything for going home"),
        _l("Thank you for your trust. If a question comes up at home, write to us or call."),
    ),
    Exit.NOT_ACCEPTED: Farewell(
        _l("We have told you our answer"),
        _l(
            "You find the words of our doctor, other possibilities and all your documents here. We are here to talk."
        ),
        Area.DECISION,
    ),
    Exit.CHOSE_ELSEWHERE: Farewell(
        _l("You chose another hospital"),
        _l("We wish you well. If you need your documents or want to come back to us, write or call."),
    ),
    Exit.COST: Farewell(
        _l("You decided not to go on because of the cost"),
        _l("If this changes, or if you want to ask about other ways to pay, write or call."),
        Area.MONEY,
    ),
    Exit.VISA: Farewell(
        _l("The journey was not possible without a visa"),
        _l("If you want to try again, or to ask for an opinion without travelling, write or call."),
    ),
    Exit.UNFIT_TO_TRAVEL: Farewell(
        _l("The journey would be too hard now"),
        _l("If this changes, write or call. We can also talk with the doctor at home."),
        Area.DECISION,
    ),
    Exit.CANNOT_BE_REACHED: Farewell(
        _l("We could not reach you"),
        _l("Nothing is lost. Write or call, and we go on where we stopped."),
    ),
    Exit.WITHDRAWN: Farewell(
        _l("You decided not to go on"),
        _l("Nothing is lost. If you want to go on, write or call."),
    ),
    Exit.DIED: Farewell(
        _l("We are very sorry for your loss"),
        _l("Our team thinks of you. We send you nothing more. If anything is open, call us at any time."),
    ),
    Exit.NOT_FOR_US: Farewell(
        _l("We are not the right place for this"),
        _l("We have written to you why. If something changes, or we have misunderstood you, write or call."),
    ),
    Exit.MERGED: Farewell(
        _l("We go on in one place"),
        _l("We keep everything about this care together. Write or call if you cannot find something."),
    ),
}


# A programme without travel is complete when its opinion was told.
OPINION_GIVEN = Farewell(
    _l("You have our written opinion"),
    _l("Show it to the doctor who treats you. If you would like to be treated with us, write to us or call."),
)


def farewell(exit: Exit, standing: Participation) -> Farewell:
    """The end as this reader may know it."""
    found = FAREWELL[exit]
    return found if may_see(standing, found.area) else _CLOSED


def looks_open(state: CaseState, exit: Exit | None, is_told: bool) -> bool:
    """Whether the family sees an open case: a refusal that nobody has spoken is still a review to them."""
    return state is CaseState.OPEN or (exit is Exit.NOT_ACCEPTED and not is_told)
