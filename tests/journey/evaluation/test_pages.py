"""The schedule and plan tabs, the weeks, and what the family sees of its days and its way home."""

import io

import icalendar
import pypdf
import pytest
import sqlalchemy as sa

from concierge.domain import vocabulary as v
from concierge.domain.discreet import indiscreet_words
from concierge.domain.journey import CaseState, Step
from concierge.journey.evaluation import actions, queries
from concierge.models import Answer, Appointment, InterpreterAssignment, Plan
from tests.factories import a_case, account, as_portal, as_staff, patient_of, staff, takes_part
from tests.journey.evaluation.conftest import FRIDAY, NORA, TOM, held, newest, order, resource
from tests.support.clock import START

TYPED = {
    "kind": "consultation", "day": "2026-12-08", "start": "09:00", "minutes": "60", "preparation": "none",
    "note": "To know you",
}  # fmt: skip


@pytest.fixture
def tom(client, session):
    as_staff(client, staff(session, TOM), session)


def _schedule(client, case):
    return client.get(f"/c/{case.reference}/schedule")


def _add(client, case, **changes):
    return client.submit(_schedule(client, case), action="/schedule/add", **(TYPED | changes))


def _count(session):
    newest(session)
    return session.scalar(sa.select(sa.func.count(Appointment.id)).where(Appointment.is_cancelled.is_(False)))


def test_an_appointment_is_set_on_the_page_once(client, session, case, tom):
    page = _schedule(client, case)
    for _again in range(2):
        assert client.submit(page, action="/schedule/add", **TYPED).status_code == 303
    assert _count(session) == 1
    assert "Talk with the doctor" in _schedule(client, case).text


@pytest.mark.parametrize(
    "bad",
    [
        {"day": "2026-12-25"},
        {"day": ""},
        {"start": "09:07"},
        {"start": "23:00"},
        {"minutes": "7"},
        {"kind": "party"},
        {"clinician": "999999"},
        {"note": "x" * 10_000},
        {"preparation": None},
    ],
)
def test_what_the_form_did_not_offer_is_refused(client, session, case, tom, bad):
    assert _add(client, case, **bad).status_code == 422
    assert _count(session) == 0


def test_a_clash_names_both_and_keeps_what_was_typed(client, session, case, tom, nora):
    other = held(session)
    ellis = resource(session, "Dr. Ruth Ellis")
    actions.set_appointment(session, other, order(clinician_id=ellis), actor=nora, now=START)
    session.commit()
    answer = _add(client, case, clinician=str(ellis), note="Kept as typed", start="09:30")
    assert answer.status_code == 409
    assert (
        "Dr. Ruth Ellis" in answer.text and other.reference in answer.text and "Kept as typed" in answer.text
    )
    assert _count(session) == 1


def test_an_appointment_is_moved_and_taken_out(client, session, case, tom, nora):
    visit, other = actions.set_appointment(session, case, order(), actor=nora, now=START), held(session)
    session.commit()
    url = f"/c/{case.reference}/schedule/{visit.public_id}"
    page = client.get(url)
    assert client.submit(page, action=visit.public_id, start="11:00").status_code == 303
    assert client.submit(page, action=visit.public_id, start="12:00", once="y" * 32).status_code == 409
    assert client.submit(client.get(url), action="/cancel").status_code == 303
    assert _count(session) == 0
    assert "cancelled" in client.get(url).text
    assert client.get(f"/c/{other.reference}/schedule/{visit.public_id}").status_code == 404


def test_the_evaluation_is_marked_as_held(client, session, tom):
    case = a_case(session, step=Step.EVALUATION)
    session.commit()
    page = _schedule(client, case)
    refused = client.submit(page, action="/schedule/held")
    assert refused.status_code == 422 and "Tick the box" in refused.text
    assert client.submit(_schedule(client, case), action="/schedule/held", is_early="y").status_code == 303
    newest(session)
    assert session.get(Plan, case.id).evaluation_held_at == START


@pytest.mark.parametrize(
    ("email", "path", "status"),
    [
        ("gao@jinghe.example", "schedule", 404),
        ("gao@jinghe.example", "plan", 404),
        ("gao@jinghe.example", "schedule/add", 404),
        ("maria@alder-coast.example", "schedule/add", 403),
        ("daniel@alder-coast.example", "plan/write", 403),
        ("daniel@alder-coast.example", "plan/folder.pdf", 403),
        (TOM, "plan/write", 403),
    ],
)
def test_each_tab_asks_for_its_right_in_the_hospital_of_the_case(client, session, case, email, path, status):
    as_staff(client, staff(session, email), session)
    assert client.get(f"/c/{case.reference}/{path}").status_code == status


def test_the_weeks_list_my_hospitals_evaluations_in_pages(client, session, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    cases = [held(session) for _n in range(3)]
    there = held(session, slug="jinghe")
    session.commit()
    as_staff(client, staff(session, NORA), session)
    first = client.get("/evaluations")
    assert all(case.reference in first.text for case in cases[:2])
    assert cases[2].reference not in first.text and there.reference not in first.text
    assert cases[2].reference in client.get(f"/evaluations?after={FRIDAY.replace(day=8)}.{cases[1].id}").text
    assert client.get("/evaluations?after=nonsense").status_code == 200


# --- the family ---------------------------------------------------------------------------------------------


def _patient(client, session, case):
    as_portal(client, patient_of(session, case), session)


def _visit(session, case, nora, **facts):
    visit = actions.set_appointment(session, case, order(**facts), actor=nora, now=START)
    session.commit()
    return visit


@pytest.fixture
def published(session, case, nora):
    """Two appointments, one with an interpreter, and a confirmed trip."""
    room = resource(session, "PET scanner 1")
    visit = _visit(
        session, case, nora, kind=v.AppointmentKind.PET, preparation=v.Preparation.FASTING, room_id=room
    )
    _visit(session, case, nora, clock="13:00", note="To know you")
    session.add(
        InterpreterAssignment(
            case_id=case.id, interpreter_id=resource(session, "Hala Mansour"), language="ar",
            modality=v.Modality.ON_SITE, starts_at=visit.starts_at, ends_at=visit.ends_at, booked_by="Tom",
            booked_at=START,
        )
    )  # fmt: skip
    session.get(Answer, case.id).trip_confirmed_at = START
    session.commit()
    return case


def test_times_are_promised_before_the_trip_is_confirmed_and_shown_after(client, session, case, nora):
    _visit(session, case, nora, note="To know you")
    reader = patient_of(session, case)
    reader.language = "en"
    session.commit()
    _patient(client, session, case)
    url = f"/portal/{case.public_id}/evaluation"
    before = client.get(url).text
    assert "December 1, 2026" in before and "To know you" not in before
    assert client.get(f"{url}.ics").status_code == 404
    session.get(Answer, case.id).trip_confirmed_at = START
    session.commit()
    assert "To know you" in client.get(url).text


def test_a_day_has_both_clocks_place_interpreter_and_free_time(client, session, published):
    patient_of(session, published).language = "en"
    session.commit()
    _patient(client, session, published)
    page = client.get(f"/portal/{published.public_id}/evaluation").text
    for words in (
        "Los Angeles",
        "Riyadh",
        "Building B, floor 1",
        "Hala Mansour",
        "Do not eat",
        "Free time",
        "Day 1 of 4",
    ):
        assert words in page
    assert page.count("data-next-action") == 1


def test_the_calendar_file_tells_nothing_and_keeps_the_hospitals_clock(client, session, published):
    _patient(client, session, published)
    answer = client.get(f"/portal/{published.public_id}/evaluation.ics")
    assert answer.mimetype == "text/calendar"
    calendar = icalendar.Calendar.from_ical(answer.data)
    events = calendar.walk("VEVENT")
    assert len(events) == 2
    assert str(events[0]["DTSTART"].params["TZID"]) == "America/Los_Angeles"
    assert events[0]["DTSTART"].dt.hour == 9
    text = answer.get_data(as_text=True)
    assert "PET" not in text and not indiscreet_words(text)


def test_the_trip_area_is_enough_for_the_days_but_not_for_the_plan(client, session, published):
    driver = account(session, "driver@family.example")
    takes_part(session, published, driver, v.Relation.FRIEND)
    session.commit()
    as_portal(client, driver, session)
    assert client.get(f"/portal/{published.public_id}/evaluation").status_code == 200
    for path in ("after", "after/choice", "after/understood", "after/folder.pdf"):
        assert client.get(f"/portal/{published.public_id}/{path}").status_code == 404


# --- the plan -----------------------------------------------------------------------------------------------


@pytest.fixture
def evaluated(session):
    made = a_case(session, step=Step.EVALUATION)
    session.add(Plan(case_id=made.id, evaluation_held_at=START))
    session.commit()
    return made


def _plan(client, case):
    return client.get(f"/c/{case.reference}/plan")


WORDS = {"text": "Three cycles.", "warning_signs": "Fever.", "contacts": "+1 213 555 0100"}
CALL = {
    "minutes": "45",
    "participants": "Noura",
    "outcome": "held",
    "interpreter": "professional",
    "spoken": "ar",
}


def test_a_plan_goes_from_pen_to_folder_through_the_pages(client, session, evaluated):
    case, pid = evaluated, evaluated.public_id
    as_staff(client, staff(session, NORA), session)
    translated = {
        "translated_text": "ثلاث دورات",
        "checked_by": "Hala Mansour",
        "medicines": "Ondansetron 8 mg",
    }
    assert client.submit(_plan(client, case), action="/plan/write", **WORDS, **translated).status_code == 303
    newest(session)
    _patient(client, session, case)
    assert "ثلاث دورات" not in client.get(f"/portal/{pid}/after").text
    assert client.submit(_plan(client, case), action="/plan/explain", **CALL).status_code == 303
    page = client.get(f"/portal/{pid}/after")
    assert "ثلاث دورات" in page.text and "Hala Mansour" in page.text and "Three cycles." in page.text
    assert client.submit(page, action="/after/understood").status_code == 303
    page = client.get(f"/portal/{pid}/after")
    refused = client.submit(page, action="/after/choice", choice="return_later", return_on="")
    assert refused.status_code == 422
    assert (
        client.submit(page, action="/after/choice", choice="return_later", return_on="2027-01-12").status_code
        == 303
    )
    assert client.get(f"/portal/{pid}/after/folder.pdf").status_code == 404
    assert client.submit(_plan(client, case), action="/plan/folder").status_code == 303
    newest(session)
    assert case.state is CaseState.CLOSED
    folder = client.get(f"/portal/{pid}/after/folder.pdf")
    assert f"{case.reference}-folder.pdf" in folder.headers["Content-Disposition"]
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(folder.data)).pages)
    assert "Three cycles." in text.replace("\n", " ") and "Ondansetron" in text


def test_a_part_that_nobody_has_translated_says_so(client, session, evaluated):
    plan = session.get(Plan, evaluated.id)
    plan.text, plan.warning_signs, plan.contacts = "Three cycles.", "Fever.", "Call us."
    plan.written_at = plan.explained_at = START
    plan.explained_language = "ar"
    patient_of(session, evaluated).language = "ar"
    session.commit()
    _patient(client, session, evaluated)
    page = client.get(f"/portal/{evaluated.public_id}/after").text
    assert page.count('class="notice warn"') == 3


def test_a_stale_plan_form_overwrites_nothing(client, session, evaluated):
    as_staff(client, staff(session, NORA), session)
    first, second = _plan(client, evaluated), _plan(client, evaluated)
    assert client.submit(first, action="/plan/write", **WORDS).status_code == 303
    assert client.submit(second, action="/plan/write", **(WORDS | {"text": "Other."})).status_code == 409
    newest(session)
    assert session.get(Plan, evaluated.id).text == "Three cycles."


@pytest.mark.parametrize(
    "bad", [{"text": ""}, {"warning_signs": " "}, {"text": "x" * 10_001}, {"translated_text": "x"}]
)
def test_a_plan_without_its_parts_is_shown_again(client, session, evaluated, bad):
    as_staff(client, staff(session, NORA), session)
    answer = client.submit(
        _plan(client, evaluated), action="/plan/write", **(WORDS | {"contacts": "Kept", **bad})
    )
    assert answer.status_code == 422 and "Kept" in answer.text


def test_an_advocate_sees_how_far_the_plan_is_but_not_its_words(client, session, evaluated):
    plan = session.get(Plan, evaluated.id)
    plan.text, plan.written_at = "Three cycles.", START
    session.commit()
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    page = _plan(client, evaluated).text
    assert "Three cycles." not in page and "not for your role" in page


def test_a_return_day_that_does_not_exist_is_refused(client, session, evaluated):
    plan = session.get(Plan, evaluated.id)
    plan.text, plan.written_at, plan.explained_at, plan.acknowledged_at = "x", START, START, START
    session.commit()
    _patient(client, session, evaluated)
    page = client.get(f"/portal/{evaluated.public_id}/after")
    for bad in ("2027-02-29", "soon", "2020-01-01"):
        answer = client.submit(page, action="/after/choice", choice="return_later", return_on=bad)
        assert answer.status_code == 422
