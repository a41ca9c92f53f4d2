"""What the pages and jobs of refunds read. Lists are keyset-paged along an index; nothing here asks in a loop."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from concierge.cases.actions import lock
from concierge.domain.numbers import day_and_row
from concierge.domain.vocabulary import PaymentMethod, RefundState
from concierge.journey.finance.queries import PAGE, Page
from concierge.models import Case, Deposit, Refund

S = RefundState
TABS = {
    "to_approve": (S.PROPOSED,),
    "to_send": (S.APPROVED, S.SENDING),
    "late": (S.PROPOSED, S.APPROVED, S.SENDING, S.CAME_BACK),
    "sent": (S.SENT, S.DONE),
    "came_back": (S.CAME_BACK,),
}
NEWEST_FIRST = {"sent"}


def refunds_of_case(session: Session, case_id: int) -> list[Refund]:
    """All refunds of a case, the oldest first."""
    statement = (
        sa.select(Refund).join(Deposit, Deposit.id == Refund.deposit_id).where(Deposit.case_id == case_id)
    )
    return list(session.scalars(statement.order_by(Refund.id)))


def find_refund(session: Session, case_id: int, public_id: str) -> Refund | None:
    """A refund of this case, with its newest values."""
    statement = (
        sa.select(Refund)
        .join(Deposit, Deposit.id == Refund.deposit_id)
        .where(Deposit.case_id == case_id, Refund.public_id == public_id)
    )
    return session.scalar(statement.execution_options(populate_existing=True))


def lock_refund(session: Session, refund_id: int) -> tuple[Case, Refund]:
    """A refund and its case, locked until the end of the transaction, with newest values; the case first, always."""
    statement = sa.select(Deposit.case_id).join(Refund, Refund.deposit_id == Deposit.id)
    case = lock(session, session.scalars(statement.where(Refund.id == refund_id)).one())
    newest = sa.select(Refund).where(Refund.id == refund_id).with_for_update(of=Refund)
    return case, session.scalars(newest.execution_options(populate_existing=True)).one()


def approved_card_refunds(session: Session, most: int = 200) -> list[int]:
    """Ids of refunds that are released to go back to their card and of which the card service knows nothing yet."""
    released = sa.and_(Refund.state == S.SENDING, Refund.method == PaymentMethod.CARD)
    return list(session.scalars(sa.select(Refund.id).where(released).order_by(Refund.id).limit(most)))


def find_refund_of_card(session: Session, provider_id: str) -> Refund | None:
    """The refund that the card service knows by this id."""
    return session.scalar(sa.select(Refund).where(Refund.provider_id == provider_id))


def refunds_page(session: Session, hospital_ids: tuple[int, ...], tab: str, today: date, after: str) -> Page:
    """(refund, case) in one of TABS, the first promise first; what was sent, the newest first."""
    place = sa.tuple_(Refund.promised_on, Refund.id)
    is_falling = tab in NEWEST_FIRST
    order = (Refund.promised_on, Refund.id)
    statement = (
        sa.select(Refund, Case)
        .join(Refund.deposit)
        .join(Case, Case.id == Deposit.case_id)
        .where(Case.hospital_id.in_(hospital_ids), Refund.state.in_(TABS[tab]))
        .options(joinedload(Refund.payment))
        .order_by(*(column.desc() if is_falling else column for column in order))
        .limit(PAGE + 1)
    )
    if tab == "late":
        statement = statement.where(Refund.promised_on < today)
    if cursor := day_and_row(after):
        at = sa.tuple_(*cursor)
        statement = statement.where(place < at if is_falling else place > at)
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.promised_on}.{last.id}" if last else "")
