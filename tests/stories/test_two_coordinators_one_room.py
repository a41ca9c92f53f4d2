"""Two coordinators and the last room with a kitchen; then two holds that ended a second ago, when somebody confirms."""

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from concierge.booking.lodging.actions import reserve_room
from concierge.domain.journey import Step
from concierge.models import LodgingNight, LodgingRoom, Stay
from tests.booking import scenes
from tests.stories import steps, trips
from tests.stories.conftest import Cast
from tests.stories.people import Staff
from tests.stories.test_at_once import a_case_now, press_at_once, scene
from tests.support.live import LiveServer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from concierge.models import Case

FREE = {"101", "203", "11"}  # with a kitchen, without one, and one in the house farther away
SECOND = timedelta(seconds=1)


def test_two_coordinators_want_the_last_room_and_confirm_holds_that_are_over(
    cast: Cast, house: LiveServer
) -> None:
    visit = steps.visit(house, "alder-coast")
    nights = {"arrive_on": visit.first_on.isoformat(), "leave_on": visit.last_on.isoformat(), "guests": "2"}
    tom, lena = cast.staff("tom@alder-coast.example"), cast.staff("lena@alder-coast.example")
    with scene(house) as session:
        refs = [a_case_now(session, step=Step.EVALUATION).reference for _person in (tom, lena)]
        a_full_house(session, visit)
    for person, ref in zip((tom, lena), refs, strict=True):
        person.opens(ref, "travel").sends("/travel/room", press="button[value=look]", **nights)
        choose(person, "101")

    button = "form[action*='/travel/room'] button[value=book]"
    statuses = press_at_once((tom, button), (lena, button))

    assert sorted(statuses) == [200, 409], statuses
    winner, loser = (tom, lena) if statuses == [200, 409] else (lena, tom)
    winner.reads("The room is booked.")
    reads_kindly(loser, nights)
    assert rooms_of(house, refs) == ["101"]
    a_hold_that_is_over_but_still_free(loser, house)
    a_hold_whose_room_went_to_somebody_else(winner, house, nights)
    assert rooms_of(house, refs) == ["101", "203"]


# --- the beginning ---------------------------------------------------------------------------------------------


def a_full_house(session: "Session", visit: steps.Visit) -> None:
    """Another family, and its relatives, have all but three rooms."""
    case = a_case_now(session, step=Step.EVALUATION)
    for room in session.scalars(sa.select(LodgingRoom).where(LodgingRoom.hospital_id == case.hospital_id)):
        if room.name not in FREE:
            book(session, case, room, visit.first_on, visit.last_on)


def book(session: "Session", case: "Case", room: LodgingRoom, arrive_on, leave_on) -> None:
    reserve_room(
        session, case, room_id=room.id, arrive_on=arrive_on, leave_on=leave_on, guests=2,
        actor=scenes.coordinator(session), now=trips.right_now(),
    )  # fmt: skip


def rooms_of(house: LiveServer, refs: list[str]) -> list[str]:
    """The names of the rooms that both families have for good."""
    with scene(house) as session:
        booked = sa.select(LodgingRoom.name).join(Stay, Stay.room_id == LodgingRoom.id)
        ours = Stay.case_id.in_([steps.case_id(ref) for ref in refs])
        return list(session.scalars(booked.where(ours, Stay.state == "confirmed").order_by(LodgingRoom.name)))


# --- on the page -----------------------------------------------------------------------------------------------


def offered(person: Staff) -> list[str]:
    """The rooms that can be chosen, by name."""
    picks = person.form("/travel/room").locator(".pick:has([name=room_id])").all_inner_texts()
    return [pick.splitlines()[0].rsplit("room ", 1)[1].strip() for pick in picks]


def choose(person: Staff, room: str) -> None:
    person.form("/travel/room").locator(f".pick:has-text('room {room}') [name=room_id]").first.check()


def reads_kindly(loser: Staff, nights: dict[str, str]) -> None:
    """Somebody was faster: what is still free stands there, and nothing that was typed is gone."""
    form = loser.form("/travel/room")
    assert form.locator(".emsg").first.is_visible()
    assert sorted(offered(loser)) == ["11", "203"]
    for name, value in nights.items():
        assert form.locator(f"[name={name}]").input_value() == value


def holds(person: Staff, room: str) -> None:
    choose(person, room)
    with person.moving():
        person.form("/travel/room").locator("button[value=hold]").click()
    person.reads("The room is held.")


def ended_a_second_ago(house: LiveServer, ref: str) -> None:
    """As if the day of the hold had passed."""
    with scene(house) as session:
        stay = session.scalars(
            sa.select(Stay).where(Stay.case_id == steps.case_id(ref), Stay.held_until.is_not(None))
        ).one()
        stay.held_until = trips.right_now() - SECOND
        of = LodgingNight
        session.execute(sa.update(of).where(of.stay_id == stay.id).values(held_until=stay.held_until))


def confirms(person: Staff, refused: bool = False) -> None:
    """By the button of the page as it stands, which does not know yet that the hold is over."""
    with person.moving(refused):
        person.page.locator("form[action*='/travel/stays/'][action$='/confirm'] button").click()


def a_hold_that_is_over_but_still_free(loser: Staff, house: LiveServer) -> None:
    holds(loser, "203")
    ended_a_second_ago(house, loser.reference)
    confirms(loser)
    loser.reads("The hold had ended, but the room was still free. It is booked.")


def a_hold_whose_room_went_to_somebody_else(winner: Staff, house: LiveServer, nights: dict[str, str]) -> None:
    """Nothing is free any more: the nights stay as they were, and one press waits for a room."""
    winner.sends("/travel/room", press="button[value=look]", **nights)
    assert offered(winner) == ["11"]
    holds(winner, "11")
    ended_a_second_ago(house, winner.reference)
    with scene(house) as session:
        room = session.scalars(sa.select(LodgingRoom).where(LodgingRoom.name == "11")).one()
        held = session.scalars(sa.select(Stay).where(Stay.room_id == room.id)).one()
        book(session, a_case_now(session, step=Step.EVALUATION), room, held.arrive_on, held.leave_on)
    confirms(winner, refused=True)
    form = winner.form("/travel/room")
    assert "The hold had ended" in form.locator(".emsg").first.inner_text()
    assert offered(winner) == []
    for name, value in nights.items():
        assert form.locator(f"[name={name}]").input_value() == value
    winner.sends("/travel/room", press="button[value=wait]")
    winner.reads("The family waits for a room.")
