"""The ways between the pages of a trip: from a task, from the family's pages, from the navigation."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.travel.actions import note_status
from concierge.db import transaction
from concierge.domain.vocabulary import FlightState
from concierge.models import CaseTask
from tests.booking import scenes
from tests.booking.rides import scenes as rides
from tests.factories import as_portal, as_staff, patient_of, staff
from tests.support.clock import START

LEAD = "lena@alder-coast.example"


@pytest.fixture
def case(session):
    with transaction() as writing:
        return scenes.a_case(writing)


def test_the_task_of_a_late_flight_leads_to_what_moves_with_it(session, client, case):
    with transaction() as writing:
        actor, mine = scenes.coordinator(writing), writing.merge(case)
        flight = scenes.a_flight(writing, mine, actor)
        key, late = flight.public_id, flight.arrives_at + timedelta(hours=3)
        note_status(
            writing, mine, public_id=key, status=FlightState.DELAYED, arrives_at=late, actor=actor, now=START
        )
    task = session.scalars(sa.select(CaseTask).where(CaseTask.code == "flight_moved")).one()
    as_staff(client, staff(session, LEAD), session)
    shown = client.get(f"/c/{case.reference}/tasks/{task.public_id}").get_data(as_text=True)
    link = shown.split("Look at it in the trip")[0].rsplit('href="', 1)[1].split('"')[0]
    assert key in link and client.get(link.replace("&amp;", "&")).status_code == 200


def test_a_family_finds_rides_only_where_there_are_some_and_always_where_to_tell_its_flight(session, client, case):
    with transaction() as writing:
        patient_of(writing, case).language = "en"
    as_portal(client, patient_of(session, case), session)
    pages = [f"/portal/{case.public_id}/{page}" for page in ("trip", "travel")]
    for page in pages:
        text = client.get(page).get_data(as_text=True)
        assert "Tell us your flight" in text and "Rides and trips together" not in text
    with transaction() as writing:
        mine = writing.merge(case)
        rides.an_outing(writing, mine, scenes.coordinator(writing), rides.van(writing, mine))
    for page in pages:
        assert "Rides and trips together" in client.get(page).get_data(as_text=True)


def test_the_navigation_names_each_place_of_travel_once(session, client):
    as_staff(client, staff(session, LEAD), session)
    nav = client.get("/tasks").get_data(as_text=True)
    for place in ("/travel/day", "/lodging", "/travel/interpreters", "/travel/benefits"):
        assert nav.count(f'href="{place}"') <= 1
    assert nav.count("Arrivals and rides") == 1
