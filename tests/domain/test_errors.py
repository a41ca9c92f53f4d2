import pytest

from concierge.domain.errors import (
    AlreadyTaken,
    CurrencyMismatch,
    DomainError,
    GateClosed,
    InvalidInput,
    NotAllowed,
    RoomTaken,
    SlotTaken,
    Stale,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Stale(), "stale"),
        (NotAllowed(), "not_allowed"),
        (NotAllowed("four_eyes"), "four_eyes"),
        (GateClosed(("reply_first",)), "gate_closed"),
        (AlreadyTaken(), "already_taken"),
        (RoomTaken(("room-4",)), "room_taken"),
        (SlotTaken(("ct",)), "slot_taken"),
        (InvalidInput("phone", "too_short"), "too_short"),
        (CurrencyMismatch("USD", "CNY"), "currency_mismatch"),
    ],
)
def test_a_refusal_is_a_code_and_says_nothing_else_in_logs(error, code):
    assert isinstance(error, DomainError)
    assert error.code == str(error) == code


def test_a_refusal_carries_what_a_sentence_about_it_needs():
    assert GateClosed(("reply_first",)).blockers == ("reply_first",)
    assert RoomTaken(("room-4",)).alternatives == ("room-4",)
    assert SlotTaken(("ct",)).conflicts == ("ct",)
    assert InvalidInput("phone", "too_long", digits=15).data == {"digits": 15}
    assert isinstance(RoomTaken(), AlreadyTaken)
