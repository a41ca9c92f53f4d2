"""Before the hospital's rule lets bookings become firm, every room keeps them loose and says why."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from concierge.booking.dispatch.facts import facts_of
from concierge.booking.lodging import actions as lodging
from concierge.booking.lodging import partners
from concierge.booking.needs.actions import tell
from concierge.booking.rides import actions as rides
from concierge.booking.travel.actions import change_flight
from concierge.db import transaction
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.firmness import HOLD_UNTIL_FIRM
from concierge.domain.vocabulary import BookingState, NeedsPart
from concierge.models import CaseTask, LodgingHouse, Stay
from tests.booking import scenes
from tests.booking.rides.scenes import van
from tests.factories import as_staff, staff
from tests.support.clock import START

HU = "hu@jinghe.example"
LATER = START + timedelta(days=13)


def a_visa_case(session):
    """At a hospital that waits for the visa; the family said yes and paid, and has no visa yet."""
    case = scenes.a_case(session, slug="jinghe", language="zh_Hans", is_visa_needed=True)
    return SimpleNamespace(case=case, who={"actor": scenes.coordinator(session, "jinghe"), "now": START})


def has_visa(session, scene):
    facts = {"is_visa_needed": True, "visa_granted_on": START.date()}
    tell(session, scene.case, NeedsPart.VISA, facts, **scene.who)


@pytest.fixture
def scene(session):
    return a_visa_case(session)


def refused(verb, *args, **facts) -> str:
    with pytest.raises(InvalidInput) as caught:
        verb(*args, **facts)
    assert caught.value.field == "form"
    return caught.value.code


def test_a_room_is_held_for_two_weeks_held_again_and_confirmed_with_the_visa(session, scene):
    stay = scenes.a_stay(session, scene.case, scene.who["actor"])
    assert (stay.state, stay.held_until) == (BookingState.HELD, START + HOLD_UNTIL_FIRM)
    key = {"public_id": stay.public_id}
    assert refused(lodging.confirm_hold, session, scene.case, **key, **scene.who) == "visa_not_granted"
    lodging.renew_hold(session, scene.case, **key, **scene.who | {"now": LATER})
    assert (stay.state, stay.held_until) == (BookingState.HELD, LATER + HOLD_UNTIL_FIRM)
    has_visa(session, scene)
    assert lodging.confirm_hold(session, scene.case, **key, **scene.who | {"now": LATER})
    assert (stay.state, stay.held_until) == (BookingState.CONFIRMED, None)


def test_the_answer_of_a_hotel_waits_for_the_visa(session, scene):
    house = session.scalars(sa.select(LodgingHouse).where(LodgingHouse.hospital_id == scene.case.hospital_id)).first()
    house.is_partner = True
    nights = {"arrive_on": scenes.FIRST, "leave_on": scenes.LAST, "guests": 2}
    stay = partners.ask_partner(session, scene.case, house_id=house.id, note="", **nights, **scene.who)
    answer = {"public_id": stay.public_id, "number": "H 7", "cost": None}
    assert refused(partners.partner_confirms, session, scene.case, **answer, **scene.who) == "visa_not_granted"
    has_visa(session, scene)
    partners.partner_confirms(session, scene.case, **answer, **scene.who)
    assert stay.state is BookingState.CONFIRMED


def test_a_ride_is_only_wanted_and_no_plan_takes_it_before_the_visa(session, scene):
    starts_at = datetime(2026, 12, 8, 6, tzinfo=UTC)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    case, ride = scene.case, scenes.a_ride(session, scene.case, scene.who["actor"], **times)
    assert (ride.state, ride.run) == (BookingState.REQUESTED, None)
    car = van(session, case)
    own = {"public_id": ride.public_id, "vehicle_id": car.id}
    assert refused(rides.drive_ride, session, case, **own, **scene.who) == "visa_not_granted"
    way = rides.RunOrder(car.id, times["starts_at"], times["ends_at"], "PVG", "House")
    run = rides.plan_run(session, case.hospital, way, **scene.who)
    assert refused(rides.put_on_run, session, ride, run, **scene.who) == "visa_not_granted"
    on = local_day(starts_at, case.hospital.timezone)
    early = facts_of(session, case.hospital, on, START)
    assert (early.day.wanted, early.not_firm) == ((), {ride.public_id: "visa_not_granted"})
    has_visa(session, scene)
    then = facts_of(session, case.hospital, on, START)
    assert ([one.key for one in then.day.wanted], then.not_firm) == ([ride.public_id], {})
    rides.put_on_run(session, ride, run, **scene.who)
    assert ride.state is BookingState.CONFIRMED


def test_a_flight_is_only_planned_and_an_interpreter_is_booked_all_the_same(session, scene):
    flight = scenes.a_flight(session, scene.case, scene.who["actor"])
    assert flight.is_planned
    assistant = scenes.interpreters_of(session, scene.case, "en")[0]
    booked = scenes.an_assignment(session, scene.case, scene.who["actor"], assistant, language="en")
    assert booked.state is BookingState.CONFIRMED
    has_visa(session, scene)
    same = scenes.flight_facts()
    change_flight(session, scene.case, public_id=flight.public_id, facts=same, **scene.who)
    assert not flight.is_planned


def test_the_coordinator_gets_one_task_when_bookings_may_become_firm(session, scene):
    for _again in range(2):
        has_visa(session, scene)
    found = session.scalars(sa.select(CaseTask.code).where(CaseTask.code == "make_firm")).all()
    assert found == ["make_firm"]


def test_the_page_says_until_when_it_is_held_and_why_and_offers_no_firm_booking(session, client):
    with transaction() as writing:
        case = a_visa_case(writing).case
        ref, room = case.reference, scenes.rooms(writing, case)[0].id
        staff(writing, HU).language = "en"
    as_staff(client, staff(session, HU), session)
    nights = {"arrive_on": "2026-12-08", "leave_on": "2026-12-14", "guests": "2"}
    found = client.submit(client.get(f"/c/{ref}/travel"), action="/travel/room#room", button="look", **nights)
    client.submit(found, action="/travel/room#room", button="book", room_id=str(room))
    shown = client.get(f"/c/{ref}/travel")
    text = shown.get_data(as_text=True)
    assert "The room is held until" in text and "the visa is not granted" in text
    assert "Confirm this room" not in text and "Hold it again" in text
    ride = {"starts_at": "2026-12-08T14:30", "from_place": "PVG", "to_place": "House", "sign_text": "NOURA"}
    found = client.submit(shown, action="/travel/ride/arrival#ride-arrival", button="look", **ride)
    car = found.get_data(as_text=True).split('name="vehicle_id"')[1].split('value="')[1].split('"')[0]
    client.submit(found, action="/travel/ride/arrival#ride-arrival", button="book", vehicle_id=car)
    assert "The ride is noted as wanted, without a vehicle." in client.get(f"/c/{ref}/travel").get_data(as_text=True)
    stay = session.scalars(sa.select(Stay)).one()
    assert client.submit(shown, action=f"/stays/{stay.public_id}/hold").status_code == 303
