"""A page of the talk as one reader sees it: by day, the reader's language first, each text with its honest label."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.conversation import queries
from concierge.conversation.translation.queries import translations_of
from concierge.conversation.translation.story import Story, story_of
from concierge.conversation.translation.words import desk_words, story_notices, translation_label
from concierge.domain.access import Actor
from concierge.domain.clocks import local_day
from concierge.domain.people import has_words
from concierge.domain.vocabulary import MessageChannel, MessageKind, TranslationState
from concierge.models import Case, Enquiry, Message, Translation
from concierge.web import filters
from concierge.web.i18n import current_code, tag_of
from concierge.web.labels import label, patient_role


@dataclass(frozen=True)
class Line:
    """One message, with the fields of components/page.html `message`."""

    id: str
    sender: str
    role: object
    when: object
    is_mine: bool
    is_note: bool
    body: str
    lang: str
    translation: str
    translation_lang: str
    second_label: object
    badge: object
    is_unread: bool
    notices: tuple = ()  # what else to know about the translation, in sentences
    is_held: bool = False  # the team's eyes only: waits for a translator
    may_ask: str = ""  # who may be asked for a translation: engine, person
    may_be_unclear: bool = False  # the reader may say that the machine's words are unclear


@dataclass(frozen=True)
class Thread:
    """`days`: (day, its lines) in the order of time. `older`: cursor of the page before, or None."""

    days: list[tuple[date, list[Line]]]
    older: int | None


@dataclass(frozen=True)
class Reader:
    """For whom the page is made: language, the clock on their wall, who they are; with `channels`, only these."""

    actor: Actor
    languages: tuple[str, ...]
    timezone: str
    channels: tuple[MessageChannel, ...] = ()


def thread_of(
    session: Session, case: Case, reader: Reader, *, unread: list[int], before: int | None = None
) -> Thread:
    """One page of the talk. The family's never holds a note."""
    kinds = queries.TEAM_READS if reader.actor.is_staff else queries.FAMILY_READS
    page = queries.page_of(session, case, kinds=kinds, before=before, channels=reader.channels)
    names = _roles(session, case, page.messages, for_staff=reader.actor.is_staff)
    rows = translations_of(session, page.messages)
    days: list[tuple[date, list[Line]]] = []
    for message in page.messages:
        on = local_day(message.at, reader.timezone)
        if not days or days[-1][0] != on:
            days.append((on, []))
        role = names.get((message.author_kind, message.author_id))
        days[-1][1].append(_line(message, rows.get(message.id), reader, role, unread))
    return Thread(days, page.older)


def _roles(session: Session, case: Case, messages: list[Message], *, for_staff: bool) -> dict:
    """(kind, id) of an author → the words for who that is to this reader."""
    staff_ids = {m.author_id for m in messages if m.author_kind == "staff" and m.author_id}
    words = label if for_staff else patient_role
    found = {("staff", key): words(role) for key, role in queries.roles(session, case, staff_ids).items()}
    family = queries.relations(session, case)
    return found | {("portal", key): label(relation) for key, relation in family.items()}


def _line(message: Message, row: Translation | None, reader: Reader, role: object, unread: list[int]) -> Line:
    is_mine = message.author_kind == reader.actor.kind and message.author_id == reader.actor.id
    is_ours = is_mine or (reader.actor.is_staff and message.author_kind == "staff")
    body, second, badge = texts_for(
        message, reader.languages, is_mine=is_mine, is_staff=reader.actor.is_staff
    )
    is_read = message.language in reader.languages or not has_words(message.body)
    about = desk_words(message, row, is_staff=reader.actor.is_staff, is_read=is_read)
    return Line(
        id=message.public_id, sender=message.author_name, role=role, when=place_time(message.at, reader.timezone),
        is_mine=is_ours,
        is_note=message.kind is MessageKind.NOTE, body=body[0], lang=tag_of(body[1]), translation=second[0],
        translation_lang=tag_of(second[1]), second_label=second[2], badge=about.badge or badge,
        is_unread=message.id in unread, notices=about.notices, is_held=about.may_change, may_ask=about.may_ask,
        may_be_unclear=about.may_be_unclear and message.translation_language in reader.languages,
    )  # fmt: skip


def story_line(session: Session, enquiry: Enquiry, languages: tuple[str, ...]) -> Line:
    """What was written first, as one of the team with these languages sees it; it looks like a message."""
    story, case = story_of(session, enquiry), enquiry.case
    body, second, badge = texts_for(story, languages, is_mine=False, is_staff=True)
    return Line(
        id="", sender=enquiry.writer_name or case.person.display_name, role=label(enquiry.writer),
        when=filters.two_clocks(enquiry.received_at, case.hospital.timezone, case.person.timezone), is_mine=False,
        is_note=False, body=body[0], lang=tag_of(body[1]), translation=second[0], translation_lang=tag_of(second[1]),
        second_label=second[2], badge=badge, is_unread=False, notices=story_notices(story),
    )  # fmt: skip


def texts_for(
    message: Message | Story, languages: tuple[str, ...], *, is_mine: bool, is_staff: bool
) -> tuple[tuple[str, str], tuple[str, str, object], object]:
    """What stands first, what stands second with its heading, and the label that says who translated.

    A reader's own language comes first, the other text beneath; the team also sees what the family reads. What they
    cannot read and nobody translated says so.
    """
    original, none = (message.body, message.language), ("", "", "")
    if message.translation and (
        message.translation_language in languages and message.language not in languages
    ):
        first = (message.translation, message.translation_language)
        return first, (*original, _("Original")), translation_label(message)
    if message.translation and (is_staff or message.language not in languages):
        second = (message.translation, message.translation_language, _("Translation"))
        return original, second, translation_label(message)
    is_foreign = message.language not in languages and message.kind is MessageKind.PORTAL
    if is_foreign and not is_mine and has_words(message.body):
        return original, none, label(TranslationState.NOT_TRANSLATED)
    return original, none, label(message.translation_state) if is_mine else ""


def place_time(at: datetime, timezone: str) -> str:
    """An hour with its place; the day stands in the heading above."""
    return _(
        "%(time)s in %(place)s",
        time=filters.clock(at, timezone),
        place=filters.city_of(timezone, current_code()),
    )
