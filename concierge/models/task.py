"""A task of the team in one case: from a template when the case enters a step, or written by a person."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.access import Role
from concierge.domain.tasks import TaskState
from concierge.models.accounts import StaffUser
from concierge.models.case import Case
from concierge.models.types import UTCDateTime, enum_column, public_id_column


def _index(name: str, *columns: str, where: str) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(
        f"ix_case_task_{name}", *columns, postgresql_where=condition, sqlite_where=condition
    )  # fmt: skip


class CaseTask(Base):
    """Beside the gates and quieter than the next action. Without `owner_id` it is anybody's who has the role."""

    __tablename__ = "case_task"
    __table_args__ = (
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
        sa.CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name="snoozed_has_end"),
        sa.CheckConstraint("code <> '' OR title <> ''", name="has_words"),
        _index("mine", "owner_id", "due_at", "id", where="state = 'open'"),
        _index("team", "hospital_id", "owner_role", "due_at", "id", where="state = 'open'"),
        _index(
            "unowned",
            "hospital_id",
            "owner_role",
            "due_at",
            "id",
            where="state = 'open' AND owner_id IS NULL",
        ),
        _index("snoozed", "owner_id", "snoozed_until", "id", where="state = 'snoozed'"),
        _index("wake", "snoozed_until", where="state = 'snoozed'"),
        _index("done", "done_by_id", "done_at", "id", where="state = 'done'"),
        _index("done_team", "hospital_id", "owner_role", "done_at", "id", where="state = 'done'"),
        sa.Index("ix_case_task_case", "case_id", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))  # of the case, for the lists
    key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)  # case, template, entry into the step
    code: Mapped[str] = mapped_column(sa.String(40), default="")  # words in web/happenings.py
    title: Mapped[str] = mapped_column(sa.String(200), default="")  # of a person, where there is no code
    why: Mapped[str] = mapped_column(sa.Text, default="")
    owner_role: Mapped[Role] = enum_column(Role)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[TaskState] = enum_column(TaskState, default=TaskState.OPEN)
    snoozed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(200), default="")
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    done_by: Mapped[str] = mapped_column(sa.String(200), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    case: Mapped[Case] = relationship()
    owner: Mapped[StaffUser | None] = relationship(foreign_keys=[owner_id])
