"""The family says that a machine's words are unclear."""

from flask import Blueprint, abort, flash, url_for
from flask_babel import gettext as _

from concierge.cases.actions import lock
from concierge.conversation.translation import actions, queries
from concierge.db import db
from concierge.domain.access import Area
from concierge.web.access import current_actor, portal, portal_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("translation_portal", __name__)


@bp.post("/portal/<pid>/messages/<message_id>/unclear")
@portal(Area.MESSAGES)
def unclear(pid: str, message_id: str):
    """A translator is asked to look at this message."""
    case, _part = portal_case(pid)
    message = queries.message_of(db.session(), case, message_id)
    if message is None or message.is_held:
        abort(404)

    def work(session) -> str:
        kept = lock(session, case.id)
        if found := queries.message_of(session, kept, message_id):
            actions.call_unclear(session, kept, found, current_actor(), now())
        flash(_("Thank you. A translator looks at this message."), "success")
        return url_for("conversation_portal.messages", pid=pid, _anchor=f"message-{message_id}")

    return submit(Form(), work)
