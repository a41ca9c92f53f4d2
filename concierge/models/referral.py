"""A doctor who sends patients, and each patient sent: what was asked, and what the doctor may be told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.models.case import Case
from concierge.models.enquiry import Enquiry
from concierge.models.types import UTCDateTime, public_id_column


class Referrer(Base):
    """A referring physician, known by the address to which we answer."""

    __tablename__ = "referrer"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    email: Mapped[str] = mapped_column(sa.String(200), unique=True)  # lower case
    name: Mapped[str] = mapped_column(sa.String(200))
    organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")  # E.164
    phone_typed: Mapped[str] = mapped_column(sa.String(60), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="en")
    timezone: Mapped[str] = mapped_column(sa.String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Referral(Base):
    """One patient sent by one doctor: by the form, or from a face sheet that staff typed off."""

    __tablename__ = "referral"
    __table_args__ = (sa.Index("ix_referral_referrer", "referrer_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    enquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("enquiry.id"), unique=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    referrer_id: Mapped[int] = mapped_column(sa.ForeignKey("referrer.id"))
    diagnosis: Mapped[str] = mapped_column(sa.Text, default="")
    icd10: Mapped[str] = mapped_column(sa.String(10), default="")
    question: Mapped[str] = mapped_column(sa.Text, default="")  # to our team
    wants_call: Mapped[bool] = mapped_column(default=False)  # doctor to doctor
    # The patient agreed to be referred, as the doctor says; whether the doctor may hear back is the patient's word.
    has_patient_consent: Mapped[bool] = mapped_column(default=False)
    may_hear_back: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)
    enquiry: Mapped[Enquiry] = relationship()
    referrer: Mapped[Referrer] = relationship(lazy="joined", innerjoin=True)
