"""The rides panel, the pages of vehicles, shuttles and outings, and the family's rides, without JavaScript."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from concierge.booking.rides.queries import rides_of
from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import BookingState, ResourceKind, RunKind
from concierge.models import Resource, Ride, Run, ShuttleLine
from tests.booking import scenes
from tests.booking.rides import scenes as rides
from tests.booking.scenes import a_case
from tests.factories import as_portal, as_staff, patient_of, staff

TOM, MARIA, HU = "tom@alder-coast.example", "maria@alder-coast.example", "hu@jinghe.example"


@pytest.fixture
def scene(session):
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION)
        actor = scenes.coordinator(writing)
    return SimpleNamespace(case=case, actor=actor, url=f"/c/{case.reference}/travel", pid=case.public_id)


@pytest.fixture
def desk(client, session, scene):
    """Tom's browser."""
    as_staff(client, staff(session, TOM), session)
    return client


def _afresh(session):
    session.rollback()
    session.expire_all()


def _text(page) -> str:
    return page.get_data(as_text=True)


def _only(session, model, *where):
    _afresh(session)
    return session.scalars(sa.select(model).where(*where)).one()


def test_a_ride_is_noted_as_wanted_then_gets_a_vehicle_and_another_time(desk, session, scene):
    page = desk.get(scene.url)
    action = "/travel/ride/other#ride-other"
    typed = {"starts_at": "2026-12-09T14:00", "from_place": "Juniper House", "wheelchairs": "1", "seats": "1"}
    assert desk.submit(page, action=action, button="want", **typed).status_code == 303
    ride = _only(session, Ride)
    assert (ride.state, ride.wheelchairs, ride.direction) == (BookingState.REQUESTED, 1, None)
    page = desk.get(scene.url)
    assert "Wanted, nothing booked yet" in _text(page)
    found = desk.submit(page, action=f"/rides/{ride.public_id}/vehicle#rides", button="look")
    assert "Van 1" in _text(found)
    assert "Car 2" not in _text(found), "it has no place for a wheelchair"
    van = scenes.resources(session, scene.case, ResourceKind.VEHICLE)[0]
    ann = next(one for one in scenes.resources(session, scene.case, ResourceKind.DRIVER) if "Ann" in one.name)
    booked = desk.submit(
        found, action=f"/rides/{ride.public_id}/vehicle#rides", button="book", vehicle_id=str(van.id),
        driver_id=str(ann.id),
    )  # fmt: skip
    assert booked.status_code == 303
    page = desk.get(scene.url)
    for word in ("Van 1", "FIC 101", "Ann Park", "no payer has agreed"):
        assert word in _text(page)
    moved = desk.submit(page, action=f"/rides/{ride.public_id}/time#rides", starts_at="2026-12-09T15:00")
    assert moved.status_code == 303
    ride = _only(session, Ride)
    assert ride.starts_at == ride.run.starts_at == rides.LEAVES + rides.HOUR
    gone = desk.submit(desk.get(scene.url), action=f"/rides/{ride.public_id}/cancel")
    assert gone.status_code == 303
    _afresh(session)
    assert rides_of(session, scene.case.id) == []


def test_a_move_into_another_booking_says_what_is_wrong_and_keeps_what_was_typed(desk, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        ride = scenes.a_ride(writing, case, scene.actor)
        scenes.a_ride(
            writing, a_case(writing), scene.actor, starts_at=rides.LEAVES, ends_at=rides.LEAVES + rides.HOUR
        )
    action = f"/rides/{ride.public_id}/time#rides"
    lost = desk.submit(desk.get(scene.url), action=action, starts_at="2026-12-09T14:00")
    assert lost.status_code == 409
    assert "This time is already taken." in _text(lost)
    assert 'value="2026-12-09T14:00"' in _text(lost)
    assert desk.submit(lost, action=action, may_lose_run="y").status_code == 303
    assert _only(session, Ride, Ride.public_id == ride.public_id).state is BookingState.REQUESTED


def test_vehicles_and_drivers_are_added_rest_and_are_ended(desk, session, scene):
    page = desk.get("/rides/vehicles")
    assert "Van 1" in _text(page)
    form = "/rides/vehicles?hospital=1#"
    added = desk.submit(
        page,
        action=f"{form}vehicle",
        button="vehicle",
        name="Bus 9",
        plate="FIC 909",
        seats="12",
        wheelchair_places="2",
    )
    assert added.status_code == 303
    twice = desk.submit(
        page, action=f"{form}vehicle", button="vehicle", name="Bus", plate="FIC 909", seats="2", wheelchair_places="0",
        once="x" * 24,
    )  # fmt: skip
    assert (twice.status_code, "A vehicle with this plate is there already" in _text(twice)) == (422, True)
    driver = {"name": "Sara", "phone": "+1 213 555 0177", "languages": ["ar"], "licence_until": "2027-01-31"}
    assert desk.submit(page, action=f"{form}driver", button="driver", **driver).status_code == 303
    bus = _only(session, Resource, Resource.plate == "FIC 909")
    page = desk.get("/rides/vehicles")
    days = {
        "resource_id": str(bus.id),
        "first_on": "2026-12-08",
        "last_on": "2026-12-09",
        "reason": "Service",
    }
    assert desk.submit(page, action=f"{form}outage", button="outage", **days).status_code == 303
    page = desk.get("/rides/vehicles")
    assert "Dec 8, 2026 to Dec 9, 2026" in _text(page)
    assert desk.submit(page, action=f"/rides/vehicles/{bus.id}/end").status_code == 303
    assert "Bus 9" not in _text(desk.get("/rides/vehicles"))


def test_a_timetable_and_an_outing_are_made_and_taken_back(desk, session, scene):
    page = desk.get("/rides/timetable")
    van = scenes.resources(session, scene.case, ResourceKind.VEHICLE)[0]
    line = {
        "name_en": "House line", "from_place": "Juniper House", "to_place": "Main entrance", "times": "٠٧:٣٠، 12:00",
        "weekdays": ["0", "1"], "vehicle_id": str(van.id), "seats": "4", "wheelchair_places": "1",
    }  # fmt: skip
    wrong = desk.submit(page, action="timetable?hospital=1#line", button="line", **line | {"times": "07:31"})
    assert (wrong.status_code, "Write times on the quarter-hour" in _text(wrong)) == (422, True)
    assert desk.submit(page, action="timetable?hospital=1#line", button="line", **line).status_code == 303
    found = _only(session, ShuttleLine)
    assert (found.times, found.weekdays) == (["07:30", "12:00"], [0, 1])
    assert "in the next 14 days" in _text(desk.get("/rides/timetable"))
    outing = {
        "purpose": "prayer", "title": "Friday prayer", "to_place": "Mosque", "meeting_point": "Front door",
        "starts_at": "2026-12-04T12:00", "ends_at": "2026-12-04T14:00", "join_until": "2026-12-04T10:00",
        "vehicle_id": str(van.id), "seats": "4", "wheelchair_places": "1",
    }  # fmt: skip
    page = desk.get("/rides/outings")
    assert desk.submit(page, action="outings?hospital=1#outing", button="outing", **outing).status_code == 303
    run = _only(session, Run, Run.kind == RunKind.OUTING)
    page = desk.get("/rides/outings")
    assert "Friday prayer" in _text(page)
    assert desk.submit(page, action=f"/rides/runs/{run.public_id}/cancel").status_code == 303
    assert _only(session, Run, Run.kind == RunKind.OUTING).state is BookingState.CANCELLED


def test_another_hospital_and_who_books_no_travel_stay_outside(client, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        run, ride = rides.an_outing(writing, case, scene.actor), scenes.a_ride(writing, case, scene.actor)
    van = scenes.resources(session, scene.case, ResourceKind.VEHICLE)[0]
    as_staff(client, staff(session, HU), session)
    tokens = {
        name: BeautifulSoup(_text(client.get("/rides/vehicles")), "html.parser").find(
            "input", {"name": name}
        )["value"]
        for name in ("csrf_token", "once")
    }
    for address in (f"/rides/vehicles/{van.id}/end", f"/rides/runs/{run.public_id}/cancel"):
        assert client.post(address, data=tokens).status_code == 404
    assert client.get(f"{scene.url}/ride/arrival").status_code == 404
    assert ride.public_id not in _text(client.get("/rides/outings"))
    as_staff(client, staff(session, MARIA), session)
    assert client.get("/rides/vehicles").status_code in {403, 404}


def test_a_family_joins_is_told_when_it_is_full_and_leaves(client, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        van = rides.van(writing, case, seats=2)
        full = rides.an_outing(writing, case, scene.actor, van)
        later = {"starts_at": rides.LEAVES + 24 * rides.HOUR, "ends_at": rides.LEAVES + 26 * rides.HOUR}
        following = rides.an_outing(writing, case, scene.actor, van, **later)
        rides.a_line(writing, case, scene.actor)
    as_portal(client, patient_of(session, scene.case), session)
    address = f"/portal/{scene.pid}/rides"
    page = client.get(address)
    assert "To the market" in _text(page)
    assert "خط البيت" in _text(page)
    refused = client.submit(page, action=f"{full.public_id}/join", seats="1")
    assert refused.status_code == 303
    with transaction() as writing:
        rides.joined(writing, a_case(writing), scene.actor, writing.merge(full), 1)
    refused = client.submit(client.get(address), action=f"{full.public_id}/join", seats="2")
    assert refused.status_code == 409
    assert "لم يبقَ عدد كافٍ من الأماكن" in _text(refused)
    assert f'href="#join-{following.public_id}"' in _text(refused)
    ride = rides_of(session, scene.case.id)[0]
    assert client.submit(client.get(address), action=f"{ride.public_id}/leave").status_code == 303
    _afresh(session)
    assert rides_of(session, scene.case.id) == []


def test_a_ride_begins_where_the_flight_ends(desk, session, scene):
    with transaction() as writing:
        scenes.a_flight(writing, writing.merge(scene.case), scene.actor)
    page = desk.get(scene.url)
    action = "/travel/ride/arrival#ride-arrival"
    found = desk.submit(page, action=action, button="look")
    assert 'value="2026-12-08T14:30"' in _text(found)
    assert "Van 1" in _text(found)
    car = scenes.resources(session, scene.case, "vehicle")[0]
    done = desk.submit(found, action=action, button="book", vehicle_id=str(car.id))
    assert done.status_code == 303
    assert _only(session, Ride).run.vehicle_id == car.id


def test_a_vehicle_that_went_meanwhile_is_said_and_nothing_typed_is_lost(desk, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        scenes.a_flight(writing, case, scene.actor)
        other = a_case(writing)
    action = "/travel/ride/arrival#ride-arrival"
    found = desk.submit(desk.get(scene.url), action=action, button="look", sign_text="NOURA")
    car = scenes.resources(session, scene.case, "vehicle")[0]
    with transaction() as writing:
        scenes.a_ride(writing, writing.merge(other), scene.actor, writing.merge(car))
    lost = desk.submit(found, action=action, button="book", vehicle_id=str(car.id))
    assert lost.status_code == 409
    assert "This time is already taken." in _text(lost)
    assert 'value="NOURA"' in _text(lost)
    assert "Car 2" in _text(lost)


def test_bidi_controls_do_not_reach_the_sign(desk, session, scene):
    action = "/travel/ride/arrival#ride-arrival"
    typed = {
        "starts_at": "2026-12-08T14:30",
        "from_place": "LAX",
        "to_place": "Juniper House",
        "sign_text": "NOU\u202eRA",
    }
    found = desk.submit(desk.get(scene.url), action=action, button="look", **typed)
    assert 'value="NOURA"' in _text(found)
