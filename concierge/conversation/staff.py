"""The talk tab of a case: the thread with the family, the team's own notes, and the first reply."""

from flask import Blueprint, render_template

from concierge.cases.page import case_page
from concierge.domain.access import Right
from concierge.web.access import staff, staff_case

bp = Blueprint("conversation_staff", __name__)


@bp.get("/c/<ref>")
@staff(Right.SEE_CASES)
def talk(ref: str):
    """What was said with the family and inside the team, newest last, with a box for each."""
    return render_template("conversation/staff/talk.html", page=case_page(staff_case(ref)))
