"""Closed lists of a visit: who and what is booked, how people come, and what they need on the way."""

from enum import StrEnum


class ResourceKind(StrEnum):
    CLINICIAN = "clinician"
    ROOM = "room"
    SCANNER = "scanner"
    INTERPRETER = "interpreter"
    VEHICLE = "vehicle"
    DRIVER = "driver"


class Modality(StrEnum):
    ON_SITE = "on_site"
    VIDEO = "video"
    PHONE = "phone"


class Direction(StrEnum):
    ARRIVAL = "arrival"
    DEPARTURE = "departure"


class BookingState(StrEnum):
    REQUESTED = "requested"  # wanted; nobody and nothing is booked for it yet
    HELD = "held"  # taken until its hour, then given back by itself
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Benefit(StrEnum):
    """What a payer or the hospital may pay for a traveller beside the treatment."""

    TRAVEL = "travel"
    LODGING = "lodging"
    RIDES = "rides"


class Standing(StrEnum):
    """What the rule of benefits says of one traveller and one service."""

    GRANTED = "granted"
    REFUSED = "refused"
    NEEDS_APPROVAL = "needs_approval"


class RunKind(StrEnum):
    """Why a vehicle is on the way: for a family, by timetable, or for whoever wants to come along."""

    TRANSFER = "transfer"
    SHUTTLE = "shuttle"
    OUTING = "outing"


class OutingPurpose(StrEnum):
    """Where families go together in a vehicle of the hospital."""

    SHOP = "shop"
    PRAYER = "prayer"
    BANK = "bank"
    PHARMACY = "pharmacy"
    OTHER = "other"


class RideOutcome(StrEnum):
    """What the driver found at the place."""

    PICKED_UP = "picked_up"
    NOT_FOUND = "not_found"


class PlaceKind(StrEnum):
    """What a ride takes up in a vehicle."""

    SEAT = "seat"
    WHEELCHAIR = "wheelchair"


class TransportMode(StrEnum):
    FLIGHT = "flight"
    TRAIN = "train"


class FlightState(StrEnum):
    """How a flight stands on its day, as the feed or a person says."""

    SCHEDULED = "scheduled"
    DELAYED = "delayed"
    LANDED = "landed"
    CANCELLED = "cancelled"
    DIVERTED = "diverted"


class FlightSource(StrEnum):
    """How we came to know of a flight."""

    TYPED = "typed"
    PASTED = "pasted"
    FILE = "file"


class Food(StrEnum):
    HALAL = "halal"
    KOSHER = "kosher"
    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"
    SOFT = "soft"
    DIABETIC = "diabetic"


class Prayer(StrEnum):
    """A place to pray near the bed."""

    MUSLIM = "muslim"
    JEWISH = "jewish"
    CHRISTIAN = "christian"
    HINDU = "hindu"
    BUDDHIST = "buddhist"
    OTHER = "other"


class WheelchairHelp(StrEnum):
    """How far somebody needs a wheelchair on the way to their seat, with the airlines' own codes in brackets."""

    RAMP = "ramp"  # walks steps, not the long way to the gate (WCHR)
    STEPS = "steps"  # no steps, but walks in the cabin (WCHS)
    CABIN = "cabin"  # is brought to the seat (WCHC)


class FirmFrom(StrEnum):
    """From when on a hospital lets bookings become firm; each asks for what stands before it, too."""

    PATIENT_YES = "patient_yes"
    CLEARANCE = "clearance"
    VISA = "visa"


class NeedsPart(StrEnum):
    """What a family tells about its trip, part by part."""

    TRAVELLERS = "travellers"
    AIRPORT = "airport"
    HEALTH = "health"
    LODGING = "lodging"
    FOOD = "food"
    INTERPRETER = "interpreter"
    VISA = "visa"
class WishState(StrEnum):
    """How far a family on the waiting list for a room has come."""

    WAITING = "waiting"
    OFFERED = "offered"  # a room is held for it
    SERVED = "served"
    LAPSED = "lapsed"  # what was held was not confirmed in time
    WITHDRAWN = "withdrawn"
class InterpreterKind(StrEnum):
    """Who sends the voice; a line serves several families at once."""

    STAFF = "staff"
    AGENCY = "agency"
    VIDEO_LINE = "video_line"
    PHONE_LINE = "phone_line"


class InterpreterOutcome(StrEnum):
    """How an assignment ended; a relieved one was taken back because the interpreter cannot come."""

    HELD = "held"
    NO_SHOW = "no_show"
    RELIEVED = "relieved"


class AbsenceReason(StrEnum):
    ILL = "ill"
    LEAVE = "leave"
    OTHER = "other"


class Occasion(StrEnum):
    """What is to be said, as far as it decides how an interpreter should be there."""

    ROUTINE = "routine"
    BAD_NEWS = "bad_news"
    CONSENT = "consent"
    FAMILY_MEETING = "family_meeting"
