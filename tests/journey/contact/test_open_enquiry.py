"""An enquiry becomes a case in one outcome: person, promise, sign-in, acknowledgement."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from concierge.domain.journey import Step, WaitingOn
from concierge.domain.vocabulary import CameBy, CancerType, Channel, GoodHours, HelpWanted, Relation, Writer
from concierge.journey.contact.actions import NewEnquiry, hospital_for, open_enquiry
from concierge.models import (
    Case,
    CaseEvent,
    CaseParticipation,
    Enquiry,
    OutboxMessage,
    Person,
    PortalAccount,
    SearchKey,
)
from tests.factories import account, hospitals
from tests.support.clock import START


def an_enquiry(session, **changes) -> NewEnquiry:
    values = {
        "hospital_id": hospitals(session)["alder-coast"].id,
        "writer": Writer.PATIENT,
        "help_wanted": HelpWanted.TREATMENT,
        "native_name": "نورة سعد المطيري",
        "called": "نورة",
        "language": "ar",
        "spoken_language": "ar",
        "timezone": "Asia/Riyadh",
        "country": "SA",
        "channel": Channel.WHATSAPP,
        "good_hours": GoodHours.EVENING,
        "cancer_type": CancerType.BREAST,
        "email": "noura@family.example",
        "phone": "+966501234567",
        "phone_typed": "٠٥٠١٢٣٤٥٦٧",
        "has_health_consent": True,
    }
    return NewEnquiry(**{**values, **changes})


def test_an_enquiry_opens_a_case_that_waits_for_us(session):
    case = open_enquiry(session, an_enquiry(session), now=START).case
    assert (case.step, case.waiting_on, case.next_code) == (Step.CONTACT, WaitingOn.US, "take_enquiry")
    assert case.health_consent_at == START
    kinds = session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert kinds[:2] == ["enquiry_opened", "consent_recorded"]


def test_the_gate_then_asks_only_for_what_the_family_could_not_know(session):
    from concierge.cases import facts
    from concierge.domain.journey import blockers

    case = open_enquiry(session, an_enquiry(session), now=START).case
    missing = blockers(case.step, facts.facts_of(facts.load(session, case), START))
    assert [blocker.code for blocker in missing] == ["take_enquiry", "reply_first", "note_who_knows"]


@pytest.mark.parametrize(
    ("slug", "received_at", "due_at"),
    [
        # Tuesday 09:30 in Los Angeles: four open hours later
        ("alder-coast", START, datetime(2026, 11, 24, 21, 30, tzinfo=UTC)),
        # Wednesday 16:00, Thursday is Thanksgiving: one hour today, three on Friday
        ("alder-coast", datetime(2026, 11, 26, 0, 0, tzinfo=UTC), datetime(2026, 11, 27, 19, 0, tzinfo=UTC)),
        # Sunday in Shanghai: six open hours from Monday 08:30
        ("jinghe", datetime(2026, 11, 29, 4, 0, tzinfo=UTC), datetime(2026, 11, 30, 6, 30, tzinfo=UTC)),
    ],
)
def test_the_promise_counts_open_hours_of_the_hospital(session, slug, received_at, due_at):
    data = an_enquiry(session, hospital_id=hospitals(session)[slug].id)
    enquiry = open_enquiry(session, data, now=received_at)
    assert enquiry.promise_due_at == due_at == enquiry.case.next_due_at


def test_the_patient_gets_a_sign_in_with_every_right(session):
    case = open_enquiry(session, an_enquiry(session), now=START).case
    part = session.scalars(sa.select(CaseParticipation).where(CaseParticipation.case_id == case.id)).one()
    assert part.relation is Relation.PATIENT
    assert part.account.person_id == case.person_id
    assert (part.account.language, part.account.timezone) == ("ar", "Asia/Riyadh")


@pytest.mark.parametrize(
    ("writer", "said", "relation"),
    [
        (Writer.FAMILY, Relation.CHILD, Relation.CHILD),
        (Writer.FAMILY, None, Relation.RELATIVE),
        (Writer.FRIEND, None, Relation.FRIEND),
    ],
)
def test_another_writer_sees_messages_and_documents_only(session, writer, said, relation):
    data = an_enquiry(session, writer=writer, relation=said, writer_name="خالد")
    enquiry = open_enquiry(session, data, now=START)
    part = session.scalars(
        sa.select(CaseParticipation).where(CaseParticipation.case_id == enquiry.case_id)
    ).one()
    assert (enquiry.writer, enquiry.writer_name, part.relation) == (writer, "خالد", relation)
    assert (part.can_messages, part.can_documents, part.can_money, part.can_decision) == (
        True,
        True,
        False,
        False,
    )
    assert (part.account.name, part.account.person_id) == ("خالد", None)


def test_a_payer_reads_what_we_write_and_no_document_of_the_patient(session):
    enquiry = open_enquiry(
        session, an_enquiry(session, writer=Writer.PAYER, writer_name="Embassy"), now=START
    )
    part = session.scalars(
        sa.select(CaseParticipation).where(CaseParticipation.case_id == enquiry.case_id)
    ).one()
    assert part.relation is Relation.SPONSOR
    assert (part.can_messages, part.can_documents, part.can_money, part.can_decision) == (
        True,
        False,
        False,
        False,
    )


def test_a_known_address_keeps_its_account_and_language(session):
    known = account(session, "noura@family.example", name="Noura", language="en")
    case = open_enquiry(session, an_enquiry(session), now=START).case
    part = session.scalars(sa.select(CaseParticipation).where(CaseParticipation.case_id == case.id)).one()
    assert (part.account_id, part.account.language, part.account.name) == (known.id, "en", "Noura")


def test_two_messages_of_one_family_stay_two_people(session):
    first = open_enquiry(session, an_enquiry(session), now=START)
    second = open_enquiry(session, an_enquiry(session, native_name="سعد المطيري"), now=START)
    assert first.case.person_id != second.case.person_id
    assert session.scalar(sa.select(sa.func.count(PortalAccount.id))) == 1


def test_the_acknowledgement_is_in_the_writers_language_and_tells_nothing(session):
    enquiry = open_enquiry(session, an_enquiry(session), now=START)
    mail = session.scalars(sa.select(OutboxMessage)).one()
    assert (mail.event, mail.recipient, mail.language, mail.timezone) == (
        "acknowledgement",
        "noura@family.example",
        "ar",
        "Asia/Riyadh",
    )
    assert mail.context == {"promise_at": enquiry.promise_due_at.isoformat(), "name": "\u2068نورة\u2069"}


def test_a_caller_without_an_address_gets_a_case_and_no_mail(session):
    data = an_enquiry(session, email="", came_by=CameBy.PHONE, has_health_consent=False)
    case = open_enquiry(session, data, now=START).case
    assert case.health_consent_at is None
    assert session.scalar(sa.select(sa.func.count(PortalAccount.id))) == 0
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 0


def test_the_case_can_be_found_by_phone_at_once(session):
    case = open_enquiry(session, an_enquiry(session, birth_on=date(1968, 3, 14)), now=START).case
    keys = session.scalars(sa.select(SearchKey.key).where(SearchKey.case_id == case.id)).all()
    assert "+966501234567" in keys


def test_nothing_stays_when_something_fails(session, monkeypatch):
    from concierge.db import transaction
    from concierge.journey.contact import actions

    with transaction() as writing:
        data = an_enquiry(writing)

    def fail(*_args, **_options):
        raise RuntimeError("the outbox is full")

    monkeypatch.setattr(actions.outbox, "enqueue", fail)
    with pytest.raises(RuntimeError), transaction() as writing:
        open_enquiry(writing, data, now=START)
    assert [
        session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Person, Case, Enquiry)
    ] == [0, 0, 0]


def test_who_is_not_sure_gets_the_hospital_that_speaks_their_language(session):
    both = list(hospitals(session).values())
    assert hospital_for(both, "jinghe", "es").slug == "jinghe"
    assert hospital_for(both, "not_sure", "vi", "en").slug == "jinghe"
    assert hospital_for(both, "not_sure", "ar").slug == "alder-coast"
    assert hospital_for(both, "not_sure", "is", "mn").slug == "alder-coast"
