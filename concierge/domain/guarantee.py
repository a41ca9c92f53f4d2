"""Letters of guarantee: whether one covers, what is left of it, and when to raise the alarm."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from anyascii import anyascii

from concierge.domain.money import Money, MoneyRange, total
from concierge.domain.vocabulary import GuaranteeState, Phase, ServiceState

EXPIRY_WARNING_DAYS = 14
USE_WARNING_PERCENT = 80


class LetterLike(Protocol):
    """Facts of a letter. `services` are the phases it covers; an empty list covers nothing."""

    @property
    def state(self) -> GuaranteeState: ...

    @property
    def person_name(self) -> str: ...

    @property
    def passport_number(self) -> str: ...

    @property
    def services(self) -> Sequence[str]: ...

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date: ...

    @property
    def ceiling(self) -> Money: ...

    @property
    def is_guarantor_stopped(self) -> bool: ...


def covers(
    letter: LetterLike,
    *,
    estimate_high: Money,
    on: date,
    passport_name: str,
    passport_number: str,
    services: Iterable[Phase],
) -> tuple[str, ...]:
    """Why the letter does not cover this person's services up to `estimate_high` on that day; () when it does.

    Codes: not_accepted, guarantor_stop_listed, other_person, passport_unknown (ours is missing), other_passport,
    not_yet_valid, expired, other_currency, over_ceiling, service_not_covered. A letter without a passport number is
    held against the name alone.
    """
    checks = (
        ("not_accepted", letter.state is not GuaranteeState.ACCEPTED),
        ("guarantor_stop_listed", letter.is_guarantor_stopped),
        ("other_person", not _is_same_person(letter.person_name, passport_name)),
        ("passport_unknown", bool(_number(letter.passport_number)) and not _number(passport_number)),
        ("other_passport", _is_other(letter.passport_number, passport_number)),
        ("not_yet_valid", on < letter.valid_from),
        ("expired", on > letter.valid_until),
        ("other_currency", letter.ceiling.currency != estimate_high.currency),
        ("over_ceiling", _is_above(estimate_high, letter.ceiling)),
        ("service_not_covered", bool({str(s) for s in services} - {str(s) for s in letter.services})),
    )
    return tuple(code for code, is_so in checks if is_so)


def _is_same_person(one: str, other: str) -> bool:
    """The same words, wherever the surname stands and however they are joined or cased."""
    return bool(_turns(one) & _turns(other))


def _turns(name: str) -> set[str]:
    words = re.findall(r"[a-z]+", re.sub("['`]", "", anyascii(name).casefold()))
    return {"".join(words[i:] + words[:i]) for i in range(len(words))}


def _is_other(one: str, other: str) -> bool:
    return bool(_number(one) and _number(other)) and _number(one) != _number(other)


def _number(passport: str) -> str:
    return re.sub(r"\W", "", passport).casefold()


def _is_above(amount: Money, ceiling: Money) -> bool:
    return amount.currency == ceiling.currency and amount > ceiling


class LineLike(Protocol):
    """A line of the estimate in force."""

    @property
    def phase(self) -> Phase: ...

    @property
    def total(self) -> MoneyRange: ...


class ServiceLike(Protocol):
    """A service that one letter pays; its amount is in the letter's currency."""

    @property
    def state(self) -> ServiceState: ...

    @property
    def amount(self) -> Money: ...


@dataclass(frozen=True)
class Use:
    """How far a letter is used, each amount in its own stage only: performed is what is not billed yet.

    `estimated` is None where no estimate in the letter's currency is in force.
    """

    ceiling: Money
    estimated: Money | None
    booked: Money
    performed: Money
    billed: Money
    paid: Money

    @property
    def done(self) -> Money:
        """Performed, whether billed or not."""
        return self.performed + self.billed + self.paid

    @property
    def used(self) -> Money:
        return self.booked + self.done

    @property
    def left(self) -> Money:
        """What is not used yet, never below zero."""
        return max(self.ceiling - self.used, Money.zero(self.ceiling.currency))

    @property
    def unbilled(self) -> Money:
        """What of the ceiling no bill has taken yet: the cover that the journal shows."""
        return self.ceiling - self.billed - self.paid

    @property
    def percent(self) -> int:
        """Whole percent of the ceiling, rounded down; above 100 where somebody booked over it with a reason."""
        return self.used.minor * 100 // self.ceiling.minor


def use_of(letter: LetterLike, lines: Iterable[LineLike], services: Iterable[ServiceLike]) -> Use:
    """What the services booked on this letter make of it, and what the estimate's lines in its phases would."""
    currency = letter.ceiling.currency
    by_state: dict[ServiceState, Money] = {state: Money.zero(currency) for state in ServiceState}
    for service in services:
        by_state[service.state] += service.amount
    covered = [line.total.high for line in lines if line.phase in letter.services]
    fits = bool(covered) and all(amount.currency == currency for amount in covered)
    return Use(
        letter.ceiling, total(covered, currency) if fits else None, by_state[ServiceState.BOOKED],
        by_state[ServiceState.PERFORMED], by_state[ServiceState.BILLED], by_state[ServiceState.PAID],
    )  # fmt: skip


def uncovered(letter: LetterLike, *, phase: Phase, amount: Money, on: date, left: Money) -> tuple[str, ...]:
    """Why this letter does not pay a service on that day while `left` of its ceiling is free; () when it does.

    Codes: not_accepted, guarantor_stop_listed, outside_services, outside_dates, other_currency, above_left.
    """
    is_same = amount.currency == left.currency
    checks = (
        ("not_accepted", letter.state is not GuaranteeState.ACCEPTED),
        ("guarantor_stop_listed", letter.is_guarantor_stopped),
        ("outside_services", phase not in letter.services),
        ("outside_dates", not letter.valid_from <= on <= letter.valid_until),
        ("other_currency", not is_same),
        ("above_left", is_same and amount > left),
    )
    return tuple(code for code, is_so in checks if is_so)


def alarms(letter: LetterLike, used: Money, on: date) -> tuple[str, ...]:
    """What an advocate must see of a letter of which `used` is booked or performed.

    Expired or expires_soon (14 days), used_up or used_80 (80 percent of the ceiling).
    """
    codes = []
    if on > letter.valid_until:
        codes.append("expired")
    elif letter.valid_until - on <= timedelta(days=EXPIRY_WARNING_DAYS):
        codes.append("expires_soon")
    if used >= letter.ceiling:
        codes.append("used_up")
    elif used * 100 >= letter.ceiling * USE_WARNING_PERCENT:
        codes.append("used_80")
    return tuple(codes)
