"""Confirming the trip: from then on the family holds it in the hand, and hears of each change."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.booking.itinerary.queries import as_trip, trip_rows
from concierge.cases.actions import check_open, record, settle
from concierge.domain.access import Actor, Area
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.itinerary import gaps
from concierge.domain.vocabulary import PatientAnswer
from concierge.models import Answer, Case


def confirm_trip(
    session: Session, case: Case, *, fingerprint: str, knows_gaps: bool, actor: Actor, now: datetime
) -> None:
    """Confirm and publish the trip that the coordinator sees (`fingerprint`). Confirming twice changes nothing.

    Raises Stale when it changed since, and InvalidInput: before the patient's yes, for an empty trip, and for one
    with gaps that nobody said to know.
    """
    check_open(case)
    answer = session.get(Answer, case.id)
    if answer is None or answer.reply is not PatientAnswer.YES:
        raise InvalidInput("form", "trip_before_yes")
    if answer.trip_confirmed_at is not None:
        return
    rows = trip_rows(session, case.id)
    if rows.is_empty:
        raise InvalidInput("form", "trip_empty")
    if rows.fingerprint != fingerprint:
        raise Stale()
    torn = gaps(as_trip(rows, case.hospital.timezone))
    if torn and not knows_gaps:
        raise InvalidInput("knows_gaps", "gaps_not_seen")
    answer.trip_confirmed_at = now
    record(session, case, "trip_confirmed", actor, now, gaps=[gap.code for gap in torn])
    outbox.tell(
        session, case, event="trip_published", fact="confirmed", area=Area.TRIP, now=now,
        context={"is_change": False},
    )  # fmt: skip
    settle(session, case, actor, now)
