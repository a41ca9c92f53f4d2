"""What the patient's home shows of a case, in a fixed number of statements; nothing that this reader may not see."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from concierge.conversation.queries import SEEN_BY_FAMILY
from concierge.domain.access import Area, may_see
from concierge.domain.journey import CaseState
from concierge.domain.money import Money
from concierge.domain.vocabulary import (
    DocumentState,
    EstimateState,
    PatientAnswer,
    PlannedCallState,
    RecordState,
)
from concierge.models import (
    Answer,
    Appointment,
    Case,
    CaseParticipation,
    ChecklistItem,
    Decision,
    Deposit,
    Document,
    Estimate,
    Message,
    Plan,
    PlannedCall,
    PortalAccount,
    StaffUser,
    TripNeeds,
)

_THERE = {RecordState.RECEIVED, RecordState.IN_TRANSIT}


@dataclass(frozen=True)
class HomeFacts:
    """`is_told` is about the newest decision and is for wording only; the rest is already held against the areas."""

    is_told: bool
    has_answer: bool
    has_costs: bool
    has_payer: bool
    has_days: bool
    has_plan: bool
    deposit: Money | None
    deposit_due_on: date | None
    specialist: StaffUser | None
    needed: list[ChecklistItem] = field(default_factory=list)
    latest: Message | None = None
    call: PlannedCall | None = None
    has_needs: bool = False  # the patient said yes, so that the trip is planned
    are_needs_sent: bool = False
    can_call: bool = False


def home_facts(session: Session, case: Case, part: CaseParticipation) -> HomeFacts:
    """Gathered for one reader."""
    row = session.connection().execute(_SIGNS, {"case_id": case.id}).one()
    sees = {area for area in Area if may_see(part.standing, area)}
    has_money = Area.MONEY in sees
    return HomeFacts(
        is_told=row.told_at is not None,
        has_answer=Area.DECISION in sees and row.told_at is not None,
        has_costs=has_money and bool(row.estimates or row.deposit_minor is not None),
        has_payer=has_money and case.payer_kind is not None,
        has_days=bool(row.appointments),
        has_plan=Area.DECISION in sees and row.explained_at is not None,
        deposit=Money(row.deposit_minor, row.deposit_currency)
        if has_money and row.deposit_minor is not None
        else None,
        deposit_due_on=row.deposit_due_on if has_money else None,
        specialist=session.get(StaffUser, case.specialist_id) if case.specialist_id else None,
        needed=_needed(session, case) if Area.DOCUMENTS in sees else [],
        latest=session.scalar(_LATEST, {"case_id": case.id}) if Area.MESSAGES in sees else None,
        call=session.scalar(_CALL, {"case_id": case.id}) if Area.MESSAGES in sees else None,
        has_needs=row.reply == PatientAnswer.YES,
        are_needs_sent=row.needs_sent_at is not None,
        can_call=Area.MESSAGES in sees and case.specialist_id is not None and case.state is not CaseState.CLOSED,
    )


# Built once, because building these statements costs more than running them.
_CASE_ID: sa.BindParameter[int] = sa.bindparam("case_id")
_SIGNS = (
    sa.select(
        sa.select(Decision.told_at)
        .where(Decision.case_id == _CASE_ID)
        .order_by(Decision.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("told_at"),
        sa.select(sa.func.count())
        .where(Estimate.case_id == _CASE_ID, Estimate.state == EstimateState.ISSUED)
        .scalar_subquery()
        .label("estimates"),
        sa.select(sa.func.count())
        .where(Appointment.case_id == _CASE_ID, Appointment.is_cancelled.is_(False))
        .scalar_subquery()
        .label("appointments"),
        sa.select(Answer.reply).where(Answer.case_id == _CASE_ID).scalar_subquery().label("reply"),
        sa.select(TripNeeds.sent_at).where(TripNeeds.case_id == _CASE_ID).scalar_subquery().label("needs_sent_at"),
        Plan.explained_at,
        Deposit.amount_minor.label("deposit_minor"),
        Deposit.currency.label("deposit_currency"),
        Deposit.due_on.label("deposit_due_on"),
    )
    .select_from(Case)
    .outerjoin(Plan, Plan.case_id == Case.id)
    .outerjoin(Deposit, Deposit.case_id == Case.id)
    .where(Case.id == _CASE_ID)
)
_BEING_CHECKED = sa.select(Document.kind).where(
    Document.case_id == _CASE_ID, Document.state == DocumentState.CHECKING
)
_SAID_YES = sa.exists().where(Answer.case_id == _CASE_ID, Answer.reply == PatientAnswer.YES)
_NEEDED = (
    sa.select(ChecklistItem)
    .where(
        ChecklistItem.case_id == _CASE_ID,
        sa.or_(ChecklistItem.is_minimum, ~_SAID_YES),
        ChecklistItem.state.not_in(_THERE),
        ChecklistItem.kind.not_in(_BEING_CHECKED),
    )
    .order_by(ChecklistItem.position)
)
_CALL = sa.select(PlannedCall).where(
    PlannedCall.case_id == _CASE_ID, PlannedCall.state == PlannedCallState.BOOKED
)
_LATEST = (
    sa.select(Message)
    .where(Message.case_id == _CASE_ID, SEEN_BY_FAMILY)
    .order_by(Message.id.desc())
    .limit(1)
)


def _needed(session: Session, case: Case) -> list[ChecklistItem]:
    """Once the list is agreed and while the case is open: what has not come, or has not come well.

    After the patient's yes only what the doctors cannot do without is still asked for.
    """
    if case.records_agreed_at is None or case.state is CaseState.CLOSED:
        return []
    return list(session.scalars(_NEEDED, {"case_id": case.id}))


def cases_of(session: Session, account: PortalAccount) -> list[CaseParticipation]:
    """The cases in which this account takes part now, the newest first."""
    statement = (
        sa.select(CaseParticipation)
        .where(CaseParticipation.account_id == account.id, CaseParticipation.ended_at.is_(None))
        .options(joinedload(CaseParticipation.case, innerjoin=True))
        .order_by(CaseParticipation.id.desc())
        .limit(50)
    )
    return list(session.scalars(statement))
