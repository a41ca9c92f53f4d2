"""Whether the visitor of a chat is here, in words, and the mark of what the team's page shows."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.conversation.live import queries
from concierge.domain.chat import is_here
from concierge.models import Case
from concierge.web.filters import ago


@dataclass(frozen=True)
class Live:
    """`thread` is the mark of the messages, `presence` the sentence on the visitor ("" where no chat is open)."""

    reference: str
    thread: str
    presence: str
    is_here: bool

    @property
    def mark(self) -> str:
        """Of everything; the sentence changes by itself once a minute at most."""
        return f"{self.thread}~{self.presence}" if self.presence else self.thread


def live_of(session: Session, case: Case, now: datetime) -> Live:
    standing = queries.standing_of(session, case)
    seen_at = standing.last_seen_at
    is_there = seen_at is not None and is_here(seen_at, now)
    return Live(case.reference, standing.mark, presence_text(seen_at, now) if seen_at else "", is_there)


def presence_text(last_seen_at: datetime, now: datetime) -> str:
    if is_here(last_seen_at, now):
        return _("The visitor is in the chat now")
    return _("The visitor left the chat %(since)s ago", since=ago(last_seen_at, now))
