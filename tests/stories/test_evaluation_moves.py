"""The evaluation moves by two days while the family packs: one list of what follows, one confirmation, one message."""

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from concierge.domain.vocabulary import Relation
from concierge.models import (
    Answer,
    Appointment,
    CaseTask,
    Flight,
    InterpreterAssignment,
    OutboxMessage,
    Ride,
    Stay,
)
from tests.stories import trips
from tests.stories.conftest import Cast
from tests.stories.people import Patient, Staff
from tests.stories.test_at_once import scene
from tests.support.live import LiveServer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOURA, SISTER = "noura@family.example", "hermana@family.example"
PHONE = "+966501234567"
BY = timedelta(days=2)
NEWS = ("trip_published", "trip_soon")
UNTOLD = ("cancer", "سرطان", "cáncer", "breast", "ثدي")


def test_the_evaluation_moves_and_everybody_is_told_once(cast: Cast, house: LiveServer) -> None:
    booked, before = a_family_that_packs(house)
    tom = cast.staff("tom@alder-coast.example")

    sees_what_follows(tom, booked.ref)
    with scene(house) as session:
        assert moments(session, booked.case_id) == before  # a list is only a list
    tom.sends("days", press="button[value=confirm]")
    within_a_minute(house)
    the_family_flies_later(tom)
    within_a_minute(house)
    everything_moved(house, booked, before)
    publishes(tom, booked.ref)

    noura = cast.patient("noura", "ar", "Asia/Riyadh", NOURA)
    sister = cast.patient("hermana", "es", "America/Mexico_City", SISTER)
    for person in (noura, sister):
        is_told_by_mail(person)
        sees_old_and_new(person)
    has_a_text_message(house)
    told = [("trip_published", "email", NOURA, "ar"), ("trip_published", "email", SISTER, "es")]
    with scene(house) as session:
        told_now = trips.messages(session, booked.case_id, *NEWS)
    assert sorted(told_now) == sorted([*told, ("trip_soon", "sms", PHONE, "ar")]), told_now
    tom.opens(booked.ref, "travel")
    seen = tom.page.locator("#confirm").inner_text()
    assert "Seen by" in seen, seen
    assert "Hermana" in seen, seen


def a_family_that_packs(house: LiveServer) -> tuple[trips.Booked, dict]:
    """A patient who reads Arabic and her sister who reads Spanish hold a published trip."""
    from concierge.models import Case
    from tests.factories import account, takes_part

    with scene(house) as session:
        booked = trips.a_whole_trip(session, NOURA)
        case = session.get_one(Case, booked.case_id)
        takes_part(session, case, account(session, SISTER, name="Hermana", language="es"), Relation.SIBLING)
        trips.published(session, case)
    with scene(house) as session:
        return booked, moments(session, booked.case_id)


def moments(session: "Session", case_id: int) -> dict[str, list]:
    """When each thing of the trip is, as the database has it."""

    def of(model, *names: str) -> list[tuple]:
        rows = session.query(model).filter_by(case_id=case_id).order_by(model.id)
        return [tuple(getattr(row, name) for name in names) for row in rows]

    answer = session.get_one(Answer, case_id)
    return {
        "visit": [(answer.evaluation_from, answer.evaluation_to)],
        "appointments": of(Appointment, "starts_at", "ends_at"),
        "interpreters": of(InterpreterAssignment, "starts_at", "ends_at"),
        "rooms": of(Stay, "arrive_on", "leave_on"),
        "flights": of(Flight, "departs_at", "arrives_at"),
        "rides": of(Ride, "starts_at", "ends_at"),
    }


def within_a_minute(house: LiveServer) -> None:
    """What is gathered for a minute is gathered still, however slow the machine of this test is."""
    queued = sa.and_(OutboxMessage.event == "trip_soon", OutboxMessage.state == "queued")
    with scene(house) as session:
        later = trips.right_now() + trips.HOUR
        session.execute(sa.update(OutboxMessage).where(queued).values(due_at=later))


# --- the coordinator -------------------------------------------------------------------------------------------


def sees_what_follows(tom: Staff, ref: str) -> None:
    """One proposal for each thing, before anything is stored."""
    tom.opens(ref, "travel").follows("#trip a[href$='/travel/change']").follows("main a[href*='item=visit']")
    tom.sends("days", press="button[value=look]", days="2")
    tom.reads("Nothing is stored yet.")
    tom.reads("The flight is the family")
    assert proposals(tom) == {
        "appointment": ["move"] * 3, "interpreter": ["move"], "check_in": ["move"], "flight": ["ask"], "ride": ["keep"],
    }  # fmt: skip


def proposals(tom: Staff) -> dict[str, list[str]]:
    """What is chosen beforehand, by the kind of thing."""
    found: dict[str, list[str]] = {}
    for box in tom.page.locator("main .follows [name^='do-']:checked").all():
        kind = (box.get_attribute("name") or "").split("-")[1]
        found.setdefault(kind, []).append(box.get_attribute("value") or "")
    return found


def the_family_flies_later(tom: Staff) -> None:
    """Asked, they say that they take the same flight two days later; the pick-up goes along."""
    tom.reads("The trip is changed.")
    tom.page.locator("tr", has_text="SV 41").locator("a[href*='item=']").first.click()
    tom.sends("delay", press="button[value=look]", delay=str(2 * 24 * 60))
    assert proposals(tom)["ride"] == ["move"]
    tom.sends("delay", press="button[value=confirm]")


def everything_moved(house: LiveServer, booked: trips.Booked, before: dict[str, list]) -> None:
    """All of it by two days, and the question about the flight was a task."""
    with scene(house) as session:
        after = moments(session, booked.case_id)
        assert after == {
            kind: [tuple(at + BY for at in row) for row in rows] for kind, rows in before.items()
        }
        titles = [task.title for task in session.query(CaseTask).filter_by(case_id=booked.case_id)]
        assert [title for title in titles if "SV 41" in title], titles


def publishes(tom: Staff, ref: str) -> None:
    """With every change named once more."""
    tom.opens(ref, "travel")
    changes = tom.page.locator("#confirm li").all_inner_texts()
    assert sum(line.startswith("Moved: ") for line in changes) == len(changes) >= 7, changes
    has_gaps = tom.form("/travel/confirm#confirm").locator("[name=knows_gaps]").count() > 0
    tom.sends("/travel/confirm#confirm", **({"knows_gaps": True} if has_gaps else {}))
    tom.reads("nothing has changed since")


# --- the family ------------------------------------------------------------------------------------------------


def is_told_by_mail(person: Patient) -> None:
    """One mail in the reader's own language."""
    mail, _link = person.waits_for_mail(person.email, r"http\S+/trip\b", known=[])
    assert mail.language == person.language
    assert not [word for word in UNTOLD if word in (mail.subject + mail.text).lower()], mail.text


def sees_old_and_new(person: Patient) -> None:
    """Old struck and new bold, until they say that they have seen it."""
    person.signs_in()
    person.opens("trip")
    news = person.page.locator("#news")
    assert news.locator("del").count() == news.locator("ins").count() >= 7
    struck, bold = news.locator("del .clock").first, news.locator("ins .clock").first
    assert "line-through" in struck.evaluate("e => getComputedStyle(e).textDecorationLine")
    assert int(bold.evaluate("e => getComputedStyle(e).fontWeight")) >= 600
    person.sends("/trip/seen")
    assert person.page.locator("#news, main del").count() == 0


def has_a_text_message(house: LiveServer) -> None:
    """Because the flight would have landed within a day; it can be read on a locked screen by anybody."""
    until = time.monotonic() + 20
    while not (found := trips.texts(house, PHONE)) and time.monotonic() < until:
        time.sleep(0.1)
    assert [text.language for text in found] == ["ar"], found
    assert not [word for word in UNTOLD if word in found[0].text.lower()], found[0].text
