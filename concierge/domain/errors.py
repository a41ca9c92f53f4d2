"""What the domain refuses, as codes.

A rule never speaks to a person: it raises a code with the facts around it, and `web/refusals.py` finds the
words in the reader's language. `str(error)` is for logs only and holds no facts about a patient.
"""

from typing import Any


class DomainError(Exception):
    """A refusal. `code` is a stable snake_case word; `data` holds what a sentence about it would need."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


class Stale(DomainError):
    """The row was changed by somebody else since this person opened it."""

    def __init__(self, code: str = "stale", **data: Any) -> None:
        super().__init__(code, **data)


class NotAllowed(DomainError):
    """The actor lacks the right, or the state of things forbids it."""

    def __init__(self, code: str = "not_allowed", **data: Any) -> None:
        super().__init__(code, **data)


class GateClosed(DomainError):
    """The step cannot be left yet; `blockers` says why and whose turn it is."""

    def __init__(self, blockers: tuple[Any, ...], code: str = "gate_closed", **data: Any) -> None:
        super().__init__(code, **data)
        self.blockers = blockers


class AlreadyTaken(DomainError):
    """Somebody else was first (a queue entry, a link, a number)."""

    def __init__(self, code: str = "already_taken", **data: Any) -> None:
        super().__init__(code, **data)


class RoomTaken(AlreadyTaken):
    """At least one of the nights is gone; `alternatives` are rooms that are free for all of them."""

    def __init__(self, alternatives: tuple[Any, ...] = (), code: str = "room_taken", **data: Any) -> None:
        super().__init__(code, **data)
        self.alternatives = alternatives


class SlotTaken(AlreadyTaken):
    """A person, vehicle, room or scanner is busy; `conflicts` names what holds it."""

    def __init__(self, conflicts: tuple[Any, ...] = (), code: str = "slot_taken", **data: Any) -> None:
        super().__init__(code, **data)
        self.conflicts = conflicts


class RunFull(AlreadyTaken):
    """Too few places are left on a run: `seats` and `wheelchair_places` say how many are."""

    def __init__(
        self, *, seats: int = 0, wheelchair_places: int = 0, code: str = "run_full", **data: Any
    ) -> None:
        super().__init__(code, **data)
        self.seats, self.wheelchair_places = seats, wheelchair_places


class InvalidInput(DomainError):
    """One field cannot be accepted as typed."""

    def __init__(self, field: str, code: str, **data: Any) -> None:
        super().__init__(code, **data)
        self.field = field


class AmountError(DomainError):
    """A text that is no amount of money, or a currency that does not exist.

    Codes: empty, garbage, negative, separators, too_many_decimals, too_large, other_currency,
    unknown_currency.
    """


class CurrencyMismatch(DomainError):
    """Two amounts of different currencies met in one sum or comparison."""

    def __init__(self, left: str, right: str, code: str = "currency_mismatch") -> None:
        super().__init__(code, left=left, right=right)
