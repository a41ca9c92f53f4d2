"""The last safe day by method, country and date."""

from datetime import date, time

from concierge.domain.clocks import WorkingCalendar
from concierge.domain.corridors import next_best, ways
from concierge.domain.vocabulary import PaymentMethod

CALENDAR = WorkingCalendar(
    "America/Los_Angeles", frozenset(range(5)), time(8), time(17), frozenset({date(2026, 12, 25)})
)
SETTINGS = [
    {"method": "bank_transfer", "lead_days": 5, "countries": {"CN": 8}},
    {"method": "card", "lead_days": 0},
]
DUE = date(2026, 12, 31)  # a Thursday


def _last(country: str, due_on: date = DUE) -> dict[PaymentMethod, date]:
    return {way.kind: way.last_on for way in ways(SETTINGS, due_on, date(2026, 12, 1), CALENDAR, country)}


def test_a_country_has_its_own_way_and_a_card_has_until_the_day_itself():
    assert _last("") == {PaymentMethod.BANK_TRANSFER: date(2026, 12, 23), PaymentMethod.CARD: DUE}
    assert _last("CN")[PaymentMethod.BANK_TRANSFER] == date(2026, 12, 18)


def test_where_banks_rest_on_friday_and_saturday_the_last_safe_day_is_none_of_both():
    friday = date(2026, 12, 18)
    assert _last("DE", date(2026, 12, 28))[PaymentMethod.BANK_TRANSFER] == friday
    assert _last("KW", date(2026, 12, 28))[PaymentMethod.BANK_TRANSFER] == date(2026, 12, 17)


def test_a_late_way_says_so_and_the_next_best_is_the_one_with_most_time():
    transfer, card = ways(SETTINGS, DUE, date(2026, 12, 24), CALENDAR, "")
    assert (transfer.is_late, card.is_late) == (True, False)
    assert next_best([transfer, card]) == card
    assert next_best(ways(SETTINGS, DUE, date(2027, 1, 4), CALENDAR, "")) is None
