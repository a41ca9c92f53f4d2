"""The pages on which a family books: their own city first, the hospital's beside it; links, calendar, staff."""

import re
from datetime import timedelta

import icalendar
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import InterpreterWish, Modality, PlannedCallState, Programme, Relation
from concierge.jobs.letters import write
from concierge.models import (
    CallAbsence,
    CallWish,
    Case,
    CaseParticipation,
    InterpreterAssignment,
    OutboxMessage,
    PlannedCall,
    PortalAccount,
    Resource,
)
from tests.factories import a_case, account, as_portal, patient_of, takes_part
from tests.journey.consult.scenes import NEXT_TUESDAY, WEEK, at, book, url_at
from tests.support.clock import START


@pytest.fixture
def case(session, client):
    with transaction() as writing:
        made = a_case(writing, step=Step.CONSULT, language="en")
    as_portal(client, patient_of(session, made), session)
    return made


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)).split())


def the_call(session) -> PlannedCall:
    session.rollback()
    return session.scalars(sa.select(PlannedCall).execution_options(populate_existing=True)).one()


def letter(session, app, event: str):
    row = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == event)).one()
    with app.test_request_context(base_url="http://localhost"):
        return write(row, session.get(Case, row.case_id))


def link_of(mail) -> str:
    return re.search(r"http://localhost(/call/\S+)", mail.text)[1]


def test_a_family_books_changes_and_cancels_on_its_own_clock(client, session, case):
    place = f"/portal/{case.public_id}/call"
    assert client.get(place).location.endswith("/call/times")
    times = text_of(client.get(f"{place}/times?on={NEXT_TUESDAY}"))
    assert "7:00 PM Riyadh 8:00 AM Los Angeles" in times.replace("\u202f", " ")
    page = client.get(f"{place}/book?at={url_at(at(9))}")
    done = client.submit(
        page, topic="first_talk", language="ar", interpreter="none", mode="whatsapp", number="٠٥٠١٢٣٤٥٦٧"
    )
    assert (done.status_code, done.location) == (303, place)
    booked = text_of(client.get(place))
    assert "9:00 AM Los Angeles" in booked.replace("\u202f", " ")
    assert "8:00 PM Riyadh" in booked.replace("\u202f", " ")
    assert the_call(session).number == "+966501234567"
    home = text_of(client.get(f"/portal/{case.public_id}/home"))
    assert "Be ready for your call" in home
    assert "8:00 PM Riyadh" in home.replace("\u202f", " ")
    client.submit(client.get(f"{place}/book?at={url_at(at(8) + WEEK)}"))
    assert the_call(session).starts_at == at(8) + WEEK
    client.submit(client.get(f"{place}/cancel"), action="/cancel")
    assert the_call(session).state is PlannedCallState.CANCELLED


def test_a_time_that_is_gone_comes_back_with_the_three_nearest_and_what_was_typed(client, session, case):
    page = client.get(f"/portal/{case.public_id}/call/book?at={url_at(at(9))}")
    with transaction() as writing:
        other = a_case(writing, step=Step.CONSULT)
    book(session, other)
    refused = client.submit(page, interpreter="woman", who_joins="my two sons")
    assert refused.status_code == 409
    shown = text_of(refused).replace("\u202f", " ")
    assert "not free any more" in shown
    for clock in ("8:00 AM", "10:00 AM", "10:30 AM"):
        assert f"{clock} Los Angeles" in shown
    assert "my two sons" in refused.get_data(as_text=True)
    assert client.submit(refused, button=url_at(at(10))).status_code == 303
    mine = session.scalars(sa.select(PlannedCall).where(PlannedCall.case_id == case.id)).one()
    assert (mine.starts_at, mine.who_joins, mine.interpreter_wish) == (
        at(10),
        "my two sons",
        InterpreterWish.WOMAN,
    )


def test_an_empty_week_says_so_and_a_wish_reaches_the_staff(client, session, case, sign_in):
    with transaction() as writing:
        writing.add(
            CallAbsence(
                staff_id=case.specialist_id, first_on=START.date(), last_on=START.date() + timedelta(days=20)
            )
        )
    place = f"/portal/{case.public_id}/call/times"
    page = client.get(place)
    assert "No free times this week" in text_of(page)
    assert client.submit(page, action="/wish", text="").status_code == 422
    assert (
        client.submit(client.get(place), action="/wish", text="After 20:00, not on Friday").status_code == 303
    )
    assert session.scalars(sa.select(CallWish.text)).all() == ["After 20:00, not on Friday"]
    sign_in("maria")
    assert "After 20:00" in text_of(client.get("/desk/calls"))
    staff_page = client.get(f"/c/{case.reference}/call/times")
    client.submit(staff_page, action="/wish")
    assert "After 20:00" not in text_of(client.get("/desk/calls"))


def test_the_link_of_the_mail_needs_no_sign_in_and_tells_nothing_of_the_illness(app, client, session, case):
    book(session, case, who_joins="my daughter Salma")
    mail = letter(session, app, "call_booked")
    assert "9:00\u202fAM (Los Angeles)" in mail.text
    assert "8:00\u202fPM (Riyadh)" in mail.text
    stranger = app.test_client()
    link = link_of(mail)
    shown = stranger.get(link).get_data(as_text=True)
    assert not re.search(r"breast|cancer|Noura|Mutairi|Salma|First talk|C-2026", shown, re.IGNORECASE)
    assert stranger.get(link + "x").status_code == 404
    moved = stranger.submit(stranger.get(f"{link}/move?at={url_at(at(11) + WEEK)}"))
    assert (moved.status_code, moved.location) == (303, link)
    assert the_call(session).starts_at == at(11) + WEEK
    assert stranger.submit(stranger.get(f"{link}/cancel")).status_code == 303
    assert the_call(session).state is PlannedCallState.CANCELLED
    assert "cancelled" in text_of(stranger.get(link))
    assert stranger.get(f"{link}/cancel").status_code == 302


def test_the_link_dies_with_the_participation_of_its_reader(app, session, client, case):
    with transaction() as writing:
        son = account(writing, "son@family.example", name="Khaled")
        part = takes_part(writing, case, son, Relation.CHILD, can_messages=True)
        part_id = part.id
    book(session, case)
    row = session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.recipient == "son@family.example")
    ).one()
    with app.test_request_context(base_url="http://localhost"):
        link = link_of(write(row, session.get(Case, case.id)))
    assert app.test_client().get(link).status_code == 200
    with transaction() as writing:
        writing.get_one(CaseParticipation, part_id).can_messages = False
    assert app.test_client().get(link).status_code == 404


def test_the_calendar_is_in_utc_keeps_its_name_and_counts_its_changes(app, client, session, case):
    book(session, case)
    address = f"/portal/{case.public_id}/call/call.ics"
    first = icalendar.Calendar.from_ical(client.get(address).data).walk("VEVENT")[0]
    assert first["summary"] == "Call with Alder Coast Medical Center"
    assert first.decoded("dtstart") == at(9)
    assert "Los Angeles" in first["description"]
    assert "Riyadh" in first["description"]
    assert first.walk("VALARM")
    client.submit(client.get(f"/portal/{case.public_id}/call/book?at={url_at(at(10))}"))
    second = icalendar.Calendar.from_ical(client.get(address).data).walk("VEVENT")[0]
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    assert b"talk" not in client.get(address).data.lower()


def test_a_change_of_clocks_before_the_call_is_said_in_the_mail_and_on_the_page(app, client, session, case):
    on = NEXT_TUESDAY + timedelta(days=15 * 7)  # the Tuesday after California has gone to summer time
    book(session, case, starts_at=at(9, on=on))
    mail = letter(session, app, "call_booked")
    assert "Los Angeles\u2069 change before that day" in mail.text
    assert "7:00\u202fPM (Riyadh)" in mail.text
    assert "The clocks in Los Angeles change" in text_of(client.get(f"/portal/{case.public_id}/call"))


def test_an_interpreter_is_shown_as_booked_only_when_one_is(client, session, case, sign_in):
    call = book(session, case, interpreter_wish=InterpreterWish.WOMAN)
    assert "Asked for, not booked yet" in text_of(client.get(f"/portal/{case.public_id}/call"))
    sign_in("maria")
    assert "Not booked yet" in text_of(client.get("/desk/calls"))
    with transaction() as writing:
        person = writing.scalars(sa.select(Resource).where(Resource.kind == "interpreter")).first()
        writing.add(
            InterpreterAssignment(
                case_id=case.id, interpreter_id=person.id, language="ar", modality=Modality.PHONE,
                starts_at=call.starts_at, ends_at=call.ends_at, booked_by="Tom", booked_at=START,
            )
        )  # fmt: skip
    assert "Not booked yet" not in text_of(client.get("/desk/calls"))
    assert "Booked:" in text_of(client.get(f"/portal/{case.public_id}/call"))


def test_staff_book_for_the_family_and_choose_the_length(client, session, case, sign_in):
    sign_in("maria")
    place = f"/c/{case.reference}/call"
    times = client.get(f"{place}/times?minutes=30&on={NEXT_TUESDAY}")
    assert "minutes=30" in times.get_data(as_text=True)
    page = client.get(f"{place}/book?minutes=30&at={url_at(at(9, 30))}")
    assert client.submit(page, mode="video", video_url="http://plain.example").status_code == 422
    page = client.get(f"{place}/book?minutes=30&at={url_at(at(9, 30))}")
    done = client.submit(page, mode="video", video_url="https://video.example/room")
    assert (done.status_code, done.location) == (303, place)
    call = the_call(session)
    assert (call.minutes, call.starts_at, call.video_url) == (30, at(9, 30), "https://video.example/room")
    assert "https://video.example/room" in client.get(f"/portal/{case.public_id}/call").get_data(as_text=True)
    assert client.submit(client.get(f"{place}/cancel"), action="/cancel").status_code == 303
    assert the_call(session).state is PlannedCallState.CANCELLED


def test_a_caregiver_without_messages_does_not_see_the_call(app, client, session, case):
    with transaction() as writing:
        takes_part(writing, case, account(writing, "son@family.example"), Relation.CHILD)
    book(session, case)
    other = app.test_client()
    son = session.scalars(sa.select(PortalAccount).where(PortalAccount.email == "son@family.example")).one()
    as_portal(other, son, session)
    assert other.get(f"/portal/{case.public_id}/call").status_code == 404
    assert "Be ready" not in text_of(other.get(f"/portal/{case.public_id}/home"))


def test_a_refused_telehealth_call_says_why_beside_the_way_of_the_call(client, session, case, sign_in):
    place = f"/portal/{case.public_id}/call"
    page = client.get(f"{place}/book?at={url_at(at(9))}")
    with transaction() as writing:
        row = writing.get_one(Case, case.id)
        row.programme, row.present_country = Programme.TELEHEALTH, ""
    refused = client.submit(page, number="+966501234567")
    assert refused.status_code == 422
    assert "in which country" in BeautifulSoup(refused.text, "html.parser").select_one("#mode-error").get_text()
    times = text_of(client.get(f"{place}/times"))
    assert "in which country" in times and "Days and times" not in times
    sign_in("maria")
    refused = client.submit(client.get(f"/c/{case.reference}/call/book?at={url_at(at(9))}"), number="+966501234567")
    assert refused.status_code == 422 and "page of the programme" in refused.text
    assert "Where the patient is now" in client.get(f"/c/{case.reference}/call/times").text


def test_the_mail_to_the_specialist_has_both_clocks_and_leads_to_the_call(app, client, session, case):
    book(session, case)
    mail = letter(session, app, "call_by_family_staff")
    assert mail.subject == "A family has booked a call"
    hospital, home = mail.text.index("9:00\u202fAM (Los Angeles)"), mail.text.index("8:00\u202fPM (Riyadh)")
    assert hospital < home
    assert f"/c/{case.reference}/call" in mail.text


def test_my_day_shows_the_readers_calls_of_today_with_both_clocks_and_no_others(client, session, case, sign_in, clock):
    with transaction() as writing:
        later = a_case(writing, step=Step.CONSULT)
    book(session, case, interpreter_wish=InterpreterWish.WOMAN)
    book(session, later, starts_at=at(9) + timedelta(days=1))
    clock.set(at(7))
    sign_in("maria")
    section = BeautifulSoup(client.get("/desk").text, "html.parser").select_one("[aria-labelledby=calls-h]")
    shown = " ".join(section.get_text(" ").split()).replace("\u202f", " ")
    assert "9:00 AM Los Angeles" in shown and "8:00 PM Riyadh" in shown and "Not booked yet" in shown
    assert [link["href"] for link in section.select("tbody a")] == [f"/c/{case.reference}/call"]
    sign_in("amal")
    assert "calls-h" not in client.get("/desk").text
