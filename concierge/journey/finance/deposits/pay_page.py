"""What the two payment pages show, the family's and the one behind the link: the same payment, the same words."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import current_app, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import facts
from concierge.domain.clocks import local_day
from concierge.domain.corridors import Way, next_best, rests_friday, ways
from concierge.domain.deposit import Turn, link_ends_at, whose_turn
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState, PaymentMethod, PaymentState
from concierge.journey.finance import queries
from concierge.journey.finance.cards.actions import open_card_payment
from concierge.journey.finance.cards.words import declined_text
from concierge.journey.finance.deposits import actions, words
from concierge.journey.finance.deposits.actions import is_link_open
from concierge.journey.finance.deposits.door import Door
from concierge.journey.finance.deposits.forms import FromForm
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.guarantees.queries import live_swap
from concierge.journey.finance.refunds.payer import RefundLine, refund_lines
from concierge.models import Case, Deposit, Payment
from concierge.web.about import AboutText, at_home
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.once import submit
from concierge.web.vendors import gateways


@dataclass(frozen=True)
class Share:
    """The link for somebody else, and the ways to send it; the text names nobody."""

    url: str
    is_open: bool
    until: date
    mail: str
    whatsapp: str
    sms: str


@dataclass(frozen=True)
class PayPage:
    """`state`: none, covered, closed, refunded, paid, attention, checking, on_its_way or due."""

    door: Door
    state: str
    today: date
    left: Money | None = None
    about: AboutText | None = None
    received: Money | None = None
    bank_fees: Money | None = None  # what is missing from a deposit that counts as paid
    surplus: Money | None = None
    ways: tuple[Way, ...] = ()
    best: Way | None = None
    origin: FromForm | None = None
    rests_friday: bool = False
    turn: Turn | None = None
    account: tuple = ()
    refund_rule: str = ""
    share: Share | None = None
    has_card: bool = False
    declined: object = ""
    receipts: tuple[Payment, ...] = ()
    refund_lines: tuple[RefundLine, ...] = ()

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
        return PayPage(door, "none", today)
    standing = actions.standing_of(deposit, case.hospital)
    opened = open_card_payment(deposit)
    # Behind the link nothing is guessed from the patient: a country would tell something of the person.
    origin = FromForm.shown(case.person.country if door.is_family else "")
    country = origin.country.data or ""
    offered, left = ways_of(case, deposit, today, country), actions.left_to_pay(deposit, case)
    return PayPage(
        door=door, state=_state(session, case, deposit), today=today, left=left, about=at_home(left, country),
        received=standing.received, surplus=standing.surplus, ways=tuple(offered), best=next_best(offered),
        bank_fees=standing.shortfall if standing.is_paid and standing.shortfall.is_positive else None,
        origin=origin, rests_friday=rests_friday(country), turn=turn_of(case, deposit, today, country),
        account=_account(case), refund_rule=case.hospital.text("refund_rule", current_code()),
        share=_share(case, deposit), has_card=gateways().payments is not None,
        declined=declined_text(opened.failure_code) if opened and opened.failure_code else "",
        receipts=tuple(p for p in deposit.payments if p.state is PaymentState.CONFIRMED),
        refund_lines=tuple(refund_lines(session, case)),
    )  # fmt: skip


def _state(session: Session, case: Case, deposit: Deposit) -> str:
    if deposit.state is DepositState.NEEDS_ATTENTION:
        return "attention"
    is_covered = facts.covering_letter(facts.load(session, case), now()) is not None
    if deposit.state in {DepositState.PAID, DepositState.OVERPAID}:
        return "covered" if is_covered and live_swap(session, case.id) else "paid"
    if is_covered:
        return "covered"
    if deposit.state is DepositState.REFUNDED:
        return "refunded"
    if not actions.left_to_pay(deposit, case).is_positive:
        is_waiting = any(p.state is PaymentState.RECORDED for p in deposit.payments)
        return "checking" if is_waiting else "closed"
    return "on_its_way" if deposit.state is DepositState.ON_ITS_WAY else "due"


def ways_of(case: Case, deposit: Deposit, today: date, country: str) -> list[Way]:
    """As the hospital offers them, bank transfer first; a card only where the card service is there."""
    hospital = case.hospital
    found = ways(hospital.payment_methods, deposit.due_on, today, hospital.calendar, country)
    offered = [way for way in found if way.kind is not PaymentMethod.CARD or gateways().payments is not None]
    return sorted(offered, key=lambda way: way.kind is not PaymentMethod.BANK_TRANSFER)


def turn_of(case: Case, deposit: Deposit, today: date, country: str) -> Turn:
    """Whose turn it is with the deposit, and by when, if the money comes from this country."""
    hospital, zone = case.hospital, case.hospital.timezone
    waiting = [p.recorded_at for p in deposit.payments if p.state is PaymentState.RECORDED]
    transfer = next((way for way in ways_of(case, deposit, today, country) if way.lead_days), None)
    return whose_turn(
        deposit.state, due_on=deposit.due_on, today=today, calendar=hospital.calendar, refund_days=hospital.refund_days,
        announced_on=local_day(deposit.on_its_way_at, zone) if deposit.on_its_way_at else None,
        arrived_on=local_day(min(waiting), zone) if waiting else None, bank_days=transfer.lead_days if transfer else 0,
        paid_on=local_day(deposit.paid_at, zone) if deposit.paid_at else None,
    )  # fmt: skip


def _share(case: Case, deposit: Deposit) -> Share:
    base = current_app.config["CONCIERGE"].base_url
    url = base + url_for("deposits_public.by_link", token=deposit.pay_token)
    text = quote(_("Could you help with this payment? The page shows the amount and the ways to pay: %(url)s", url=url))
    subject = quote(_("A payment"))
    begun_at = deposit.link_renewed_at or deposit.requested_at
    return Share(
        url, is_link_open(deposit, now()), local_day(link_ends_at(begun_at), case.hospital.timezone),
        f"mailto:?subject={subject}&body={text}", f"https://wa.me/?text={text}", f"sms:?&body={text}",
    )  # fmt: skip


def _account(case: Case) -> tuple:
    """(label, value) of the bank account in the order in which a bank's form asks."""
    kept = case.hospital.bank_account
    return tuple((text, kept[code]) for code, text in words.ACCOUNT.items() if kept.get(code))


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
