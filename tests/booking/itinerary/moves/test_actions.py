"""One change and what follows from it: all of it or nothing, and only by the one who saw the newest trip."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.benefits import share
from concierge.booking.itinerary.moves.actions import Decision, apply_change, fingerprint
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.rides.actions import cancel_ride
from concierge.cases.trip_costs import trip_costs
from concierge.domain.consequences import VISIT, Change, Doing, Proposal, Times
from concierge.domain.errors import InvalidInput, RoomTaken, SlotTaken, Stale
from concierge.domain.itinerary import ItemKind
from concierge.domain.journey import Step
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, ResourceKind
from concierge.journey.evaluation.actions import set_appointment
from concierge.models import Answer, CaseTask, LodgingNight, OutboxMessage, SlotLedger
from tests.booking import scenes as bookings
from tests.booking.itinerary.moves import scenes
from tests.booking.itinerary.moves.scenes import HOUR, MONDAY
from tests.factories import a_case
from tests.support.clock import START

TWO_DAYS = timedelta(days=2)
BY_TWO = Change(Doing.MOVE, VISIT, first_on=MONDAY + timedelta(days=1))


@pytest.fixture
def visit(session):
    return scenes.a_visit(session)


def _apply(session, visit, change, decisions=None, **more):
    seen = fingerprint(trip_rows(session, visit.case.id), session.get(Answer, visit.case.id))
    values = {"seen": seen, "actor": visit.actor, "now": START} | more
    apply_change(session, visit.case, change, decisions or {}, **values)


def test_the_evaluation_moves_with_its_appointments_interpreters_and_room(session, visit):
    before = [row.starts_at for row in visit.visits]
    _apply(session, visit, BY_TWO)
    day = timedelta(days=1)
    assert visit.answer.evaluation_from == MONDAY + day
    assert [row.starts_at for row in visit.visits] == [at + day for at in before]
    assert (visit.voice.starts_at, visit.voice.ends_at) == (
        visit.visits[1].starts_at,
        visit.visits[1].ends_at,
    )
    assert (visit.stay.arrive_on, visit.stay.leave_on) == (MONDAY, MONDAY + timedelta(days=5))
    asked = session.scalars(sa.select(CaseTask.code).where(CaseTask.title != "")).all()
    assert asked == []  # without words there is no task; the page gives them


def test_the_family_is_asked_about_its_flight_with_a_task(session, visit):
    name = (ItemKind.FLIGHT, visit.flight.public_id)
    _apply(session, visit, BY_TWO, {name: Decision(Proposal.ASK, "Flight SV 41: ask the family")})
    assert session.scalars(sa.select(CaseTask.title).where(CaseTask.title != "")).all() == [
        "Flight SV 41: ask the family"
    ]


def test_a_trip_moves_within_its_own_hours(session, visit):
    """Tuesday's appointment goes to where Monday's was, with the same clinician and room."""
    first, second = visit.visits[:2]
    key = (ItemKind.APPOINTMENT, first.public_id)
    change = Change(Doing.MOVE, second.public_id, Times(first.starts_at, first.ends_at))
    with pytest.raises(SlotTaken):
        _apply(session, visit, change, {key: Decision(Proposal.KEEP)})
    session.rollback()


def test_a_delay_moves_the_pick_up_and_keeps_the_rest(session, visit):
    late = Times(visit.flight.departs_at + HOUR, visit.flight.arrives_at + HOUR)
    was = visit.ride.starts_at
    _apply(session, visit, Change(Doing.MOVE, visit.flight.public_id, late))
    assert visit.ride.starts_at == was + HOUR and visit.ride.run.starts_at == was + HOUR
    assert visit.flight.arrives_at == late.ends_at


def test_a_cancelled_appointment_lets_its_interpreter_go(session, visit):
    gone = visit.visits[1]
    _apply(session, visit, Change(Doing.CANCEL, gone.public_id))
    assert gone.is_cancelled and visit.voice.state == "cancelled"
    left = sa.select(sa.func.count()).where(SlotLedger.holder == f"assignment:{visit.voice.id}")
    assert session.scalar(left) == 0


def test_somebody_elses_hour_takes_all_of_it_back(session, visit):
    other = a_case(session, step=Step.EVALUATION)
    answer = session.get(Answer, other.id)
    answer.evaluation_from, answer.evaluation_to = MONDAY, MONDAY + timedelta(days=3)
    doctor = bookings.resources(session, other, ResourceKind.CLINICIAN)[0].id
    wanted = scenes.order(other, 2, doctor)  # on Wednesday at eleven
    busy = visit.visits[1].starts_at + timedelta(days=1)
    wanted = type(wanted)(wanted.kind, busy, busy + HOUR, wanted.preparation, doctor)
    set_appointment(session, other, wanted, actor=visit.actor, now=START)
    with pytest.raises(SlotTaken), session.begin_nested():
        _apply(session, visit, BY_TWO)
    session.refresh(visit.answer)
    assert visit.answer.evaluation_from == MONDAY
    assert session.scalar(sa.select(sa.func.count()).select_from(LodgingNight)) == 5


def test_a_room_that_is_gone_is_said_and_another_one_can_be_chosen(session, visit):
    other = a_case(session, step=Step.EVALUATION)
    bookings.a_stay(
        session, other, visit.actor, room=visit.stay.room, arrive_on=visit.stay.leave_on,
        leave_on=visit.stay.leave_on + timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(RoomTaken), session.begin_nested():
        _apply(session, visit, BY_TWO)
    free = bookings.rooms(session, visit.case)[1]
    name = (ItemKind.CHECK_IN, visit.stay.public_id)
    _apply(session, visit, BY_TWO, {name: Decision(Proposal.MOVE, room_id=free.id)})
    session.refresh(visit.stay)
    assert visit.stay.room_id == free.id


def test_who_saw_an_older_trip_changes_nothing(session, visit):
    seen = fingerprint(trip_rows(session, visit.case.id), visit.answer)
    cancel_ride(session, visit.case, public_id=visit.ride.public_id, actor=visit.actor, now=START)
    with pytest.raises(Stale, match="trip_stale"):
        _apply(session, visit, BY_TWO, seen=seen)


def test_a_flight_that_moves_keeps_its_price_and_its_travellers(session, visit):
    flight, case = visit.flight, visit.case
    price = Money(90_000, "USD")
    share(session, case, flight.booking, Benefit.TRAVEL, on=MONDAY, cost=price, now=START)
    later = Times(flight.departs_at + HOUR, flight.arrives_at + HOUR)
    _apply(session, visit, Change(Doing.MOVE, flight.public_id, later))
    assert flight.arrives_at == later.ends_at
    assert [cost.cost for cost in trip_costs(session, case.id) if cost.booking == flight.booking] == [price]


def test_a_flight_is_never_moved_by_a_proposal(session, visit):
    name = (ItemKind.FLIGHT, visit.flight.public_id)
    with pytest.raises(InvalidInput, match="choose_one"):
        _apply(session, visit, BY_TWO, {name: Decision(Proposal.MOVE)})


def test_nobody_is_told_until_the_changed_trip_is_published(session):
    visit = scenes.a_visit(session, is_published=True)
    told = sa.select(sa.func.count()).select_from(OutboxMessage)
    before = session.scalar(told)
    _apply(session, visit, BY_TWO)
    assert session.scalar(told) == before
    live = sa.select(CaseTask.code).where(CaseTask.case_id == visit.case.id, CaseTask.code == "publish_trip")
    assert session.scalars(live).all() == ["publish_trip"]
