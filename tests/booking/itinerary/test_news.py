"""What has changed since the family looked: old struck, new bold, until somebody says *I have seen this*."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from concierge.booking.itinerary.actions import publish_trip
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.rides.actions import cancel_ride
from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.models import Appointment
from tests.booking import scenes
from tests.factories import a_case, account, as_portal, patient_of, takes_part
from tests.support.clock import START


@pytest.fixture
def trip(client, session):
    """A published trip with a ride and an appointment; (client, case, address)."""
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION, language="en")
        scenes.a_ride(writing, case, scenes.coordinator(writing))
    _publish(case)
    as_portal(client, patient_of(session, case), session)
    return client, case, f"/portal/{case.public_id}/trip"


def _publish(case) -> None:
    with transaction() as writing:
        mine = writing.merge(case)
        publish_trip(
            writing, mine, fingerprint=trip_rows(writing, case.id).fingerprint, knows_gaps=True,
            actor=scenes.coordinator(writing), now=START,
        )  # fmt: skip


def _change(case) -> None:
    """The appointment is a day later, and nobody is driven any more."""
    with transaction() as writing:
        visit = writing.scalars(sa.select(Appointment).where(Appointment.case_id == case.id)).one()
        visit.starts_at += timedelta(days=1)
        visit.ends_at += timedelta(days=1)
        rows = trip_rows(writing, case.id)
        cancel_ride(
            writing,
            writing.merge(case),
            public_id=rows.rides[0].public_id,
            actor=scenes.coordinator(writing),
            now=START,
        )


def _page(client, url) -> BeautifulSoup:
    return BeautifulSoup(client.get(url).get_data(), "html.parser")


def test_what_changed_is_struck_and_bold_until_it_was_seen(trip):
    client, case, url = trip
    assert _page(client, url).find(id="news") is None
    _change(case)
    assert _page(client, url).find(id="news") is None  # not told yet
    assert "Not confirmed yet" in _page(client, url).get_text()
    _publish(case)
    news = _page(client, url).find(id="news")
    assert "Does not take place" in news.get_text()
    assert len(news.find_all("del")) == 2
    assert len(news.find_all("ins")) == 1
    assert client.submit(client.get(url), action="/trip/seen").status_code == 303
    assert _page(client, url).find(id="news") is None


def test_each_reader_has_their_own_seen(app, trip, session):
    client, case, url = trip
    _change(case)
    _publish(case)
    client.submit(client.get(url), action="/trip/seen")
    sister = app.test_client()
    with transaction() as writing:
        other = account(writing, "sister@family.example", language="en")
        takes_part(writing, case, other)
    as_portal(sister, other, session)
    assert _page(sister, url).find(id="news") is not None
