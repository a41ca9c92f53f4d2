"""trip feed: the calendar link by which a phone keeps a trip up to date"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trip_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_trip_feed_case_id")),
        sa.ForeignKeyConstraint(["account_id"], ["portal_account.id"], name=op.f("fk_trip_feed_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_feed")),
        sa.UniqueConstraint("public_id", name=op.f("uq_trip_feed_public_id")),
    )
    op.create_index("ix_trip_feed_case", "trip_feed", ["case_id", "account_id"])


def downgrade() -> None:
    op.drop_table("trip_feed")
