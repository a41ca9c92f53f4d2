import re
from datetime import time

from flask_babel import lazy_gettext as _l

from concierge.booking.forms import LENGTHS, TripForm
from concierge.domain.people import ascii_digits
from concierge.domain.vocabulary import OutingPurpose
from concierge.web.forms import Choice, Choices, Day, Line, LocalDateTime, Phone, Whole
from concierge.web.i18n import BY_CODE
from concierge.web.labels import choices

WEEKDAYS = range(7)  # Monday is 0


class VehicleForm(TripForm):
    place = "vehicle"
    name = Line(_l("Name"), message=_l("Enter the name of the vehicle"), most=120)
    plate = Line(_l("Plate"), message=_l("Enter the plate"), most=20, ltr=True)
    seats = Whole(_l("Seats for passengers"), most_value=60)
    wheelchair_places = Whole(_l("Wheelchair places"), most_value=10)
    phone = Phone(_l("Phone in the vehicle"), required=False)


class DriverForm(TripForm):
    place = "driver"
    name = Line(_l("Name"), message=_l("Enter the name of the driver"), most=120)
    phone = Phone(_l("Phone"))
    languages = Choices(_l("Speaks, besides English"))
    licence_until = Day(_l("Licence valid until"))


class OutageForm(TripForm):
    place = "outage"
    resource_id = Choice(_l("Vehicle or driver"))
    first_on = Day(_l("First day"))
    last_on = Day(_l("Last day"))
    reason = Line(_l("Reason"), required=False, most=120)


class _LineForm(TripForm):
    """One timetable; the name in English is needed, in other languages it helps (`name_<code>`)."""

    place = "line"
    from_place = Line(_l("From"), message=_l("Enter where it leaves"), most=160)
    to_place = Line(_l("To"), message=_l("Enter where it goes"), most=160)
    minutes = Choice(_l("How long it drives"), choices=LENGTHS)
    weekdays = Choices(_l("Days"), required=True, message=_l("Choose at least one day"))
    times = Line(_l("Departures"), message=_l("Enter at least one departure"), most=300, ltr=True)
    vehicle_id = Choice(_l("Vehicle"))
    driver_id = Choice(_l("Driver"), required=False)
    seats = Whole(_l("Seats that can be reserved"), most_value=60)
    wheelchair_places = Whole(_l("Wheelchair places"), most_value=10)
    valid_from = Day(_l("First day"))
    valid_until = Day(_l("Last day"), required=False)

    @property
    def names(self) -> dict[str, str]:
        found = {code: self[f"name_{code}"].data for code in BY_CODE}
        return {code: text for code, text in found.items() if text}

    @property
    def other_names(self) -> list:
        return [self[f"name_{code}"] for code in BY_CODE if code != "en"]

    @property
    def clocks(self) -> tuple[time, ...]:
        """The times that were typed, in any digits; () where one of them is none."""
        parts = re.split(r"[\s,;،]+", ascii_digits(self.times.data or "").strip())
        try:
            return tuple(time.fromisoformat(part.zfill(5)) for part in parts)
        except ValueError:
            return ()


def _name_field(code: str) -> Line:
    if code == "en":
        return Line(_l("Name"), message=_l("Enter the name of the line"), most=120)
    return Line(BY_CODE[code].autonym, required=False, most=120)


LineForm: type[_LineForm] = type(
    "LineForm", (_LineForm,), {f"name_{code}": _name_field(code) for code in BY_CODE}
)


class OutingForm(TripForm):
    """A trip that families may join. Times are the hospital's."""

    place = "outing"
    purpose = Choice(_l("What for"), choices=choices(OutingPurpose))
    title = Line(_l("What families read"), message=_l("Enter what families read"), most=120)
    to_place = Line(_l("Destination"), message=_l("Enter where it goes"), most=160)
    meeting_point = Line(_l("Where people meet"), message=_l("Enter where people meet"), most=160)
    starts_at = LocalDateTime(_l("Leaves"))
    ends_at = LocalDateTime(_l("Is back"))
    join_until = LocalDateTime(_l("People can join until"))
    vehicle_id = Choice(_l("Vehicle"))
    driver_id = Choice(_l("Driver"), required=False)
    seats = Whole(_l("Seats"), most_value=60)
    wheelchair_places = Whole(_l("Wheelchair places"), most_value=10)
