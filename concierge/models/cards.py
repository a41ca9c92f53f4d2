"""What the card service told us, and the payments that a card holder's bank wants back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.money import Money
from concierge.domain.vocabulary import DisputeState
from concierge.models.types import UTCDateTime, enum_column, public_id_column


def _where(text: str) -> dict:
    return {"postgresql_where": sa.text(text), "sqlite_where": sa.text(text)}


class CardEvent(Base):
    """One event of the card service; the primary key makes a repeated delivery harmless.

    `due_at` is when it is worked on next, None when that is done: whoever works on it moves the time ahead first, so
    that nobody else does. `outcome` says what came of it (cards/words.py).
    """

    __tablename__ = "card_event"
    __table_args__ = (
        sa.Index("ix_card_event_due", "due_at", "id", **_where("due_at IS NOT NULL")),
        sa.Index("ix_card_event_look", "received_at", "id", **_where("needs_look")),
        sa.Index("ix_card_event_received", "received_at", "id"),
        sa.Index("ix_card_event_case", "case_id", "received_at"),
    )

    id: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    object_id: Mapped[str] = mapped_column(sa.String(80), index=True)
    intent_id: Mapped[str] = mapped_column(sa.String(80), default="")  # the payment it belongs to
    happened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # at the card service
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(sa.String(40), default="")
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"))
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    needs_look: Mapped[bool] = mapped_column(default=False)  # until a person has looked into it
    handled_by: Mapped[str] = mapped_column(sa.String(200), default="")
    handled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CardDispute(Base):
    """A card payment that the card holder's bank wants back: how much, why, and by when we may answer."""

    __tablename__ = "card_dispute"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.Index("ix_card_dispute_case", "case_id", "id"),
        sa.Index("ix_card_dispute_open", "due_by", "id", **_where("state IN ('open', 'answered')")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    provider_id: Mapped[str] = mapped_column(sa.String(80), unique=True)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    reason: Mapped[str] = mapped_column(sa.String(60), default="")  # the card service's code
    state: Mapped[DisputeState] = enum_column(DisputeState)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)  # the money was taken from us
    due_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
