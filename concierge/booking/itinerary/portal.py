"""The trip in the family's hand (T13): a page that begins with today, a paper, and a calendar file."""

from flask import Blueprint, Response, render_template

from concierge.booking.itinerary.calendar import trip_calendar
from concierge.booking.itinerary.cards import CardDay, cards_by_day
from concierge.booking.itinerary.papers import trip_pdf as print_trip
from concierge.booking.itinerary.queries import trip_rows
from concierge.cases.trip_costs import own_costs
from concierge.db import db
from concierge.domain.access import Area, may_see
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import PatientAnswer
from concierge.models import Answer, Case
from concierge.web.access import portal, portal_case, signed_in_account
from concierge.web.clock import now
from concierge.web.paper import pdf_response

bp = Blueprint("itinerary_portal", __name__)


@bp.get("/portal/<pid>/trip")
@portal(Area.TRIP)
def trip(pid: str):
    """Today first, then what comes; what is over is folded away."""
    case, part = portal_case(pid)
    answer = db.session.get(Answer, case.id)
    days, today = _days(case), local_day(now(), case.hospital.timezone)
    return render_template(
        "booking/itinerary/portal/trip.html", case=case, today=today, reader_timezone=_reader_timezone(),
        coming=[day for day in days if day.on >= today], past=[day for day in days if day.on < today],
        own_costs=own_costs(db.session(), case.id) if may_see(part.standing, Area.MONEY) else None,
        is_confirmed=_is_confirmed(answer), said_yes=answer is not None and answer.reply is PatientAnswer.YES,
    )  # fmt: skip


@bp.get("/portal/<pid>/trip.pdf")
@portal(Area.TRIP)
def trip_pdf(pid: str):
    case, _part = portal_case(pid)
    paper = print_trip(
        case,
        _days(case),
        is_confirmed=_is_confirmed(db.session.get(Answer, case.id)),
        reader_timezone=_reader_timezone(),
        now=now(),
    )
    return pdf_response(paper, f"{case.reference}-trip.pdf")


@bp.get("/portal/<pid>/trip.ics")
@portal(Area.TRIP)
def trip_ics(pid: str):
    case, _part = portal_case(pid)
    entries = trip_calendar(case, _days(case), _reader_timezone(), now())
    response = Response(entries, content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{case.reference}-trip.ics")
    response.headers["Cache-Control"] = "no-store"
    return response


def _days(case: Case) -> list[CardDay]:
    return cards_by_day(case, trip_rows(db.session(), case.id))


def _is_confirmed(answer: Answer | None) -> bool:
    return answer is not None and answer.trip_confirmed_at is not None


def _reader_timezone() -> str:
    return signed_in_account().timezone
