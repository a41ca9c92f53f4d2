"""Flights and trains on the Travel page, on the page that notes a journey, and in the family's hand."""

from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from icalendar import Calendar, Event

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import FlightSource, FlightState, RecordKind, Relation
from concierge.models import CaseTask, Document, Flight, Traveller
from tests.booking import scenes
from tests.domain.test_confirmations import AIRLINE, GDS
from tests.factories import a_case, as_portal, as_staff, patient_of, staff
from tests.support.clock import START

TOM, MARIA, HU = "tom@alder-coast.example", "maria@alder-coast.example", "hu@jinghe.example"
LEG = {
    "number": "SV 41", "from_airport": "RUH", "departs_local": "2026-12-08T08:30", "to_airport": "LAX",
    "arrives_local": "2026-12-08T13:40",
}  # fmt: skip


def _legs(*legs: dict[str, str]) -> dict[str, str]:
    return {f"legs-{i}-{name}": value for i, leg in enumerate(legs) for name, value in leg.items()}


@pytest.fixture
def scene(session):
    """A case with its patient as traveller, and the page's address."""
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION)
        noura = Traveller(
            case_id=case.id, relation=Relation.PATIENT, passport_name="NOURA AL MUTAIRI", added_at=START
        )
        writing.add(noura)
        writing.flush()
    return SimpleNamespace(
        case=case,
        url=f"/c/{case.reference}/travel",
        portal=f"/portal/{case.public_id}/trip",
        noura=noura.public_id,
    )


@pytest.fixture
def desk(client, session, scene):
    """Tom's browser."""
    as_staff(client, staff(session, TOM), session)
    return client


def _text(page) -> str:
    return page.get_data(as_text=True)


def _flights(session) -> list[Flight]:
    session.rollback()
    statement = sa.select(Flight).order_by(Flight.departs_at).execution_options(populate_existing=True)
    return list(session.scalars(statement))


def test_a_flight_is_typed_with_codes_and_its_time_zones_are_found(desk, session, scene):
    page = desk.get(f"{scene.url}/flight/arrival")
    done = desk.submit(page, action="/flight/arrival", button="note", **_legs(LEG), who=[scene.noura])
    assert (done.status_code, done.location) == (303, f"{scene.url}#flights")
    (flight,) = _flights(session)
    assert (flight.from_airport, flight.from_code, flight.to_timezone) == (
        "Riyadh (RUH)", "RUH", "America/Los_Angeles",
    )  # fmt: skip
    assert flight.arrives_at == datetime(2026, 12, 8, 21, 40, tzinfo=UTC)
    shown = _text(desk.get(scene.url))
    assert "NOURA AL MUTAIRI" in shown
    assert "Paid by the patient: no payer has agreed to pay it" in shown
    assert ">Nobody picks the family up: " in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": ""}, "Enter an answer"),
        ({"from_airport": "x" * 10_000}, "Use at most 80 characters"),
        ({"from_airport": "Atlantis"}, "We do not know this airport."),
        ({"from_airport": "London"}, "(LHR)"),
        ({"to_airport": "RUH"}, "The journey ends where it begins."),
        ({"arrives_local": "2026-12-07T13:40"}, "The landing is before the take-off."),
        ({"departs_local": "2026-02-30T08:30"}, "Enter a date and time that exist"),
        ({"mode": "train", "from_timezone": "Riyadh"}, "Choose a time zone from the list"),
        ({"number": "رحلة"}, "Enter a flight number"),
    ],
)
def test_a_wrong_flight_is_shown_again_with_what_was_typed(desk, session, scene, changes, sentence):
    page = desk.get(f"{scene.url}/flight/arrival")
    answer = desk.submit(page, action="/flight/arrival", button="note", **_legs(LEG | changes))
    assert answer.status_code == 422
    text = _text(answer)
    assert sentence in text
    assert "<title>Error:" in text
    assert _flights(session) == []


def test_a_connection_is_added_and_its_second_leg_ends_the_journey(desk, session, scene):
    first = LEG | {"number": "BA 262", "to_airport": "LHR", "arrives_local": "2026-12-08T12:55"}
    page = desk.get(f"{scene.url}/flight/arrival")
    more = desk.submit(page, action="/flight/arrival", button="leg", **_legs(first))
    assert (more.status_code, _flights(session)) == (200, [])
    second = {
        "number": "BA 269", "departs_local": "2026-12-08T15:25", "to_airport": "LAX",
        "arrives_local": "2026-12-08T18:40",
    }  # fmt: skip
    refused = desk.submit(
        more,
        action="/flight/arrival",
        button="note",
        **_legs({}, second | {"arrives_local": "2026-12-06T18:40"}),
    )
    assert refused.status_code == 422  # and the first leg, which was right, is not noted either
    assert _flights(session) == []
    desk.submit(refused, action="/flight/arrival", button="note", **_legs({}, second))
    one, two = _flights(session)
    assert [(leg.leg, leg.legs, leg.is_at_our_door) for leg in (one, two)] == [(1, 2, False), (2, 2, True)]
    assert _text(desk.get(scene.url)).count(">Nobody picks the family up: ") == 1


def test_a_pasted_confirmation_fills_the_form_and_stores_nothing_before_note(desk, session, scene):
    read = desk.submit(desk.get(scene.url), action="/travel/confirmation#flights", text=GDS)
    text = _text(read)
    assert read.status_code == 200
    assert _flights(session) == []
    assert text.count("Please check: the text was not clear here.") == 4  # no year is said
    assert '<mark class="doubt">0830</mark>' in text
    desk.submit(read, action="/flight/arrival", button="note")
    here, home = _flights(session)
    assert (here.number, here.direction, home.number, home.direction) == (
        "SV 41",
        "arrival",
        "SV 40",
        "departure",
    )
    assert {here.source, home.source} == {FlightSource.PASTED}


def test_a_text_without_a_flight_says_so_and_is_kept(desk, session, scene):
    page = desk.get(scene.url)
    read = desk.submit(page, action="/travel/confirmation#flights", text="We come on Tuesday")
    assert "No flight was found in it." in _text(read)
    assert "We come on Tuesday" in _text(read)
    empty = desk.submit(page, action="/travel/confirmation#flights", text="")
    assert empty.status_code == 422
    assert "Paste the text of a confirmation, or choose a file." in _text(empty)


def test_a_calendar_file_is_kept_as_the_source_of_its_flight(desk, session, scene):
    calendar, event = Calendar(), Event()
    event.add("summary", "Flight SV 41 RUH-LAX")
    event.add("dtstart", datetime(2026, 12, 8, 5, 30, tzinfo=UTC))
    event.add("dtend", datetime(2026, 12, 8, 21, 40, tzinfo=UTC))
    calendar.add_component(event)
    page = desk.get(scene.url)
    sent = desk.submit(
        page, action="/travel/confirmation#flights", files=(BytesIO(calendar.to_ical()), "trip.ics")
    )
    assert sent.status_code == 303
    done = desk.submit(desk.get(sent.location), action="/flight/arrival", button="note")
    assert done.status_code == 303
    (flight,) = _flights(session)
    document = session.get(Document, flight.document_id)
    assert (flight.source, flight.number, document.file_name) == (FlightSource.FILE, "SV 41", "trip.ics")
    assert document.content_type == "text/calendar"
    assert "trip.ics" in _text(desk.get(scene.url))


def test_the_same_flight_twice_leads_to_the_first_one(desk, session, scene):
    with transaction() as writing:
        first = scenes.a_flight(writing, writing.merge(scene.case), scenes.coordinator(writing))
    page = desk.get(f"{scene.url}/flight/arrival")
    again = desk.submit(page, action="/flight/arrival", button="note", **_legs(LEG | {"number": "sv 41"}))
    assert again.status_code == 422
    assert f"/travel/flights/{first.public_id}" in _text(again)
    assert len(_flights(session)) == 1


def test_a_price_is_refused_where_the_rule_refuses_and_taken_at_own_cost(desk, session, scene):
    with transaction() as writing:
        writing.merge(scene.case).person.is_government_beneficiary = True
    page = desk.get(f"{scene.url}/flight/arrival")
    refused = desk.submit(page, action="/flight/arrival", button="note", **_legs(LEG), cost="1200")
    assert refused.status_code == 422
    assert "the law forbids gifts to beneficiaries of a US government programme" in _text(refused)
    done = desk.submit(refused, action="/flight/arrival", button="note", payment="own")
    assert done.status_code == 303
    shown = _text(desk.get(scene.url))
    assert "Paid by the family, as it was noted" in shown
    assert "1,200" in shown


def test_a_flight_is_changed_delayed_and_taken_out(desk, session, scene):
    with transaction() as writing:
        flight = scenes.a_flight(writing, writing.merge(scene.case), scenes.coordinator(writing))
    url = f"{scene.url}/flights/{flight.public_id}"
    done = desk.submit(desk.get(url), action=url, **_legs({"arrives_local": "2026-12-08T14:40"}))
    assert done.status_code == 303
    assert _text(desk.get(scene.url)).count("<s ") == 1  # the landing that was
    delay = {"status": "delayed", "arrives_local": "2026-12-08T16:10"}
    refused = desk.submit(desk.get(url), action="/status", **delay | {"arrives_local": "2026-12-20T16:10"})
    assert refused.status_code == 422
    assert desk.submit(refused, action="/status", **delay).status_code == 303
    assert "Later than planned" in _text(desk.get(scene.url))
    (row,) = _flights(session)
    assert (row.status, row.lands_at) == (FlightState.DELAYED, datetime(2026, 12, 9, 0, 10, tzinfo=UTC))
    assert session.scalar(sa.select(sa.func.count()).where(CaseTask.code == "flight_moved")) == 1
    assert desk.submit(desk.get(scene.url), action="/remove").status_code == 303
    assert "No flight or train is noted yet." in _text(desk.get(scene.url))
    assert desk.get(url).status_code == 404


def test_only_who_books_travel_may_note_and_only_at_the_own_hospital(client, session, scene):
    as_staff(client, staff(session, HU), session)
    assert client.get(f"{scene.url}/flight/arrival").status_code == 404
    as_staff(client, staff(session, MARIA), session)
    assert client.get(f"{scene.url}/flight/arrival").status_code == 403
    assert "Paste a confirmation" not in _text(client.get(scene.url))


# --- the family ----------------------------------------------------------------------------------------------------


@pytest.fixture
def family(client, session, scene):
    """The patient's phone, in English."""
    with transaction() as writing:
        patient_of(writing, scene.case).language = "en"
    as_portal(client, patient_of(session, scene.case), session)
    return client


def test_who_may_see_the_trip_reads_no_file_of_somebody_else_by_its_address(family, session, scene):
    """A caregiver with the trip, but without the records, could have read any letter as if it were a ticket."""
    event = b"BEGIN:VEVENT\r\nSUMMARY:Flight SV 41 RUH-LAX\r\nDTSTART:20261208T053000Z\r\nEND:VEVENT\r\n"
    ticket = BytesIO(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + event + b"END:VCALENDAR\r\n")
    url = f"{scene.portal}/flight"
    own = family.submit(family.get(url), action="/flight/confirmation", files=(ticket, "trip.ics")).location
    assert 'value="SV 41"' in _text(family.get(own))
    for changes in ({"uploader_name": "Somebody else"}, {"kind": RecordKind.PATHOLOGY}):
        with transaction() as writing:
            document = writing.scalars(sa.select(Document)).one()
            before = {name: getattr(document, name) for name in changes}
            for name, value in changes.items():
                setattr(document, name, value)
        assert 'value="SV 41"' not in _text(family.get(own))
        with transaction() as writing:
            for name, value in before.items():
                setattr(writing.scalars(sa.select(Document)).one(), name, value)


def test_the_family_tells_its_flight_and_a_coordinator_checks_it(family, app, session, scene):
    url = f"{scene.portal}/flight"
    read = family.submit(family.get(url), action="/flight/confirmation", text=AIRLINE)
    assert "Nothing is noted yet." in _text(read)
    done = family.submit(read, action="/trip/flight", button="note")
    assert (done.status_code, done.location) == (303, scene.portal)
    (flight,) = _flights(session)
    assert flight.is_to_check and flight.told_by
    assert "Not confirmed yet" in _text(family.get(scene.portal))
    assert session.scalar(sa.select(sa.func.count()).where(CaseTask.code == "check_flight")) == 1
    session.rollback()
    tom = app.test_client()
    as_staff(tom, staff(session, TOM), session)
    page = tom.get(scene.url)
    assert "Told by the family, to be checked" in _text(page)
    assert tom.submit(page, action="/check").status_code == 303
    (flight,) = _flights(session)
    assert not flight.is_to_check
