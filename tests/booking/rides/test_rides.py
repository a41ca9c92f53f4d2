"""Airport rides."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.rides.actions import cancel_ride
from concierge.booking.rides.queries import free_vehicles
from concierge.cases import ledger
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.domain.vocabulary import BookingState, ResourceKind
from concierge.models import Ride, SlotLedger
from tests.booking import scenes
from tests.booking.scenes import a_case
from tests.support.clock import START

HOUR = timedelta(hours=1)


def test_a_ride_holds_vehicle_and_patient(session, case, actor):
    ride = scenes.a_ride(session, case, actor)
    subjects = set(session.scalars(sa.select(SlotLedger.subject)))
    assert subjects == {f"resource:{ride.run.vehicle_id}", f"case:{case.id}"}


def test_the_second_family_learns_that_the_vehicle_is_busy(session, case, actor):
    ride = scenes.a_ride(session, case, actor)
    with pytest.raises(SlotTaken) as refused:
        scenes.a_ride(session, a_case(session), actor)
    assert [stretch.subject for stretch in refused.value.conflicts] == [f"resource:{ride.run.vehicle_id}"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Ride)) == 1


def test_a_patient_in_an_appointment_cannot_be_driven(session, case, actor):
    order = scenes.a_ride_order()
    ledger.claim(session, [f"case:{case.id}"], order.starts_at, order.ends_at, "appointment:1")
    with pytest.raises(SlotTaken) as refused:
        scenes.a_ride(session, case, actor)
    assert [stretch.holder for stretch in refused.value.conflicts] == ["appointment:1"]


def test_a_cancelled_ride_gives_its_time_back(session, case, actor):
    ride = scenes.a_ride(session, case, actor)
    for _ in range(2):
        cancel_ride(session, case, public_id=ride.public_id, actor=actor, now=START)
    assert ride.state is BookingState.CANCELLED
    scenes.a_ride(session, a_case(session), actor)


def test_free_vehicles_have_seats_and_time(session, case, actor):
    small = scenes.resources(session, case, ResourceKind.VEHICLE)[-1]
    order = scenes.a_ride_order()

    def free(**wishes):
        wanted = {"seats": 2, "wheelchairs": 0} | wishes
        return [
            car.name[:5]
            for car in free_vehicles(session, case.hospital_id, order.starts_at, order.ends_at, **wanted)
        ]

    assert free() == ["Car 2", "Van 1"]
    assert free(wheelchairs=1) == free(seats=4) == ["Van 1"]
    scenes.a_ride(session, case, actor, small)
    assert free() == ["Van 1"]


@pytest.mark.parametrize(
    "text",
    [
        "Oncology patient",
        "Breast cancer clinic",
        "قسم الجراحة",
        "مريض سرطان",
        "肿瘤科",
        "外科",
        "Radiology, Noura",
    ],
)
def test_a_sign_tells_no_illness_and_no_department(session, case, actor, text):
    with pytest.raises(InvalidInput) as refused:
        scenes.a_ride(session, case, actor, sign_text=text)
    assert (refused.value.field, refused.value.code) == ("sign_text", "not_discreet")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"seats": 7}, "seats", "too_many_seats"),
        ({"to_place": "Cancer centre"}, "to_place", "not_discreet"),
        ({"starts_at": START - HOUR - timedelta(minutes=30)}, "starts_at", "time_in_past"),
        ({"starts_at": scenes.TEN + timedelta(minutes=7), "ends_at": scenes.TEN + HOUR}, "starts_at", "not_on_quarter"),
        ({"starts_at": scenes.TEN, "ends_at": scenes.TEN}, "ends_at", "ends_before_start"),
    ],
)  # fmt: skip
def test_what_makes_no_ride_is_refused_beside_its_field(session, case, actor, changes, field, code):
    with pytest.raises(InvalidInput) as refused:
        scenes.a_ride(session, case, actor, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_scanner_is_no_vehicle(session, case, actor):
    scanner = scenes.resources(session, case, ResourceKind.SCANNER)[0]
    with pytest.raises(InvalidInput, match="unknown_vehicle"):
        scenes.a_ride(session, case, actor, scanner)
