"""A doctor refers a patient without an account: once, with the patient's agreement, and nothing typed is lost."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from concierge.domain.journey import Step
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import CameBy, CancerType, Channel, Relation, Urgency, Writer
from concierge.jobs.deliver import deliver_due
from concierge.jobs.housekeeping import forget_kept_files
from concierge.models import (
    Case,
    CaseEvent,
    CaseParticipation,
    Document,
    Enquiry,
    KeptFile,
    OutboxMessage,
    Person,
    PortalAccount,
    Referral,
    ReferralLink,
    Throttle,
    UsedForm,
)
from concierge.web.vendors import gateways
from tests.journey.contact.family import text_of
from tests.journey.contact.referral.doctor import ANSWERS, EMAIL, kept_of, link_of, sends, three_files
from tests.records import samples

pytestmark = pytest.mark.usefixtures("houses")


def count(session, model) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def stored(app) -> list:
    return [path for path in app.config["CONCIERGE"].storage.rglob("*") if path.is_file()]


def test_a_doctor_refers_with_three_files_and_gets_a_promise_and_a_private_link(client, session):
    answer = sends(client, files=three_files(), wants_call="y", call_hours="14:00 to 16:00")
    assert answer.status_code == 303
    referral = session.scalars(sa.select(Referral)).one()
    case, enquiry, person = referral.case, referral.enquiry, referral.case.person
    assert (enquiry.came_by, enquiry.writer, enquiry.urgency) == (
        CameBy.REFERRAL,
        Writer.PHYSICIAN,
        Urgency.SOON,
    )
    assert (case.step, case.cancer_type, case.health_consent_at) == (Step.CONTACT, CancerType.BREAST, None)
    assert (person.native_name, person.surname, person.birth_typed) == ("منى الحربي", "AL HARBI", "1971-05")
    assert (person.language, person.timezone, enquiry.language) == ("ar", "Asia/Riyadh", "en")
    assert (referral.referrer.email, referral.icd10, referral.call_phone) == (EMAIL, "C50.9", "+966501112233")
    documents = session.scalars(sa.select(Document).order_by(Document.id)).all()
    assert [one.file_name for one in documents] == ["summary.pdf", "photo.jpg", "IM0001.dcm"]
    assert documents[2].identity_name == "AL HARBI, MUNA" and documents[2].identity_birth_on == date(
        1971, 5, 1
    )
    assert {one.uploader_kind for one in documents} == {"referrer"}
    page = client.get(answer.location)
    assert case.reference in page.text and "Los Angeles" in page.text and "Riyadh" in page.text
    assert not any(word in page.text for word in ("منى", "HARBI", "C50", "Stage"))
    assert client.get(link_of(client, answer)).status_code == 200
    kinds = session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert {"enquiry_opened", "referral_received"} <= set(kinds) and "consent_recorded" not in kinds


def test_the_doctor_takes_part_in_nothing_and_the_family_named_hears_nothing_yet(client, session):
    sends(client, contact="family", contact_name="سعد الحربي", email="saad@family.example")
    account = session.scalars(sa.select(PortalAccount)).one()
    part = session.scalars(sa.select(CaseParticipation)).one()
    assert (account.email, account.name, part.relation) == (
        "saad@family.example",
        "سعد الحربي",
        Relation.RELATIVE,
    )
    assert session.scalars(sa.select(OutboxMessage.recipient)).all() == [EMAIL]


def test_the_address_of_the_doctor_is_not_taken_for_that_of_the_patient(client, session):
    answer = sends(client, email=EMAIL)
    assert answer.status_code == 422
    assert "This is the address of the doctor" in answer.text
    assert count(session, Case) == 0


def test_the_receipt_leaves_with_one_link_one_way_to_stop_and_no_word_of_the_illness(client, session, app):
    sends(client)
    deliver_due()
    (mail,) = gateways().mailer.mails()
    assert mail.to == EMAIL and mail.text.count("/r/") == 2 and "/stop" in mail.text
    assert not any(word in mail.text + mail.subject for word in ("منى", "HARBI", "C50", "Stage"))
    (raw,) = [path.read_text() for path in app.config["CONCIERGE"].mailbox.glob("*.eml")]
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
    row = session.scalars(sa.select(OutboxMessage)).one()
    assert row.context == {} and row.body == ""


def test_without_the_patients_agreement_nothing_is_stored_and_what_was_typed_stays(client, session, app):
    answer = sends(client, consent=None, files=three_files())
    assert answer.status_code == 422
    assert "Ask the patient first." in answer.text and "Choose them once more" in answer.text
    assert ANSWERS["diagnosis"] in answer.text and "منى الحربي" in answer.text
    assert [count(session, model) for model in (Case, Person, Referral, KeptFile, UsedForm)] == [0] * 5
    assert stored(app) == []


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (samples.pdf("secret"), "locked.pdf", "locked with a password"),
        (b"", "empty.pdf", "the file is empty"),
        (samples.EXE, "result.pdf", "it is a program"),
    ],
)
def test_a_refused_file_keeps_the_good_ones_and_everything_typed(client, session, content, name, words):
    answer = sends(client, files=[*three_files(), samples.upload(content, name)])
    assert answer.status_code == 422
    assert words in answer.text and ANSWERS["question"] in answer.text
    assert "IM0001.dcm" in text_of(answer) and count(session, KeptFile) == 3 and count(session, Case) == 0
    again = sends(client, page=answer)  # no file is chosen again
    assert again.status_code == 303
    assert count(session, Document) == 3 and count(session, KeptFile) == 0


def test_a_kept_file_can_be_taken_away_again(client, session, app):
    answer = sends(client, doctor_email="nobody", files=three_files())
    assert answer.status_code == 422
    wrong = session.scalars(sa.select(KeptFile.public_id).where(KeptFile.file_name == "photo.jpg")).one()
    assert sends(client, page=answer, drop=[wrong]).status_code == 303
    session.rollback()
    assert sorted(session.scalars(sa.select(Document.file_name))) == ["IM0001.dcm", "summary.pdf"]
    assert len(stored(app)) == 2


def test_files_that_waited_go_when_the_agreement_is_taken_back(client, session, app):
    answer = sends(client, doctor_email="nobody", files=three_files())
    assert len(stored(app)) == 3
    again = sends(client, page=answer, consent=None)
    assert again.status_code == 422 and "Choose them once more" in again.text
    assert count(session, KeptFile) == 0 and stored(app) == []


def test_fifty_files_are_taken_and_the_next_one_is_named(client, session):
    pdf = samples.pdf()
    answer = sends(client, files=[samples.upload(pdf, f"{number}.pdf") for number in range(51)])
    assert answer.status_code == 422
    assert "We take 50 files at a time" in answer.text
    assert count(session, KeptFile) == 50


def test_a_form_that_is_sent_twice_opens_one_referral(client, session, app):
    page = client.get("/en/refer")
    first = sends(client, page=page, kept=kept_of(page), files=three_files())
    second = sends(client, page=page, kept=kept_of(page), files=three_files())
    assert (second.status_code, second.location) == (303, first.location)
    assert count(session, Referral) == 1 and count(session, Document) == 3 and count(session, KeptFile) == 0
    assert len(stored(app)) == 3


@pytest.mark.parametrize(
    ("field", "value"), [("icd10", "E11"), ("birth", "3071-01-01"), ("doctor_phone", "12"), ("diagnosis", "")]
)
def test_a_wrong_answer_is_named_beside_its_field(client, session, field, value):
    answer = sends(client, **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert count(session, Referral) == 0


def test_too_many_referrals_from_one_place_are_refused_with_everything_kept(client, session, clock):
    until = clock() + timedelta(minutes=15)
    session.add(Throttle(key=f"refer:{hash_token('127.0.0.1')}", window_ends_at=until, count=20))
    session.commit()
    answer = sends(client, files=three_files())
    assert answer.status_code == 429
    assert "Too many tries" in answer.text and ANSWERS["diagnosis"] in answer.text
    assert count(session, Referral) == 0 and count(session, KeptFile) == 3


def test_files_that_were_never_sent_are_forgotten(client, session, app, clock):
    sends(client, doctor_email="nobody", files=three_files())
    clock.forward(days=3)
    assert forget_kept_files() == 3
    assert count(session, KeptFile) == 0 and stored(app) == []


def test_a_form_that_anybody_can_fill_changes_no_doctors_name(client, session):
    sends(client)
    sends(client, doctor_name="Somebody else", name="Another patient")
    assert {one.referrer.name for one in session.scalars(sa.select(Referral))} == {"Dr. Samir Haddad"}


def test_only_the_hash_of_a_private_link_is_kept(client, session):
    token = link_of(client, sends(client)).rsplit("/", 1)[1]
    assert token not in session.scalars(sa.select(ReferralLink.token_hash)).all()
    assert not any(token in used for used in session.scalars(sa.select(UsedForm.led_to)))
    assert session.scalars(sa.select(Enquiry.story)).one() == f"{ANSWERS['diagnosis']}\n\n{ANSWERS['question']}"
    assert session.scalars(sa.select(Person.channel)).one() in (None, *Channel)
