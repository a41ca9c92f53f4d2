"""A million invented people for bench/names.py: common names as unevenly spread as in life, and rare ones."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.people import Bearer, bearer
from concierge.cases.actions import index
from concierge.cli.hospitals import load_hospitals
from concierge.db import Base
from concierge.domain.duplicates import KnownPerson
from concierge.domain.journey import CaseState, Exit, Step, WaitingOn
from concierge.domain.names import search_keys
from concierge.domain.people import PersonName
from concierge.domain.vocabulary import CancerType, PatientKnows, Programme
from concierge.models import Case, Hospital, Person
from config import ROOT

DIFFERENT_NAMES = 100_000
_OPEN_SHARE = 5  # every fifth case is open
_SYLLABLES = {
    "arabic": ("ال", "با", "دو", "سر", "حم", "نص", "رش", "كن", "مط", "عز", "فر", "قح", "زه", "لي", "خط", "جب"),
    "chinese": tuple("安宝冰才春德东冬恩凡方飞芬峰福刚光贵国海涵翰浩和恒红华欢辉嘉健江洁金晶景俊凯康兰乐莲良琳玲龙"),
    "cyrillic": ("бе", "ва", "го", "дро", "жу", "зо", "ко", "ле", "му", "не", "пе", "ро", "са", "то", "фе", "че"),
    "devanagari": ("अ", "का", "गो", "चा", "दे", "ना", "पा", "बा", "मा", "रा", "ला", "वा", "सा", "हा", "जै", "तो"),
    "vietnamese": ("An", "Bao", "Chi", "Dinh", "Giang", "Ha", "Khanh", "Linh", "Mai", "Nga", "Oanh", "Quyen"),
    "latin": ("al", "bo", "ca", "do", "es", "fi", "ga", "he", "is", "lo", "mu", "ne", "or", "pa", "ri", "va"),
}  # fmt: skip


def add_hospital(session: Session) -> int:
    """The fictional hospitals of the demo; the id of the first."""
    load_hospitals(session, ROOT / "demo" / "hospitals.json", "nobody-signs-in-here")
    session.flush()
    return session.scalars(sa.select(Hospital.id).order_by(Hospital.id)).first() or 0


def add_person(session: Session, hospital_id: int, known: KnownPerson) -> int:
    """One person with one case, found like any other; the id of the case."""
    now = datetime.now(UTC)
    person = Person(
        native_name=known.name.native, surname=known.name.surname, given_names=known.name.given,
        birth_on=known.born_on, phone=known.phone, email=known.email, passport_number=known.passport, created_at=now,
    )  # fmt: skip
    case = Case(
        hospital=session.get_one(Hospital, hospital_id),
        person=person,
        opened_at=now,
        step_entered_at=now,
        waiting_since=now,
    )
    session.add(case)
    session.flush()
    index(session, case)
    session.flush()
    return case.id


# --- a million of them ------------------------------------------------------------------------------------------


def _rare(random: Random, who: Bearer) -> Bearer:
    """The same homeland, a family name that few have."""
    pieces = _SYLLABLES[who.homeland.script]
    made = "".join(random.choice(pieces) for _ in range(3))
    if who.homeland.script == "chinese":
        return Bearer(who.native[:1] + made[:2], who.surname, "", "", who.homeland)
    made = made + {"cyrillic": "в", "arabic": "ي"}.get(who.homeland.script, "")
    return Bearer(f"{who.native.split()[0]} {made.title()}", "", "", "", who.homeland)


def write_files(folder: Path, people: int, now: datetime) -> int:
    """person.csv, case.csv and search_key.csv, the columns of the tables; the number of search keys."""
    random, keys = Random(11), 0
    names = [_bearer(random, number) for number in range(min(people, DIFFERENT_NAMES))]
    tables = {model.__tablename__: model.__table__ for model in (Person, Case)}
    rows = {name: _usual(table, now) for name, table in tables.items()}
    with (
        (folder / "person.csv").open("w") as one,
        (folder / "case.csv").open("w") as two,
        (folder / "search_key.csv").open("w") as three,
    ):
        persons, cases, found = csv.writer(one), csv.writer(two), csv.writer(three)
        for number in range(1, people + 1):
            who = names[int(random.random() ** 2 * len(names))]  # few names are common, most are not
            person = _person(random, number, who)
            persons.writerow((rows["person"] | person).values())
            cases.writerow((rows["case"] | _case(number, now)).values())
            own = _keys(person, who)
            found.writerows((1, key, number) for key in own)
            keys += len(own)
    return keys


def _bearer(random: Random, number: int) -> Bearer:
    who = bearer(number + 100, random)
    return _rare(random, who) if random.random() < 0.6 else who


def _person(random: Random, number: int, who: Bearer) -> dict:
    born = date(1935, 1, 1) + timedelta(days=random.randrange(29_000))
    return {
        "id": number, "public_id": f"p{number:015d}", "native_name": who.native, "surname": who.surname,
        "given_names": who.given, "called": "", "birth_on": born.isoformat(), "country": who.homeland.country,
        "passport_number": f"X{number:08d}" if number % 2 else "", "email": f"family{number}@example.com",
        "phone": f"{who.homeland.dial}{random.randrange(10**8):08d}", "timezone": who.homeland.timezone,
    }  # fmt: skip


@lru_cache(maxsize=400_000)
def _name_keys(native: str, surname: str, given: str) -> frozenset[str]:
    return search_keys(native, surname, given)


def _keys(person: dict, who: Bearer) -> frozenset[str]:
    """As `search_keys` makes them; those of the name once for all who have it."""
    digits = person["phone"][1:]
    facts = {
        "+" + digits,
        *("+" + digits[-n:] for n in (10, 9, 8, 7)),
        "#" + person["birth_on"].replace("-", ""),
    }
    facts |= {person["passport_number"].casefold(), person["email"]} - {""}
    return _name_keys(who.native, who.surname, who.given) | facts


def _case(number: int, now: datetime) -> dict:
    is_open = number % _OPEN_SHARE == 0
    return {
        "id": number, "public_id": f"c{number:015d}", "hospital_id": 1, "person_id": number,
        "state": CaseState.OPEN.value if is_open else CaseState.CLOSED.value,
        "exit": "" if is_open else Exit.COMPLETED.value, "closed_at": "" if is_open else now.isoformat(" "),
    }  # fmt: skip


_USUAL: dict[str, object] = {
    "programme": Programme.TREATMENT, "cancer_type": CancerType.NOT_SURE, "step": Step.CONTACT,
    "waiting_on": WaitingOn.US, "patient_knows": PatientKnows.UNKNOWN, "language": "en", "version": 1,
    "is_visa_needed": 0, "is_government_beneficiary": 0,
}  # fmt: skip


def _usual(table: sa.Table, now: datetime) -> dict:
    """Every column with a value that any row may have; empty text where the column may be NULL stands for NULL."""
    moments = {"opened_at", "step_entered_at", "waiting_since", "created_at"}
    return {
        column.name: now.strftime("%Y-%m-%d %H:%M:%S.%f")
        if column.name in moments
        else _USUAL.get(column.name, "")
        for column in table.columns
    }


def load(engine: sa.Engine, session: Session, folder: Path) -> int:
    """The files into a database, keys in the order of their index; the id of the hospital."""
    hospital_id = add_hospital(session)
    session.commit()
    raw = engine.raw_connection()
    try:
        (_load_sqlite if engine.dialect.name == "sqlite" else _load_postgresql)(raw, folder)
    finally:
        raw.close()
    return hospital_id


def _columns(name: str) -> list[sa.Column]:
    return list(Base.metadata.tables[name].columns)


def _load_sqlite(raw, folder: Path) -> None:
    cursor = raw.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.execute("BEGIN")
    for name in ("person", "case"):
        nullable = [column.nullable for column in _columns(name)]
        with (folder / f"{name}.csv").open() as file:
            rows = (
                [None if v == "" and n else v for v, n in zip(row, nullable, strict=True)]
                for row in csv.reader(file)
            )
            cursor.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(nullable))})', rows)
    cursor.execute("CREATE TEMP TABLE loose (hospital_id INTEGER, key TEXT, case_id INTEGER)")
    with (folder / "search_key.csv").open() as file:
        cursor.executemany("INSERT INTO loose VALUES (?, ?, ?)", csv.reader(file))
    cursor.execute("DROP INDEX ix_search_key_case")
    cursor.execute("INSERT INTO search_key SELECT hospital_id, key, case_id FROM loose ORDER BY 1, 2, 3")
    cursor.execute("CREATE INDEX ix_search_key_case ON search_key (case_id, key)")
    cursor.execute("DROP TABLE loose")
    cursor.execute("COMMIT")
    cursor.execute("ANALYZE")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")


def _load_postgresql(raw, folder: Path) -> None:
    cursor = raw.cursor()
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("ALTER TABLE search_key DROP CONSTRAINT pk_search_key")
    cursor.execute("DROP INDEX ix_search_key_case")
    for name in ("person", "case", "search_key"):
        nulls = ", ".join(f'"{c.name}"' for c in _columns(name) if c.nullable)
        force = f", FORCE_NULL ({nulls})" if nulls else ""
        texts = ", ".join(f'"{c.name}"' for c in _columns(name) if not c.nullable)
        names = ", ".join(f'"{c.name}"' for c in _columns(name))
        options = f"FORMAT csv{force}, FORCE_NOT_NULL ({texts})"
        with (
            (folder / f"{name}.csv").open("rb") as file,
            cursor.copy(f'COPY "{name}" ({names}) FROM STDIN WITH ({options})') as copy,
        ):
            while part := file.read(1 << 20):
                copy.write(part)
    cursor.execute("SET maintenance_work_mem = '512MB'")
    cursor.execute(
        "ALTER TABLE search_key ADD CONSTRAINT pk_search_key PRIMARY KEY (hospital_id, key, case_id)"
    )
    cursor.execute("CREATE INDEX ix_search_key_case ON search_key (case_id, key)")
    cursor.execute("SET session_replication_role = origin")
    raw.commit()
    raw.driver_connection.autocommit = True
    for name in ("person", "case", "search_key"):
        cursor.execute(f'VACUUM ANALYZE "{name}"')
    raw.driver_connection.autocommit = False


# --- what is asked ----------------------------------------------------------------------------------------------


def some_people(session: Session, random: Random, count: int) -> list[KnownPerson]:
    """People from all over the table."""
    most = session.scalar(sa.select(sa.func.max(Person.id))) or 0
    ids = [random.randrange(1, most + 1) for _ in range(count)]
    rows = {row.id: row for row in session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    return [
        KnownPerson(rows[i].name, rows[i].birth_on, "", rows[i].phone, rows[i].email, rows[i].passport_number)
        for i in ids
    ]


def _misspelt(text: str, random: Random) -> str:
    """One vowel for another, as on the telephone."""
    vowels = [i for i, letter in enumerate(text) if letter in "aeiou"]
    if not vowels:
        return text
    at = random.choice(vowels)
    return text[:at] + random.choice("aeiou") + text[at + 1 :]


def _latin(person: KnownPerson) -> str:
    from anyascii import anyascii

    return (person.name.passport or anyascii(person.name.native)).lower()


QUESTIONS: dict[str, Callable[[KnownPerson, Random], str]] = {
    "name as written": lambda person, random: person.name.native,
    "name in Latin": lambda person, random: _latin(person),
    "misspelt": lambda person, random: _misspelt(_latin(person), random),
    "one common word": lambda person, random: person.name.native.split()[0],
    "four letters": lambda person, random: _latin(person)[:4],
    "two Chinese characters": lambda p, random: (
        p.name.native[-2:] if "\u4e00" <= p.name.native[0] <= "\u9fff" else ""
    ),
    "phone, as dialled at home": lambda person, random: "0" + person.phone[-9:],
    "passport": lambda person, random: person.passport,
}


def as_written_again(person: KnownPerson, random: Random) -> KnownPerson:
    """The same person in Latin letters, slightly misspelt; a phone or a birth date may be missing."""
    return KnownPerson(
        PersonName(_misspelt(_latin(person), random)), person.born_on if random.random() < 0.5 else None, "",
        person.phone if random.random() < 0.5 else "",
    )  # fmt: skip
