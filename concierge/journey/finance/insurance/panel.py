"""The panel *Who pays* of the Money tab: the order, what is checked, what is asked, and who may pay how much."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.payers import INSURERS
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.insurance import expectation, words
from concierge.web.clock import now
from concierge.web.filters import name as name_of
from concierge.web.forms import Form
from concierge.web.labels import label


@dataclass(frozen=True)
class PayersPanel:
    """`form` is that of the buttons; words are those of the codes that the template shows."""

    found: expectation.Expectation
    form: type[Form]
    now: datetime
    insurers: frozenset
    again: dict
    differs: dict
    problem: object

    @property
    def short(self) -> tuple[object, ...]:
        """For the overview on top of the tab."""
        first = self.found.rows[0].payer if self.found.rows else None
        return (name_of(first.name) if first.name else label(first.kind),) if first else (_("The patient"),)


def build(page: CasePage, _failing: dict[str, Form]) -> PayersPanel:
    """Everything from the rows of the case; the draft counts while there is no estimate."""
    at = now()
    found = expectation.build(db.session(), page.file, at, with_draft=True)
    return PayersPanel(
        found, ActForm, at, INSURERS, words.RECHECK, words.DIFFERS, words.PROBLEM.get(found.problem, "")
    )
