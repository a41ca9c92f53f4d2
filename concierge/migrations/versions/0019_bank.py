"""bank: statements and their lines, which line a payment came from, and up to which amount one person may match"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("state IN ('unmatched', 'part_matched')")
TWO_SOURCES = "state <> 'confirmed' OR recorded_by_id IS NULL OR confirmed_by_id IS NOT NULL OR bank_line_id IS NOT NULL"


def upgrade() -> None:
    op.add_column("hospital", sa.Column("four_eyes_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("hospital", sa.Column("statement_layout", sa.JSON(), nullable=False, server_default="{}"))
    _create_statement()
    _create_line()
    with op.batch_alter_table("payment") as batch_op:
        batch_op.add_column(sa.Column("bank_line_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_payment_bank_line_id"), "bank_line", ["bank_line_id"], ["id"])
        batch_op.create_index(op.f("ix_payment_bank_line_id"), ["bank_line_id"])
        batch_op.create_check_constraint(op.f("ck_payment_two_sources"), TWO_SOURCES)


def _create_statement() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("opening_minor", sa.BigInteger(), nullable=True),
        sa.Column("closing_minor", sa.BigInteger(), nullable=True),
        sa.Column("gap_minor", sa.BigInteger(), nullable=True),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("storage_key", sa.String(64), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_bank_statement_hospital_id")),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["staff_user.id"], name=op.f("fk_bank_statement_imported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_statement_public_id")),
        sa.UniqueConstraint("hospital_id", "key", name=op.f("uq_bank_statement_hospital_id_key")),
    )
    op.create_index("ix_bank_statement_hospital", "bank_statement", ["hospital_id", "id"])


def _create_line() -> None:
    op.create_table(
        "bank_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("left_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("valued_on", sa.Date(), nullable=True),
        sa.Column("bank_id", sa.String(80), nullable=False),
        sa.Column("payer_name", sa.String(200), nullable=False),
        sa.Column("payer_account", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("end_to_end", sa.String(80), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("aside_reason", sa.String(32), nullable=True),
        sa.Column("aside_note", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(left_minor BETWEEN 0 AND amount_minor) OR (left_minor BETWEEN amount_minor AND 0)",
            name=op.f("ck_bank_line_left_within_amount"),
        ),
        sa.CheckConstraint(
            "state <> 'matched' OR left_minor = 0", name=op.f("ck_bank_line_matched_has_nothing_left")
        ),
        sa.CheckConstraint(
            "state <> 'unmatched' OR left_minor = amount_minor",
            name=op.f("ck_bank_line_unmatched_has_all_left"),
        ),
        sa.CheckConstraint(
            "(state = 'set_aside') = (aside_reason IS NOT NULL)", name=op.f("ck_bank_line_aside_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff_user.id"], name=op.f("fk_bank_line_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_bank_line_hospital_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_line_public_id")),
        sa.UniqueConstraint("hospital_id", "key", name=op.f("uq_bank_line_hospital_id_key")),
    )
    op.create_index(
        "ix_bank_line_open", "bank_line", ["booked_on", "id"], postgresql_where=IS_OPEN, sqlite_where=IS_OPEN
    )
    op.create_index("ix_bank_line_state", "bank_line", ["state", "booked_on", "id"])
    op.create_index("ix_bank_line_statement", "bank_line", ["statement_id", "id"])


def downgrade() -> None:
    # Without the bank's line nobody stands beside the one who matched it: then the statement said it, and no person.
    op.execute(
        "UPDATE payment SET recorded_by_id = NULL WHERE bank_line_id IS NOT NULL AND confirmed_by_id IS NULL "
        "AND state = 'confirmed'"
    )
    with op.batch_alter_table("payment") as batch_op:
        batch_op.drop_constraint(op.f("ck_payment_two_sources"), type_="check")
        batch_op.drop_index(op.f("ix_payment_bank_line_id"))
        batch_op.drop_constraint(op.f("fk_payment_bank_line_id"), type_="foreignkey")
        batch_op.drop_column("bank_line_id")
    op.drop_table("bank_line")
    op.drop_table("bank_statement")
    op.drop_column("hospital", "statement_layout")
    op.drop_column("hospital", "four_eyes_minor")
