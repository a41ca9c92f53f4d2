"""Who could interpret: a fixed number of queries, however many people and needs there are.

The database says who comes first (shortlist.py); what keeps those (absences, the ledger) is read for the span that is
asked about, and domain/interpreting.py judges them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from concierge.booking.interpreters.people.queries import line_subjects
from concierge.booking.interpreters.shortlist import shortlists
from concierge.domain.booking import QUARTER
from concierge.domain.interpreting import Busy, Candidate, Need, Proposal, propose, spoken
from concierge.domain.money import Money
from concierge.domain.vocabulary import BookingState, InterpreterKind, InterpreterOutcome, Modality
from concierge.models import (
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
SHOWN_ABLE, SHOWN_PASSED_OVER = 20, 6


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


@dataclass(frozen=True)
class Ranked:
    """The first of those who can be had and of those who cannot, best first, and how many more there are of each."""

    able: list[Proposal]
    passed_over: list[Proposal]
    more_able: int
    more_passed_over: int


def proposals(session: Session, hospital_id: int, need: Need) -> list[Proposal]:
    """The first of those at this hospital for one need, best first, then some who cannot be had."""
    ranked = offers(session, hospital_id, [need])[0]
    return [*ranked.able, *ranked.passed_over]


def offers(
    session: Session, hospital_id: int, needs: Sequence[Need], *, able: int = SHOWN_ABLE,
    passed_over: int = SHOWN_PASSED_OVER,
) -> list[Ranked]:  # fmt: skip
    """For each need those with its language, at most so many who can be had and who cannot."""
    if not needs:
        return []
    shorts = shortlists(session, hospital_id, needs, able=able, passed_over=passed_over)
    people = candidates(session, needs, {key for short in shorts for key in (*short.able, *short.passed_over)})
    found = []
    for short, need in zip(shorts, needs, strict=True):
        first = propose([people[key] for key in short.able if key in people], need)
        others = propose([people[key] for key in short.passed_over if key in people], need)
        found.append(
            Ranked(
                [one for one in first if one.can_be_assigned], others, short.all_able - len(first),
                short.all_passed_over - len(others),
            )
        )  # fmt: skip
    return found


def judged(session: Session, need: Need, person: int, *, but: str = "") -> Proposal | None:
    """One person for one need; None where they do not have the language. `but`: a holder that does not count."""
    return next(iter(propose(candidates(session, [need], {person}, but=but).values(), need)), None)


def candidates(
    session: Session, needs: Sequence[Need], who: Collection[int], *, but: str = ""
) -> dict[int, Candidate]:
    """These people, with what keeps them in the span of all needs."""
    first, last = min(need.starts_at for need in needs), max(need.ends_at for need in needs)
    rows = _speakers(session, {need.language for need in needs}, who)
    pairs: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        pairs[row.id].append((row.language, row.target, row.dialect))
    people = {row.id: row for row in rows}
    away = _absences(session, who, first, last)
    taken = _taken(session, {row.id: row.lines for row in rows}, first, last, but)
    families = _families(session, {need.family for need in needs if need.family}, who)
    return {
        key: _candidate(row, pairs[key], away[key], taken[key], families[key]) for key, row in people.items()
    }


def _speakers(session: Session, languages: set[str], who: Collection[int]) -> Sequence[sa.Row]:
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
            InterpreterLanguage.resource_id.in_(who), InterpreterLanguage.language.in_(languages),
            Resource.is_active.is_(True),
        )
        .order_by(InterpreterLanguage.resource_id, InterpreterLanguage.language, InterpreterLanguage.target)
    )  # fmt: skip
    return session.execute(statement).all()


def _absences(session: Session, who: Collection[int], first: datetime, last: datetime) -> Spans:
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


def _taken(session: Session, lines: Mapping[int, int], first: datetime, last: datetime, but: str) -> Spans:
    """What the ledger holds of these people (id: lines); of a line with several places also those beyond the first."""
    of = {subject: person for person, many in lines.items() for subject in line_subjects(person, many)}
    begins, ends = sa.func.min(SlotLedger.slot_at), sa.func.max(SlotLedger.slot_at)
    statement = (
        sa.select(SlotLedger.subject, begins, ends)
        .where(
            SlotLedger.subject.in_(of), SlotLedger.slot_at >= first, SlotLedger.slot_at < last,
            SlotLedger.holder != but,
        )
        .group_by(SlotLedger.subject, SlotLedger.holder)
    )  # fmt: skip
    found: Spans = defaultdict(list)
    for subject, starts_at, last_at in session.execute(statement):
        found[of[subject]].append(Busy(starts_at, last_at + QUARTER, subject))
    return found


def _families(session: Session, cases: set[int], who: Collection[int]) -> dict[int, dict[int, int]]:
    """How often each interpreter served each of these cases."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    if not cases:
        return found
    of = InterpreterAssignment
    rows = session.execute(
        sa.select(of.interpreter_id, of.case_id, sa.func.count())
        .where(of.case_id.in_(cases), of.interpreter_id.in_(who), of.state == BookingState.CONFIRMED)
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
