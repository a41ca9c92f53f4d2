"""Words for the closed lists of interpreting, as staff read them; part of web/labels.LABELS."""

from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _l

from concierge.domain import vocabulary as v

INTERPRETING: dict[type[Enum], dict[Any, Any]] = {
    v.InterpreterKind: {
        v.InterpreterKind.STAFF: _l("Our own interpreter"),
        v.InterpreterKind.AGENCY: _l("Of an agency"),
        v.InterpreterKind.VIDEO_LINE: _l("Video line"),
        v.InterpreterKind.PHONE_LINE: _l("Phone line"),
    },
    v.InterpreterOutcome: {
        v.InterpreterOutcome.HELD: _l("Was there"),
        v.InterpreterOutcome.NO_SHOW: _l("Did not come"),
        v.InterpreterOutcome.RELIEVED: _l("Cannot come"),
    },
    v.AbsenceReason: {
        v.AbsenceReason.ILL: _l("Ill"),
        v.AbsenceReason.LEAVE: _l("On leave"),
        v.AbsenceReason.OTHER: _l("Away for another reason"),
    },
    v.Occasion: {
        v.Occasion.ROUTINE: _l("Routine"),
        v.Occasion.BAD_NEWS: _l("Bad news may be told"),
        v.Occasion.CONSENT: _l("A consent is signed"),
        v.Occasion.FAMILY_MEETING: _l("The family meets"),
    },
}
