"""tasks of a case; the agreed day of a next action; where a telehealth patient is, and where a hospital may see one"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN, SNOOZED, DONE = "state = 'open'", "state = 'snoozed'", "state = 'done'"
INDEXES = (
    ("mine", ["owner_id", "due_at", "id"], OPEN),
    ("team", ["hospital_id", "owner_role", "due_at", "id"], OPEN),
    ("unowned", ["hospital_id", "owner_role", "due_at", "id"], f"{OPEN} AND owner_id IS NULL"),
    ("snoozed", ["owner_id", "snoozed_until", "id"], SNOOZED),
    ("wake", ["snoozed_until"], SNOOZED),
    ("done", ["done_by_id", "done_at", "id"], DONE),
    ("done_team", ["hospital_id", "owner_role", "done_at", "id"], DONE),
)
OF_THE_CASE = (
    ("agreed_note", sa.Text(), ""),
    ("agreed_by", sa.String(200), ""),
    ("present_country", sa.String(2), ""),
    ("present_country_at", UTCDateTime(), None),
)


def upgrade() -> None:
    for name, kind, default in OF_THE_CASE:
        is_nullable = default is None
        op.add_column("case", sa.Column(name, kind, nullable=is_nullable, server_default=default))
    op.add_column(
        "hospital", sa.Column("telehealth_countries", sa.JSON(), nullable=False, server_default="[]")
    )
    op.create_table(
        "case_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("owner_role", sa.String(32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("snoozed_until", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_by", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_case_task_done_has_time")
        ),
        sa.CheckConstraint(
            "(state = 'snoozed') = (snoozed_until IS NOT NULL)", name=op.f("ck_case_task_snoozed_has_end")
        ),
        sa.CheckConstraint("code <> '' OR title <> ''", name=op.f("ck_case_task_has_words")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_task_case_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_case_task_hospital_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_user.id"], name=op.f("fk_case_task_owner_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["staff_user.id"], name=op.f("fk_case_task_done_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_task")),
        sa.UniqueConstraint("key", name=op.f("uq_case_task_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_case_task_public_id")),
    )
    op.create_index("ix_case_task_case", "case_task", ["case_id", "state", "due_at"])
    for name, columns, where in INDEXES:
        condition = sa.text(where)
        op.create_index(
            f"ix_case_task_{name}", "case_task", columns, postgresql_where=condition, sqlite_where=condition
        )


def downgrade() -> None:
    op.drop_table("case_task")
    op.drop_column("hospital", "telehealth_countries")
    for name, _kind, _default in reversed(OF_THE_CASE):
        op.drop_column("case", name)
