"""Mail out: by SMTP, or into a folder that developers and the demo read as a mailbox."""

import hashlib
import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, SMTPUTF8
from email.utils import getaddresses, localtime, parseaddr
from html import escape
from pathlib import Path
from typing import Literal, Protocol

_TIMEOUT_SECONDS = 20
_LINE_BREAKS = re.compile(r"[\r\n\x00-\x1f\x7f\u0085\u2028\u2029]+")
_OUTBOX_KEY = re.compile(r"[A-Za-z0-9._:@-]{1,200}")
_IMPLICIT_TLS_PORT = 465


class SendFailed(Exception):
    """The mail did not leave. `permanent`: this address or this mail will never do; else try again later.

    Carries the server's number only: its words may repeat the mail.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason, self.permanent = reason, permanent


@dataclass(frozen=True, slots=True)
class Attachment:
    """`mime` as "application/pdf"; `name` must not tell the illness."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """`message_id` is the outbox key: the same key gives the same Message-ID, so a mail sent twice is one.

    `language` is a BCP 47 tag (`zh-Hans`), `direction` "ltr" or "rtl"; `html` is the body without <html>.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    direction: Literal["ltr", "rtl"]
    message_id: str
    reply_to: str | None = None
    stop_url: str = ""  # a POST to it ends these mails (RFC 8058)
    attachments: tuple[Attachment, ...] = ()


class Mailer(Protocol):
    """Sends one mail or raises SendFailed."""

    def send(self, mail: Mail) -> None: ...


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it goes out. `sender` is "Name <address>". Raises SendFailed for an impossible address."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_one_line(name), addr_spec=address)
    message["To"] = _address(mail.to)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = localtime()
    message["Message-ID"] = message_id(mail.message_id, address)
    # No out-of-office answer shall come to a mailbox that nobody reads.
    message["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to)
    if mail.stop_url:
        message["List-Unsubscribe"] = f"<{_one_line(mail.stop_url)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(_page(mail), subtype="html", cte="base64")
    for attachment in mail.attachments:
        kind, _, subtype = attachment.mime.partition("/")
        name = _one_line(attachment.name)
        message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=name)
    # Last: what stands before is moved into the first part when the message becomes a multipart.
    message["Content-Language"] = _one_line(mail.language)
    return message


def message_id(outbox_key: str, sender_address: str) -> str:
    """`<key@domain>`. A key with other signs is replaced by its hash."""
    domain = sender_address.rpartition("@")[2] or "localhost"
    local = outbox_key.replace("@", ".").replace(":", ".")
    if not _OUTBOX_KEY.fullmatch(outbox_key) or ".." in local or local[0] == "." or local[-1] == ".":
        local = hashlib.sha256(outbox_key.encode()).hexdigest()
    return f"<{local}@{domain}>"


class SmtpMailer:
    """One connection a mail. With `tls`, nothing is said in the clear: STARTTLS, or TLS at once on port 465."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str | None = None,
        password: str | None = None,
        tls: bool = True,
        sender: str = "",
        *,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._login = (user, password or "") if user else None
        self._sender = sender
        self._context = tls_context or ssl.create_default_context()

    def send(self, mail: Mail) -> None:
        message = message_of(mail, self._sender)
        try:
            with self._connection() as server:
                if self._login:
                    server.login(*self._login)
                server.send_message(message)
        except smtplib.SMTPException as error:
            raise _failure(error) from None
        except (OSError, ssl.SSLError) as error:
            raise SendFailed(type(error).__name__, permanent=False) from None

    def _connection(self) -> smtplib.SMTP:
        if self._tls and self._port == _IMPLICIT_TLS_PORT:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT_SECONDS, context=self._context)
        server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS)
        if self._tls:
            try:
                server.starttls(context=self._context)
            except BaseException:
                server.close()
                raise
        return server


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail in the developers' mailbox. `key` is its file name without ending."""

    key: str
    to: str
    subject: str
    sent: str
    language: str
    text: str
    html: str
    attachments: tuple[str, ...]


class MailboxMailer:
    """One .eml file a mail; a mail that is sent again overwrites its own file."""

    def __init__(self, folder: Path, sender: str = "Concierge <concierge@localhost>") -> None:
        self._folder, self._sender = folder, sender
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, mail: Mail) -> None:
        content = message_of(mail, self._sender).as_bytes()
        key = hashlib.sha256(mail.message_id.encode()).hexdigest()[:32]
        half = self._folder / f".{key}.{os.getpid()}.half"
        half.write_bytes(content)
        half.replace(self._folder / f"{key}.eml")

    def mails(self, limit: int = 100) -> list[Kept]:
        """The newest first."""
        files = sorted(self._folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [kept for file in files[:limit] if (kept := self.find(file.stem))]

    def find(self, key: str) -> Kept | None:
        """One mail, or None."""
        if not re.fullmatch(r"[0-9a-f]{32}", key):
            return None
        try:
            content = (self._folder / f"{key}.eml").read_bytes()
        except FileNotFoundError:
            return None
        return _kept(key, message_from_bytes(content, policy=SMTPUTF8))


def from_config(
    *,
    sender: str,
    host: str = "",
    port: int = 587,
    user: str = "",
    password: str = "",
    tls: bool = True,
    folder: Path | None = None,
) -> Mailer:
    """SMTP when a host is set, else the mailbox folder. Raises ValueError when neither is."""
    if host:
        return SmtpMailer(host, port, user or None, password or None, tls, sender)
    if folder is None:
        raise ValueError("mail needs an SMTP host or a mailbox folder")
    return MailboxMailer(folder, sender)


def _kept(key: str, message: EmailMessage) -> Kept:
    return Kept(
        key=key,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent=str(message["Date"]),
        language=str(message["Content-Language"]),
        text=_body(message.get_body(("plain",))),
        html=_body(message.get_body(("html",))),
        attachments=tuple(_names(message.iter_attachments())),
    )


def _body(part: MIMEPart | None) -> str:
    return part.get_content() if part else ""


def _names(parts: Iterator[MIMEPart]) -> Iterator[str]:
    for part in parts:
        yield part.get_filename() or part.get_content_type()


def _page(mail: Mail) -> str:
    language, title = escape(_one_line(mail.language)), escape(_one_line(mail.subject))
    return (
        f'<!doctype html><html lang="{language}" dir="{mail.direction}"><head><meta charset="utf-8">'
        f"<title>{title}</title></head>"
        # Some readers drop <html> and <body>: the direction is said once more where it stays.
        f'<body><div lang="{language}" dir="{mail.direction}">{mail.html}</div></body></html>'
    )


def _address(text: str) -> Address:
    found = [] if _LINE_BREAKS.search(text) else getaddresses([text])
    try:
        ((name, address),) = found
        user, _, domain = address.rpartition("@")
        if not user or not domain:
            raise ValueError
        user.encode("ascii")
        parsed = Address(_one_line(name), user, domain.encode("idna").decode())
    except (ValueError, IndexError):
        raise SendFailed("address", permanent=True) from None
    return parsed


def _one_line(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text).strip()


def _failure(error: smtplib.SMTPException) -> SendFailed:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max(code for code, _ in error.recipients.values())
    elif isinstance(error, smtplib.SMTPAuthenticationError):
        # Our own sign-in is wrong, not the mail: it must wait until somebody mends the settings.
        return SendFailed(f"sign-in {error.smtp_code}", permanent=False)
    else:
        code = getattr(error, "smtp_code", 0)
    return SendFailed(f"{type(error).__name__} {code}", permanent=500 <= code < 600)
