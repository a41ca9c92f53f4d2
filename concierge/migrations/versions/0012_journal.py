"""journal: double entry behind all money, exchange rates, and which tariff a line of an estimate came from"""

import secrets

import sqlalchemy as sa
from alembic import op

from concierge.migrations.append_only import guard, unguard
from concierge.models.types import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PLACE = {"card": "card_service", "bank_transfer": "bank", "counter": "counter"}


def upgrade() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("happening", sa.String(32), nullable=False),
        sa.Column("fact", sa.String(120), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_journal_entry_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_journal_entry_public_id")),
        sa.UniqueConstraint("fact", name=op.f("uq_journal_entry_fact")),
    )
    op.create_index("ix_journal_entry_case", "journal_entry", ["case_id", "id"])
    op.create_table(
        "journal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_journal_line_amount_is_not_zero")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_line_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_line")),
    )
    op.create_index(op.f("ix_journal_line_entry_id"), "journal_line", ["entry_id"])
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(3), nullable=False),
        sa.Column("quote", sa.String(3), nullable=False),
        sa.Column("rate", sa.Numeric(18, 8), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("ck_exchange_rate_rate_is_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint("base", "quote", "on", name=op.f("uq_exchange_rate_base_quote_on")),
    )
    with op.batch_alter_table("estimate_line") as batch_op:
        batch_op.add_column(sa.Column("tariff_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_estimate_line_tariff_id"), "tariff", ["tariff_id"], ["id"])
    _open_books()
    guard("journal_entry")
    guard("journal_line")


def _open_books() -> None:
    """The payments that were confirmed before there was a journal."""
    connection = op.get_bind()
    payment, deposit = (
        sa.table("payment", *map(sa.column, _PAYMENT)),
        sa.table("deposit", *map(sa.column, _DEPOSIT)),
    )
    found = sa.select(
        payment.c.public_id, payment.c.method, payment.c.amount_minor, payment.c.currency,
        sa.type_coerce(payment.c.confirmed_at, UTCDateTime()).label("at"), deposit.c.case_id,
    ).join(deposit, deposit.c.id == payment.c.deposit_id).where(payment.c.state == "confirmed").order_by(payment.c.id)  # fmt: skip
    entry = sa.table(
        "journal_entry", sa.column("id"), *(sa.column(name, kind) for name, kind in _ENTRY.items())
    )
    line = sa.table("journal_line", *map(sa.column, ("entry_id", "account", "amount_minor", "currency")))
    for number, row in enumerate(connection.execute(found).all(), start=1):
        connection.execute(
            sa.insert(entry).values(
                id=number, public_id=secrets.token_urlsafe(12), case_id=row.case_id, at=row.at,
                happening="payment_received", fact=f"payment:{row.public_id}", actor_kind="system", actor_name="Concierge",
            )
        )  # fmt: skip
        for account, amount in ((PLACE[row.method], row.amount_minor), ("deposits", -row.amount_minor)):
            connection.execute(
                sa.insert(line).values(
                    entry_id=number, account=account, amount_minor=amount, currency=row.currency
                )
            )
    if connection.dialect.name == "postgresql":
        op.execute("SELECT setval('journal_entry_id_seq', (SELECT coalesce(max(id), 1) FROM journal_entry))")


_PAYMENT = ("id", "public_id", "deposit_id", "method", "amount_minor", "currency", "confirmed_at", "state")
_DEPOSIT = ("id", "case_id")
_ENTRY = {
    "public_id": sa.String(), "case_id": sa.Integer(), "at": UTCDateTime(), "happening": sa.String(),
    "fact": sa.String(), "actor_kind": sa.String(), "actor_name": sa.String(),
}  # fmt: skip


def downgrade() -> None:
    unguard("journal_line")
    unguard("journal_entry")
    with op.batch_alter_table("estimate_line") as batch_op:
        batch_op.drop_constraint(op.f("fk_estimate_line_tariff_id"), type_="foreignkey")
        batch_op.drop_column("tariff_id")
    op.drop_table("exchange_rate")
    op.drop_table("journal_line")
    op.drop_table("journal_entry")
