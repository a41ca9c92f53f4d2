import socket
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from concierge.gateways.mail import (
    Attachment,
    Mail,
    MailboxMailer,
    SendFailed,
    SmtpMailer,
    from_config,
    message_of,
)

SENDER = "Alder Coast Medical Center <care@alder.example>"


def mail(**changes: object) -> Mail:
    given = {
        "to": "ليلى <layla@example.com>",
        "subject": "رسالة جديدة في صفحتكم",
        "text": "مرحبا\nلديكم رسالة.",
        "html": "<p>مرحبا</p>",
        "language": "ar",
        "direction": "rtl",
        "message_id": "case:41:reply:7",
    }
    return Mail(**(given | changes))


class Inbox:
    """Keeps what an SMTP server takes; `answers` says otherwise for an address."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[SimpleNamespace]:
    inbox = Inbox()
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=lambda server, session, envelope, kind, login: AuthResult(
            success=login.password == b"right", handled=False
        ),
        auth_require_tls=False,
    )
    controller.start()
    yield SimpleNamespace(inbox=inbox, port=controller.port)
    controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def mailer(smtp: SimpleNamespace, **more: object) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", smtp.port, tls=False, sender=SENDER, **more)


def test_a_mail_arrives_whole_in_its_own_language(smtp):
    paper = Attachment("تقدير.pdf", "application/pdf", b"%PDF-1.7")
    mailer(smtp).send(mail(attachments=(paper,), reply_to="case-41@alder.example"))
    message = message_from_bytes(smtp.inbox.taken[0], policy=default)
    assert message["Subject"] == "رسالة جديدة في صفحتكم"
    assert message["To"].addresses[0].display_name == "ليلى"
    assert message["Reply-To"] == "case-41@alder.example"
    assert (message["Content-Language"], message["Message-ID"]) == ("ar", "<case.41.reply.7@alder.example>")
    assert message.get_body(("plain",)).get_content().splitlines() == ["مرحبا", "لديكم رسالة."]
    html = message.get_body(("html",)).get_content()
    assert '<html lang="ar" dir="rtl">' in html
    assert "<p>مرحبا</p>" in html
    (attachment,) = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("تقدير.pdf", b"%PDF-1.7")


def test_the_same_outbox_key_is_the_same_message_id():
    first, second = message_of(mail(), SENDER), message_of(mail(subject="Again"), SENDER)
    assert first["Message-ID"] == second["Message-ID"]
    odd = message_of(mail(message_id="clé <x>\r\nBcc: a@b.c"), SENDER)["Message-ID"]
    assert odd.endswith("@alder.example>")
    assert "\n" not in odd
    assert len(odd) < 90


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\r\nBcc: spy@example.com"},
        {"subject": "Hello\u2028Bcc: spy@example.com"},
        {"language": "ar\nBcc: spy@example.com"},
        {"attachments": (Attachment("a\r\nBcc: spy@example.com", "text/plain", b""),)},
    ],
)
def test_no_header_can_be_smuggled_in(changes):
    content = message_of(mail(**changes), SENDER).as_bytes()
    assert "Bcc" not in message_from_bytes(content, policy=default)
    assert message_from_bytes(content, policy=default)["To"].addresses[0].addr_spec == "layla@example.com"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "layla",
        "layla@",
        "a@b.c\r\nBcc: spy@example.com",
        "a@example.com, b@example.com",
        "لا@example.com",
    ],
)
def test_an_address_that_cannot_be_is_a_permanent_failure(address):
    with pytest.raises(SendFailed) as failure:
        message_of(mail(to=address), SENDER)
    assert failure.value.permanent


def test_a_domain_in_another_script_is_written_as_mail_servers_know_it():
    assert message_of(mail(to="wang@锦河.example"), SENDER)["To"] == "wang@xn--ovwv67f.example"


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 5.1.1 no such mailbox", True), ("451 4.7.1 come back later", False)]
)
def test_a_refusal_says_whether_it_is_for_good_and_repeats_no_words(smtp, answer, permanent):
    smtp.inbox.answers["layla@example.com"] = answer
    with pytest.raises(SendFailed) as failure:
        mailer(smtp).send(mail())
    assert failure.value.permanent is permanent
    assert "mailbox" not in str(failure.value)
    assert answer[:3] in str(failure.value)


def test_a_server_that_is_away_is_no_permanent_failure():
    with pytest.raises(SendFailed) as failure:
        SmtpMailer("127.0.0.1", 9, tls=False, sender=SENDER).send(mail())
    assert not failure.value.permanent


def test_a_server_without_encryption_gets_nothing_when_it_is_wanted(smtp):
    mailer = SmtpMailer(
        "127.0.0.1", smtp.port, tls=True, sender=SENDER, tls_context=ssl.create_default_context()
    )
    with pytest.raises(SendFailed):
        mailer.send(mail())
    assert smtp.inbox.taken == []


def test_signing_in(smtp):
    mailer(smtp, user="care", password="right").send(mail())
    assert len(smtp.inbox.taken) == 1
    with pytest.raises(SendFailed) as failure:
        mailer(smtp, user="care", password="wrong").send(mail())
    assert not failure.value.permanent


def test_the_mailbox_lists_the_newest_first_and_keeps_a_repeated_mail_once(tmp_path):
    box = from_config(sender=SENDER, folder=tmp_path / "mailbox")
    assert isinstance(box, MailboxMailer)
    box.send(mail())
    box.send(mail(message_id="second", subject="Second"))
    box.send(mail(message_id="second", subject="Second"))
    newest, oldest = box.mails()
    assert (newest.subject, oldest.subject) == ("Second", "رسالة جديدة في صفحتكم")
    assert oldest.text.startswith("مرحبا")
    assert 'dir="rtl"' in oldest.html
    assert oldest.language == "ar"
    assert box.find(newest.key) == newest
    assert box.find("../../etc/passwd") is None
    assert box.find("0" * 32) is None


def test_mail_without_any_way_out_fails_at_start():
    with pytest.raises(ValueError):
        from_config(sender=SENDER)
