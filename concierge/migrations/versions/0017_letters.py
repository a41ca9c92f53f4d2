"""letters: payer organisations, amendments of letters of guarantee, services that use them up, swaps for a deposit"""

import sqlalchemy as sa
from alembic import op

from concierge.migrations.append_only import guard, unguard
from concierge.models.types import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _payers() -> None:
    op.create_table(
        "payer_organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("standing_reason", sa.Text(), nullable=False),
        sa.Column("standing_by", sa.String(200), nullable=False),
        sa.Column("standing_at", UTCDateTime(), nullable=True),
        sa.Column("exposure_limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("exposure_currency", sa.String(3), nullable=False),
        sa.Column("most_overdue_days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "standing <> 'stop_listed' OR standing_reason <> ''",
            name=op.f("ck_payer_organisation_stop_has_reason"),
        ),
        sa.CheckConstraint(
            "exposure_limit_minor IS NULL OR exposure_limit_minor > 0",
            name=op.f("ck_payer_organisation_limit_is_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["hospital.id"], name=op.f("fk_payer_organisation_hospital_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payer_organisation_public_id")),
    )
    op.create_index("ix_payer_organisation_list", "payer_organisation", ["hospital_id", "name", "id"])
    op.create_table(
        "payer_key",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["payer_organisation.id"], name=op.f("fk_payer_key_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "key", name=op.f("pk_payer_key")),
    )
    op.create_index("ix_payer_key_key", "payer_key", ["key", "organisation_id"])
    op.create_table(
        "payer_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["payer_organisation.id"], name=op.f("fk_payer_contact_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_contact")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payer_contact_public_id")),
    )
    op.create_index(op.f("ix_payer_contact_organisation_id"), "payer_contact", ["organisation_id"])
    op.create_table(
        "payer_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("benefits", sa.JSON(), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_payer_agreement_dates_are_ordered"),
        ),
        sa.CheckConstraint(
            "payment_days >= 0", name=op.f("ck_payer_agreement_payment_days_are_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["payer_organisation.id"], name=op.f("fk_payer_agreement_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_agreement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payer_agreement_public_id")),
    )
    op.create_index(op.f("ix_payer_agreement_organisation_id"), "payer_agreement", ["organisation_id"])
    op.create_table(
        "liaison_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("with_whom", sa.String(200), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["payer_organisation.id"], name=op.f("fk_liaison_note_organisation_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_liaison_note_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_note")),
    )
    op.create_index("ix_liaison_note_organisation", "liaison_note", ["organisation_id", "id"])
    op.create_index("ix_liaison_note_case", "liaison_note", ["case_id", "id"])
    guard("liaison_note")


def _letters() -> None:
    with op.batch_alter_table("guarantee") as batch_op:
        batch_op.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("appeal", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("override_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            op.f("fk_guarantee_organisation_id"), "payer_organisation", ["organisation_id"], ["id"]
        )
        batch_op.create_index("ix_guarantee_organisation", ["organisation_id", "state", "valid_until"])
    op.create_table(
        "guarantee_amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("guarantee_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("ceiling_minor", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'recorded') = (decided_at IS NULL)",
            name=op.f("ck_guarantee_amendment_decided_has_time"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> recorded_by_id",
            name=op.f("ck_guarantee_amendment_four_eyes"),
        ),
        sa.CheckConstraint("ceiling_minor > 0", name=op.f("ck_guarantee_amendment_ceiling_is_positive")),
        sa.ForeignKeyConstraint(
            ["guarantee_id"], ["guarantee.id"], name=op.f("fk_guarantee_amendment_guarantee_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff_user.id"], name=op.f("fk_guarantee_amendment_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff_user.id"], name=op.f("fk_guarantee_amendment_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee_amendment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_guarantee_amendment_public_id")),
    )
    op.create_index(op.f("ix_guarantee_amendment_guarantee_id"), "guarantee_amendment", ["guarantee_id"])


def _services() -> None:
    performed, billed = "('performed', 'billed', 'paid')", "('billed', 'paid')"
    op.create_table(
        "case_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("estimate_line_id", sa.Integer(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("booked_by", sa.String(200), nullable=False),
        sa.Column("booked_at", UTCDateTime(), nullable=False),
        sa.Column("scheduled_on", sa.Date(), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=True),
        sa.Column("billed_on", sa.Date(), nullable=True),
        sa.Column("bill_number", sa.String(60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by_method", sa.String(32), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_case_service_amount_is_positive")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_case_service_quantity_is_positive")),
        sa.CheckConstraint(
            f"(state IN {performed}) = (performed_on IS NOT NULL)",
            name=op.f("ck_case_service_performed_has_day"),
        ),
        sa.CheckConstraint(
            f"(state IN {billed}) = (billed_on IS NOT NULL)", name=op.f("ck_case_service_billed_has_day")
        ),
        sa.CheckConstraint(
            "(billed_on IS NULL) = (due_on IS NULL)", name=op.f("ck_case_service_bill_has_due_day")
        ),
        sa.CheckConstraint(
            "(state = 'paid') = (paid_on IS NOT NULL)", name=op.f("ck_case_service_paid_has_day")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_service_case_id")),
        sa.ForeignKeyConstraint(
            ["estimate_line_id"], ["estimate_line.id"], name=op.f("fk_case_service_estimate_line_id")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["guarantee.id"], name=op.f("fk_case_service_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_service")),
        sa.UniqueConstraint("public_id", name=op.f("uq_case_service_public_id")),
    )
    op.create_index("ix_case_service_case", "case_service", ["case_id", "id"])
    op.create_index("ix_case_service_letter", "case_service", ["letter_id", "state", "due_on"])
    op.create_table(
        "deposit_swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("guarantee_id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("refunds", sa.JSON(), nullable=False),
        sa.Column("state_before", sa.String(32), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("undone_by", sa.String(200), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_deposit_swap_case_id")),
        sa.ForeignKeyConstraint(
            ["guarantee_id"], ["guarantee.id"], name=op.f("fk_deposit_swap_guarantee_id")
        ),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_swap_deposit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_swap")),
    )
    live = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_deposit_swap_live",
        "deposit_swap",
        ["deposit_id"],
        unique=True,
        postgresql_where=live,
        sqlite_where=live,
    )
    op.create_index("ix_deposit_swap_case", "deposit_swap", ["case_id", "id"])


def upgrade() -> None:
    _payers()
    _letters()
    _services()


def downgrade() -> None:
    op.drop_table("deposit_swap")
    op.drop_table("case_service")
    op.drop_table("guarantee_amendment")
    with op.batch_alter_table("guarantee") as batch_op:
        batch_op.drop_index("ix_guarantee_organisation")
        batch_op.drop_constraint(op.f("fk_guarantee_organisation_id"), type_="foreignkey")
        batch_op.drop_column("override_reason")
        batch_op.drop_column("appeal")
        batch_op.drop_column("organisation_id")
    unguard("liaison_note")
    for table in ("liaison_note", "payer_agreement", "payer_contact", "payer_key", "payer_organisation"):
        op.drop_table(table)
