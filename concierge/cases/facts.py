"""Gathers from the rows of all steps what the gates of domain/journey.py need to know of one case."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain import guarantee
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseFacts, Step, may_visit_by_video
from concierge.domain.records import missing_minimum
from concierge.domain.vocabulary import (
    CallOutcome,
    CallPurpose,
    DecisionOutcome,
    DepositState,
    DocumentState,
    EstimateState,
    GuaranteeState,
    PatientAnswer,
    PlannedCallState,
    RecordState,
)
from concierge.models import (
    Answer,
    Appointment,
    Call,
    Case,
    ChecklistItem,
    Decision,
    Deposit,
    Document,
    Estimate,
    Guarantee,
    Plan,
    PlannedCall,
)

_CLEAR = {DepositState.PAID, DepositState.OVERPAID}


class CaseFile:
    """The rows behind the facts, each kind read once, when first asked for: pages show them, the gates judge them.

    A gate asks for the few kinds of its own step, and most pages for no more.
    """

    def __init__(self, session: Session, case: Case) -> None:
        self.session, self.case = session, case

    def _all_of(self, model) -> list:
        return list(self.session.scalars(_ROWS[model], {"case_id": self.case.id}))

    def _count_of(self, statement: sa.Select) -> int:
        return self.session.scalar(statement, {"case_id": self.case.id}) or 0

    @cached_property
    def estimates(self) -> list[Estimate]:
        return self._all_of(Estimate)

    @cached_property
    def deposit(self) -> Deposit | None:
        return next(iter(self._all_of(Deposit)), None)

    @cached_property
    def guarantees(self) -> list[Guarantee]:
        return self._all_of(Guarantee)

    @cached_property
    def checklist(self) -> list[ChecklistItem]:
        return self._all_of(ChecklistItem)

    @cached_property
    def unchecked(self) -> int:
        """Documents that nobody has looked at yet."""
        return self._count_of(_UNCHECKED)

    @cached_property
    def decisions(self) -> list[Decision]:
        return self._all_of(Decision)

    @cached_property
    def answer(self) -> Answer | None:
        return self.session.get(Answer, self.case.id)

    @cached_property
    def appointments(self) -> int:
        """How many stand in the plan of the evaluation."""
        return self._count_of(_APPOINTMENTS)

    @cached_property
    def plan(self) -> Plan | None:
        return self.session.get(Plan, self.case.id)

    @cached_property
    def calls(self) -> list[Call]:
        return self._all_of(Call)

    @cached_property
    def planned_call(self) -> PlannedCall | None:
        """The call that is agreed and has not been held yet."""
        return self.session.scalar(_BOOKED_CALL, {"case_id": self.case.id})

    @property
    def issued(self) -> Estimate | None:
        """The estimate in force."""
        return next((e for e in self.estimates if e.state is EstimateState.ISSUED), None)

    @property
    def decision(self) -> Decision | None:
        """The newest signed decision."""
        return self.decisions[-1] if self.decisions else None


def _rows(model, order=None) -> sa.Select:
    found = sa.select(model).where(model.case_id == sa.bindparam("case_id"))
    return found if order is None else found.order_by(order)


# Built once, because building a statement costs more than running it.
_ROWS = {
    Estimate: _rows(Estimate, Estimate.number), Deposit: _rows(Deposit), Guarantee: _rows(Guarantee, Guarantee.id),
    ChecklistItem: _rows(ChecklistItem, ChecklistItem.position), Decision: _rows(Decision, Decision.id),
    Call: _rows(Call, Call.id),
}  # fmt: skip
_BOOKED_CALL = _rows(PlannedCall).where(PlannedCall.state == PlannedCallState.BOOKED)
_UNCHECKED = sa.select(sa.func.count()).where(
    Document.case_id == sa.bindparam("case_id"), Document.state == DocumentState.CHECKING
)
_APPOINTMENTS = sa.select(sa.func.count()).where(
    Appointment.case_id == sa.bindparam("case_id"), Appointment.is_cancelled.is_(False)
)


def load(session: Session, case: Case) -> CaseFile:
    """The file of one case; nothing is read yet."""
    return CaseFile(session, case)


def load_many(session: Session, cases: Iterable[Case]) -> list[CaseFile]:
    """The files of several cases with their answer and money read: one query for each kind, not for each case."""
    files = {case.id: CaseFile(session, case) for case in cases}

    def by_case(model, order) -> dict[int, list]:
        found: dict[int, list] = {case_id: [] for case_id in files}
        for row in session.scalars(sa.select(model).where(model.case_id.in_(files)).order_by(order)):
            found[row.case_id].append(row)
        return found

    answers, deposits = by_case(Answer, Answer.case_id), by_case(Deposit, Deposit.id)
    estimates, letters = by_case(Estimate, Estimate.number), by_case(Guarantee, Guarantee.id)
    for case_id, file in files.items():
        file.answer, file.deposit = next(iter(answers[case_id]), None), next(iter(deposits[case_id]), None)
        file.estimates, file.guarantees = estimates[case_id], letters[case_id]
    return list(files.values())


def facts_of(file: CaseFile, now: datetime, step: Step | None = None) -> CaseFacts:
    """The plain facts of one case, for `blockers()` and `next_action()`; with `step`, those that its gate asks for."""
    case = file.case
    facts = CaseFacts(programme=case.programme, deposit_gate=case.hospital.deposit_gate)
    found: dict = {}
    for gather in _ASKED[step] if step else _ALL:
        found |= gather(file, now)
    return facts.with_(**found)


def _talk(file: CaseFile, _now: datetime) -> dict:
    case, person = file.case, file.case.person
    is_place_known = bool(case.present_country)
    return {
        "is_place_known": is_place_known,
        # Of a place that nobody knows yet nothing is held against the case.
        "is_place_allowed": not is_place_known
        or may_visit_by_video(case.present_country, case.hospital.telehealth_countries),
        "is_taken": case.specialist_id is not None,
        "is_replied": case.replied_at is not None,
        "has_language": bool(person.spoken_language),
        "has_channel": person.channel is not None,
        "has_timezone": bool(person.timezone),
        "has_health_consent": case.health_consent_at is not None,
        "is_who_knows_noted": case.who_knows_at is not None,
        "is_payer_known": case.payer_kind is not None,
        "is_payer_letter_known": case.payer_letter_known_at is not None,
        "are_records_agreed": case.records_agreed_at is not None,
    }


def _call(file: CaseFile, _now: datetime) -> dict:
    return {
        "is_call_held": any(
            call.purpose is CallPurpose.CONSULT and call.outcome is CallOutcome.HELD for call in file.calls
        )
    }


def not_covered(file: CaseFile, letter: Guarantee, now: datetime) -> tuple[str, ...]:
    """Why this letter does not cover the estimate in force today (codes of domain/guarantee.py, or `no_estimate`)."""
    issued, person = file.issued, file.case.person
    if issued is None or not issued.lines:
        return ("no_estimate",)
    return guarantee.covers(
        letter,
        estimate_high=issued.total.high,
        on=local_day(now, file.case.hospital.timezone),
        passport_name=person.latin_name or person.native_name,
        passport_number=person.passport_number,
        services=frozenset(line.phase for line in issued.lines),
    )


def covering_letter(file: CaseFile, now: datetime) -> Guarantee | None:
    """The accepted letter that covers the issued estimate today, if there is one."""
    return next((letter for letter in file.guarantees if not not_covered(file, letter, now)), None)


def _money(file: CaseFile, now: datetime) -> dict:
    issued, deposit = file.issued, file.deposit
    is_covered = covering_letter(file, now) is not None
    state = deposit.state if deposit else None
    return {
        "has_estimate_issued": issued is not None,
        "is_estimate_understood": issued is not None and issued.understood_at is not None,
        "is_covered_by_letter": is_covered,
        "has_letter_waiting": any(letter.state is GuaranteeState.RECORDED for letter in file.guarantees),
        "is_deposit_requested": state is not None and state is not DepositState.CANCELLED,
        "is_deposit_on_its_way": state is DepositState.ON_ITS_WAY,
        "is_money_odd": state in {DepositState.NEEDS_ATTENTION, DepositState.PART_PAID},
        "is_cleared": is_covered or state in _CLEAR,
    }


def _records(file: CaseFile, _now: datetime) -> dict:
    decision = file.decision
    needs_more = decision is not None and decision.outcome is DecisionOutcome.NEED_MORE
    asked = set(decision.asked_records) if decision and needs_more else set()
    open_items = [item for item in file.checklist if item.state is not RecordState.RECEIVED]
    return {
        "missing_records": len(missing_minimum(file.checklist, file.case.hospital.images_rule)),
        "unchecked_records": file.unchecked,
        "needs_more_records": any(item.kind in asked for item in open_items),
    }


def _decision(file: CaseFile, _now: datetime) -> dict:
    decision = file.decision
    outcome = decision.outcome if decision else None
    return {
        "needs_second_reviewer": outcome is DecisionOutcome.SECOND_REVIEWER,
        "is_decision_signed": outcome in {DecisionOutcome.ACCEPT, DecisionOutcome.NOT_FOR_US},
        "is_accepted": outcome is DecisionOutcome.ACCEPT,
        "is_declined": outcome is DecisionOutcome.NOT_FOR_US,
        "is_answer_told": outcome is DecisionOutcome.ACCEPT
        and decision is not None
        and decision.told_at is not None,
    }


def _visit(file: CaseFile, _now: datetime) -> dict:
    answer = file.answer
    return {
        "said_yes": answer is not None and answer.reply is PatientAnswer.YES,
        "has_questions": answer is not None and answer.reply is PatientAnswer.ASK,
        "are_dates_held": answer is not None and answer.dates_held_at is not None,
        "is_visa_needed": file.case.is_visa_needed,
        "is_visa_letter_sent": answer is not None and answer.visa_letter_sent_at is not None,
        "has_appointments": file.appointments > 0,
        "is_trip_confirmed": answer is not None and answer.trip_confirmed_at is not None,
    }


def _plan(file: CaseFile, _now: datetime) -> dict:
    plan = file.plan
    return {
        "is_evaluation_held": plan is not None and plan.evaluation_held_at is not None,
        "is_plan_written": plan is not None and plan.written_at is not None,
        "is_plan_explained": plan is not None and plan.explained_at is not None,
        "is_plan_acknowledged": plan is not None and plan.acknowledged_at is not None,
        "has_choice": plan is not None and plan.choice is not None,
        "is_folder_handed_over": plan is not None and plan.folder_handed_over_at is not None,
    }


_ALL = (_talk, _call, _money, _records, _decision, _visit, _plan)
# What the conditions of each gate in domain/journey.py look at; a test holds the two together.
_ASKED = {
    Step.CONTACT: (_talk,),
    Step.CONSULT: (_talk, _call),
    Step.FINANCE: (_money,),
    Step.CLINICAL: (_records, _decision),
    Step.ACCEPTANCE: (_decision, _visit, _money),
    Step.EVALUATION: (_plan, _money),
}


def agreed_due_at(file: CaseFile, code: str) -> datetime | None:
    """When an action is due by a date that was agreed with the family (closing time that day), else None.

    A talk is due at its minute.
    """
    if code == "hold_call":
        return file.planned_call.starts_at if file.planned_call else None
    agreed = None
    if code in {"pay_deposit", "await_transfer"}:
        agreed = file.deposit.due_on if file.deposit else None
    elif code == "hold_evaluation":
        agreed = file.answer.evaluation_to if file.answer else None
    return file.case.hospital.calendar.closing_of(agreed) if agreed else None
