"""Verbs of rides. Those that take a case expect it locked (`cases.actions.lock`); the others lock what they need."""

from concierge.booking.rides.actions.fleet import (
    MOST_DAYS,
    LineOrder,
    add_driver,
    add_line,
    add_vehicle,
    end_resource,
    note_outage,
    remove_outage,
)
from concierge.booking.rides.actions.orders import RideOrder, RunOrder
from concierge.booking.rides.actions.places import (
    free_places,
    holder,
    lock_all,
    lock_run,
    riders,
    run_holder,
)
from concierge.booking.rides.actions.runs import RunChange, cancel_run, move_run, plan_run
from concierge.booking.rides.actions.together import (
    AHEAD,
    announce_outing,
    end_line,
    join_run,
    plan_line,
    timetable_of,
)
from concierge.booking.rides.actions.wishes import (
    book_ride,
    cancel_ride,
    drive_ride,
    is_patient_busy,
    leave_run,
    move_ride,
    note_outcome,
    put_on_run,
    request_ride,
    take_off_run,
)

__all__ = [
    "AHEAD", "MOST_DAYS", "LineOrder", "RideOrder", "RunChange", "RunOrder", "add_driver", "add_line",
    "add_vehicle", "announce_outing", "book_ride", "cancel_ride", "cancel_run", "drive_ride", "end_line",
    "end_resource", "free_places", "holder", "is_patient_busy", "join_run", "leave_run", "lock_all", "lock_run",
    "move_ride", "move_run", "note_outage", "note_outcome", "plan_line", "plan_run", "put_on_run", "remove_outage",
    "request_ride", "riders", "run_holder", "take_off_run", "timetable_of",
]  # fmt: skip
