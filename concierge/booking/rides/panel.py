"""The panel *Rides* of the Travel page: what is booked and wanted, and the forms for more."""

from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking.rides import offers
from concierge.booking.rides.forms import MoveForm, RideForm, VehicleForm
from concierge.booking.rides.offers import Offer
from concierge.booking.rides.queries import rides_of, shares_of
from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.money import Money
from concierge.domain.vocabulary import BookingState, RunKind
from concierge.models import BookingShare, Case, Ride
from concierge.web.clock import now
from concierge.web.forms import Form


@dataclass
class Row:
    """One ride. `opens`: the form of this row was just sent, so its fold stands open."""

    ride: Ride
    shares: list[BookingShare]
    cost: Money | None
    vehicle: VehicleForm | None
    offer: Offer
    move: MoveForm | None
    cancel: Form
    is_over: bool
    opens: str = ""


@dataclass
class Add:
    """One way to add a ride: to or from a flight, or any other."""

    way: str
    title: str
    form: RideForm
    offer: Offer
    is_open: bool


@dataclass
class RidesPanel:
    rows: list[Row]
    adds: list[Add] = field(default_factory=list)


def build(page: CasePage, failing: dict[str, Form]) -> RidesPanel:
    """`failing` holds `ride-<way>`, `find-<ride>` and `move-<ride>`."""
    session, case = db.session(), page.case
    rides = rides_of(session, case.id)
    shares = shares_of(session, case.id, rides)
    trip = offers.known(session, case)
    rows = [_row(session, case, trip, ride, shares.get(ride.id, []), failing) for ride in rides]
    return RidesPanel(
        rows, [_add(session, case, trip, way, failing.get(f"ride-{way}")) for way in offers.WAYS]
    )


def _row(
    session: Session,
    case: Case,
    trip: offers.Known,
    ride: Ride,
    shares: list[BookingShare],
    failing: dict[str, Form],
) -> Row:
    find, move = failing.get(f"find-{ride.public_id}"), failing.get(f"move-{ride.public_id}")
    is_wanted = ride.state is BookingState.REQUESTED
    vehicle = find or offers.vehicle_form(trip, ride) if is_wanted else None
    costs = [share.cost for share in shares if share.cost]
    is_shared = ride.run is not None and ride.run.kind is not RunKind.TRANSFER
    return Row(
        ride=ride,
        shares=shares,
        cost=sum(costs[1:], costs[0]) if costs else None,
        vehicle=vehicle,
        offer=offers.offer(session, case, find, ride) if find else Offer(),
        move=None if is_shared else move or offers.move_form(case, ride),
        cancel=Form(formdata=None),
        is_over=ride.ends_at <= now(),
        opens="find" if find else "move" if move else "",
    )


def _add(session: Session, case: Case, trip: offers.Known, way: str, sent: RideForm | None) -> Add:
    titles = {
        "arrival": _("Pick-up at the airport"), "departure": _("Ride to the airport"), "other": _("Another ride"),
    }  # fmt: skip
    form = sent or offers.ride_form(case, trip, way)
    found = offers.offer(session, case, sent) if sent else Offer()
    return Add(way, titles[way], form, found, is_open=sent is not None)
