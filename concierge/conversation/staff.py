"""The talk tab of a case: the thread with the family, the team's own notes, and the first reply."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from concierge.cases.actions import TEAM, lock
from concierge.cases.page import case_page
from concierge.conversation import actions, queries
from concierge.conversation.forms import NoteForm, ReplyForm
from concierge.conversation.thread import Reader, thread_of
from concierge.db import db, transaction
from concierge.domain.access import Right
from concierge.domain.journey import Step
from concierge.domain.numbers import whole
from concierge.models import Case, StaffUser
from concierge.web import filters
from concierge.web.access import current_actor, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("conversation_staff", __name__)


@bp.get("/c/<ref>")
@staff(Right.SEE_CASES)
def talk(ref: str):
    """What was said with the family and inside the team, newest last, with a box for each."""
    return _page(staff_case(ref))


@bp.route("/c/<ref>/messages", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def send(ref: str):
    """Send a reply. Opened after a lost sign-in, the page holds what was typed."""
    case = staff_case(ref)
    form = _reply_form(case)
    if form.validate_on_submit() and (done := submit(form, lambda session: _send(session, case.id, form))):
        return done
    return _page(case, reply=form)


@bp.route("/c/<ref>/notes", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def note(ref: str):
    """Keep an internal note."""
    case = staff_case(ref)
    form = NoteForm()
    if form.validate_on_submit() and (done := submit(form, lambda session: _note(session, case.id, form))):
        return done
    return _page(case, note=form)


def _page(case: Case, *, reply: ReplyForm | None = None, note: NoteForm | None = None):
    user = signed_in_staff()
    reader = Reader(current_actor(), (user.language, *user.speaks), case.hospital.timezone)
    before = whole(request.args.get("before"))
    unread = _see(case) if before is None else []
    is_refused = any(form is not None and form.is_submitted() for form in (reply, note))
    enquiry = queries.enquiry_of(db.session(), case)
    page = render_template(
        "conversation/staff/talk.html", page=case_page(case), enquiry=enquiry, is_first=case.step is Step.CONTACT,
        thread=thread_of(db.session(), case, reader, unread=unread, before=before),
        reply=reply or _reply_form(case, formdata=None), note=note or NoteForm(formdata=None), take=Form(formdata=None),
        may_write=actions.may_write(case), reads=filters.language_name(case.person.language, current_code()),
        is_older=before is not None,
    )  # fmt: skip
    return page, 422 if is_refused else 200


def _see(case: Case) -> list[int]:
    """The unread ids; noted as read when the reader is of the team, so that a passing colleague hides nothing."""
    found = queries.unread(db.session(), case, is_staff=True)
    if found and signed_in_staff().id in {getattr(case, field) for field in TEAM.values()}:
        with transaction() as session:
            actions.mark_read(session, case, message_ids=found, now=now())
    return found


def _reply_form(case: Case, **options) -> ReplyForm:
    """Offers the languages that this person writes, the patient's first when it is one of them."""
    codes = _writes(signed_in_staff())
    wanted = case.person.language
    form = ReplyForm(data={"language": wanted if wanted in codes else codes[0]}, **options)
    form.language.choices = [(code, filters.language_name(code, current_code())) for code in codes]
    return form


def _writes(user: StaffUser) -> list[str]:
    return list(dict.fromkeys([user.language, *user.speaks]))


def _send(session, case_id: int, form: ReplyForm) -> str:
    case = lock(session, case_id)
    message = actions.send_message(
        session, case, body=form.message.data, language=form.language.data, needs_check=form.needs_check.data,
        actor=current_actor(), now=now(),
    )  # fmt: skip
    if message.is_held:
        flash(
            _("Your reply waits for a translator. The family sees it when its translation is checked."),
            "success",
        )
    else:
        flash(_("Your reply is sent."), "success")
    return url_for("conversation_staff.talk", ref=case.reference, _anchor=f"message-{message.public_id}")


def _note(session, case_id: int, form: NoteForm) -> str:
    case = lock(session, case_id)
    written = actions.write_note(
        session,
        case,
        body=form.note.data,
        language=signed_in_staff().language,
        actor=current_actor(),
        now=now(),
    )
    return url_for("conversation_staff.talk", ref=case.reference, _anchor=f"message-{written.public_id}")
