"""travellers and their needs, who pays each part of a booking, and rides as places on the run of a vehicle"""

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime, new_public_id

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _kind(name: str, **options) -> sa.Column:
    return sa.Column(name, sa.String(32), **options)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def upgrade() -> None:
    _travellers()
    _shares()
    _runs()
    _rides_ride_on_runs()


def _travellers() -> None:
    op.create_table(
        "traveller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        _kind("relation", nullable=False),
        sa.Column("passport_name", sa.String(120), nullable=False),
        sa.Column("native_name", sa.String(120), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("nationality", sa.String(2), nullable=False),
        sa.Column("passport_number", sa.String(20), nullable=False),
        sa.Column("passport_until", sa.Date(), nullable=True),
        _flag("needs_wheelchair"),
        _flag("needs_oxygen"),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_traveller_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traveller")),
        sa.UniqueConstraint("public_id", name=op.f("uq_traveller_public_id")),
    )
    op.create_index("ix_traveller_case", "traveller", ["case_id", "id"])
    op.create_table(
        "trip_needs",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("home_airport", sa.String(3), nullable=False),
        sa.Column("travel_note", sa.Text(), nullable=False),
        _flag("is_fit_to_fly_needed"),
        sa.Column("fit_to_fly_on", sa.Date(), nullable=True),
        _flag("needs_kitchen"),
        _flag("needs_accessible"),
        sa.Column("beds", sa.Integer(), nullable=True),
        _kind("prayer", nullable=True),
        sa.Column("food", sa.JSON(), nullable=False),
        sa.Column("food_note", sa.String(200), nullable=False),
        sa.Column("interpreter_language", sa.String(10), nullable=False),
        _kind("interpreter_modality", nullable=True),
        sa.Column("interpreter_gender", sa.String(1), nullable=False),
        sa.Column("visa_interview_on", sa.Date(), nullable=True),
        sa.Column("visa_granted_on", sa.Date(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("sent_by", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_trip_needs_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_trip_needs")),
    )


def _shares() -> None:
    op.create_table(
        "booking_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("booking", sa.String(30), nullable=False),
        sa.Column("traveller_id", sa.Integer(), nullable=True),
        _kind("benefit", nullable=False),
        _kind("standing", nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("rule", sa.String(20), nullable=False),
        sa.Column("paid_by", sa.String(20), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.Column("overridden_at", UTCDateTime(), nullable=True),
        sa.Column("overridden_by", sa.String(120), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "cost_minor IS NULL OR cost_minor >= 0", name=op.f("ck_booking_share_cost_is_no_debt")
        ),
        sa.CheckConstraint(
            "(cost_minor IS NULL) = (currency IS NULL)", name=op.f("ck_booking_share_cost_has_currency")
        ),
        sa.CheckConstraint(
            "(overridden_at IS NULL) = (override_reason = '')",
            name=op.f("ck_booking_share_override_has_reason"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_booking_share_case_id")),
        sa.ForeignKeyConstraint(
            ["traveller_id"], ["traveller.id"], name=op.f("fk_booking_share_traveller_id")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["guarantee.id"], name=op.f("fk_booking_share_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_share")),
        sa.UniqueConstraint("booking", "traveller_id", name=op.f("uq_booking_share_traveller")),
    )
    op.create_index("ix_booking_share_case", "booking_share", ["case_id", "id"])
    op.create_index("ix_booking_share_overridden", "booking_share", ["overridden_at", "id"])


def _runs() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        _kind("kind", nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("driver_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("from_place", sa.String(160), nullable=False),
        sa.Column("to_place", sa.String(160), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        _kind("state", nullable=False),
        sa.Column("planned_by", sa.String(120), nullable=False),
        sa.Column("planned_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_run_ends_after_start")),
        sa.CheckConstraint("seats >= 0 AND wheelchair_places >= 0", name=op.f("ck_run_places_are_counted")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_run_hospital_id")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["resource.id"], name=op.f("fk_run_vehicle_id")),
        sa.ForeignKeyConstraint(["driver_id"], ["resource.id"], name=op.f("fk_run_driver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_run_public_id")),
    )
    op.create_index("ix_run_day", "run", ["hospital_id", "starts_at", "id"])
    op.create_index("ix_run_vehicle", "run", ["vehicle_id", "starts_at"])
    op.create_index("ix_run_driver", "run", ["driver_id", "starts_at"])
    op.create_table(
        "place_ledger",
        sa.Column("run_id", sa.Integer(), nullable=False),
        _kind("kind", nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ride_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_place_ledger_run_id")),
        sa.ForeignKeyConstraint(["ride_id"], ["ride.id"], name=op.f("fk_place_ledger_ride_id")),
        sa.PrimaryKeyConstraint("run_id", "kind", "number", name=op.f("pk_place_ledger")),
    )
    op.create_index(op.f("ix_place_ledger_ride_id"), "place_ledger", ["ride_id"])


def _rides_ride_on_runs() -> None:
    """Every ride so far had a vehicle of its own: it becomes the one ride of a run, with its seats taken."""
    with op.batch_alter_table("ride") as ride:
        ride.add_column(sa.Column("run_id", sa.Integer(), nullable=True))
        ride.add_column(sa.Column("wheelchairs", sa.Integer(), server_default="0", nullable=False))
        ride.create_foreign_key(op.f("fk_ride_run_id"), "run", ["run_id"], ["id"])
        ride.alter_column("direction", existing_type=sa.String(32), nullable=True)
    bind, table = op.get_bind(), sa.table
    c = sa.column
    rides = sa.text(
        "SELECT ride.id, vehicle_id, starts_at, ends_at, from_place, to_place, ride.seats, state, booked_by, booked_at, "
        "resource.hospital_id, resource.seats AS capacity, has_wheelchair_place "
        "FROM ride JOIN resource ON resource.id = ride.vehicle_id ORDER BY ride.id"
    ).columns(
        c("id", sa.Integer), c("vehicle_id", sa.Integer), c("starts_at", UTCDateTime), c("ends_at", UTCDateTime),
        c("from_place", sa.String), c("to_place", sa.String), c("seats", sa.Integer), c("state", sa.String),
        c("booked_by", sa.String), c("booked_at", UTCDateTime), c("hospital_id", sa.Integer),
        c("capacity", sa.Integer), c("has_wheelchair_place", sa.Boolean),
    )  # fmt: skip
    run = table(
        "run", c("public_id"), c("hospital_id"), c("kind"), c("vehicle_id"), c("starts_at", UTCDateTime),
        c("ends_at", UTCDateTime), c("from_place"), c("to_place"), c("seats"), c("wheelchair_places"), c("state"),
        c("planned_by"), c("planned_at", UTCDateTime),
    )  # fmt: skip
    for ride in bind.execute(rides).mappings().all():
        mark = new_public_id()
        bind.execute(
            run.insert().values(
                public_id=mark, hospital_id=ride["hospital_id"], kind="transfer", vehicle_id=ride["vehicle_id"],
                starts_at=ride["starts_at"], ends_at=ride["ends_at"], from_place=ride["from_place"],
                to_place=ride["to_place"], seats=ride["capacity"], wheelchair_places=int(ride["has_wheelchair_place"]),
                state=ride["state"], planned_by=ride["booked_by"], planned_at=ride["booked_at"],
            )
        )  # fmt: skip
        run_id = bind.scalar(sa.text("SELECT id FROM run WHERE public_id = :mark"), {"mark": mark})
        bind.execute(
            sa.text("UPDATE ride SET run_id = :run WHERE id = :ride"), {"run": run_id, "ride": ride["id"]}
        )
        bind.execute(
            sa.text(
                "UPDATE slot_ledger SET holder = :run WHERE holder = :ride AND subject LIKE 'resource:%'"
            ),
            {"run": f"run:{run_id}", "ride": f"ride:{ride['id']}"},
        )
        if ride["state"] != "cancelled":
            places = [{"run": run_id, "number": n, "ride": ride["id"]} for n in range(1, ride["seats"] + 1)]
            bind.execute(
                sa.text(
                    "INSERT INTO place_ledger (run_id, kind, number, ride_id) VALUES (:run, 'seat', :number, :ride)"
                ),
                places,
            )
    with op.batch_alter_table("ride") as ride:
        ride.drop_column("vehicle_id")
        ride.create_check_constraint(op.f("ck_ride_places_are_counted"), "seats >= 1 AND wheelchairs >= 0")
        ride.create_check_constraint(
            op.f("ck_ride_booked_has_run"), "state = 'cancelled' OR (state = 'requested') = (run_id IS NULL)"
        )
        ride.create_index("ix_ride_run", ["run_id"])


def downgrade() -> None:
    """A ride that is only wanted has no place in the older tables: nothing was booked for it."""
    bind = op.get_bind()
    bind.execute(sa.text("DELETE FROM booking_share"))
    bind.execute(
        sa.text(
            "DELETE FROM slot_ledger WHERE holder IN (SELECT 'ride:' || id FROM ride WHERE run_id IS NULL)"
        )
    )
    bind.execute(sa.text("DELETE FROM ride WHERE run_id IS NULL"))
    op.drop_index(op.f("ix_place_ledger_ride_id"), table_name="place_ledger")
    op.drop_table("place_ledger")
    with op.batch_alter_table("ride") as ride:
        ride.add_column(sa.Column("vehicle_id", sa.Integer(), nullable=True))
        ride.drop_constraint(op.f("ck_ride_booked_has_run"), type_="check")
        ride.drop_constraint(op.f("ck_ride_places_are_counted"), type_="check")
    bind.execute(
        sa.text("UPDATE ride SET vehicle_id = (SELECT vehicle_id FROM run WHERE run.id = ride.run_id)")
    )
    bind.execute(sa.text("UPDATE ride SET direction = 'departure' WHERE direction IS NULL"))
    for ride_id, run_id in bind.execute(sa.text("SELECT min(id), run_id FROM ride GROUP BY run_id")).all():
        bind.execute(
            sa.text("UPDATE slot_ledger SET holder = :ride WHERE holder = :run"),
            {"ride": f"ride:{ride_id}", "run": f"run:{run_id}"},
        )
    bind.execute(sa.text("DELETE FROM slot_ledger WHERE holder LIKE 'run:%'"))
    with op.batch_alter_table("ride") as ride:
        ride.drop_index("ix_ride_run")
        ride.drop_constraint(op.f("fk_ride_run_id"), type_="foreignkey")
        ride.drop_column("run_id")
        ride.drop_column("wheelchairs")
        ride.alter_column("direction", existing_type=sa.String(32), nullable=False)
        ride.alter_column("vehicle_id", existing_type=sa.Integer(), nullable=False)
        ride.create_foreign_key(op.f("fk_ride_vehicle_id"), "resource", ["vehicle_id"], ["id"])
    op.drop_table("run")
    op.drop_table("booking_share")
    op.drop_table("trip_needs")
    op.drop_table("traveller")
