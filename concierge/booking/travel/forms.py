"""The form of a journey: one flight or train, or several that follow one another, as the tickets say them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import wtforms
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _pl
from wtforms import FieldList, FormField, HiddenField
from wtforms.widgets import FileInput

from concierge.booking import words
from concierge.booking.forms import TripForm
from concierge.booking.travel.actions import FlightFacts
from concierge.booking.travel.places import place_of
from concierge.booking.travel.reading import Reading
from concierge.domain.confirmations import MOST_SEGMENTS, MOST_SIGNS
from concierge.domain.errors import InvalidInput
from concierge.domain.money import Money, split_evenly
from concierge.domain.vocabulary import Direction, FlightSource, FlightState, TransportMode
from concierge.models import Traveller
from concierge.web.forms import (
    Amount,
    Choice,
    Choices,
    Form,
    Line,
    LocalDateTime,
    Paragraph,
    Pick,
    Tick,
    Upload,
)
from concierge.web.labels import label

_LEG_FIELDS = frozenset({
    "mode", "direction", "number", "carrier", "from_airport", "from_terminal", "from_timezone", "departs_local",
    "to_airport", "to_terminal", "to_timezone", "arrives_local",
})  # fmt: skip
OWN, RULE = "own", "rule"


class LegFields(wtforms.Form):
    """One flight or train. Each time is typed as the clock at its own place shows it."""

    mode = Choice(_l("Flight or train"), [(mode.value, label(mode)) for mode in TransportMode])
    direction = Choice(
        _l("Which way"),
        [(Direction.ARRIVAL.value, _l("To the hospital")), (Direction.DEPARTURE.value, _l("Back home"))],
    )
    number = Line(_l("Number"), most=12, ltr=True)
    carrier = Line(_l("Airline or railway"), required=False, most=80)
    from_airport = Line(_pl("journey", "From"), most=80)
    from_terminal = Line(_l("Terminal or platform"), required=False, most=20, ltr=True)
    from_timezone = Line(_l("Time zone of the first station"), required=False, most=40, ltr=True)
    departs_local = LocalDateTime(_l("Departs, local time there"))
    to_airport = Line(_pl("journey", "To"), most=80)
    to_terminal = Line(_l("Terminal or platform"), required=False, most=20, ltr=True)
    to_timezone = Line(_l("Time zone of the last station"), required=False, most=40, ltr=True)
    arrives_local = LocalDateTime(_l("Arrives, local time there"))

    @property
    def is_empty(self) -> bool:
        return not any(self[name].data for name in ("number", "from_airport", "to_airport", "departs_local"))

    def facts(self) -> FlightFacts:
        """What was typed; call after `validate()`. Raises InvalidInput for a place that we do not know."""
        mode = TransportMode(self.mode.data)
        from_place = place_of(mode, "from_airport", self.from_airport.data, self.from_timezone.data)
        to_place = place_of(mode, "to_airport", self.to_airport.data, self.to_timezone.data)
        return FlightFacts(
            Direction(self.direction.data), self.number.data, from_place.name, from_place.timezone,
            _naive(self.departs_local), to_place.name, to_place.timezone, _naive(self.arrives_local), mode=mode,
            carrier=self.carrier.data, from_code=from_place.code, from_terminal=self.from_terminal.data,
            to_code=to_place.code, to_terminal=self.to_terminal.data,
        )  # fmt: skip


class JourneyForm(TripForm):
    """`text` and `files` are only read; what they say goes into the fields, and `doubts` names the guessed ones."""

    place = "journey"
    legs = FieldList(FormField(LegFields), min_entries=1, max_entries=MOST_SEGMENTS)
    booking_reference = Line(_l("Booking reference"), required=False, most=20, ltr=True)
    who = Choices(_l("Who travels on it"))
    is_planned = Tick(_l("Planned only: there is no ticket yet"))
    cost = Amount(_l("Price of the tickets together"), required=False)
    payment = Pick(
        _l("Who pays"),
        [(RULE, _l("The hospital or a payer, where the rule allows it")), (OWN, _l("The family itself"))],
        required=False,
    )
    text = Paragraph(_l("Text of the confirmation"), required=False, most=MOST_SIGNS, rows=8)
    source = HiddenField()
    document = HiddenField()
    doubts = HiddenField()

    twin = ""  # the flight that is noted already
    reading: Reading | None = None
    would_pay: Sequence[tuple[str, int]] = ()  # before it is noted: words.would_pay_lines

    @property
    def doubtful(self) -> frozenset[str]:
        """Names of fields that were guessed."""
        return frozenset((self.doubts.data or "").split(","))

    def prepare(self, travellers: Iterable[Traveller], currency: str) -> "JourneyForm":
        self.who.choices = [(one.public_id, one.passport_name) for one in travellers]
        self.cost.currency = currency
        return self

    def validate(self, extra_validators=None) -> bool:
        while len(self.legs.entries) > 1 and self.legs.entries[-1].form.is_empty:
            self.legs.pop_entry()
        return super().validate(extra_validators)

    def journey(self) -> list[FlightFacts]:
        """Each leg with what is said once for all of them. Raises InvalidInput with the name of the leg's field."""
        count = len(self.legs.entries)
        price = self.cost.money_or_none
        costs = split_evenly(price, count) if price else [None] * count
        return [self._leg(number, cost) for number, cost in enumerate(costs)]

    def _leg(self, number: int, cost: Money | None) -> FlightFacts:
        with naming_leg(number):
            facts = self.legs.entries[number].form.facts()
        is_own_cost = self.payment.data == OWN
        return replace(
            facts, booking_reference=self.booking_reference.data, travellers=tuple(self.who.data or ()),
            is_planned=self.is_planned.data, cost=cost, is_own_cost=is_own_cost,
            is_payment_asked=cost is not None and not is_own_cost,
        )  # fmt: skip

    @property
    def told_source(self) -> FlightSource:
        return FlightSource(self.source.data) if self.source.data in set(FlightSource) else FlightSource.TYPED

    def refuse(self, field: str, code: str, **data) -> None:
        """Beside the field of its leg; a reason of the rule of benefits in words."""
        if code == "payment_refused":
            data = {"reason": words.WHO_PAYS.get(data["reason"], data["reason"])}
        self.twin = data.get("flight", "")
        head, _dash, name = field.rpartition("-")
        if not head.startswith("legs-"):
            super().refuse(field, code, **data)
            return
        super().refuse("", code, **data)
        target = self.legs.entries[int(head.removeprefix("legs-"))].form[name]
        target.errors = [*target.errors, self.form_errors.pop()]
        self.legs.errors = [entry.errors for entry in self.legs.entries]


class ReadForm(TripForm):
    """*Paste a confirmation*: a text, or a file that is kept as the source."""

    place = "read"
    text = Paragraph(_l("Text of the confirmation"), required=False, most=MOST_SIGNS, rows=6)
    files = Upload(_l("Or its file"), required=False, widget=FileInput())


class StatusForm(Form):
    """How one flight stands now. Times are typed as the clock at each place shows them."""

    status = Choice(_l("How it stands"), [(state.value, label(state)) for state in FlightState])
    departs_local = LocalDateTime(_l("Departs now, local time there"), required=False)
    arrives_local = LocalDateTime(_l("Arrives now, local time there"), required=False)


@contextmanager
def naming_leg(number: int) -> Iterator[None]:
    """What is refused inside lands beside the field of this leg."""
    try:
        yield
    except InvalidInput as error:
        if error.field not in _LEG_FIELDS:
            raise
        raise InvalidInput(f"legs-{number}-{error.field}", error.code, **error.data) from error


def _naive(field: LocalDateTime) -> datetime:
    """The field reads the wall clock as if it were UTC; the zone of the place comes later, with its summer time."""
    return field.at.replace(tzinfo=None)
