"""houses of their own, prices by season, holds that end, partner hotels and the waiting list for rooms"""

import json
from datetime import time

import sqlalchemy as sa
from alembic import op

from concierge.models.types import UTCDateTime, new_public_id

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_MOVED = ("address", "local_address", "phone")


def upgrade() -> None:
    _houses()
    _rooms_stand_in_houses()
    _rates()
    _stays()
    _wishes()


def _houses() -> None:
    op.create_table(
        "lodging_house",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("local_address", sa.Text(), nullable=False),
        sa.Column("directions", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=True),
        sa.Column("walk_minutes", sa.Integer(), nullable=True),
        sa.Column("prayer", sa.JSON(), nullable=False),
        sa.Column("is_partner", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("check_in", sa.Time(), nullable=False),
        sa.Column("check_out", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_lodging_house_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lodging_house")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lodging_house_public_id")),
    )
    op.create_index("ix_lodging_house_hospital", "lodging_house", ["hospital_id", "id"])


def _rooms_stand_in_houses() -> None:
    """Rooms of one hospital with the same house, address and phone stood in one house all along."""
    with op.batch_alter_table("lodging_room") as room:
        room.add_column(sa.Column("house_id", sa.Integer(), nullable=True))
        room.add_column(sa.Column("floor", sa.String(20), server_default="", nullable=False))
        room.add_column(sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False))
    bind, c = op.get_bind(), sa.column
    rooms = sa.table(
        "lodging_room", c("id"), c("hospital_id"), c("house", sa.JSON), c("address", sa.JSON), c("local_address"),
        c("phone"), c("house_id"),
    )  # fmt: skip
    houses = sa.table(
        "lodging_house", c("id"), c("public_id"), c("hospital_id"), c("name", sa.JSON), c("address", sa.JSON),
        c("local_address"), c("directions", sa.JSON), c("phone"), c("prayer", sa.JSON), c("check_in", sa.Time),
        c("check_out", sa.Time),
    )  # fmt: skip
    known: dict[str, int] = {}
    for room in bind.execute(sa.select(rooms).order_by(rooms.c.id)).mappings().all():
        key = json.dumps([room[part] for part in ("hospital_id", "house", *_MOVED)], sort_keys=True)
        if key not in known:
            mark = new_public_id()
            bind.execute(
                houses.insert().values(
                    public_id=mark, hospital_id=room["hospital_id"], name=room["house"], directions={}, prayer=[],
                    check_in=time(15), check_out=time(11), **{part: room[part] for part in _MOVED},
                )
            )  # fmt: skip
            known[key] = bind.scalar(sa.select(houses.c.id).where(houses.c.public_id == mark))
        bind.execute(rooms.update().where(rooms.c.id == room["id"]).values(house_id=known[key]))
    with op.batch_alter_table("lodging_room") as room:
        room.alter_column("house_id", existing_type=sa.Integer(), nullable=False)
        room.create_foreign_key(op.f("fk_lodging_room_house_id"), "lodging_house", ["house_id"], ["id"])
        for part in ("house", *_MOVED):
            room.drop_column(part)
    op.create_index("ix_lodging_room_house", "lodging_room", ["house_id", "id"])


def _rates() -> None:
    op.create_table(
        "lodging_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("night_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_lodging_rate_ends_after_start")),
        sa.CheckConstraint("night_minor >= 0", name=op.f("ck_lodging_rate_price_is_no_debt")),
        sa.ForeignKeyConstraint(["house_id"], ["lodging_house.id"], name=op.f("fk_lodging_rate_house_id")),
        sa.ForeignKeyConstraint(["room_id"], ["lodging_room.id"], name=op.f("fk_lodging_rate_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lodging_rate")),
    )
    op.create_index("ix_lodging_rate_house", "lodging_rate", ["house_id", "from_on"])


def _stays() -> None:
    with op.batch_alter_table("lodging_night") as night:
        night.add_column(sa.Column("held_until", UTCDateTime(), nullable=True))
        night.create_index("ix_lodging_night_day", ["night", "room_id", "held_until"])
    with op.batch_alter_table("stay") as stay:
        stay.add_column(sa.Column("house_id", sa.Integer(), nullable=True))
        stay.add_column(sa.Column("held_until", UTCDateTime(), nullable=True))
        stay.add_column(sa.Column("confirmation_number", sa.String(60), server_default="", nullable=False))
        stay.add_column(sa.Column("note", sa.String(200), server_default="", nullable=False))
        stay.add_column(sa.Column("price", sa.JSON(), server_default="[]", nullable=False))
        stay.add_column(sa.Column("cost_minor", sa.BigInteger(), nullable=True))
        stay.add_column(sa.Column("currency", sa.String(3), nullable=True))
        stay.alter_column("room_id", existing_type=sa.Integer(), nullable=True)
    op.execute("UPDATE stay SET house_id = (SELECT house_id FROM lodging_room WHERE lodging_room.id = stay.room_id)")
    with op.batch_alter_table("stay") as stay:
        stay.alter_column("house_id", existing_type=sa.Integer(), nullable=False)
        stay.alter_column("price", existing_type=sa.JSON(), server_default=None)
        stay.create_foreign_key(op.f("fk_stay_house_id"), "lodging_house", ["house_id"], ["id"])
        stay.create_check_constraint(op.f("ck_stay_hold_has_end"), "state <> 'held' OR held_until IS NOT NULL")
        stay.create_check_constraint(
            op.f("ck_stay_cost_has_currency"), "(cost_minor IS NULL) = (currency IS NULL)"
        )
        stay.create_index("ix_stay_hold", ["state", "held_until"])
        stay.create_index("ix_stay_house", ["house_id", "state", "id"])


def _wishes() -> None:
    op.create_table(
        "room_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("arrive_on", sa.Date(), nullable=False),
        sa.Column("leave_on", sa.Date(), nullable=False),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.Column("needs_kitchen", sa.Boolean(), nullable=False),
        sa.Column("needs_accessible", sa.Boolean(), nullable=False),
        sa.Column("house_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("leave_on > arrive_on", name=op.f("ck_room_wish_leaves_after_arrival")),
        sa.CheckConstraint(
            "(state = 'waiting') = (stay_id IS NULL AND ended_at IS NULL)", name=op.f("ck_room_wish_waits_for_one")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_room_wish_case_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_room_wish_hospital_id")),
        sa.ForeignKeyConstraint(["house_id"], ["lodging_house.id"], name=op.f("fk_room_wish_house_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_room_wish_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_wish")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_wish_public_id")),
    )
    op.create_index("ix_room_wish_line", "room_wish", ["hospital_id", "state", "id"])
    op.create_index("ix_room_wish_case", "room_wish", ["case_id", "id"])
    op.create_index("ix_room_wish_stay", "room_wish", ["stay_id"])


def downgrade() -> None:
    """The older tables know no hold and no hotel of a partner: such stays are no more."""
    bind = op.get_bind()
    op.drop_table("room_wish")
    op.drop_table("lodging_rate")
    bind.execute(sa.text("DELETE FROM lodging_night WHERE held_until IS NOT NULL"))
    bind.execute(sa.text("UPDATE stay SET state = 'cancelled', held_until = NULL WHERE state = 'held'"))
    bind.execute(
        sa.text("DELETE FROM booking_share WHERE booking IN (SELECT 'stay:' || id FROM stay WHERE room_id IS NULL)")
    )
    bind.execute(sa.text("DELETE FROM stay WHERE room_id IS NULL"))
    with op.batch_alter_table("stay") as stay:
        stay.drop_index("ix_stay_house")
        stay.drop_index("ix_stay_hold")
        stay.drop_constraint(op.f("ck_stay_cost_has_currency"), type_="check")
        stay.drop_constraint(op.f("ck_stay_hold_has_end"), type_="check")
        stay.drop_constraint(op.f("fk_stay_house_id"), type_="foreignkey")
        for name in ("house_id", "held_until", "confirmation_number", "note", "price", "cost_minor", "currency"):
            stay.drop_column(name)
        stay.alter_column("room_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("lodging_night") as night:
        night.drop_index("ix_lodging_night_day")
        night.drop_column("held_until")
    _rooms_name_their_house(bind)
    op.drop_index("ix_lodging_house_hospital", table_name="lodging_house")
    op.drop_table("lodging_house")


def _rooms_name_their_house(bind: sa.Connection) -> None:
    with op.batch_alter_table("lodging_room") as room:
        room.add_column(sa.Column("house", sa.JSON(), nullable=True))
        room.add_column(sa.Column("address", sa.JSON(), nullable=True))
        room.add_column(sa.Column("local_address", sa.Text(), server_default="", nullable=False))
        room.add_column(sa.Column("phone", sa.String(20), server_default="", nullable=False))
    for name, source in (("house", "name"), *((part, part) for part in _MOVED)):
        bind.execute(
            sa.text(
                f"UPDATE lodging_room SET {name} = "  # noqa: S608 (names of columns, written above)
                f"(SELECT {source} FROM lodging_house WHERE lodging_house.id = lodging_room.house_id)"
            )
        )
    op.drop_index("ix_lodging_room_house", table_name="lodging_room")
    with op.batch_alter_table("lodging_room") as room:
        room.alter_column("house", existing_type=sa.JSON(), nullable=False)
        room.alter_column("address", existing_type=sa.JSON(), nullable=False)
        room.alter_column("local_address", existing_type=sa.Text(), server_default=None)
        room.alter_column("phone", existing_type=sa.String(20), server_default=None)
        room.drop_constraint(op.f("fk_lodging_room_house_id"), type_="foreignkey")
        for name in ("house_id", "floor", "is_active"):
            room.drop_column(name)
