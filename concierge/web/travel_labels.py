"""Words for what is booked on a trip: the part of web/labels.py about rooms, rides, flights and who pays."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _pl

from concierge.domain import vocabulary as v

TRAVEL: dict[type, dict] = {
    v.ResourceKind: {
        v.ResourceKind.CLINICIAN: _l("Clinician"),
        v.ResourceKind.ROOM: _pl("place", "Room"),
        v.ResourceKind.SCANNER: _l("Scanner"),
        v.ResourceKind.INTERPRETER: _l("Interpreter"),
        v.ResourceKind.VEHICLE: _l("Vehicle"),
        v.ResourceKind.DRIVER: _l("Driver"),
    },
    v.Modality: {
        v.Modality.ON_SITE: _l("On site"),
        v.Modality.VIDEO: _l("By video"),
        v.Modality.PHONE: _l("By phone"),
    },
    v.Benefit: {
        v.Benefit.TRAVEL: _l("Travel"),
        v.Benefit.LODGING: _l("Lodging"),
        v.Benefit.RIDES: _l("Rides"),
    },
    v.Standing: {
        v.Standing.GRANTED: _l("Granted"),
        v.Standing.REFUSED: _l("Refused"),
        v.Standing.NEEDS_APPROVAL: _l("Needs an approval"),
    },
    v.RunKind: {
        v.RunKind.TRANSFER: _l("Transfer"),
        v.RunKind.SHUTTLE: _l("Shuttle"),
        v.RunKind.OUTING: _l("Trip together"),
    },
    v.OutingPurpose: {
        v.OutingPurpose.SHOP: _l("Shopping"),
        v.OutingPurpose.PRAYER: _l("Prayer"),
        v.OutingPurpose.BANK: _l("Bank"),
        v.OutingPurpose.PHARMACY: _l("Pharmacy"),
        v.OutingPurpose.OTHER: _l("Something else"),
    },
    v.RideOutcome: {
        v.RideOutcome.PICKED_UP: _l("Picked up"),
        v.RideOutcome.NOT_FOUND: _l("Not found"),
    },
    v.PlaceKind: {
        v.PlaceKind.SEAT: _l("Seat"),
        v.PlaceKind.WHEELCHAIR: _l("Wheelchair place"),
    },
    v.TransportMode: {
        v.TransportMode.FLIGHT: _l("Flight"),
        v.TransportMode.TRAIN: _l("Train"),
    },
    v.FlightState: {
        v.FlightState.SCHEDULED: _l("As planned"),
        v.FlightState.DELAYED: _l("Later than planned"),
        v.FlightState.LANDED: _l("Landed"),
        v.FlightState.CANCELLED: _l("Cancelled"),
        v.FlightState.DIVERTED: _l("Lands elsewhere"),
    },
    v.FlightSource: {
        v.FlightSource.TYPED: _l("Typed by hand"),
        v.FlightSource.PASTED: _l("From a pasted confirmation"),
        v.FlightSource.FILE: _l("From a file"),
    },
    v.Food: {
        v.Food.HALAL: _l("Halal"),
        v.Food.KOSHER: _l("Kosher"),
        v.Food.VEGETARIAN: _l("Vegetarian"),
        v.Food.VEGAN: _l("Vegan"),
        v.Food.SOFT: _l("Soft food"),
        v.Food.DIABETIC: _l("For diabetes"),
    },
    v.Prayer: {
        v.Prayer.MUSLIM: _l("A mosque or prayer room"),
        v.Prayer.JEWISH: _l("A synagogue"),
        v.Prayer.CHRISTIAN: _l("A church"),
        v.Prayer.HINDU: _l("A Hindu temple"),
        v.Prayer.BUDDHIST: _l("A Buddhist temple"),
        v.Prayer.OTHER: _l("Another place to pray"),
    },
    v.Direction: {
        v.Direction.ARRIVAL: _l("Arrival"),
        v.Direction.DEPARTURE: _l("Departure"),
    },
    v.BookingState: {
        v.BookingState.REQUESTED: _l("Wanted, nothing booked yet"),
        v.BookingState.HELD: _l("Held, not confirmed yet"),
        v.BookingState.CONFIRMED: _l("Confirmed"),
        v.BookingState.CANCELLED: _l("Cancelled"),
    },
    v.WishState: {
        v.WishState.WAITING: _l("Waiting for a room"),
        v.WishState.OFFERED: _l("A room is held"),
        v.WishState.SERVED: _l("Has a room"),
        v.WishState.LAPSED: _l("Not confirmed in time"),
        v.WishState.WITHDRAWN: _l("No longer waiting"),
    },
}
