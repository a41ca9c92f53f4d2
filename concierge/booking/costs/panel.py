"""The panel *Who pays for the trip*: how each traveller stands, what each booking costs, and who pays how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.costs.forms import WhoPaysForm
from concierge.booking.travellers import travellers_of
from concierge.booking.words import why_paid
from concierge.cases.page import CasePage
from concierge.cases.trip_costs import (
    HOSPITAL,
    PATIENT,
    PAYER,
    BookingCost,
    letters_of,
    sums_by_payer,
    trip_costs,
)
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, Standing
from concierge.models import Case, Guarantee
from concierge.web.access import has_right
from concierge.web.clock import now
from concierge.web.forms import Form

SIDE = {PATIENT: _l("The family"), PAYER: _l("The payer"), HOSPITAL: _l("The hospital")}


@dataclass(frozen=True)
class Stand:
    """How one traveller stands for one service, with the sentence that says why."""

    standing: Standing
    text: str


@dataclass(frozen=True)
class Sum:
    """What one side pays; `letter` where it is a payer's."""

    who: object
    letter: Guarantee | None
    amounts: Sequence[Money]


@dataclass(frozen=True)
class CostsPanel:
    """`is_against_law`: something is still paid although the law refuses it, because that was learned later.

    `people` are (names of those who stand the same, how they stand by service); `forms` by booking, for whoever may
    decide something."""

    is_refused_by_law: bool
    is_against_law: bool
    people: list[tuple[list[str], tuple[Stand, ...]]]
    bookings: list[BookingCost]
    letters: Mapping[int, Guarantee]
    sums: list[Sum]
    is_some_unknown: bool
    forms: Mapping[str, WhoPaysForm]
    failing: WhoPaysForm | None


def build(page: CasePage, failing: dict[str, Form]) -> CostsPanel:
    session, case = db.session(), page.case
    costs = trip_costs(session, case.id)
    letters = letters_of(session, costs)
    is_refused = benefits.is_refused_by_law(session, case)
    forms = {cost.booking: form_of(cost, is_refused) for cost in costs}
    sent = {name.removeprefix("pays-"): form for name, form in failing.items() if name.startswith("pays-")}
    forms |= {booking: form for booking, form in sent.items() if isinstance(form, WhoPaysForm)}
    return CostsPanel(
        is_refused_by_law=is_refused,
        is_against_law=is_refused
        and any(share.paid_by != PATIENT for cost in costs for share in cost.shares),
        people=_people(session, case, _asked_day(case, costs)),
        bookings=costs,
        letters=letters,
        sums=_sums(costs, letters),
        is_some_unknown=any(cost.cost is None for cost in costs),
        forms={booking: form for booking, form in forms.items() if not form.is_empty},
        failing=next((form for form in sent.values() if isinstance(form, WhoPaysForm)), None),
    )


def form_of(cost: BookingCost, is_refused_by_law: bool) -> WhoPaysForm:
    """The form of one booking for this reader."""
    return WhoPaysForm.of(
        cost, may_book=has_right(Right.BOOK_TRAVEL), may_approve=has_right(Right.APPROVE_BENEFITS),
        is_refused_by_law=is_refused_by_law,
    )  # fmt: skip


def _asked_day(case: Case, costs: list[BookingCost]) -> date:
    """The first day of what is booked and still to come; today where nothing is."""
    today = local_day(now(), case.hospital.timezone)
    return min((cost.starts_on for cost in costs if cost.starts_on >= today), default=today)


def _people(session: Session, case: Case, on: date) -> list[tuple[list[str], tuple[Stand, ...]]]:
    """Before anything more is booked. Where nobody was named yet, one row for everybody."""
    travellers = travellers_of(session, case)
    by_service = [
        benefits.preview(session, case, benefit, travellers, on, is_booking=False) for benefit in Benefit
    ]
    names = [one.passport_name or one.native_name for one in travellers] or [_("Everybody who travels")]
    same: dict[tuple[Stand, ...], list[str]] = {}
    for row, name in enumerate(names):
        stands = tuple(
            Stand(found[row].standing, str(why_paid(found[row].reason, found[row].numbers)))
            for found in by_service
        )
        same.setdefault(stands, []).append(name)
    return [(people, stands) for stands, people in same.items()]


def _sums(costs: list[BookingCost], letters: Mapping[int, Guarantee]) -> list[Sum]:
    return [
        Sum(SIDE[who], letters.get(letter or 0), amounts)
        for (who, letter), amounts in sorted(
            sums_by_payer(costs).items(), key=lambda one: (one[0][0], one[0][1] or 0)
        )
    ]
