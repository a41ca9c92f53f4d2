"""the trip as it was published, edition by edition, and who has seen it"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trip_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("published_by", sa.String(120), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_trip_edition_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_edition")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_trip_edition_number")),
    )
    op.create_table(
        "trip_seen",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["trip_edition.id"], name=op.f("fk_trip_seen_edition_id")),
        sa.ForeignKeyConstraint(["account_id"], ["portal_account.id"], name=op.f("fk_trip_seen_account_id")),
        sa.PrimaryKeyConstraint("edition_id", "account_id", name=op.f("pk_trip_seen")),
    )


def downgrade() -> None:
    op.drop_table("trip_seen")
    op.drop_table("trip_edition")
