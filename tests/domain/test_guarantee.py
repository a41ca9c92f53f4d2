from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from concierge.domain.guarantee import alarms, covers, uncovered, use_of
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import GuaranteeState, Phase, ServiceState

CEILING = Money(100_000_00, "USD")


@dataclass(frozen=True)
class Letter:
    state: GuaranteeState = GuaranteeState.ACCEPTED
    person_name: str = "Noura Abdullah Al-Mutairi"
    passport_number: str = "A 1234567"
    services: list = field(default_factory=lambda: ["evaluation", "treatment"])
    ceiling: Money = CEILING
    valid_from: date = date(2026, 11, 1)
    valid_until: date = date(2026, 12, 31)
    is_guarantor_stopped: bool = False


LETTER = Letter()


def reasons(
    letter=LETTER, high=80_000, currency="USD", on=date(2026, 12, 8), services=(Phase.EVALUATION,), **person
):
    facts = {"passport_name": "NOURA ABDULLAH AL MUTAIRI", "passport_number": "a1234567"} | person
    return covers(letter, estimate_high=Money(high * 100, currency), on=on, services=services, **facts)


def test_a_good_letter_covers():
    assert reasons() == ()
    assert reasons(high=100_000, on=LETTER.valid_until, services=[Phase.EVALUATION, Phase.TREATMENT]) == ()
    assert reasons(passport_name="AL MUTAIRI NOURA ABDULLAH") == ()
    assert reasons(replace(LETTER, passport_number="")) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": GuaranteeState.RECORDED}, "not_accepted"),
        ({"state": GuaranteeState.REFUSED}, "not_accepted"),
        ({"person_name": "Hessa Al-Mutairi"}, "other_person"),
        ({"person_name": ""}, "other_person"),
        ({"passport_number": "B7"}, "other_passport"),
        ({"valid_from": date(2026, 12, 9)}, "not_yet_valid"),
        ({"valid_until": date(2026, 12, 7)}, "expired"),
        ({"ceiling": Money(100_000_00, "EUR")}, "other_currency"),
        ({"ceiling": Money(79_999_99, "USD")}, "over_ceiling"),
        ({"services": ["treatment"]}, "service_not_covered"),
        ({"services": []}, "service_not_covered"),
        ({"is_guarantor_stopped": True}, "guarantor_stop_listed"),
    ],
)
def test_a_letter_that_does_not_cover_says_why(change, code):
    assert reasons(replace(LETTER, **change)) == (code,)


def test_letters_of_the_same_letters_are_not_the_same_person():
    assert reasons(replace(LETTER, person_name="ALMA"), passport_name="AMAL") == ("other_person",)


def test_a_letter_with_a_passport_waits_for_ours():
    assert reasons(passport_number="") == ("passport_unknown",)


def test_all_reasons_are_told_at_once():
    assert reasons(high=200_000, on=date(2027, 1, 1)) == ("expired", "over_ceiling")


@pytest.mark.parametrize(
    ("used", "on", "codes"),
    [
        (0, date(2026, 12, 1), ()),
        (79_999, date(2026, 12, 1), ()),
        (80_000, date(2026, 12, 1), ("used_80",)),
        (100_000, date(2026, 12, 17), ("expires_soon", "used_up")),
        (0, date(2026, 12, 31), ("expires_soon",)),
        (0, date(2027, 1, 1), ("expired",)),
    ],
)
def test_an_alarm_comes_before_the_cover_ends(used, on, codes):
    assert alarms(LETTER, Money(used * 100, "USD"), on) == codes


@dataclass(frozen=True)
class Part:
    """A line of an estimate or a service on a letter."""

    amount: Money
    phase: Phase = Phase.EVALUATION
    state: ServiceState = ServiceState.BOOKED

    @property
    def total(self) -> MoneyRange:
        return MoneyRange.exactly(self.amount)


def usd(major: int) -> Money:
    return Money(major * 100, "USD")


def test_a_letter_burns_down_with_what_is_booked_performed_and_billed():
    states = (ServiceState.BOOKED, ServiceState.PERFORMED, ServiceState.BILLED, ServiceState.PAID)
    services = [Part(usd(10_000), state=state) for state in states]
    services.append(Part(usd(90_000), state=ServiceState.CANCELLED))
    use = use_of(LETTER, [Part(usd(50_000)), Part(usd(7_000), Phase.STAY)], services)
    assert (use.estimated, use.booked, use.done) == (usd(50_000), usd(10_000), usd(30_000))
    assert (use.left, use.unbilled, use.percent) == (usd(60_000), usd(80_000), 40)


def test_nothing_is_left_of_an_overdrawn_letter_and_another_currency_estimates_nothing():
    use = use_of(LETTER, [Part(Money(1, "EUR"))], [Part(usd(130_000))])
    assert (use.left, use.percent, use.estimated) == (usd(0), 130, None)
    assert use_of(LETTER, [], []).estimated is None


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ()),
        ({"amount": usd(501)}, ("above_left",)),
        ({"phase": Phase.STAY}, ("outside_services",)),
        ({"on": date(2027, 1, 1)}, ("outside_dates",)),
        ({"on": date(2026, 10, 31)}, ("outside_dates",)),
        ({"amount": Money(1, "EUR")}, ("other_currency",)),
        ({"letter": replace(LETTER, is_guarantor_stopped=True)}, ("guarantor_stop_listed",)),
        ({"letter": replace(LETTER, state=GuaranteeState.RECORDED)}, ("not_accepted",)),
        ({"phase": Phase.STAY, "amount": usd(501)}, ("outside_services", "above_left")),
    ],
)
def test_before_anything_is_scheduled_the_letter_says_what_it_does_not_pay(changes, codes):
    facts = {"letter": LETTER, "phase": Phase.EVALUATION, "amount": usd(500), "on": date(2026, 12, 31)} | changes
    assert uncovered(facts.pop("letter"), left=usd(500), **facts) == codes
