"""The first of those who could interpret, in the order of domain/interpreting.py, found by the database.

Where thousands have a language, only those who are shown are read and judged by the domain; the others are counted.
tests/booking/interpreters/test_shortlist.py holds that both put everybody in the same order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.interpreters.people.queries import line_subjects
from concierge.domain.interpreting import LINES, NEAREST, Need
from concierge.domain.vocabulary import BookingState
from concierge.models import (
    InterpreterAbsence,
    InterpreterAssignment,
    InterpreterCredential,
    InterpreterLanguage,
    InterpreterProfile,
    Resource,
    SlotLedger,
)

AT_ONCE = 50  # needs in one statement
_profile, _pair = InterpreterProfile, InterpreterLanguage


@dataclass
class Short:
    """Ids of those who can be had and of those who cannot, best first, and how many there are of each."""

    able: list[int] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)
    all_able: int = 0
    all_passed_over: int = 0


def shortlists(
    session: Session, hospital_id: int, needs: Sequence[Need], *, able: int, passed_over: int
) -> list[Short]:
    """At most so many of each, for each need; a fixed number of statements for every 50 needs."""
    found = [Short() for _need in needs]
    for first in range(0, len(needs), AT_ONCE):
        some = needs[first : first + AT_ONCE]
        full, dialects = _full_lines(session, hospital_id, some), _dialects(session, hospital_id, some)
        each = [
            _first(
                _judged(hospital_id, need, full[n], dialects.get((need.language, need.dialect), [])),
                n,
                able,
                passed_over,
            )
            for n, need in enumerate(some)
        ]
        rows = session.execute(sa.union_all(*each) if len(each) > 1 else each[0])
        for row in sorted(rows, key=lambda row: row.place):
            short = found[first + row.need]
            if row.is_able:
                short.able.append(row.id)
                short.all_able = row.many
            else:
                short.passed_over.append(row.id)
                short.all_passed_over = row.many
    return found


def _first(judged: sa.Subquery, number: int, able: int, passed_over: int) -> sa.Select:
    of = judged.c
    is_able = of.hard == 0
    place = sa.func.row_number().over(
        partition_by=is_able,
        order_by=(of.hard + of.wish, of.no_dialect, of.is_new, of.distance, of.cost, of.id),
    )
    many = sa.func.count().over(partition_by=is_able)
    ranked = sa.select(of.id, is_able.label("is_able"), place.label("place"), many.label("many")).subquery()
    most = sa.case((ranked.c.is_able, able), else_=passed_over)
    return sa.select(sa.literal(number).label("need"), ranked).where(ranked.c.place <= most)


def _judged(hospital_id: int, need: Need, full: set[int], dialects: list[str]) -> sa.Subquery:
    """Everybody with the pair: how much is against them, and what the rank is made of.

    Nothing of it is computed twice: a subquery with an offset is not folded into what stands around it.
    """
    hard: sa.ColumnElement[int] = sum((_one(against) for against in _against(need, full)), sa.literal(0))
    wish: sa.ColumnElement[int] = _one(Resource.gender != need.gender) if need.gender else sa.literal(0)
    served = sa.select(InterpreterAssignment.interpreter_id).where(
        InterpreterAssignment.case_id == need.family, InterpreterAssignment.state == BookingState.CONFIRMED
    )
    return (
        sa.select(
            Resource.id, hard.label("hard"), wish.label("wish"),
            _one(_pair.dialect.not_in(dialects)).label("no_dialect"), _one(Resource.id.not_in(served)).label("is_new"),
            sa.case(dict(zip(NEAREST, range(len(NEAREST)), strict=True)), value=_profile.kind).label("distance"),
            _cost(need).label("cost"),
        )
        .select_from(_pair)
        .join(_profile, _profile.resource_id == _pair.resource_id)
        .join(Resource, Resource.id == _pair.resource_id)
        .where(
            _pair.hospital_id == hospital_id, _pair.language == need.language, _pair.target == need.house,
            Resource.is_active.is_(True),
        )
        .offset(0)
        .subquery()
    )  # fmt: skip


def _one(is_so: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((is_so, 1), else_=0)


def _against(need: Need, full: set[int]) -> Iterable[sa.ColumnElement[bool]]:
    """What `domain.interpreting.misfits` finds: credential, way, hours, absence, ledger."""
    credential, away, person = InterpreterCredential, InterpreterAbsence, Resource.id
    has_any = sa.exists().where(credential.resource_id == person)
    is_line = _profile.kind.in_(LINES)
    yield sa.and_(
        sa.not_(has_any.where(credential.valid_until >= need.on)), sa.or_(sa.not_(is_line), has_any)
    )
    yield sa.cast(_profile.modalities, sa.String).not_like(f'%"{need.modality.value}"%')
    weekday, first, last = need.hours
    opens, closes = (_profile.hours[(weekday, end)].as_integer() for end in (0, 1))
    yield sa.and_(
        sa.cast(_profile.hours, sa.String) != "{}",
        sa.not_(sa.func.coalesce(sa.and_(opens <= first, closes >= last), sa.false())),
    )
    yield sa.exists().where(
        away.resource_id == person, away.ends_at > need.starts_at, away.starts_at < need.ends_at
    )
    slot = (
        sa.select(SlotLedger.slot_at)
        .where(
            SlotLedger.subject == sa.literal("resource:") + sa.cast(person, sa.String),
            SlotLedger.slot_at >= need.starts_at, SlotLedger.slot_at < need.ends_at,
        )
        .limit(1)  # so it is looked up for each person: PostgreSQL would read the whole ledger for an EXISTS
        .scalar_subquery()
    )  # fmt: skip
    yield sa.or_(person.in_(full), sa.and_(_profile.lines == 1, slot.is_not(None)))


def _cost(need: Need) -> sa.ColumnElement[int]:
    minutes = (need.ends_at - need.starts_at) // timedelta(minutes=1)
    paid = sa.case((_profile.minimum_minutes > minutes, _profile.minimum_minutes), else_=minutes)
    return sa.func.coalesce((_profile.rate_minor * paid + 30) // 60, 0)


def _full_lines(session: Session, hospital_id: int, needs: Sequence[Need]) -> list[set[int]]:
    """For each need the lines that already serve as many families as they can; there are few lines."""
    rows = session.execute(
        sa.select(_profile.resource_id, _profile.lines)
        .join(Resource, Resource.id == _profile.resource_id)
        .where(_profile.hospital_id == hospital_id, _profile.lines > 1, Resource.is_active.is_(True))
    )
    lines: dict[int, int] = {row[0]: row[1] for row in rows}
    if not lines:
        return [set() for _need in needs]
    of = {subject: person for person, many in lines.items() for subject in line_subjects(person, many)}
    first, last = min(need.starts_at for need in needs), max(need.ends_at for need in needs)
    slots = session.execute(
        sa.select(SlotLedger.subject, SlotLedger.slot_at).where(
            SlotLedger.subject.in_(of), SlotLedger.slot_at >= first, SlotLedger.slot_at < last
        )
    ).all()
    return [
        _full({subject for subject, at in slots if need.starts_at <= at < need.ends_at}, of, lines)
        for need in needs
    ]


def _full(taken: set[str], of: Mapping[str, int], lines: Mapping[int, int]) -> set[int]:
    served = [of[subject] for subject in taken]
    return {person for person in set(served) if served.count(person) >= lines[person]}


def _dialects(session: Session, hospital_id: int, needs: Sequence[Need]) -> dict[tuple[str, str], list[str]]:
    """The dialects on file that a wanted one is part of; SQLite folds only ASCII, so we do."""
    wanted = {(need.language, need.dialect) for need in needs if need.dialect}
    if not wanted:
        return {}
    known = session.execute(
        sa.select(_pair.language, _pair.dialect)
        .where(
            _pair.hospital_id == hospital_id, _pair.language.in_({language for language, _dialect in wanted}),
            _pair.dialect != "",
        )
        .distinct()
    ).all()  # fmt: skip
    return {
        (language, dialect): [
            name for one, name in known if one == language and dialect.casefold() in name.casefold()
        ]
        for language, dialect in wanted
    }
