"""honest range: the package of an estimate, and what its finished cases had cost on the day of issue"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = {
    "package_id": sa.Integer(),
    "known_low_minor": sa.BigInteger(),
    "known_high_minor": sa.BigInteger(),
    "known_cases": sa.Integer(),
    "known_first_on": sa.Date(),
    "known_last_on": sa.Date(),
}
CHECKS = {
    "known_wholly": (
        "(known_low_minor IS NULL AND known_high_minor IS NULL AND known_cases IS NULL AND known_first_on IS NULL "
        "AND known_last_on IS NULL) OR (known_low_minor IS NOT NULL AND known_high_minor IS NOT NULL "
        "AND known_cases IS NOT NULL AND known_first_on IS NOT NULL AND known_last_on IS NOT NULL "
        "AND known_low_minor > 0 AND known_high_minor >= known_low_minor AND known_cases > 0 "
        "AND known_last_on >= known_first_on)"
    ),
    "known_of_issued_package": "known_low_minor IS NULL OR (package_id IS NOT NULL AND issued_at IS NOT NULL)",
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("estimate", sa.Column(name, kind, nullable=True))
    # SQLite takes a key and a rule only with a table built anew; its rows stay (migrations/env.py).
    with op.batch_alter_table("estimate") as batch_op:
        batch_op.create_foreign_key(op.f("fk_estimate_package_id"), "package", ["package_id"], ["id"])
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_estimate_{name}"), rule)


def downgrade() -> None:
    with op.batch_alter_table("estimate") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_estimate_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_estimate_package_id"), type_="foreignkey")
        for name in COLUMNS:
            batch_op.drop_column(name)
