"""A case that ends early keeps nobody waiting and no room empty; one that is completed keeps its way home."""

from datetime import timedelta

import sqlalchemy as sa

from concierge.booking.lodging.actions import reserve_room
from concierge.cases import actions
from concierge.domain.access import SYSTEM
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import AppointmentKind
from concierge.journey.evaluation.actions import AppointmentOrder, set_appointment
from concierge.models import Answer, Appointment, LodgingNight, LodgingRoom, Resource, SlotLedger
from tests.booking.scenes import a_case


def _with_bookings(session, now):
    case = a_case(session, step=Step.EVALUATION)
    answer = session.get(Answer, case.id)
    room = session.scalars(sa.select(LodgingRoom).where(LodgingRoom.hospital_id == case.hospital_id)).first()
    reserve_room(
        session, case, room_id=room.id, arrive_on=answer.evaluation_from - timedelta(days=1),
        leave_on=answer.evaluation_to + timedelta(days=1), guests=1, actor=SYSTEM, now=now,
    )  # fmt: skip
    first = session.scalars(sa.select(Appointment).where(Appointment.case_id == case.id)).one()
    clinician = session.scalars(sa.select(Resource).where(Resource.hospital_id == case.hospital_id)).first()
    starts_at = first.ends_at.replace(minute=0) + timedelta(hours=2)
    order = AppointmentOrder(
        AppointmentKind.NURSE, starts_at, starts_at + timedelta(minutes=30), clinician_id=clinician.id
    )
    set_appointment(session, case, order, actor=SYSTEM, now=now)
    assert session.scalar(sa.select(sa.func.count()).select_from(SlotLedger)) > 0
    return case


def test_a_withdrawn_case_gives_back_what_lies_ahead(session, clock):
    case = _with_bookings(session, clock())
    actions.close(session, case, exit=Exit.WITHDRAWN, reason="", actor=SYSTEM, now=clock())
    for ledger in (LodgingNight, SlotLedger):
        assert session.scalar(sa.select(sa.func.count()).select_from(ledger)) == 0
    visits = session.scalars(sa.select(Appointment).where(Appointment.case_id == case.id)).all()
    assert all(visit.is_cancelled for visit in visits)


def test_a_completed_case_keeps_its_bookings(session, clock):
    case = _with_bookings(session, clock())
    actions.close(session, case, exit=Exit.COMPLETED, reason="", actor=SYSTEM, now=clock())
    assert session.scalar(sa.select(sa.func.count()).select_from(LodgingNight)) > 0
