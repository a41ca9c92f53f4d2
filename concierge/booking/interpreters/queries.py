"""Who could interpret: a fixed number of queries, however many people and needs there are.

The index on (hospital, language) finds the people; what keeps them (absences, the ledger) is read for exactly those
and the span that is asked about. domain/interpreting.py ranks them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from concierge.booking.interpreters.people.queries import line_subjects
from concierge.domain.booking import QUARTER
from concierge.domain.interpreting import Busy, Candidate, Need, Proposal, propose, spoken
from concierge.domain.money import Money
from concierge.domain.vocabulary import BookingState, InterpreterKind, InterpreterOutcome, Modality
from concierge.models import (
    Appointment,
    Case,
    InterpreterAbsence,
    InterpreterAssignment,
    InterpreterCredential,
    InterpreterLanguage,
    InterpreterProfile,
    RelativeInterpreting,
    Resource,
    SlotLedger,
)

Spans = dict[int, list[Busy]]


def house_language(case: Case) -> str:
    """What clinicians speak: the first language of the hospital."""
    return spoken((case.hospital.languages or ["en"])[0])


def need_of(
    case: Case, *, language: str, modality: Modality, starts_at: datetime, ends_at: datetime, gender: str = "",
    dialect: str = "",
) -> Need:  # fmt: skip
    return Need(
        spoken(language), house_language(case), modality, starts_at, ends_at, case.hospital.timezone, gender, dialect,
        case.id,
    )  # fmt: skip


def proposals(session: Session, hospital_id: int, need: Need, **limits) -> list[Proposal]:
    """Everybody at this hospital for one need, best first."""
    return offers(session, hospital_id, [need], **limits)[0]


def offers(
    session: Session, hospital_id: int, needs: Sequence[Need], *, only: int | None = None, but: str = ""
) -> list[list[Proposal]]:
    """For each need everybody with its language, best first. `only` one person; `but`: a holder that does not count."""
    if not needs:
        return []
    known = candidates(session, hospital_id, needs, only=only, but=but)
    return [propose(known[need.language], need) for need in needs]


def candidates(
    session: Session, hospital_id: int, needs: Sequence[Need], *, only: int | None = None, but: str = ""
) -> dict[str, list[Candidate]]:
    """Those who interpret each language, with what keeps them in the span of all needs."""
    first, last = min(need.starts_at for need in needs), max(need.ends_at for need in needs)
    languages = {need.language for need in needs}
    rows = _speakers(session, hospital_id, languages, only)
    who = sa.select(InterpreterLanguage.resource_id).where(
        InterpreterLanguage.hospital_id == hospital_id, InterpreterLanguage.language.in_(languages)
    )
    who = who.where(InterpreterLanguage.resource_id == only) if only else who
    away = _absences(session, who, first, last)
    taken = _taken(session, who, rows, first, last, but)
    families = _families(session, {need.family for need in needs if need.family})
    people: dict[int, Candidate] = {}
    found: dict[str, list[Candidate]] = {language: [] for language in languages}
    pairs: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        pairs[row.id].append((row.language, row.target, row.dialect))
    for row in rows:
        if row.id not in people:
            people[row.id] = _candidate(row, pairs[row.id], away[row.id], taken[row.id], families[row.id])
        listed = found[row.language]
        if not listed or listed[-1].key != row.id:
            listed.append(people[row.id])
    return found


def _speakers(session: Session, hospital_id: int, languages: set[str], only: int | None) -> Sequence[sa.Row]:
    until = (
        sa.select(sa.func.max(InterpreterCredential.valid_until))
        .where(InterpreterCredential.resource_id == Resource.id)
        .scalar_subquery()
    )
    profile = InterpreterProfile
    statement = (
        sa.select(
            InterpreterLanguage.language, InterpreterLanguage.target, InterpreterLanguage.dialect, Resource.id,
            Resource.name, Resource.gender, Resource.phone, profile.kind, profile.agency_name, profile.modalities,
            profile.rate_minor, profile.currency, profile.minimum_minutes, profile.hours, profile.lines,
            profile.notice_minutes, until.label("until"),
        )
        .join(profile, profile.resource_id == InterpreterLanguage.resource_id)
        .join(Resource, Resource.id == InterpreterLanguage.resource_id)
        .where(
            InterpreterLanguage.hospital_id == hospital_id, InterpreterLanguage.language.in_(languages),
            Resource.is_active.is_(True),
        )
        .order_by(InterpreterLanguage.language, InterpreterLanguage.resource_id, InterpreterLanguage.target)
    )  # fmt: skip
    return session.execute(statement.where(Resource.id == only) if only else statement).all()


def _absences(session: Session, who: sa.Select, first: datetime, last: datetime) -> Spans:
    rows = session.execute(
        sa.select(InterpreterAbsence.resource_id, InterpreterAbsence.starts_at, InterpreterAbsence.ends_at).where(
            InterpreterAbsence.resource_id.in_(who),
            InterpreterAbsence.ends_at > first,
            InterpreterAbsence.starts_at < last,
        )
    )
    found: Spans = defaultdict(list)
    for person, starts_at, ends_at in rows:
        found[person].append(Busy(starts_at, ends_at))
    return found


def _taken(
    session: Session, who: sa.Select, rows: Sequence[sa.Row], first: datetime, last: datetime, but: str
) -> Spans:
    """What the ledger holds of these people; of a line with several places also the places beyond the first."""
    of_person = sa.literal("resource:") + sa.cast(InterpreterLanguage.resource_id, sa.String)
    own = sa.select(of_person).where(InterpreterLanguage.resource_id.in_(who))
    more = {subject: row.id for row in rows if row.lines > 1 for subject in line_subjects(row.id, row.lines)}
    begins, ends = sa.func.min(SlotLedger.slot_at), sa.func.max(SlotLedger.slot_at)
    statement = (
        sa.select(SlotLedger.subject, begins, ends)
        .where(
            sa.or_(SlotLedger.subject.in_(own), SlotLedger.subject.in_(more)) if more else SlotLedger.subject.in_(own),
            SlotLedger.slot_at >= first, SlotLedger.slot_at < last, SlotLedger.holder != but,
        )
        .group_by(SlotLedger.subject, SlotLedger.holder)
    )  # fmt: skip
    found: Spans = defaultdict(list)
    for subject, starts_at, last_at in session.execute(statement):
        person = more.get(subject) or int(subject.partition(":")[2])
        found[person].append(Busy(starts_at, last_at + QUARTER, subject))
    return found


def _families(session: Session, cases: set[int]) -> dict[int, dict[int, int]]:
    """How often each interpreter served each of these cases."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    if not cases:
        return found
    of = InterpreterAssignment
    rows = session.execute(
        sa.select(of.interpreter_id, of.case_id, sa.func.count())
        .where(of.case_id.in_(cases), of.state == BookingState.CONFIRMED)
        .group_by(of.interpreter_id, of.case_id)
    )
    for person, case_id, count in rows:
        found[person][case_id] = count
    return found


def _candidate(
    row: sa.Row, pairs: list[tuple[str, str, str]], away: list[Busy], taken: list[Busy], families: dict[int, int]
) -> Candidate:
    return Candidate(
        key=row.id, name=row.name, kind=row.kind, pairs=tuple(pairs), credential_until=row.until, gender=row.gender,
        modalities=frozenset(map(Modality, row.modalities)), hours=row.hours, lines=row.lines, absences=tuple(away),
        taken=tuple(taken), families=families, minimum_minutes=row.minimum_minutes,
        rate=Money(row.rate_minor, row.currency) if row.rate_minor is not None else None,
        notice_minutes=row.notice_minutes, phone=row.phone, agency=row.agency_name,
    )  # fmt: skip


# --- what exists where nobody speaks the language ----------------------------------------------------------------


def lines_and_agencies(session: Session, hospital_id: int) -> list[InterpreterProfile]:
    """Whom to ring up for a language that nobody here has: lines, and one of each agency."""
    rows = session.scalars(
        sa.select(InterpreterProfile)
        .join(InterpreterProfile.resource)
        .where(
            InterpreterProfile.hospital_id == hospital_id, Resource.is_active.is_(True),
            InterpreterProfile.kind != InterpreterKind.STAFF,
        )
        .order_by(InterpreterProfile.kind, InterpreterProfile.resource_id)
    ).unique()  # fmt: skip
    found: dict[str, InterpreterProfile] = {}
    for row in rows:
        found.setdefault(row.agency_name or row.resource.name, row)
    return list(found.values())


def relays(session: Session, hospital_id: int, language: str, house: str) -> list[tuple[str, str]]:
    """Two steps: (name of who interprets into another language, that language), where somebody has it from there."""
    second = aliased(InterpreterLanguage)
    statement = (
        sa.select(Resource.name, InterpreterLanguage.target)
        .join(Resource, Resource.id == InterpreterLanguage.resource_id)
        .where(
            InterpreterLanguage.hospital_id == hospital_id, InterpreterLanguage.language == spoken(language),
            InterpreterLanguage.target != house, Resource.is_active.is_(True),
            sa.exists().where(
                second.hospital_id == hospital_id, second.language == InterpreterLanguage.target,
                second.target == house,
            ),
        )
        .order_by(Resource.name)
        .limit(5)
    )  # fmt: skip
    return [(name, target) for name, target in session.execute(statement)]


def languages_here(session: Session, hospital_id: int) -> list[str]:
    """Every language that somebody interprets."""
    statement = sa.select(InterpreterLanguage.language).where(InterpreterLanguage.hospital_id == hospital_id)
    return list(session.scalars(statement.distinct().order_by(InterpreterLanguage.language)))


# --- what a case has -----------------------------------------------------------------------------------------------


def assignments_of(session: Session, case: Case) -> list[InterpreterAssignment]:
    """Who interprets, and who did not come and nobody stands in for, in order of time."""
    of = InterpreterAssignment
    is_open = sa.and_(
        of.outcome.in_([InterpreterOutcome.NO_SHOW, InterpreterOutcome.RELIEVED]), of.replaced_by_id.is_(None)
    )
    return list(
        session.scalars(
            sa.select(of)
            .where(of.case_id == case.id, sa.or_(of.state != BookingState.CANCELLED, is_open))
            .order_by(of.starts_at, of.id)
        )
    )


def appointments_of(session: Session, case: Case) -> list[Appointment]:
    return list(
        session.scalars(
            sa.select(Appointment)
            .where(Appointment.case_id == case.id, Appointment.is_cancelled.is_(False))
            .order_by(Appointment.starts_at, Appointment.id)
        )
    )


def relatives_of(session: Session, case: Case) -> list[RelativeInterpreting]:
    of = RelativeInterpreting
    return list(
        session.scalars(sa.select(of).where(of.case_id == case.id, of.ended_at.is_(None)).order_by(of.id))
    )


def assignment_of(session: Session, case: Case, public_id: str) -> InterpreterAssignment | None:
    return session.scalar(
        sa.select(InterpreterAssignment).where(
            InterpreterAssignment.case_id == case.id, InterpreterAssignment.public_id == public_id
        )
    )
