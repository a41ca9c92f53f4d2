"""The journal on the Money tab: the balances in plain words, and the last entries."""

from dataclasses import dataclass

from concierge.cases.journal import lines_of
from concierge.cases.page import CasePage
from concierge.db import db
from concierge.journey.finance.journal.lines import Balance, Entry, balance_rows, entry_rows
from concierge.journey.finance.journal.queries import entries_page
from concierge.web.forms import Form

SHOWN = 5


@dataclass(frozen=True)
class Panel:
    balances: list[Balance]
    entries: list[Entry]


def build(page: CasePage, _failing: dict[str, Form]) -> Panel | None:
    """None where no money has moved yet."""
    session = db.session()
    entries = entries_page(session, page.case.id, most=SHOWN).entries
    if not entries:
        return None
    return Panel(balance_rows(lines_of(session, page.case.id)), entry_rows(session, page.case, entries))
