"""The family's page of the talk with the team."""

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _

from concierge.cases.actions import lock
from concierge.conversation import actions, queries
from concierge.conversation.forms import MessageForm
from concierge.conversation.live.queries import family_mark
from concierge.conversation.thread import Reader, Thread, thread_of
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
    before = whole(request.args.get("before"))
    mark = family_mark(db.session(), case)  # before the messages: what comes in between is asked for again
    page = render_template(
        "conversation/portal/messages.html", case=case, form=form, timezone=_timezone(case), mark=mark,
        thread=_thread(case, before=before, is_seen=before is None), unclear=Form(formdata=None),
        answer_by=_answer_by(case), may_write=actions.may_write(case), is_older=before is not None,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@bp.get("/portal/<pid>/messages/new")
@portal(Area.MESSAGES)
def new_messages(pid: str) -> Response | str:
    """204 when the page shows the newest state (`after` is its mark), else the newest messages, which are read-logged.

    Asked every few seconds by static/chat.js while the page is open; `away` says that nobody looks at it.
    """
    case, _part = portal_case(pid, is_logged=False)
    mark = family_mark(db.session(), case)
    if request.args.get("after") == mark:
        return Response(status=204)
    portal_case(pid)
    return render_template(
        "conversation/portal/_thread.html", case=case, mark=mark, unclear=Form(formdata=None),
        thread=_thread(case, is_seen="away" not in request.args),
    )  # fmt: skip


def _thread(case: Case, *, before: int | None = None, is_seen: bool) -> Thread:
    reader = Reader(current_actor(), _languages(case), _timezone(case))
    unread = _see(case) if is_seen else []
    return thread_of(db.session(), case, reader, unread=unread, before=before)


def _timezone(case: Case) -> str:
    return signed_in_account().timezone or case.hospital.timezone


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
