"""The six steps, their gates and the one next action: the spine that every page asks.

A gate answers with reasons. `blockers()` lists, for a step, each condition that is not met, with the role that
owns it and whom the case waits for; page, action and test therefore say the same thing.
Source of the gates: docs/journey.md (the six steps of international onboarding, with the hospital's own rules).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from concierge.domain.access import Role
from concierge.domain.vocabulary import DepositGate, Programme


class Step(StrEnum):
    CONTACT = "contact"
    CONSULT = "consult"
    FINANCE = "finance"
    CLINICAL = "clinical"
    ACCEPTANCE = "acceptance"
    EVALUATION = "evaluation"

    @property
    def number(self) -> int:
        return _NUMBERS[self]


_NUMBERS = {step: number for number, step in enumerate(Step, 1)}


class CaseState(StrEnum):
    OPEN = "open"
    ON_HOLD = "on_hold"
    CLOSED = "closed"


class Exit(StrEnum):
    COMPLETED = "completed"
    NOT_ACCEPTED = "not_accepted"
    CHOSE_ELSEWHERE = "chose_elsewhere"
    COST = "cost"
    VISA = "visa"
    UNFIT_TO_TRAVEL = "unfit_to_travel"
    CANNOT_BE_REACHED = "cannot_be_reached"
    WITHDRAWN = "withdrawn"
    DIED = "died"
    NOT_FOR_US = "not_for_us"  # an enquiry that another place must answer
    MERGED = "merged"  # goes on as another case of the same person (cases/merge)


class WaitingOn(StrEnum):
    US = "us"
    PATIENT = "patient"
    PAYER = "payer"
    EMBASSY = "embassy"
    HOME_HOSPITAL = "home_hospital"
    NOBODY = "nobody"


# Programmes without travel end with a written opinion after the clinical review (domain.md, the six steps).
LAST_STEP = {
    Programme.TREATMENT: Step.EVALUATION,
    Programme.SECOND_OPINION: Step.CLINICAL,
    Programme.TELEHEALTH: Step.CLINICAL,
}


def steps_of(programme: Programme) -> tuple[Step, ...]:
    """The steps that this programme has, in order."""
    return tuple(Step)[: LAST_STEP[programme].number]


def travels(programme: Programme) -> bool:
    """Whether the patient comes to the hospital; without travel the programme ends with a written opinion."""
    return LAST_STEP[programme] is Step.EVALUATION


def may_visit_by_video(country: str, allowed: Collection[str]) -> bool:
    """Whether a hospital with rules for these countries may see a patient who is in `country` now; "" is not known."""
    return country in allowed


def video_refusal(programme: Programme, country: str, allowed: Collection[str]) -> str:
    """Why a case of telehealth may have no call: an error code; "" where nothing speaks against it.

    Whoever talks with the patient there sees them as a doctor does, by whichever device.
    """
    if programme is not Programme.TELEHEALTH or may_visit_by_video(country, allowed):
        return ""
    return "call_place_without_rule" if country else "call_place_unknown"


# Which role owns a step when nothing more precise is known.
OWNER = {
    Step.CONTACT: Role.SPECIALIST,
    Step.CONSULT: Role.SPECIALIST,
    Step.FINANCE: Role.ADVOCATE,
    Step.CLINICAL: Role.REVIEWER,
    Step.ACCEPTANCE: Role.SPECIALIST,
    Step.EVALUATION: Role.CARE_MANAGER,
}


def step_after(step: Step, programme: Programme) -> Step | None:
    """The next step of this programme, or None after its last one."""
    if step is LAST_STEP[programme]:
        return None
    return list(Step)[step.number]


@dataclass(frozen=True)
class CaseFacts:
    """What the gates need to know of one case; every field is a plain fact, gathered by `cases/facts.py`."""

    programme: Programme = Programme.TREATMENT
    deposit_gate: DepositGate = DepositGate.BEFORE_EVALUATION
    # contact
    is_taken: bool = False
    is_replied: bool = False
    has_language: bool = False
    has_channel: bool = False
    has_timezone: bool = False
    has_health_consent: bool = False
    is_who_knows_noted: bool = False
    # consult
    is_place_known: bool = False
    is_place_allowed: bool = False
    is_call_held: bool = False
    is_payer_known: bool = False
    is_payer_letter_known: bool = False
    are_records_agreed: bool = False
    # finance
    has_estimate_issued: bool = False
    is_estimate_understood: bool = False
    is_covered_by_letter: bool = False
    has_letter_waiting: bool = False
    is_deposit_requested: bool = False
    is_deposit_on_its_way: bool = False
    is_money_odd: bool = False
    is_cleared: bool = False
    # clinical
    missing_records: int = 0
    unchecked_records: int = 0
    is_decision_signed: bool = False
    needs_more_records: bool = False
    needs_second_reviewer: bool = False
    is_accepted: bool = False
    is_declined: bool = False
    # acceptance
    is_answer_told: bool = False
    said_yes: bool = False
    has_questions: bool = False
    are_dates_held: bool = False
    is_visa_needed: bool = False
    is_visa_letter_sent: bool = False
    has_appointments: bool = False
    is_trip_confirmed: bool = False
    # evaluation
    is_evaluation_held: bool = False
    is_plan_written: bool = False
    is_plan_explained: bool = False
    is_plan_acknowledged: bool = False
    has_choice: bool = False
    is_folder_handed_over: bool = False

    def with_(self, **changes: Any) -> "CaseFacts":
        """The same facts with some of them changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Blocker:
    """One unmet condition of a gate: a code, the role that can lift it, and whom the case waits for meanwhile."""

    code: str
    owner: Role
    waiting_on: WaitingOn = WaitingOn.US


@dataclass(frozen=True)
class NextAction:
    """The one thing to do now. `code` has its words for staff and for the patient in `web/happenings.py`."""

    code: str
    owner: Role
    waiting_on: WaitingOn


Condition = tuple[str, Role, WaitingOn, Callable[[CaseFacts], bool]]
_US, _PATIENT, _PAYER = WaitingOn.US, WaitingOn.PATIENT, WaitingOn.PAYER


def _contact() -> tuple[Condition, ...]:
    return (
        ("take_enquiry", Role.SPECIALIST, _US, lambda f: f.is_taken),
        ("reply_first", Role.SPECIALIST, _US, lambda f: f.is_replied),
        ("note_language", Role.SPECIALIST, _US, lambda f: f.has_language),
        ("note_channel", Role.SPECIALIST, _US, lambda f: f.has_channel),
        ("note_timezone", Role.SPECIALIST, _US, lambda f: f.has_timezone),
        ("record_health_consent", Role.SPECIALIST, _PATIENT, lambda f: f.has_health_consent),
        ("note_who_knows", Role.SPECIALIST, _US, lambda f: f.is_who_knows_noted),
    )


def _consult(facts: CaseFacts) -> tuple[Condition, ...]:
    place: tuple[Condition, ...] = ()
    if facts.programme is Programme.TELEHEALTH:  # licences end at borders: where the patient is comes before any visit
        place = (
            ("note_place", Role.SPECIALIST, _PATIENT, lambda f: f.is_place_known),
            ("change_programme", Role.SPECIALIST, _US, lambda f: f.is_place_allowed),
        )
    return (
        *place,
        ("hold_call", Role.SPECIALIST, _US, lambda f: f.is_call_held),
        ("note_payer", Role.SPECIALIST, _US, lambda f: f.is_payer_known),
        ("note_payer_letter", Role.SPECIALIST, _US, lambda f: f.is_payer_letter_known),
        ("agree_records", Role.SPECIALIST, _US, lambda f: f.are_records_agreed),
    )


def _finance(facts: CaseFacts) -> tuple[Condition, ...]:
    if facts.is_covered_by_letter:
        return ()
    payer_side = _PAYER if facts.has_letter_waiting else _PATIENT
    conditions: tuple[Condition, ...] = (
        ("review_letter", Role.ADVOCATE, _US, lambda f: not f.has_letter_waiting),
        ("issue_estimate", Role.ADVOCATE, _US, lambda f: f.has_estimate_issued),
        ("understand_estimate", Role.ADVOCATE, payer_side, lambda f: f.is_estimate_understood),
        ("request_deposit", Role.ADVOCATE, _US, lambda f: f.is_deposit_requested),
    )
    if facts.deposit_gate is DepositGate.BEFORE_CLINICAL:
        conditions += _money(facts)
    return conditions


def _costs_changed(facts: CaseFacts) -> tuple[Condition, ...]:
    """A new estimate after step 3 is understood before the family decides by it; it never holds the doctors up."""
    if facts.is_covered_by_letter or not facts.has_estimate_issued:
        return ()
    return (("understand_estimate", Role.ADVOCATE, _PATIENT, lambda f: f.is_estimate_understood),)


def _money(facts: CaseFacts) -> tuple[Condition, ...]:
    """Financial clearance: deposit paid, or a valid letter covers the estimate."""
    if facts.is_money_odd:
        return (("settle_payment", Role.ADVOCATE, _US, lambda f: f.is_cleared),)
    if facts.is_deposit_on_its_way:
        return (("await_transfer", Role.ADVOCATE, _PAYER, lambda f: f.is_cleared),)
    return (("pay_deposit", Role.ADVOCATE, _PATIENT, lambda f: f.is_cleared),)


def _clinical(facts: CaseFacts) -> tuple[Condition, ...]:
    if facts.is_declined:  # nobody sends records any more for an answer that is already signed
        return (("tell_declined", Role.SPECIALIST, _US, lambda f: not f.is_declined),)
    conditions: tuple[Condition, ...] = (
        ("check_records", Role.REVIEWER, _US, lambda f: not f.unchecked_records or f.is_accepted),
        ("send_records", Role.SPECIALIST, _PATIENT, lambda f: not f.missing_records),
        ("send_more_records", Role.SPECIALIST, _PATIENT, lambda f: not f.needs_more_records),
        ("second_review", Role.REVIEWER, _US, lambda f: not f.needs_second_reviewer),
        ("sign_decision", Role.REVIEWER, _US, lambda f: f.is_decision_signed),
    )
    if not travels(facts.programme):  # the written opinion ends the case, so it is told here
        conditions += (("tell_answer", Role.SPECIALIST, _US, lambda f: f.is_answer_told),)
    return conditions


def _acceptance(facts: CaseFacts) -> tuple[Condition, ...]:
    conditions: tuple[Condition, ...] = (
        ("tell_answer", Role.SPECIALIST, _US, lambda f: f.is_answer_told),
        ("answer_questions", Role.SPECIALIST, _US, lambda f: not f.has_questions),
        *_costs_changed(facts),
        ("say_yes", Role.SPECIALIST, _PATIENT, lambda f: f.said_yes),
        ("hold_dates", Role.COORDINATOR, _US, lambda f: f.are_dates_held),
    )
    conditions += _money(facts)
    if facts.is_visa_needed:
        conditions += (("send_visa_letter", Role.COORDINATOR, _US, lambda f: f.is_visa_letter_sent),)
    return (
        *conditions,
        ("set_appointments", Role.COORDINATOR, _US, lambda f: f.has_appointments),
        ("confirm_trip", Role.COORDINATOR, _US, lambda f: f.is_trip_confirmed),
    )


def _evaluation(facts: CaseFacts) -> tuple[Condition, ...]:
    return (
        ("hold_evaluation", Role.CARE_MANAGER, _US, lambda f: f.is_evaluation_held),
        ("write_plan", Role.CARE_MANAGER, _US, lambda f: f.is_plan_written),
        ("explain_plan", Role.CARE_MANAGER, _US, lambda f: f.is_plan_explained),
        ("acknowledge_plan", Role.CARE_MANAGER, _PATIENT, lambda f: f.is_plan_acknowledged),
        *_costs_changed(facts),
        ("choose", Role.CARE_MANAGER, _PATIENT, lambda f: f.has_choice),
        ("hand_over_folder", Role.CARE_MANAGER, _US, lambda f: f.is_folder_handed_over),
    )


def conditions(step: Step, facts: CaseFacts) -> tuple[Condition, ...]:
    """All conditions of a step's gate for this case, met or not, in the order people work through them."""
    match step:
        case Step.CONTACT:
            return _contact()
        case Step.CONSULT:
            return _consult(facts)
        case Step.FINANCE:
            return _finance(facts)
        case Step.CLINICAL:
            return _clinical(facts)
        case Step.ACCEPTANCE:
            return _acceptance(facts)
        case Step.EVALUATION:
            return _evaluation(facts)


def blockers(step: Step, facts: CaseFacts) -> tuple[Blocker, ...]:
    """What still keeps the case in this step; empty means that the gate is open."""
    return tuple(
        Blocker(code, owner, waits)
        for code, owner, waits, is_met in conditions(step, facts)
        if not is_met(facts)
    )


def next_action(step: Step, facts: CaseFacts) -> NextAction:
    """The first blocker is the next action; with an open gate it is to move the case on (or to close it)."""
    found = blockers(step, facts)
    if found:
        return NextAction(found[0].code, found[0].owner, found[0].waiting_on)
    code = "move_on" if step_after(step, facts.programme) else "close_case"
    return NextAction(code, OWNER[step], WaitingOn.US)
