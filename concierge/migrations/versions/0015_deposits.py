"""deposits: former requests, a link that can be renewed and stopped, the payer's address, lists that left the house"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deposit_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("requested_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_request_deposit_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["deposit_rule.id"], name=op.f("fk_deposit_request_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_request")),
    )
    op.create_index("ix_deposit_request", "deposit_request", ["deposit_id", "id"])
    op.create_table(
        "ended_pay_link",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_ended_pay_link_deposit_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_ended_pay_link")),
    )
    op.create_index(op.f("ix_ended_pay_link_deposit_id"), "ended_pay_link", ["deposit_id"])
    op.create_table(
        "deposit_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("tab", sa.String(20), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_deposit_export_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_export")),
        sa.UniqueConstraint("public_id", name=op.f("uq_deposit_export_public_id")),
    )
    with op.batch_alter_table("deposit") as batch_op:
        batch_op.add_column(sa.Column("link_renewed_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("link_stopped_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("payment") as batch_op:
        batch_op.add_column(sa.Column("payer_email", sa.String(200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("payer_language", sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("payment") as batch_op:
        batch_op.drop_column("payer_language")
        batch_op.drop_column("payer_email")
    with op.batch_alter_table("deposit") as batch_op:
        batch_op.drop_column("link_stopped_at")
        batch_op.drop_column("link_renewed_at")
    op.drop_table("deposit_export")
    op.drop_table("ended_pay_link")
    op.drop_table("deposit_request")
