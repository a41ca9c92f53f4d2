"""One trip: confirmed once, told again after each change, the same on the page, on paper and in a calendar."""

from dataclasses import astuple
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale
from icalendar import Calendar

from concierge.booking.firmness import Verdict
from concierge.booking.itinerary import actions as publishing
from concierge.booking.itinerary import editions
from concierge.booking.itinerary.actions import mark_seen, publish_trip
from concierge.booking.itinerary.calendar import trip_calendar
from concierge.booking.itinerary.cards import cards_by_day
from concierge.booking.itinerary.papers import trip_pdf
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.lodging.actions import cancel_stay
from concierge.booking.rides.actions import cancel_ride, move_ride
from concierge.cases.actions import close, settle
from concierge.domain.discreet import is_discreet
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.itinerary import ItemKind
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import AppointmentKind, PatientAnswer
from concierge.models import Answer, Appointment, CaseEvent, CaseParticipation, CaseTask, OutboxMessage
from tests.booking import scenes
from tests.factories import a_case, account
from tests.support.clock import START

HOUR = timedelta(hours=1)


@pytest.fixture
def actor(session):
    return scenes.coordinator(session)


@pytest.fixture
def case(session, actor):
    """In acceptance, everything done but the trip: flight, room, ride, interpreter, one appointment."""
    case = a_case(session, step=Step.EVALUATION)
    answer = session.get(Answer, case.id)
    answer.trip_confirmed_at = None
    visit = session.scalars(sa.select(Appointment).where(Appointment.case_id == case.id)).one()
    visit.starts_at, visit.ends_at = scenes.TEN, scenes.TEN + timedelta(hours=1)
    visit.kind = AppointmentKind.BIOPSY
    scenes.a_flight(session, case, actor)
    scenes.a_stay(session, case, actor)
    scenes.a_ride(session, case, actor)
    scenes.an_assignment(session, case, actor, appointment_id=visit.id)
    return case


def _confirm(session, case, actor, **changes):
    seen = trip_rows(session, case.id).fingerprint
    values = {"fingerprint": seen, "knows_gaps": True} | changes
    publish_trip(session, case, actor=actor, now=START, **values)


def _told(session) -> list[OutboxMessage]:
    return session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.event == "trip_published").order_by(OutboxMessage.id)
    ).all()


# --- confirming --------------------------------------------------------------------------------------------------


def test_a_confirmed_trip_is_told_and_written_down(session, case, actor):
    _confirm(session, case, actor)
    assert session.get(Answer, case.id).trip_confirmed_at == START
    assert [message.context for message in _told(session)] == [{"is_change": False}]
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "trip_confirmed")).one()
    assert event.data == {"edition": 1, "gaps": ["no_departure_flight"]}


def test_confirming_opens_the_gate_of_acceptance(session, case, actor):
    case.step = Step.ACCEPTANCE
    settle(session, case, actor, START)
    assert case.next_code == "confirm_trip"
    _confirm(session, case, actor)
    assert case.step is Step.EVALUATION


def test_confirming_twice_is_once(session, case, actor):
    _confirm(session, case, actor)
    _confirm(session, case, actor)
    assert len(_told(session)) == 1


def test_gaps_are_confirmed_knowingly_or_not_at_all(session, case, actor):
    with pytest.raises(InvalidInput) as refused:
        _confirm(session, case, actor, knows_gaps=False)
    assert (refused.value.field, refused.value.code) == ("knows_gaps", "gaps_not_seen")


def test_nobody_publishes_what_they_did_not_see(session, case, actor):
    seen = trip_rows(session, case.id).fingerprint
    ride = trip_rows(session, case.id).rides[0]
    cancel_ride(session, case, public_id=ride.public_id, actor=actor, now=START)
    with pytest.raises(Stale):
        _confirm(session, case, actor, fingerprint=seen)


def test_a_trip_waits_for_the_patients_yes(session, case, actor):
    session.get(Answer, case.id).reply = PatientAnswer.ASK
    with pytest.raises(InvalidInput, match="trip_before_yes"):
        _confirm(session, case, actor)
    other = a_case(session)
    with pytest.raises(InvalidInput, match="trip_before_yes"):
        _confirm(session, other, actor)


def test_an_empty_trip_is_no_trip(session, actor):
    case = a_case(session, step=Step.EVALUATION)
    session.get(Answer, case.id).trip_confirmed_at = None
    session.execute(sa.delete(Appointment))
    with pytest.raises(InvalidInput, match="trip_empty"):
        _confirm(session, case, actor)


# --- afterwards --------------------------------------------------------------------------------------------------


def test_before_it_is_confirmed_nobody_hears_of_changes(session, case):
    assert _told(session) == []


def test_a_change_waits_for_the_next_edition_and_is_not_forgotten(session, case, actor):
    _confirm(session, case, actor)
    ride = trip_rows(session, case.id).rides[0]
    cancel_ride(session, case, public_id=ride.public_id, actor=actor, now=START)
    assert len(_told(session)) == 1
    assert _tasks(session) == ["publish_trip"]
    new = scenes.a_ride(session, case, actor)
    assert _tasks(session) == ["publish_trip"]
    _confirm(session, case, actor)
    assert [message.context for message in _told(session)] == [{"is_change": False}, {"is_change": True}]
    assert _tasks(session) == []
    assert editions.latest(session, case).number == 2
    assert new.public_id in {item["key"] for item in editions.latest(session, case).items}


def test_what_is_put_back_needs_no_edition(session, case, actor):
    _confirm(session, case, actor)
    ride = trip_rows(session, case.id).rides[0]
    late = {"starts_at": ride.starts_at + HOUR, "ends_at": ride.ends_at + HOUR}
    early = {"starts_at": ride.starts_at, "ends_at": ride.ends_at}
    for times in (late, early):
        move_ride(session, case, public_id=ride.public_id, **times, actor=actor, now=START)
        assert len(_tasks(session)) == (times is late)


def test_each_reader_sees_what_is_new_since_they_last_looked(session, case, actor):
    reader, other = account(session, "a@home.example"), account(session, "b@home.example")
    _confirm(session, case, actor)
    ride, stay = trip_rows(session, case.id).rides[0], trip_rows(session, case.id).stays[0]
    assert editions.changes_since(session, case, reader) == []
    cancel_ride(session, case, public_id=ride.public_id, actor=actor, now=START)
    assert editions.changes_since(session, case, reader) == []  # not published yet
    _confirm(session, case, actor)
    gone = [("ride", ride.public_id, "cancelled", ride.starts_at, None)]
    assert [astuple(change) for change in editions.changes_since(session, case, reader)] == gone
    for _press in range(2):
        mark_seen(session, case, reader, actor=actor, now=START)
    cancel_stay(session, case, public_id=stay.public_id, actor=actor, now=START)
    _confirm(session, case, actor)
    assert {change.kind for change in editions.changes_since(session, case, reader)} == {"check_in", "check_out"}
    assert len(editions.changes_since(session, case, other)) == 3


def test_what_begins_within_a_day_is_told_at_once_and_by_text_message(session, case, actor):
    reader = account(session, "noura@home.example", person=case.person)
    session.add(CaseParticipation(case_id=case.id, account_id=reader.id, invited_at=START))
    case.person.phone = "+966501234567"
    _confirm(session, case, actor)
    ride = trip_rows(session, case.id).rides[0]
    late = {"starts_at": ride.starts_at + HOUR, "ends_at": ride.ends_at + HOUR}
    move_ride(session, case, public_id=ride.public_id, **late, actor=actor, now=ride.starts_at - HOUR)
    soon = _sent(session, "trip_soon")
    assert {message.medium for message in soon} == {"email", "sms"}
    assert {message.recipient for message in soon if message.medium == "sms"} == {"+966501234567"}
    move_ride(session, case, public_id=ride.public_id, **late, actor=actor, now=ride.starts_at - 30 * HOUR)
    assert _sent(session, "trip_soon") == []  # nothing that had not left is told twice


def test_no_trip_becomes_firm_before_the_rule_allows_it(session, case, actor, monkeypatch):
    monkeypatch.setattr(publishing, "is_firm_allowed", lambda *_known: Verdict(False, "trip_before_yes"))
    with pytest.raises(InvalidInput, match="trip_before_yes"):
        _confirm(session, case, actor)


def _tasks(session) -> list[str]:
    live = sa.select(CaseTask.code).where(CaseTask.code == "publish_trip", CaseTask.state == "open")
    return session.scalars(live).all()


def _sent(session, event: str) -> list[OutboxMessage]:
    return session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == event)).all()


def test_after_a_death_rooms_are_given_back_in_silence(session, case, actor):
    _confirm(session, case, actor)
    close(session, case, exit=Exit.DIED, reason="", actor=actor, now=START)
    assert not trip_rows(session, case.id).rides
    assert {message.state for message in _told(session)} == {"cancelled"}


# --- the same trip in three forms ----------------------------------------------------------------------------------


def test_an_interpreter_stands_on_the_card_of_the_appointment(session, case):
    rows = trip_rows(session, case.id)
    kinds = [card.kind for day in cards_by_day(case, rows) for card in day.cards]
    assert kinds == ["flight", "ride", "check_in", "appointment", "check_out"]
    assert [c.kind for d in cards_by_day(case, rows, is_joined=False) for c in d.cards].count(
        "interpreter"
    ) == 1


def _calendar(session, case, reader="Asia/Riyadh") -> Calendar:
    rows = trip_rows(session, case.id)
    return Calendar.from_ical(trip_calendar(case, cards_by_day(case, rows), reader, START))


@pytest.mark.parametrize("locale", ["en", "ar", "zh_Hans"])
def test_the_calendar_tells_strangers_nothing(app: Flask, session, case, locale):
    with app.test_request_context(), force_locale(locale):
        events = _calendar(session, case).walk("VEVENT")
        title = str(next(e for e in events if str(e["uid"]).startswith("appointment"))["summary"])
    assert len(events) == 4
    assert all(is_discreet(f"{e['summary']} {e.get('description')} {e.get('location')}") for e in events)
    assert case.hospital.text("name", locale) in title


def test_calendar_times_are_utc_under_the_hospitals_zone_with_both_clocks_in_words(session, case):
    calendar = _calendar(session, case)
    ride = next(e for e in calendar.walk("VEVENT") if str(e["uid"]).startswith("ride"))
    assert str(calendar["x-wr-timezone"]) == "America/Los_Angeles"
    assert ride["dtstart"].to_ical() == b"20261208T223000Z"
    lines = str(ride["description"]).split("\n")
    assert lines[0] == "\u2068Tue, Dec 8, 2:30\u202fPM\u2069 in \u2068Los Angeles\u2069"
    assert lines[1] == "\u2068Wed, Dec 9, 1:30\u202fAM\u2069 in \u2068Riyadh\u2069"


def test_a_calendar_file_fetched_again_holds_the_same_entries(session, case):
    uids = [str(e["uid"]) for e in _calendar(session, case).walk("VEVENT")]
    assert len(set(uids)) == len(uids)
    assert uids == [str(e["uid"]) for e in _calendar(session, case, "Asia/Tokyo").walk("VEVENT")]


def test_a_reader_at_the_hospital_gets_one_clock(session, case):
    ride = next(
        e
        for e in _calendar(session, case, "America/Los_Angeles").walk("VEVENT")
        if str(e["uid"]).startswith("ride")
    )
    assert "Riyadh" not in str(ride["description"])


@pytest.mark.parametrize("locale", ["en", "ar", "zh_Hans"])
def test_the_paper_is_made_in_each_language(app: Flask, session, case, locale):
    with app.test_request_context(), force_locale(locale):
        days = cards_by_day(case, trip_rows(session, case.id))
        pdf = trip_pdf(case, days, is_confirmed=False, reader_timezone="Asia/Riyadh", now=START)
    assert pdf.startswith(b"%PDF-")


def test_a_stay_ends_a_day_of_its_own(session, case):
    last = cards_by_day(case, trip_rows(session, case.id))[-1]
    assert (last.on, [card.kind for card in last.cards]) == (scenes.LAST, [ItemKind.CHECK_OUT])
