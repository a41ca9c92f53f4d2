"""A live chat: the visitor's way to the thread of one case, for as long as they have no sign-in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.models.case import Case
from concierge.models.types import UTCDateTime


class ChatSession(Base):
    """One visitor of one case. What is said are messages of the case; nothing of it is kept here."""

    __tablename__ = "chat_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))  # what the visitor wants to be called
    language: Mapped[str] = mapped_column(sa.String(10))
    timezone: Mapped[str] = mapped_column(
        sa.String(40), default=""
    )  # as the browser says; "" without JavaScript
    email: Mapped[str] = mapped_column(sa.String(200), default="")
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("portal_account.id"))  # of that address
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # goes on in the portal

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)


class ChatSecret(Base):
    """A key to a chat: the one in the visitor's cookie, and one for each mail that tells of an answer."""

    __tablename__ = "chat_secret"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    chat_id: Mapped[int] = mapped_column(sa.ForeignKey("chat_session.id", ondelete="CASCADE"), index=True)
