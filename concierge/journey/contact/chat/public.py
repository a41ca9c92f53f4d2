"""P4, live chat: the page before the first message, the talk, the private link, and the ways to go on elsewhere.

It works without JavaScript as forms and a link; static/chat.js adds that news comes by itself and that nothing is lost.
"""

from datetime import datetime

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.conversation.inbox.queries import who_is_writing
from concierge.conversation.live.actions import note_read, note_seen
from concierge.conversation.live.queries import is_live
from concierge.db import db, transaction
from concierge.domain.chat import LIVES, MOST_MESSAGES, SEEN_EVERY, WITHIN
from concierge.domain.errors import InvalidInput
from concierge.domain.numbers import whole
from concierge.domain.tokens import new_token
from concierge.domain.vocabulary import Writer
from concierge.journey.contact.actions import hospital_for
from concierge.journey.contact.chat import actions, queries
from concierge.journey.contact.chat.actions import Opening
from concierge.journey.contact.chat.forms import EmailForm, OpenForm, SayForm, WhatsAppForm, known_zone
from concierge.journey.contact.chat.poll import COOKIE
from concierge.models import ChatSession, Hospital
from concierge.web.access import by_link, cookie_options, public
from concierge.web.clock import now
from concierge.web.filters import two_clocks
from concierge.web.guard import TooMany, count_try
from concierge.web.i18n import current_code
from concierge.web.once import submit
from concierge.web.throttle import allows

bp = Blueprint("chat_public", __name__)
MOST_CHATS = 20  # opened from one address in 15 minutes; hospitals and families share one


@bp.after_request
def _private(response: Response) -> Response:
    """What a family typed must not come back from a shared phone's cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _secret() -> str:
    return request.cookies.get(COOKIE, "")


def _chat(session: Session | None = None) -> ChatSession | None:
    """The chat of this browser, ended or not."""
    return queries.find_chat(session or db.session(), _secret(), now()) if _secret() else None


def _my_chat() -> ChatSession:
    chat = _chat()
    if chat is None:
        abort(404)
    g.shown_hospital = chat.case.hospital
    return chat


def _remember(response: Response, secret: str) -> Response:
    response.set_cookie(COOKIE, secret, **cookie_options(int(LIVES.total_seconds())))
    return response


def _promised(hospital: Hospital, at: datetime, zone: str):
    """By when somebody who writes now has an answer, on the hospital's clock and on their own."""
    due_at = hospital.calendar.add_working_hours(at, hospital.first_reply_hours)
    return two_clocks(due_at, hospital.timezone, zone)


# --- the first message -----------------------------------------------------------------------------------------


@bp.route("/<lang:lang>/chat", methods=["GET", "POST"])
@public
def chat(lang: str):
    """Who answers and by when, the first message, and what is needed to answer it; with an open chat, back to it."""
    known = _chat()
    if request.method == "GET" and known and is_live(known, now()):
        return redirect(url_for("chat_public.talk"))
    hospitals, default = _hospitals()
    form = OpenForm()
    form.prepare(hospitals, default.slug)
    if form.validate_on_submit() and (done := _opened(form, known, hospitals, default.slug)):
        return done
    return _opening(form, hospitals, default, 422 if form.errors else 200)


def _hospitals() -> tuple[list[Hospital], Hospital]:
    """All, and the one that the link named or that speaks the language of the page."""
    found = queries.all_hospitals(db.session())
    return found, hospital_for(found, request.args.get("hospital", ""), current_code())


def _opening(form: OpenForm, hospitals: list[Hospital], default: Hospital, status: int) -> Response:
    """The page of the first message, with a secret in the cookie before it is sent: so it can be sent twice."""
    zone = known_zone(form.zone.data or request.args.get("zone"))
    page = render_template(
        "journey/contact/chat/public/chat.html", form=form, starters=_starters(), hospital=default,
        promises={one.slug: _promised(one, now(), zone) for one in hospitals},
    )  # fmt: skip
    response = Response(page, status, content_type="text/html; charset=utf-8")
    is_fresh = bool(_secret()) and not queries.is_used(db.session(), _secret())
    return response if is_fresh else _remember(response, new_token())


def _starters() -> tuple[str, ...]:
    """Three questions that most families have; a press fills the box."""
    return (
        _("Can you look at my reports and tell me what is possible?"),
        _("What does a first evaluation cost, and how long does it take?"),
        _("Which documents do you need from us?"),
    )


def _opened(
    form: OpenForm, known: ChatSession | None, hospitals: list[Hospital], default: str
) -> Response | None:
    if not (known and is_live(known, now())) and (not _secret() or queries.is_used(db.session(), _secret())):
        form.refuse(
            "form", "form_too_old"
        )  # the cookie is lost or of a chat that has ended; a new one comes along
        return None
    try:
        try:
            return submit(form, lambda session: _open(session, form, hospitals, default))
        except IntegrityError:  # this browser's other tab opened the chat at the same moment
            return submit(form, lambda session: _open(session, form, hospitals, default))
    except TooMany:
        form.refuse("form", "too_many")
        return None


def _open(session: Session, form: OpenForm, hospitals: list[Hospital], default: str) -> str:
    at, known = now(), _chat(session)
    if known and is_live(known, at):  # from a second tab
        _say(session, known, form.message.data)
        return url_for("chat_public.talk")
    count_try(session, "chat", contact=form.email.data, most=MOST_CHATS)
    slug = form.slug(default)
    actions.open_chat(session, Opening(
        secret=_secret(), hospital_id=next(one.id for one in hospitals if one.slug == slug),
        message=form.message.data, called=form.called.data, writer=Writer(form.writer.data), language=current_code(),
        timezone=known_zone(form.zone.data), email=form.email.data, phone=form.phone.phone,
    ), now=at)  # fmt: skip
    return url_for("chat_public.talk")


# --- the talk --------------------------------------------------------------------------------------------------


@bp.route("/<lang:lang>/chat/talk", methods=["GET", "POST"])
@by_link
def talk(lang: str):
    """What was said, the newest last, and the box; the key is the secret in the cookie."""
    mine = _chat()
    if mine is None:
        return _without_chat()
    g.shown_hospital = mine.case.hospital
    form = SayForm()
    if form.validate_on_submit() and (done := submit(form, lambda session: _said(session, mine.id, form))):
        return done
    before = whole(request.args.get("before"))
    if before is None:
        _see(mine)
    case, mark = mine.case, _mark()  # the mark first: what comes in between is asked for again
    page = render_template(
        "journey/contact/chat/public/talk.html", form=form, chat=mine, specialist=case.specialist,
        thread=queries.thread_for(db.session(), mine, current_code(), before), is_older=before is not None,
        mark=mark, is_live=is_live(mine, now()), promised=queries.promised(db.session(), mine),
        refreshes="refresh" in request.args, writers=who_is_writing(db.session(), case),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _without_chat() -> Response:
    """The cookie is gone or too old: kindly to a new chat, and what was typed comes along."""
    flash(_("We do not find your chat on this device any more. You can begin a new one."), "warning")
    if request.method == "GET":
        return redirect(url_for("chat_public.chat"), 303)
    hospitals, default = _hospitals()
    form = OpenForm(formdata=None, data={"message": SayForm().message.data})
    form.prepare(hospitals, default.slug)
    return _opening(form, hospitals, default, 422)


def _mark() -> str:
    with db.engine.connect() as connection:
        standing = queries.standing_of(connection, _secret(), now())
    return standing.mark if standing else ""


def _see(mine: ChatSession) -> None:
    """Opened by a person: they are here, and they see the answers."""
    unread, at = queries.unread(db.session(), mine), now()
    if unread or at - mine.last_seen_at >= SEEN_EVERY:
        with transaction() as session:
            note_seen(session, mine.id, at)
            note_read(session, mine, unread, at)


def _said(session: Session, chat_id: int, form: SayForm) -> str:
    mine = session.get_one(ChatSession, chat_id, populate_existing=True)
    message = _say(session, mine, form.message.data)
    return url_for("chat_public.talk", _anchor=f"message-{message.public_id}")


def _say(session: Session, mine: ChatSession, text: str):
    """Raises InvalidInput(message): the chat has ended, or more was written than one person can type."""
    at = now()
    if not allows(session, f"chat_say:{mine.id}", most=MOST_MESSAGES, window=WITHIN, now=at):
        raise InvalidInput("message", "chat_too_much")
    return actions.say(session, mine, text, language=current_code(), now=at)


@bp.get("/<lang:lang>/chat/<secret>")
@by_link
def resume(lang: str, secret: str):
    """The private link, from a mail or copied to another phone: this browser goes on with the chat."""
    if queries.find_chat(db.session(), secret, now()) is None:
        abort(404)
    return _remember(redirect(url_for("chat_public.talk")), secret)


# --- elsewhere -------------------------------------------------------------------------------------------------


@bp.get("/<lang:lang>/chat/elsewhere")
@by_link
def elsewhere(lang: str):
    """Three ways to go on: this chat on another phone, the family's own page, WhatsApp."""
    return _elsewhere(_my_chat())


@bp.route("/<lang:lang>/chat/elsewhere/email", methods=["GET", "POST"])
@by_link
def by_email(lang: str):
    """With an address the talk goes on behind a sign-in, and the chat ends."""
    mine, form = _my_chat(), EmailForm()
    if form.validate_on_submit() and (
        done := _counted(form, lambda session: _by_email(session, mine.id, form))
    ):
        return done
    return _elsewhere(mine, email=form) if form.is_submitted() else redirect(url_for("chat_public.elsewhere"))


@bp.route("/<lang:lang>/chat/elsewhere/whatsapp", methods=["GET", "POST"])
@by_link
def by_whatsapp(lang: str):
    """The team is told the number; the chat stays open."""
    mine, form = _my_chat(), WhatsAppForm()
    if form.validate_on_submit() and (
        done := _counted(form, lambda session: _by_whatsapp(session, mine.id, form))
    ):
        return done
    return (
        _elsewhere(mine, whatsapp=form) if form.is_submitted() else redirect(url_for("chat_public.elsewhere"))
    )


def _elsewhere(mine: ChatSession, *, email: EmailForm | None = None, whatsapp: WhatsAppForm | None = None):
    if not is_live(mine, now()):
        return redirect(url_for("chat_public.talk"), 303)
    known = {"email": mine.email, "phone": mine.case.person.phone_typed}
    email, whatsapp = (
        email or EmailForm(formdata=None, data=known),
        whatsapp or WhatsAppForm(formdata=None, data=known),
    )
    base = current_app.config["CONCIERGE"].base_url
    page = render_template(
        "journey/contact/chat/public/elsewhere.html", email=email, whatsapp=whatsapp, until=mine.opened_at + LIVES,
        timezone=mine.timezone or mine.case.hospital.timezone,
        link=base + url_for("chat_public.resume", secret=_secret()),
    )  # fmt: skip
    return page, 422 if email.errors or whatsapp.errors else 200


def _counted(form, work) -> Response | None:
    try:
        return submit(form, work)
    except TooMany:
        form.refuse("form", "too_many")
        return None


def _by_email(session: Session, chat_id: int, form: EmailForm) -> str:
    mine = session.get_one(ChatSession, chat_id, populate_existing=True)
    if is_live(mine, now()):
        count_try(session, "chat_email", contact=form.email.data)
        actions.go_on_by_email(session, mine, form.email.data, now=now())
    return url_for("chat_public.talk")


def _by_whatsapp(session: Session, chat_id: int, form: WhatsAppForm) -> str:
    mine = session.get_one(ChatSession, chat_id, populate_existing=True)
    if is_live(mine, now()):
        count_try(session, "chat_whatsapp", contact=form.number.e164)
        actions.go_on_by_whatsapp(session, mine, form.number, now=now())
        flash(_("We write to you on WhatsApp. This chat stays open beside it."), "success")
    return url_for("chat_public.talk")
