"""*Flights and trains* of the Travel page: the legs in order, how they stand, who flies and who pays."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import words
from concierge.booking.travel.forms import ReadForm
from concierge.booking.travellers import travellers_of
from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.money import Money
from concierge.domain.vocabulary import FlightState
from concierge.models import BookingShare, Case, Document, Flight
from concierge.web.access import has_right
from concierge.web.forms import Form

_KINDS = {
    FlightState.DELAYED: "warn", FlightState.CANCELLED: "bad", FlightState.DIVERTED: "bad", FlightState.LANDED: "ok",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One flight with the names of those on it, what it costs, and why who pays."""

    flight: Flight
    people: tuple[str, ...]
    cost: Money | None
    reasons: tuple[object, ...]
    document: Document | None

    @property
    def status_kind(self) -> str:
        return _KINDS.get(self.flight.status, "")

    @property
    def is_moved(self) -> bool:
        """Other times than before, by hand or by the day's news."""
        return self.flight.earlier_departs_at is not None


@dataclass(frozen=True)
class FlightsPanel:
    rows: tuple[Row, ...]
    form: ReadForm | None  # None where this reader may not book
    act: type[Form]
    is_open: bool


def build(page: CasePage, failing: dict[str, Form]) -> FlightsPanel:
    """What the panel shows; `failing` may hold the form `read`."""
    form = (failing.get("read") or ReadForm(formdata=None)) if has_right(Right.BOOK_TRAVEL) else None
    return FlightsPanel(rows_of(db.session(), page.case), form, Form, "read" in failing)


def rows_of(session: Session, case: Case) -> tuple[Row, ...]:
    """Every flight that is in the trip: those here first, each journey in its order."""
    flights = session.scalars(
        sa.select(Flight)
        .where(Flight.case_id == case.id, Flight.is_cancelled.is_(False))
        .order_by(Flight.departs_at, Flight.id)
    ).all()
    shares = _shares(session, case)
    names = {one.public_id: one.passport_name for one in travellers_of(session, case)}
    ids = [flight.document_id for flight in flights if flight.document_id]
    found = session.scalars(sa.select(Document).where(Document.id.in_(ids))) if ids else ()
    documents = {document.id: document for document in found}
    return tuple(
        Row(
            flight, tuple(names[one] for one in flight.travellers if one in names),
            cost_of(shares.get(flight.booking, ())), _reasons(flight, shares.get(flight.booking, ())),
            documents.get(flight.document_id or 0),
        )
        for flight in flights
    )  # fmt: skip


def cost_of(shares: Sequence[BookingShare]) -> Money | None:
    """The whole price; None where it is not known."""
    known = [share.cost for share in shares if share.cost is not None]
    return sum(known[1:], known[0]) if known else None


def shares_of(session: Session, flight: Flight) -> Sequence[BookingShare]:
    return session.scalars(sa.select(BookingShare).where(BookingShare.booking == flight.booking)).all()


def _shares(session: Session, case: Case) -> dict[str, list[BookingShare]]:
    rows = session.scalars(
        sa.select(BookingShare).where(
            BookingShare.case_id == case.id, BookingShare.booking.startswith("flight:")
        )
    )
    shares: dict[str, list[BookingShare]] = {}
    for row in rows:
        shares.setdefault(row.booking, []).append(row)
    return shares


def _reasons(flight: Flight, shares: Sequence[BookingShare]) -> tuple[object, ...]:
    if flight.is_own_cost:
        return (_("Paid by the family, as it was noted"),)
    return tuple(text for text, _same in words.who_pays_lines(shares))
