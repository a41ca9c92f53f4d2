"""Text messages out: through a provider that takes JSON over HTTPS, or into the folder that the demo reads.

One POST a message: `{"from", "to", "text", "reference"}` with a bearer token. Most providers take this form or a small
relay does. The number of a person stands in no log and in no error.
"""

import hashlib
import http.client
import json
import os
import re
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from concierge.gateways.mail import SendFailed

_TIMEOUT_SECONDS = 10
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Ours to mend, or to wait for: the message itself is fine.
_TRY_AGAIN = {401, 402, 403, 404, 408, 409, 425, 429}


@dataclass(frozen=True, slots=True)
class Sms:
    """`to` in E.164; `key` is the outbox key, so that a provider can recognise what it was given twice."""

    to: str
    text: str
    language: str
    key: str


class SmsSender(Protocol):
    """Sends one text message or raises SendFailed."""

    def send(self, sms: Sms) -> None: ...


class HttpSms:
    """A provider; `sender` is the number or name that people see."""

    def __init__(self, url: str, token: str, sender: str, *, timeout: float = _TIMEOUT_SECONDS) -> None:
        if not url.startswith(("https://", "http://")):
            raise ValueError("SMS_URL must begin with https://")
        self._url, self._token, self._sender, self._timeout = url, token, sender, timeout

    def send(self, sms: Sms) -> None:
        _check(sms)
        body = json.dumps(
            {"from": self._sender, "to": sms.to, "text": sms.text, "reference": _reference(sms.key)}
        )
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(self._url, body.encode(), headers, method="POST")  # noqa: S310 (checked above)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout):  # noqa: S310
                pass
        except urllib.error.HTTPError as answer:
            answer.close()
            is_ours = 400 <= answer.code < 500 and answer.code not in _TRY_AGAIN
            raise SendFailed(f"sms {answer.code}", permanent=is_ours) from None
        except (OSError, http.client.HTTPException) as error:
            raise SendFailed(f"sms {type(error).__name__}", permanent=False) from None


class MailboxSms:
    """One small file a message, beside the mails; one that is sent again overwrites its own file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, sms: Sms) -> None:
        _check(sms)
        half = self._folder / f".{_reference(sms.key)}.{os.getpid()}.half"
        half.write_text(json.dumps(asdict(sms)), encoding="utf-8")
        half.replace(self._folder / f"{_reference(sms.key)}.sms")

    def texts(self, limit: int = 100) -> list[Sms]:
        """The newest first."""
        files = sorted(self._folder.glob("*.sms"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [Sms(**json.loads(file.read_text(encoding="utf-8"))) for file in files[:limit]]


def from_config(*, url: str = "", token: str = "", sender: str = "", folder: Path) -> SmsSender:
    """The provider when an address is set, else the mailbox folder."""
    return HttpSms(url, token, sender) if url else MailboxSms(folder)


def _check(sms: Sms) -> None:
    if not _E164.fullmatch(sms.to):
        raise SendFailed("number", permanent=True)


def _reference(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
