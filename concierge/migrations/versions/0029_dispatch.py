"""private links for drivers, and how a hospital drives"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hospital", sa.Column("driving_rules", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "driver_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("driver_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_driver_link_hospital_id")),
        sa.ForeignKeyConstraint(["driver_id"], ["resource.id"], name=op.f("fk_driver_link_driver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_driver_link_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_driver_link_token_hash")),
    )
    op.create_index("ix_driver_link_day", "driver_link", ["hospital_id", "on", "driver_id", "id"])


def downgrade() -> None:
    op.drop_table("driver_link")
    op.drop_column("hospital", "driving_rules")
