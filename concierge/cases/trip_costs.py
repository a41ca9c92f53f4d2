"""What the bookings of a trip cost and who pays them: read by the Travel page, the estimate and the family's pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.money import Money, total
from concierge.domain.vocabulary import Benefit
from concierge.models import BookingShare, Guarantee

PATIENT, PAYER, HOSPITAL = "patient", "payer", "hospital"


@dataclass(frozen=True)
class BookingCost:
    """One booking with the parts of its travellers, the patient's first."""

    booking: str
    shares: tuple[BookingShare, ...]

    @property
    def benefit(self) -> Benefit:
        return self.shares[0].benefit

    @property
    def starts_on(self) -> date:
        return self.shares[0].starts_on

    @property
    def ends_on(self) -> date | None:
        return self.shares[0].ends_on

    @property
    def cost(self) -> Money | None:
        """None where it is not known."""
        return _sum(self.shares)

    def paid_by(self, who: str) -> Money | None:
        """What patient, payer or hospital pays of it; None where they pay nothing, or it is not known."""
        return _sum(share for share in self.shares if share.paid_by == who)


def _sum(shares: Iterable[BookingShare]) -> Money | None:
    costs = [share.cost for share in shares if share.cost is not None]
    return total(costs, costs[0].currency) if costs else None


def trip_costs(session: Session, case_id: int) -> list[BookingCost]:
    """Every booking that somebody pays, the earliest first."""
    rows = session.scalars(
        sa.select(BookingShare)
        .where(BookingShare.case_id == case_id)
        .order_by(BookingShare.starts_on, BookingShare.booking, BookingShare.id)
    )
    by_booking: dict[str, list[BookingShare]] = {}
    for share in rows:
        by_booking.setdefault(share.booking, []).append(share)
    return [BookingCost(booking, tuple(shares)) for booking, shares in by_booking.items()]


def sums_by_payer(costs: Iterable[BookingCost]) -> dict[tuple[str, int | None], list[Money]]:
    """(who, which letter) → what they pay, one sum for each currency."""
    sums: dict[tuple[str, int | None], dict[str, Money]] = {}
    for share in (share for cost in costs for share in cost.shares):
        if share.cost is None:
            continue
        key = (share.paid_by, share.letter_id if share.paid_by == PAYER else None)
        of_payer = sums.setdefault(key, {})
        of_payer[share.cost.currency] = (
            of_payer.get(share.cost.currency, Money.zero(share.cost.currency)) + share.cost
        )
    return {key: list(of_payer.values()) for key, of_payer in sums.items()}


def letters_of(session: Session, costs: Iterable[BookingCost]) -> dict[int, Guarantee]:
    """The letters that pay some of it, by id."""
    ids = {share.letter_id for cost in costs for share in cost.shares if share.letter_id}
    if not ids:
        return {}
    return {
        letter.id: letter for letter in session.scalars(sa.select(Guarantee).where(Guarantee.id.in_(ids)))
    }


@dataclass(frozen=True)
class OwnCosts:
    """What the family pays itself: of each booking, where it is known, and together by currency.

    Its pages show no other cost: what a payer or the hospital negotiated is not for the family to read.
    """

    rows: list[tuple[BookingCost, Money]]
    totals: list[Money]


def own_costs(session: Session, case_id: int) -> OwnCosts:
    costs = trip_costs(session, case_id)
    rows = [(cost, amount) for cost in costs if (amount := cost.paid_by(PATIENT)) is not None]
    return OwnCosts(rows, sums_by_payer(costs).get((PATIENT, None), []))


def to_estimate(costs: Iterable[BookingCost], currency: str) -> dict[Benefit, Money]:
    """What patient and payers pay together for each service, in this currency; what the hospital gives is no cost."""
    sums: dict[Benefit, Money] = {}
    for share in (share for cost in costs for share in cost.shares):
        if share.cost is not None and share.currency == currency and share.paid_by != HOSPITAL:
            sums[share.benefit] = sums.get(share.benefit, Money.zero(currency)) + share.cost
    return {benefit: amount for benefit, amount in sums.items() if amount.is_positive}
