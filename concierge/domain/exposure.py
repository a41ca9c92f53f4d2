"""What a guarantor owes us or may come to owe us, and when to take no more of its letters."""

from dataclasses import dataclass

from concierge.domain.money import Money, total

# First and last day past due of each band; the last one is open.
AGES: tuple[tuple[int, int | None], ...] = ((0, 30), (31, 60), (61, 90), (91, None))


@dataclass(frozen=True)
class Exposure:
    """Of one guarantor in one currency.

    `committed` is what its valid letters of cases that go on still promise and no bill has taken, with what is booked
    on the others.
    `billed` is billed and unpaid; `overdue` is the part of it past its day, by AGES.
    """

    committed: Money
    billed: Money
    overdue: tuple[Money, ...]

    @property
    def whole(self) -> Money:
        return self.committed + self.billed

    @property
    def overdue_whole(self) -> Money:
        return total(self.overdue, self.billed.currency)


def stops(
    exposure: Exposure | None, *, limit: Money | None, more: Money, oldest_days: int, most_days: int | None
) -> tuple[str, ...]:
    """Why a new letter over `more` must not be taken without a lead; () where it may.

    Codes: above_limit (with it, the exposure in the limit's currency passes the limit), overdue_too_long (a bill is
    more than `most_days` past its day). None is no limit.
    """
    codes = []
    if limit is not None and more.currency == limit.currency:
        already = exposure.whole if exposure else Money.zero(limit.currency)
        if already + more > limit:
            codes.append("above_limit")
    if most_days is not None and oldest_days > most_days:
        codes.append("overdue_too_long")
    return tuple(codes)
