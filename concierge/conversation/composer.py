"""The two boxes under a talk, the same in the inbox and on the case page: what they offer and what sending does.

A reply is refused once when a colleague has replied since the page was shown; sent again, it goes out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from flask import flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.page import action_url
from concierge.conversation import actions
from concierge.conversation.forms import NoteForm, ReplyForm
from concierge.conversation.inbox import actions as inbox
from concierge.conversation.inbox import queries
from concierge.conversation.reply_templates.queries import current, find
from concierge.db import db
from concierge.domain.errors import InvalidInput
from concierge.domain.numbers import whole
from concierge.domain.reply_templates import fill
from concierge.models import Case, Message, ReplyTemplate, StaffUser
from concierge.web import filters
from concierge.web.access import current_actor, signed_in_staff
from concierge.web.clock import now
from concierge.web.i18n import current_code


@dataclass(frozen=True)
class Composer:
    """`templates` are (short name, name); `present` says who else writes here; `has_conflict`: sending is `anyway`."""

    reply: ReplyForm
    note: NoteForm
    may_write: bool
    reads: str
    templates: list[tuple[str, str]]
    present: str
    has_conflict: bool

    @property
    def is_refused(self) -> bool:
        return self.reply.is_submitted() or self.note.is_submitted()


def compose(case: Case, *, reply: ReplyForm | None = None, note: NoteForm | None = None) -> Composer:
    """The boxes for the reader of this request. A refused form keeps what was typed."""
    shown = reply or reply_form(case, formdata=None)
    seen = whole(shown.seen.data) or 0
    shown.seen.data = str(queries.newest_words(db.session(), case))
    if reply is None and (code := request.args.get("template")):
        shown.message.data = template_text(case, code, shown.language.data)
    return Composer(
        reply=shown, note=note or NoteForm(formdata=None), may_write=actions.may_write(case),
        reads=filters.language_name(case.person.language, current_code()),
        templates=current(db.session(), case.hospital_id), present=present_text(case),
        has_conflict=bool(reply and reply.message.errors and reply.message.data and seen < int(shown.seen.data)),
    )  # fmt: skip


def reply_form(case: Case, **options) -> ReplyForm:
    """Offers the languages that this person writes, the patient's first when it is one of them."""
    codes = _writes(signed_in_staff())
    wanted = case.person.language
    form = ReplyForm(data={"language": wanted if wanted in codes else codes[0]}, **options)
    form.language.choices = [(code, filters.language_name(code, current_code())) for code in codes]
    return form


def _writes(user: StaffUser) -> list[str]:
    return list(dict.fromkeys([user.language, *user.speaks]))


# --- sending ------------------------------------------------------------------------------------------------------


def send_reply(
    session: Session, case_id: int, form: ReplyForm, landing: Callable[[Case, Message], str]
) -> str:
    """Send, unless a colleague was faster: that is told once, and the form then carries what was seen.

    `landing` says where to go; the button *and open the next action* goes there instead.
    """
    case, actor = lock(session, case_id), current_actor()
    seen = whole(form.seen.data)
    if seen is not None and (name := queries.answered_since(session, case, seen, actor.id)):
        raise InvalidInput("message", "colleague_replied", name=name)
    message = actions.send_message(
        session, case, body=form.message.data, language=form.language.data, needs_check=form.needs_check.data,
        actor=actor, now=now(),
    )  # fmt: skip
    inbox.stops_writing(session, case, actor=actor)
    if request.form.get("then") == "next" and case.next_code:
        return action_url(case.next_code, case.reference)
    return landing(case, message)


def tell_sent(message: Message) -> None:
    """Say whether the reply has left or waits."""
    if message.is_held:
        text = _("Your reply waits for a translator. The family sees it when its translation is checked.")
    else:
        text = _("Your reply is sent.")
    flash(text, "success")


def keep_note(session: Session, case_id: int, form: NoteForm, landing: Callable[[Case, Message], str]) -> str:
    """Keep an internal note."""
    case, actor = lock(session, case_id), current_actor()
    written = actions.write_note(
        session, case, body=form.note.data, language=signed_in_staff().language, actor=actor, now=now()
    )
    inbox.stops_writing(session, case, actor=actor)
    return landing(case, written)


# --- templates and presence -----------------------------------------------------------------------------------------


def template_text(case: Case, code: str, language: str) -> str:
    """A template of the case's hospital in this language (else in English), its places filled; "" for none."""
    found = find(db.session(), case.hospital_id, code)
    return _filled(case, found, language) if found else ""


def _filled(case: Case, template: ReplyTemplate, language: str) -> str:
    locale = language if template.texts.get(language) else "en"
    person, hospital = case.person, case.hospital
    due = hospital.calendar.add_working_hours(now(), hospital.first_reply_hours)
    return fill(
        template.texts[locale],
        {
            "name": person.called or person.display_name,
            "hospital": hospital.text("name", locale),
            "specialist": signed_in_staff().name,
            "promise": _both_clocks(due, hospital.timezone, person.timezone, locale),
            "reference": case.reference,
        },
    )


def _both_clocks(at: datetime, home: str, reader: str, locale: str) -> str:
    """The hospital's clock first, then the family's, each with its place, in the language of the template."""
    zones = dict.fromkeys(zone for zone in (home, reader) if zone)
    return " / ".join(
        f"{filters.local_time(at, zone, locale)} ({filters.city_of(zone, locale)})" for zone in zones
    )


def present_text(case: Case) -> str:
    """ "Amal is replying…": who else has a box of this case open and types; empty for nobody."""
    found = queries.present(db.session(), case, now(), but=signed_in_staff().id)
    replying = [name for name, kind in found if kind == "reply"]
    noting = [name for name, kind in found if kind != "reply"]
    sentences = []
    if replying:
        names = _joined(replying)
        sentences.append(
            ngettext("%(names)s is replying…", "%(names)s are replying…", len(replying), names=names)
        )
    if noting:
        sentences.append(_("%(names)s writes an internal note…", names=_joined(noting)))
    return " ".join(sentences)


def _joined(names: list[str]) -> str:
    return format_list(names, locale=current_code())
