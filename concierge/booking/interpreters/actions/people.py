"""Who interprets at a hospital: the profile, its language pairs and its credentials."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.errors import InvalidInput
from concierge.domain.interpreting import LINES, spoken
from concierge.domain.money import Money
from concierge.domain.vocabulary import InterpreterKind, Modality, ResourceKind
from concierge.models import (
    InterpreterCredential,
    InterpreterLanguage,
    InterpreterProfile,
    Resource,
)


@dataclass(frozen=True)
class ProfileFacts:
    """What is known of one interpreter; `rate` per hour, `hours` as InterpreterProfile.hours."""

    name: str
    kind: InterpreterKind = InterpreterKind.STAFF
    gender: str = ""
    phone: str = ""
    agency_name: str = ""
    agency_phone: str = ""
    modalities: tuple[Modality, ...] = tuple(Modality)
    rate: Money | None = None
    minimum_minutes: int = 0
    hours: dict[str, list[int]] = field(default_factory=dict)
    lines: int = 1
    notice_minutes: int = 0


def add_person(session: Session, hospital_id: int, facts: ProfileFacts) -> InterpreterProfile:
    resource = Resource(hospital_id=hospital_id, kind=ResourceKind.INTERPRETER, name=facts.name)
    session.add(resource)
    session.flush()
    profile = InterpreterProfile(hospital_id=hospital_id, resource=resource)
    session.add(profile)
    change_person(session, profile, facts)
    return profile


def change_person(session: Session, profile: InterpreterProfile, facts: ProfileFacts) -> None:
    """Raises InvalidInput: only a line serves several at once, and nobody comes on site through a line."""
    is_line = facts.kind in LINES
    if facts.lines > 1 and not is_line:
        raise InvalidInput("lines", "only_lines_are_shared")
    if is_line and Modality.ON_SITE in facts.modalities:
        raise InvalidInput("modalities", "line_is_not_on_site")
    resource = profile.resource
    resource.name, resource.gender, resource.phone = facts.name, facts.gender, facts.phone
    profile.kind, profile.agency_name, profile.agency_phone = facts.kind, facts.agency_name, facts.agency_phone
    profile.modalities = [way.value for way in facts.modalities]
    profile.rate_minor = facts.rate.minor if facts.rate else None
    profile.currency = facts.rate.currency if facts.rate else None
    profile.minimum_minutes, profile.hours = facts.minimum_minutes, dict(facts.hours)
    profile.lines, profile.notice_minutes = facts.lines, facts.notice_minutes
    session.flush()


def add_language(
    session: Session, profile: InterpreterProfile, *, language: str, target: str, dialect: str = ""
) -> InterpreterLanguage:
    """One pair. Raises InvalidInput: same_language, pair_known."""
    pair = (spoken(language), spoken(target))
    if pair[0] == pair[1]:
        raise InvalidInput("target", "same_language")
    of = InterpreterLanguage
    known = sa.select(of.id).where(
        of.resource_id == profile.resource_id, of.language == pair[0], of.target == pair[1]
    )
    if session.scalar(known) is not None:
        raise InvalidInput("language", "pair_known")
    row = of(
        resource_id=profile.resource_id, hospital_id=profile.hospital_id, language=pair[0], target=pair[1],
        dialect=dialect,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def drop_language(session: Session, profile: InterpreterProfile, row_id: int) -> None:
    of = InterpreterLanguage
    session.execute(sa.delete(of).where(of.id == row_id, of.resource_id == profile.resource_id))


def add_credential(
    session: Session, profile: InterpreterProfile, *, name: str, number: str = "", valid_until: date
) -> InterpreterCredential:
    row = InterpreterCredential(
        resource_id=profile.resource_id, name=name, number=number, valid_until=valid_until
    )
    session.add(row)
    session.flush()
    return row


def drop_credential(session: Session, profile: InterpreterProfile, row_id: int) -> None:
    of = InterpreterCredential
    session.execute(sa.delete(of).where(of.id == row_id, of.resource_id == profile.resource_id))
