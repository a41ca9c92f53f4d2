"""What can be held only once: nights of a room, quarter-hours of people and things, and who may interpret."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import Modality

MAX_NIGHTS = 90
QUARTER = timedelta(minutes=15)
MAX_LENGTH = timedelta(hours=12)
ON_SITE_FROM_MINUTES = 60


def nights(arrive_on: date, leave_on: date) -> tuple[date, ...]:
    """The nights of a stay in date order; the day of leaving is none of them.

    The order matters: rows inserted in another order deadlock two bookers. Raises InvalidInput("leave_on",
    code): leaves_before_arrival, stay_too_long (more than 90 nights).
    """
    count = (leave_on - arrive_on).days
    if count < 1:
        raise InvalidInput("leave_on", "leaves_before_arrival")
    if count > MAX_NIGHTS:
        raise InvalidInput("leave_on", "stay_too_long", nights=MAX_NIGHTS)
    return tuple(arrive_on + timedelta(days=i) for i in range(count))


def quarter_hours(starts_at: datetime, ends_at: datetime) -> tuple[datetime, ...]:
    """The quarter-hours of a booking in order (UTC); the end is not among them.

    Raises InvalidInput("starts_at" or "ends_at", code): not_on_quarter, ends_before_start, too_long (over 12
    hours).
    """
    for field, at in (("starts_at", starts_at), ("ends_at", ends_at)):
        if at.minute % 15 or at.second or at.microsecond:
            raise InvalidInput(field, "not_on_quarter")
    if ends_at <= starts_at:
        raise InvalidInput("ends_at", "ends_before_start")
    if ends_at - starts_at > MAX_LENGTH:
        raise InvalidInput("ends_at", "too_long", hours=12)
    return tuple(starts_at + QUARTER * i for i in range((ends_at - starts_at) // QUARTER))


# --- interpreters -------------------------------------------------------------------------------------------


class Occasion(StrEnum):
    """What is to be said, as far as it decides how an interpreter should be there."""

    ROUTINE = "routine"
    BAD_NEWS = "bad_news"
    CONSENT = "consent"
    FAMILY_MEETING = "family_meeting"


@dataclass(frozen=True)
class InterpreterFacts:
    """`languages` besides the hospital's own; `credential_until` None means that none is on file."""

    languages: frozenset[str]
    credential_until: date | None
    gender: str = ""
    modalities: frozenset[Modality] = frozenset(Modality)


def interpreter_misfits(
    interpreter: InterpreterFacts, *, language: str, modality: Modality, on: date, gender_wish: str = ""
) -> tuple[str, ...]:
    """Why this interpreter must not be assigned; () when they fit.

    Codes: wrong_language, credential_missing, credential_expired (the last day is valid),
    modality_not_offered, gender_wish. Credentials: NBCMI CMI / Hub-CMI, CCHI CHI / CoreCHI-P.
    """
    until = interpreter.credential_until
    checks = (
        ("wrong_language", not _speaks(interpreter.languages, language)),
        ("credential_missing", until is None),
        ("credential_expired", until is not None and until < on),
        ("modality_not_offered", modality not in interpreter.modalities),
        ("gender_wish", bool(gender_wish) and interpreter.gender != gender_wish),
    )
    return tuple(code for code, is_so in checks if is_so)


def on_site_reasons(modality: Modality, occasions: Iterable[Occasion], length: timedelta) -> tuple[str, ...]:
    """Why somebody in the room is proposed instead of `modality`; () when it is fine as it is.

    Codes: bad_news, consent, family_meeting, over_an_hour. A proposal: a person may decide otherwise.
    """
    if modality is Modality.ON_SITE:
        return ()
    reasons = [occasion.value for occasion in Occasion if occasion in set(occasions) - {Occasion.ROUTINE}]
    if length > timedelta(minutes=ON_SITE_FROM_MINUTES):
        reasons.append("over_an_hour")
    return tuple(reasons)


def _speaks(languages: Iterable[str], wanted: str) -> bool:
    """`zh` and `zh_Hans` are one spoken language to an interpreter; script is for readers."""
    return _spoken(wanted) in {_spoken(language) for language in languages}


def _spoken(language: str) -> str:
    return language.replace("-", "_").split("_")[0].casefold()
