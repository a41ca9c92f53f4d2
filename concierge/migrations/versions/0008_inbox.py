"""inbox: how each talk stands, presence, reply templates, mail and SMS from outside"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PARTIAL = (
    ("ix_thread_head_turn", "thread_head", ["hospital_id", "specialist_id", "us_since", "case_id"],
     "us_since IS NOT NULL AND snoozed_until IS NULL"),
    ("ix_thread_head_all", "thread_head", ["hospital_id", "us_since", "case_id"],
     "us_since IS NOT NULL AND snoozed_until IS NULL"),
    ("ix_thread_head_family", "thread_head", ["hospital_id", "specialist_id", "family_since", "case_id"],
     "family_since IS NOT NULL AND snoozed_until IS NULL"),
    ("ix_thread_head_snoozed", "thread_head", ["hospital_id", "specialist_id", "snoozed_until", "case_id"],
     "snoozed_until IS NOT NULL"),
    ("ix_thread_head_wakes", "thread_head", ["snoozed_until"], "snoozed_until IS NOT NULL"),
    ("ix_inbound_unmatched", "inbound", ["hospital_id", "id"], "case_id IS NULL AND put_aside_at IS NULL"),
    ("ix_outbox_message_failed", "outbox_message", ["case_id", "id"], "state = 'failed'"),
)  # fmt: skip

# The talks that are there already: whose turn it is follows from who wrote last.
FILL = """
INSERT INTO thread_head (case_id, hospital_id, specialist_id, last_message_id, us_since, family_since, unread, snoozed_by)
SELECT c.id, c.hospital_id, c.specialist_id, m.id,
 CASE WHEN c.state <> 'closed' AND m.author_kind IN ('portal', 'visitor') THEN m.at END,
 CASE WHEN c.state <> 'closed' AND m.author_kind NOT IN ('portal', 'visitor') THEN m.at END,
 (SELECT count(*) FROM message u WHERE u.case_id = c.id AND u.read_at IS NULL AND u.author_kind = 'portal'), ''
FROM "case" c JOIN message m
 ON m.id = (SELECT max(l.id) FROM message l WHERE l.case_id = c.id AND l.kind = 'portal')
"""


def upgrade() -> None:
    op.create_table(
        "thread_head",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=True),
        sa.Column("last_message_id", sa.Integer(), nullable=True),
        sa.Column("us_since", UTCDateTime(), nullable=True),
        sa.Column("family_since", UTCDateTime(), nullable=True),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("snoozed_until", UTCDateTime(), nullable=True),
        sa.Column("snoozed_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_thread_head_case_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_thread_head_hospital_id")),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["staff_user.id"], name=op.f("fk_thread_head_specialist_id")
        ),
        sa.ForeignKeyConstraint(
            ["last_message_id"], ["message.id"], name=op.f("fk_thread_head_last_message_id"), ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_thread_head")),
    )
    op.create_table(
        "presence",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_presence_case_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_presence_staff_id")),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name=op.f("pk_presence")),
    )
    _create_templates()
    _create_inbound()
    for name, table, columns, where in PARTIAL:
        op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
    op.execute(FILL)


def _create_templates() -> None:
    op.create_table(
        "reply_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_reply_template_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template")),
        sa.UniqueConstraint(
            "hospital_id", "code", "number", name=op.f("uq_reply_template_hospital_id_code_number")
        ),
    )
    op.create_index(
        "ix_reply_template_current", "reply_template", ["hospital_id", "code"], unique=True,
        postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip


def _create_inbound() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(200), nullable=False),
        sa.Column("sender_name", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("put_aside_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_inbound_hospital_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_user.id"], name=op.f("fk_inbound_owner_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_inbound_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_inbound_provider_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_inbound_public_id")),
    )
    op.create_index(op.f("ix_inbound_case_id"), "inbound", ["case_id"])


def downgrade() -> None:
    op.drop_index("ix_outbox_message_failed", "outbox_message")
    for table in ("inbound", "reply_template", "presence", "thread_head"):
        op.drop_table(table)
