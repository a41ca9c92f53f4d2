"""Verbs of the hours in which somebody can be called. What is booked already stays booked."""

from collections.abc import Iterable
from datetime import date, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.call_slots import Hours, check_hours
from concierge.domain.errors import InvalidInput
from concierge.models import CallAbsence, CallHours


def add_hours(
    session: Session,
    staff_id: int,
    hospital_id: int,
    *,
    weekdays: Iterable[int],
    opens: time,
    closes: time,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> None:
    """The same hours on several weekdays, on the hospital's clock. A row that is there already stays one.

    Raises InvalidInput as `check_hours`.
    """
    known = {
        (row.weekday, row.opens, row.closes, row.valid_from, row.valid_until)
        for row in session.scalars(
            sa.select(CallHours).where(CallHours.staff_id == staff_id, CallHours.hospital_id == hospital_id)
        )
    }
    for weekday in sorted(set(weekdays)):
        check_hours(Hours(weekday, opens, closes, valid_from, valid_until))
        if (weekday, opens, closes, valid_from, valid_until) not in known:
            session.add(
                CallHours(
                    staff_id=staff_id, hospital_id=hospital_id, weekday=weekday, opens=opens, closes=closes,
                    valid_from=valid_from, valid_until=valid_until,
                )
            )  # fmt: skip


def remove_hours(session: Session, staff_id: int, hospital_id: int, hours_id: int) -> None:
    """Take a row out; nothing happens when it is gone, somebody else's or of another hospital."""
    session.execute(
        sa.delete(CallHours).where(
            CallHours.id == hours_id, CallHours.staff_id == staff_id, CallHours.hospital_id == hospital_id
        )
    )


def add_absence(session: Session, staff_id: int, *, first_on: date, last_on: date) -> None:
    """Days without calls, both included. Raises InvalidInput(last_on, `days_upside_down`)."""
    if last_on < first_on:
        raise InvalidInput("last_on", "days_upside_down")
    session.add(CallAbsence(staff_id=staff_id, first_on=first_on, last_on=last_on))


def remove_absence(session: Session, staff_id: int, absence_id: int) -> None:
    session.execute(
        sa.delete(CallAbsence).where(CallAbsence.id == absence_id, CallAbsence.staff_id == staff_id)
    )
