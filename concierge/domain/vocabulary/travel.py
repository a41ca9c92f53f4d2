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


class PlaceKind(StrEnum):
    """What a ride takes up in a vehicle."""

    SEAT = "seat"
    WHEELCHAIR = "wheelchair"


class TransportMode(StrEnum):
    FLIGHT = "flight"
    TRAIN = "train"


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
