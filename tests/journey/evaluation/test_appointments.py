"""Appointments: inside the held days and opening hours, and nobody has anybody twice."""

import threading
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from concierge.cases.actions import lock
from concierge.cases.appointments import appointments_of
from concierge.db import db, transaction
from concierge.domain import vocabulary as v
from concierge.domain.errors import InvalidInput, NotAllowed, SlotTaken, Stale
from concierge.domain.journey import Step
from concierge.journey.evaluation import actions
from concierge.journey.evaluation.days import day_plans, faults
from concierge.journey.evaluation.queries import name_clashes
from concierge.models import Answer, Appointment, CaseEvent, InterpreterAssignment, OutboxMessage, SlotLedger
from tests.factories import a_case
from tests.journey.evaluation.conftest import FRIDAY, TUESDAY, held, order, resource
from tests.support.clock import START


def _set(session, case, actor, **facts):
    return actions.set_appointment(session, case, order(**facts), actor=actor, now=START)


def _slots(session):
    return session.scalar(sa.select(sa.func.count()).select_from(SlotLedger))


def test_an_appointment_takes_patient_clinician_and_room(session, case, nora):
    visit = _set(
        session,
        case,
        nora,
        clinician_id=resource(session, "Dr. Ruth Ellis"),
        room_id=resource(session, "CT scanner 1"),
    )
    assert visit.starts_at == datetime(2026, 12, 8, 17, tzinfo=UTC)
    assert _slots(session) == 12
    assert (
        session.scalars(sa.select(CaseEvent.kind).order_by(CaseEvent.id.desc())).first() == "appointment_set"
    )


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"on": date(2026, 12, 7)}, "day", "outside_dates"),
        ({"on": date(2026, 12, 14)}, "day", "outside_dates"),
        ({"clock": "07:45"}, "start", "outside_hours"),
        ({"clock": "16:30"}, "start", "outside_hours"),
        ({"clock": "09:07"}, "starts_at", "not_on_quarter"),
        ({"minutes": 0}, "ends_at", "ends_before_start"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(session, case, nora, facts, field, code):
    with pytest.raises(InvalidInput) as refused:
        _set(session, case, nora, **facts)
    assert (refused.value.field, refused.value.code) == (field, code)
    session.rollback()
    assert _slots(session) == 0


def test_a_day_that_turned_into_a_holiday_is_closed(session, nora):
    case = held(session, first=date(2026, 12, 23), last=date(2026, 12, 29))
    with pytest.raises(InvalidInput) as refused:
        _set(session, case, nora, on=date(2026, 12, 25))
    assert (refused.value.field, refused.value.code) == ("day", "day_closed")


def test_the_past_is_not_planned(session, nora):
    case = held(session, first=START.date(), last=date(2026, 11, 30))
    with pytest.raises(InvalidInput, match="day_past"):
        _set(session, case, nora, on=START.date(), clock="09:00")


@pytest.mark.parametrize("field", ["clinician_id", "room_id"])
def test_only_people_and_places_of_this_hospital_are_booked(session, case, nora, field):
    others = {"clinician_id": "Dr. Zhao Wen", "room_id": "CT 1"}
    for wrong in (resource(session, others[field]), 999_999, resource(session, "Samir Khoury")):
        with pytest.raises(InvalidInput, match="unknown_resource"):
            _set(session, case, nora, **{field: wrong})


def test_without_dates_nothing_is_set(session, nora):
    with pytest.raises(NotAllowed, match="hold_dates_first"):
        _set(session, a_case(session, step=Step.ACCEPTANCE), nora)


def test_two_families_cannot_have_one_doctor_at_once_and_both_names_are_told(session, case, nora):
    ellis = resource(session, "Dr. Ruth Ellis")
    first = _set(session, case, nora, clinician_id=ellis)
    other = held(session)
    with pytest.raises(SlotTaken) as refused:
        _set(session, other, nora, clock="09:30", clinician_id=ellis)
    (clash,) = name_clashes(session, refused.value.conflicts)
    assert (clash.who, clash.reference, clash.appointment.id) == ("Dr. Ruth Ellis", case.reference, first.id)


def test_a_patient_is_not_in_two_places(session, case, nora):
    _set(session, case, nora)
    with pytest.raises(SlotTaken) as refused:
        _set(session, case, nora, clock="09:45")
    assert name_clashes(session, refused.value.conflicts)[0].who is None


def test_two_people_who_set_at_once_get_one_appointment_and_one_kind_refusal(app, session, nora):
    first, second = held(session), held(session)
    ellis = resource(session, "Dr. Ruth Ellis")
    session.commit()
    barrier, outcomes = threading.Barrier(2), []

    def book(case_id: int, clock: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction() as own:
                    actions.set_appointment(
                        own, lock(own, case_id), order(clock=clock, clinician_id=ellis), actor=nora, now=START
                    )
                outcomes.append("set")
            except SlotTaken:
                outcomes.append("taken")
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=book, args=args) for args in ((first.id, "09:00"), (second.id, "09:30"))
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["set", "taken"]
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Appointment.id))) == 1


def test_a_moved_appointment_gives_its_old_hours_back(session, case, nora):
    visit = _set(session, case, nora)
    actions.move_appointment(
        session, case, visit.public_id, order(clock="10:00"), version=visit.version, actor=nora, now=START
    )
    assert _slots(session) == 4 and visit.moved_from_at is None
    _set(session, case, nora, clock="09:00")


def test_moving_into_its_own_hours_is_no_clash(session, case, nora):
    visit = _set(session, case, nora)
    actions.move_appointment(
        session, case, visit.public_id, order(clock="09:30"), version=visit.version, actor=nora, now=START
    )
    assert visit.starts_at.minute == 30


def test_two_who_move_one_appointment_do_not_overwrite_each_other(session, case, nora):
    visit = _set(session, case, nora)
    seen = visit.version
    for clock in ("10:00", "11:00"):
        try:
            actions.move_appointment(
                session, case, visit.public_id, order(clock=clock), version=seen, actor=nora, now=START
            )
        except Stale:
            assert clock == "11:00"
    assert visit.starts_at.hour == 18


def test_a_cancelled_appointment_is_gone_and_its_hours_are_free(session, case, nora):
    visit = _set(session, case, nora)
    actions.cancel_appointment(session, case, visit.public_id, version=visit.version, actor=nora, now=START)
    assert _slots(session) == 0 and appointments_of(session, case) == []
    with pytest.raises(Stale, match="appointment_gone"):
        actions.cancel_appointment(
            session, case, visit.public_id, version=visit.version, actor=nora, now=START
        )


def test_the_family_hears_of_changes_only_after_the_trip_was_confirmed(session, case, nora):
    def mails():
        return session.scalar(
            sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.event == "evaluation_changed")
        )

    visit = _set(session, case, nora)
    assert mails() == 0
    session.get(Answer, case.id).trip_confirmed_at = START
    session.flush()
    actions.move_appointment(
        session, case, visit.public_id, order(clock="11:00"), version=visit.version, actor=nora, now=START
    )
    assert mails() == 1
    assert visit.moved_from_at == datetime(2026, 12, 8, 17, tzinfo=UTC)
    actions.move_appointment(
        session, case, visit.public_id, order(clock="09:00"), version=visit.version, actor=nora, now=START
    )
    assert visit.moved_from_at is None


def test_the_hospitals_clock_holds_over_the_change_to_summer_time(session, nora):
    case = held(session, first=date(2027, 3, 12), last=date(2027, 3, 16))
    friday = _set(session, case, nora, on=date(2027, 3, 12))
    monday = _set(session, case, nora, on=date(2027, 3, 15))
    assert (friday.starts_at.hour, monday.starts_at.hour) == (17, 16)


# --- notes for the planner ----------------------------------------------------------------------------------


def _codes(session, case, talks=()):
    return [
        fault.code
        for fault in faults(case, session.get(Answer, case.id), appointments_of(session, case), list(talks))
    ]


def test_contrast_before_the_blood_test_is_noted(session, case, nora):
    _set(session, case, nora, kind=v.AppointmentKind.CT, preparation=v.Preparation.CONTRAST)
    assert "contrast_without_lab" in _codes(session, case)
    _set(session, case, nora, kind=v.AppointmentKind.LAB, clock="11:00")
    assert "contrast_before_lab" in _codes(session, case)


def test_a_plan_meeting_before_a_scan_is_noted(session, case, nora):
    _set(session, case, nora, kind=v.AppointmentKind.PLAN_MEETING)
    _set(session, case, nora, kind=v.AppointmentKind.MRI, on=FRIDAY)
    codes = _codes(session, case)
    assert "plan_before_result" in codes and "span_too_short" not in codes


def test_an_interpreter_who_was_booked_for_the_old_time_is_noted(session, case, nora):
    visit = _set(session, case, nora)
    talk = InterpreterAssignment(
        case_id=case.id, interpreter_id=resource(session, "Samir Khoury"), appointment_id=visit.id, language="ar",
        modality=v.Modality.ON_SITE, starts_at=visit.starts_at, ends_at=visit.ends_at, booked_by="Tom", booked_at=START,
    )  # fmt: skip
    session.add(talk)
    session.flush()
    assert "interpreter_elsewhen" not in _codes(session, case, [talk])
    actions.move_appointment(
        session, case, visit.public_id, order(clock="11:00"), version=visit.version, actor=nora, now=START
    )
    assert "interpreter_elsewhen" in _codes(session, case, [talk])


def test_every_held_day_is_shown_with_its_free_time(session, case, nora):
    _set(session, case, nora, clock="09:00")
    _set(session, case, nora, clock="13:00")
    days = day_plans(case, session.get(Answer, case.id), appointments_of(session, case), [])
    assert [day.number for day in days] == [1, 2, 3, 4]
    assert days[0].on == TUESDAY and len(days[0].free) == 1 and days[1].free == []
