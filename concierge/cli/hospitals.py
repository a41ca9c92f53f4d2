"""Loads hospitals with their rules, staff and things to book from a JSON file (`demo/hospitals.json` is fictional)."""

import json
from datetime import date, time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.interpreters.actions import add_credential, add_language
from concierge.domain.access import Role
from concierge.domain.interpreting import spoken
from concierge.domain.vocabulary import ResourceKind
from concierge.models import (
    DepositRule,
    GlossaryTerm,
    Holiday,
    Hospital,
    InterpreterProfile,
    LodgingHouse,
    LodgingRate,
    LodgingRoom,
    Package,
    PackageLine,
    RecordRule,
    Resource,
    StaffRole,
    StaffUser,
    Tariff,
)
from concierge.passwords import hash_password

_PARTS = ("holidays", "tariffs", "packages", "deposit_rules", "record_rules", "staff", "resources", "houses")


def load_hospitals(session: Session, path: Path, password: str) -> list[Hospital]:
    """Create the hospitals that are not there yet, by slug; every member of staff gets the same password."""
    password_hash = hash_password(password)
    loaded = []
    for row in json.loads(path.read_text(encoding="utf-8")):
        hospital = session.scalar(sa.select(Hospital).where(Hospital.slug == row["slug"]))
        loaded.append(hospital or _create(session, row, password_hash))
    session.flush()
    session.expire_all()  # the file's texts become enums when they are read back
    return loaded


def load_glossary(session: Session, hospitals: list[Hospital], path: Path) -> None:
    """The words of a JSON file for each of these hospitals that has none yet."""
    for hospital in hospitals:
        if session.scalar(sa.select(GlossaryTerm.id).where(GlossaryTerm.hospital_id == hospital.id).limit(1)) is None:
            session.add_all(
                GlossaryTerm(hospital_id=hospital.id, **row) for row in json.loads(path.read_text(encoding="utf-8"))
            )


def _create(session: Session, row: dict, password_hash: str) -> Hospital:
    facts = {key: value for key, value in row.items() if key not in _PARTS}
    facts["opens"], facts["closes"] = time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"])
    hospital = Hospital(**facts)
    session.add(hospital)
    session.flush()
    for day in row["holidays"]:
        session.add(Holiday(hospital_id=hospital.id, on=date.fromisoformat(day["on"]), name=day["name"]))
    for model, part in (
        (Tariff, "tariffs"),
        (DepositRule, "deposit_rules"),
        (RecordRule, "record_rules"),
        (Resource, "resources"),
    ):
        for item in row[part]:
            session.add(model(hospital_id=hospital.id, **_with_dates(item)))
    session.flush()
    _interpreters(session, hospital)
    for package in row["packages"]:
        _pack(session, hospital, package)
    for house in row["houses"]:
        _build(session, hospital, house)
    for person in row["staff"]:
        _employ(session, hospital, person, password_hash)
    return hospital


def _build(session: Session, hospital: Hospital, row: dict) -> None:
    """A house with its rooms and seasons."""
    facts = {key: value for key, value in row.items() if key not in {"rooms", "rates"}}
    hours = {key: time.fromisoformat(row[key]) for key in ("check_in", "check_out")}
    house = LodgingHouse(hospital_id=hospital.id, **facts | hours)
    session.add(house)
    session.flush()
    for room in row["rooms"]:
        session.add(LodgingRoom(hospital_id=hospital.id, house_id=house.id, currency=hospital.currency, **room))
    for rate in row["rates"]:
        session.add(LodgingRate(house_id=house.id, currency=hospital.currency, **_with_dates(rate)))


def _interpreters(session: Session, hospital: Hospital) -> None:
    """Everybody who interprets: from each language to the hospital's own, at any hour and in every way."""
    people = session.scalars(
        sa.select(Resource)
        .where(Resource.hospital_id == hospital.id, Resource.kind == ResourceKind.INTERPRETER)
        .order_by(Resource.id)
    ).all()
    for person in people:
        profile = InterpreterProfile(hospital_id=hospital.id, resource=person)
        session.add(profile)
        session.flush()
        house = spoken(hospital.languages[0])
        for language in [one for one in person.languages if spoken(one) != house]:
            add_language(session, profile, language=language, target=house)
        if person.credential_until:
            add_credential(session, profile, name=person.credential, valid_until=person.credential_until)


def _pack(session: Session, hospital: Hospital, package: dict) -> None:
    facts = {key: value for key, value in package.items() if key != "lines"}
    lines = [PackageLine(position=at, **line) for at, line in enumerate(package["lines"], start=1)]
    session.add(Package(hospital_id=hospital.id, lines=lines, **_with_dates(facts)))


def _employ(session: Session, hospital: Hospital, person: dict, password_hash: str) -> None:
    facts = {key: value for key, value in person.items() if key != "role"}
    user = StaffUser(password_hash=password_hash, **facts)
    session.add(user)
    session.flush()
    session.add(StaffRole(staff_id=user.id, hospital_id=hospital.id, role=Role(person["role"])))


def _with_dates(item: dict) -> dict:
    return {
        key: date.fromisoformat(value)
        if key in {"valid_from", "valid_until", "credential_until", "from_on", "until_on"} and value
        else value
        for key, value in item.items()
    }
