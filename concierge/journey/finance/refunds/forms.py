"""Forms of refunds. Several stand on one page, so each field's id is made unique."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from concierge.cases import refunds
from concierge.domain.vocabulary import RefundReason
from concierge.journey.finance.forms import ActForm
from concierge.models import Deposit, Payment
from concierge.web.filters import format_day, plain_money
from concierge.web.forms import Amount, Choice, Day, Line
from concierge.web.i18n import current_code
from concierge.web.labels import label


def fresh(kind: type[ActForm]) -> Any:
    """A form that is only shown: what another form of the page has sent is not for it."""
    return kind(formdata=None) if request.method == "POST" else kind()


def apart(form: ActForm, mark: str) -> Any:
    """The form with ids of its own beside others of the page."""
    for field in form:
        field.id = field.label.field_id = f"{mark}-{field.short_name}"
    return form


class ProposeForm(ActForm):
    payment = Choice(_l("Which payment it gives back"), message=_l("Choose a payment that is confirmed."))
    amount = Amount(_l("Amount that goes back"))
    reason = Choice(_l("Why"), message=_l("Choose a reason."))
    note = Line(_l("Note for the team"), required=False, most=500)
    receiver = Line(_l("Name of another receiver"), required=False, most=200)
    receiver_reason = Line(_l("Why it does not go to the payer"), required=False, most=500)

    def prepare(self, deposit: Deposit) -> "ProposeForm":
        """Payments with something left, and the currency of the chosen one."""
        offered = [(p, refunds.left_of(deposit, p)) for p in refunds.confirmed(deposit)]
        offered = [(payment, left) for payment, left in offered if left.is_positive]
        self.payment.choices = [
            (payment.public_id, " · ".join(part for part in _told(payment, plain_money(left)) if part))
            for payment, left in offered
        ]
        chosen = [p for p, _left in offered if p.public_id == self.payment.data] or [
            p for p, _left in offered
        ]
        self.amount.currency = chosen[0].currency if chosen else deposit.currency
        self.reason.choices = [("", _l("Choose one")), *((one.value, label(one)) for one in RefundReason)]
        return apart(self, "refund")

    def facts(self, deposit: Deposit) -> dict[str, Any]:
        """What was typed, for `propose_refund`; read after validation."""
        payment = next((p for p in deposit.payments if p.public_id == self.payment.data), None)
        return {
            "payment": payment, "amount": self.amount.money, "reason": RefundReason(self.reason.data),
            "note": self.note.data, "receiver": self.receiver.data, "receiver_reason": self.receiver_reason.data,
        }  # fmt: skip


def _told(payment: Payment, left: str) -> tuple[str, str, str, str]:
    on = payment.received_on or (payment.confirmed_at.date() if payment.confirmed_at else None)
    return left, str(label(payment.method)), payment.payer_name, format_day(on, current_code()) if on else ""


class EndForm(ActForm):
    """Refuse or withdraw."""

    reason = Line(_l("Reason"), most=500, message=_l("Enter the reason."))


class SendForm(ActForm):
    sent_on = Day(_l("Day on which the bank carried it out"))
    bank_reference = Line(
        _l("Reference of the bank"), most=80, ltr=True, message=_l("Enter the reference of the bank.")
    )


class CameBackForm(ActForm):
    code = Line(_l("What the bank says"), most=60, message=_l("Enter the reason."))


class PostponeForm(ActForm):
    new_day = Day(_l("New day, which the payer is told"))
