"""The patient's home: one next step, whom we wait for, and nothing that the reader was not given."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.cases import actions
from concierge.db import transaction
from concierge.domain.access import SYSTEM, Area, Participation
from concierge.domain.journey import CaseFacts, Exit, Step, conditions
from concierge.domain.vocabulary import (
    DecisionOutcome,
    DepositGate,
    MessageKind,
    Programme,
    RecordState,
    Relation,
)
from concierge.models import Case, ChecklistItem, Decision, Message
from concierge.portal.next_step import FAREWELL, PATIENT_ACTION, WAITING, Act, next_step
from concierge.web.happenings import ACTION
from tests import factories as make
from tests.support.clock import START, StillClock

EVERYTHING = Participation(is_patient=True, areas=frozenset())


def home_of(client: FlaskClient, case: Case):
    page = client.get(f"/portal/{case.public_id}/home")
    assert page.status_code == 200
    return page


def card_of(client: FlaskClient, case: Case):
    """The one highlighted card."""
    cards = BeautifulSoup(home_of(client, case).text, "html.parser").select("[data-next-action]")
    assert len(cards) == 1
    return cards[0]


def words(card) -> str:
    return " ".join(card.get_text(" ").split())


def scene(client: FlaskClient, step: Step = Step.CONTACT, **facts) -> Case:
    """A case in a step, its patient signed in and reading English."""
    with transaction() as session:
        case = make.a_case(session, step=step, language="en", **facts)
        make.as_portal(client, make.patient_of(session, case), session)
    return case


# --- words ------------------------------------------------------------------------------------------------------


def _codes() -> set[str]:
    every = CaseFacts(is_visa_needed=True, deposit_gate=DepositGate.BEFORE_CLINICAL)
    variants = (every, every.with_(is_money_odd=True), every.with_(is_deposit_on_its_way=True))
    return {row[0] for facts in variants for step in Step for row in conditions(step, facts)}


def test_every_next_action_has_words_for_the_patient() -> None:
    assert _codes() - PATIENT_ACTION.keys() - WAITING.keys() == set()
    assert not PATIENT_ACTION.keys() & WAITING.keys()
    assert (PATIENT_ACTION.keys() | WAITING.keys()) <= ACTION.keys()
    assert FAREWELL.keys() == set(Exit)


def test_what_waits_for_the_patient_is_something_to_do() -> None:
    every = [CaseFacts(deposit_gate=DepositGate.BEFORE_CLINICAL, programme=programme) for programme in Programme]
    waiting = {
        row[0] for facts in every for step in Step for row in conditions(step, facts) if row[2] == "patient"
    }
    assert waiting == PATIENT_ACTION.keys() - {"hold_call", "hold_evaluation"}


@pytest.mark.parametrize("code", sorted(PATIENT_ACTION.keys() - {"hold_evaluation"}))
def test_a_caregiver_without_the_area_is_not_told_what_the_patient_does(code: str) -> None:
    area = PATIENT_ACTION[code].area
    others = frozenset(Area) - {area}
    assert not isinstance(next_step(code, Participation(is_patient=False, areas=others)), Act)
    assert isinstance(next_step(code, Participation(is_patient=False, areas=frozenset({area}))), Act)
    assert isinstance(next_step(code, EVERYTHING), Act)


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", Step)
def test_each_step_shows_one_card_and_where_the_case_stands(
    client: FlaskClient, session: Session, step: Step
) -> None:
    case = scene(client, step)
    page = BeautifulSoup(home_of(client, case).text, "html.parser")
    assert len(page.select("[data-next-action]")) == 1
    assert len(page.select("[data-next-action] .btn")) <= 1
    steps = page.select("ol.steps > li")
    assert len(steps) == 6
    assert [i for i, row in enumerate(steps, 1) if row.get("aria-current")] == [step.number]
    assert "Hello, Noura" in page.h1.get_text()
    assert "Noura" not in page.title.get_text()


def test_while_we_act_the_card_says_who_how_long_and_since_when(
    client: FlaskClient, session: Session
) -> None:
    shown = words(card_of(client, scene(client, Step.FINANCE)))
    assert "Nothing to do now" in shown
    assert "Waiting on Your advocate" in shown
    assert "Usually 3 working days" in shown
    assert "Since Tuesday, November 24, 2026" in shown
    assert "longer than usual" not in shown


@pytest.mark.parametrize("rights", [{}, {"can_messages": True, "can_decision": True}])
def test_a_caregiver_without_the_money_is_not_told_how_the_money_stands(
    client: FlaskClient, session: Session, rights: dict
) -> None:
    with transaction() as writing:
        case = make.a_case(writing, step=Step.FINANCE)
        assert case.next_code == "issue_estimate"
        aunt = make.account(writing, "aunt@family.example")
        make.takes_part(writing, case, aunt, Relation.SIBLING, **rights)
        make.as_portal(client, aunt, writing)
    shown = words(card_of(client, case))
    assert shown == "Nothing to do now Our team works on the next step You see here what concerns you."


def test_a_broken_promise_is_admitted(client: FlaskClient, session: Session, clock: StillClock) -> None:
    case = scene(client, Step.FINANCE)
    clock.forward(days=7)
    assert "longer than usual" in words(card_of(client, case))


def test_the_deposit_card_names_amount_day_and_what_follows(client: FlaskClient, session: Session) -> None:
    case = scene(client, Step.ACCEPTANCE)
    with transaction() as writing:
        kept = writing.get(Case, case.id)
        writing.scalars(sa.select(Decision)).one().told_at = START
        writing.add(
            make.Answer(
                case_id=case.id, reply=make.v.PatientAnswer.YES, replied_at=START, dates_held_at=START,
                evaluation_from=START.date(), evaluation_to=START.date() + timedelta(days=3),
            )
        )  # fmt: skip
        actions.settle(writing, kept, SYSTEM, START)
        assert kept.next_code == "pay_deposit"
    card = card_of(client, case)
    assert "Pay the deposit" in words(card)
    assert "USD 10,000" in words(card)
    assert "By Tuesday, December 1, 2026" in words(card)
    assert "After that" in words(card)
    assert card.select_one(".btn")["href"] == f"/portal/{case.public_id}/pay"


def test_records_that_we_need_are_listed_with_the_reason(client: FlaskClient, session: Session) -> None:
    case = scene(client, Step.CLINICAL, records_agreed_at=START)
    with transaction() as writing:
        items = writing.scalars(sa.select(ChecklistItem).order_by(ChecklistItem.position)).all()
        items[0].state = RecordState.RECEIVED
        items[1].state, items[1].note = RecordState.UNREADABLE, "The second page is dark."
    shown = words(BeautifulSoup(home_of(client, case).text, "html.parser"))
    assert "What we need from you" in shown
    assert "Need a clearer copy" in shown
    assert "The second page is dark." in shown
    assert "Medical history and current summary" not in shown


def test_the_latest_message_is_there_and_a_note_never(client: FlaskClient, session: Session) -> None:
    case = scene(client, Step.CONSULT)
    with transaction() as writing:
        for kind, body in ((MessageKind.PORTAL, "Good morning"), (MessageKind.NOTE, "The son pays")):
            writing.add(
                Message(
                    case_id=case.id, kind=kind, author_kind="staff", author_id=case.specialist_id, author_name="Maria",
                    body=body, language="en", at=START,
                )
            )  # fmt: skip
    shown = home_of(client, case).text
    assert "Good morning" in shown
    assert "The son pays" not in shown


# --- what was decided but not spoken ----------------------------------------------------------------------------


def declined(case: Case, told: bool = False) -> Case:
    with transaction() as session:
        kept = session.get(Case, case.id)
        session.execute(sa.update(ChecklistItem).values(state=RecordState.RECEIVED))
        session.add(
            Decision(
                case_id=kept.id, outcome=DecisionOutcome.NOT_FOR_US, reason="x", patient_text="We are sorry",
                signed_by_id=kept.reviewer_id, signed_by_name="Dr. Ruth Ellis", signed_at=START,
                told_at=START if told else None,
            )
        )  # fmt: skip
        actions.settle(session, kept, SYSTEM, START)
    return case


def under_review(client: FlaskClient) -> Case:
    case = scene(client, Step.CLINICAL)
    with transaction() as session:
        session.execute(sa.update(ChecklistItem).values(state=RecordState.RECEIVED))
        session.expire_all()
        actions.settle(session, session.get(Case, case.id), SYSTEM, START)
    return case


@pytest.mark.parametrize("days", [0, 3, 25])
def test_a_refusal_that_nobody_has_spoken_looks_like_a_review(
    client: FlaskClient, session: Session, clock: StillClock, days: int
) -> None:
    case = under_review(client)
    clock.forward(days=days)
    before = BeautifulSoup(home_of(client, case).text, "html.parser").main.decode()
    declined(case)
    assert session.get(Case, case.id, populate_existing=True).next_code == "tell_declined"
    assert BeautifulSoup(home_of(client, case).text, "html.parser").main.decode() == before
    with transaction() as writing:
        actions.close(
            writing, writing.get(Case, case.id), exit=Exit.NOT_ACCEPTED, reason="x", actor=SYSTEM, now=START
        )
    assert words(card_of(client, case)).startswith("Nothing to do now Our doctors review your records")


def test_a_spoken_refusal_leads_to_the_words_of_the_doctor(client: FlaskClient, session: Session) -> None:
    case = declined(under_review(client), told=True)
    with transaction() as writing:
        actions.close(
            writing, writing.get(Case, case.id), exit=Exit.NOT_ACCEPTED, reason="x", actor=SYSTEM, now=START
        )
    card = card_of(client, case)
    assert "We have told you our answer" in words(card)
    assert card.select_one(".btn")["href"] == f"/portal/{case.public_id}/answer"


def test_a_caregiver_without_the_decision_does_not_learn_of_a_refusal(
    app, client: FlaskClient, session: Session
) -> None:
    case = declined(under_review(client), told=True)
    other = app.test_client()
    with transaction() as writing:
        son = make.account(writing, "son@family.example")
        make.takes_part(
            writing, writing.get(Case, case.id), son, Relation.CHILD, can_messages=True, can_money=True
        )
        make.as_portal(other, son, writing)
    with transaction() as writing:
        actions.close(
            writing, writing.get(Case, case.id), exit=Exit.NOT_ACCEPTED, reason="x", actor=SYSTEM, now=START
        )
    shown = words(card_of(other, case))
    assert "This case is closed" in shown
    assert "/answer" not in home_of(other, case).text


@pytest.mark.parametrize("exit", [exit for exit in Exit if exit is not Exit.NOT_ACCEPTED])
def test_every_end_has_kind_words_of_its_own(client: FlaskClient, session: Session, exit: Exit) -> None:
    case = scene(client, Step.CONSULT)
    with transaction() as writing:
        actions.close(
            writing, writing.get(Case, case.id), exit=exit, reason="for the team", actor=SYSTEM, now=START
        )
    card = card_of(client, case)
    assert str(FAREWELL[exit].title) in words(card)
    assert "for the team" not in home_of(client, case).text
    assert not card.select(".btn")


def test_a_resting_case_says_until_when_and_not_why(client: FlaskClient, session: Session) -> None:
    case = scene(client, Step.CONSULT)
    with transaction() as writing:
        kept = writing.get(Case, case.id)
        actions.hold(
            writing, kept, until=START.date() + timedelta(days=20), reason="no money", actor=SYSTEM, now=START
        )
    shown = words(card_of(client, case))
    assert "rests for a while" in shown
    assert "Monday, December 14, 2026" in shown
    assert "no money" not in home_of(client, case).text
