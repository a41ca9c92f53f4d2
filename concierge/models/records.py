"""Documents and the records checklist of a case."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import DocumentState, RecordKind, RecordState
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class ChecklistItem(Base):
    __tablename__ = "checklist_item"
    __table_args__ = (sa.UniqueConstraint("case_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    kind: Mapped[RecordKind] = enum_column(RecordKind)
    is_minimum: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[RecordState] = enum_column(RecordState, default=RecordState.MISSING)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # why a clearer copy is needed, for the patient
    note_language: Mapped[str] = mapped_column(sa.String(10), default="en")
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Document(Base):
    """A file: encrypted on disk under a random name, recognised by its content, never by its name."""

    __tablename__ = "document"
    __table_args__ = (
        sa.Index("ix_document_case", "case_id", "id"),
        sa.Index(
            "ix_document_unchecked", "case_id", "uploaded_at",
            postgresql_where=sa.text("state = 'checking'"), sqlite_where=sa.text("state = 'checking'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    kind: Mapped[RecordKind] = enum_column(RecordKind)
    state: Mapped[DocumentState] = enum_column(DocumentState, default=DocumentState.CHECKING)
    file_name: Mapped[str] = mapped_column(sa.String(200))  # as sent, shown only; never used as a path
    content_type: Mapped[str] = mapped_column(sa.String(60))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    storage_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    identity_name: Mapped[str] = mapped_column(sa.String(200), default="")  # DICOM header
    identity_birth_on: Mapped[date | None]
    mismatches: Mapped[list] = mapped_column(sa.JSON, default=list)  # codes of domain/records.py
    finding: Mapped[RecordState | None] = enum_column(
        RecordState, nullable=True
    )  # what a person of the team found
    refusal: Mapped[str] = mapped_column(sa.Text, default="")  # why it was sent back, for the patient
    refusal_language: Mapped[str] = mapped_column(sa.String(10), default="en")
    uploader_kind: Mapped[str] = mapped_column(sa.String(10))
    uploader_name: Mapped[str] = mapped_column(sa.String(200))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
