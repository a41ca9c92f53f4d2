"""The inbox: the talks that wait, the one that is open with its boxes, and the case it belongs to."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.lists import hospitals_of
from concierge.cases.page import case_page
from concierge.conversation import composer
from concierge.conversation.composer import tell_sent
from concierge.conversation.forms import NoteForm, ReplyForm
from concierge.conversation.inbox import actions, queries
from concierge.conversation.inbox.desk import hand_over_form, open_case, snooze_form, snooze_until
from concierge.conversation.inbox.forms import HandOverForm, SnoozeForm
from concierge.conversation.inbox.lines import talk_lines
from concierge.conversation.inbox.queries import Mailbox
from concierge.conversation.talking import Talk, talk_of
from concierge.db import db, transaction
from concierge.domain.access import Right, rights_of
from concierge.domain.numbers import whole
from concierge.models import Case, Message, StaffUser
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("inbox_staff", __name__)


@bp.get("/inbox")
@staff(Right.SEE_CASES)
def inbox():
    """The list of one kind, and beside it the talk that was chosen."""
    reference = request.args.get("case", "")
    return _page(staff_case(reference) if reference else None)


@bp.route("/inbox/<ref>/reply", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def reply(ref: str):
    """Send a reply from the inbox."""
    case = staff_case(ref)
    form = composer.reply_form(case)
    if form.validate_on_submit() and (
        done := submit(form, lambda s: composer.send_reply(s, case.id, form, _sent))
    ):
        return done
    return _page(case, reply=form)


@bp.route("/inbox/<ref>/note", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def note(ref: str):
    """Keep an internal note from the inbox."""
    case = staff_case(ref)
    form = NoteForm()
    if form.validate_on_submit() and (
        done := submit(form, lambda s: composer.keep_note(s, case.id, form, _kept))
    ):
        return done
    return _page(case, note=form)


@bp.route("/inbox/<ref>/snooze", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def snooze(ref: str):
    """Put the talk out of sight until a time."""
    case = staff_case(ref)
    form = snooze_form(case)
    if form.validate_on_submit() and (done := submit(form, lambda session: _snooze(session, case.id, form))):
        return done
    return _page(case, snooze=form)


@bp.post("/inbox/<ref>/wake")
@staff(Right.WRITE_MESSAGES)
def wake(ref: str):
    """Take it back into sight."""
    case = staff_case(ref)
    form = Form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _wake(session, case.id))):
        return done
    return redirect(_here(case), 303)


@bp.route("/inbox/<ref>/assign", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def assign(ref: str):
    """Hand the talk over to a colleague."""
    case = staff_case(ref)
    form = hand_over_form(case)
    if form.validate_on_submit() and (
        done := submit(form, lambda session: _hand_over(session, case.id, form))
    ):
        return done
    return _page(case, hand_over=form)


# --- the page -------------------------------------------------------------------------------------------------------


def _box() -> Mailbox:
    value = request.values.get("list", "")
    return Mailbox(value) if value in set(_boxes()) else Mailbox.MINE


def _boxes() -> tuple[Mailbox, ...]:
    """All talks of a hospital are the leads' list: who may decide against a gate sees what waits everywhere."""
    rights = rights_of(frozenset(role.role for role in signed_in_staff().roles))
    return tuple(box for box in Mailbox if box is not Mailbox.ALL or Right.OVERRIDE_GATE in rights)


def _page(
    case: Case | None,
    *,
    reply: ReplyForm | None = None,
    note: NoteForm | None = None,
    snooze: SnoozeForm | None = None,
    hand_over: HandOverForm | None = None,
):
    talk: Talk | None = (
        talk_of(case, reply=reply, note=note, before=whole(request.args.get("before"))) if case else None
    )
    mine, user, box, at = my_hospitals(Right.SEE_CASES), signed_in_staff(), _box(), now()
    after = request.args.get("after", "")
    rows, more = queries.talks(db.session(), box, mine, user.id, after)
    is_refused = any(form is not None and form.is_submitted() for form in (reply, note, snooze, hand_over))
    page = render_template(
        "conversation/inbox/staff/inbox.html", box=box, boxes_of=_boxes(), after=after, more=more,
        page=case_page(case) if case else None,
        counts=queries.counts(db.session(), _boxes(), mine, user.id), counted_to=queries.COUNTED_TO,
        unmatched=queries.count_unmatched(db.session(), mine), talk=talk, **_neighbours(rows, case),
        lines=talk_lines(rows, box, hospitals_of(mine), (user.language, *user.speaks), user.timezone, at),
        head=queries.head_of(db.session(), case) if case else None, wake=Form(formdata=None),
        snooze=(snooze or snooze_form(case, formdata=None)) if case else None,
        hand_over=(hand_over or hand_over_form(case, formdata=None)) if case else None,
        open_panel="snooze" if snooze else "assign" if hand_over else "",
    )  # fmt: skip
    return page, 422 if is_refused else 200


def _neighbours(rows: list[queries.TalkRow], case: Case | None) -> dict[str, str]:
    """The talks before and after the open one in this page of the list; after one that has left it, the first."""
    references = [row.reference for row in rows]
    if case is None or case.reference not in references:
        return {"previous": "", "following": references[0] if case and references else ""}
    place = references.index(case.reference)
    return {
        "previous": references[place - 1] if place else "",
        "following": "".join(references[place + 1 : place + 2]),
    }


def _here(case: Case | None, message: Message | None = None) -> str:
    """The inbox as it was, at this message."""
    return url_for(
        "inbox_staff.inbox", list=_box(), case=case.reference if case else None,
        after=request.values.get("after") or None, _anchor=f"message-{message.public_id}" if message else None,
    )  # fmt: skip


def _sent(case: Case, message: Message) -> str:
    tell_sent(message)
    return _here(case, message)


def _kept(case: Case, message: Message) -> str:
    return _here(case, message)


# --- work -----------------------------------------------------------------------------------------------------------


def _snooze(session: Session, case_id: int, form: SnoozeForm) -> str:
    case = lock(session, case_id)
    actions.snooze(session, case, until=snooze_until(case, form), actor=current_actor(), now=now())
    flash(_("Out of sight until then, or until the family writes."), "success")
    return _here(None)


def _wake(session: Session, case_id: int) -> str:
    case = lock(session, case_id)
    actions.wake(session, case, actor=current_actor(), now=now())
    return _here(case)


def _hand_over(session: Session, case_id: int, form: HandOverForm) -> str:
    case, user = lock(session, case_id), session.get_one(StaffUser, int(form.user.data))
    actions.hand_over(
        session,
        case,
        user,
        note=form.handover.data,
        language=signed_in_staff().language,
        actor=current_actor(),
        now=now(),
    )
    flash(_("%(name)s has this talk now.", name=user.name), "success")
    return _here(case)


# --- comfort for those with a script --------------------------------------------------------------------------------


@bp.route("/inbox/presence", methods=["GET", "POST"])
@staff(Right.SEE_CASES)
def presence():
    """Who else writes in this case, as one line; a POST says that the reader does, for 20 seconds."""
    case = open_case(request.args.get("case", ""))
    actor = current_actor()
    if request.method == "POST" and Right.WRITE_MESSAGES in actor.rights:
        with transaction() as session:
            actions.writes(session, case, kind=request.form.get("kind", ""), actor=actor, now=now())
    answer = make_response(composer.present_text(case))
    answer.mimetype = "text/plain"
    return answer


@bp.get("/inbox/template")
@staff(Right.WRITE_MESSAGES)
def template():
    """A reply template in the chosen language, its places filled for this case; they name the patient."""
    case = staff_case(request.args.get("case", ""))
    language = request.args.get("language", "")
    answer = make_response(composer.template_text(case, request.args.get("template", ""), language))
    answer.mimetype = "text/plain"
    return answer
