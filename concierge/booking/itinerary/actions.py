"""Publishing: from the first time on the family holds the trip in the hand; each later edition says what changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.booking.changes import tell_soon
from concierge.booking.firmness import is_firm_allowed
from concierge.booking.itinerary import editions
from concierge.booking.itinerary.queries import TripRows, as_trip, trip_rows
from concierge.cases import publishing
from concierge.cases.actions import check_open, record, settle
from concierge.domain.access import Actor, Area
from concierge.domain.editions import Change
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.itinerary import gaps
from concierge.domain.vocabulary import PatientAnswer
from concierge.models import Answer, Case, PortalAccount, TripEdition, TripSeen


def publish_trip(
    session: Session, case: Case, *, fingerprint: str, knows_gaps: bool, actor: Actor, now: datetime
) -> TripEdition:
    """Publish the trip that the coordinator sees (`fingerprint`); without a change since, the last edition stands.

    Each participant is told once in their own language, and by text message too when something that changed begins
    within a day. Raises Stale when the trip changed since it was shown, and InvalidInput: before the patient's yes, for
    an empty trip, before the rule about visas allows it, and for one with gaps that nobody said to know.
    """
    check_open(case)
    answer, rows, newest = session.get(Answer, case.id), trip_rows(session, case.id), editions.latest(session, case)
    changes = editions.unpublished(session, case, rows)
    if newest is not None and not changes:
        return newest
    _check(session, case, answer, rows, fingerprint)
    torn = gaps(as_trip(rows, case.hospital.timezone))
    if torn and not knows_gaps:
        raise InvalidInput("knows_gaps", "gaps_not_seen")
    edition = _write(session, case, rows, newest, actor, now)
    is_first = answer is not None and answer.trip_confirmed_at is None
    if answer is not None and is_first:
        answer.trip_confirmed_at = now
    record(
        session, case, "trip_confirmed" if is_first else "trip_published", actor, now,
        edition=edition.number, gaps=[gap.code for gap in torn],
    )  # fmt: skip
    _tell(session, case, edition, changes, is_first, now)
    settle(session, case, actor, now)
    return edition


def _check(session: Session, case: Case, answer: Answer | None, rows: TripRows, fingerprint: str) -> None:
    if answer is None or answer.reply is not PatientAnswer.YES:
        raise InvalidInput("form", "trip_before_yes")
    if rows.is_empty:
        raise InvalidInput("form", "trip_empty")
    if rows.fingerprint != fingerprint:
        raise Stale()
    firm = is_firm_allowed(session, case)
    if not firm.is_allowed:
        raise InvalidInput("form", firm.reason)


def _write(
    session: Session, case: Case, rows: TripRows, newest: TripEdition | None, actor: Actor, now: datetime
) -> TripEdition:
    edition = TripEdition(
        case_id=case.id, number=newest.number + 1 if newest else 1, published_at=now, published_by=actor.name,
        items=editions.as_items(editions.current(case, rows)),
    )  # fmt: skip
    session.add(edition)
    session.flush()
    return edition


def _tell(
    session: Session, case: Case, edition: TripEdition, changes: list[Change], is_first: bool, now: datetime
) -> None:
    outbox.tell(
        session, case, event="trip_published", fact=f"edition-{edition.number}", area=Area.TRIP, now=now,
        context={"is_change": not is_first},
    )  # fmt: skip
    tell_soon(session, case, changes, now, is_mailed=True)
    publishing.forget(session, case)


def mark_seen(session: Session, case: Case, account: PortalAccount, *, actor: Actor, now: datetime) -> None:
    """Somebody of the family has seen what the last edition changed. Twice changes nothing."""
    newest = editions.latest(session, case)
    if newest is None or session.get(TripSeen, (newest.id, account.id)) is not None:
        return
    session.add(TripSeen(edition_id=newest.id, account_id=account.id, seen_at=now))
    record(session, case, "trip_seen", actor, now, edition=newest.number)
    session.flush()
