"""who pays a booking stands in its shares alone, with the limits of agreements and what people decided besides"""

import sqlalchemy as sa
from alembic import op

from concierge.migrations.append_only import guard, unguard
from concierge.models.types import UTCDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_BOOKINGS = ("stay", "ride")


def upgrade() -> None:
    op.add_column("payer_agreement", sa.Column("companions", sa.Integer(), nullable=True))
    op.add_column("payer_agreement", sa.Column("nights", sa.Integer(), nullable=True))
    op.add_column("payer_agreement", sa.Column("caps", sa.JSON(), server_default="{}", nullable=False))
    op.add_column(
        "payer_agreement", sa.Column("caps_currency", sa.String(3), server_default="", nullable=False)
    )
    op.add_column("case_service", sa.Column("booking", sa.String(30), server_default="", nullable=False))
    op.create_index("ix_case_service_booking", "case_service", ["booking"])
    _decisions()
    op.add_column("booking_share", sa.Column("numbers", sa.JSON(), server_default="{}", nullable=False))
    op.add_column(
        "booking_share", sa.Column("is_own_cost", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("booking_share", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("booking_share", sa.Column("ends_on", sa.Date(), nullable=True))
    _days_of_shares()
    with op.batch_alter_table("booking_share") as share:
        share.alter_column("starts_on", existing_type=sa.Date(), nullable=False)
    _shares_of_old_bookings()
    for table in _BOOKINGS:
        with op.batch_alter_table(table) as booking:
            booking.drop_column("benefit_reason")
            booking.drop_column("paid_by")


def _decisions() -> None:
    op.create_table(
        "benefit_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("booking", sa.String(30), nullable=False),
        sa.Column("benefit", sa.String(32), nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("paid_by", sa.String(20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("why <> ''", name=op.f("ck_benefit_decision_decided_with_reason")),
        sa.CheckConstraint(
            "(cost_minor IS NULL) = (currency IS NULL)", name=op.f("ck_benefit_decision_cost_has_currency")
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["hospital.id"], name=op.f("fk_benefit_decision_hospital_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_benefit_decision_case_id")),
        sa.ForeignKeyConstraint(["by_id"], ["staff_user.id"], name=op.f("fk_benefit_decision_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_decision")),
    )
    op.create_index("ix_benefit_decision_list", "benefit_decision", ["hospital_id", "at", "id"])
    op.create_index(op.f("ix_benefit_decision_case_id"), "benefit_decision", ["case_id"])
    guard("benefit_decision")


def _days_of_shares() -> None:
    """The day on which it was decided is near enough where the booking does not say it."""
    day = "CAST(decided_at AS DATE)" if op.get_bind().dialect.name == "postgresql" else "date(decided_at)"
    op.execute(f"UPDATE booking_share SET starts_on = {day}")
    first, last = (
        f"(SELECT {column} FROM stay WHERE booking_share.booking = 'stay:' || stay.id)"
        for column in ("arrive_on", "leave_on")
    )
    op.execute(f"UPDATE booking_share SET starts_on = {first}, ends_on = {last} WHERE booking LIKE 'stay:%'")


def _shares_of_old_bookings() -> None:
    """Each booking so far was paid as a whole by one side, for the reason that stood beside it."""
    ride_day = (
        "CAST(b.starts_at AS DATE)" if op.get_bind().dialect.name == "postgresql" else "date(b.starts_at)"
    )
    kinds = (
        ("stay", "lodging", "b.arrive_on", "b.leave_on"),
        ("ride", "rides", ride_day, "NULL"),
    )  # fmt: skip
    for table, benefit, first, last in kinds:
        op.execute(
            f"""
            INSERT INTO booking_share (case_id, booking, benefit, standing, reason, rule, paid_by, decided_at,
                overridden_by, override_reason, starts_on, ends_on)
            SELECT b.case_id, '{table}:' || b.id, '{benefit}',
                CASE WHEN b.paid_by = 'hospital' THEN 'granted' ELSE 'refused' END,
                CASE WHEN b.benefit_reason = '' THEN 'no_agreement' ELSE b.benefit_reason END, '2026-11', b.paid_by,
                b.booked_at, '', '', {first}, {last}
            FROM {table} b
            WHERE b.state <> 'cancelled'
                AND NOT EXISTS (SELECT 1 FROM booking_share s WHERE s.booking = '{table}:' || b.id)
            """
        )


def downgrade() -> None:
    for table in _BOOKINGS:
        with op.batch_alter_table(table) as booking:
            booking.add_column(sa.Column("paid_by", sa.String(20), server_default="patient", nullable=False))
            booking.add_column(sa.Column("benefit_reason", sa.String(60), server_default="", nullable=False))
        share = f"FROM booking_share WHERE booking = '{table}:' || {table}.id ORDER BY id LIMIT 1"
        op.execute(
            f"UPDATE {table} SET benefit_reason = (SELECT reason {share}), "
            f"paid_by = (SELECT CASE WHEN paid_by = 'patient' THEN 'patient' ELSE 'hospital' END {share}) "
            f"WHERE EXISTS (SELECT 1 FROM booking_share WHERE booking = '{table}:' || {table}.id)"
        )
        with op.batch_alter_table(table) as booking:
            booking.alter_column("paid_by", existing_type=sa.String(20), server_default=None)
            booking.alter_column("benefit_reason", existing_type=sa.String(60), server_default=None)
    with op.batch_alter_table("booking_share") as share_table:
        for column in ("ends_on", "starts_on", "is_own_cost", "numbers"):
            share_table.drop_column(column)
    unguard("benefit_decision")
    op.drop_table("benefit_decision")
    op.drop_index("ix_case_service_booking", table_name="case_service")
    with op.batch_alter_table("case_service") as service:
        service.drop_column("booking")
    with op.batch_alter_table("payer_agreement") as agreement:
        for column in ("caps_currency", "caps", "nights", "companions"):
            agreement.drop_column(column)
