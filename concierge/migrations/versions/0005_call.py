"""the consult call: hours and absences of specialists, planned calls, wishes for other hours, sheets of calls"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _where(condition: str) -> dict:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def upgrade() -> None:
    _hours()
    _planned_calls()
    _wishes()
    _sheets()


def _hours() -> None:
    op.create_table(
        "call_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("closes > opens", name=op.f("ck_call_hours_closes_after_opening")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_call_hours_staff_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_call_hours_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_hours")),
    )
    op.create_index("ix_call_hours_staff", "call_hours", ["staff_id", "hospital_id"])
    op.create_table(
        "call_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_call_absence_ends_after_start")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_call_absence_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_absence")),
    )
    op.create_index("ix_call_absence_staff", "call_absence", ["staff_id", "last_on"])


def _planned_calls() -> None:
    op.create_table(
        "planned_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("video_url", sa.String(300), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("interpreter_wish", sa.String(32), nullable=False),
        sa.Column("who_joins", sa.String(300), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("booked_by", sa.String(200), nullable=False),
        sa.Column("booked_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_planned_call_hospital_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_planned_call_case_id")),
        sa.ForeignKeyConstraint(["specialist_id"], ["staff_user.id"], name=op.f("fk_planned_call_specialist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_call")),
        sa.UniqueConstraint("public_id", name=op.f("uq_planned_call_public_id")),
    )
    op.create_index("ix_planned_call_case", "planned_call", ["case_id", "id"])
    op.create_index("uq_planned_call_booked", "planned_call", ["case_id"], unique=True, **_where("state = 'booked'"))
    op.create_index(
        "ix_planned_call_ahead", "planned_call", ["hospital_id", "starts_at", "id"], **_where("state = 'booked'")
    )


def _wishes() -> None:
    op.create_table(
        "call_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_call_wish_hospital_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_call_wish_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_wish")),
    )
    op.create_index("ix_call_wish_open", "call_wish", ["hospital_id", "id"], **_where("answered_at IS NULL"))
    op.create_index("ix_call_wish_case", "call_wish", ["case_id", "id"])


def _sheets() -> None:
    op.create_table(
        "call_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("planned_call_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("participants", sa.String(300), nullable=False),
        sa.Column("interpreter", sa.String(32), nullable=True),
        sa.Column("has_interpreter_joined", sa.Boolean(), nullable=False),
        sa.Column("may_record", sa.Boolean(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_call_sheet_case_id")),
        sa.ForeignKeyConstraint(["planned_call_id"], ["planned_call.id"], name=op.f("fk_call_sheet_planned_call_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_sheet_call_id")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["staff_user.id"], name=op.f("fk_call_sheet_saved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_sheet")),
    )
    op.create_index("uq_call_sheet_open", "call_sheet", ["case_id"], unique=True, **_where("finished_at IS NULL"))
    op.create_index("ix_call_sheet_case", "call_sheet", ["case_id", "id"])


def downgrade() -> None:
    for table in ("call_sheet", "call_wish", "planned_call", "call_absence", "call_hours"):
        op.drop_table(table)
