"""insurance: several payers of a case in order, their papers, and the question to an insurer with its promise"""

import secrets

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("state IN ('asked', 'not_reachable')")


def upgrade() -> None:
    op.add_column("hospital", sa.Column("benefit_check_days", sa.Integer(), server_default="2", nullable=False))
    _payers()
    _papers()
    _checks()
    _bring_payers()


def _payers() -> None:
    op.create_table(
        "case_payer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("policy_number", sa.String(60), nullable=False),
        sa.Column("group_number", sa.String(60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("holder_name", sa.String(200), nullable=False),
        sa.Column("holder_relation", sa.String(32), nullable=True),
        sa.Column("is_us_government", sa.Boolean(), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("limit_currency", sa.String(3), nullable=False),
        sa.Column("share_percent", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("stated_by", sa.String(200), nullable=False),
        sa.Column("stated_at", UTCDateTime(), nullable=True),
        sa.Column("verified_by", sa.String(200), nullable=False),
        sa.Column("verified_at", UTCDateTime(), nullable=True),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by", sa.String(200), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind <> 'self_pay'", name=op.f("ck_case_payer_patient_is_no_row")),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_case_payer_rank_from_one")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_case_payer_dates_are_ordered")),
        sa.CheckConstraint("share_percent BETWEEN 1 AND 100", name=op.f("ck_case_payer_share_is_percent")),
        sa.CheckConstraint("limit_minor >= 0", name=op.f("ck_case_payer_limit_is_positive")),
        sa.CheckConstraint(
            "(limit_minor IS NULL) = (limit_currency = '')", name=op.f("ck_case_payer_limit_has_currency")
        ),
        sa.CheckConstraint(
            "(verified_at IS NULL) = (verified_by = '')", name=op.f("ck_case_payer_verified_by_somebody")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_payer_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_payer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_case_payer_public_id")),
    )
    op.create_index("ix_case_payer_case", "case_payer", ["case_id", "rank", "id"])


def _papers() -> None:
    op.create_table(
        "payer_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("differs", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["payer_id"], ["case_payer.id"], name=op.f("fk_payer_paper_payer_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_payer_paper_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_paper")),
        sa.UniqueConstraint("payer_id", "document_id", name=op.f("uq_payer_paper_payer_id_document_id")),
    )


def _checks() -> None:
    op.create_table(
        "benefit_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("asked_of", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("is_by_family", sa.Boolean(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("warned_at", UTCDateTime(), nullable=True),
        sa.Column("late_told_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(200), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=True),
        sa.Column("network", sa.String(32), nullable=True),
        sa.Column("preauthorisation", sa.String(32), nullable=True),
        sa.Column("preauthorisation_number", sa.String(60), nullable=False),
        sa.Column("abroad", sa.String(32), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        *(sa.Column(f"{name}_minor", sa.BigInteger(), nullable=True) for name in _AMOUNTS),
        sa.Column("coinsurance_percent", sa.Integer(), nullable=True),
        sa.Column("exclusions", sa.Text(), nullable=False),
        sa.Column("call_reference", sa.String(60), nullable=False),
        sa.Column("contact_name", sa.String(200), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("for_currency", sa.String(3), nullable=False),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_benefit_check_{name}"))
            for name, rule in _CHECK_RULES.items()
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_benefit_check_case_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_benefit_check_hospital_id")),
        sa.ForeignKeyConstraint(["payer_id"], ["case_payer.id"], name=op.f("fk_benefit_check_payer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_check")),
        sa.UniqueConstraint("public_id", name=op.f("uq_benefit_check_public_id")),
    )
    op.create_index("ix_benefit_check_case", "benefit_check", ["case_id", "id"])
    op.create_index(op.f("ix_benefit_check_payer_id"), "benefit_check", ["payer_id"])
    where = {"postgresql_where": _IS_OPEN, "sqlite_where": _IS_OPEN}
    op.create_index("ix_benefit_check_one_open", "benefit_check", ["payer_id"], unique=True, **where)
    op.create_index("ix_benefit_check_due", "benefit_check", ["hospital_id", "due_at", "id"], **where)
    op.create_table(
        "benefit_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["benefit_check.id"], name=op.f("fk_benefit_try_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_try")),
    )
    op.create_index("ix_benefit_try_check", "benefit_try", ["check_id", "id"])


_AMOUNTS = ("deductible", "deductible_met", "copay", "own_most", "own_met", "for_low", "for_high")
_CHECK_RULES = {
    "answered_has_time": "(state = 'answered') = (answered_at IS NOT NULL)",
    "answered_has_verdict": "(state = 'answered') = (verdict IS NOT NULL)",
    "coinsurance_is_percent": "coinsurance_percent BETWEEN 0 AND 100",
    "deductible_met_within": "deductible_met_minor BETWEEN 0 AND deductible_minor",
    "own_met_within": "own_met_minor BETWEEN 0 AND own_most_minor",
    "copay_is_positive": "copay_minor >= 0",
    "range_is_ordered": "for_high_minor >= for_low_minor",
}


def _bring_payers() -> None:
    """Who paid beside the patient so far is the first payer."""
    case = sa.table("case", sa.column("id"), sa.column("payer_kind"), sa.column("payer_name"),
                    sa.column("opened_at", UTCDateTime()))  # fmt: skip
    payer = sa.table("case_payer", *(sa.column(name, kind) for name, kind in _PAYER.items()))
    found = sa.select(case).where(case.c.payer_kind.is_not(None), case.c.payer_kind != "self_pay")
    empty = {name: "" for name, kind in _PAYER.items() if isinstance(kind, sa.String)}
    rows = [
        {
            **empty, "public_id": secrets.token_hex(8), "case_id": row.id, "rank": 1, "kind": row.payer_kind,
            "name": row.payer_name, "is_us_government": row.payer_kind == "us_government", "stated": {},
            "added_at": row.opened_at, "version": 1,
        }
        for row in op.get_bind().execute(found.order_by(case.c.id))
    ]  # fmt: skip
    if rows:
        op.bulk_insert(payer, rows)


_PAYER = {
    "public_id": sa.String(), "case_id": sa.Integer(), "rank": sa.Integer(), "kind": sa.String(), "name": sa.String(),
    "policy_number": sa.String(), "group_number": sa.String(), "holder_name": sa.String(),
    "is_us_government": sa.Boolean(), "limit_currency": sa.String(), "note": sa.Text(), "stated": sa.JSON(),
    "stated_by": sa.String(), "verified_by": sa.String(), "added_at": UTCDateTime(), "added_by": sa.String(),
    "ended_by": sa.String(), "version": sa.Integer(),
}  # fmt: skip


def downgrade() -> None:
    document = sa.table("document", sa.column("kind"))
    op.execute(sa.update(document).where(document.c.kind == "guarantee_letter").values(kind="other"))
    op.drop_table("benefit_try")
    op.drop_table("benefit_check")
    op.drop_table("payer_paper")
    op.drop_table("case_payer")
    op.drop_column("hospital", "benefit_check_days")
