"""One of the stays that cost more than the payer agreed to: a lead has approved it, the others wait."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.costs.actions import approve
from concierge.cases import actions as cases
from concierge.cases.trip_costs import PAYER
from concierge.domain.access import Actor, Role, rights_of
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import Standing
from concierge.journey.contact.team import with_role
from concierge.models import BookingShare, Case
from concierge.web.clock import now


def approve_one(session: Session) -> None:
    over = session.execute(
        sa.select(BookingShare.case_id, BookingShare.booking)
        .join(Case, Case.id == BookingShare.case_id)
        .where(BookingShare.standing == Standing.NEEDS_APPROVAL, Case.state == CaseState.OPEN)
        .order_by(BookingShare.id)
        .limit(1)
    ).first()
    if over is None:
        return
    case = cases.lock(session, over.case_id)
    lead = with_role(session, case.hospital_id, Role.LEAD)[0]
    actor = Actor("staff", lead.id, lead.name, rights_of(lead.roles_at(case.hospital_id)))
    why = "The payer agreed to the longer stay by phone."
    approve(session, case, over.booking, paid_by=PAYER, why=why, actor=actor, now=now())
