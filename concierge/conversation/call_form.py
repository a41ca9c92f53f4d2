"""The form in which a call is noted, the same on every page that asks for one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from concierge.conversation.calls import CallFacts
from concierge.domain.vocabulary import CallOutcome, InterpreterUse
from concierge.models import Case
from concierge.web.forms import Choice, Form, Line, LocalDateTime, Paragraph, Pick, Whole
from concierge.web.labels import choices


class CallForm(Form):
    """A call on the hospital's clock, now at first: most calls are noted when they end."""

    at = LocalDateTime(_l("When"))
    minutes = Whole(_l("How many minutes"), message=_l("Enter how many minutes it took"), most_value=600)
    participants = Line(_l("Who took part"), message=_l("Enter who took part"), most=300)
    interpreter = Choice(_l("Interpreter"), choices(InterpreterUse))
    outcome = Pick(_l("What came of it"), choices(CallOutcome))
    notes = Paragraph(_l("Notes for the team"), required=False)

    def __init__(self, case: Case, now: datetime, outcome: CallOutcome | None = None, **kwargs):
        local = now.astimezone(ZoneInfo(case.hospital.timezone))
        super().__init__(data={"at": f"{local:%Y-%m-%dT%H:%M}", "outcome": outcome}, **kwargs)
        self.at.timezone = case.hospital.timezone

    def facts(self) -> CallFacts:
        """What was typed, after the form was found valid."""
        return CallFacts(
            at=self.at.at,
            minutes=self.minutes.number,
            outcome=CallOutcome(self.outcome.data),
            participants=self.participants.data,
            interpreter=InterpreterUse(self.interpreter.data),
            notes=self.notes.data,
        )
