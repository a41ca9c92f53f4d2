"""The page that moves something: a list before anything is stored, one confirmation, kindness for who was slower."""

import pytest
import sqlalchemy as sa

from concierge.booking.rides.actions import cancel_ride
from concierge.db import transaction
from concierge.models import Answer, Case, CaseTask, Flight, Ride, Stay
from tests.booking import scenes as bookings
from tests.booking.itinerary.moves import scenes
from tests.booking.itinerary.moves.scenes import MONDAY
from tests.factories import a_case, as_staff, staff
from tests.support.clock import START

TOM, HU = "tom@alder-coast.example", "hu@jinghe.example"


@pytest.fixture
def visit(session):
    with transaction() as writing:
        return scenes.a_visit(writing, is_published=True)


@pytest.fixture
def desk(client, session, visit):
    as_staff(client, staff(session, TOM), session)
    return client


def _text(page) -> str:
    return page.get_data(as_text=True)


def _read_anew(session) -> None:
    session.rollback()
    session.expire_all()


def _first_day(session, visit):
    _read_anew(session)
    return session.get(Answer, visit.case.id).evaluation_from


def _look(desk, visit, **typed):
    page = desk.get(f"{visit.url}?item=visit")
    return desk.submit(page, action="item=visit", button="look", **{"first_on": None, "days": "1"} | typed)


def test_the_list_is_seen_before_anything_is_stored_then_all_of_it_is_done(desk, session, visit):
    seen = _look(desk, visit)
    text = _text(seen)
    assert seen.status_code == 200 and _first_day(session, visit) == MONDAY
    for words in (
        "The flight is the family",
        "The evaluation moves",
        "Goes with its appointment",
        "Confirm all of it",
    ):
        assert words in text
    done = desk.submit(seen, action="item=visit", button="confirm")
    assert (done.status_code, done.location) == (303, f"/c/{visit.case.reference}/travel#trip")
    assert (_first_day(session, visit) - MONDAY).days == 1
    titles = session.scalars(sa.select(CaseTask.title).where(CaseTask.title != "")).all()
    assert len(titles) == 1 and "SV 41" in titles[0]
    page = desk.get(f"/c/{visit.case.reference}/travel")
    assert "Not published yet" in _text(page) and "Moved: " in _text(page)
    told = desk.submit(page, action="/confirm#confirm", knows_gaps="on")
    assert told.status_code == 303
    assert "nothing has changed since" in _text(desk.get(f"/c/{visit.case.reference}/travel"))


def test_what_was_typed_after_the_list_was_made_is_looked_at_again(desk, session, visit):
    again = desk.submit(_look(desk, visit), action="item=visit", button="confirm", days="2")
    assert again.status_code == 422 and "The change is another one than before" in _text(again)
    assert _first_day(session, visit) == MONDAY


def test_who_is_slower_sees_what_follows_now(desk, session, visit):
    seen = _look(desk, visit)
    with transaction() as writing:
        case = writing.get(Case, visit.case.id)
        cancel_ride(writing, case, public_id=visit.ride.public_id, actor=visit.actor, now=START)
    again = desk.submit(seen, action="item=visit", button="confirm")
    assert again.status_code == 409 and "changed by somebody else" in _text(again)
    assert _first_day(session, visit) == MONDAY
    assert desk.submit(again, action="item=visit", button="confirm").status_code == 303


def test_a_room_that_went_meanwhile_is_named_with_those_that_are_free(desk, session, visit):
    seen, room_id = _look(desk, visit), visit.stay.room_id
    with transaction() as writing:
        other, stay = a_case(writing), writing.get(Stay, visit.stay.id)
        days = {"arrive_on": stay.leave_on, "leave_on": stay.leave_on.replace(day=stay.leave_on.day + 1)}
        bookings.a_stay(writing, other, visit.actor, room=stay.room, **days)
    again = desk.submit(seen, action="item=visit", button="confirm")
    assert again.status_code == 409
    assert "Its room is taken on" in _text(again) and "Another room is free" in _text(again)
    assert _first_day(session, visit) == MONDAY
    assert desk.submit(again, action="item=visit", button="confirm").status_code == 303
    _read_anew(session)
    assert session.get(Stay, visit.stay.id).room_id != room_id


def test_a_delay_and_a_cancellation_of_one_thing(desk, session, visit):
    flight = f"item={visit.flight.public_id}"
    assert visit.flight.public_id in _text(desk.get(visit.url))
    seen = desk.submit(desk.get(f"{visit.url}?{flight}"), action=flight, button="look", delay="50")
    assert "The flight has another time" in _text(seen)
    assert desk.submit(seen, action=flight, button="confirm").status_code == 303
    seen = desk.submit(desk.get(f"{visit.url}?{flight}"), action=flight, button="look", doing="cancel")
    assert desk.submit(seen, action=flight, button="confirm").status_code == 303
    _read_anew(session)
    assert session.get(Flight, visit.flight.id).is_cancelled
    assert session.get(Ride, visit.ride.id).state == "cancelled"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"days": "5"}, "closed"),  # a Saturday
        ({"days": "soon"}, "Enter a whole number"),
        ({"days": ""}, "Enter a new first day or by how many days"),
    ],
)
def test_days_that_cannot_be_held_are_refused_before_the_list(desk, visit, typed, words):
    refused = _look(desk, visit, **typed)
    assert refused.status_code == 422 and words in _text(refused)
    assert "Confirm all of it" not in _text(refused)


def test_strangers_do_not_learn_that_there_is_a_trip(client, session, visit):
    as_staff(client, staff(session, HU), session)
    assert client.get(visit.url).status_code == 404
    as_staff(client, staff(session, TOM), session)
    assert client.get(f"{visit.url}?item=nothing").status_code == 404


@pytest.mark.parametrize("room", ["9" * 5000, "9" * 30, "\u00b2", "\u0663", "-1", "x\x00"])
def test_a_room_that_nobody_offered_is_refused_not_a_fault(desk, session, visit, room):
    seen = _look(desk, visit)
    field = f"do-check_in-{visit.stay.public_id}"
    answer = desk.submit(seen, action="item=visit", button="confirm", **{field: "move", f"{field}-room": room})
    assert answer.status_code in {303, 409, 422}
