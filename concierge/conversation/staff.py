"""The talk tab of a case: the thread with both boxes, what came another way, what did not arrive."""

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.page import case_page
from concierge.conversation import composer
from concierge.conversation.composer import tell_sent
from concierge.conversation.forms import NoteForm, ReplyForm
from concierge.conversation.inbox import actions as inbox
from concierge.conversation.inbox.forms import SwitchForm, WordsForm
from concierge.conversation.talking import talk_of
from concierge.domain.access import Right
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import Channel, MessageChannel
from concierge.models import Case, Message
from concierge.web.access import current_actor, staff, staff_case
from concierge.web.choices import all_languages
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
    form = composer.reply_form(case)
    if form.validate_on_submit() and (
        done := submit(form, lambda s: composer.send_reply(s, case.id, form, _sent))
    ):
        return done
    return _page(case, reply=form)


@bp.route("/c/<ref>/notes", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def note(ref: str):
    """Keep an internal note."""
    case = staff_case(ref)
    form = NoteForm()
    if form.validate_on_submit() and (
        done := submit(form, lambda s: composer.keep_note(s, case.id, form, _at))
    ):
        return done
    return _page(case, note=form)


def _page(case: Case, *, reply: ReplyForm | None = None, note: NoteForm | None = None):
    talk = talk_of(case, reply=reply, note=note, before=whole(request.args.get("before")))
    page = render_template(
        "conversation/staff/talk.html", page=case_page(case), talk=talk, take=Form(formdata=None)
    )
    is_refused = any(form is not None and form.is_submitted() for form in (reply, note))
    return page, 422 if is_refused else 200


def _at(case: Case, message: Message) -> str:
    return url_for("conversation_staff.talk", ref=case.reference, _anchor=f"message-{message.public_id}")


def _sent(case: Case, message: Message) -> str:
    tell_sent(message)
    return _at(case, message)


# --- what came another way ------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/messages/add", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def add(ref: str):
    """Put into the thread what the family said by mail, SMS, a messenger or on the phone."""
    case = staff_case(ref)
    local = now().astimezone(ZoneInfo(case.hospital.timezone))
    form = WordsForm(
        data={
            "language": case.person.language,
            "sender": case.person.display_name,
            "at": f"{local:%Y-%m-%dT%H:%M}",
        }
    )
    form.at.timezone = case.hospital.timezone
    form.language.choices = all_languages(current_code())
    if form.validate_on_submit() and (done := submit(form, lambda session: _add(session, case.id, form))):
        return done
    page = render_template("conversation/staff/add.html", page=case_page(case), form=form)
    return page, 422 if form.is_submitted() else 200


def _add(session: Session, case_id: int, form: WordsForm) -> str:
    case = lock(session, case_id)
    message = inbox.add_words(
        session, case, channel=MessageChannel(form.channel.data), body=form.message.data, language=form.language.data,
        at=form.at.at, sender=form.sender.data, actor=current_actor(), now=now(),
    )  # fmt: skip
    flash(_("It stands in the thread now."), "success")
    return _at(case, message)


# --- what did not arrive --------------------------------------------------------------------------------------------


@bp.post("/c/<ref>/undelivered/<public_id>/retry")
@staff(Right.WRITE_MESSAGES)
def retry(ref: str, public_id: str):
    """Try a mail once more that could not be delivered."""
    case, form = staff_case(ref), Form()
    if form.validate_on_submit() and (
        done := submit(form, lambda session: _retry(session, case.id, public_id))
    ):
        return done
    return redirect(url_for("conversation_staff.talk", ref=ref), 303)


def _retry(session: Session, case_id: int, public_id: str) -> str:
    case = lock(session, case_id)
    if inbox.retry(session, case, _row(public_id), actor=current_actor(), now=now()):
        flash(_("It is sent once more. If it fails again, it comes back here."), "success")
    else:
        flash(_("This was settled already."))
    return url_for("conversation_staff.talk", ref=case.reference)


@bp.post("/c/<ref>/undelivered/<public_id>/switch")
@staff(Right.WRITE_MESSAGES)
def switch(ref: str, public_id: str):
    """Reach this family another way from now on."""
    case, form = staff_case(ref), SwitchForm()
    if form.validate_on_submit() and (done := submit(form, lambda s: _switch(s, case.id, public_id, form))):
        return done
    return redirect(url_for("conversation_staff.talk", ref=ref), 303)


def _switch(session: Session, case_id: int, public_id: str, form: SwitchForm) -> str:
    case, channel = lock(session, case_id), Channel(form.channel.data)
    inbox.switch_channel(session, case, _row(public_id), channel, actor=current_actor(), now=now())
    if channel is Channel.PHONE:
        flash(
            _("Call the family: their number stands at the side under Facts. Note the call under Consult."),
            "success",
        )
    else:
        flash(_("Noted. What could not be delivered is settled."), "success")
    return url_for("conversation_staff.talk", ref=case.reference)


def _row(public_id: str) -> str:
    """A public id as a row can have it; anything else finds none."""
    return public_id if public_id.isalnum() else ""
