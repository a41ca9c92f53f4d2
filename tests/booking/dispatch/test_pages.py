"""The day across cases and the driver's page, as browsers without JavaScript have them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from concierge.booking.dispatch import actions
from concierge.db import transaction
from concierge.domain.tasks import TaskState
from concierge.domain.vocabulary import BookingState, ResourceKind, RideOutcome
from concierge.models import CaseTask, DriverLink, Hospital, OutboxMessage, Ride, Run
from tests.booking import scenes
from tests.booking.dispatch.scene import a_driver, confirmed, two_families, wish
from tests.booking.scenes import a_case
from tests.factories import as_staff, staff
from tests.support.clock import START

DAY = "/travel/day?on=2026-12-08"
PROPOSE = "/travel/day/propose?on=2026-12-08"


@pytest.fixture
def scene(session):
    """Two families who want a ride, and a driver."""
    with transaction() as writing:
        first, second = two_families(writing)
        driver = a_driver(writing, first)
        tom = staff(writing, "tom@alder-coast.example")
    return SimpleNamespace(first=first, second=second, driver=driver, tom=tom)


@pytest.fixture
def desk(client, session, scene):
    """Tom's browser."""
    as_staff(client, scene.tom, session)
    return client


def _text(page) -> str:
    return " ".join(page.get_data(as_text=True).split())


def _all(session, model):
    session.rollback()
    return session.scalars(
        sa.select(model).order_by(model.id).execution_options(populate_existing=True)
    ).all()


# --- the day -------------------------------------------------------------------------------------------------------


def test_the_day_shows_what_moves_in_my_hospital_only(desk, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.first)
        scenes.a_flight(writing, case, scenes.coordinator(writing))
        scenes.a_stay(writing, case, scenes.coordinator(writing))
        other = a_case(writing, slug="jinghe", native_name="王小明")
        scenes.a_stay(writing, other, scenes.coordinator(writing, "jinghe"))
    page = _text(desk.get(DAY))
    assert "SV 41" in page
    assert "Needs a vehicle" in page
    assert "Within 24 hours" not in page
    assert page.count(scene.first.reference) >= 3
    assert "王小明" not in page


def test_an_empty_day_names_the_next_arrival_and_an_odd_day_is_today(desk, scene):
    assert "No later arrival is known." in _text(desk.get("/travel/day"))
    with transaction() as writing:
        scenes.a_flight(writing, writing.merge(scene.first), scenes.coordinator(writing))
    page = _text(desk.get("/travel/day?on=nonsense"))
    assert "The next arrival:" in page
    assert "on=2026-12-08" in page
    for on in ("0001-01-01", "9999-12-31", "2026-02-29"):
        assert desk.get(f"/travel/day?on={on}").status_code == 200


def test_what_is_wrong_is_said_in_words(desk, clock, session, scene):
    with transaction() as writing:
        case, actor = writing.merge(scene.first), scenes.coordinator(writing)
        van, driver = scenes.resources(writing, case, ResourceKind.VEHICLE)[0], writing.merge(scene.driver)
        scenes.a_ride(writing, a_case(writing), actor, van, driver)
        order = scenes.a_ride_order()
        soon = {"starts_at": order.ends_at, "ends_at": order.ends_at + timedelta(hours=1)}
        scenes.a_ride(writing, a_case(writing), actor, van, driver, **soon)
    clock.set(scenes.a_ride_order().starts_at - timedelta(hours=3))
    page = _text(desk.get(DAY))
    assert page.count("Vehicle or driver would be in two places") == 2
    assert page.count("Within 24 hours, and nobody drives it") == 2


def test_a_specialist_and_a_colleague_of_another_hospital_do_not_dispatch(client, session, scene):
    as_staff(client, staff(session, "maria@alder-coast.example"), session)
    assert client.get(DAY).status_code == client.get(PROPOSE).status_code == 403
    as_staff(client, staff(session, "hu@jinghe.example"), session)
    ride = _all(session, Ride)[0]
    assert client.get(f"/travel/ride/{ride.public_id}").status_code == 404


# --- the proposal --------------------------------------------------------------------------------------------------


def test_a_proposal_is_shown_first_and_stored_as_a_whole(desk, session, scene):
    page = desk.get(PROPOSE)
    text = _text(page)
    for words in ("1 new run is proposed.", "Proven best", "waits 30 minutes", "no waiting", "Sami Haddad"):
        assert words in text
    assert _all(session, Run) == []
    done = desk.submit(page, action=PROPOSE + "&at=alder-coast")
    assert done.status_code == 303
    (run,) = _all(session, Run)
    assert run.driver_id == scene.driver.id
    assert {ride.run_id for ride in _all(session, Ride)} == {run.id}
    day = _text(desk.get(DAY))
    assert "On the way" in day
    assert "Needs a vehicle" not in day
    assert "Every ride of this day has a vehicle." in _text(desk.get(PROPOSE))


def test_over_changed_facts_nothing_is_stored_and_the_new_proposal_is_shown(desk, session, scene):
    page = desk.get(PROPOSE)
    with transaction() as writing:
        wish(writing, a_case(writing), 15, seats=9)
    again = desk.submit(page, action=PROPOSE + "&at=alder-coast")
    assert again.status_code == 409
    assert "The day has changed since this was proposed." in _text(again)
    assert "No vehicle has seats enough" in _text(again)
    assert _all(session, Run) == []
    assert desk.submit(again, action=PROPOSE + "&at=alder-coast").status_code == 303


def test_a_plan_that_we_did_not_sign_is_no_plan(desk, scene):
    assert (
        desk.submit(desk.get(PROPOSE), action=PROPOSE + "&at=alder-coast", plan="made up").status_code == 404
    )


def test_a_ride_is_split_off_moved_back_and_taken_off_by_one_small_form(desk, session, scene):
    with transaction() as writing:
        confirmed(writing, writing.get_one(Hospital, scene.first.hospital_id))
        vehicles = scenes.resources(writing, scene.first, ResourceKind.VEHICLE)
    second = _all(session, Ride)[1]
    shared = _all(session, Run)[0]
    other = next(car for car in vehicles if car.id != shared.vehicle_id)
    url = f"/travel/ride/{second.public_id}"
    assert desk.submit(desk.get(url), goal=f"car:{other.id}", driver_id="0").status_code == 303
    own = _all(session, Run)[1]
    assert own.vehicle_id == other.id
    assert _all(session, Ride)[1].run_id == own.id
    assert desk.submit(desk.get(url), goal=f"run:{shared.public_id}", driver_id="0").status_code == 303
    assert _all(session, Run)[1].state is BookingState.CANCELLED  # nobody is left on it
    assert desk.submit(desk.get(url), goal="none", driver_id="0").status_code == 303
    assert _all(session, Ride)[1].state is BookingState.REQUESTED
    assert desk.submit(desk.get(url), goal="").status_code == 422


def test_a_run_moves_with_everybody_and_a_taken_driver_is_said(desk, session, scene):
    with transaction() as writing:
        confirmed(writing, writing.get_one(Hospital, scene.first.hospital_id))
    (run,) = _all(session, Run)
    url = f"/travel/run/{run.public_id}"
    assert desk.submit(desk.get(url), starts_at="2026-12-08T15:30").status_code == 303
    half_past_three = scenes.a_ride_order().starts_at + timedelta(hours=1)
    assert {row.starts_at for row in (*_all(session, Run), *_all(session, Ride))} == {half_past_three}
    with transaction() as writing:
        case, actor = a_case(writing), scenes.coordinator(writing)
        cars = scenes.resources(writing, case, ResourceKind.VEHICLE)
        free = next(car for car in cars if car.id != run.vehicle_id)
        at = run.starts_at + timedelta(hours=4)
        scenes.a_ride(
            writing,
            case,
            actor,
            free,
            writing.merge(scene.driver),
            starts_at=at,
            ends_at=at + timedelta(hours=1),
        )
    lost = desk.submit(desk.get(url), starts_at="2026-12-08T19:00")
    assert lost.status_code == 409
    assert "This time is already taken." in _text(lost)


def test_papers_carry_no_name_of_an_illness_and_no_reference(desk, session, scene):
    with transaction() as writing:
        confirmed(writing, writing.get_one(Hospital, scene.first.hospital_id))
    for paper in ("sheet", "signs"):
        for driver in ("", f"&driver={scene.driver.id}", "&driver=999"):
            answer = desk.get(f"/travel/day/{paper}.pdf?on=2026-12-08{driver}")
            assert answer.mimetype == "application/pdf"
            assert "cancer" not in answer.headers["Content-Disposition"]


# --- the driver ----------------------------------------------------------------------------------------------------


@pytest.fixture
def link(scene):
    """The driver's link to the day, and its address."""
    with transaction() as writing:
        hospital = writing.get_one(Hospital, scene.first.hospital_id)
        confirmed(writing, hospital)
        new = actions.make_link(
            writing, hospital, scene.driver.id, scenes.FIRST, actor=scenes.coordinator(writing), now=START
        )
    return SimpleNamespace(row=new.link, url=f"/drive/{new.token}")


def _ride_action(link, ride, outcome) -> str:
    return f"{link.url}/ride/{ride.public_id}/{outcome}"


def test_the_driver_sees_the_day_in_his_language_and_the_phone_only_around_its_hour(
    client, clock, session, scene, link
):
    page = client.get(link.url)
    assert page.status_code == 200
    text = _text(page)
    assert 'dir="rtl"' in text
    assert "NOURA AL MUTAIRI" in text
    assert scene.first.reference not in text
    phone = scene.first.person.phone
    assert f"tel:{phone}" not in text
    run = _all(session, Run)[0]
    clock.set(run.starts_at - timedelta(minutes=119))
    assert f"tel:{phone}" in _text(client.get(link.url))
    clock.set(run.ends_at + timedelta(minutes=121))
    assert f"tel:{phone}" not in _text(client.get(link.url))


def test_not_found_is_an_urgent_task_once_and_can_be_taken_back_for_two_minutes(
    client, clock, session, scene, link
):
    ride = _all(session, Ride)[0]
    page = client.get(link.url)
    pressed = client.submit(page, action=_ride_action(link, ride, "not_found"))
    assert pressed.status_code == 303
    client.submit(page, action=_ride_action(link, ride, "not_found"))  # a second press of the same button
    tasks = [task for task in _all(session, CaseTask) if task.code == "find_riders"]
    assert len(tasks) == 1
    assert tasks[0].due_at == START
    clock.forward(seconds=119)
    client.submit(client.get(link.url), action=_ride_action(link, ride, "undo"))
    assert _all(session, Ride)[0].outcome is None
    assert next(t for t in _all(session, CaseTask) if t.code == "find_riders").state is TaskState.CANCELLED
    page = client.get(link.url)
    client.submit(page, action=_ride_action(link, ride, "not_found"))
    assert (
        len([t for t in _all(session, CaseTask) if t.code == "find_riders" and t.state is TaskState.OPEN])
        == 1
    )
    page = client.get(link.url)
    clock.forward(seconds=121)
    late = client.submit(page, action=_ride_action(link, ride, "undo"))
    assert late.status_code == 422
    assert _all(session, Ride)[0].outcome is RideOutcome.NOT_FOUND
    client.submit(client.get(link.url), action=_ride_action(link, ride, "picked_up"))
    assert _all(session, Ride)[0].outcome is RideOutcome.PICKED_UP


def test_a_stranger_an_ended_link_and_a_ride_of_another_day_find_nothing(client, clock, session, scene, link):
    with transaction() as writing:
        foreign = wish(writing, a_case(writing))
    assert client.get(_ride_action(link, foreign, "picked_up")).status_code == 404
    assert client.get("/drive/nobody-gave-me-this").status_code == 404
    assert "NOURA" not in _text(client.get("/drive/nobody-gave-me-this"))
    clock.set(link.row.expires_at)
    assert client.get(link.url).status_code == 410
    clock.set(START)
    with transaction() as writing:
        actions.revoke_link(writing, writing.merge(link.row), now=START)
    assert client.get(link.url).status_code == client.get(link.url + "/signs.pdf").status_code == 410
    for _number in range(30):
        last = client.get("/drive/guess")
    assert last.status_code == 429


def test_the_link_goes_by_text_message_and_one_that_failed_shows_whom_to_call(desk, session, scene, link):
    send = f"/travel/day/link/{scene.driver.id}?on=2026-12-08&at=alder-coast"
    assert desk.submit(desk.get(DAY), action=send).status_code == 303
    old, new = _all(session, DriverLink)
    assert old.revoked_at == START
    message = next(row for row in _all(session, OutboxMessage) if row.event == "driver_link")
    assert (message.medium, message.recipient, message.language) == ("sms", "+12135550177", "ar")
    assert "/drive/" in message.context["url"]
    with transaction() as writing:
        writing.get_one(OutboxMessage, message.id).state = "failed"
    page = desk.get(DAY)
    assert "SMS not delivered" in _text(page)
    assert "tel:+12135550177" in _text(page)
    assert desk.submit(page, action=f"/travel/link/{new.public_id}/revoke").status_code == 303
    assert _all(session, DriverLink)[1].revoked_at == START
    with transaction() as writing:
        writing.merge(scene.driver).phone = ""
    refused = desk.submit(desk.get(DAY), action=send)
    assert refused.status_code == 303
    assert "This driver has no telephone number." in _text(desk.get(DAY))
