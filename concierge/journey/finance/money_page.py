"""What the Money tab of a case shows an advocate: versions and draft, the deposit with its payments."""

from dataclasses import dataclass

from flask_babel import force_locale

from concierge.cases.facts import CaseFile
from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.deposit import Standing
from concierge.domain.estimate import totals
from concierge.domain.vocabulary import EstimateState, PaymentMethod, PaymentState
from concierge.journey.finance import actions, queries, words
from concierge.journey.finance.costs_page import changes_between, line_row
from concierge.journey.finance.forms import (
    ActForm,
    AddLineForm,
    IssueForm,
    PaymentForm,
    ReasonForm,
    TextsForm,
    lines_form,
)
from concierge.models import Case, Deposit, DepositRule, Estimate, Payment
from concierge.web.access import current_actor, has_right
from concierge.web.clock import now
from concierge.web.forms import Form
from config import LOCALES


@dataclass(frozen=True)
class PaymentRow:
    """One payment with its people; `reason` is the form for rejecting it, None where this reader may not decide."""

    payment: Payment
    recorded_by: str
    confirmed_by: str
    failure: object
    reason: Form | None
    is_own: bool

    @property
    def is_started_card(self) -> bool:
        return self.payment.state is PaymentState.STARTED and self.payment.method is PaymentMethod.CARD


@dataclass(frozen=True)
class MoneyPage:
    """Everything of the panel; `forms` holds what this reader may write, by name."""

    draft: Estimate | None
    lines: list
    draft_total: object
    changes: list
    versions: list[Estimate]
    deposit: Deposit | None
    standing: Standing | None
    rule: DepositRule | None
    payments: list[PaymentRow]
    forms: dict[str, Form]
    standard_texts: dict
    attention: object


def money_page(page: CasePage, failing: dict[str, Form]) -> MoneyPage:
    """Lay the money of a case out. `failing` are submitted forms that the page shows again, by name."""
    case, file, session = page.case, page.file, db.session()
    draft = next((e for e in file.estimates if e.state is EstimateState.DRAFT), None)
    deposit = file.deposit
    people = _people(file)
    return MoneyPage(
        draft=draft,
        lines=[line_row(line) for line in draft.lines] if draft else [],
        draft_total=totals(draft.lines, draft.currency).overall if draft else None,
        changes=changes_between(file.issued, draft) if draft else [],
        versions=[e for e in reversed(file.estimates) if e.state is not EstimateState.DRAFT],
        deposit=deposit,
        standing=actions.standing_of(deposit, case.hospital) if deposit else None,
        rule=queries.rule_of(session, deposit) if deposit else None,
        payments=[_payment_row(payment, people, failing) for payment in deposit.payments] if deposit else [],
        forms={**_forms(case, draft, deposit), **failing} if has_right(Right.EDIT_MONEY) else failing,
        standard_texts=words.STANDARD_TEXTS,
        attention=words.ATTENTION.get(deposit.attention, "") if deposit else "",
    )


def _people(file: CaseFile) -> dict[int, str]:
    payments = file.deposit.payments if file.deposit else []
    ids = {p.recorded_by_id for p in payments} | {p.confirmed_by_id for p in payments}
    return queries.names_of(db.session(), ids)


def _reason_form(public_id: str, is_open: bool, failing: dict[str, Form]) -> Form | None:
    if not (is_open and has_right(Right.CONFIRM_MONEY)):
        return None
    return failing.get(f"reason-{public_id}") or ReasonForm.of(public_id)


def _payment_row(payment: Payment, people: dict[int, str], failing: dict[str, Form]) -> PaymentRow:
    is_own = payment.recorded_by_id is not None and payment.recorded_by_id == current_actor().id
    is_open = payment.state is PaymentState.RECORDED and not is_own
    return PaymentRow(
        payment=payment,
        recorded_by=people.get(payment.recorded_by_id or 0, ""),
        confirmed_by=people.get(payment.confirmed_by_id or 0, ""),
        failure=words.declined_text(payment.failure_code) if payment.failure_code else "",
        reason=_reason_form(payment.public_id, is_open, failing),
        is_own=is_own and payment.state is PaymentState.RECORDED,
    )


# --- forms -----------------------------------------------------------------------------------------------------


def _forms(case: Case, draft: Estimate | None, deposit: Deposit | None) -> dict[str, Form]:
    forms: dict[str, Form] = {"draft": ActForm()}
    if draft:
        forms |= draft_forms(case, draft)
    if deposit is None:
        forms["request"] = ActForm()
    else:
        forms["payment"] = PaymentForm().prepare(case, deposit.currency)
    return forms


def draft_forms(case: Case, draft: Estimate) -> dict[str, ActForm]:
    """The four forms of the draft; each carries the version that this reader sees."""
    tariffs = actions.valid_tariffs(db.session(), case, now())
    usual = local_day(now(), case.hospital.timezone) + actions.USUAL_VALIDITY
    forms: dict[str, ActForm] = {
        "lines": lines_form(draft),
        "add": AddLineForm().offer([t for t in tariffs if t.currency == draft.currency]),
        "texts": TextsForm(
            text_language=draft.text_language, included=draft.included, not_included=draft.not_included,
            could_change=draft.could_change,
        ),
        "issue": IssueForm(issue_until=(draft.valid_until or usual).isoformat()),
    }  # fmt: skip
    for form in forms.values():
        form.version.data = form.version.data or str(draft.version)
    return forms


def first_texts(case: Case) -> actions.Texts:
    """The standard texts in the patient's language, where we ship it, else in English."""
    shipped = {info.code for info in LOCALES}
    language = case.person.language if case.person.language in shipped else "en"
    with force_locale(language):
        texts = {name: str(text) for name, text in words.STANDARD_TEXTS.items()}
    return actions.Texts(**texts, language=language)
