"""The calendar that keeps itself up to date, and the worker that keeps the trip on a phone."""

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from icalendar import Calendar

from concierge.booking.rides.actions import cancel_ride
from concierge.db import transaction
from concierge.domain.discreet import is_discreet
from concierge.domain.journey import Step
from concierge.models import CaseParticipation, ReadLog, Ride
from tests.booking import scenes
from tests.factories import a_case, as_portal, patient_of


@pytest.fixture
def trip(client, session):
    """A family with a flight and a ride; (client, case, address of the page)."""
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION, language="ar")
        actor = scenes.coordinator(writing)
        scenes.a_flight(writing, case, actor)
        scenes.a_ride(writing, case, actor)
    as_portal(client, patient_of(session, case), session)
    return client, case, f"/portal/{case.public_id}/trip/calendar"


def _link(client, page: str) -> str:
    """Makes a link as the family does, and reads its address off the page."""
    assert client.submit(client.get(page), action="/trip/calendar").status_code == 303
    shown = BeautifulSoup(client.get(page).get_data(), "html.parser").select_one("[data-copy-text]")
    return urlsplit(shown.get_text(strip=True)).path


def _events(answer) -> list[str]:
    return [str(event["uid"]).split("-")[0] for event in Calendar.from_ical(answer.get_data()).walk("VEVENT")]


def test_a_calendar_follows_the_trip_without_a_sign_in(app, trip, session):
    client, case, page = trip
    link, phone = _link(client, page), app.test_client()
    answer = phone.get(link)
    assert {"flight", "ride", "appointment"} <= set(_events(answer))
    assert "الرحلة" in answer.get_data(as_text=True)
    assert all(
        is_discreet(str(event["summary"])) for event in Calendar.from_ical(answer.get_data()).walk("VEVENT")
    )
    assert phone.get(link, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    with transaction() as writing:
        ride = writing.scalars(sa.select(Ride)).one()
        cancel_ride(
            writing,
            writing.merge(case),
            public_id=ride.public_id,
            actor=scenes.coordinator(writing),
            now=ride.booked_at,
        )
    assert "ride" not in _events(phone.get(link, headers={"If-None-Match": answer.headers["ETag"]}))


def test_a_link_that_was_ended_or_replaced_says_that_it_is_gone(app, trip):
    client, _case, page = trip
    first, phone = _link(client, page), app.test_client()
    assert client.submit(client.get(page), action="/trip/calendar/stop").status_code == 303
    assert phone.get(first).status_code == 410
    second = _link(client, page)
    assert phone.get(second).status_code == 200
    assert phone.get(first).status_code == 410
    assert phone.get(second.replace(".ics", "x.ics")).status_code == 404


def test_who_may_no_longer_see_the_trip_gets_no_calendar(app, trip):
    client, case, page = trip
    link = _link(client, page)
    with transaction() as writing:
        part = writing.scalars(sa.select(CaseParticipation).where(CaseParticipation.case_id == case.id)).one()
        part.ended_at = part.invited_at
    assert app.test_client().get(link).status_code == 410


def test_a_calendar_is_written_into_the_read_log_once_a_day(app, trip, session, clock):
    client, case, page = trip
    link, phone = _link(client, page), app.test_client()

    def reads() -> int:
        session.rollback()
        asked = ReadLog.case_id == case.id, ReadLog.page == "itinerary_public.calendar"
        return session.scalar(sa.select(sa.func.count()).select_from(ReadLog).where(*asked))

    for _ in range(3):
        phone.get(link)
    assert reads() == 1
    clock.forward(days=1)
    phone.get(link)
    assert reads() == 2


def test_a_link_on_a_public_page_is_slowed_down(app, trip):
    client, _case, page = trip
    link, phone = _link(client, page), app.test_client()
    answers = [phone.get(link).status_code for _ in range(61)]
    assert answers[-2:] == [200, 429]


def test_the_worker_minds_only_its_own_addresses(client):
    with client.get("/portal/trip-worker.js") as answer:
        assert answer.mimetype in {"text/javascript", "application/javascript"}
        assert "Service-Worker-Allowed" not in answer.headers


def test_signing_out_clears_what_was_kept_on_the_phone(trip):
    client, case, _page = trip
    done = client.submit(client.get(f"/portal/{case.public_id}/trip"), action="/portal/sign-out")
    assert done.headers["Clear-Site-Data"] == '"storage"'
