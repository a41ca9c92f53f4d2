"""live chat: the visitor's way to the thread of a case"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(40), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_chat_session_case_id")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["portal_account.id"], name=op.f("fk_chat_session_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_session")),
        sa.UniqueConstraint("case_id", name=op.f("uq_chat_session_case_id")),
    )
    op.create_index(op.f("ix_chat_session_opened_at"), "chat_session", ["opened_at"])
    op.create_table(
        "chat_secret",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat_session.id"], name=op.f("fk_chat_secret_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_chat_secret")),
    )
    op.create_index(op.f("ix_chat_secret_chat_id"), "chat_secret", ["chat_id"])


def downgrade() -> None:
    op.drop_table("chat_secret")
    op.drop_table("chat_session")
