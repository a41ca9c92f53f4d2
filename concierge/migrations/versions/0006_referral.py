"""referrals: private links, kept files, face sheets, the doctor-to-doctor call, and the referrer's own sign-in"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OF_TWO = "(staff_id IS NULL) <> (account_id IS NULL)"
OF_THREE = (
    "(CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN referrer_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def _one_owner(becomes: str, *, adds: bool) -> None:
    """Another owner of a sign-in. SQLite writes the table anew, without the checks that it does not name."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_sign_in_one_owner"), "sign_in", type_="check")
    with op.batch_alter_table("sign_in") as batch_op:
        if adds:
            batch_op.add_column(sa.Column("referrer_id", sa.Integer()))
            batch_op.create_foreign_key(op.f("fk_sign_in_referrer_id"), "referrer", ["referrer_id"], ["id"])
        else:
            batch_op.drop_constraint(op.f("fk_sign_in_referrer_id"), type_="foreignkey")
            batch_op.drop_column("referrer_id")
        batch_op.create_check_constraint(op.f("ck_sign_in_one_owner"), becomes)


def upgrade() -> None:
    with op.batch_alter_table("referrer") as batch_op:
        batch_op.alter_column("email", existing_type=sa.String(200), nullable=True)
        batch_op.add_column(sa.Column("unsubscribed_at", UTCDateTime()))
    with op.batch_alter_table("referral") as batch_op:
        batch_op.add_column(sa.Column("contact_first", sa.String(32), nullable=False, server_default="patient"))
        batch_op.add_column(sa.Column("contact_name", sa.String(200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("call_phone", sa.String(60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("call_hours", sa.String(200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("call_noted_at", UTCDateTime()))
    _one_owner(OF_THREE, adds=True)
    with op.batch_alter_table("sign_in_code") as batch_op:
        batch_op.add_column(sa.Column("referrer_id", sa.Integer()))
        batch_op.create_foreign_key(op.f("fk_sign_in_code_referrer_id"), "referrer", ["referrer_id"], ["id"])
    op.create_table(
        "referral_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_referral_link_referral_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_referral_link")),
    )
    op.create_index(op.f("ix_referral_link_referral_id"), "referral_link", ["referral_id"])
    op.create_index(op.f("ix_referral_link_expires_at"), "referral_link", ["expires_at"])
    _create_kept_file()
    _create_face_sheet()


def _create_kept_file() -> None:
    op.create_table(
        "kept_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("holder_hash", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_kind", sa.String(10), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("storage_key", sa.String(80), nullable=False),
        sa.Column("identity", sa.JSON()),
        sa.Column("kept_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kept_file_public_id")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_kept_file_storage_key")),
    )
    op.create_index(op.f("ix_kept_file_holder_hash"), "kept_file", ["holder_hash"])
    op.create_index(op.f("ix_kept_file_kept_at"), "kept_file", ["kept_at"])


def _create_face_sheet() -> None:
    op.create_table(
        "face_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_kind", sa.String(10), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("storage_key", sa.String(80), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("received_by", sa.String(120), nullable=False),
        sa.Column("typed_by", sa.String(120), nullable=False),
        sa.Column("closed_at", UTCDateTime()),
        sa.Column("closed_reason", sa.Text(), nullable=False),
        sa.Column("referral_id", sa.Integer()),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_face_sheet_hospital_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_face_sheet_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_face_sheet")),
        sa.UniqueConstraint("public_id", name=op.f("uq_face_sheet_public_id")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_face_sheet_storage_key")),
    )
    op.create_index(
        "ix_face_sheet_open", "face_sheet", ["hospital_id", "id"],
        postgresql_where=sa.text("closed_at IS NULL"), sqlite_where=sa.text("closed_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("face_sheet", "kept_file", "referral_link"):
        op.drop_table(table)
    op.execute("DELETE FROM sign_in_code WHERE referrer_id IS NOT NULL")
    with op.batch_alter_table("sign_in_code") as batch_op:
        batch_op.drop_constraint(op.f("fk_sign_in_code_referrer_id"), type_="foreignkey")
        batch_op.drop_column("referrer_id")
    op.execute("DELETE FROM sign_in WHERE referrer_id IS NOT NULL")
    _one_owner(OF_TWO, adds=False)
    with op.batch_alter_table("referral") as batch_op:
        for column in ("call_noted_at", "call_hours", "call_phone", "contact_name", "contact_first"):
            batch_op.drop_column(column)
    op.execute("UPDATE referrer SET email = public_id WHERE email IS NULL")
    with op.batch_alter_table("referrer") as batch_op:
        batch_op.drop_column("unsubscribed_at")
        batch_op.alter_column("email", existing_type=sa.String(200), nullable=False)
