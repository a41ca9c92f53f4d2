"""The page of the review: all a reviewer needs, and a signature that asks for the password."""

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import DecisionOutcome, RecordState
from concierge.models import Case, ChecklistItem, Decision, SignIn, StaffUser
from tests.factories import PASSWORD, a_case, as_portal, as_staff, patient_of, staff

WORDS = {
    "outcome": "not_for_us",
    "reason": "No trial is open",
    "patient_text": "We are sorry.",
    "password": PASSWORD,
}


@pytest.fixture
def case(session):
    with transaction() as writing:
        return a_case(writing, step=Step.CLINICAL, question="Can she travel?")


@pytest.fixture
def desk(client, session, case):
    sign_in(client, session, "dr.ellis@alder-coast.example")
    return client


def sign_in(client, session, email: str) -> None:
    session.rollback()  # a reader that turns writer must not stand on an old snapshot
    as_staff(client, staff(session, email), session)


def page_of(case) -> str:
    return f"/c/{case.reference}/review"


def sign(desk, case, page=None, **fields):
    return desk.submit(page or desk.get(page_of(case)), action="#decide", **{**WORDS, **fields})


def decisions(session) -> list[Decision]:
    session.rollback()
    return list(session.scalars(sa.select(Decision)))


def complete(session, case):
    with transaction() as writing:
        writing.execute(
            sa.update(ChecklistItem)
            .where(ChecklistItem.case_id == case.id)
            .values(state=RecordState.RECEIVED)
        )


def test_the_question_the_story_and_the_records_stand_on_one_page(desk, case):
    page = desk.get(page_of(case)).text
    assert "Can she travel?" in page
    assert "قصة قصيرة" in page
    assert "Pathology report" in page


def test_a_decision_is_signed_with_the_password(desk, session, case):
    assert sign(desk, case).status_code == 303
    (decision,) = decisions(session)
    assert (decision.outcome, decision.signed_by_name) == (DecisionOutcome.NOT_FOR_US, "Dr. Ruth Ellis")
    page = desk.get(page_of(case)).text
    assert "Not told to the family yet" in page


def test_a_wrong_password_signs_nothing_and_keeps_every_word(desk, session, case):
    answer = sign(desk, case, password="not it", patient_text="كلمات للعائلة")
    assert answer.status_code == 422
    assert "Nothing was signed" in answer.text
    assert "كلمات للعائلة" in answer.text
    assert "not it" not in answer.text
    assert decisions(session) == []


def test_guessing_at_signatures_ends_after_ten_tries(desk, session, case, clock):
    page = desk.get(page_of(case))
    for _try in range(10):
        page = sign(desk, case, page, password="guess")
    answer = sign(desk, case, page)
    assert answer.status_code == 422
    assert "Try again in 15 minutes" in answer.text
    clock.forward(minutes=16)
    assert sign(desk, case, answer).status_code == 303


def test_a_right_password_forgets_the_wrong_ones(desk, session, case):
    page = sign(desk, case, password="guess")
    sign(desk, case, page)
    session.rollback()
    user = session.scalars(
        sa.select(StaffUser).where(StaffUser.email == "dr.ellis@alder-coast.example")
    ).one()
    assert user.failed_tries == 0


def test_accepting_on_half_a_file_names_what_is_missing_and_keeps_the_words(desk, session, case):
    answer = sign(desk, case, outcome="accept", patient_text="We can help.")
    assert answer.status_code == 422
    assert "Still missing: " in answer.text
    assert "Pathology report" in answer.text
    assert "We can help." in answer.text
    complete(session, case)
    assert sign(desk, case, answer, outcome="accept", patient_text="We can help.").status_code == 303
    session.rollback()
    assert session.get(Case, case.id, populate_existing=True).step is Step.ACCEPTANCE


def test_need_more_asks_for_what_was_ticked(desk, session, case):
    assert sign(desk, case, outcome="need_more", asked_records=None).status_code == 422
    assert sign(desk, case, outcome="need_more", asked_records=["labs", "images"]).status_code == 303
    (decision,) = decisions(session)
    assert decision.asked_records == ["labs", "images"]
    assert "Recent laboratory results" in desk.get(page_of(case)).text


def test_who_asked_for_a_second_reviewer_finds_no_form(desk, session, case, client):
    sign(desk, case, outcome="second_reviewer")
    page = desk.get(page_of(case))
    assert "Another reviewer signs now" in page.text
    assert 'name="password"' not in page.text
    sign_in(client, session, "dr.nair@alder-coast.example")
    assert sign(client, case).status_code == 303
    assert len(decisions(session)) == 2


def test_the_same_form_sent_twice_signs_once(desk, session, case):
    page = desk.get(page_of(case))
    first, second = sign(desk, case, page), sign(desk, case, page)
    assert first.location == second.location
    assert len(decisions(session)) == 1


def test_a_stale_page_signs_nothing(desk, session, case):
    page = desk.get(page_of(case))
    sign(desk, case)
    assert sign(desk, case, page).status_code == 409
    assert len(decisions(session)) == 1


def test_an_empty_form_and_a_flood_of_words_are_refused_with_reasons(desk, case):
    answer = sign(desk, case, outcome=None, password="")
    assert answer.status_code == 422
    assert "Choose your decision" in answer.text
    assert "Enter your password to sign" in answer.text
    assert sign(desk, case, reason="x" * 10_001).status_code == 422
    assert sign(desk, case, outcome="perhaps").status_code == 422


def test_the_review_is_taken_once(desk, session, case, client):
    with transaction() as writing:
        writing.execute(sa.update(Case).values(reviewer_id=None))
    page = desk.get(page_of(case))
    assert desk.submit(page, action="/review", act="take").status_code == 303
    assert "I take this review" not in desk.get(page_of(case)).text
    sign_in(client, session, "dr.nair@alder-coast.example")
    assert "I take this review" not in client.get(page_of(case)).text


def test_what_was_typed_survives_a_sign_in_that_ran_out(desk, session, case, client, clock):
    page = desk.get(page_of(case))
    with transaction() as writing:
        writing.execute(sa.update(SignIn).values(ended_at=clock()))
    assert sign(client, case, page, patient_text="An hour of careful words").status_code == 302
    sign_in(client, session, "dr.ellis@alder-coast.example")
    again = client.get(page_of(case))
    assert "An hour of careful words" in again.text
    assert sign(client, case, again, patient_text="An hour of careful words").status_code == 303


# --- who may ----------------------------------------------------------------------------------------------------


def test_a_specialist_reads_but_does_not_sign(client, session, case, desk):
    page = desk.get(page_of(case))
    sign_in(client, session, "maria@alder-coast.example")
    assert "Only a reviewer of this hospital can sign." in client.get(page_of(case)).text
    assert sign(client, case, page).status_code == 404
    assert decisions(session) == []


@pytest.mark.parametrize("email", ["dr.xu@jinghe.example", "dr.zhao@jinghe.example"])
def test_a_reviewer_of_another_hospital_finds_nothing(client, session, case, email):
    sign_in(client, session, email)
    assert client.get(page_of(case)).status_code == 404


def test_a_patient_never_reaches_the_review(client, session, case):
    as_portal(client, patient_of(session, case), session)
    assert client.get(page_of(case)).status_code == 302


def test_after_the_step_the_page_stays_readable_without_a_form(client, session, desk):
    with transaction() as writing:
        later = a_case(writing, step=Step.ACCEPTANCE)
    page = desk.get(page_of(later))
    assert page.status_code == 200
    assert "A decision is signed while the case is in the review step." in page.text
