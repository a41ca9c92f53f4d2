"""one person, many spellings: suggested duplicates, and merges that can be taken back"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duplicate_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_case_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("case_id > other_case_id", name=op.f("ck_duplicate_suggestion_newer_first")),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_duplicate_suggestion_decided_has_time")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_duplicate_suggestion_case_id")),
        sa.ForeignKeyConstraint(
            ["other_case_id"], ["case.id"], name=op.f("fk_duplicate_suggestion_other_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_suggestion")),
        sa.UniqueConstraint("public_id", name=op.f("uq_duplicate_suggestion_public_id")),
        sa.UniqueConstraint(
            "case_id", "other_case_id", name=op.f("uq_duplicate_suggestion_case_id_other_case_id")
        ),
    )
    op.create_index("ix_duplicate_suggestion_other", "duplicate_suggestion", ["other_case_id"])
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("survivor_case_id", sa.Integer(), nullable=False),
        sa.Column("folded_case_id", sa.Integer(), nullable=False),
        sa.Column("survivor_person_id", sa.Integer(), nullable=False),
        sa.Column("folded_person_id", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("merged_at", UTCDateTime(), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=False),
        sa.Column("merged_by", sa.String(120), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.Column("undone_by", sa.String(120), nullable=False),
        sa.CheckConstraint("folded_case_id <> survivor_case_id", name=op.f("ck_merge_two_cases")),
        sa.ForeignKeyConstraint(["survivor_case_id"], ["case.id"], name=op.f("fk_merge_survivor_case_id")),
        sa.ForeignKeyConstraint(["folded_case_id"], ["case.id"], name=op.f("fk_merge_folded_case_id")),
        sa.ForeignKeyConstraint(
            ["survivor_person_id"], ["person.id"], name=op.f("fk_merge_survivor_person_id")
        ),
        sa.ForeignKeyConstraint(["folded_person_id"], ["person.id"], name=op.f("fk_merge_folded_person_id")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["staff_user.id"], name=op.f("fk_merge_merged_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merge_public_id")),
    )
    op.create_index("ix_merge_survivor", "merge", ["survivor_case_id"])
    op.create_index(
        "uq_merge_folded_case", "merge", ["folded_case_id"], unique=True,
        postgresql_where=sa.text("undone_at IS NULL"), sqlite_where=sa.text("undone_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("merge")
    op.drop_table("duplicate_suggestion")
