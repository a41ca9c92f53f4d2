"""What the payer sees of money that comes back: on the pages of the family and behind the private link."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import refunds
from concierge.domain import refund as rules
from concierge.domain.clocks import local_day
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaymentMethod, RefundState
from concierge.journey.finance.refunds.queries import refunds_of_case
from concierge.models import Case, Refund
from concierge.web.filters import format_day
from concierge.web.i18n import current_code


@dataclass(frozen=True)
class RefundLine:
    """`receiver` is a name and stays out of the private link."""

    amount: Money
    state: RefundState
    text: str
    way: str
    receiver: str


def refund_lines(session: Session, case: Case) -> list[RefundLine]:
    """Everything that goes back or has gone, the newest first.

    Left out: what would tell an answer that nobody has told, what was never agreed and fell away.
    """
    rows = [refund for refund in refunds_of_case(session, case.id) if _is_shown(session, case, refund)]
    return [_line(case, refund) for refund in reversed(rows)]


def _is_shown(session: Session, case: Case, refund: Refund) -> bool:
    if refund.state in rules.VOID:
        return refund.approved_at is not None
    return not refunds.is_secret(session, case, refund.reason)


def _line(case: Case, refund: Refund) -> RefundLine:
    return RefundLine(refund.amount, refund.state, _text(case, refund), _way(refund), refund.receiver)


def _text(case: Case, refund: Refund) -> str:
    code = current_code()
    by = format_day(refund.promised_on, code, "full")
    if refund.state is RefundState.PROPOSED:
        return _("We are preparing this refund. We plan to send it by %(day)s.", day=by)
    if refund.state in {RefundState.APPROVED, RefundState.SENDING}:
        return _("We send it by %(day)s.", day=by)
    if refund.state is RefundState.CAME_BACK:
        return _("The money came back to us. We send it again by %(day)s.", day=by)
    if refund.state is RefundState.DONE and refund.done_at:
        on = local_day(refund.done_at, case.hospital.timezone)
        return _("It arrived on %(day)s.", day=format_day(on, code, "full"))
    if refund.state is RefundState.SENT and refund.sent_on:
        on_text = format_day(refund.sent_on, code, "full")
        return _(
            "We sent it on %(day)s. Banks take a few working days; a card may take ten working days.",
            day=on_text,
        )
    return _("This refund is not sent. Ask us if you want to know more.")


def _way(refund: Refund) -> str:
    if refund.receiver_reason:
        return _("To another receiver, as agreed with you")
    if refund.method is PaymentMethod.CARD:
        return _("To the card with which it was paid")
    if refund.method is PaymentMethod.COUNTER:
        return _("At the hospital's counter")
    return _("To the account from which it came")
