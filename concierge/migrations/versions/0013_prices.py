"""prices: packages instead of a tick on a tariff, deposit rules that two people make, actual totals, no two at a time"""

from datetime import date, timedelta
from itertools import groupby

import sqlalchemy as sa
from alembic import op

from concierge.migrations.no_overlap import guard, unguard
from concierge.models.types import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

USUAL = "USUAL"
USUAL_NAME = {"en": "The usual evaluation", "ar": "التقييم المعتاد", "zh_Hans": "常规评估"}
TARIFF_KEY, PACKAGE_KEY = ("hospital_id", "code"), ("hospital_id", "code")
RULE_KEY = ("hospital_id", "cancer_type", "payer_kind")
APPROVED = "{row}approved_by <> ''"

# Other tables point at these two, so SQLite cannot make them anew: plain ALTER, which both databases know.
RULE_COLUMNS = {
    "proposed_by_id": "INTEGER CONSTRAINT fk_deposit_rule_proposed_by_id REFERENCES staff_user (id)",
    "proposed_by": "VARCHAR(120) DEFAULT '' NOT NULL",
    "replaces_id": "INTEGER CONSTRAINT fk_deposit_rule_replaces_id REFERENCES deposit_rule (id)",
    "approved_by_id": "INTEGER CONSTRAINT fk_deposit_rule_approved_by_id REFERENCES staff_user (id) "
    "CONSTRAINT ck_deposit_rule_four_eyes CHECK (approved_by_id IS NULL OR approved_by_id <> proposed_by_id)",
    "ended_by": "VARCHAR(120) DEFAULT '' NOT NULL",
}
TARIFF_COLUMNS = ("made_by", "ended_by")


def upgrade() -> None:
    _make_packages()
    _make_actuals()
    for column, kind in RULE_COLUMNS.items():
        op.execute(f"ALTER TABLE deposit_rule ADD COLUMN {column} {kind}")
    for column in TARIFF_COLUMNS:
        op.execute(f"ALTER TABLE tariff ADD COLUMN {column} VARCHAR(120) DEFAULT '' NOT NULL")
    op.add_column("deposit_rule", sa.Column("proposed_at", UTCDateTime(), nullable=True))
    op.add_column("deposit_rule", sa.Column("approved_at", UTCDateTime(), nullable=True))
    op.create_index(op.f("ix_estimate_line_tariff_id"), "estimate_line", ["tariff_id"])
    _pack_what_was_ticked()
    op.execute("ALTER TABLE tariff DROP COLUMN is_in_package")
    _part("tariff", TARIFF_KEY)
    _part("deposit_rule", RULE_KEY)
    guard("tariff", TARIFF_KEY)
    guard("package", PACKAGE_KEY)
    guard("deposit_rule", RULE_KEY, APPROVED)


def _make_packages() -> None:
    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("cancer_type", sa.String(32), nullable=True),
        sa.Column("programme", sa.String(32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(120), nullable=False, server_default=""),
        sa.Column("ended_by", sa.String(120), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_package_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
    )
    op.create_index("ix_package_lookup", "package", ["hospital_id", "programme", "code"])
    op.create_table(
        "package_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tariff_code", sa.String(20), nullable=False),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("is_optional", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_package_line_quantity_is_positive")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_package_line_package_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_line")),
        sa.UniqueConstraint("package_id", "position", name=op.f("uq_package_line_package_id_position")),
    )
    op.create_index(op.f("ix_package_line_tariff_code"), "package_line", ["tariff_code"])


def _make_actuals() -> None:
    op.create_table(
        "case_actual",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_case_actual_total_is_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_actual_case_id")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_case_actual_package_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_actual")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_actual_case_id")),
    )
    op.create_index("ix_case_actual_package", "case_actual", ["package_id", "finished_on"])
    op.create_table(
        "price_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.Column("read_by", sa.String(120), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("done_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_price_import_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_price_import_public_id")),
    )


_TARIFF = sa.table(
    "tariff", sa.column("hospital_id"), sa.column("code"), sa.column("phase"), sa.column("valid_from", sa.Date()),
    sa.column("is_in_package", sa.Boolean()),
)  # fmt: skip
_PACKAGE = sa.table(
    "package", sa.column("id"), sa.column("hospital_id"), sa.column("code"), sa.column("name", sa.JSON()),
    sa.column("programme"), sa.column("valid_from", sa.Date()),
)  # fmt: skip
_LINE = sa.table(
    "package_line", sa.column("package_id"), sa.column("position"), sa.column("tariff_code"), sa.column("phase"),
    sa.column("quantity"), sa.column("is_optional", sa.Boolean()),
)  # fmt: skip


def _pack_what_was_ticked() -> None:
    """For each hospital one package for any illness and each programme, as every draft began until now."""
    connection = op.get_bind()
    ticked = (
        sa.select(_TARIFF)
        .where(_TARIFF.c.is_in_package.is_(True))
        .order_by(_TARIFF.c.hospital_id, _TARIFF.c.code)
    )
    number = 0
    for hospital_id, found in groupby(connection.execute(ticked).all(), key=lambda row: row.hospital_id):
        rows = list(found)
        codes = {row.code: row.phase for row in rows}
        for programme in ("treatment", "second_opinion", "telehealth"):
            number += 1
            connection.execute(
                sa.insert(_PACKAGE).values(
                    id=number, hospital_id=hospital_id, code=f"{USUAL}-{programme[:2].upper()}", name=USUAL_NAME,
                    programme=programme, valid_from=min(row.valid_from for row in rows),
                )
            )  # fmt: skip
            for position, (code, phase) in enumerate(codes.items(), start=1):
                connection.execute(
                    sa.insert(_LINE).values(
                        package_id=number, position=position, tariff_code=code, phase=phase, quantity=1,
                        is_optional=False,
                    )
                )  # fmt: skip
    if connection.dialect.name == "postgresql":
        op.execute("SELECT setval('package_id_seq', (SELECT coalesce(max(id), 1) FROM package))")


def _part(name: str, key: tuple[str, ...]) -> None:
    """Where two rows hold on the same day, the earlier one ends before the later one begins."""
    connection = op.get_bind()
    dates = (sa.column("valid_from", sa.Date()), sa.column("valid_until", sa.Date()))
    table = sa.table(name, sa.column("id"), *map(sa.column, key), *dates)
    rows = connection.execute(sa.select(table).order_by(*map(sa.column, key), dates[0], table.c.id)).all()
    for _key, found in groupby(rows, key=lambda row: tuple(getattr(row, column) for column in key)):
        its = [row for row in found if (row.valid_until or date.max) >= row.valid_from]  # the others never hold
        for earlier, later in zip(its, its[1:], strict=False):
            if (earlier.valid_until or date.max) >= later.valid_from:
                ends = later.valid_from - timedelta(days=1)
                connection.execute(sa.update(table).where(table.c.id == earlier.id).values(valid_until=ends))


def downgrade() -> None:
    for table in ("deposit_rule", "package", "tariff"):
        unguard(table)
    op.execute("ALTER TABLE tariff ADD COLUMN is_in_package BOOLEAN DEFAULT false NOT NULL")
    op.execute(
        "UPDATE tariff SET is_in_package = true WHERE EXISTS (SELECT 1 FROM package_line line JOIN package "
        "ON package.id = line.package_id WHERE package.hospital_id = tariff.hospital_id "
        "AND package.cancer_type IS NULL AND line.tariff_code = tariff.code)"
    )
    op.drop_index(op.f("ix_estimate_line_tariff_id"), "estimate_line")
    for column in ("approved_at", "proposed_at", *reversed(RULE_COLUMNS)):
        op.execute(f"ALTER TABLE deposit_rule DROP COLUMN {column}")
    # A proposal would count in the older version. (Last: until now other rows might say that they replace it.)
    op.execute("DELETE FROM deposit_rule WHERE approved_by = ''")
    for column in TARIFF_COLUMNS:
        op.execute(f"ALTER TABLE tariff DROP COLUMN {column}")
    for table in ("price_import", "case_actual", "package_line", "package"):
        op.drop_table(table)
