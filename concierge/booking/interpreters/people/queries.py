"""The people themselves: found, listed, changed; and what they may be asked for on the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from concierge.cases.ledger import resource_subject
from concierge.domain.vocabulary import BookingState, ResourceKind
from concierge.models import (
    Case,
    InterpreterAbsence,
    InterpreterAssignment,
    InterpreterCredential,
    InterpreterLanguage,
    InterpreterProfile,
    Resource,
)

PAGE = 50


def line_subjects(resource_id: int, lines: int) -> list[str]:
    """What the ledger knows of a person: one subject, or one for each family that a line serves at once."""
    return [resource_subject(resource_id), *(f"line:{resource_id}:{n}" for n in range(2, lines + 1))]


def locked(session: Session, resource_ids: Iterable[int]) -> dict[int, InterpreterProfile]:
    """These profiles, locked in the order of their ids until the end of the transaction.

    Whoever books and whoever notes an absence stands in this line, always after the lock of the case: so an
    assignment never slips past an absence.
    """
    wanted = sorted(set(resource_ids))
    rows = session.scalars(
        sa.select(InterpreterProfile)
        .where(InterpreterProfile.resource_id.in_(wanted))
        .order_by(InterpreterProfile.resource_id)
        .with_for_update(of=InterpreterProfile)
        .execution_options(populate_existing=True)
    ).unique()
    return {row.resource_id: row for row in rows}


@dataclass(frozen=True)
class PersonRow:
    """One row of the list."""

    profile: InterpreterProfile
    languages: list[InterpreterLanguage]
    credential: InterpreterCredential | None  # the one that is valid longest
    today: int
    is_away: bool


def page_of_people(
    session: Session, hospital_ids: Sequence[int], *, now: datetime, day: tuple[datetime, datetime], language: str = "",
    gender: str = "", after: tuple[str, int] | None = None,
) -> tuple[list[PersonRow], str]:  # fmt: skip
    """One page by name, and the cursor of the next one. `day`: the hours in which today's load is counted."""
    statement = (
        sa.select(InterpreterProfile)
        .join(InterpreterProfile.resource)
        .where(
            Resource.hospital_id.in_(hospital_ids), Resource.kind == ResourceKind.INTERPRETER,
            Resource.is_active.is_(True),
        )
        .order_by(Resource.name, Resource.id)
        .limit(PAGE + 1)
    )
    if language:
        speaks = sa.select(InterpreterLanguage.resource_id).where(
            InterpreterLanguage.hospital_id.in_(hospital_ids), InterpreterLanguage.language == language
        )
        statement = statement.where(Resource.id.in_(speaks))
    if gender:
        statement = statement.where(Resource.gender == gender)
    if after:
        statement = statement.where(sa.tuple_(Resource.name, Resource.id) > sa.tuple_(*after))
    found = list(session.scalars(statement).unique())
    rows = _with_facts(session, found[:PAGE], now, day)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return rows, f"{last.resource_id}.{last.resource.name}" if last else ""


def _with_facts(
    session: Session, profiles: list[InterpreterProfile], now: datetime, day: tuple[datetime, datetime]
) -> list[PersonRow]:
    ids = [profile.resource_id for profile in profiles]
    languages: dict[int, list[InterpreterLanguage]] = {}
    for pair in _of(session, InterpreterLanguage, ids, InterpreterLanguage.id):
        languages.setdefault(pair.resource_id, []).append(pair)
    credentials = {
        row.resource_id: row
        for row in _of(session, InterpreterCredential, ids, InterpreterCredential.valid_until)
    }
    of, away = InterpreterAssignment, InterpreterAbsence
    counted = session.execute(
        sa.select(of.interpreter_id, sa.func.count())
        .where(
            of.interpreter_id.in_(ids), of.state != BookingState.CANCELLED, of.starts_at >= day[0],
            of.starts_at < day[1],
        )
        .group_by(of.interpreter_id)
    )  # fmt: skip
    load = {row[0]: row[1] for row in counted}
    gone = set(
        session.scalars(
            sa.select(away.resource_id).where(
                away.resource_id.in_(ids), away.starts_at <= now, away.ends_at > now
            )
        )
    )
    return [
        PersonRow(
            profile=one, languages=languages.get(one.resource_id, []), credential=credentials.get(one.resource_id),
            today=load.get(one.resource_id, 0), is_away=one.resource_id in gone,
        )
        for one in profiles
    ]  # fmt: skip


def _of(session: Session, model, ids: Iterable[int], order) -> Sequence:
    return session.scalars(sa.select(model).where(model.resource_id.in_(ids)).order_by(order)).all()


def find_person(session: Session, public_id: str, hospital_ids: Sequence[int]) -> InterpreterProfile | None:
    return session.scalar(
        sa.select(InterpreterProfile).where(
            InterpreterProfile.public_id == public_id, InterpreterProfile.hospital_id.in_(hospital_ids)
        )
    )


def languages_of(session: Session, resource_id: int) -> Sequence[InterpreterLanguage]:
    return _of(session, InterpreterLanguage, [resource_id], InterpreterLanguage.id)


def credentials_of(session: Session, resource_id: int) -> Sequence[InterpreterCredential]:
    return _of(session, InterpreterCredential, [resource_id], InterpreterCredential.valid_until.desc())


def absences_in(
    session: Session, resource_id: int, first: datetime, last: datetime
) -> list[InterpreterAbsence]:
    of = InterpreterAbsence
    return list(
        session.scalars(
            sa.select(of)
            .where(of.resource_id == resource_id, of.ends_at > first, of.starts_at < last)
            .order_by(of.starts_at)
            .limit(PAGE)
        )
    )


def bookings_in(
    session: Session, resource_id: int, first: datetime, last: datetime
) -> list[tuple[InterpreterAssignment, Case]]:
    """Whom this person serves in this span, in order."""
    of = InterpreterAssignment
    rows = session.execute(
        sa.select(of, Case)
        .join(Case, Case.id == of.case_id)
        .where(
            of.interpreter_id == resource_id, of.state != BookingState.CANCELLED, of.ends_at > first,
            of.starts_at < last,
        )
        .order_by(of.starts_at, of.id)
    ).unique()  # fmt: skip
    return [(row, case) for row, case in rows]


def find_absence(session: Session, public_id: str, hospital_ids: Sequence[int]) -> InterpreterAbsence | None:
    return session.scalar(
        sa.select(InterpreterAbsence)
        .join(InterpreterAbsence.person)
        .where(InterpreterAbsence.public_id == public_id, Resource.hospital_id.in_(hospital_ids))
    )


def relieved_by(
    session: Session, absence: InterpreterAbsence
) -> list[tuple[InterpreterAssignment, Case, InterpreterAssignment | None]]:
    """What was taken back because of an absence, with the case and who stands in."""
    of, instead = InterpreterAssignment, aliased(InterpreterAssignment)
    rows = session.execute(
        sa.select(of, Case, instead)
        .join(Case, Case.id == of.case_id)
        .outerjoin(instead, instead.id == of.replaced_by_id)
        .where(of.absence_id == absence.id)
        .order_by(of.starts_at, of.id)
        .options(joinedload(instead.interpreter, innerjoin=False))  # else it would hide where nobody stands in
    ).unique()
    return [(row, case, other) for row, case, other in rows]



def languages_in(session: Session, hospital_ids: Sequence[int]) -> list[str]:
    """Every language that somebody at these hospitals interprets."""
    statement = sa.select(InterpreterLanguage.language).where(InterpreterLanguage.hospital_id.in_(hospital_ids))
    return list(session.scalars(statement.distinct().order_by(InterpreterLanguage.language)))
