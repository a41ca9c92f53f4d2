"""What is new in the talk of a case, for the page that stays open: asked every two seconds by static/chat.js."""

from flask import Blueprint, Response, render_template, request

from concierge.cases.actions import TEAM
from concierge.conversation import queries
from concierge.conversation.actions import mark_read
from concierge.conversation.live.presence import live_of
from concierge.conversation.thread import Reader, thread_of
from concierge.db import db, transaction
from concierge.domain.access import Right
from concierge.models import Case
from concierge.web.access import current_actor, signed_in_staff, staff, staff_case
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
    if after.partition("~")[0] == live.thread:  # only the visitor came or went
        return render_template("conversation/live/staff/_new.html", live=live, thread=None)
    staff_case(ref)
    reader = Reader(
        current_actor(), (signed_in_staff().language, *signed_in_staff().speaks), case.hospital.timezone
    )
    unread = [] if "away" in request.args else _see(case)
    return render_template(
        "conversation/live/staff/_new.html",
        live=live,
        thread=thread_of(db.session(), case, reader, unread=unread),
    )


def _see(case: Case) -> list[int]:
    """The unread ids; noted as read when the reader is of the team, so that a passing colleague hides nothing."""
    found = queries.unread(db.session(), case, is_staff=True)
    if found and signed_in_staff().id in {getattr(case, field) for field in TEAM.values()}:
        with transaction() as session:
            mark_read(session, case, message_ids=found, now=now())
    return found
