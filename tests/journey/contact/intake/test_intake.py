"""The intake: what cannot wait, who they may be, and a kind no."""

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import CaseState, Exit
from concierge.domain.vocabulary import HelpWanted, Urgency, Writer
from concierge.journey.contact.actions import NewEnquiry, open_enquiry
from concierge.models import Case, DuplicateSuggestion, Enquiry, Message, Person, ReadLog
from tests.factories import START, as_staff, hospitals, staff


def _write(session, name="نورة المطيري", slug="alder-coast", **facts) -> Enquiry:
    with transaction() as writing:
        facts = {"phone": "+966501234567", "phone_typed": "0501234567", "language": "ar", **facts}
        data = NewEnquiry(hospitals(writing)[slug].id, Writer.PATIENT, HelpWanted.TREATMENT, name, **facts)
        return open_enquiry(writing, data, now=START)


@pytest.fixture
def maria(client, session):
    with transaction() as writing:
        user = staff(writing, "maria@alder-coast.example")
    as_staff(client, user, session)
    return user


def _intake(client, enquiry):
    return client.get(f"/desk/queue/{enquiry.public_id}")


def test_the_same_woman_in_other_letters_is_shown_with_reasons(client, session, maria):
    first = _write(session)
    second = _write(session, "Nora Almutairy", phone_typed="+966 50 123 4567", language="en")
    page = _intake(client, second).text
    assert "May be known:" in page
    assert "The names sound alike" in page
    assert "Same phone" in page
    assert first.case.reference in page
    assert "May be known" in client.get("/desk/queue?show=all").text
    looked = session.scalars(sa.select(ReadLog.case_id)).all()
    assert second.case_id in looked


def test_nobody_is_made_one_person_by_the_machine(session):
    for name in ("نورة المطيري", "Nora Almutairy", "نورة المطيري"):
        _write(session, name, email="family@example.com", language="en")
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 3
    states = set(session.scalars(sa.select(DuplicateSuggestion.state)))
    assert states == {"open"}


def test_a_sister_with_the_same_phone_is_not_suggested(client, session, maria):
    _write(session, email="family@example.com")
    second = _write(session, "حصة المطيري", email="family@example.com")
    assert "May be known:" not in _intake(client, second).text


def test_another_hospital_is_not_given_away(client, session, maria):
    """Maria works in Los Angeles only; what Shanghai knows is no business of hers."""
    first = _write(session, slug="jinghe")
    second = _write(session, "Nora Almutairy")
    assert session.scalars(sa.select(DuplicateSuggestion.other_case_id)).all() == [first.case_id]
    page = _intake(client, second).text
    assert "May be known:" not in page
    assert first.case.reference not in page
    assert client.get(f"/c/{second.case.reference}/same/{first.case.reference}").status_code == 404
    assert _intake(client, first).status_code == 404


def test_words_of_danger_stand_on_top_and_move_the_enquiry_up(client, session, maria):
    enquiry = _write(session, story="لا أستطيع التنفس")
    assert enquiry.urgency is Urgency.URGENT
    page = _intake(client, enquiry).text
    assert "Call now, or ask a nurse at once" in page
    assert "Cannot breathe well" in page
    assert "Call now" not in _intake(client, _write(session, "Ann", story="A question")).text


def test_different_people_stick(client, session, maria):
    first, second = _write(session), _write(session, "Nora Almutairy")
    page = _intake(client, second)
    answer = client.submit(page, action=f"/same/{first.case.reference}/different", note="Twins")
    assert answer.status_code == 303
    assert "May be known:" not in _intake(client, second).text
    assert "Twins" in client.get(f"/c/{second.case.reference}/same").text


def test_start_takes_the_enquiry_and_leads_to_the_reply(client, session, maria):
    enquiry = _write(session)
    answer = client.submit(_intake(client, enquiry), action="/take")
    assert answer.location == f"/c/{enquiry.case.reference}"
    session.rollback()
    assert session.get_one(Enquiry, enquiry.id, populate_existing=True).taken_by_id == maria.id


def test_a_kind_no_is_written_and_the_case_ends(client, session, maria):
    enquiry = _write(session)
    page = _intake(client, enquiry)
    assert client.submit(page, action="/decline").status_code == 422
    assert client.submit(page, action="/decline", why="other_illness").status_code == 303
    session.rollback()
    case = session.get_one(Case, enquiry.case_id, populate_existing=True)
    assert (case.state, case.exit) == (CaseState.CLOSED, Exit.NOT_FOR_US)
    written = session.scalars(sa.select(Message).where(Message.case_id == case.id)).one()
    assert written.language == "ar"
    assert _intake(client, enquiry).status_code == 200


def test_advertising_gets_no_answer(client, session, maria):
    enquiry = _write(session, "Best Offers")
    client.submit(_intake(client, enquiry), action="/decline", why="advertising")
    assert session.scalars(sa.select(Message)).all() == []


def test_what_a_colleague_took_is_not_declined(client, session, maria):
    enquiry = _write(session)
    page = _intake(client, enquiry)
    with transaction() as writing:
        taken = writing.get_one(Enquiry, enquiry.id)
        taken.taken_by_id, taken.taken_at = staff(writing, "lena@alder-coast.example").id, START
    assert client.submit(page, action="/decline", why="other_illness").status_code == 303
    session.rollback()
    assert session.get_one(Case, enquiry.case_id, populate_existing=True).state is CaseState.OPEN
