"""Every event can be written in every shipped language, discreetly and in the reader's own direction and clock."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge import outbox
from concierge.db import transaction
from concierge.domain.access import Area
from concierge.domain.discreet import is_discreet
from concierge.domain.journey import Step
from concierge.jobs import deliver, letters, remind
from concierge.models import Case, OutboxMessage, Reminder
from concierge.web.vendors import gateways
from config import LOCALES, ROOT
from tests.factories import a_case

EVENTS = sorted(path.stem for path in (ROOT / "templates" / "messages").glob("[a-z]*.txt"))
CONTEXT = {
    "promise_at": "2026-11-24T20:00:00+00:00",
    "code": "123456",
    "url": "http://localhost/x",
    "inviter": "نورة",
    "token": "of-a-private-link",
    "amount": "USD 10,000",
    "due_on": "2026-12-01",
    "on": "2026-12-09",
    "at": "2027-03-16T16:00:00+00:00",
    "since": "2026-12-01T16:00:00+00:00",
    "mode": "phone",
    "number": "+966501234567",
    "specialist": "Maria Lopez",
    "appointments": [
        {"at": "2026-12-08T17:00:00+00:00", "kind": "ct", "place": "Room 1", "preparation": "fasting"},
    ],
    "came_at": "2026-11-24T20:00:00+00:00",
    "waiting": 2,
    "home": "America/Los_Angeles",
    "text": "Our answer.",
    "secret": "a-secret-of-43-characters-as-they-are-made-xx",
}


@pytest.mark.parametrize("code", [info.code for info in LOCALES])
@pytest.mark.parametrize("event", EVENTS)
def test_every_letter_can_be_written(app, session, event, code):
    case = a_case(session, step=Step.CONTACT, is_taken=True, language=code)
    row = OutboxMessage(
        event=event,
        key=event,
        recipient="a@b.example",
        language=code,
        timezone="Asia/Riyadh",
        context=CONTEXT,
    )
    with app.test_request_context():
        letter = letters.write(row, case)
    assert letter.subject and is_discreet(letter.subject)
    assert "http" in letter.text and letter.text.strip() and "{{" not in letter.text
    assert f'lang="{code.replace("_", "-")}"' in letter.html


@pytest.mark.parametrize("code", [info.code for info in LOCALES])
def test_every_text_message_is_short_and_discreet_as_a_whole(app, session, code):
    case = a_case(session, step=Step.CONTACT, is_taken=True, language=code)
    context = {key: value for key, value in CONTEXT.items() if key != "url"}
    with app.test_request_context(base_url="https://patients.a-hospital-with-a-long-name.example"):
        for event in EVENTS:
            row = OutboxMessage(
                event=event, key=event, medium="sms", recipient="+13105550142", language=code,
                timezone="Asia/Riyadh", context=context,
            )  # fmt: skip
            text = letters.sms_of(row, letters.write(row, case)).text
            words, link = text.rsplit("\n", 1)
            assert is_discreet(words) and len(text) <= letters.MOST_SMS, event
            assert link.startswith("http") and "http" not in words, event


def test_a_text_message_leaves_by_its_own_gateway_and_is_tried_again(app, session, clock, monkeypatch):
    from concierge.gateways.mail import SendFailed

    class Dead:
        def send(self, sms):
            raise SendFailed("sms 503", permanent=False)

    case = a_case(session, step=Step.CONSULT)
    session.commit()
    with transaction() as s:
        outbox.enqueue(
            s, event="new_message", key="new_message:sms", medium="sms", recipient="+966501234567", language="ar",
            now=clock(), case=s.get(Case, case.id),
        )  # fmt: skip
    alive = gateways().sms
    monkeypatch.setattr(gateways(), "sms", Dead())
    deliver.deliver_due()
    row = session.scalars(sa.select(OutboxMessage)).one()
    assert (row.state, row.error) == ("queued", "sms 503")
    monkeypatch.setattr(gateways(), "sms", alive)
    clock.forward(minutes=5)
    deliver.deliver_due()
    assert [sms.to for sms in alive.texts()] == ["+966501234567"]
    assert gateways().mailer.mails() == []


def test_a_mail_leaves_once_and_is_kept(app, session, clock):
    case = a_case(session, step=Step.CONSULT)
    session.commit()
    for _ in range(2):
        with transaction() as s:
            outbox.tell(
                s, s.get(Case, case.id), event="new_message", fact="1", area=Area.MESSAGES, now=clock()
            )
    deliver.deliver_due()
    deliver.deliver_due()
    assert len(gateways().mailer.mails()) == 1
    row = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "new_message")).one()
    assert row.state == "sent" and row.sent_at and row.body


def test_the_secret_of_a_sign_in_mail_is_wiped_once_it_left(app, session, clock):
    with transaction() as s:
        outbox.enqueue(
            s, event="sign_in_code", key="sign_in_code:1", recipient="a@b.example", language="ar", now=clock(),
            context={"code": "123456", "url": "http://localhost/in"},
        )  # fmt: skip
    deliver.deliver_due()
    row = session.scalars(sa.select(OutboxMessage)).one()
    assert row.context == {} and row.body == "" and "123456" not in row.subject


def test_a_dead_mail_server_delays_but_loses_nothing(app, session, clock, monkeypatch):
    from concierge.gateways.mail import SendFailed

    class Dead:
        def send(self, mail):
            raise SendFailed("451", permanent=False)

    with transaction() as s:
        outbox.enqueue(
            s,
            event="new_message",
            key="new_message:1",
            recipient="a@b.example",
            language="en",
            now=clock(),
            context={"url": "http://localhost"},
        )
    monkeypatch.setattr(gateways(), "mailer", Dead())
    deliver.deliver_due()
    row = session.scalars(sa.select(OutboxMessage)).one()
    assert row.state == "queued" and row.error == "451" and row.due_at > clock()


def test_an_abandoned_claim_is_taken_over(app, session, clock):
    with transaction() as s:
        outbox.enqueue(
            s,
            event="new_message",
            key="new_message:1",
            recipient="a@b.example",
            language="en",
            now=clock(),
            context={"url": "http://localhost"},
        )
    deliver._claim(clock())
    assert deliver.deliver_due() == 0
    clock.forward(minutes=6)
    assert deliver.deliver_due() == 1


def test_the_deposit_is_reminded_of_until_the_case_is_closed(app, session, clock):
    from concierge.cases import actions
    from concierge.domain.access import SYSTEM
    from concierge.domain.journey import Exit

    case = a_case(session, step=Step.CLINICAL)
    session.commit()
    planned = sa.select(sa.func.count()).where(Reminder.state == "planned", Reminder.kind == "deposit_due")
    assert session.scalar(planned) == 3
    clock.set(clock() + timedelta(days=4, hours=20))
    remind.enqueue_due()
    session.rollback()
    assert session.scalar(planned) == 2
    with transaction() as s:
        actions.close(s, actions.lock(s, case.id), exit=Exit.DIED, reason="", actor=SYSTEM, now=clock())
    assert session.scalar(planned) == 0
    assert session.scalar(sa.select(sa.func.count()).where(OutboxMessage.state == "queued")) == 0
