"""A relative interprets only after a professional was offered, in the patient's language, and declined."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from concierge.cases.actions import check_open, record, settle
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput
from concierge.domain.interpreting import check_relative
from concierge.domain.vocabulary import Relation
from concierge.models import Appointment, Case, RelativeInterpreting


@dataclass(frozen=True)
class RelativeFacts:
    """Who interprets, and the offer that came before: by whom, when, in which language, and why it was declined."""

    name: str
    relation: Relation
    is_adult: bool
    offered_by: str
    offered_at: datetime
    offered_language: str
    decline_reason: str
    appointment_id: int | None = None


def note_relative(
    session: Session, case: Case, facts: RelativeFacts, *, actor: Actor, now: datetime
) -> RelativeInterpreting:
    """Raises InvalidInput as domain.interpreting.check_relative, and for an appointment of another case."""
    check_open(case)
    check_relative(
        relation=facts.relation, is_adult=facts.is_adult, offered_language=facts.offered_language,
        patient_language=case.person.spoken_language, offered_at=facts.offered_at, now=now,
    )  # fmt: skip
    visit = session.get(Appointment, facts.appointment_id) if facts.appointment_id else None
    if facts.appointment_id and (visit is None or visit.case_id != case.id or visit.is_cancelled):
        raise InvalidInput("appointment", "unknown_appointment")
    row = RelativeInterpreting(
        case_id=case.id, appointment_id=facts.appointment_id, name=facts.name, relation=facts.relation,
        language=facts.offered_language, offered_by=facts.offered_by, offered_at=facts.offered_at,
        decline_reason=facts.decline_reason, recorded_by=actor.name, recorded_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(session, case, "relative_interprets", actor, now, record=row.public_id)
    settle(session, case, actor, now)
    return row


def end_relative(session: Session, case: Case, row: RelativeInterpreting, *, actor: Actor, now: datetime) -> None:
    """The family wants a professional after all."""
    if row.ended_at is not None:
        return
    row.ended_at = now
    record(session, case, "relative_ended", actor, now, record=row.public_id)
    settle(session, case, actor, now)
