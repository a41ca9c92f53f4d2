"""The verbs: who interprets for a case, who cannot come, and who interprets at all."""

from concierge.booking.interpreters.actions.absences import (
    NotBooked,
    book_stand_ins,
    end_absence,
    note_absence,
)
from concierge.booking.interpreters.actions.assignments import (
    AssignmentOrder,
    assign_interpreter,
    cancel_assignment,
    give_back,
    holder,
    move_assignment,
    note_held,
    note_no_show,
    replace_assignment,
)
from concierge.booking.interpreters.actions.people import (
    ProfileFacts,
    add_credential,
    add_language,
    add_person,
    change_person,
    drop_credential,
    drop_language,
)
from concierge.booking.interpreters.actions.relatives import RelativeFacts, end_relative, note_relative

__all__ = [
    "AssignmentOrder", "NotBooked", "ProfileFacts", "RelativeFacts", "add_credential", "add_language", "add_person",
    "assign_interpreter", "book_stand_ins", "cancel_assignment", "change_person", "drop_credential", "drop_language",
    "end_absence", "end_relative", "give_back", "holder", "move_assignment", "note_absence", "note_held",
    "note_no_show", "note_relative", "replace_assignment",
]  # fmt: skip
