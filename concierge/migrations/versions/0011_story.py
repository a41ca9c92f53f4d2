"""story: what was written first is translated like a message"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("translation") as batch_op:
        batch_op.alter_column("message_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("enquiry_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_translation_enquiry_id"), "enquiry", ["enquiry_id"], ["id"])
        batch_op.create_unique_constraint(op.f("uq_translation_enquiry_id"), ["enquiry_id"])
        batch_op.create_check_constraint(
            op.f("ck_translation_one_text"), "(message_id IS NULL) <> (enquiry_id IS NULL)"
        )


def downgrade() -> None:
    op.execute("DELETE FROM translation WHERE enquiry_id IS NOT NULL")
    with op.batch_alter_table("translation") as batch_op:
        batch_op.drop_constraint(op.f("ck_translation_one_text"), type_="check")
        batch_op.drop_constraint(op.f("uq_translation_enquiry_id"), type_="unique")
        batch_op.drop_constraint(op.f("fk_translation_enquiry_id"), type_="foreignkey")
        batch_op.drop_column("enquiry_id")
        batch_op.alter_column("message_id", existing_type=sa.Integer(), nullable=False)
