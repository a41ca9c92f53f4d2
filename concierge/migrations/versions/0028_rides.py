"""places for wheelchairs are counted, days off the road, shuttle lines, outings, and what the driver found"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def _kind(name: str, **options) -> sa.Column:
    return sa.Column(name, sa.String(32), **options)


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), server_default="", nullable=False)


def upgrade() -> None:
    op.add_column(
        "resource", sa.Column("wheelchair_places", sa.Integer(), server_default="0", nullable=False)
    )
    op.execute(sa.text("UPDATE resource SET wheelchair_places = 1 WHERE has_wheelchair_place"))
    op.drop_column("resource", "has_wheelchair_place")
    _outages()
    _lines()
    with op.batch_alter_table("run") as run:
        run.add_column(sa.Column("line_id", sa.Integer(), nullable=True))
        run.add_column(_kind("purpose", nullable=True))
        run.add_column(_text("title", 120))
        run.add_column(_text("meeting_point", 160))
        run.add_column(sa.Column("join_until", UTCDateTime(), nullable=True))
        run.create_foreign_key(op.f("fk_run_line_id"), "shuttle_line", ["line_id"], ["id"])
        run.create_unique_constraint(op.f("uq_run_line_departure"), ["line_id", "starts_at"])
        run.create_index("ix_run_kind", ["hospital_id", "kind", "starts_at", "id"])
    _rides()


def _outages() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.Column("noted_by", sa.String(120), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_outage_ends_after_start")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_outage_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outage_public_id")),
    )
    op.create_index("ix_outage_resource", "outage", ["resource_id", "first_on"])


def _lines() -> None:
    op.create_table(
        "shuttle_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("from_place", sa.String(160), nullable=False),
        sa.Column("to_place", sa.String(160), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("driver_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.CheckConstraint(
            "seats >= 0 AND wheelchair_places >= 0", name=op.f("ck_shuttle_line_places_are_counted")
        ),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_shuttle_line_hospital_id")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["resource.id"], name=op.f("fk_shuttle_line_vehicle_id")),
        sa.ForeignKeyConstraint(["driver_id"], ["resource.id"], name=op.f("fk_shuttle_line_driver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shuttle_line")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shuttle_line_public_id")),
    )
    op.create_index("ix_shuttle_line_hospital", "shuttle_line", ["hospital_id", "id"])


def _rides() -> None:
    """Who stays in a wheelchair takes no seat, so a ride may be one wheelchair place alone."""
    with op.batch_alter_table("ride") as ride:
        ride.add_column(sa.Column("has_patient", sa.Boolean(), server_default=sa.true(), nullable=False))
        ride.add_column(sa.Column("flight_id", sa.Integer(), nullable=True))
        ride.add_column(_kind("outcome", nullable=True))
        ride.add_column(sa.Column("outcome_at", UTCDateTime(), nullable=True))
        ride.add_column(_text("outcome_by", 120))
        ride.drop_constraint(op.f("ck_ride_places_are_counted"), type_="check")
        ride.create_check_constraint(
            op.f("ck_ride_places_are_counted"), "seats >= 0 AND wheelchairs >= 0 AND seats + wheelchairs >= 1"
        )
        ride.create_check_constraint(
            op.f("ck_ride_outcome_has_its_time"), "(outcome IS NULL) = (outcome_at IS NULL)"
        )
        ride.create_foreign_key(op.f("fk_ride_flight_id"), "flight", ["flight_id"], ["id"])
    op.create_table(
        "ride_traveller",
        sa.Column("ride_id", sa.Integer(), nullable=False),
        sa.Column("traveller_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ride_id"], ["ride.id"], name=op.f("fk_ride_traveller_ride_id")),
        sa.ForeignKeyConstraint(["traveller_id"], ["traveller.id"], name=op.f("fk_ride_traveller_traveller_id")),
        sa.PrimaryKeyConstraint("ride_id", "traveller_id", name=op.f("pk_ride_traveller")),
    )


def downgrade() -> None:
    """A day off the road has no place in the older tables; a wheelchair alone takes a seat there."""
    op.execute(sa.text("DELETE FROM slot_ledger WHERE holder LIKE 'outage:%'"))
    op.drop_table("ride_traveller")
    op.execute(sa.text("UPDATE ride SET seats = 1 WHERE seats = 0"))
    with op.batch_alter_table("ride") as ride:
        ride.drop_constraint(op.f("fk_ride_flight_id"), type_="foreignkey")
        ride.drop_constraint(op.f("ck_ride_outcome_has_its_time"), type_="check")
        ride.drop_constraint(op.f("ck_ride_places_are_counted"), type_="check")
        for column in ("has_patient", "flight_id", "outcome", "outcome_at", "outcome_by"):
            ride.drop_column(column)
        ride.create_check_constraint(op.f("ck_ride_places_are_counted"), "seats >= 1 AND wheelchairs >= 0")
    with op.batch_alter_table("run") as run:
        run.drop_index("ix_run_kind")
        run.drop_constraint(op.f("uq_run_line_departure"), type_="unique")
        run.drop_constraint(op.f("fk_run_line_id"), type_="foreignkey")
        for column in ("line_id", "purpose", "title", "meeting_point", "join_until"):
            run.drop_column(column)
    op.drop_table("shuttle_line")
    op.drop_table("outage")
    op.add_column(
        "resource", sa.Column("has_wheelchair_place", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute(sa.text("UPDATE resource SET has_wheelchair_place = wheelchair_places > 0"))
    op.drop_column("resource", "wheelchair_places")
