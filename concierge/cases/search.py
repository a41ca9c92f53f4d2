"""Finding a case: any script, any digits, in the hospitals of the reader; first what is written so, newest first, then
what sounds so, the likeliest first.

What somebody typed becomes a few keys (domain/names.py), each of which must begin one of the person's keys. The rarest
key leads and the others are looked up case by case; a single key that very many share (`a`, `王`) is answered the other
way round, by walking back from the newest case, because then many of them fit.

Every question reads a bounded number of keys: of names that tens of thousands share, the newest are looked through.
"""

import re
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from concierge.cases.duplicates import newest_of_keys
from concierge.cases.queries import COLUMNS, PAGE, CaseRow, row_of
from concierge.domain.duplicates import likeness
from concierge.domain.journey import CaseState, Step, WaitingOn
from concierge.domain.names import alike_keys, pair_keys, query_keys, similar_query_keys
from concierge.domain.people import PersonName, ascii_digits, clean_line
from concierge.models import Case, Person, SearchKey

COMMON = 2000  # a key with more cases than this is common
LATE = 5000
FEW = 10  # with fewer hits than this it is worth listening to the sound, too
_READINGS = 12  # of one word
_LISTENED_TO = 30  # names that are put in order
_LAST = "\U0010ffff"
_REFERENCE = re.compile(r"(?:c-?)?(?:(\d{4})-)?0*(\d{1,9})", re.IGNORECASE)
_LONGEST_BARE_NUMBER = 6  # more digits are a phone number


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list is about; empty means all."""

    hospital_ids: tuple[int, ...]
    step: Step | None = None
    state: CaseState | None = None
    waiting_on: WaitingOn | None = None

    def conditions(self) -> list:
        wanted = ((Case.step, self.step), (Case.state, self.state), (Case.waiting_on, self.waiting_on))
        return [column == value for column, value in wanted if value is not None]


@dataclass(frozen=True)
class Found:
    """One page of cases, newest first. `by_sound`: nothing was written so, these only sound like it.

    `alike`: a few more that sound like it, the likeliest first, where little was written so.
    """

    rows: list[CaseRow]
    before: int | None = None
    by_sound: bool = False
    alike: tuple[CaseRow, ...] = ()


def find(
    session: Session, text: str, chosen: CaseFilter, *, before: int | None = None, by_sound: bool = False
) -> Found:
    """Cases that fit what was typed; without a text the newest ones. Tries the sound when the writing finds nothing."""
    text = clean_line(text)[:200]
    if not chosen.hospital_ids:
        return Found([])
    if not text:
        return _page(session, _newest(chosen, before))
    if not by_sound:
        found = _page(session, _by_reference(text, chosen))
        if not found.rows and (keys := query_keys(text)):
            found = _page(session, _by_keys(session, text, keys, chosen, before))
        if found.rows and len(found.rows) < FEW and not before and _is_name(text):
            return Found(found.rows, alike=tuple(_alike(session, text, chosen, {row.id for row in found.rows})))
        if found.rows or before:
            return found
        if _is_name(text) and (rows := _alike(session, text, chosen, set())):
            return Found(rows, by_sound=True)
    keys = similar_query_keys(text)
    found = _page(session, _by_keys(session, text, keys, chosen, before) if keys else None)
    return Found(found.rows, found.before, by_sound=True)


def _is_name(text: str) -> bool:
    """A number or an address has no sound."""
    return "@" not in text and not any(c.isdigit() for c in text)


def _alike(session: Session, text: str, chosen: CaseFilter, shown: set[int]) -> list[CaseRow]:
    """Names that sound like what was typed, one word of which may be missing; the likeliest first."""
    groups = alike_keys(text)
    fits: Counter[int] = Counter()
    words: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for key in group[:_READINGS]:
            words.setdefault(key, []).append(number)
    matched: dict[int, set[int]] = {}
    for key, case_id in newest_of_keys(session, list(words), chosen.hospital_ids):
        matched.setdefault(case_id, set()).update(words[key])
    for case_id, numbers in matched.items():
        if case_id not in shown and len(numbers) >= max(1, len(groups) - 1):
            fits[case_id] = len(numbers)
    best = [case_id for case_id, _count in fits.most_common(_LISTENED_TO)]
    if not best:
        return []
    statement = sa.select(*COLUMNS).join(Person, Person.id == Case.person_id).where(Case.id.in_(best))
    rows = [row_of(row) for row in session.connection().execute(statement.where(*chosen.conditions()))]
    typed = PersonName(text)
    ranked = sorted(((likeness(typed, _name_of(row)), fits[row.id], row.id, row) for row in rows), reverse=True)
    return [row for points, count, _id, row in ranked if points > 0 or count == len(groups)][:FEW]


def _name_of(row: CaseRow) -> PersonName:
    return PersonName(row.native_name, row.surname, row.given_names, row.called)


def _page(session: Session, ids: sa.Select | None) -> Found:
    if ids is None:
        return Found([])
    newest = ids.limit(PAGE + 1).subquery("newest")
    statement = (
        sa.select(*COLUMNS)
        .join_from(newest, Case, Case.id == newest.c.id)
        .join(Person, Person.id == Case.person_id)
        .order_by(Case.id.desc())
    )
    rows = [row_of(row) for row in session.connection().execute(statement)]
    return Found(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def _newest(chosen: CaseFilter, before: int | None, *more) -> sa.Select:
    """Ids of cases from the newest back: one run per hospital, so that each follows its index."""
    runs = [
        sa.select(Case.id.label("id"))
        .where(Case.hospital_id == one, *chosen.conditions(), *_before(Case.id, before), *more)
        .order_by(Case.id.desc())
        .limit(PAGE + 1)
        for one in chosen.hospital_ids
    ]
    if len(runs) == 1:
        return runs[0]
    both = sa.union_all(*(sa.select(run.subquery()) for run in runs)).subquery()
    return sa.select(both.c.id).order_by(both.c.id.desc())


def _before(column, before: int | None) -> list:
    return [column < before] if before else []


def _by_reference(text: str, chosen: CaseFilter) -> sa.Select | None:
    """`C-2026-00417`, `c-417`, and the bare number as people say it on the phone."""
    number = _REFERENCE.fullmatch(ascii_digits(text).replace(" ", ""))
    if not number or (text.isdecimal() and len(text) > _LONGEST_BARE_NUMBER):
        return None
    here = (Case.id == int(number[2]), Case.hospital_id.in_(chosen.hospital_ids))
    return sa.select(Case.id.label("id")).where(*here, *chosen.conditions())


def _by_keys(
    session: Session, text: str, keys: tuple[str, ...], chosen: CaseFilter, before: int | None
) -> sa.Select:
    counts = _counts(session, keys, chosen.hospital_ids)
    ordered = sorted(keys, key=lambda key: (counts[key], -len(key)))
    lead, others = _begins(SearchKey.key, ordered[0]), ordered[1:]
    if counts[ordered[0]] > COMMON:
        pair = _rarest_pair(session, text, chosen.hospital_ids) if others else ""
        if not pair:
            return _newest(chosen, before, *_of_late(session, others), *(_has_key(key, Case.id) for key in ordered))
        lead, others = (SearchKey.key == pair,), ordered
    # The limit also keeps PostgreSQL from beginning with another key, whose rows it cannot guess.
    first = (
        sa.select(SearchKey.case_id.label("id"))
        .where(SearchKey.hospital_id.in_(chosen.hospital_ids), *lead, *_before(SearchKey.case_id, before))
        .distinct()
        .order_by(SearchKey.case_id.desc())
        .limit(LATE)
        .subquery("first")
    )
    found = sa.select(first.c.id).where(*(_has_key(key, first.c.id) for key in others)).order_by(first.c.id.desc())
    if conditions := chosen.conditions():
        found = found.join(Case, Case.id == first.c.id).where(*conditions)
    return found


def _rarest_pair(session: Session, text: str, hospital_ids: tuple[int, ...]) -> str:
    """Of two words that very many have each, the two that the fewest have together; "" where nobody has."""
    counts = _counts(session, tuple(pairs), hospital_ids) if (pairs := pair_keys(text)) else {}
    known = [(count, pair) for pair, count in counts.items() if count]
    return min(known)[1] if known else ""


def _of_late(session: Session, others: list[str]) -> list:
    """Beginnings of several common words (`moh alo`) may meet in nobody: only the newest cases are walked through."""
    newest = session.scalar(sa.select(sa.func.max(Case.id))) if others else None
    return [Case.id > newest - LATE] if newest else []


def _begins(column, key: str) -> tuple:
    """A prefix as a contiguous range of the index, the same on both databases."""
    return column >= key, column < key + _LAST


def _has_key(key: str, case_id):
    other = aliased(SearchKey)
    return sa.select(other.case_id).where(other.case_id == case_id, *_begins(other.key, key)).exists()


def _counts(session: Session, keys: tuple[str, ...], hospital_ids: tuple[int, ...]) -> dict[str, int]:
    """How many entries begin with each key, counted only as far as it matters."""
    parts = []
    for key in keys:
        some = (
            sa.select(SearchKey.case_id)
            .where(SearchKey.hospital_id.in_(hospital_ids), *_begins(SearchKey.key, key))
            .limit(COMMON + 1)
            .subquery()
        )
        parts.append(sa.select(sa.literal(key), sa.func.count()).select_from(some))
    return {row[0]: row[1] for row in session.execute(sa.union_all(*parts))}
