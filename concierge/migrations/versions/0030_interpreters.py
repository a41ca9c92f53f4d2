"""interpreters with language pairs, credentials and absences; how an assignment ended; relatives who interpret"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime, new_public_id

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ADDED = (
    "occasion", "waiver", "gender_wish", "gender_note", "outcome", "replaced_by_id", "absence_id", "cost_minor",
    "currency",
)  # fmt: skip


def _kind(name: str, **options) -> sa.Column:
    return sa.Column(name, sa.String(32), **options)


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    _people()
    _absences()
    _assignments()
    _relatives()
    _known_interpreters()


def _people() -> None:
    op.create_table(
        "interpreter_profile",
        sa.Column("resource_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        _kind("kind", nullable=False),
        sa.Column("agency_name", sa.String(120), nullable=False),
        sa.Column("agency_phone", sa.String(20), nullable=False),
        sa.Column("modalities", sa.JSON(), nullable=False),
        sa.Column("rate_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("minimum_minutes", sa.Integer(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("lines >= 1", name=op.f("ck_interpreter_profile_lines_are_counted")),
        sa.CheckConstraint(
            "(rate_minor IS NULL) = (currency IS NULL)", name=op.f("ck_interpreter_profile_rate_has_currency")
        ),
        _key("interpreter_profile", "resource_id", "resource"),
        _key("interpreter_profile", "hospital_id", "hospital"),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_interpreter_profile")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interpreter_profile_public_id")),
    )
    op.create_index("ix_interpreter_profile_hospital", "interpreter_profile", ["hospital_id", "resource_id"])
    op.create_table(
        "interpreter_language",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("target", sa.String(10), nullable=False),
        sa.Column("dialect", sa.String(80), nullable=False),
        _key("interpreter_language", "resource_id", "resource"),
        _key("interpreter_language", "hospital_id", "hospital"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter_language")),
        sa.UniqueConstraint("resource_id", "language", "target", name=op.f("uq_interpreter_language_pair")),
    )
    op.create_index(
        "ix_interpreter_language_search", "interpreter_language", ["hospital_id", "language", "resource_id"]
    )
    op.create_table(
        "interpreter_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        _key("interpreter_credential", "resource_id", "resource"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter_credential")),
    )
    op.create_index(
        "ix_interpreter_credential_valid", "interpreter_credential", ["resource_id", "valid_until"]
    )
    op.create_index("ix_resource_name", "resource", ["hospital_id", "kind", "name", "id"])


def _absences() -> None:
    op.create_table(
        "interpreter_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        _kind("reason", nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("noted_by", sa.String(120), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_interpreter_absence_ends_after_start")),
        _key("interpreter_absence", "resource_id", "resource"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter_absence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interpreter_absence_public_id")),
    )
    op.create_index("ix_interpreter_absence_span", "interpreter_absence", ["resource_id", "ends_at"])


def _assignments() -> None:
    with op.batch_alter_table("interpreter_assignment") as table:
        table.add_column(_kind("occasion", server_default="routine", nullable=False))
        table.add_column(sa.Column("waiver", sa.String(300), server_default="", nullable=False))
        table.add_column(sa.Column("gender_wish", sa.String(1), server_default="", nullable=False))
        table.add_column(sa.Column("gender_note", sa.String(300), server_default="", nullable=False))
        table.add_column(_kind("outcome", nullable=True))
        table.add_column(sa.Column("replaced_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("absence_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("cost_minor", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("currency", sa.String(3), nullable=True))
        table.create_foreign_key(
            op.f("fk_interpreter_assignment_replaced_by_id"), "interpreter_assignment", ["replaced_by_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_interpreter_assignment_absence_id"), "interpreter_absence", ["absence_id"], ["id"]
        )
        table.create_index("ix_interpreter_assignment_person", ["interpreter_id", "ends_at"])
        table.create_index("ix_interpreter_assignment_absence", ["absence_id"])


def _relatives() -> None:
    op.create_table(
        "relative_interpreting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        _kind("relation", nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("offered_by", sa.String(120), nullable=False),
        sa.Column("offered_at", UTCDateTime(), nullable=False),
        sa.Column("decline_reason", sa.String(300), nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        _key("relative_interpreting", "case_id", "case"),
        _key("relative_interpreting", "appointment_id", "appointment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relative_interpreting")),
        sa.UniqueConstraint("public_id", name=op.f("uq_relative_interpreting_public_id")),
    )
    op.create_index("ix_relative_interpreting_case", "relative_interpreting", ["case_id", "id"])


def _known_interpreters() -> None:
    """Everybody who interprets so far is staff, at any hour and in every way, from each language to the house's own."""
    bind, c = op.get_bind(), sa.column
    known = sa.text(
        "SELECT resource.id, hospital_id, resource.languages, credential, credential_until, "
        "hospital.languages AS house FROM resource JOIN hospital ON hospital.id = hospital_id "
        "WHERE resource.kind = 'interpreter' ORDER BY resource.id"
    ).columns(
        c("id", sa.Integer), c("hospital_id", sa.Integer), c("languages", sa.JSON), c("credential", sa.String),
        c("credential_until", sa.Date), c("house", sa.JSON),
    )  # fmt: skip
    profile = sa.table(
        "interpreter_profile", c("resource_id"), c("public_id"), c("hospital_id"), c("kind"), c("agency_name"),
        c("agency_phone"), c("modalities", sa.JSON), c("minimum_minutes"), c("hours", sa.JSON), c("lines"),
        c("notice_minutes"),
    )  # fmt: skip
    language = sa.table(
        "interpreter_language", c("resource_id"), c("hospital_id"), c("language"), c("target"), c("dialect")
    )
    credential = sa.table(
        "interpreter_credential", c("resource_id"), c("name"), c("number"), c("valid_until", sa.Date)
    )
    for one in bind.execute(known).mappings().all():
        bind.execute(
            profile.insert().values(
                resource_id=one["id"], public_id=new_public_id(), hospital_id=one["hospital_id"], kind="staff",
                agency_name="", agency_phone="", modalities=["on_site", "video", "phone"], minimum_minutes=0, hours={},
                lines=1, notice_minutes=0,
            )
        )  # fmt: skip
        house = (one["house"] or ["en"])[0].split("_")[0]
        for spoken in sorted({code.split("_")[0] for code in one["languages"]} - {house}):
            bind.execute(
                language.insert().values(
                    resource_id=one["id"], hospital_id=one["hospital_id"], language=spoken, target=house,
                    dialect="",
                )
            )  # fmt: skip
        if one["credential_until"]:
            bind.execute(
                credential.insert().values(
                    resource_id=one["id"], name=one["credential"], number="", valid_until=one["credential_until"]
                )
            )


def downgrade() -> None:
    op.drop_table("relative_interpreting")
    with op.batch_alter_table("interpreter_assignment") as table:
        table.drop_index("ix_interpreter_assignment_absence")
        table.drop_index("ix_interpreter_assignment_person")
        table.drop_constraint(op.f("fk_interpreter_assignment_absence_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_interpreter_assignment_replaced_by_id"), type_="foreignkey")
        for name in _ADDED:
            table.drop_column(name)
    for table_name in (
        "interpreter_absence", "interpreter_credential", "interpreter_language", "interpreter_profile",
    ):  # fmt: skip
        op.drop_table(table_name)
    op.drop_index("ix_resource_name", table_name="resource")
