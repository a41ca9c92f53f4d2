"""The lists of travel ask as many questions of the database for many rows as for few."""


from datetime import timedelta

from concierge.booking.lodging.actions import hold_room
from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import ResourceKind
from concierge.models import LodgingRoom, Resource
from tests.booking import scenes
from tests.booking.dispatch.scene import wish
from tests.booking.interpreters.scenes import a_person
from tests.booking.rides import scenes as rides
from tests.factories import a_case, as_staff, staff
from tests.support.clock import START
from tests.support.queries import queries

PAGES = (
    "/interpreters", "/interpreters?language=ar", "/lodging?on=2026-12-08", "/travel/day?on=2026-12-08",
    "/rides/vehicles", "/rides/outings",
)  # fmt: skip


def _a_family(session, number: int) -> None:
    """One more of everything that the lists show: a family with a flight, a room, rides, an interpreter, a vehicle."""
    case, actor = a_case(session, step=Step.EVALUATION), scenes.coordinator(session)
    house = scenes.rooms(session, case)[0].house_id
    room = LodgingRoom(
        hospital_id=case.hospital_id, house_id=house, name=f"Q{number}", beds=2, night_minor=100, currency="USD"
    )
    car = Resource(
        hospital_id=case.hospital_id, kind=ResourceKind.VEHICLE, name=f"Car {number}", seats=3, plate=f"FIC {number}"
    )
    session.add_all([room, car])
    session.flush()
    scenes.a_flight(session, case, actor)
    hold_room(
        session, case, room_id=room.id, arrive_on=scenes.FIRST, leave_on=scenes.LAST, guests=2,
        lasts=timedelta(hours=1), actor=actor, now=START,
    )  # fmt: skip
    scenes.a_ride(session, case, actor, car, rides.driver(session, case, f"Driver {number}"))
    wish(session, case, 120, direction=None)
    outing = rides.an_outing(session, case, actor, car)
    rides.joined(session, case, actor, outing, has_patient=False)
    person = a_person(session, case, f"Person {number}")
    scenes.an_assignment(session, case, actor, person.resource)


def _counted(client) -> dict[str, int]:
    found = {}
    for page in PAGES:
        with queries() as asked:
            assert client.get(page).status_code == 200
        found[page] = len(asked)
    return found


def test_more_rows_do_not_ask_more(client, session):
    as_staff(client, staff(session, "tom@alder-coast.example"), session)
    with transaction() as writing:
        for number in range(2):
            _a_family(writing, number)
    _counted(client)  # fills what is kept between requests
    few = _counted(client)
    with transaction() as writing:
        for number in range(2, 6):
            _a_family(writing, number)
    assert _counted(client) == few
    assert max(few.values()) < 40, few
