"""At seven an interpreter rings in ill: one page says who stands in and why, one button books them all."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from concierge.domain.clocks import at_local, local_day
from concierge.domain.journey import Step
from concierge.domain.vocabulary import InterpreterKind
from concierge.models import Hospital, InterpreterAssignment, OutboxMessage
from tests.booking import scenes
from tests.booking.interpreters.scenes import a_person
from tests.stories import trips
from tests.stories.conftest import Cast
from tests.stories.people import Patient, Staff
from tests.stories.test_at_once import a_case_now, scene
from tests.support.live import LiveServer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOURA, HASSAN = "noura@family.example", "hassan@family.example"
SEVEN = timedelta(hours=7)
# The product runs on the machine's clock: the hospital is put where the day begins now.
AROUND_THE_EARTH = (
    "Pacific/Auckland", "Pacific/Guadalcanal", "Australia/Brisbane", "Asia/Tokyo", "Asia/Shanghai", "Asia/Bangkok",
    "Asia/Dhaka", "Asia/Karachi", "Asia/Dubai", "Asia/Riyadh", "Africa/Cairo", "Africa/Lagos", "Africa/Abidjan",
    "Atlantic/Cape_Verde", "Atlantic/South_Georgia", "America/Sao_Paulo", "America/Caracas", "America/Bogota",
    "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
    "Pacific/Honolulu", "Pacific/Pago_Pago",
)  # fmt: skip


def test_an_interpreter_is_ill_at_seven_and_others_stand_in(cast: Cast, house: LiveServer) -> None:
    noura_id = a_morning_with_samir(house)
    tom = cast.staff("tom@alder-coast.example")

    notes_that_samir_is_ill(tom, house)
    sees_who_stands_in(tom)
    tom.sends("gender_note")
    tom.reads("3 stand-ins are booked.")
    tom.reads("Somebody stands in everywhere.")

    noura = cast.patient("noura", "ar", "Asia/Riyadh", NOURA)
    is_told_once(noura, house, noura_id)
    noura.signs_in()
    noura.opens("trip").reads("Hala Mansour")
    assert "Samir Khoury" not in noura.page.locator("main").inner_text()
    tom.goes("/travel/day")
    day = tom.page.locator("section[aria-labelledby=interpreters-h]").inner_text()
    assert "Hala Mansour" in day, day
    assert "Rim Aoun" in day, day
    assert "Samir Khoury" not in day, day


# --- the beginning ---------------------------------------------------------------------------------------------


def near_seven(now: datetime) -> str:
    """A place where it is seven in the morning now, or within half an hour of it."""

    def away(zone: str) -> timedelta:
        local = now.astimezone(ZoneInfo(zone))
        return abs(timedelta(hours=local.hour, minutes=local.minute) - SEVEN)

    return min(AROUND_THE_EARTH, key=away)


def a_morning_with_samir(house: LiveServer) -> int:
    """Samir interprets for Noura at nine and at eleven, for Hassan at two; Hala, who knows Noura, is busy at eleven."""
    with scene(house) as session:
        case = a_case_now(session, step=Step.EVALUATION, email=NOURA)
        other = a_case_now(session, step=Step.EVALUATION, email=HASSAN, native_name="حسن العلي")
        session.get_one(Hospital, case.hospital_id).timezone = near_seven(trips.right_now())
        session.flush()
        samir, hala = scenes.interpreters_of(session, case, "ar")
        a_person(session, case, "Rim Aoun", kind=InterpreterKind.AGENCY, agency_name="Bay Voices", gender="f")
        for hour, family, who in ((9, case, samir), (11, case, samir), (14, other, samir), (11, other, hala)):
            trips.interprets(session, family, who, at(session, hour))
        trips.interprets(session, case, hala, at(session, 9) + trips.DAY)
        for family in (case, other):
            trips.published(session, family)
        return case.id


def at(session: "Session", hour: int) -> datetime:
    """Today at the hospital."""
    zone = session.scalars(sa.select(Hospital.timezone).where(Hospital.slug == "alder-coast")).one()
    return at_local(local_day(trips.right_now(), zone), time(hour), zone)


# --- the desk --------------------------------------------------------------------------------------------------


def notes_that_samir_is_ill(tom: Staff, house: LiveServer) -> None:
    """For the rest of today, from seven on."""
    with scene(house) as session:
        zone = session.scalars(sa.select(Hospital.timezone).where(Hospital.slug == "alder-coast")).one()
        today = local_day(trips.right_now(), zone).isoformat()
    tom.goes("/interpreters").follows("main th a:has-text('Samir Khoury')")
    tom.sends("/absences", starts_at=f"{today}T07:00", ends_at=f"{today}T20:00", reason="ill")


def sees_who_stands_in(tom: Staff) -> None:
    """Somebody is chosen for each, with the reason; nobody who is busy."""
    rows = tom.page.locator("table.cover tbody tr")
    chosen = [
        select.evaluate("e => e.selectedOptions[0].textContent") for select in rows.locator("select").all()
    ]
    assert len(chosen) == rows.count() == 3, chosen
    nine, eleven, two = (text.strip() for text in chosen)
    assert nine.startswith("Hala Mansour"), chosen
    assert "Knows this family" in nine, chosen
    assert eleven.startswith("Rim Aoun"), chosen
    assert two.startswith("Hala Mansour"), chosen


# --- the family ------------------------------------------------------------------------------------------------


def is_told_once(noura: Patient, house: LiveServer, case_id: int) -> None:
    """Of both changes in one mail in her language, and by text message, because it is today."""
    with scene(house) as session:
        told = trips.messages(session, case_id, "trip_soon", "trip_published")
        assert sorted(told) == [
            ("trip_soon", "email", NOURA, "ar"),
            ("trip_soon", "sms", "+966501234567", "ar"),
        ]
        of = OutboxMessage  # what is gathered for a minute leaves now
        session.execute(sa.update(of).where(of.case_id == case_id).values(due_at=trips.right_now()))
    mail, _link = noura.waits_for_mail(NOURA, r"http\S+/trip\b", known=[])
    assert mail.language == "ar"
    assert len(noura.mails(NOURA)) == 1
    with scene(house) as session:
        of = InterpreterAssignment
        live = sa.select(of.id).where(of.case_id == case_id, of.state != "cancelled")
        assert len(session.scalars(live).all()) == 3
