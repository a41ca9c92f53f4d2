"""Verbs of rides. Those that take a case expect it locked (`cases.actions.lock`); the others lock what they need."""

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
from concierge.booking.rides.actions.wishes import (
    book_ride,
    cancel_ride,
    drive_ride,
    is_patient_busy,
    move_ride,
    note_outcome,
    put_on_run,
    request_ride,
    take_off_run,
)

__all__ = [
    "RideOrder", "RunChange", "RunOrder", "book_ride", "cancel_ride", "cancel_run", "drive_ride", "free_places",
    "holder", "is_patient_busy", "lock_all", "lock_run", "move_ride", "move_run", "note_outcome", "plan_run",
    "put_on_run", "request_ride", "riders", "run_holder", "take_off_run",
]  # fmt: skip
