"""Who could interpret, best first, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import ledger
from concierge.domain.booking import InterpreterFacts, interpreter_misfits
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import Modality, ResourceKind
from concierge.models import Case, Resource


@dataclass(frozen=True)
class Proposal:
    """`misfits` are codes of `domain.booking.interpreter_misfits`; a gender wish can be overruled, the others not."""

    interpreter: Resource
    misfits: tuple[str, ...]
    is_free: bool

    @property
    def can_be_assigned(self) -> bool:
        return self.is_free and not set(self.misfits) - {"gender_wish"}


def facts_of(interpreter: Resource) -> InterpreterFacts:
    return InterpreterFacts(
        frozenset(interpreter.languages), interpreter.credential_until, interpreter.gender
    )


def proposals(
    session: Session,
    case: Case,
    *,
    language: str,
    modality: Modality,
    starts_at: datetime,
    ends_at: datetime,
    gender_wish: str = "",
) -> list[Proposal]:
    """Everybody at this hospital who speaks the language: those who fit and are free first."""
    on = local_day(starts_at, case.hospital.timezone)
    found = [
        (person, misfits)
        for person in interpreters(session, case.hospital_id)
        if "wrong_language"
        not in (
            misfits := interpreter_misfits(
                facts_of(person), language=language, modality=modality, on=on, gender_wish=gender_wish
            )
        )
    ]
    subjects = [ledger.resource_subject(person.id) for person, _misfits in found]
    taken = {stretch.subject for stretch in ledger.busy(session, subjects, starts_at, ends_at)}
    ranked = [
        Proposal(person, misfits, ledger.resource_subject(person.id) not in taken)
        for person, misfits in found
    ]
    return sorted(ranked, key=lambda p: (not p.can_be_assigned, len(p.misfits), p.interpreter.id))


def interpreters(session: Session, hospital_id: int) -> Sequence[Resource]:
    """Everybody who interprets at a hospital."""
    return session.scalars(
        sa.select(Resource)
        .where(
            Resource.hospital_id == hospital_id,
            Resource.kind == ResourceKind.INTERPRETER,
            Resource.is_active.is_(True),
        )
        .order_by(Resource.id)
    ).all()
