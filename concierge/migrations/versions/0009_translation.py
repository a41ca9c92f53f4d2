"""translation: held messages, what waits for engine and desk, memory and glossary"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WAITING = sa.text("desk = 'waiting'")
_DUE = sa.text("state IN ('queued', 'claimed')")


def upgrade() -> None:
    with op.batch_alter_table("message") as batch_op:
        batch_op.add_column(sa.Column("translated_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("critical", sa.String(80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false()))
    _create_translation()
    op.create_table(
        "translation_memory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("engine", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(200), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_memory")),
        sa.UniqueConstraint("key", "engine", name=op.f("uq_translation_memory_key_engine")),
    )
    op.create_table(
        "glossary_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=True),
        sa.Column("term", sa.String(120), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("is_protected", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(200), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_glossary_term_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_term")),
        sa.UniqueConstraint("public_id", name=op.f("uq_glossary_term_public_id")),
    )
    op.create_index(op.f("ix_glossary_term_hospital_id"), "glossary_term", ["hospital_id"])


def _create_translation() -> None:
    op.create_table(
        "translation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("target", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(40), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("engine", sa.String(40), nullable=False),
        sa.Column("drafted_at", UTCDateTime(), nullable=True),
        sa.Column("alarms", sa.JSON(), nullable=False),
        sa.Column("desk", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("risk", sa.Integer(), nullable=False),
        sa.Column("wanted_at", UTCDateTime(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(200), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("finished_by", sa.String(200), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_translation_message_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_translation_case_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_translation_hospital_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["staff_user.id"], name=op.f("fk_translation_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation")),
        sa.UniqueConstraint("message_id", name=op.f("uq_translation_message_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_translation_public_id")),
    )
    op.create_index(op.f("ix_translation_case_id"), "translation", ["case_id"])
    op.create_index(
        "ix_translation_due", "translation", ["due_at", "id"], postgresql_where=_DUE, sqlite_where=_DUE
    )
    op.create_index(
        "ix_translation_desk",
        "translation",
        ["risk", "wanted_at", "id"],
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )


def downgrade() -> None:
    for table in ("glossary_term", "translation_memory", "translation"):
        op.drop_table(table)
    with op.batch_alter_table("message") as batch_op:
        for column in ("is_held", "critical", "translated_at"):
            batch_op.drop_column(column)
