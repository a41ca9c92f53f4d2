"""The queue page, and a phone call typed in."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import CameBy, Urgency
from concierge.journey.contact import queries
from concierge.journey.contact.actions import take
from concierge.models import Case, CaseEvent, Enquiry, OutboxMessage, StaffUser
from tests.factories import a_case, actor_of, as_staff, staff
from tests.journey.contact.family import text_of
from tests.support.clock import START


@pytest.fixture
def maria(session, client):
    """A specialist of Alder Coast who speaks English and Spanish, signed in."""
    with transaction() as writing:
        user = staff(writing, "maria@alder-coast.example")
    as_staff(client, user, session)
    return user


def waiting(name="نورة المطيري", **options) -> int:
    with transaction() as writing:
        return a_case(writing, native_name=name, **options).id


def enquiry_of(session, case_id) -> Enquiry:
    return session.scalars(
        sa.select(Enquiry).where(Enquiry.case_id == case_id).execution_options(populate_existing=True)
    ).one()


def test_nobody_waits(client, maria):
    assert "No one is waiting" in text_of(client.get("/desk/queue"))


def test_urgency_is_said_in_words(client, maria, clock):
    waiting()
    fresh = text_of(client.get("/desk/queue?show=all"))
    assert "promise ends soon" not in fresh
    assert "past the promise" not in fresh
    clock.forward(hours=2, minutes=30)
    assert "promise ends soon" in text_of(client.get("/desk/queue?show=all"))
    clock.forward(hours=2)
    assert "past the promise" in text_of(client.get("/desk/queue?show=all"))


def test_closed_hours_do_not_make_a_promise_urgent(session):
    friday_evening = START.replace(day=27, hour=23)
    case_id = waiting(now=friday_evening)
    enquiry = enquiry_of(session, case_id)
    enquiry.promise_due_at = enquiry.case.hospital.calendar.add_working_hours(friday_evening, 4)
    sunday = friday_evening + timedelta(days=2)
    assert queries.lateness(enquiry, enquiry.case.hospital.calendar, 4, sunday) == ""


def test_my_languages_hide_the_others_and_say_that_they_wait(client, maria):
    waiting()
    assert "No one is waiting in your languages" in text_of(client.get("/desk/queue"))
    assert "نورة المطيري" in text_of(client.get("/desk/queue?show=all"))


def test_the_other_hospital_waits_elsewhere(client, maria):
    waiting(slug="jinghe")
    assert "No one is waiting." in text_of(client.get("/desk/queue?show=all"))


def test_a_long_queue_comes_page_by_page_without_losing_anybody(session, client, maria, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    names = [f"Family {letter}" for letter in "ABCDE"]
    for hours, name in enumerate(names):
        waiting(name, now=START + timedelta(hours=hours // 2), language="es")
    seen, after = [], ""
    while True:
        rows, after = queries.queue_rows(session, maria.hospital_ids, (), after)
        seen += [row.native_name for row in rows]
        if not after:
            break
    assert seen == names
    assert client.get("/desk/queue?after=broken-key").status_code == 200
    assert client.get("/desk/queue?after=99999999999999999999-1").status_code == 200


def test_the_count_is_capped(session, maria, monkeypatch):
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    for _family in range(3):
        waiting()
    head = queries.queue_head(session, maria.hospital_ids, ())
    assert (head.count, head.is_capped) == (2, True)


def test_take_next_opens_the_case_and_a_second_press_takes_no_second_one(client, session, maria):
    first = waiting()
    waiting(now=START + timedelta(hours=1))
    page = client.get("/desk/queue?show=all")
    answers = [client.submit(page, action="/desk/queue/next") for _press in range(2)]
    reference = session.get(Case, first).reference
    assert [answer.location for answer in answers] == [f"/c/{reference}"] * 2
    assert session.scalar(sa.select(sa.func.count(Enquiry.id)).where(Enquiry.taken_by_id.is_not(None))) == 1


def test_take_next_with_an_empty_queue_says_so(client, maria):
    waiting()
    page = client.get("/desk/queue?show=all")
    with transaction() as writing:
        writing.execute(sa.update(Enquiry).values(taken_by_id=maria.id, taken_at=START))
    answer = client.submit(page, action="/desk/queue/next")
    assert "No one is waiting" in text_of(client.get(answer.location))


def test_who_comes_second_reads_who_was_faster(client, session, maria):
    case_id = waiting()
    page = client.get("/desk/queue?show=all")
    with transaction() as writing:
        amal = staff(writing, "amal@alder-coast.example")
        take(writing, enquiry_of(writing, case_id).id, amal, actor=actor_of(amal), now=START)
    answer = client.submit(page, action="/take")
    assert answer.status_code == 303
    assert "Amal Haddad was faster" in text_of(client.get(answer.location))


def test_my_own_second_press_on_a_row_opens_my_case(client, session, maria):
    case_id = waiting()
    page = client.get("/desk/queue?show=all")
    first, second = (client.submit(page, action="/take") for _press in range(2))
    assert first.location == second.location == f"/c/{session.get(Case, case_id).reference}"
    events = sa.select(sa.func.count(CaseEvent.id)).where(CaseEvent.kind == "enquiry_taken")
    assert session.scalar(events) == 1


def test_an_enquiry_of_another_hospital_cannot_be_taken(client, session, maria):
    case_id = waiting(slug="jinghe")
    waiting()
    page = client.get("/desk/queue?show=all")
    foreign = f"/desk/queue/{enquiry_of(session, case_id).public_id}/take"
    token = page.get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    for address in (foreign, "/desk/queue/%00/take"):
        assert client.post(address, data={"csrf_token": token}).status_code == 404
    assert enquiry_of(session, case_id).taken_by_id is None


def test_addresses_that_only_post_lead_back_to_the_queue(client, maria):
    assert client.get("/desk/queue/next").location == "/desk/queue"
    assert client.get("/desk/queue/aaaaaaaaaaaaaaaa/take").location == "/desk/queue"


def test_a_stranger_signs_in_and_an_advocate_is_told_that_it_is_not_theirs(client, session):
    for path in ("/desk/queue", "/desk/enquiry/new"):
        assert "/desk/sign-in" in client.get(path).location
    with transaction() as writing:
        daniel = staff(writing, "daniel@alder-coast.example")
    as_staff(client, daniel, session)
    assert client.get("/desk/queue").status_code == 403


# --- by telephone ----------------------------------------------------------------------------------------------

CALL = {
    "name": "Мария Сергеевна Иванова",
    "country": "KZ",
    "phone": "8 701 123 45 67",
    "spoken": "ru",
    "language": "en",
    "channel": "phone",
}


def test_a_call_typed_in_is_mine_at_once(client, session, maria):
    answer = client.submit(client.get("/desk/enquiry/new"), consent="y", **CALL)
    assert answer.status_code == 303, text_of(answer)
    enquiry = session.scalars(sa.select(Enquiry)).one()
    assert answer.location == f"/c/{enquiry.case.reference}"
    assert (enquiry.came_by, enquiry.taken_by_id, enquiry.case.specialist_id) == (
        CameBy.PHONE,
        maria.id,
        maria.id,
    )
    assert (enquiry.case.person.phone, enquiry.case.person.timezone) == ("+77011234567", "Asia/Almaty")
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 0


def test_a_call_can_be_left_to_the_queue(client, session, maria):
    client.submit(client.get("/desk/enquiry/new"), take_it=None, email="maria@family.example", **CALL)
    enquiry = session.scalars(sa.select(Enquiry)).one()
    assert enquiry.taken_by_id is None
    assert enquiry.case.health_consent_at is None
    assert session.scalar(sa.select(OutboxMessage.recipient)) == "maria@family.example"


def test_a_caller_who_cannot_be_reached_is_not_saved(client, session, maria):
    answer = client.submit(client.get("/desk/enquiry/new"), **{**CALL, "phone": ""})
    assert answer.status_code == 422
    assert "Enter an e-mail address or a phone number" in text_of(answer)
    assert session.scalar(sa.select(sa.func.count(Enquiry.id))) == 0


def test_a_double_press_opens_one_enquiry(client, session, maria):
    page = client.get("/desk/enquiry/new")
    first, second = (client.submit(page, **CALL) for _press in range(2))
    assert first.location == second.location
    assert session.scalar(sa.select(sa.func.count(Enquiry.id))) == 1
    assert session.get(StaffUser, maria.id).name == "Maria Castillo"


def test_a_number_and_a_name_are_enough(client, session, maria):
    answer = client.submit(client.get("/desk/enquiry/new"), phone="00966 50 123 4567", name="نورة المطيري")
    assert answer.status_code == 303, text_of(answer)
    person = session.scalars(sa.select(Enquiry)).one().case.person
    assert (person.country, person.timezone, person.spoken_language, person.language) == (
        "SA",
        "Asia/Riyadh",
        "ar",
        "ar",
    )


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+1 305 555 0123", "America/New_York"),
        ("+1 213 555 0123", "America/Los_Angeles"),
        ("+7 495 123 45 67", "Europe/Moscow"),
    ],
)
def test_where_a_country_has_many_clocks_the_area_code_says_which(client, session, maria, phone, zone):
    client.submit(client.get("/desk/enquiry/new"), phone=phone, name="Ana Flores")
    assert session.scalars(sa.select(Enquiry)).one().case.person.timezone == zone


def test_a_number_of_no_country_asks_for_the_country(client, session, maria):
    answer = client.submit(client.get("/desk/enquiry/new"), phone="+881 6 123 45678", name="Ana Flores")
    assert answer.status_code == 422
    assert "Choose a country" in text_of(answer)


def test_the_form_says_what_a_number_says(client, session, maria):
    told = client.get("/desk/enquiry/number?phone=%2B966501234567").get_json()["text"]
    assert told == "Saudi Arabia · Arabic · 8:30\u202fPM in Riyadh · Good hour to call"
    assert client.get("/desk/enquiry/number?phone=%00").get_json() == {"text": ""}


# --- urgent, and the hour where they are -------------------------------------------------------------------------


def urgent(case_id) -> None:
    with transaction() as writing:
        writing.scalars(sa.select(Enquiry).where(Enquiry.case_id == case_id)).one().urgency = Urgency.URGENT


def test_urgent_stands_first_and_says_so(client, session, maria):
    waiting("Sooner")
    urgent(waiting("Later", now=START + timedelta(hours=3)))
    rows, _more = queries.queue_rows(session, maria.hospital_ids, (), "")
    assert [row.native_name for row in rows] == ["Later", "Sooner"]
    assert "Urgent Later" in text_of(client.get("/desk/queue?show=all"))


def test_pages_go_on_across_the_border_of_urgency(session, maria, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for hours, name in enumerate("ABCDE"):
        case_id = waiting(name, now=START + timedelta(hours=hours))
        if name in "BDE":
            urgent(case_id)
    seen, after = [], ""
    while True:
        rows, after = queries.queue_rows(session, maria.hospital_ids, (), after)
        seen += [row.native_name for row in rows]
        if not after:
            break
    assert "".join(seen) == "BDEAC"


def test_each_row_says_what_time_it_is_there_and_whether_to_call(client, maria, clock):
    waiting()
    assert "8:30 PM in Riyadh Good hour to call" in text_of(client.get("/desk/queue?show=all"))
    clock.forward(hours=1)
    assert "Do not call now" in text_of(client.get("/desk/queue?show=all"))


def test_one_way_in_can_be_looked_at_alone(client, maria):
    waiting()
    assert "نورة المطيري" in text_of(client.get("/desk/queue?show=all&came=form"))
    assert "No one is waiting here. Others wait." in text_of(client.get("/desk/queue?show=all&came=phone"))
    assert client.get("/desk/queue?came=nonsense").status_code == 200


def test_an_empty_queue_says_what_the_last_day_was(client, session, maria):
    case_id = waiting()
    with transaction() as writing:
        take(
            writing,
            enquiry_of(writing, case_id).id,
            staff(writing, maria.email),
            actor=actor_of(maria),
            now=START,
        )
    page = text_of(client.get("/desk/queue?show=all"))
    assert "The last 24 hours Received 1 Taken 1 Answered 0" in page
