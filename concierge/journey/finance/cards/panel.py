"""The panel of disputed card payments on the Money tab; left out where there is none."""

from dataclasses import dataclass

from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.access import Right
from concierge.journey.finance.cards import queries, words
from concierge.journey.finance.forms import ActForm
from concierge.models import CardDispute
from concierge.web.access import has_right
from concierge.web.filters import money
from concierge.web.forms import Form
from concierge.web.labels import label


@dataclass(frozen=True)
class DisputePanel:
    """(dispute, why) with the newest first; `act` makes the form of the button, None for who may only read."""

    rows: list[tuple[CardDispute, object]]
    act: type[ActForm] | None

    @property
    def short(self) -> tuple[object, ...]:
        """For the overview on top of the tab."""
        newest, _why = self.rows[0]
        return money(newest.amount), label(newest.state)


def build(page: CasePage, _failing: dict[str, Form]) -> DisputePanel | None:
    """What the panel shows."""
    disputes = queries.disputes_of(db.session(), page.case.id)
    if not disputes:
        return None
    rows = [(dispute, words.reason_text(dispute.reason)) for dispute in disputes]
    return DisputePanel(rows, ActForm if has_right(Right.EDIT_MONEY) else None)
