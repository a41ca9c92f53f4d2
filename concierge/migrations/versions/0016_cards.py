"""cards: events of the card service are worked on after they were taken; disputes"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("card_event") as batch_op:
        batch_op.drop_index("ix_card_event_unmatched")
        batch_op.add_column(sa.Column("intent_id", sa.String(80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("happened_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("due_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("needs_look", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("handled_by", sa.String(200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("handled_at", UTCDateTime(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_card_event_case_id"), "case", ["case_id"], ["id"])
    event = sa.table("card_event", *map(sa.column, ("outcome", "due_at", "received_at", "needs_look")))
    # What was not finished is taken up by the job; what nobody has looked into still waits for a person.
    op.execute(sa.update(event).where(event.c.outcome == "").values(due_at=event.c.received_at))
    op.execute(sa.update(event).where(event.c.outcome == "unmatched").values(needs_look=sa.true()))
    for name, columns, where in (
        ("due", ["due_at", "id"], "due_at IS NOT NULL"),
        ("look", ["received_at", "id"], "needs_look"),
        ("received", ["received_at", "id"], None),
        ("case", ["case_id", "received_at"], None),
    ):
        only = sa.text(where) if where else None
        op.create_index(
            f"ix_card_event_{name}", "card_event", columns, postgresql_where=only, sqlite_where=only
        )
    op.create_table(
        "card_dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(80), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("due_by", UTCDateTime(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_card_dispute_amount_is_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_card_dispute_case_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_card_dispute_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_dispute")),
        sa.UniqueConstraint("public_id", name=op.f("uq_card_dispute_public_id")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_card_dispute_provider_id")),
    )
    op.create_index("ix_card_dispute_case", "card_dispute", ["case_id", "id"])
    op.create_index(op.f("ix_card_dispute_payment_id"), "card_dispute", ["payment_id"])
    is_open = sa.text("state IN ('open', 'answered')")
    op.create_index(
        "ix_card_dispute_open", "card_dispute", ["due_by", "id"], postgresql_where=is_open, sqlite_where=is_open
    )


def downgrade() -> None:
    op.drop_table("card_dispute")
    for name in ("case", "received", "look", "due"):
        op.drop_index(f"ix_card_event_{name}", "card_event")
    with op.batch_alter_table("card_event") as batch_op:
        batch_op.drop_constraint(op.f("fk_card_event_case_id"), type_="foreignkey")
        for name in (
            "handled_at", "handled_by", "needs_look", "attempts", "due_at", "case_id", "happened_at", "intent_id",
        ):  # fmt: skip
            batch_op.drop_column(name)
    is_unmatched = sa.text("outcome = 'unmatched'")
    op.create_index(
        "ix_card_event_unmatched", "card_event", ["received_at", "id"], postgresql_where=is_unmatched,
        sqlite_where=is_unmatched,
    )  # fmt: skip
