"""What is new in the talk of a case, for the page that stays open: asked every second by static/chat.js."""

from flask import Blueprint, Response, render_template, request

from concierge.conversation.live.presence import live_of
from concierge.conversation.talking import newest_of
from concierge.db import db
from concierge.domain.access import Right
from concierge.web.access import staff, staff_case
from concierge.web.clock import now

bp = Blueprint("conversation_live", __name__)


@bp.get("/c/<ref>/messages/new")
@staff(Right.SEE_CASES)
def new_messages(ref: str) -> Response | str:
    """204 when the page shows the newest state (`after` is its mark), else what is new. Messages are read-logged."""
    case = staff_case(ref, is_logged=False)
    live = live_of(db.session(), case, now())
    after = request.args.get("after", "")
    if after == live.mark:
        return Response(status=204)
    timeline = None
    if after.partition("~")[0] != live.thread:  # else only the visitor came or went
        timeline = newest_of(staff_case(ref), is_seen="away" not in request.args)
    return render_template("conversation/live/staff/_new.html", live=live, timeline=timeline)
