"""flights and trains: legs, who travels, where the facts come from, and how they stand on the day"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_KINDS = {"mode": "flight", "source": "typed", "status": "scheduled"}
_TEXTS = {
    "carrier": 80, "booking_reference": 20, "from_code": 3, "from_terminal": 20, "to_code": 3, "to_terminal": 20,
    "told_by": 200,
}  # fmt: skip
_FLAGS = ("is_planned", "is_own_cost", "is_to_check")
_COUNTS = ("leg", "legs")
_TIMES = (
    "earlier_departs_at", "earlier_arrives_at", "expected_departs_at", "expected_arrives_at", "status_at", "asked_at",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("flight") as flight:
        for name, value in _KINDS.items():
            flight.add_column(sa.Column(name, sa.String(32), server_default=value, nullable=False))
        for name, length in _TEXTS.items():
            flight.add_column(sa.Column(name, sa.String(length), server_default="", nullable=False))
        for name in _FLAGS:
            flight.add_column(sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
        for name in _TIMES:
            flight.add_column(sa.Column(name, UTCDateTime(), nullable=True))
        for name in _COUNTS:
            flight.add_column(sa.Column(name, sa.Integer(), server_default="1", nullable=False))
        flight.add_column(sa.Column("travellers", sa.JSON(), server_default="[]", nullable=False))
        flight.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        flight.create_foreign_key(op.f("fk_flight_document_id"), "document", ["document_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("flight") as flight:
        flight.drop_constraint(op.f("fk_flight_document_id"), type_="foreignkey")
        for name in (*_KINDS, *_TEXTS, *_FLAGS, *_TIMES, *_COUNTS, "travellers", "document_id"):
            flight.drop_column(name)
