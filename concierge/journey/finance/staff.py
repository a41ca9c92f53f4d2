"""Step 3 as advocates see it: the Money tab of a case; each of its panels has a room of its own."""

from flask import Blueprint

from concierge.domain.access import Right
from concierge.journey.finance.tab import show_money
from concierge.web.access import staff, staff_case

bp = Blueprint("finance_staff", __name__)


@bp.get("/c/<ref>/money")
@staff(Right.SEE_MONEY)
def money(ref: str):
    """S13 to S15 of one case."""
    return show_money(staff_case(ref))
