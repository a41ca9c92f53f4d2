"""What the two payment pages show, the family's and the one behind the link: the same payment, the same words."""

from dataclasses import dataclass
from datetime import date

from flask import current_app, redirect, url_for
from sqlalchemy.orm import Session

from concierge.cases import facts
from concierge.domain.clocks import last_safe_day, local_day
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState, PaymentMethod, PaymentState
from concierge.journey.finance import actions, queries, words
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.refunds.payer import RefundLine, refund_lines
from concierge.models import Case, Deposit, Payment
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.once import submit
from concierge.web.vendors import gateways


@dataclass(frozen=True)
class Door:
    """One of the two ways to the same payment: the family's pages, or the link for somebody else (`deposit` is set)."""

    case: Case
    deposit: Deposit | None
    module: str
    key: dict

    def url(self, view: str, **options) -> str:
        """Address of a sister page behind the same door."""
        return url_for(f"{self.module}.{view}", **self.key, **options)

    @property
    def home(self) -> str:
        return self.url("pay" if self.is_family else "by_link")

    @property
    def is_family(self) -> bool:
        return self.module == "finance_portal"


@dataclass(frozen=True)
class Method:
    """A way to pay with the last day on which it may be started to be here in time."""

    kind: PaymentMethod
    lead_days: int
    last_on: date
    is_late: bool


@dataclass(frozen=True)
class PayPage:
    """`state`: none, covered, closed, paid, attention, checking, on_its_way or due."""

    door: Door
    state: str
    left: Money | None
    received: Money | None
    surplus: Money | None
    methods: list[Method]
    account: list[tuple]
    refund_rule: str
    share_url: str
    has_card: bool
    declined: object
    receipts: list[Payment]
    today: date
    refund_lines: list[RefundLine]

    @property
    def deposit(self) -> Deposit | None:
        return self.door.deposit

    @property
    def is_overdue(self) -> bool:
        return self.state == "due" and self.deposit is not None and self.deposit.due_on < self.today


def pay_page(session: Session, door: Door) -> PayPage:
    """Read everything once; the templates ask nothing."""
    case, deposit = door.case, door.deposit
    today = local_day(now(), case.hospital.timezone)
    if deposit is None:
        return PayPage(door, "none", None, None, None, [], [], "", "", False, "", [], today, [])
    standing = actions.standing_of(deposit, case.hospital)
    opened = actions.open_card_payment(deposit)
    base = current_app.config["CONCIERGE"].base_url
    return PayPage(
        door=door, state=_state(session, case, deposit), left=actions.left_to_pay(deposit, case),
        received=standing.received, surplus=standing.surplus,
        methods=_methods(case, deposit, today), account=_account(case),
        refund_rule=case.hospital.text("refund_rule", current_code()),
        share_url=base + url_for("finance_public.by_link", token=deposit.pay_token),
        has_card=gateways().payments is not None, today=today,
        declined=words.declined_text(opened.failure_code) if opened and opened.failure_code else "",
        receipts=[p for p in deposit.payments if p.state is PaymentState.CONFIRMED],
        refund_lines=refund_lines(session, case),
    )  # fmt: skip


def _state(session: Session, case: Case, deposit: Deposit) -> str:
    if deposit.state in {DepositState.PAID, DepositState.OVERPAID}:
        return "paid"
    if deposit.state is DepositState.NEEDS_ATTENTION:
        return "attention"
    if facts.covering_letter(facts.load(session, case), now()) is not None:
        return "covered"
    if not actions.left_to_pay(deposit, case).is_positive:
        is_waiting = any(p.state is PaymentState.RECORDED for p in deposit.payments)
        return "checking" if is_waiting else "closed"
    return "on_its_way" if deposit.state is DepositState.ON_ITS_WAY else "due"


def _methods(case: Case, deposit: Deposit, today: date) -> list[Method]:
    """As the hospital offers them, bank transfer first; a card only where the card service is there."""
    offered = []
    for row in case.hospital.payment_methods:
        kind, lead_days = PaymentMethod(row["method"]), int(row["lead_days"])
        if kind is PaymentMethod.CARD and gateways().payments is None:
            continue
        last_on = last_safe_day(deposit.due_on, lead_days, case.hospital.calendar)
        offered.append(Method(kind, lead_days, last_on, today > last_on))
    return sorted(offered, key=lambda method: method.kind is not PaymentMethod.BANK_TRANSFER)


def _account(case: Case) -> list[tuple]:
    """(label, value) of the bank account in the order in which a bank's form asks."""
    kept = case.hospital.bank_account
    return [(text, kept[code]) for code, text in words.ACCOUNT.items() if kept.get(code)]


def announced(door: Door):
    """Note that the transfer is on its way; both doors lead here."""
    form, deposit = ActForm(), door.deposit
    if deposit is None or not form.validate_on_submit():
        return redirect(door.home, 303)
    return submit(form, lambda session: _announce(session, door, deposit.id)) or redirect(door.home, 303)


def _announce(session: Session, door: Door, deposit_id: int) -> str:
    case, deposit = queries.lock_deposit(session, deposit_id)
    actions.announce_transfer(session, case, deposit, actor=current_actor(), now=now())
    return door.home
