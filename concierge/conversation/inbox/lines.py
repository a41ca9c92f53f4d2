"""Talks of a list in words, ready for the template."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from concierge.conversation.inbox.heads import FAMILY
from concierge.conversation.inbox.queries import Mailbox, TalkRow
from concierge.domain.vocabulary import MessageChannel
from concierge.models import Hospital
from concierge.web import filters
from concierge.web.i18n import current_code, tag_of
from concierge.web.labels import label
from concierge.web.voice import remembered

_label = remembered(label)


@dataclass(slots=True)
class TalkLine:
    """One row. Empty texts are not shown; `lang` is that of the excerpt."""

    reference: str
    name: str
    latin_name: str
    about: str
    channel: str
    words: str
    lang: str
    by: str
    waits: str
    is_ours: bool
    unread: int
    assignee: str
    snoozed: Markup | str
    is_undelivered: bool


def talk_lines(
    rows: list[TalkRow],
    box: Mailbox,
    hospitals: dict[int, Hospital],
    reads: tuple[str, ...],
    timezone: str,
    now: datetime,
) -> list[TalkLine]:
    """`reads` are the languages of the reader, `timezone` the clock on their wall."""
    code = current_code()
    return [_line(row, box, hospitals[row.hospital_id], reads, timezone, code, now) for row in rows]


def _line(
    row: TalkRow,
    box: Mailbox,
    hospital: Hospital,
    reads: tuple[str, ...],
    timezone: str,
    code: str,
    now: datetime,
) -> TalkLine:
    words, language = _words(row, reads)
    about = [filters.country_name(row.country, code)] if row.country else []
    about.append(filters.spoken_name(row.spoken_language or row.language, code))
    is_family = row.author_kind in FAMILY
    return TalkLine(
        reference=row.reference, name=row.display_name,
        latin_name=row.latin_name if row.latin_name != row.display_name else "", about=" · ".join(about),
        channel=_label(row.channel or MessageChannel.PORTAL), words=words, lang=tag_of(language),
        by="" if is_family else row.author_name or "",
        waits=filters.ago(row.us_since or row.since, now) if box is not Mailbox.SNOOZED else "",
        is_ours=row.us_since is not None, unread=row.unread,
        assignee=(row.specialist or _("Nobody yet")) if box in (Mailbox.ALL, Mailbox.UNASSIGNED) else "",
        snoozed=_snoozed(row, hospital, timezone) if row.snoozed_until else "", is_undelivered=bool(row.is_undelivered),
    )  # fmt: skip


def _words(row: TalkRow, reads: tuple[str, ...]) -> tuple[str, str]:
    """The excerpt in a language of the reader where there is one, with that language."""
    body, language = row.body or "", row.body_language or row.language
    if row.translation and language not in reads and row.translation_language in reads:
        body, language = row.translation, row.translation_language or language
    return " ".join(body.split()), language


def _snoozed(row: TalkRow, hospital: Hospital, timezone: str) -> Markup:
    return Markup(_("Snoozed until %(when)s by %(name)s")) % {  # noqa: S704 (the text is ours, the name is escaped)
        "when": filters.two_clocks(row.snoozed_until, hospital.timezone, timezone),
        "name": filters.name(row.snoozed_by),
    }
