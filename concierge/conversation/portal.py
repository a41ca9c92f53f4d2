"""The family's page of the talk with the team."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from concierge.cases.actions import lock
from concierge.conversation import actions, queries
from concierge.conversation.forms import MessageForm
from concierge.conversation.thread import Reader, thread_of
from concierge.db import db, transaction
from concierge.domain.access import Area
from concierge.domain.numbers import whole
from concierge.models import Case
from concierge.web.access import current_actor, portal, portal_case, signed_in_account
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("conversation_portal", __name__)


@bp.route("/portal/<pid>/messages", methods=["GET", "POST"])
@portal(Area.MESSAGES)
def messages(pid: str):
    """One thread with the team, the newest at the end, and the box to write."""
    case, _part = portal_case(pid)
    form = MessageForm()
    if form.validate_on_submit() and (done := submit(form, lambda session: _send(session, case.id, form))):
        return done
    timezone = signed_in_account().timezone or case.hospital.timezone
    reader = Reader(current_actor(), _languages(case), timezone)
    before = whole(request.args.get("before"))
    unread = _see(case) if before is None else []
    page = render_template(
        "conversation/portal/messages.html", case=case, form=form, specialist=case.specialist, timezone=timezone,
        thread=thread_of(db.session(), case, reader, unread=unread, before=before), unclear=Form(formdata=None),
        answer_by=_answer_by(case), may_write=actions.may_write(case), is_older=before is not None,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _languages(case: Case) -> tuple[str, ...]:
    """The language of the page first; patients also read what they speak."""
    spoken = case.person.spoken_language
    is_patient = signed_in_account().person_id == case.person_id
    return (current_code(), spoken) if is_patient and spoken else (current_code(),)


def _see(case: Case) -> list[int]:
    """The unread ids, noted as read: they are shown now."""
    found = queries.unread(db.session(), case, is_staff=False)
    if found:
        with transaction() as session:
            actions.mark_read(session, case, message_ids=found, now=now())
    return found


def _answer_by(case: Case):
    """By when somebody answers who is written to now, by the hospital's promise in its open hours."""
    if case.replied_at is None and case.next_due_at is not None:
        return max(case.next_due_at, now())
    return case.hospital.calendar.add_working_hours(now(), case.hospital.first_reply_hours)


def _send(session, case_id: int, form: MessageForm) -> str:
    case = lock(session, case_id)
    message = actions.send_message(
        session, case, body=form.message.data, language=current_code(), actor=current_actor(), now=now()
    )
    flash(_("Your message is with the team."), "success")
    return url_for("conversation_portal.messages", pid=case.public_id, _anchor=f"message-{message.public_id}")
