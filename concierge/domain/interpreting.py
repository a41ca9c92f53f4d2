"""Who may interpret, who should, and why: language pairs, credentials, hours, wishes, and the way it is done.

A professional interpreter is free for the patient (45 CFR 92.201): what one costs is the hospital's. A relative
interprets only after one was offered in the patient's language and declined, and never a minor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from concierge.domain.booking import QUARTER
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.money import Money
from concierge.domain.vocabulary import AppointmentKind, InterpreterKind, Modality, Occasion, Relation

ON_SITE_FROM_MINUTES = 60
ENDS_SOON = timedelta(days=60)
LINES = frozenset({InterpreterKind.VIDEO_LINE, InterpreterKind.PHONE_LINE})
# A wish can be overruled by whoever books and says why; nothing else can.
WISHES = frozenset({"gender_wish"})

# What is said in an appointment of this kind, as far as it decides whether somebody should sit in the room.
OCCASIONS = {
    AppointmentKind.PLAN_MEETING: Occasion.FAMILY_MEETING,
    AppointmentKind.BIOPSY: Occasion.CONSENT,
}
NEAREST = tuple(InterpreterKind)  # staff before agency before line


def spoken(language: str) -> str:
    """`zh` and `zh_Hans` are one spoken language to an interpreter; script is for readers."""
    return language.replace("-", "_").split("_")[0].casefold()


@dataclass(frozen=True)
class Need:
    """What is to be interpreted. `house` is the language of the hospital, `family` a key of who is served."""

    language: str
    house: str
    modality: Modality
    starts_at: datetime
    ends_at: datetime
    timezone: str
    gender: str = ""
    dialect: str = ""
    family: int = 0

    @property
    def on(self) -> date:
        return local_day(self.starts_at, self.timezone)

    @property
    def hours(self) -> tuple[str, int, int]:
        """Weekday (Monday is "0") and the minutes of that day at which it begins and ends; past midnight over 1440."""
        zone = ZoneInfo(self.timezone)
        start, end = self.starts_at.astimezone(zone), self.ends_at.astimezone(zone)
        midnight = 24 * 60 * (end.date() - start.date()).days
        return str(start.weekday()), _minute(start), _minute(end) + midnight


@dataclass(frozen=True)
class Busy:
    """A stretch in which a person is not to be had."""

    starts_at: datetime
    ends_at: datetime
    key: str = ""

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True)
class Candidate:
    """Somebody who interprets a language. `pairs`: (language, target, dialect); `credential_until`: None, none on file.

    `hours` by weekday in minutes of the day, {} is always; `taken` are stretches on the ledger, each with its line;
    `families`: how often each family was served before.
    """

    key: int
    name: str
    kind: InterpreterKind
    pairs: tuple[tuple[str, str, str], ...]
    credential_until: date | None
    gender: str = ""
    modalities: frozenset[Modality] = frozenset(Modality)
    hours: Mapping[str, Sequence[int]] | None = None
    lines: int = 1
    absences: tuple[Busy, ...] = ()
    taken: tuple[Busy, ...] = ()
    families: Mapping[int, int] | None = None
    rate: Money | None = None
    minimum_minutes: int = 0
    notice_minutes: int = 0
    phone: str = ""
    agency: str = ""

    def speaks(self, need: Need) -> list[tuple[str, str, str]]:
        return [
            pair
            for pair in self.pairs
            if pair[0] == spoken(need.language) and pair[1] == spoken(need.house)
        ]

    def cost(self, starts_at: datetime, ends_at: datetime) -> Money | None:
        return cost_of(self.rate, self.minimum_minutes, ends_at - starts_at)


def cost_of(rate: Money | None, minimum_minutes: int, length: timedelta) -> Money | None:
    """What the hospital pays, by the minute and at least the minimum; None where no rate is known."""
    if rate is None:
        return None
    minutes = max(minimum_minutes, length // timedelta(minutes=1))
    return Money((rate.minor * minutes + 30) // 60, rate.currency)


def misfits(person: Candidate, need: Need) -> tuple[str, ...]:
    """Why this person cannot be assigned; () when they fit.

    Codes: wrong_language, credential_missing, credential_expired (the last day is valid), modality_not_offered,
    interpreter_off, interpreter_absent, interpreter_busy, gender_wish. The people of a line are certified by whoever
    runs it.
    """
    until, is_line = person.credential_until, person.kind in LINES
    checks = (
        ("wrong_language", not person.speaks(need)),
        ("credential_missing", until is None and not is_line),
        ("credential_expired", until is not None and until < need.on),
        ("modality_not_offered", need.modality not in person.modalities),
        ("interpreter_off", not _works(person, need)),
        ("interpreter_absent", any(away.meets(need.starts_at, need.ends_at) for away in person.absences)),
        ("interpreter_busy", _lines_taken(person, need) >= person.lines),
        ("gender_wish", bool(need.gender) and person.gender != need.gender),
    )
    return tuple(code for code, is_so in checks if is_so)


def _works(person: Candidate, need: Need) -> bool:
    if not person.hours:
        return True
    weekday, first, last = need.hours
    opens, closes = person.hours.get(weekday, (0, 0))
    return opens <= first and last <= closes


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _lines_taken(person: Candidate, need: Need) -> int:
    return len({one.key for one in person.taken if one.meets(need.starts_at, need.ends_at)})


@dataclass(frozen=True)
class Proposal:
    """One person for one need. `reasons` speak for them, `misfits` against."""

    person: Candidate
    misfits: tuple[str, ...]
    reasons: tuple[str, ...]
    cost: Money | None

    @property
    def can_be_assigned(self) -> bool:
        return not set(self.misfits) - WISHES


def propose(people: Iterable[Candidate], need: Need) -> list[Proposal]:
    """Everybody with the language: first those who can be had, the best of them first, then the others.

    A wish comes first, then the dialect, then who knows the family, then staff before agency before line, then
    the cost (one that is not known counts as none).
    """
    found = [_judged(person, need) for person in people]
    return sorted((one for one in found if "wrong_language" not in one.misfits), key=_rank)


def _judged(person: Candidate, need: Need) -> Proposal:
    return Proposal(
        person, misfits(person, need), _reasons(person, need), person.cost(need.starts_at, need.ends_at)
    )


def _reasons(person: Candidate, need: Need) -> tuple[str, ...]:
    """Codes: dialect, knows_family, gender_fits, and the kind of interpreter."""
    checks = (
        ("knows_family", bool((person.families or {}).get(need.family))),
        ("dialect_fits", _has_dialect(person, need)),
        ("gender_fits", bool(need.gender) and person.gender == need.gender),
    )
    return (*(code for code, is_so in checks if is_so), person.kind.value)


def _has_dialect(person: Candidate, need: Need) -> bool:
    wanted = need.dialect.casefold()
    return bool(wanted) and any(wanted in pair[2].casefold() for pair in person.speaks(need))


def _rank(one: Proposal) -> tuple[object, ...]:
    person = one.person
    return (
        not one.can_be_assigned, len(one.misfits), "dialect_fits" not in one.reasons,
        "knows_family" not in one.reasons, NEAREST.index(person.kind), one.cost.minor if one.cost else 0, person.key,
    )  # fmt: skip


def spread(offers: Sequence[tuple[Need, Sequence[Proposal]]]) -> list[Proposal | None]:
    """The best person for each need, so that nobody is proposed twice at one time; None where nobody is left."""
    given: list[tuple[int, Need]] = []
    chosen: list[Proposal | None] = []
    for need, proposals in offers:
        span = Busy(need.starts_at, need.ends_at)
        at_once = [key for key, other in given if span.meets(other.starts_at, other.ends_at)]
        able = (one for one in proposals if one.can_be_assigned)
        best = next((one for one in able if at_once.count(one.person.key) < one.person.lines), None)
        chosen.append(best)
        if best:
            given.append((best.person.key, need))
    return chosen


def on_site_reasons(modality: Modality, occasions: Iterable[Occasion], length: timedelta) -> tuple[str, ...]:
    """Why somebody in the room is proposed instead of `modality`; () when it is fine as it is.

    Codes: bad_news, consent, family_meeting, over_an_hour. A person may decide otherwise, and says why.
    """
    if modality is Modality.ON_SITE:
        return ()
    reasons = [occasion.value for occasion in Occasion if occasion in set(occasions) - {Occasion.ROUTINE}]
    if length > timedelta(minutes=ON_SITE_FROM_MINUTES):
        reasons.append("over_an_hour")
    return tuple(reasons)


def check_modality(
    modality: Modality, occasions: Iterable[Occasion], length: timedelta, waiver: str
) -> None:
    """Raises InvalidInput("waiver", `on_site_needed`) where somebody should sit in the room and nobody says why not."""
    if on_site_reasons(modality, occasions, length) and not waiver:
        raise InvalidInput("waiver", "on_site_needed")


def soonest(now: datetime, notice_minutes: int = 0) -> datetime:
    """The quarter-hour from which somebody can be there; without notice it is the one that runs."""
    at = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    wanted = now + timedelta(minutes=notice_minutes)
    while notice_minutes and at < wanted:
        at += QUARTER
    return at


def check_relative(
    *,
    relation: Relation,
    is_adult: bool,
    offered_language: str,
    patient_language: str,
    offered_at: datetime,
    now: datetime,
) -> None:
    """Whether a relative may interpret: offered to the patient in a language they speak, declined, and of age.

    Raises InvalidInput: relative_is_patient, relative_is_minor, offer_not_understood, offer_in_future.
    """
    if relation is Relation.PATIENT:
        raise InvalidInput("relation", "relative_is_patient")
    if not is_adult:
        raise InvalidInput("is_adult", "relative_is_minor")
    if spoken(offered_language) != spoken(patient_language):
        raise InvalidInput("offered_language", "offer_not_understood")
    if offered_at > now:
        raise InvalidInput("offered_at", "offer_in_future")
