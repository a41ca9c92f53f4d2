"""A doctor who sends patients, and each patient sent: what was asked, and what the doctor may be told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import ContactFirst
from concierge.models.case import Case
from concierge.models.enquiry import Enquiry
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Referrer(Base):
    """A referring physician, known by the address to which we answer; from a fax there may be none."""

    __tablename__ = "referrer"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    email: Mapped[str | None] = mapped_column(sa.String(200), unique=True)  # lower case
    name: Mapped[str] = mapped_column(sa.String(200))
    organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")  # E.164
    phone_typed: Mapped[str] = mapped_column(sa.String(60), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="en")
    timezone: Mapped[str] = mapped_column(sa.String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    unsubscribed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # looks by himself, gets no mail


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
    contact_first: Mapped[ContactFirst] = enum_column(
        ContactFirst, default=ContactFirst.PATIENT, server_default=ContactFirst.PATIENT.value
    )
    contact_name: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")  # of the family
    wants_call: Mapped[bool] = mapped_column(default=False)  # doctor to doctor
    call_phone: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    call_hours: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    call_noted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the call took place
    # The patient agreed to be referred, as the doctor says; whether the doctor may hear back is the patient's word.
    has_patient_consent: Mapped[bool] = mapped_column(default=False)
    may_hear_back: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)
    enquiry: Mapped[Enquiry] = relationship()
    referrer: Mapped[Referrer] = relationship(lazy="joined", innerjoin=True)


class ReferralLink(Base):
    """The private link to one referral; each mail has its own. An ended one still names the address to ask anew."""

    __tablename__ = "referral_link"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    referral: Mapped[Referral] = relationship(lazy="joined", innerjoin=True)


class KeptFile(Base):
    """A good file of a referral that was not sent yet, because something else on the page was refused."""

    __tablename__ = "kept_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    holder_hash: Mapped[str] = mapped_column(sa.String(64), index=True)  # of the secret in the doctor's page
    file_name: Mapped[str] = mapped_column(sa.String(200))
    file_kind: Mapped[str] = mapped_column(sa.String(10))  # FileKind of gateways/scanner.py
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    storage_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    identity: Mapped[dict | None] = mapped_column(sa.JSON)  # what a DICOM header says
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class FaceSheet(Base):
    """A faxed or scanned referral that waits to be typed off; afterwards it is a document of the case."""

    __tablename__ = "face_sheet"
    __table_args__ = (
        sa.Index(
            "ix_face_sheet_open", "hospital_id", "id",
            postgresql_where=sa.text("closed_at IS NULL"), sqlite_where=sa.text("closed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    file_kind: Mapped[str] = mapped_column(sa.String(10))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    storage_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    answers: Mapped[dict] = mapped_column(sa.JSON, default=dict)  # what was typed so far, by field name
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_by: Mapped[str] = mapped_column(sa.String(120))
    typed_by: Mapped[str] = mapped_column(sa.String(120), default="")  # who touched the draft last
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_reason: Mapped[str] = mapped_column(sa.Text, default="")  # when it was no referral
    referral_id: Mapped[int | None] = mapped_column(sa.ForeignKey("referral.id"))
