"""The deposit on the Money tab: where it stands, whose turn it is, its payments and what was asked for before."""

from dataclasses import dataclass
from datetime import date

from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.corridors import Way, next_best
from concierge.domain.deposit import Standing, Turn
from concierge.domain.names import name_keys
from concierge.domain.vocabulary import PaymentMethod, PaymentState
from concierge.journey.finance import queries
from concierge.journey.finance.cards.words import declined_text
from concierge.journey.finance.deposits import actions, words
from concierge.journey.finance.deposits.forms import AgainForm, CancelForm, PaymentForm
from concierge.journey.finance.deposits.pay_page import turn_of, ways_of
from concierge.journey.finance.deposits.queries import former_requests, rule_of
from concierge.journey.finance.forms import ActForm, ReasonForm
from concierge.models import Case, Deposit, DepositRequest, DepositRule, Payment, Person
from concierge.web.access import current_actor, has_right
from concierge.web.clock import now
from concierge.web.filters import money
from concierge.web.forms import Form
from concierge.web.labels import label


@dataclass(frozen=True)
class PaymentRow:
    """One payment with its people; `reason` is the form for rejecting it, None where this reader may not decide."""

    payment: Payment
    recorded_by: str
    confirmed_by: str
    failure: object
    reason: Form | None
    is_own: bool
    is_by_other: bool  # somebody else than the patient sent it

    @property
    def is_started_card(self) -> bool:
        return self.payment.state is PaymentState.STARTED and self.payment.method is PaymentMethod.CARD


@dataclass(frozen=True)
class DepositPanel:
    """`forms` holds what this reader may write, by name."""

    deposit: Deposit | None
    forms: dict[str, Form]
    standing: Standing | None = None
    turn: Turn | None = None
    rule: DepositRule | None = None
    ways: tuple[Way, ...] = ()
    best: Way | None = None
    payments: tuple[PaymentRow, ...] = ()
    former: tuple[DepositRequest, ...] = ()
    today: date | None = None

    @property
    def short(self) -> tuple[object, ...]:
        """For the overview on top of the tab: how it stands, and what is open or was asked for."""
        if self.deposit is None or self.standing is None:
            return ()
        is_open = not self.standing.is_paid and self.standing.shortfall.is_positive
        return money(self.standing.shortfall if is_open else self.deposit.amount), label(self.deposit.state)

    @property
    def attention(self) -> object:
        return words.ATTENTION.get(self.deposit.attention, "") if self.deposit else ""

    @property
    def sentence(self) -> object:
        return words.STATE[self.deposit.state] if self.deposit else ""

    @property
    def actor(self) -> object:
        return words.ACTS[self.turn.acts] if self.turn else ""


def build(page: CasePage, failing: dict[str, Form]) -> DepositPanel:
    """What the panel shows; `failing` are refused forms, by slot."""
    case, deposit, session = page.case, page.file.deposit, db.session()
    forms = {**_forms(case, deposit), **failing} if has_right(Right.EDIT_MONEY) else failing
    if deposit is None:
        return DepositPanel(None, forms)
    today = local_day(now(), case.hospital.timezone)
    country = case.person.country or ""
    offered = ways_of(case, deposit, today, country)
    people = queries.names_of(
        session, {key for p in deposit.payments for key in (p.recorded_by_id, p.confirmed_by_id)}
    )
    return DepositPanel(
        deposit, forms, actions.standing_of(deposit, case.hospital), turn_of(case, deposit, today, country),
        rule_of(session, deposit), tuple(offered), next_best(offered),
        tuple(_row(payment, case.person, people, failing) for payment in deposit.payments),
        tuple(former_requests(session, deposit.id)), today,
    )  # fmt: skip


def _forms(case: Case, deposit: Deposit | None) -> dict[str, Form]:
    if deposit is None:
        return {"request": ActForm()}
    forms: dict[str, Form] = {"payment": PaymentForm().prepare(case, deposit.currency)}
    if actions.may_ask_again(deposit):
        forms |= {"again": AgainForm(), "cancel": CancelForm()}
    if actions.is_cancelled(deposit):
        forms = {"request": ActForm()}
    return forms


def _row(payment: Payment, person: Person, people: dict[int, str], failing: dict[str, Form]) -> PaymentRow:
    is_own = payment.recorded_by_id is not None and payment.recorded_by_id == current_actor().id
    is_open = payment.state is PaymentState.RECORDED and not is_own
    own_name = name_keys(person.given_names or person.native_name)
    return PaymentRow(
        payment=payment,
        recorded_by=people.get(payment.recorded_by_id or 0, ""),
        confirmed_by=people.get(payment.confirmed_by_id or 0, ""),
        failure=declined_text(payment.failure_code) if payment.failure_code else "",
        reason=_reason_form(payment.public_id, is_open, failing),
        is_own=is_own and payment.state is PaymentState.RECORDED,
        is_by_other=bool(payment.payer_name) and not set(own_name) & set(name_keys(payment.payer_name)),
    )


def _reason_form(public_id: str, is_open: bool, failing: dict[str, Form]) -> Form | None:
    if not (is_open and has_right(Right.CONFIRM_MONEY)):
        return None
    return failing.get(f"reason-{public_id}") or ReasonForm.of(public_id)
