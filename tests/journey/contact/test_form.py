"""The contact form through a browser without a script: five questions, check, sent; saved, resumed, sent once."""

from datetime import date

import pytest
import sqlalchemy as sa

from concierge.cases.actions import close
from concierge.db import transaction
from concierge.domain.access import SYSTEM
from concierge.domain.journey import Exit
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import Channel, HelpWanted, Relation, Writer
from concierge.models import Case, CaseParticipation, ContactDraft, Enquiry, OutboxMessage, Person, Throttle
from tests.factories import hospitals
from tests.journey.contact.family import ANSWERS, begun, fill, send, text_of, title_of

pytestmark = pytest.mark.usefixtures("houses")


def the_enquiry(session) -> Enquiry:
    return session.scalars(sa.select(Enquiry)).one()


def count(session, model) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_an_arabic_family_goes_from_the_first_question_to_a_reference(client, session):
    assert fill(client).location.endswith("/ar/contact/check")
    answer = send(client)
    assert answer.status_code == 303
    page = client.get(answer.location)
    html = page.get_data(as_text=True)
    assert '<html lang="ar" dir="rtl"' in html
    enquiry = the_enquiry(session)
    assert enquiry.case.reference in html
    assert not any(word in html for word in ("نورة", "خالد", "family.example", "Breast"))
    person = enquiry.case.person
    assert (person.native_name, person.phone, person.phone_typed) == (
        "نورة سعد المطيري",
        "+966501234567",
        "٠٥٠ ١٢٣ ٤٥٦٧",
    )
    assert (person.timezone, person.language, person.channel) == ("Asia/Riyadh", "ar", Channel.WHATSAPP)
    assert (person.email, person.birth_on) == ("khalid@family.example", date(1968, 3, 14))
    assert (enquiry.writer, enquiry.writer_name, enquiry.help_wanted, enquiry.story) == (
        Writer.FAMILY,
        "خالد المطيري",
        HelpWanted.SECOND_OPINION,
        "كتبنا القصة هنا.",
    )
    part = session.scalars(sa.select(CaseParticipation)).one()
    assert part.relation is Relation.CHILD
    assert session.scalars(sa.select(OutboxMessage.language)).all() == ["ar"]
    assert count(session, ContactDraft) == 0


def test_the_promise_stands_in_both_clocks(client):
    begun(client)
    page = client.get(send(client, "en").location)
    assert "Tue, Nov 24, 1:30" in text_of(page)
    assert "Wed, Nov 25, 12:30" in text_of(page)
    assert "Los Angeles" in text_of(page)
    assert "Riyadh" in text_of(page)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_an_empty_page_says_what_is_missing_and_keeps_the_reader(client, number):
    page = client.get(f"/en/contact/{number}")
    empty = dict.fromkeys(ANSWERS[number])
    answer = client.submit(page, button="on", **empty)
    assert answer.status_code == 422
    assert title_of(answer).startswith("Error: ")
    assert 'id="error-summary"' in answer.get_data(as_text=True)


def test_one_changed_answer_leads_straight_back_to_the_check(client):
    begun(client)
    page = client.get("/en/contact/2")
    answer = client.submit(page, button="on", help_wanted="cost")
    assert answer.location.endswith("/en/contact/check")
    assert "To know what it costs" in text_of(client.get(answer.location))


def test_a_changed_channel_asks_for_the_phone_that_it_needs(client):
    begun(client, channel="email", phone="")
    answer = client.submit(client.get("/en/contact/4"), button="on", channel="phone")
    assert answer.location.endswith("/en/contact/5")
    assert client.get("/en/contact/check").location.endswith("/en/contact/5")


def test_a_country_with_several_clocks_is_asked_for_its_own(client, session):
    answer = fill(client, "en", upto=4, country="US")
    assert answer.location.endswith("/en/contact/time")
    page = client.get(answer.location)
    assert "now 11:30" in text_of(page)
    client.submit(page, button="on", place="America/Chicago")
    client.submit(client.get("/en/contact/5"), button="on", **{**ANSWERS[5], "phone": "+1 312 555 0142"})
    assert "Time in Chicago" in text_of(client.get("/en/contact/check"))
    send(client, "en")
    assert the_enquiry(session).case.person.timezone == "America/Chicago"


def test_a_son_in_london_may_write_in_his_own_time(client, session):
    begun(client)
    page = client.get("/en/contact/time")
    assert client.submit(page, button="on", place="elsewhere").status_code == 422
    client.submit(page, button="on", place="elsewhere", elsewhere="Europe/London")
    send(client, "en")
    assert the_enquiry(session).case.person.timezone == "Europe/London"


@pytest.mark.parametrize(
    ("typed", "hijri", "on", "kept"),
    [
        ("1968-03-14", None, date(1968, 3, 14), ""),
        ("١٩٦٨", None, None, "١٩٦٨"),
        ("2000-02-29", None, date(2000, 2, 29), ""),
        ("1388/9/14", "y", date(1968, 12, 4), "1388/9/14"),
    ],
)
def test_a_birth_date_is_kept_as_it_is_known(client, session, typed, hijri, on, kept):
    begun(client, upto=4)
    client.submit(client.get("/ar/contact/5"), button="on", **{**ANSWERS[5], "birth": typed, "hijri": hijri})
    send(client)
    person = the_enquiry(session).case.person
    assert (person.birth_on, person.birth_typed) == (on, kept)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2001-02-29", "This day does not exist"),
        ("1388-09-14", "looks like a Hijri year"),
        ("03/04/1980", "year, month and day in this order"),
        ("2031-01-01", "in the future"),
        ("yesterday", "in figures"),
        ("\u202e1968", None),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused_with_the_fix(client, typed, said):
    begun(client, upto=4)
    answer = client.submit(client.get("/en/contact/5"), button="on", **{**ANSWERS[5], "birth": typed})
    assert answer.status_code == (422 if said else 303)
    assert said is None or said in text_of(answer)


def test_strange_letters_neither_break_the_page_nor_pass_into_a_name(client, session):
    story = "👩‍⚕️ " + "س" * 9_990 + "\x00\u202e"
    fill(client, name="\x00نورة\u202e سعد\u200f", called="🌸", story=story)
    send(client)
    enquiry = the_enquiry(session)
    assert (enquiry.case.person.native_name, enquiry.case.person.called) == ("نورة سعد", "🌸")
    assert enquiry.story == "👩‍⚕️ " + "س" * 9_990


def test_a_story_that_is_too_long_is_refused_and_not_cut(client):
    begun(client, upto=2)
    story = "a" * 10_001
    for button in ("on", "later"):
        answer = client.submit(client.get("/en/contact/3"), button=button, illness="lung", story=story)
        assert answer.status_code == 422
        assert story in answer.get_data(as_text=True)


def test_an_answer_that_is_not_on_the_list_is_refused(client, session):
    answer = client.submit(client.get("/en/contact/1"), button="on", writer="'; DROP", hospital="\x00" * 50)
    assert answer.status_code == 422
    assert session.scalars(sa.select(ContactDraft.answers)).all() == [{}]


def test_a_second_press_leads_to_the_same_confirmation(client, session):
    begun(client)
    page = client.get("/ar/contact/check")
    first, second = (client.submit(page, consent="y") for _press in range(2))
    assert first.location == second.location
    assert count(session, Enquiry) == count(session, OutboxMessage) == 1


def test_a_second_window_leads_to_the_same_confirmation(client, session):
    begun(client)
    pages = [client.get("/ar/contact/check") for _window in range(2)]
    first, second = (client.submit(page, consent="y") for page in pages)
    assert first.location == second.location
    assert client.get("/ar/contact/check").location == first.location
    assert count(session, Enquiry) == 1


def test_nothing_is_sent_without_the_permission(client, session):
    begun(client)
    answer = client.submit(client.get("/en/contact/check"))
    assert answer.status_code == 422
    assert title_of(answer).startswith("Error: ")
    assert count(session, Enquiry) == 0


def test_a_program_that_fills_the_hidden_box_is_stopped_and_a_person_can_empty_it(client, session):
    begun(client)
    answer = client.submit(client.get("/en/contact/check"), consent="y", website="http://spam.example")
    assert answer.status_code == 422
    assert count(session, Enquiry) == 0
    assert client.submit(answer, consent="y", website="").status_code == 303


def test_the_language_can_be_changed_on_the_way_and_the_last_one_counts(client, session):
    begun(client, upto=3)
    switched = client.get("/language/ar?next=/en/contact/3")
    assert switched.location == "/ar/contact/3"
    assert "كتبنا القصة هنا." in client.get(switched.location).get_data(as_text=True)
    for number in (4, 5):
        client.submit(client.get(f"/ar/contact/{number}"), button="on", **ANSWERS[number])
    send(client)
    assert the_enquiry(session).language == "ar"


def test_what_was_typed_with_an_error_is_not_lost_either(client):
    begun(client, upto=4)
    client.submit(client.get("/en/contact/5"), button="on", **{**ANSWERS[5], "email": "no address"})
    assert "نورة سعد المطيري" in client.get("/ar/contact/5").get_data(as_text=True)


def test_a_draft_goes_on_in_another_browser_by_its_link(client, app, session):
    answer = client.submit(client.get("/en/contact/1"), button="later", writer="family")
    assert answer.location.endswith("/en/contact/save")
    page = client.get(answer.location)
    mailed = client.submit(page, email="Khalid@family.example")
    assert mailed.status_code == 303
    mail = session.scalars(sa.select(OutboxMessage)).one()
    assert (mail.event, mail.recipient, list(mail.context)) == (
        "contact_resume",
        "khalid@family.example",
        ["url"],
    )
    other = app.test_client()
    assert other.get("/en/contact/2").status_code == 200
    resumed = other.get(mail.context["url"].removeprefix("http://localhost"))
    assert resumed.location.endswith("/en/contact/1")
    assert 'value="family" checked' in other.get(resumed.location).get_data(as_text=True)


def test_a_draft_is_kept_for_thirty_days(client, clock, session):
    begun(client, upto=2)
    link = client.get("/en/contact/save").get_data(as_text=True).partition("/resume/")[2].partition("<")[0]
    clock.forward(days=29)
    assert client.get(f"/en/contact/resume/{link}").location.endswith("/en/contact/3")
    clock.forward(days=2)
    gone = client.get(f"/en/contact/resume/{link}")
    assert gone.location.endswith("/en/contact")
    assert "30 days" in text_of(client.get(gone.location))
    assert client.get("/en/contact/check").location.endswith("/en/contact")


def test_a_page_that_outlived_its_draft_keeps_what_is_typed_now(client, clock, session):
    begun(client, upto=2)
    page = client.get("/en/contact/3")
    clock.forward(days=31)
    answer = client.submit(page, button="on", **ANSWERS[3])
    assert answer.location.endswith("/en/contact/1")
    assert "كتبنا القصة هنا." in client.get("/en/contact/3").get_data(as_text=True)


def test_a_sent_link_leads_to_the_confirmation(client, app):
    begun(client)
    link = client.get("/en/contact/save").get_data(as_text=True).partition("/resume/")[2].partition("<")[0]
    sent = send(client, "en").location
    assert app.test_client().get(f"/en/contact/resume/{link}").location == sent


def test_everything_can_be_deleted_and_begun_again(client, session):
    begun(client, upto=3)
    page = client.get("/en/contact")
    assert "not sent yet" in text_of(page)
    assert client.submit(page).location.endswith("/en/contact/1")
    assert count(session, ContactDraft) == 0


def test_the_hospital_of_the_link_is_already_chosen(client):
    page = client.get("/en/contact?hospital=jinghe").get_data(as_text=True)
    assert "/en/contact/1?hospital=jinghe" in page
    assert 'value="jinghe" checked' in client.get("/en/contact/1?hospital=jinghe").get_data(as_text=True)


def test_a_family_that_is_not_sure_reads_which_hospital_and_why(client, session):
    begun(client, hospital="not_sure", spoken="vi")
    assert "Jinghe International Hospital. We chose it for you" in text_of(client.get("/en/contact/check"))
    send(client, "en")
    assert the_enquiry(session).hospital_id == hospitals(session)["jinghe"].id


def test_a_flood_from_one_address_is_stopped_and_the_answers_stay(client, session, clock):
    begun(client)
    page = client.get("/en/contact/check")
    key = f"contact_send:{hash_token('127.0.0.1')}"
    with transaction() as writing:
        writing.add(Throttle(key=key, window_ends_at=clock.forward(minutes=1), count=20))
    clock.forward(minutes=-1)
    assert client.submit(page, consent="y").status_code == 429
    assert count(session, Enquiry) == 0
    clock.forward(minutes=20)
    assert send(client, "en").status_code == 303


def test_a_guessed_confirmation_is_not_found(client):
    for guess in ("aaaaaaaaaaaaaaaa", "%00", "%ff", "a" * 3000):
        assert client.get(f"/en/contact/sent/{guess}").status_code == 404


def test_the_confirmation_stays_true_as_the_case_goes_on(client, clock, session):
    begun(client)
    url = send(client, "en").location
    assert "You hear from us at the latest" in text_of(client.get(url))
    clock.forward(hours=5)
    assert "We are late" in text_of(client.get(url))
    with transaction() as writing:
        case = writing.scalars(sa.select(Case)).one()
        case.replied_at = clock()
    assert "We have answered you" in text_of(client.get(url))
    with transaction() as writing:
        case = writing.scalars(sa.select(Case)).one()
        close(writing, case, exit=Exit.DIED, reason="", actor=SYSTEM, now=clock())
    page = text_of(client.get(url))
    assert "This request is closed" in page
    assert "answer" not in page


def test_private_pages_stay_out_of_caches_and_search(client):
    begun(client, upto=2)
    for path in ("/en/contact/1", "/en/contact/save", "/en/contact/time"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.status_code == 302 or 'content="noindex"' in answer.get_data(as_text=True)


def test_the_title_of_no_page_tells_an_illness(client):
    from concierge.domain.discreet import is_discreet

    begun(client)
    paths = [f"/ar/contact/{number}" for number in ANSWERS] + [
        "/ar/contact",
        "/ar/contact/check",
        "/ar/contact/save",
    ]
    assert [path for path in paths if not is_discreet(title_of(client.get(path)))] == []


def test_a_person_is_one_row_for_one_enquiry(client, session):
    begun(client)
    send(client)
    assert count(session, Person) == 1
