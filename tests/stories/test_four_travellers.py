"""Four travellers, one in a wheelchair: told by the family, planned in one sitting, carried along without the internet."""

import re
import time
from datetime import timedelta
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from concierge.domain.journey import Step
from concierge.gateways.sms import MailboxSms
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Patient, Someone, Staff
from tests.stories.steps import Visit
from tests.stories.test_at_once import a_case_now, scene
from tests.support.live import LiveServer

EMAIL, TOM = "noura.family@family.example", "tom@alder-coast.example"
LONG, SHORT = timedelta(days=2000), timedelta(days=90)  # how long a passport lasts after the visit
COMPANIONS = [
    {"relation": "spouse", "passport_name": "SAAD AL MUTAIRI"},
    {"relation": "parent", "passport_name": "HESSA AL QAHTANI", "needs_wheelchair": True},
    {"relation": "child", "passport_name": "FAHAD AL MUTAIRI"},
]
PARTS = {
    "airport": {"home_airport": "RUH"},
    "lodging": {"beds": "4", "needs_accessible": True},
    "interpreter": {"interpreter_modality": "on_site", "interpreter_gender": "f"},
    "visa": {"is_visa_needed": "no"},
}
TICKET = """Booking reference: QX7P2M

Flight SV 041
Departs  Riyadh (RUH)  {here}  08:30  Terminal 4
Arrives  Los Angeles (LAX)  {here}  13:40  Terminal B

Flight SV 040
Departs  Los Angeles (LAX)  {home}  16:20  Terminal B
Arrives  Riyadh (RUH)  {after}  17:55  Terminal 4"""


@pytest.fixture
def begun(house: LiveServer) -> SimpleNamespace:
    """A family that said yes, and one appointment on the first of its days; nothing of the journey is booked."""
    from concierge.cases.actions import settle
    from concierge.domain.access import SYSTEM
    from concierge.models import Answer, Appointment
    from concierge.web.clock import now

    visit = steps.visit(house, "alder-coast")
    with scene(house) as session:
        case = a_case_now(session, step=Step.EVALUATION, email=EMAIL)
        case.step, answer = Step.ACCEPTANCE, session.get_one(Answer, case.id)
        answer.trip_confirmed_at = None
        answer.evaluation_from, answer.evaluation_to = visit.first_on, visit.last_on
        settle(session, case, SYSTEM, now())
        talk = session.scalars(sa.select(Appointment).where(Appointment.case_id == case.id)).one()
        return SimpleNamespace(ref=case.reference, case_id=case.id, visit=visit, talk=talk.public_id)


def test_four_travellers_are_planned_published_and_carry_their_trip_offline(
    cast: Cast, house: LiveServer, begun: SimpleNamespace
) -> None:
    noura = cast.patient("noura", "ar", "Asia/Riyadh", EMAIL)
    noura.signs_in()
    tells_who_travels(noura, begun.visit)
    tells_what_they_need(noura)
    pastes_the_ticket(noura, begun.visit)

    tom = cast.staff(TOM)
    sees_what_is_missing(tom, begun.ref)
    plans_beds_rides_and_voice(tom, begun.ref)
    assigns_the_pick_up(tom, begun.visit)
    driver = driver_of(house, begun.case_id)
    publishes_a_whole_trip(tom, begun.ref)

    in_hand = [driver.name, "FIC 101", "NOURA SAAD AL MUTAIRI", "14 Fictional Avenue, Los Angeles, CA"]
    sees_the_trip(noura, in_hand)
    reads_it_without_the_internet(noura, in_hand)
    its_calendar_follows(noura, house, begun.case_id)
    is_picked_up(cast, house, driver, begun)
    tom.goes(f"/travel/day?on={begun.visit.lands_on}").reads("Picked up")


# --- the family tells ------------------------------------------------------------------------------------------


def tells_who_travels(noura: Patient, visit: Visit) -> None:
    """Four people; whose passport ends too soon after the way home is told at once, and nobody is stopped."""
    noura.follows("main a[href$='/travel']").follows("main a[href$='/travel/travellers']")
    noura.follows("a[href$='/travellers/patient']")
    noura.sends("passport_name", passport_until=f"{visit.last_on + LONG}")
    for one in COMPANIONS:
        lasts = SHORT if one["relation"] == "child" else LONG
        noura.follows("main a[href$='/travellers/new']")
        noura.sends("passport_name", passport_until=f"{visit.last_on + lasts}", **one)
    cards = noura.page.locator("main section.card")
    assert cards.count() == 4
    assert [cards.nth(number).locator(".notice").count() for number in range(4)] == [0, 0, 0, 1]


def tells_what_they_need(noura: Patient) -> None:
    """Part by part, then sent once."""
    for part, answers in PARTS.items():
        noura.opens(f"travel/{part}").sends(next(iter(answers)), **answers)
    noura.sends("/travel/send")
    assert noura.form("/travel/send").count() == 0


def pastes_the_ticket(noura: Patient, visit: Visit) -> None:
    """Its text fills the form of both flights with nothing but the terminals to check; they stand in the trip as not confirmed."""
    here, home = visit.lands_on, visit.last_on + timedelta(days=1)
    days = {"here": here, "home": home, "after": home + timedelta(days=1)}
    text = TICKET.format(**{name: f"{on.day} {on:%B %Y}" for name, on in days.items()})
    noura.opens("trip/flight").sends("/trip/flight/confirmation", text=text)
    assert noura.page.locator("fieldset.leg").count() == 2
    guessed = noura.page.locator(".doubtful")
    assert guessed.locator("[name$=_terminal]").count() == guessed.count()
    noura.sends("/trip/flight", press="button[value=note]")
    noura.reads("SV 41")


# --- the coordinator plans -------------------------------------------------------------------------------------


def missing(tom: Staff) -> list[str]:
    """The gaps that the Travel page names."""
    return tom.page.locator("#trip .notice li").all_inner_texts()


def sees_what_is_missing(tom: Staff, ref: str) -> None:
    """The needs as they were told; the flights are looked at and said to be right."""
    tom.opens(ref, "travel")
    for text in ("HESSA AL QAHTANI", "Valid for less than six months after the way home", "RUH"):
        tom.reads(text)
    for _flight in range(2):
        tom.sends("/check")
    assert tom.form("/check").count() == 0
    named = " ".join(missing(tom))
    for words in ("Nobody picks the family up", "No ride", "night", "interpreter"):
        assert words.lower() in named.lower(), (words, named)


def plans_beds_rides_and_voice(tom: Staff, ref: str) -> None:
    """A room without steps for four, the pick-up as a wish, the ride home, and the woman whom the family asked for."""
    steps.books_the_first(tom, "/travel/room", "room_id")
    wanted = tom.form("/travel/ride/arrival")
    places = [wanted.locator(f"[name={name}]").input_value() for name in ("seats", "wheelchairs")]
    assert places == ["3", "1"]
    tom.sends("/travel/ride/arrival", press="button[value=want]")
    steps.books_the_first(tom, "/travel/ride/departure", "vehicle_id")
    steps.books_the_first(tom, "/travel/interpreter", "interpreter_id")
    tom.reads("Hala Mansour")


def assigns_the_pick_up(tom: Staff, visit: Visit) -> None:
    """On the screen of the day: proposed, then confirmed; and the driver gets the link to it."""
    tom.goes(f"/travel/day?on={visit.lands_on}").reads("Needs a vehicle")
    tom.follows("main a[href*='/travel/day/propose']").sends("/travel/day/propose").reads("On the way")
    tom.sends("/travel/day/link/")


def publishes_a_whole_trip(tom: Staff, ref: str) -> None:
    tom.opens(ref, "travel")
    assert missing(tom) == []
    steps.confirms_the_trip(tom, ref)
    tom.reads("Edition 1")


def driver_of(house: LiveServer, case_id: int) -> SimpleNamespace:
    """Who drives the pick-up: name, phone and the language in which they read."""
    from concierge.booking.dispatch.words import language_of
    from concierge.models import Ride

    with scene(house) as session:
        ride = session.scalars(sa.select(Ride).where(Ride.case_id == case_id).order_by(Ride.starts_at)).first()
        assert ride and ride.run and ride.run.driver and ride.wheelchairs == 1
        who = ride.run.driver
        return SimpleNamespace(name=who.name, phone=who.phone, language=language_of(who))


# --- in the family's hand --------------------------------------------------------------------------------------


def sees_the_trip(noura: Patient, in_hand: list[str]) -> None:
    """Confirmed, with who drives and where to go in the script of the place, by both clocks."""
    noura.opens("trip")
    for text in (*in_hand, "لوس أنجلوس", "الرياض"):
        noura.reads(text)
    assert noura.page.locator("main .itin .st-warn").count() == 0


def reads_it_without_the_internet(noura: Patient, in_hand: list[str]) -> None:
    """Kept on the phone at the press of a button; then the page opens without a net and says how old it is."""
    age = noura.page.locator(".offline")
    assert not age.is_visible()
    noura.page.locator("[data-keep-trip] button").first.click()
    noura.page.locator("[data-when-kept]").wait_for()
    noura.page.context.set_offline(True)
    with noura.moving():
        noura.page.reload()
    assert age.is_visible()
    assert "لوس أنجلوس" in age.inner_text()
    for text in in_hand:
        noura.reads(text)
    noura.page.context.set_offline(False)


def its_calendar_follows(noura: Patient, house: LiveServer, case_id: int) -> None:
    """A calendar without a sign-in asks the link, and later finds the ride home a quarter of an hour earlier."""
    from concierge.booking.rides.actions import move_ride
    from concierge.models import Case, Ride
    from concierge.web.clock import now
    from tests.factories import actor_of, staff

    noura.opens("trip/calendar").sends("/trip/calendar")
    link = noura.page.locator("[data-copy-text]").inner_text()
    with scene(house) as session:
        rides = sa.select(Ride).where(Ride.case_id == case_id).order_by(Ride.starts_at.desc())
        ride, quarter = session.scalars(rides).first(), timedelta(minutes=15)
        assert ride is not None
        before, after = ride.starts_at, ride.starts_at - quarter
        assert before in starts(link)
        move_ride(
            session, session.get_one(Case, case_id), public_id=ride.public_id, starts_at=after,
            ends_at=ride.ends_at - quarter, actor=actor_of(staff(session, TOM)), now=now(),
        )  # fmt: skip
    found = starts(link)
    assert after in found and before not in found


def starts(link: str) -> list:
    """When the events of a calendar begin, as a program reads them."""
    with urlopen(link) as answer:  # noqa: S310  (the running house's own address)
        assert answer.headers["Content-Type"].startswith("text/calendar")
        return [event.decoded("dtstart") for event in Calendar.from_ical(answer.read()).walk("VEVENT")]


# --- on the day ------------------------------------------------------------------------------------------------


def is_picked_up(cast: Cast, house: LiveServer, driver: SimpleNamespace, begun: SimpleNamespace) -> None:
    """The driver opens the link of the text message, sees the sign and no reference, and presses one button."""
    phone = cast.patient("driver", driver.language, "America/Los_Angeles", "")
    phone.goes(link_of(house, driver.phone))
    phone.reads("NOURA SAAD AL MUTAIRI")
    assert begun.ref not in phone.page.content()
    pressed(phone, "/picked_up")


def pressed(phone: Someone, act: str) -> None:
    phone.sends(act)
    assert phone.form(act).count() == 0


def link_of(house: LiveServer, number: str) -> str:
    """The address in the newest text message to this number."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for sms in MailboxSms(house.mailbox).texts():
            if sms.to == number and (found := re.search(r"/drive/[\w-]+", sms.text)):
                return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no text message with a link for {number}")
