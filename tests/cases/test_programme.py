"""A case changes its programme: its steps, tasks and pages follow, and a finished opinion can become a treatment."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from concierge.cases import actions as cases
from concierge.cases.programme.actions import change_programme, choices_of, note_place
from concierge.db import transaction
from concierge.domain.access import SYSTEM
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import CaseState, Exit, Step
from concierge.domain.tasks import TaskState
from concierge.domain.vocabulary import DecisionOutcome, EstimateState, Programme, RecordState
from concierge.journey.acceptance import papers
from concierge.models import Case, CaseTask, ChecklistItem, Decision, Estimate
from tests.factories import a_case, actor_of, as_portal, patient_of, staff
from tests.support.clock import START

OPINION, TELEHEALTH, TREATMENT = Programme.SECOND_OPINION, Programme.TELEHEALTH, Programme.TREATMENT


@pytest.fixture
def maria(session):
    return actor_of(staff(session, "maria@alder-coast.example"))


def open_tasks(session, case) -> set[str]:
    live = sa.and_(CaseTask.case_id == case.id, CaseTask.state == TaskState.OPEN)
    return set(session.scalars(sa.select(CaseTask.code).where(live)))


def told(session, case, outcome=DecisionOutcome.ACCEPT) -> Decision:
    """The records are here, the opinion is signed and told."""
    items = sa.update(ChecklistItem).where(ChecklistItem.case_id == case.id)
    session.execute(items.values(state=RecordState.RECEIVED))
    decision = Decision(
        case_id=case.id, outcome=outcome, patient_text="Go on as planned.", proposed_tests="A second biopsy",
        signed_by_id=case.reviewer_id, signed_by_name="Dr. Ruth Ellis", signed_at=START, told_at=START,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    session.expire_all()
    cases.settle(session, case, SYSTEM, START)
    return decision


def test_tasks_follow_the_programme(session, maria):
    case = a_case(session, step=Step.CONSULT)
    change_programme(session, case, OPINION, reason="cannot travel", actor=maria, now=START)
    assert "agree_opinion_delivery" in open_tasks(session, case)
    change_programme(session, case, TREATMENT, actor=maria, now=START)
    assert open_tasks(session, case) == {"ask_home_doctor", "offer_interpreter", "ask_referral_letter"}


def test_tasks_of_a_case_on_hold_rest_also_when_the_programme_changes(session, maria):
    case = a_case(session, step=Step.CONSULT)
    cases.hold(session, case, until=date(2026, 12, 1), reason="travels", actor=maria, now=START)
    change_programme(session, case, OPINION, actor=maria, now=START)
    assert open_tasks(session, case) == set()
    cases.wake(session, case, actor=maria, now=START)
    assert "agree_opinion_delivery" in open_tasks(session, case)


def test_a_case_behind_the_last_step_keeps_its_programme(session, maria):
    case = a_case(session, step=Step.ACCEPTANCE)
    with pytest.raises(InvalidInput, match="programme_too_late"):
        change_programme(session, case, OPINION, actor=maria, now=START)
    assert choices_of(case) == [TREATMENT]


def test_an_opinion_that_was_told_is_complete_and_can_become_a_treatment_where_the_costs_are_settled(
    session, maria
):
    case = a_case(session, step=Step.CLINICAL, programme=OPINION)
    told(session, case)
    assert (case.state, case.exit, case.step) == (CaseState.CLOSED, Exit.COMPLETED, Step.CLINICAL)
    change_programme(session, case, TREATMENT, reason="they come", actor=maria, now=START + timedelta(days=9))
    assert (case.state, case.step, case.next_code) == (CaseState.OPEN, Step.ACCEPTANCE, "say_yes")
    assert "check_passport" in open_tasks(session, case)


def test_without_settled_costs_it_begins_again_with_them(session, maria):
    case = a_case(session, step=Step.CLINICAL, programme=OPINION)
    told(session, case)
    session.execute(sa.update(Estimate).values(state=EstimateState.SUPERSEDED))
    session.expire_all()
    change_programme(session, case, TREATMENT, reason="they come", actor=maria, now=START)
    assert (case.step, case.next_code) == (Step.FINANCE, "issue_estimate")


def test_only_a_finished_opinion_is_taken_up_for_another_programme(session, maria):
    case = a_case(session, step=Step.CLINICAL, programme=OPINION)
    cases.close(session, case, exit=Exit.COST, reason="", actor=SYSTEM, now=START)
    with pytest.raises(NotAllowed, match="case_not_open"):
        change_programme(session, case, TREATMENT, actor=maria, now=START)
    done = a_case(session, step=Step.CLINICAL, programme=OPINION)
    told(session, done)
    with pytest.raises(InvalidInput, match="programme_too_late"):
        change_programme(session, done, TELEHEALTH, actor=maria, now=START)


def test_telehealth_asks_first_where_the_patient_is_and_stops_where_no_rule_is(session, maria):
    case = a_case(session, step=Step.CONSULT)
    change_programme(session, case, TELEHEALTH, actor=maria, now=START)
    assert (case.next_code, case.waiting_on) == ("note_place", "patient")
    with pytest.raises(InvalidInput, match="country_needed"):
        note_place(session, case, "", actor=maria, now=START)
    note_place(session, case, "FR", actor=maria, now=START)
    assert case.next_code == "change_programme"
    note_place(session, case, "SA", actor=maria, now=START + timedelta(days=1))
    assert (case.next_code, case.present_country_at) == ("hold_call", START + timedelta(days=1))


def test_the_rail_the_tabs_and_the_home_show_four_steps(client, sign_in, session):
    with transaction() as writing:
        case = a_case(writing, step=Step.CLINICAL, programme=OPINION, language="en")
        patient = patient_of(writing, case)
    sign_in("maria")
    page = BeautifulSoup(client.get(f"/c/{case.reference}/people").text, "html.parser")
    assert len(page.select(".rail li")) == 4
    tabs = page.select_one(".tabs").text
    assert "Travel" not in tabs and "Schedule" not in tabs and "Plan" not in tabs and "Answer" in tabs
    assert "Second opinion" in client.get("/board").text
    assert "Evaluation dates" not in client.get(f"/c/{case.reference}/answer").text
    as_portal(client, patient, session)
    home = BeautifulSoup(client.get(f"/portal/{case.public_id}/home").text, "html.parser")
    assert [row.b.text for row in home.select(".steps li")][-1] == "Our written opinion"
    assert "Trip" not in home.select_one("nav.bottom, nav[aria-label]").text


def test_the_written_opinion_is_read_and_kept(client, session):
    with transaction() as writing:
        case = a_case(writing, step=Step.CLINICAL, programme=OPINION, language="en")
        patient = patient_of(writing, case)
        told(writing, case)
    as_portal(client, patient, session)
    home = client.get(f"/portal/{case.public_id}/home").text
    assert "You have our written opinion" in home and "going home" not in home
    answer = client.get(f"/portal/{case.public_id}/answer").text
    assert "Go on as planned." in answer and "Yes, plan my visit" not in answer
    letter = client.get(f"/portal/{case.public_id}/answer/letter.pdf")
    assert letter.data.startswith(b"%PDF")
    assert letter.headers["Content-Disposition"].endswith(f"{case.reference}-letter.pdf")


@pytest.mark.parametrize("language", ["ar", "zh_Hans", "en"])
def test_the_letter_is_written_in_every_language(app, session, language):
    case = a_case(session, step=Step.CLINICAL, programme=OPINION, language=language)
    decision = told(session, case)
    with app.test_request_context():
        assert papers.answer_letter(case, decision, None, START).startswith(b"%PDF")


def test_the_page_of_the_programme_changes_it_and_notes_the_place(client, sign_in, open_case, session):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    url = f"/c/{case.reference}/programme"
    refused = client.submit(client.get(url), action="/programme/change", programme="telehealth", reason="")
    assert refused.status_code == 422
    client.submit(refused, action="/programme/change", programme="telehealth", reason="too weak to fly")
    page = client.get(url)
    assert "Where the patient is now" in page.text
    client.submit(page, action="/programme/place", country="FR")
    assert "Our hospital has no rule for this country" in client.get(url).text
    client.submit(client.get(url), action="/programme/place", country="SA")
    session.rollback()
    assert session.get(Case, case.id, populate_existing=True).next_code == "hold_call"
