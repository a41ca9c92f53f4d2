"""ways in: urgent first in the queue, warnings of a promise, on call, bulletin, physician requests"""

import sqlalchemy as sa
from alembic import op

from concierge.migrations.append_only import guard, unguard
from concierge.models.types import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

QUEUE = {
    "postgresql_where": sa.text("taken_by_id IS NULL"),
    "sqlite_where": sa.text("taken_by_id IS NULL"),
}
OPEN = {"postgresql_where": sa.text("closed_at IS NULL"), "sqlite_where": sa.text("closed_at IS NULL")}
UNANSWERED = "acknowledged_at IS NULL AND again_at IS NULL"


def upgrade() -> None:
    op.drop_index("ix_enquiry_queue", table_name="enquiry")
    op.add_column("enquiry", sa.Column("queue_rank", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("enquiry", sa.Column("warned_at", UTCDateTime(), nullable=True))
    op.add_column("enquiry", sa.Column("late_told_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE enquiry SET queue_rank = 0 WHERE urgency = 'urgent'")
    op.create_index(
        "ix_enquiry_queue", "enquiry", ["hospital_id", "queue_rank", "promise_due_at", "id"], **QUEUE
    )
    op.create_index("ix_enquiry_received", "enquiry", ["hospital_id", "received_at"])
    _on_call()
    _bulletin()
    _requests()


def _on_call() -> None:
    op.create_table(
        "on_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_on_call_ends_after_start")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_on_call_hospital_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_on_call_staff_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["staff_user.id"], name=op.f("fk_on_call_noted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call")),
        sa.UniqueConstraint("public_id", name=op.f("uq_on_call_public_id")),
    )
    op.create_index("ix_on_call_hospital", "on_call", ["hospital_id", "ends_at", "id"])
    op.create_table(
        "urgent_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("paged_at", UTCDateTime(), nullable=False),
        sa.Column("again_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)",
            name=op.f("ck_urgent_page_acknowledged_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_urgent_page_enquiry_id")),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["staff_user.id"], name=op.f("fk_urgent_page_acknowledged_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_page")),
        sa.UniqueConstraint("enquiry_id", name=op.f("uq_urgent_page_enquiry_id")),
    )
    op.create_index(
        "ix_urgent_page_open", "urgent_page", ["paged_at", "id"],
        postgresql_where=sa.text(UNANSWERED), sqlite_where=sa.text(UNANSWERED),
    )  # fmt: skip


def _bulletin() -> None:
    op.create_table(
        "bulletin_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.Column("proof", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_subscription")),
        sa.UniqueConstraint("email", name=op.f("uq_bulletin_subscription_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulletin_subscription_public_id")),
    )
    op.create_index("ix_bulletin_subscription_state", "bulletin_subscription", ["state", "id"])
    op.create_table(
        "bulletin_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("staff_name", sa.String(120), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_bulletin_export_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_export")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulletin_export_public_id")),
    )
    guard("bulletin_export")


def _requests() -> None:
    op.create_table(
        "physician_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("timezone", sa.String(40), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("owner_role", sa.String(32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("handed_over_note", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)", name=op.f("ck_physician_request_closed_has_outcome")
        ),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_physician_request_hospital_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_user.id"], name=op.f("fk_physician_request_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physician_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_physician_request_public_id")),
    )
    op.create_index("ix_physician_request_open", "physician_request", ["hospital_id", "due_at", "id"], **OPEN)
    op.create_index("ix_physician_request_mine", "physician_request", ["owner_id", "due_at", "id"], **OPEN)


def downgrade() -> None:
    op.drop_table("physician_request")
    unguard("bulletin_export")
    op.drop_table("bulletin_export")
    op.drop_table("bulletin_subscription")
    op.drop_table("urgent_page")
    op.drop_table("on_call")
    op.drop_index("ix_enquiry_received", table_name="enquiry")
    op.drop_index("ix_enquiry_queue", table_name="enquiry")
    with op.batch_alter_table("enquiry") as batch_op:
        for column in ("late_told_at", "warned_at", "queue_rank"):
            batch_op.drop_column(column)
    op.create_index("ix_enquiry_queue", "enquiry", ["hospital_id", "promise_due_at", "id"], **QUEUE)
