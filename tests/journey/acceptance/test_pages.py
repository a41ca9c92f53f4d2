"""The answer tab and the family's page: nothing shows before it was told, and each act happens once."""

import io
import re

import pypdf
import pytest
import sqlalchemy as sa

from concierge.cases.actions import settle
from concierge.domain import vocabulary as v
from concierge.domain.access import SYSTEM
from concierge.domain.journey import CaseState, Step
from concierge.models import Answer, Call, ChecklistItem, Decision
from tests.factories import a_case, account, as_portal, as_staff, patient_of, staff, takes_part
from tests.journey.acceptance.conftest import MARIA, TOM, decision_of, newest, sign
from tests.support.clock import START

BOLD = "‮evil‬\x00"


def _open(client, case, suffix=""):
    return client.get(f"/c/{case.reference}/answer{suffix}")


def _tell(client, case, **changes):
    fields = {
        "minutes": "20",
        "participants": "Noura",
        "outcome": "held",
        "interpreter": "not_needed",
    } | changes
    return client.submit(_open(client, case), action="/answer/call", **fields)


@pytest.fixture
def maria(client, session):
    as_staff(client, staff(session, MARIA), session)


@pytest.fixture
def told(client, session, accepted):
    """An accepted case whose family was called."""
    decision = decision_of(session, accepted)
    decision.told_at = START
    session.commit()
    return accepted


def _patient(client, session, case):
    as_portal(client, patient_of(session, case), session)


# --- staff --------------------------------------------------------------------------------------------------


def test_a_call_noted_on_the_page_publishes_the_answer(client, session, accepted, maria):
    page = _open(client, accepted)
    assert "The family does not know it yet" in page.text
    assert _tell(client, accepted).status_code == 303
    assert "Told in person" in _open(client, accepted).text
    newest(session)
    assert decision_of(session, accepted).told_at == START


def test_the_same_form_sent_twice_tells_once(client, session, accepted, maria):
    page = _open(client, accepted)
    fields = {"minutes": "20", "participants": "Noura", "outcome": "held", "interpreter": "not_needed"}
    first = client.submit(page, action="/answer/call", **fields)
    second = client.submit(page, action="/answer/call", **fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    newest(session)
    assert session.scalar(sa.select(sa.func.count(Call.id)).where(Call.purpose == v.CallPurpose.ANSWER)) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"at": ""},
        {"at": "2027-01-01T10:00"},
        {"minutes": "many"},
        {"minutes": "٩٩٩٩"},
        {"participants": ""},
        {"participants": "x" * 10_000},
        {"outcome": "fine"},
        {"outcome": None},
        {"interpreter": "cousin"},
    ],
)
def test_a_call_that_cannot_be_read_is_shown_again_with_what_was_typed(client, session, accepted, maria, bad):
    answer = _tell(client, accepted, notes="kept", **bad)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text and "kept" in answer.text
    newest(session)
    assert decision_of(session, accepted).told_at is None


def test_control_characters_do_not_reach_the_notes(client, session, accepted, maria):
    assert _tell(client, accepted, participants=BOLD, notes=BOLD).status_code == 303
    newest(session)
    noted = session.scalars(sa.select(Call).where(Call.purpose == v.CallPurpose.ANSWER)).one()
    assert (noted.participants, noted.notes) == ("evil", "evil")


def test_a_holiday_is_named_beside_the_date(client, session, told):
    as_staff(client, staff(session, TOM), session)
    page = _open(client, told)
    answer = client.submit(page, action="/answer/dates", first_on="2026-12-24", last_on="2026-12-28")
    assert answer.status_code == 422
    assert "Christmas Day" in answer.text and "2026-12-28" in answer.text
    assert (
        client.submit(page, action="/answer/dates", first_on="٢٠٢٦-١٢-٠٨", last_on="2026-12-11").status_code
        == 303
    )
    stale = client.submit(
        page, action="/answer/dates", first_on="2026-12-14", last_on="2026-12-17", once="x" * 32
    )
    assert stale.status_code == 409
    newest(session)
    assert session.get(Answer, told.id).evaluation_from.isoformat() == "2026-12-08"


def test_the_29th_of_february_exists_in_leap_years_only(client, session, told):
    as_staff(client, staff(session, TOM), session)
    answer = client.submit(
        _open(client, told), action="/answer/dates", first_on="2027-02-29", last_on="2027-03-04"
    )
    assert answer.status_code == 422


def test_a_question_is_answered_in_the_thread(client, session, told, maria):
    session.add(Answer(case_id=told.id, reply=v.PatientAnswer.ASK, replied_at=START, question="How long?"))
    session.commit()
    page = _open(client, told)
    assert "How long?" in page.text
    assert client.submit(page, action="/answer/question", body="Four days.", language="en").status_code == 303
    assert "No reply yet" in _open(client, told).text


def test_the_reason_is_for_those_who_see_records(client, session, reviewing):
    sign(session, reviewing, v.DecisionOutcome.NOT_FOR_US)
    session.commit()
    as_staff(client, staff(session, MARIA), session)
    assert "For the team only." in _open(client, reviewing).text
    newest(session)
    as_staff(client, staff(session, TOM), session)
    assert "For the team only." not in _open(client, reviewing).text


@pytest.mark.parametrize(
    ("email", "path", "status"),
    [
        ("chen@jinghe.example", "", 404),
        ("chen@jinghe.example", "/call", 404),
        ("chen@jinghe.example", "/letter.pdf", 404),
        (TOM, "/call", 403),
        ("daniel@alder-coast.example", "/dates", 403),
        (MARIA, "/visa", 403),
        ("samir@alder-coast.example", "/question", 403),
    ],
)
def test_each_act_asks_for_its_right_in_the_hospital_of_the_case(
    client, session, accepted, email, path, status
):
    as_staff(client, staff(session, email), session)
    answer = client.get(f"/c/{accepted.reference}/answer{path}")
    assert answer.status_code == status


def test_a_stranger_is_asked_to_sign_in(client, accepted):
    assert "/sign-in" in _open(client, accepted).location
    assert client.get(f"/portal/{accepted.public_id}/answer").status_code == 302


# --- the family ---------------------------------------------------------------------------------------------


def _portal_pages(app, case):
    """Every page of a case that a family can open without knowing another id."""
    rules = [r for r in app.url_map.iter_rules() if r.rule.startswith("/portal/<pid>") and "GET" in r.methods]
    return sorted(r.rule.replace("<pid>", case.public_id) for r in rules if r.arguments == {"pid"})


def _text(answer):
    if answer.mimetype != "text/html":
        return str(answer.status_code)
    return re.sub(r'value="[^"]{20,}"|data-session-ends="[^"]*"', "", answer.text)


def _all_pages(client, app, case):
    return {path: _text(client.get(path)) for path in _portal_pages(app, case)}


@pytest.mark.parametrize(
    "outcome", [v.DecisionOutcome.NOT_FOR_US, v.DecisionOutcome.NEED_MORE, v.DecisionOutcome.SECOND_REVIEWER]
)
def test_what_was_signed_and_not_told_shows_on_no_page_of_the_family(client, app, session, outcome):
    case = a_case(session, step=Step.CLINICAL)
    for item in session.scalars(sa.select(ChecklistItem).where(ChecklistItem.case_id == case.id)):
        item.state = v.RecordState.RECEIVED
    settle(session, case, SYSTEM, START)
    session.commit()
    _patient(client, session, case)
    _all_pages(client, app, case)
    before = _all_pages(client, app, case)
    assert f"/portal/{case.public_id}/answer" in before
    sign(session, case, outcome, alternatives="Another hospital")
    session.commit()
    after = _all_pages(client, app, case)
    assert {path for path in before if before[path] != after[path]} == set()
    for path in ("/answer/yes", "/answer/not-now", "/answer/letter.pdf", "/answer/visa.pdf"):
        assert client.get(f"/portal/{case.public_id}{path}").status_code in {200, 302, 404}


def test_an_untold_acceptance_reads_like_none(client, session, reviewing):
    _patient(client, session, reviewing)
    url = f"/portal/{reviewing.public_id}/answer"
    before = _text(client.get(url))
    sign(session, reviewing, v.DecisionOutcome.ACCEPT)
    reviewing.step = Step.ACCEPTANCE
    session.commit()
    assert _text(client.get(url)) == before
    assert "Words for the family." not in before


def test_the_family_says_yes_once(client, session, told):
    _patient(client, session, told)
    page = client.get(f"/portal/{told.public_id}/answer")
    assert page.text.count("data-next-action") == 1
    for _again in range(2):
        assert client.submit(page, action="/answer/yes").status_code == 303
    newest(session)
    assert session.get(Answer, told.id).reply is v.PatientAnswer.YES
    assert "/answer/yes" not in client.get(f"/portal/{told.public_id}/answer").text


def test_a_question_needs_words(client, session, told):
    _patient(client, session, told)
    page = client.get(f"/portal/{told.public_id}/answer")
    for bad in ("", "  \x00 ", "x" * 10_000):
        assert client.submit(page, action="/answer/question", question=bad).status_code == 422
    assert client.submit(page, action="/answer/question", question="كم يوما؟").status_code == 303
    newest(session)
    assert session.get(Answer, told.id).question == "كم يوما؟"


def test_not_now_says_what_follows_before_it_closes(client, session, told):
    _patient(client, session, told)
    page = client.get(f"/portal/{told.public_id}/answer/not-now")
    newest(session)
    assert told.state is CaseState.OPEN
    assert client.submit(page, action="/not-now").status_code == 303
    newest(session)
    assert told.state is CaseState.CLOSED
    assert client.get(f"/portal/{told.public_id}/answer").status_code == 200
    assert client.get(f"/portal/{told.public_id}/answer/not-now").status_code == 302


def test_a_told_decline_gives_words_options_and_a_phone(client, session, reviewing):
    sign(
        session, reviewing, v.DecisionOutcome.NOT_FOR_US, alternatives="The hospital in Riyadh", told_at=START
    )
    session.commit()
    _patient(client, session, reviewing)
    page = client.get(f"/portal/{reviewing.public_id}/answer").text
    assert "Words for the family." in page and "The hospital in Riyadh" in page and "+12135550100" in page
    assert "For the team only." not in page


@pytest.mark.parametrize("given", [{}, {"can_messages": True}, {"can_money": True, "can_documents": True}])
def test_a_caregiver_without_the_decision_gets_404(client, session, told, given):
    son = account(session, "son@family.example")
    takes_part(session, told, son, v.Relation.CHILD, **given)
    session.commit()
    as_portal(client, son, session)
    for path in ("answer", "answer/yes", "answer/not-now", "answer/letter.pdf"):
        assert client.get(f"/portal/{told.public_id}/{path}").status_code == 404


def test_a_caregiver_with_the_decision_may_answer(client, session, told):
    son = account(session, "son@family.example", language="en")
    takes_part(session, told, son, v.Relation.CHILD, can_decision=True)
    session.commit()
    as_portal(client, son, session)
    page = client.get(f"/portal/{told.public_id}/answer")
    assert client.submit(page, action="/answer/yes").status_code == 303
    newest(session)
    assert session.get(Answer, told.id).replied_by == son.name


def test_another_familys_case_does_not_exist(client, session, told):
    stranger = a_case(session, step=Step.CONTACT)
    session.commit()
    _patient(client, session, stranger)
    assert client.get(f"/portal/{told.public_id}/answer").status_code == 404


# --- letters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "zh_Hans", "en"])
def test_the_letter_of_acceptance_names_no_illness(client, session, language):
    case = a_case(session, step=Step.ACCEPTANCE, language=language)
    decision_of(session, case).told_at = START
    session.commit()
    _patient(client, session, case)
    answer = client.get(f"/portal/{case.public_id}/answer/letter.pdf")
    assert answer.mimetype == "application/pdf"
    assert f"{case.reference}-letter.pdf" in answer.headers["Content-Disposition"]
    text = re.sub(r"\s", "", pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text())
    assert "NOURASAADALMUTAIRI" in text and "Wecanreceiveyou" in text
    assert not re.search(r"cancer|tumou?r|oncolog|breast", text, re.IGNORECASE)


def test_the_page_of_a_visa_letter_says_valid_or_withdrawn_and_nothing_of_the_person(client, session, told):
    session.add(
        Answer(
            case_id=told.id, evaluation_from=START.date(), evaluation_to=START.date(), dates_held_at=START,
            visa_code="k7m2p9q4r8s3t6v5", visa_letter_sent_at=START,
        )
    )  # fmt: skip
    session.commit()
    valid = client.get("/letters/k7m2p9q4r8s3t6v5", headers={"Accept-Language": "en"})
    assert "This letter is valid." in valid.text
    for private in ("Noura", "NOURA", "نورة", told.reference, "P1234567"):
        assert private not in valid.text
    session.get(Answer, told.id).visa_withdrawn_at = START
    session.commit()
    assert "withdrawn" in client.get("/letters/k7m2p9q4r8s3t6v5", headers={"Accept-Language": "en"}).text
    assert client.get("/letters/aaaaaaaaaaaaaaaa").status_code == 404


def test_a_coordinator_sends_and_withdraws_the_visa_letter(client, session, told):
    told.is_visa_needed = True
    session.add(
        Answer(
            case_id=told.id, reply=v.PatientAnswer.YES, replied_at=START, evaluation_from=START.date(),
            evaluation_to=START.date(), dates_held_at=START,
        )
    )  # fmt: skip
    session.commit()
    as_staff(client, staff(session, TOM), session)
    assert client.get(f"/c/{told.reference}/answer/visa.pdf").status_code == 404
    assert client.submit(_open(client, told), action="/answer/visa").status_code == 303
    assert client.get(f"/c/{told.reference}/answer/visa.pdf").data.startswith(b"%PDF")
    assert client.submit(_open(client, told), action="/visa/withdraw").status_code == 303
    assert client.get(f"/c/{told.reference}/answer/visa.pdf").status_code == 404


def test_a_decision_without_an_answer_has_no_letter(client, session, accepted, maria):
    assert client.get(f"/c/{accepted.reference}/answer/letter.pdf").status_code == 404
    assert session.scalar(sa.select(sa.func.count(Decision.id))) == 1
