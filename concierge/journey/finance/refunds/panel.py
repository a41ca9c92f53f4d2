"""Refunds on the Money tab: each with amount, receiver, promise and state, and the form that proposes one."""

from dataclasses import dataclass

from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain import refund as rules
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.journey.finance.refunds import words
from concierge.journey.finance.refunds.forms import ProposeForm, fresh
from concierge.journey.finance.refunds.queries import refunds_of_case
from concierge.models import Case, Refund
from concierge.web.access import has_right
from concierge.web.clock import now
from concierge.web.filters import money
from concierge.web.forms import Form
from concierge.web.labels import label


@dataclass(frozen=True)
class Row:
    refund: Refund
    is_late: bool

    @property
    def kind(self) -> str:
        return words.KIND.get(self.refund.state, "plain")


@dataclass(frozen=True)
class Panel:
    rows: list[Row]
    form: Form | None
    rule: object

    @property
    def short(self) -> tuple[object, ...]:
        """For the overview on top of the tab."""
        refund = self.rows[-1].refund if self.rows else None
        return (money(refund.amount), label(refund.state)) if refund else ()


def row_of(refund: Refund, case: Case) -> Row:
    today = local_day(now(), case.hospital.timezone)
    return Row(refund, rules.is_late(refund.state, refund.promised_on, today))


def build(page: CasePage, failing: dict[str, Form]) -> Panel | None:
    """None where nothing was ever paid: then nothing can go back."""
    deposit = page.file.deposit
    if deposit is None:
        return None
    rows = [row_of(refund, page.case) for refund in refunds_of_case(db.session(), page.case.id)]
    form = failing.get("refund") or (
        fresh(ProposeForm).prepare(deposit) if has_right(Right.EDIT_MONEY) else None
    )
    if isinstance(form, ProposeForm) and not form.payment.choices:
        form = None
    return Panel(rows, form, words.RULE) if rows or form else None
