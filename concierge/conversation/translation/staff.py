"""S10, the translation desk: what waits for a person, one translation at a time, and the words of the glossary.

And what its sender may still do with a message that waits here: change it, withdraw it, or say that it is not critical.
"""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.conversation.arrival import may_write
from concierge.conversation.translation import actions, glossary, memory, queries
from concierge.conversation.translation.diff import changes
from concierge.conversation.translation.forms import ApproveForm, HeldForm, TermForm
from concierge.conversation.translation.words import alarm_sentences, topics_of
from concierge.db import db
from concierge.domain import critical
from concierge.domain.access import Right
from concierge.domain.errors import AlreadyTaken
from concierge.domain.people import clean_line, clean_paragraph
from concierge.domain.vocabulary import DeskState
from concierge.models import Case, Hospital, Message, StaffUser, Translation
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("translation_staff", __name__)


def _languages(user: StaffUser) -> tuple[str, ...]:
    return tuple(dict.fromkeys((user.language, *user.speaks)))


@bp.get("/translations")
@staff(Right.TRANSLATE)
def desk():
    """What waits for a person: the gravest first, and of those the oldest."""
    shows_all = request.args.get("show") == "all"
    languages = () if shows_all else _languages(signed_in_staff())
    mine = my_hospitals()
    page = queries.desk_page(db.session(), mine, languages, clean_line(request.args.get("after", "")))
    others = not page.rows and not shows_all and queries.next_of(db.session(), mine, ())
    return render_template(
        "conversation/translation/staff/desk.html", rows=page.rows, shows_all=shows_all, others=others, at=now(),
        hospitals={one: db.session.get_one(Hospital, one) for one in mine}, mine_for=actions.MINE_FOR,
        more=url_for("translation_staff.desk", show="all" if shows_all else None, after=page.more)
        if page.more else None,
    )  # fmt: skip


# --- one translation -------------------------------------------------------------------------------------------


@bp.route("/translations/<public_id>", methods=["GET", "POST"])
@staff(Right.TRANSLATE)
def item(public_id: str):
    """Original, machine draft, what differs, and the box; approved, it is sent."""
    row = _row(public_id)
    form = ApproveForm()
    before = clean_paragraph(form.seen.data or "")
    if form.validate_on_submit() and (done := submit(form, lambda session: _approve(session, row, form))):
        return done
    return _item_page(row, form, before), 422 if form.is_submitted() else 200


def _row(public_id: str) -> Translation:
    """The translation, if the reader may translate in the hospital of its case; the view is read-logged."""
    row = queries.find(db.session(), public_id)
    if row is None:
        abort(404)
    staff_case(row.case.reference, Right.TRANSLATE)
    return row


def _item_page(row: Translation, form: ApproveForm, before: str) -> str:
    message, user = row.message, signed_in_staff()
    known = memory.recall(db.session(), memory.key_of(row.hospital_id, message.body, row.source, row.target))
    if not form.is_submitted():
        form.text.data = message.translation or (known.text if known else row.draft)
    form.seen.data = message.body
    rules = glossary.rules_for(db.session(), row.case, row.source, row.target)
    typed = form.text.data or ""
    compared = rules.compare(message.body, typed) if typed else None
    return render_template(
        "conversation/translation/staff/item.html", row=row, message=message, form=form, known=known,
        topics=topics_of(message), hits=rules.hits(message.body), act=Form(formdata=None), at=now(),
        alarms=alarm_sentences(actions.alarms_of(compared)) if compared else [],
        changes=changes(before, message.body) if before and before != message.body else [],
        is_waiting=row.desk is DeskState.WAITING, may_write=may_write(row.case),
        reads_both={row.source, row.target} <= set(_languages(user)),
        is_taken=row.taken_by_id not in (None, user.id) and row.taken_at and row.taken_at > now() - actions.MINE_FOR,
        is_mine=row.taken_by_id == user.id,
    )  # fmt: skip


def _locked(session: Session, row: Translation) -> tuple[Case, Translation]:
    case = lock(session, row.case_id)
    found = actions.lock_row(session, row.id)
    return case, found


def _approve(session: Session, row: Translation, form: ApproveForm) -> str:
    case, found = _locked(session, row)
    was_held = found.message.is_held
    actions.approve(
        session, case, found, text=form.text.data, seen=form.seen.data or "", is_confirmed=form.is_confirmed.data,
        languages=set(_languages(signed_in_staff())), actor=current_actor(), now=now(),
    )  # fmt: skip
    flash(_("Approved. The family has the message now.") if was_held else _("Approved."), "success")
    return url_for("translation_staff.desk")


@bp.post("/translations/<public_id>/take")
@staff(Right.TRANSLATE)
def take(public_id: str):
    """Say that I work on this; somebody else who does already is named on the page."""
    row = _row(public_id)

    def work(session: Session) -> str:
        _case, found = _locked(session, row)
        actions.take(found, signed_in_staff(), now())
        return url_for("translation_staff.item", public_id=public_id)

    try:
        return submit(Form(), work)
    except AlreadyTaken:
        flash(_("Somebody else was faster with this one. You see below who works on it."), "info")
        return redirect(url_for("translation_staff.item", public_id=public_id), 303)


@bp.post("/translations/<public_id>/cannot")
@staff(Right.TRANSLATE)
def cannot(public_id: str):
    """It cannot be translated safely: the specialist is asked to call."""
    row = _row(public_id)

    def work(session: Session) -> str:
        case, found = _locked(session, row)
        actions.cannot(session, case, found, actor=current_actor(), now=now())
        flash(_("The specialist is asked to call the family."), "success")
        return url_for("translation_staff.desk")

    return submit(Form(), work)


# --- the message that waits ------------------------------------------------------------------------------------


def _message(ref: str, message_id: str) -> tuple[Case, Message]:
    case = staff_case(ref)
    message = queries.message_of(db.session(), case, message_id)
    if message is None:
        abort(404)
    return case, message


@bp.route("/c/<ref>/messages/<message_id>", methods=["GET", "POST"])
@staff(Right.WRITE_MESSAGES)
def held(ref: str, message_id: str):
    """A message that waits for a translator: other words, or none, or at once."""
    case, message = _message(ref, message_id)
    row = actions.of_message(db.session(), message)
    if not message.is_held or row is None or row.desk is DeskState.WITHDRAWN:
        return redirect(url_for("conversation_staff.talk", ref=ref, _anchor=f"message-{message_id}"), 303)
    form = HeldForm(data={"message": message.body})

    def change(session: Session, kept: Case, found: Message) -> None:
        body = form.message.data
        actions.change_held(session, kept, found, body=body, actor=current_actor(), now=now())
        flash(_("Changed. It waits for a translator."), "success")

    if form.validate_on_submit() and (done := submit(form, _on(case, message, change))):
        return done
    found = frozenset(critical.read(message.critical))
    page = render_template(
        "conversation/translation/staff/held.html", case=case, message=message, row=row, form=form,
        act=Form(formdata=None), topics=topics_of(message), may_untick=critical.may_be_unticked(found),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _on(
    case: Case, message: Message, work: Callable[[Session, Case, Message], object]
) -> Callable[[Session], str]:
    """Do this to the newest state of the message, and go back to it in the talk."""

    def run(session: Session) -> str:
        kept = lock(session, case.id)
        found = queries.message_of(session, kept, message.public_id)
        if found is None:
            raise AlreadyTaken("translation_done")
        work(session, kept, found)
        return url_for("conversation_staff.talk", ref=case.reference, _anchor=f"message-{message.public_id}")

    return run


@bp.post("/c/<ref>/messages/<message_id>/withdraw")
@staff(Right.WRITE_MESSAGES)
def withdraw(ref: str, message_id: str):
    """It never leaves."""

    def work(session: Session, case: Case, message: Message) -> None:
        actions.withdraw_held(session, case, message, actor=current_actor(), now=now())
        flash(_("Withdrawn. The family never sees it."), "success")

    return submit(Form(), _on(*_message(ref, message_id), work))


@bp.post("/c/<ref>/messages/<message_id>/untick")
@staff(Right.WRITE_MESSAGES)
def untick(ref: str, message_id: str):
    """Its sender says that it is not critical."""

    def work(session: Session, case: Case, message: Message) -> None:
        actions.untick(session, case, message, actor=current_actor(), now=now())
        flash(_("Your reply is sent."), "success")

    return submit(Form(), _on(*_message(ref, message_id), work))


@bp.post("/c/<ref>/messages/<message_id>/ask")
@staff(Right.WRITE_MESSAGES)
def ask(ref: str, message_id: str):
    """For a colleague who does not read it: the engine is asked, and where no engine could, a translator."""

    def work(session: Session, case: Case, message: Message) -> None:
        user = signed_in_staff()
        target = case.person.language if message.language in _languages(user) else user.language
        if actions.ask(session, case, message, target=target, actor=current_actor(), now=now()):
            flash(_("A translator is asked."), "success")
        else:
            flash(_("The translation stands here as soon as there is one."), "success")

    return submit(Form(), _on(*_message(ref, message_id), work))


# --- the glossary ----------------------------------------------------------------------------------------------


@bp.route("/translations/glossary", methods=["GET", "POST"])
@staff(Right.TRANSLATE)
def terms():
    """The words that every translation keeps; leads add to them."""
    user, mine = signed_in_staff(), my_hospitals()
    keep = my_hospitals(Right.EDIT_GLOSSARY)
    form = TermForm([db.session.get_one(Hospital, one) for one in keep])
    if form.is_submitted() and not keep:
        abort(403)

    def work(session: Session) -> str:
        glossary.add_term(
            session, hospital_id=int(form.hospital.data), term=form.term.data, language=form.language.data,
            forms=form.forms(), is_protected=form.is_protected.data, by=user.name,
        )  # fmt: skip
        flash(_("Added to the glossary."), "success")
        return url_for("translation_staff.terms")

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    page = render_template(
        "conversation/translation/staff/terms.html", terms=glossary.terms_of(db.session(), mine), form=form,
        act=Form(formdata=None), keep=keep,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@bp.post("/translations/glossary/<public_id>/end")
@staff(Right.EDIT_GLOSSARY)
def end_term(public_id: str):
    """This term no longer counts."""
    mine = my_hospitals()
    if queries.find_term(db.session(), public_id, mine) is None:
        abort(404)

    def work(session: Session) -> str:
        if term := queries.find_term(session, public_id, mine):
            term.ended_at = now()
        flash(_("The term no longer counts."), "success")
        return url_for("translation_staff.terms")

    return submit(Form(), work)
