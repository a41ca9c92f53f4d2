"""The panel of the letters on the Money tab: each with its bar, its alarms and the buttons of whoever may decide."""

from dataclasses import dataclass

from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.access import Right
from concierge.journey.finance.guarantees import queries
from concierge.journey.finance.guarantees.forms import GuaranteeForm
from concierge.journey.finance.guarantees.rows import LetterRow, letter_rows
from concierge.journey.finance.payers.queries import organisations_to_choose
from concierge.models import Case
from concierge.web.access import has_right
from concierge.web.filters import money
from concierge.web.forms import Form
from concierge.web.labels import label


@dataclass(frozen=True)
class LettersPanel:
    """`form` notes a new letter; None where this reader may not. `may_swap`: a deposit stands beside the letters."""

    rows: list[LetterRow]
    form: Form | None
    may_swap: bool

    @property
    def short(self) -> tuple[object, ...]:
        """For the overview on top of the tab."""
        newest = self.rows[-1] if self.rows else None
        return (money(newest.letter.ceiling), label(newest.letter.state), *newest.alarms) if newest else ()


def guarantee_form(case: Case) -> GuaranteeForm:
    """The form of a new letter, with what may be chosen at this hospital."""
    return GuaranteeForm().prepare(
        case.hospital.currency, organisations_to_choose(db.session(), case.hospital_id)
    )


def build(page: CasePage, failing: dict[str, Form]) -> LettersPanel:
    form = failing.get("guarantee")
    if form is None and has_right(Right.EDIT_MONEY):
        form = guarantee_form(page.case)
    rows, deposit = letter_rows(page.file, failing), page.file.deposit
    is_open = (
        has_right(Right.EDIT_MONEY) and any(row.covers for row in rows) and queries.is_swappable(deposit)
    )
    return LettersPanel(rows, form, is_open and queries.live_swap(db.session(), page.case.id) is None)
