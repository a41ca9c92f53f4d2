"""What a booking of the trip takes of a letter of guarantee: rows of the same ledger that every service uses up.

The verb lies here, below booking and finance, because the booking writes and the letter reads.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import SYSTEM
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, Phase, ServiceState
from concierge.models import Case, CaseService

_NAMES = {Benefit.TRAVEL: "Travel", Benefit.LODGING: "Lodging", Benefit.RIDES: "Rides"}
CODES = frozenset(benefit.value.upper() for benefit in Benefit)


class LineLike(Protocol):
    """A line of an estimate."""

    @property
    def code(self) -> str: ...

    @property
    def tariff_id(self) -> int | None: ...


def is_of_trip(line: LineLike) -> bool:
    """Whether it was taken over from the bookings, which use the letters up by themselves."""
    return line.tariff_id is None and line.code in CODES


def put_on_letters(
    session: Session,
    case: Case,
    booking: str,
    benefit: Benefit,
    amounts: Mapping[int, Money],
    *,
    on: date,
    now: datetime,
) -> None:
    """Let each letter (by id) pay this much of a booking, no more and no less than that.

    What was performed or billed already stays as it is; the row that is only booked takes the rest, or is cancelled.
    Amounts are in the currency of their letter. The caller settles.
    """
    rows = session.scalars(
        sa.select(CaseService)
        .where(CaseService.booking == booking, CaseService.state != ServiceState.CANCELLED)
        .order_by(CaseService.id)
    ).all()
    open_rows = {row.letter_id: row for row in rows if row.state is ServiceState.BOOKED}
    for letter_id in sorted(amounts.keys() | {row.letter_id for row in rows if row.letter_id}):
        done = sum(
            row.amount_minor
            for row in rows
            if row.letter_id == letter_id and row.state is not ServiceState.BOOKED
        )
        wanted = amounts.get(letter_id)
        rest = (wanted.minor if wanted else 0) - done
        row = open_rows.get(letter_id)
        if rest > 0 and wanted and row:
            row.amount_minor, row.currency, row.scheduled_on = rest, wanted.currency, on
        elif rest > 0 and wanted:
            session.add(
                CaseService(
                    case_id=case.id, letter_id=letter_id, booking=booking, phase=Phase.STAY,
                    code=benefit.value.upper(), name={"en": _NAMES[benefit]}, quantity=1, amount_minor=rest,
                    currency=wanted.currency, booked_by=SYSTEM.name, booked_at=now, scheduled_on=on,
                )
            )  # fmt: skip
        elif row:
            row.state = ServiceState.CANCELLED
    session.flush()


def take_off_letters(session: Session, booking: str) -> None:
    """What was only booked for it is free again."""
    session.execute(
        sa.update(CaseService)
        .where(CaseService.booking == booking, CaseService.state == ServiceState.BOOKED)
        .values(state=ServiceState.CANCELLED)
    )
