"""The slot ledger: a quarter-hour of a person, a vehicle or a room is had once."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from concierge.cases import ledger
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.models import SlotLedger

NINE = datetime(2026, 12, 8, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _held(session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(SlotLedger))


def test_an_hour_of_two_subjects_is_eight_quarters(session):
    ledger.claim(session, ["resource:2", "case:1", "case:1"], NINE, NINE + HOUR, "ride:1")
    assert _held(session) == 8


def test_the_second_booking_learns_who_is_busy_with_what(session):
    ledger.claim(session, ["resource:2", "resource:3"], NINE, NINE + HOUR, "ride:1")
    with pytest.raises(SlotTaken) as refused:
        ledger.claim(session, ["resource:2", "case:9"], NINE + HOUR / 2, NINE + 2 * HOUR, "ride:2")
    assert refused.value.conflicts == (ledger.Busy("resource:2", "ride:1", NINE + HOUR / 2, NINE + HOUR),)


def test_a_refused_claim_takes_nothing_and_leaves_the_transaction_usable(session):
    ledger.claim(session, ["resource:2"], NINE, NINE + HOUR, "ride:1")
    with pytest.raises(SlotTaken):
        ledger.claim(session, ["case:9", "resource:2"], NINE, NINE + HOUR, "ride:2")
    assert _held(session) == 4
    ledger.claim(session, ["case:9"], NINE, NINE + HOUR, "ride:2")
    assert _held(session) == 8


def test_bookings_that_touch_do_not_clash(session):
    ledger.claim(session, ["resource:2"], NINE, NINE + HOUR, "ride:1")
    ledger.claim(session, ["resource:2"], NINE + HOUR, NINE + 2 * HOUR, "ride:2")
    assert [b.holder for b in ledger.busy(session, ["resource:2"], NINE, NINE + 3 * HOUR)] == [
        "ride:1",
        "ride:2",
    ]


def test_what_was_released_can_be_had_again(session):
    ledger.claim(session, ["resource:2"], NINE, NINE + HOUR, "ride:1")
    ledger.release(session, "ride:1")
    ledger.claim(session, ["resource:2"], NINE, NINE + HOUR, "ride:2")
    assert _held(session) == 4


def test_a_time_beside_the_quarter_hours_is_refused_with_its_field(session):
    with pytest.raises(InvalidInput) as refused:
        ledger.claim(session, ["resource:2"], NINE + timedelta(minutes=7), NINE + HOUR, "ride:1")
    assert (refused.value.field, refused.value.code) == ("starts_at", "not_on_quarter")
