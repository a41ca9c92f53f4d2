"""The statement as the family takes it home."""

from flask import Blueprint, redirect, url_for

from concierge.db import db
from concierge.domain.access import Area
from concierge.journey.finance.journal import papers
from concierge.journey.finance.queries import deposit_of
from concierge.web.access import portal, portal_case
from concierge.web.i18n import current_code

bp = Blueprint("journal_portal", __name__)


@bp.get("/portal/<pid>/pay/statement.pdf")
@portal(Area.MONEY)
def statement(pid: str):
    case, _part = portal_case(pid)
    deposit = deposit_of(db.session(), case.id)
    if deposit is None:
        return redirect(url_for("finance_portal.pay", pid=pid), 303)
    return papers.statement_paper(db.session(), case, deposit, current_code())
