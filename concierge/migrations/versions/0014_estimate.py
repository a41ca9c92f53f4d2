"""estimate: margin of doubt, who pays which part, a second person above a limit, what a good-faith estimate names"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STAFF = ("asked_by_id", "approved_by_id")
TIMES = ("asked_at", "approved_at", "renewal_asked_at")
CHECKS = {
    "margin_is_a_percent": "margin_percent BETWEEN 0 AND 100",
    "four_eyes": "approved_by_id IS NULL OR approved_by_id <> asked_by_id",
    "approved_was_asked": "approved_at IS NULL OR asked_at IS NOT NULL",
}
IS_ISSUED = sa.text("state = 'issued'")


def upgrade() -> None:
    op.add_column("hospital", sa.Column("npi", sa.String(10), nullable=True))
    op.add_column("hospital", sa.Column("tin", sa.String(12), nullable=True))
    op.add_column("hospital", sa.Column("estimate_approval_minor", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("estimate") as batch_op:
        batch_op.add_column(sa.Column("margin_percent", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("primary_service", sa.String(200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("service_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("diagnosis_codes", sa.String(120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("return_reason", sa.Text(), server_default="", nullable=False))
        for name in STAFF:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_estimate_{name}"), "staff_user", [name], ["id"])
        for name in TIMES:
            batch_op.add_column(sa.Column(name, UTCDateTime(), nullable=True))
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_estimate_{name}"), rule)
    op.create_index(
        "ix_estimate_issued", "estimate", ["issued_at", "id"], postgresql_where=IS_ISSUED, sqlite_where=IS_ISSUED
    )
    op.create_table(
        "estimate_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estimate_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("payer_kind", sa.String(32), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint(
            "(percent IS NULL) <> (amount_minor IS NULL)", name=op.f("ck_estimate_share_percent_or_amount")
        ),
        sa.CheckConstraint(
            "percent IS NULL OR percent BETWEEN 1 AND 100", name=op.f("ck_estimate_share_percent_in_range")
        ),
        sa.CheckConstraint(
            "amount_minor IS NULL OR amount_minor > 0", name=op.f("ck_estimate_share_amount_is_positive")
        ),
        sa.ForeignKeyConstraint(["estimate_id"], ["estimate.id"], name=op.f("fk_estimate_share_estimate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate_share")),
    )
    op.create_index(op.f("ix_estimate_share_estimate_id"), "estimate_share", ["estimate_id"])


def downgrade() -> None:
    op.drop_table("estimate_share")
    op.drop_index("ix_estimate_issued", table_name="estimate")
    with op.batch_alter_table("estimate") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_estimate_{name}"), type_="check")
        for name in STAFF:
            batch_op.drop_constraint(op.f(f"fk_estimate_{name}"), type_="foreignkey")
        for name in (*STAFF, *TIMES):
            batch_op.drop_column(name)
        for name in ("return_reason", "diagnosis_codes", "service_on", "primary_service", "margin_percent"):
            batch_op.drop_column(name)
    for name in ("estimate_approval_minor", "tin", "npi"):
        op.drop_column("hospital", name)
