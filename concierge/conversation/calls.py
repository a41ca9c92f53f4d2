"""A call as a person notes it, for the verbs that stand on one: our answer, the plan."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from concierge.conversation.actions import note_call
from concierge.domain.access import Actor
from concierge.domain.vocabulary import CallOutcome, CallPurpose, InterpreterUse
from concierge.models import Call, Case


@dataclass(frozen=True)
class CallFacts:
    """`at` is aware UTC, `minutes` how long it took; `outcome` says whether anybody was reached."""

    at: datetime
    minutes: int
    outcome: CallOutcome
    participants: str = ""
    interpreter: InterpreterUse = InterpreterUse.NOT_NEEDED
    notes: str = ""

    def note(
        self, session: Session, case: Case, purpose: CallPurpose, *, actor: Actor, now: datetime
    ) -> Call:
        """Write it down, as `note_call` does and with what it refuses."""
        return note_call(session, case, purpose=purpose, actor=actor, now=now, **asdict(self))
