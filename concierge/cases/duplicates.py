"""Who may be the same person: found by indexed keys, judged by domain/duplicates.py, decided by people.

The set that is judged is bounded whatever the size of the hospital: of each key only the newest cases are read, rare
keys count for more than common ones, and the most promising forty are compared. A name that thousands share proves
nothing; a phone, a birth date or a passport beside it does, and each of these is a key of its own.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.duplicates import KnownPerson, Score, certain_keys, duplicate_score, probable_keys
from concierge.domain.journey import Exit, Step
from concierge.domain.listed import reference_of
from concierge.domain.people import PersonName
from concierge.models import Case, DuplicateSuggestion, Hospital, Person, Referral

PER_KEY = 100  # cases that are read of one key; more are too common to say anything
JUDGED = 40
KEPT = 5
SHOWN_FROM = 40  # of 100: while somebody types, a likeness of the name alone is worth a look
_FEW = 5  # a name that so few have in a hospital is rare
_MOST_KEYS = 24


@dataclass(frozen=True)
class Match:
    """A case whose person may be the one in question."""

    case_id: int
    person_id: int
    hospital_id: int
    opened_at: datetime
    step: Step
    known: KnownPerson
    country: str
    phone_typed: str
    score: Score

    @property
    def reference(self) -> str:
        return reference_of(self.opened_at, self.case_id)

    @property
    def display_name(self) -> str:
        return self.known.name.native or self.known.name.passport or self.known.name.called


def known_person(person: Person, referrer_id: int | None = None) -> KnownPerson:
    """What is compared of a person."""
    return KnownPerson(
        person.name,
        person.birth_on,
        person.birth_typed,
        person.phone,
        person.email,
        person.passport_number,
        referrer_id,
    )


def known_of_case(session: Session, case: Case) -> KnownPerson:
    """The person of a case, with the doctor who sent them."""
    referrer = session.scalar(sa.select(Referral.referrer_id).where(Referral.case_id == case.id).limit(1))
    return known_person(case.person, referrer)


def matches(
    session: Session,
    person: KnownPerson,
    hospital_ids: tuple[int, ...],
    *,
    but_case: int = 0,
    but_person: int = 0,
    from_value: int = SHOWN_FROM,
) -> list[Match]:
    """The likeliest first, at most five; not cases of the same person row, nor those that ended in another."""
    if not hospital_ids:
        return []
    found, shared = _candidates(session, person, hospital_ids)
    found.pop(but_case, None)
    best = [case_id for case_id, _weight in found.most_common(JUDGED)]
    rows = (
        session.execute(_ROWS, {"ids": best, "but_person": but_person, "merged": Exit.MERGED}) if best else ()
    )
    judged = (_judge(person, row, is_rare=min(shared[row.id], default=PER_KEY) <= _FEW) for row in rows)
    likely = [one for one in judged if one.score.value >= from_value]
    likely.sort(key=lambda one: (-one.score.value, -one.case_id))
    newest: dict[tuple[int, int], Match] = {}  # of each person one case in each hospital
    for one in likely:
        newest.setdefault((one.person_id, one.hospital_id), one)
    return list(newest.values())[:KEPT]


def _judge(person: KnownPerson, row: sa.Row, *, is_rare: bool) -> Match:
    name = PersonName(row.native_name, row.surname, row.given_names, row.called)
    known = KnownPerson(
        name, row.birth_on, row.birth_typed, row.phone, row.email, row.passport_number, row.referrer_id
    )
    score = duplicate_score(person, known, is_rare_name=is_rare)
    return Match(
        row.id,
        row.person_id,
        row.hospital_id,
        row.opened_at,
        row.step,
        known,
        row.country,
        row.phone_typed,
        score,
    )


_REFERRER = sa.select(sa.func.max(Referral.referrer_id)).where(Referral.case_id == Case.id).scalar_subquery()
_ROWS = (
    sa.select(
        Case.id, Case.person_id, Case.hospital_id, Case.opened_at, Case.step, Person.native_name, Person.surname,
        Person.given_names, Person.called, Person.birth_on, Person.birth_typed, Person.phone, Person.phone_typed,
        Person.email, Person.passport_number, Person.country, _REFERRER.label("referrer_id"),
    )
    .join(Person, Person.id == Case.person_id)
    .where(
        Case.id.in_(sa.bindparam("ids", expanding=True)),
        Person.id != sa.bindparam("but_person"),
        sa.func.coalesce(Case.exit, "") != sa.bindparam("merged", type_=sa.String),
    )
)  # fmt: skip


def _candidates(
    session: Session, person: KnownPerson, hospital_ids: tuple[int, ...]
) -> tuple[Counter[int], dict[int, list[int]]]:
    """Cases by weight, and for each how many cases have the keys of the name that it shares."""
    certain = certain_keys(person)
    probable = [key for key in probable_keys(person) if len(key) > 2 and not key.endswith(".")]
    keys = list(dict.fromkeys([*certain, *probable]))[:_MOST_KEYS]
    by_key = defaultdict(list)
    for key, case_id in newest_of_keys(session, keys, hospital_ids):
        by_key[key].append(case_id)
    weights: Counter[int] = Counter()
    shared: dict[int, list[int]] = defaultdict(list)
    for key, cases in by_key.items():
        weight = 1000 if key in certain else max(1, PER_KEY * len(hospital_ids) // len(cases))
        for case_id in cases:
            weights[case_id] += weight
            if key not in certain:
                shared[case_id].append(len(cases))
    return weights, shared


def newest_of_keys(session: Session, keys: list[str], hospital_ids: tuple[int, ...]) -> list[tuple[str, int]]:
    """(key, case) for the newest cases of each key, in one statement along the primary key of the search keys."""
    if not keys:
        return []
    values: dict = {f"key{i}": key for i, key in enumerate(keys)}
    values |= {f"hospital{i}": one for i, one in enumerate(hospital_ids)}
    rows = session.connection().execute(_key_statement(len(keys), len(hospital_ids)), values)
    return [(keys[row[0]], row[1]) for row in rows]


@lru_cache(maxsize=256)
def _key_statement(keys: int, hospitals: int) -> sa.TextClause:
    """Written out, of numbers of ours: building fifty runs each time would cost more than running them."""
    runs = [
        f"SELECT * FROM (SELECT {key} AS number, case_id FROM search_key WHERE hospital_id = :hospital{hospital} "  # noqa: S608
        f"AND key = :key{key} ORDER BY case_id DESC LIMIT {PER_KEY}) AS run{hospital}_{key}"
        for key in range(keys)
        for hospital in range(hospitals)
    ]
    return sa.text(" UNION ALL ".join(runs))


# --- suggestions that are kept --------------------------------------------------------------------------------


def suggest(session: Session, case: Case, *, now: datetime) -> list[Match]:
    """Write down who this case's person may be, in all hospitals of the group; a decided pair is not asked again."""
    everywhere = tuple(session.scalars(sa.select(Hospital.id).order_by(Hospital.id)))
    found = [
        match
        for match in matches(
            session, known_of_case(session, case), everywhere, but_case=case.id, but_person=case.person_id
        )
        if match.score.is_suggested
    ]
    if not found:
        return []
    pairs = {tuple(sorted((case.id, match.case_id), reverse=True)): match for match in found}
    known = {(row.case_id, row.other_case_id): row for row in of_case(session, case.id)}
    for (newer, older), match in pairs.items():
        if (row := known.get((newer, older))) is None:
            session.add(
                DuplicateSuggestion(
                    case_id=newer, other_case_id=older, score=match.score.value, reasons=list(match.score.reasons),
                    found_at=now,
                )
            )  # fmt: skip
        elif row.state == "open":
            row.score, row.reasons = match.score.value, list(match.score.reasons)
    session.flush()
    return found


def of_case(session: Session, case_id: int) -> list[DuplicateSuggestion]:
    """All suggestions about a case, decided or not, the likeliest first."""
    either = sa.or_(DuplicateSuggestion.case_id == case_id, DuplicateSuggestion.other_case_id == case_id)
    ordered = sa.select(DuplicateSuggestion).where(either)
    return list(session.scalars(ordered.order_by(DuplicateSuggestion.score.desc(), DuplicateSuggestion.id)))


def may_be_known(case_id) -> sa.ColumnElement[bool]:
    """For a list of newly opened cases: whether somebody should look before they answer."""
    waiting = sa.and_(DuplicateSuggestion.case_id == case_id, DuplicateSuggestion.state == "open")
    return sa.select(DuplicateSuggestion.id).where(waiting).exists()
