"""needs told part by part, help with a wheelchair in flight, and from when on bookings of a hospital are firm"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "hospital", sa.Column("firm_from", sa.String(32), server_default="patient_yes", nullable=False)
    )
    op.add_column("traveller", sa.Column("wheelchair", sa.String(32), nullable=True))
    op.add_column("trip_needs", sa.Column("leave_from", sa.Date(), nullable=True))
    op.add_column("trip_needs", sa.Column("home_by", sa.Date(), nullable=True))
    op.add_column("trip_needs", sa.Column("told", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    for column in ("told", "home_by", "leave_from"):
        op.drop_column("trip_needs", column)
    op.drop_column("traveller", "wheelchair")
    op.drop_column("hospital", "firm_from")
