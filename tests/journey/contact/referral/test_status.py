"""The status page: what the doctor may read, only as far as the patient agreed and never before it was told."""

from datetime import date

import pytest
import sqlalchemy as sa

from concierge.cases import referrers
from concierge.cases.actions import close, lock
from concierge.conversation.calls import CallFacts
from concierge.db import transaction
from concierge.domain.access import SYSTEM
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import CallOutcome, Milestone, RecordState
from concierge.jobs.deliver import deliver_due
from concierge.journey.acceptance.actions import hold_dates, tell_answer
from concierge.models import Answer, Case, ChecklistItem, Decision, Document, OutboxMessage, ReadLog, Referral
from concierge.web.vendors import gateways
from tests.factories import a_case, a_referral, actor_of, as_staff, staff
from tests.journey.contact.family import text_of
from tests.records import samples


def scene(session, step: Step, **facts) -> Referral:
    with transaction() as writing:
        return a_referral(writing, a_case(writing, step=step), **facts)


def link(referral: Referral, clock) -> str:
    with transaction() as writing:
        return f"/r/{referrers.new_link(writing, referral, clock())}"


def tells(session, referral, clock) -> None:
    maria = staff(session, "maria@alder-coast.example")
    call = CallFacts(clock(), 20, CallOutcome.HELD, "Patient")
    with transaction() as writing:
        case = lock(writing, referral.case_id)
        decision = writing.scalars(sa.select(Decision).where(Decision.case_id == case.id)).one()
        tell_answer(writing, case, call, decision_id=decision.id, actor=actor_of(maria), now=clock())


def mails(session) -> list[str]:
    session.rollback()
    events = sa.select(OutboxMessage.event).where(OutboxMessage.event.startswith("referral_"))
    return list(session.scalars(events.order_by(OutboxMessage.id)))


def test_a_signed_answer_is_a_review_until_it_was_told(client, session, clock):
    referral = scene(session, Step.ACCEPTANCE)
    page = client.get(here := link(referral, clock))
    assert "Our doctors review the records" in text_of(page)
    assert "letter.pdf" not in page.text
    assert client.get(f"{here}/letter.pdf").status_code == 404
    tells(session, referral, clock)
    page = client.get(here)
    assert "The patient decides" in text_of(page) and f"{here}/letter.pdf" in page.text
    letter = client.get(f"{here}/letter.pdf")
    assert letter.data.startswith(b"%PDF")
    assert "letter-to-doctor.pdf" in letter.headers["Content-Disposition"]
    assert mails(session) == ["referral_decision"]


def test_without_consent_the_page_tells_only_that_it_is_here_and_who_is_in_touch(client, session, clock):
    referral = scene(session, Step.EVALUATION, may_hear_back=False)
    page = client.get(here := link(referral, clock))
    text = text_of(page)
    assert "Received, and a specialist is in touch" in text and referral.case.specialist.name in text
    assert not any(word in text for word in ("Evaluation", "records", "decides", "still need"))
    assert client.get(f"{here}/letter.pdf").status_code == 404


def test_dates_appointment_and_missing_records_stand_on_the_page(client, session, clock):
    referral = scene(session, Step.EVALUATION)
    with transaction() as writing:
        item = writing.scalars(sa.select(ChecklistItem).limit(1)).one()
        item.state = RecordState.ASKED
    text = text_of(client.get(link(referral, clock)))
    assert "First appointment:" in text and "Los Angeles" in text and "Riyadh" in text
    assert "What our doctors still need" in text and "Medical history" in text
    assert referral.case.hospital.phone[-4:] in text


def test_each_view_is_written_down_as_the_doctors(client, session, clock):
    referral = scene(session, Step.CONSULT)
    client.get(link(referral, clock))
    row = session.scalars(sa.select(ReadLog)).one()
    assert (row.actor_kind, row.actor_name, row.case_id) == ("referrer", "Dr. Samir Haddad", referral.case_id)


def test_documents_can_be_added_and_a_refused_one_is_named(client, session, clock):
    referral = scene(session, Step.CLINICAL)
    page = client.get(here := link(referral, clock))
    sent = [samples.upload(samples.pdf(), "new.pdf"), samples.upload(b"", "empty.pdf")]
    answer = client.submit(page, action="#add", kind="pathology", files=sent)
    assert answer.status_code == 422
    assert "the file is empty" in answer.text and "You do not need to send them again" in answer.text
    document = session.scalars(sa.select(Document)).one()
    assert (document.uploader_kind, document.uploader_name) == ("referrer", "Dr. Samir Haddad")
    assert "new.pdf" in client.get(here).text


@pytest.mark.parametrize("token", ["known", "unknown"])
def test_an_ended_link_and_one_that_never_was_get_the_same_answer(client, session, clock, token):
    referral = scene(session, Step.CONSULT)
    here = link(referral, clock) if token == "known" else "/r/" + "x" * 32
    clock.forward(days=91)
    answer = client.get(here)
    assert (answer.status_code, answer.location) == (302, f"/referrer/renew{here[2:]}")
    page = client.get(answer.location)
    assert page.status_code == 410
    sent = client.submit(page)
    assert sent.status_code == 303 and "/referrer/code/" in sent.location
    assert "6 digits" in client.get(sent.location).text
    recipients = session.scalars(sa.select(OutboxMessage.recipient)).all()
    assert recipients == (["haddad@clinic.example"] if token == "known" else [])


def test_the_doctor_is_told_of_the_days_and_of_other_days_again(client, session, clock):
    referral = scene(session, Step.ACCEPTANCE)
    tells(session, referral, clock)
    tom = staff(session, "tom@alder-coast.example")
    for first, last in ((date(2026, 12, 7), date(2026, 12, 10)), (date(2026, 12, 8), date(2026, 12, 11))):
        with transaction() as writing:
            known = writing.get(Answer, referral.case_id)
            seen = known.version if known else 0
            case = lock(writing, referral.case_id)
            hold_dates(
                writing, case, first_on=first, last_on=last, version=seen, actor=actor_of(tom), now=clock()
            )
    assert mails(session) == ["referral_decision", "referral_appointment", "referral_appointment"]
    deliver_due()
    subjects = [mail.subject for mail in gateways().mailer.mails() if "haddad" in mail.to]
    assert sorted(set(subjects)) == [
        "News about your referral: days are set",
        "News about your referral: our answer",
    ]


def test_nobody_is_told_without_consent_after_leaving_or_after_a_death(client, session, clock):
    silent = scene(session, Step.ACCEPTANCE, may_hear_back=False)
    tells(session, silent, clock)
    assert mails(session) == []
    left = scene(session, Step.ACCEPTANCE, email="left@clinic.example")
    here = link(left, clock)
    assert client.submit(client.get(f"{here}/stop")).status_code == 303
    with transaction() as writing:
        close(writing, lock(writing, silent.case_id), exit=Exit.DIED, reason="x", actor=SYSTEM, now=clock())
    with transaction() as writing:
        row = writing.get(Referral, silent.id)
        row.may_hear_back = True
        for case_id in (silent.case_id, left.case_id):
            referrers.tell(writing, writing.get(Case, case_id), Milestone.PLAN, "1", clock())
    assert mails(session) == []
    assert client.get(here).status_code == 200  # he can still look


def test_a_mail_program_stops_the_mails_with_one_press_and_tells_strangers_nothing(client, session, clock):
    referral = scene(session, Step.CONSULT)
    here = link(referral, clock)
    clock.forward(days=120)  # an old mail stops them too
    assert client.post(f"{here}/stop/one-click", data={"List-Unsubscribe": "One-Click"}).status_code == 204
    assert client.post(f"/r/{'x' * 32}/stop/one-click").status_code == 204
    session.rollback()
    assert session.get(Referral, referral.id, populate_existing=True).referrer.unsubscribed_at == clock()


def test_the_patient_takes_the_leave_back_and_what_waits_is_called_back(client, session, clock):
    referral = scene(session, Step.ACCEPTANCE)
    tells(session, referral, clock)
    as_staff(client, staff(session, "maria@alder-coast.example"), session)
    people = client.get(f"/c/{referral.case.reference}/people")
    answer = client.submit(people, action="/hear-back", button="no")
    assert answer.status_code == 303
    session.rollback()
    row = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "referral_decision")).one()
    assert row.state == "cancelled"
    assert session.get(Referral, referral.id, populate_existing=True).may_hear_back is False
    history = text_of(client.get(f"/c/{referral.case.reference}/history"))
    assert "Dr. Samir Haddad hears no more how it goes on" in history


def test_the_team_sees_the_question_and_notes_the_call_with_the_doctor(client, session):
    referral = scene(session, Step.CONSULT, wants_call=True, call_hours="14:00 to 16:00")
    as_staff(client, staff(session, "maria@alder-coast.example"), session)
    page = client.get(f"/c/{referral.case.reference}/consult")
    assert "Doctor wants a call" in page.text and "Is an operation possible?" in page.text
    own = client.get(f"/c/{referral.case.reference}/referral")
    assert client.submit(own, action="/call", note="He sends the slides.").status_code == 303
    assert "Doctor was called" in client.get(f"/c/{referral.case.reference}/referral").text
    assert "He sends the slides." in client.get(f"/c/{referral.case.reference}/history").text
