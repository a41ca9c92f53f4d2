"""Column types shared by all aggregates, and the two id helpers."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class UTCDateTime(sa.types.TypeDecorator):
    """Aware UTC in Python on both databases; a naive value is a programming error and raises."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum], **options):
    """A StrEnum stored by its value as short text; the domain, not the database, owns the closed list."""
    stored = sa.Enum(kind, native_enum=False, length=32, values_callable=lambda e: [m.value for m in e])
    return mapped_column(stored, **options)


def new_public_id() -> str:
    """16 characters nobody guesses (79 bits) and nobody misreads."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def public_id_column():
    return mapped_column(sa.String(16), unique=True, default=new_public_id)


Text = sa.Text
JSON = sa.JSON
