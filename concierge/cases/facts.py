"""Gathers from the rows of all steps what the gates of domain/journey.py need to know of one case."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain import guarantee
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseFacts
from concierge.domain.money import MoneyRange
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
)

_CLEAR = {DepositState.PAID, DepositState.OVERPAID}


@dataclass(frozen=True)
class CaseFile:
    """The rows behind the facts, loaded once: pages show them, the gates judge them."""

    case: Case
    estimates: list[Estimate]
    deposit: Deposit | None
    guarantees: list[Guarantee]
    checklist: list[ChecklistItem]
    unchecked: int
    decisions: list[Decision]
    answer: Answer | None
    appointments: int
    plan: Plan | None
    calls: list[Call]

    @property
    def issued(self) -> Estimate | None:
        """The estimate in force."""
        return next((e for e in self.estimates if e.state is EstimateState.ISSUED), None)

    @property
    def decision(self) -> Decision | None:
        """The newest signed decision."""
        return self.decisions[-1] if self.decisions else None


def load(session: Session, case: Case) -> CaseFile:
    """All rows that the facts of one case come from; a fixed number of queries."""

    def all_of(model, order):
        return list(session.scalars(sa.select(model).where(model.case_id == case.id).order_by(order)))

    unchecked = sa.select(sa.func.count()).where(
        Document.case_id == case.id, Document.state == DocumentState.CHECKING
    )
    appointments = sa.select(sa.func.count()).where(
        Appointment.case_id == case.id, Appointment.is_cancelled.is_(False)
    )
    counts = session.execute(sa.select(unchecked.scalar_subquery(), appointments.scalar_subquery())).one()
    return CaseFile(
        case=case,
        estimates=all_of(Estimate, Estimate.number),
        deposit=session.scalar(sa.select(Deposit).where(Deposit.case_id == case.id)),
        guarantees=all_of(Guarantee, Guarantee.id),
        checklist=all_of(ChecklistItem, ChecklistItem.position),
        unchecked=counts[0],
        decisions=all_of(Decision, Decision.id),
        answer=session.get(Answer, case.id),
        appointments=counts[1],
        plan=session.get(Plan, case.id),
        calls=all_of(Call, Call.id),
    )


def facts_of(file: CaseFile, now: datetime) -> CaseFacts:
    """The plain facts of one case, for `blockers()` and `next_action()`."""
    case = file.case
    facts = CaseFacts(programme=case.programme, deposit_gate=case.hospital.deposit_gate)
    return facts.with_(**_talk(file), **_money(file, now), **_review(file), **_visit(file))


def _talk(file: CaseFile) -> dict:
    case, person = file.case, file.case.person
    held = any(
        call.purpose is CallPurpose.CONSULT and call.outcome is CallOutcome.HELD for call in file.calls
    )
    return {
        "is_taken": case.specialist_id is not None,
        "is_replied": case.replied_at is not None,
        "has_language": bool(person.spoken_language),
        "has_channel": person.channel is not None,
        "has_timezone": bool(person.timezone),
        "has_health_consent": case.health_consent_at is not None,
        "is_who_knows_noted": case.who_knows_at is not None,
        "is_call_held": held,
        "is_payer_known": case.payer_kind is not None,
        "is_payer_letter_known": case.payer_letter_known_at is not None,
        "are_records_agreed": case.records_agreed_at is not None,
    }


def covering_letter(file: CaseFile, now: datetime) -> Guarantee | None:
    """The accepted letter that covers the issued estimate today, if there is one."""
    issued = file.issued
    if issued is None or not issued.lines:
        return None
    today = local_day(now, file.case.hospital.timezone)
    high = MoneyRange.sum((line.total for line in issued.lines), issued.currency).high
    phases = frozenset(line.phase for line in issued.lines)
    person = file.case.person
    for letter in file.guarantees:
        if not guarantee.covers(
            letter, estimate_high=high, on=today, passport_name=person.latin_name or person.native_name,
            passport_number=person.passport_number, services=phases,
        ):  # fmt: skip
            return letter
    return None


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


def _review(file: CaseFile) -> dict:
    decision = file.decision
    outcome = decision.outcome if decision else None
    asked = set(decision.asked_records) if decision and outcome is DecisionOutcome.NEED_MORE else set()
    open_items = [item for item in file.checklist if item.state is not RecordState.RECEIVED]
    return {
        "missing_records": len(missing_minimum(file.checklist, file.case.hospital.images_rule)),
        "unchecked_records": file.unchecked,
        "needs_more_records": any(item.kind in asked for item in open_items),
        "needs_second_reviewer": outcome is DecisionOutcome.SECOND_REVIEWER,
        "is_decision_signed": outcome in {DecisionOutcome.ACCEPT, DecisionOutcome.NOT_FOR_US},
        "is_accepted": outcome is DecisionOutcome.ACCEPT,
        "is_declined": outcome is DecisionOutcome.NOT_FOR_US,
        "is_answer_told": outcome is DecisionOutcome.ACCEPT
        and decision is not None
        and decision.told_at is not None,
    }


def _visit(file: CaseFile) -> dict:
    answer, plan = file.answer, file.plan
    return {
        "said_yes": answer is not None and answer.reply is PatientAnswer.YES,
        "has_questions": answer is not None and answer.reply is PatientAnswer.ASK,
        "are_dates_held": answer is not None and answer.dates_held_at is not None,
        "is_visa_needed": file.case.is_visa_needed,
        "is_visa_letter_sent": answer is not None and answer.visa_letter_sent_at is not None,
        "has_appointments": file.appointments > 0,
        "is_trip_confirmed": answer is not None and answer.trip_confirmed_at is not None,
        "is_evaluation_held": plan is not None and plan.evaluation_held_at is not None,
        "is_plan_written": plan is not None and plan.written_at is not None,
        "is_plan_explained": plan is not None and plan.explained_at is not None,
        "is_plan_acknowledged": plan is not None and plan.acknowledged_at is not None,
        "has_choice": plan is not None and plan.choice is not None,
        "is_folder_handed_over": plan is not None and plan.folder_handed_over_at is not None,
    }


def agreed_due_at(file: CaseFile, code: str) -> datetime | None:
    """When an action is due by a date that was agreed with the family (closing time that day), else None."""
    deposit, answer = file.deposit, file.answer
    agreed = {
        "pay_deposit": deposit.due_on if deposit else None,
        "await_transfer": deposit.due_on if deposit else None,
        "hold_evaluation": answer.evaluation_to if answer else None,
    }.get(code)
    return file.case.hospital.calendar.closing_of(agreed) if agreed else None
