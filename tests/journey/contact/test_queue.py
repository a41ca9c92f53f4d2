"""The queue page, and a phone call typed in."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import CameBy
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
