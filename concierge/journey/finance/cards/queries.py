"""What the card room reads. Lists are keyset-paged along an index; nothing here asks in a loop."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.numbers import whole
from concierge.domain.vocabulary import PaymentState
from concierge.journey.finance.queries import Page, lock_deposit
from concierge.models import CardDispute, CardEvent, Case, Deposit, Payment, Refund

__all__ = ["lock_deposit"]  # the one queue of the money of a case

PAGE = 30


def started_payments(session: Session) -> list[tuple[int, int]]:
    """(payment id, deposit id) of card payments that are under way, the oldest first."""
    statement = sa.select(Payment.id, Payment.deposit_id).where(Payment.state == PaymentState.STARTED)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Payment.id).limit(200))]


def find_payment(session: Session, provider_ids: list[str], public_id: str) -> Payment | None:
    """The payment known to the card service by one of these ids, else the one that carries this public id of ours."""
    known = sa.select(Payment).where(Payment.provider_id.in_([one for one in provider_ids if one]))
    found = session.scalars(known.order_by(Payment.id)).first()
    if found is None and public_id:
        found = session.scalar(sa.select(Payment).where(Payment.public_id == public_id))
    return found


def find_deposit_by_reference(session: Session, reference: str) -> Deposit | None:
    return session.scalar(sa.select(Deposit).where(Deposit.reference == reference))


def disputes_of(session: Session, case_id: int) -> list[CardDispute]:
    """Those of a case, the newest first."""
    statement = sa.select(CardDispute).where(CardDispute.case_id == case_id)
    return list(session.scalars(statement.order_by(CardDispute.id.desc())))


def disputes_page(session: Session, hospital_ids: tuple[int, ...], after: str) -> Page:
    """(dispute, case), the newest first."""
    statement = (
        sa.select(CardDispute, Case)
        .join(Case, Case.id == CardDispute.case_id)
        .where(Case.hospital_id.in_(hospital_ids))
        .order_by(CardDispute.id.desc())
        .limit(PAGE + 1)
    )
    if (last_id := whole(after)) is not None:
        statement = statement.where(CardDispute.id < last_id)
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    return Page(rows[:PAGE], str(rows[PAGE - 1][0].id) if len(rows) > PAGE else "")


def events_page(session: Session, hospital_ids: tuple[int, ...], tab: str, after: str) -> Page:
    """(event, case or None), the newest first. What belongs to no case is shown to everybody who sees money."""
    is_mine = sa.exists().where(Case.id == CardEvent.case_id, Case.hospital_id.in_(hospital_ids))
    statement = (
        sa.select(CardEvent)
        .where(sa.or_(CardEvent.case_id.is_(None), is_mine))
        .order_by(CardEvent.received_at.desc(), CardEvent.id.desc())
        .limit(PAGE + 1)
    )
    if tab == "look":
        statement = statement.where(CardEvent.needs_look)
    if cursor := _cursor(after):
        statement = statement.where(
            sa.tuple_(CardEvent.received_at, CardEvent.id)
            < sa.tuple_(sa.literal(cursor[0], CardEvent.received_at.type), cursor[1])
        )
    events = list(session.scalars(statement))
    last = events[PAGE - 1] if len(events) > PAGE else None
    ids = {event.case_id for event in events if event.case_id}
    cases = (
        {case.id: case for case in session.scalars(sa.select(Case).where(Case.id.in_(ids)))} if ids else {}
    )
    rows = [(event, cases.get(event.case_id or 0)) for event in events[:PAGE]]
    return Page(rows, f"{_micros(last.received_at)}.{last.id}" if last else "")


def refunds_told(session: Session, events: list[CardEvent]) -> dict[str, str]:
    """The card service's id → our public id, of the refunds that these events are about."""
    ids = {event.object_id for event in events if event.kind.startswith("refund.")}
    if not ids:
        return {}
    statement = sa.select(Refund.provider_id, Refund.public_id).where(Refund.provider_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(statement) if row[0]}


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _cursor(text: str) -> tuple[datetime, str] | None:
    """(received, id) of the last row of the page before; None for anything that is no cursor of ours."""
    micros, _, event_id = text.partition(".")
    number = whole(micros, most=10**16)
    if number is None or not event_id:
        return None
    return _EPOCH + timedelta(microseconds=number), event_id[:80]
