"""What the travel page of a case shows: needs, the trip by day, where it is torn, and the forms that mend it."""

from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import benefits, words
from concierge.booking.forms import TripForm
from concierge.booking.interpreters.forms import AssignmentForm
from concierge.booking.itinerary import beginnings
from concierge.booking.itinerary.cards import CardDay, cards_by_day
from concierge.booking.itinerary.offers import Offer, offer_interpreters, offer_rooms, offer_vehicles
from concierge.booking.itinerary.queries import TripRows, as_trip, trip_rows
from concierge.booking.lodging.forms import StayForm
from concierge.booking.rides.forms import RideForm
from concierge.booking.travellers import travellers_of
from concierge.cases.trip_costs import trip_costs
from concierge.domain import itinerary
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import Benefit, Direction
from concierge.models import Answer, BookingShare, Case
from concierge.web import filters
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code


@dataclass
class Desk:
    """For the template. `forms` by their place on the page; one of them may be `active`: just sent, or just opened."""

    days: list[CardDay]
    rows: TripRows
    answer: Answer | None
    gaps: list[str]
    needs: list[tuple[str, str, None]]
    forms: dict[str, TripForm]
    cancels: dict[str, Form]
    active: TripForm | None
    shares: dict[str, tuple[BookingShare, ...]]  # by the name of their booking
    flight_pays: list[tuple[str, int]]  # who would pay a flight
    offer: Offer = field(default_factory=Offer)

    @property
    def is_confirmed(self) -> bool:
        return self.answer is not None and self.answer.trip_confirmed_at is not None


def desk(session: Session, case: Case, active: TripForm | None) -> Desk:
    """Everything for one case; `active` keeps what was typed into it, and gets its choices."""
    rows, answer = trip_rows(session, case.id), session.get(Answer, case.id)
    days = cards_by_day(case, rows, is_joined=False)
    forms = _forms(session, case, rows, answer)
    if active is not None:
        forms[active.place] = active
    shown = Desk(
        days=days,
        rows=rows,
        answer=answer,
        gaps=[words.gap_text(gap) for gap in itinerary.gaps(as_trip(rows, case.hospital.timezone))],
        needs=_needs(case, answer),
        forms=forms,
        cancels={card.key: Form(formdata=None) for day in days for card in day.cards},
        active=active,
        shares={cost.booking: cost.shares for cost in trip_costs(session, case.id)},
        flight_pays=_flight_pays(session, case, answer),
    )
    if active is not None and active.is_submitted():
        shown.offer = _offer(session, case, active, rows)
    return shown


def _flight_pays(session: Session, case: Case, answer: Answer | None) -> list[tuple[str, int]]:
    on = (answer and answer.evaluation_from) or local_day(now(), case.hospital.timezone)
    found = benefits.preview(
        session, case, Benefit.TRAVEL, travellers_of(session, case), on, is_booking=False
    )
    return words.would_pay_lines(found)


def _forms(session: Session, case: Case, rows: TripRows, answer: Answer | None) -> dict[str, TripForm]:
    made = [
        *(beginnings.flight_form(case, direction) for direction in Direction),
        *(beginnings.ride_form(session, case, rows, direction) for direction in Direction),
        beginnings.stay_form(session, case, rows, answer),
        beginnings.assignment_form(session, case, rows),
        beginnings.confirm_form(rows),
    ]
    return {form.place: form for form in made}


def _offer(session: Session, case: Case, form: TripForm, rows: TripRows) -> Offer:
    try:
        if isinstance(form, StayForm):
            return offer_rooms(session, case, form)
        if isinstance(form, RideForm):
            return offer_vehicles(session, case, form)
        if isinstance(form, AssignmentForm):
            return offer_interpreters(session, case, form, rows)
    except InvalidInput as error:
        if not form.errors:
            form.refuse(error.field, error.code)
    return Offer()


def _needs(case: Case, answer: Answer | None) -> list[tuple[str, str, None]]:
    """What is known of the visit, as rows of a summary list."""
    days = ""
    if answer and answer.evaluation_from and answer.evaluation_to:
        first, last = filters.weekday(answer.evaluation_from), filters.weekday(answer.evaluation_to)
        days = _("%(first)s to %(last)s", first=first, last=last)
    spoken = case.person.spoken_language
    return [
        (_("Evaluation days"), days, None),
        (_("Comes from"), filters.country_name(case.person.country, current_code()), None),
        (_("Speaks"), filters.spoken_name(spoken, current_code()) if spoken else "", None),
        (
            _("Visa"),
            _("A visa letter is needed") if case.is_visa_needed else _("No visa letter needed"),
            None,
        ),
    ]
