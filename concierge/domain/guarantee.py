"""Letters of guarantee: whether one covers, what is left of it, and when to raise the alarm."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol

from anyascii import anyascii

from concierge.domain.money import Money
from concierge.domain.vocabulary import GuaranteeState, Phase

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

    Codes: not_accepted, other_person, passport_unknown (ours is missing), other_passport, not_yet_valid,
    expired, other_currency, over_ceiling, service_not_covered. A letter without a passport number is held
    against the name alone.
    """
    checks = (
        ("not_accepted", letter.state is not GuaranteeState.ACCEPTED),
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


def left(letter: LetterLike, used: Money) -> Money:
    """What is left of the ceiling, never below zero. Raises CurrencyMismatch."""
    return max(letter.ceiling - used, Money.zero(used.currency))


def alarms(letter: LetterLike, used: Money, on: date) -> tuple[str, ...]:
    """What an advocate must see.

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
