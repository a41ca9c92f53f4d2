"""Verbs on who takes part in a case: a caregiver is let in with rights of their own, which change and end at once.

A caregiver is a user, not a password borrower (docs/journey.md): own sign-in, own language, own rights.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import record
from concierge.domain.access import Actor, Area
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.vocabulary import Relation
from concierge.models import Case, CaseParticipation, OutboxMessage, PortalAccount

# What a caregiver may be given; trip is always theirs, people never (domain/access.py).
GIVABLE = (Area.MESSAGES, Area.DOCUMENTS, Area.MONEY, Area.DECISION)


def people(session: Session, case: Case) -> list[CaseParticipation]:
    """Everybody who takes part now, the patient first, then in the order of their invitation."""
    rows = session.scalars(
        sa.select(CaseParticipation)
        .where(CaseParticipation.case_id == case.id, CaseParticipation.ended_at.is_(None))
        .order_by(CaseParticipation.id)
    )
    return sorted(rows, key=lambda row: not row.is_patient)


def areas_of(participation: CaseParticipation) -> tuple[Area, ...]:
    """What this person was given, in the order in which pages name it."""
    given = participation.standing.areas
    return GIVABLE if participation.is_patient else tuple(area for area in GIVABLE if area in given)


def invite_caregiver(
    session: Session,
    case: Case,
    *,
    email: str,
    name: str,
    relation: Relation,
    areas: Iterable[Area],
    language: str,
    actor: Actor,
    now: datetime,
) -> CaseParticipation:
    """Let a person in with exactly these areas, and write to them. A removed person may be invited again.

    An address that already has an account keeps its name and language. Raises InvalidInput: `already_takes_part`
    (email), `patient_is_no_caregiver` (relation).
    """
    if relation is Relation.PATIENT:
        raise InvalidInput("relation", "patient_is_no_caregiver")
    account = _account(session, email.lower(), name, language, now)
    part = session.scalar(
        sa.select(CaseParticipation).where(
            CaseParticipation.case_id == case.id, CaseParticipation.account_id == account.id
        )
    )
    if part is not None and (part.is_patient or part.ended_at is None):
        raise InvalidInput("email", "already_takes_part")
    if part is None:
        part = CaseParticipation(case_id=case.id, account=account)
        session.add(part)
    part.relation, part.invited_by, part.invited_at, part.ended_at = relation, actor.name, now, None
    _give(part, areas)
    session.flush()
    record(session, case, "caregiver_invited", actor, now, name=account.name, areas=list(areas_of(part)))
    outbox.enqueue(
        session, event="invited", key=f"invited:{part.public_id}:{int(now.timestamp())}", recipient=account.email,
        language=account.language, timezone=account.timezone, case=case, context={"inviter": actor.name}, now=now,
    )  # fmt: skip
    return part


def change_rights(
    session: Session, case: Case, public_id: str, *, areas: Iterable[Area], actor: Actor, now: datetime
) -> CaseParticipation:
    """Give a caregiver exactly these areas; the next page they open obeys. Raises NotAllowed for anybody else."""
    part = _caregiver(session, case, public_id)
    before = areas_of(part)
    _give(part, areas)
    if areas_of(part) != before:
        record(
            session,
            case,
            "caregiver_rights_changed",
            actor,
            now,
            name=part.account.name,
            areas=list(areas_of(part)),
        )
    return part


def remove_caregiver(session: Session, case: Case, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Take the access back at once, and call back what was going to be sent to this person about the case."""
    part = _caregiver(session, case, public_id)
    part.ended_at = now
    session.execute(
        sa.update(OutboxMessage)
        .where(
            OutboxMessage.case_id == case.id,
            OutboxMessage.recipient == part.account.email,
            OutboxMessage.state == "queued",
        )
        .values(state="cancelled")
    )
    record(session, case, "caregiver_removed", actor, now, name=part.account.name)


def _caregiver(session: Session, case: Case, public_id: str) -> CaseParticipation:
    part = session.scalar(
        sa.select(CaseParticipation).where(
            CaseParticipation.case_id == case.id, CaseParticipation.public_id == public_id
        )
    )
    if part is None or part.is_patient or part.ended_at is not None:
        raise NotAllowed("caregiver_gone")
    return part


def _account(session: Session, email: str, name: str, language: str, now: datetime) -> PortalAccount:
    account = session.scalar(sa.select(PortalAccount).where(PortalAccount.email == email))
    if account is None:
        account = PortalAccount(email=email, name=name, language=language, created_at=now)
        session.add(account)
        session.flush()
    return account


def _give(part: CaseParticipation, areas: Iterable[Area]) -> None:
    given = set(areas)
    part.can_messages = Area.MESSAGES in given
    part.can_documents = Area.DOCUMENTS in given
    part.can_money = Area.MONEY in given
    part.can_decision = Area.DECISION in given
