"""refunds: money that goes back, with a guard against more than was paid; and who took the journal out of the house"""

import sqlalchemy as sa
from alembic import op

from concierge.migrations.append_only import guard, unguard
from concierge.models.types import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_VOID = "('withdrawn', 'refused')"
_SUM = f"""(SELECT coalesce(sum(amount_minor), 0) FROM refund
 WHERE payment_id = NEW.payment_id AND id <> NEW.id AND state NOT IN {_VOID}) + NEW.amount_minor"""
_SQLITE = """
CREATE TRIGGER refund_within_payment_{verb} BEFORE {verb} ON refund
WHEN NEW.state NOT IN {void} AND NOT EXISTS (
  SELECT 1 FROM payment WHERE id = NEW.payment_id AND state = 'confirmed'
  AND currency = NEW.currency AND amount_minor >= {total})
BEGIN SELECT RAISE(ABORT, 'refund above payment'); END
"""
# The payment is locked first: two refunds of it at once would not see each other.
_POSTGRESQL = f"""
CREATE FUNCTION refund_within_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE paid bigint;
BEGIN
  IF NEW.state IN {_VOID} THEN RETURN NEW; END IF;
  SELECT amount_minor INTO paid FROM payment
  WHERE id = NEW.payment_id AND state = 'confirmed' AND currency = NEW.currency FOR UPDATE;
  IF paid IS NULL OR {_SUM} > paid THEN RAISE EXCEPTION 'refund above payment'; END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    _refund()
    op.create_table(
        "journal_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("staff_name", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.String(7), nullable=False),
        sa.CheckConstraint("(month = '') = (case_id IS NOT NULL)", name=op.f("ck_journal_export_of_one_thing")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_journal_export_staff_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_journal_export_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_export")),
        sa.UniqueConstraint("public_id", name=op.f("uq_journal_export_public_id")),
    )
    op.create_index(op.f("ix_journal_export_case_id"), "journal_export", ["case_id"])
    op.create_index("ix_journal_entry_at", "journal_entry", ["at", "id"])
    guard("journal_export")


def _refund() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("auto_key", sa.String(80), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("receiver", sa.String(200), nullable=False),
        sa.Column("receiver_reason", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("proposed_at", UTCDateTime(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("bank_reference", sa.String(80), nullable=False),
        sa.Column("provider_id", sa.String(80), nullable=True),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("came_back_at", UTCDateTime(), nullable=True),
        sa.Column("failure_code", sa.String(60), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("warned_at", UTCDateTime(), nullable=True),
        sa.Column("late_told_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_refund_{name}")) for name, text in _CHECKS.items()),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_refund_deposit_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        *(
            sa.ForeignKeyConstraint([f"{who}_by_id"], ["staff_user.id"], name=op.f(f"fk_refund_{who}_by_id"))
            for who in ("proposed", "approved", "sent", "ended")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("public_id", name=op.f("uq_refund_public_id")),
        sa.UniqueConstraint("auto_key", name=op.f("uq_refund_auto_key")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_refund_provider_id")),
    )
    op.create_index("ix_refund_state", "refund", ["state", "promised_on", "id"])
    op.create_index("ix_refund_deposit", "refund", ["deposit_id", "id"])
    op.create_index("ix_refund_payment", "refund", ["payment_id"])
    _guard_sum()


_CHECKS = {
    "amount_is_positive": "amount_minor > 0",
    "four_eyes": "approved_by_id IS NULL OR approved_by_id <> proposed_by_id",
    "approved_has_time": "(state NOT IN ('proposed', 'refused')) = (approved_at IS NOT NULL) OR state = 'withdrawn'",
    "approved_has_person": "(approved_at IS NULL) = (approved_by_id IS NULL)",
    "sent_has_day": "state NOT IN ('sent', 'done') OR sent_on IS NOT NULL",
    "done_has_time": "(state = 'done') = (done_at IS NOT NULL)",
    "ended_has_time": f"(state IN {_VOID}) = (ended_at IS NOT NULL)",
    "other_receiver": "receiver_reason = '' OR (proposed_by_id IS NOT NULL AND method <> 'card')",
}


def _guard_sum() -> None:
    """All refunds of a payment that are not withdrawn or refused are together never above it, in its currency."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL)
        op.execute(
            "CREATE TRIGGER refund_within_payment BEFORE INSERT OR UPDATE ON refund "
            "FOR EACH ROW EXECUTE FUNCTION refund_within_payment()"
        )
        return
    for verb, total in (("INSERT", _SUM.replace("id <> NEW.id AND ", "")), ("UPDATE", _SUM)):
        op.execute(_SQLITE.format(verb=verb, void=_VOID, total=total))


def downgrade() -> None:
    unguard("journal_export")
    op.drop_index("ix_journal_entry_at", "journal_entry")
    op.drop_table("journal_export")
    op.drop_table("refund")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refund_within_payment()")
