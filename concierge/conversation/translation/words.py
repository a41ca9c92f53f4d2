"""What is said of a translation beside a message: who made it, what differs, and who looks at it."""

from collections.abc import Iterable
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import pgettext

from concierge.conversation.translation.story import Story
from concierge.domain import critical
from concierge.domain.critical import Topic
from concierge.domain.vocabulary import DeskState, TranslationState
from concierge.models import Message, Translation
from concierge.web.i18n import current_code
from concierge.web.labels import label


def translation_label(message: Message | Story):
    """Who answers for the words: a machine by its name, or a person."""
    if message.translation_state is TranslationState.CHECKED and message.checked_by:
        return _("Checked by %(name)s", name=_isolated(message.checked_by))
    if message.translation_state is TranslationState.MACHINE and message.translation_engine:
        return f"{label(message.translation_state)} · {_isolated(message.translation_engine)}"
    return label(message.translation_state)


@dataclass(frozen=True)
class DeskWords:
    """`badge` goes before the label of the translation; `may_change` is about a held message."""

    badge: object = ""
    notices: tuple = ()
    may_change: bool = False
    may_ask: str = ""  # engine, person
    may_be_unclear: bool = False


def desk_words(message: Message, row: Translation | None, *, is_staff: bool, is_read: bool) -> DeskWords:
    """For one reader, who reads the original or not. The family is told of the person who looks at a message."""
    if row is None:
        return DeskWords(may_ask="engine" if is_staff and not is_read else "")
    if message.is_held:
        return _held(message, row)
    is_machine = message.translation_state is TranslationState.MACHINE
    notices = alarm_sentences(row.alarms) if is_machine else []
    if is_staff and message.author_kind != "staff" and message.critical and is_machine:
        notices.append(_about_topics(message))
    if row.desk is DeskState.WAITING:
        notices.append(_("A translator looks at this message."))
    elif row.desk is DeskState.IMPOSSIBLE:
        notices.append(
            _("A translator says: call the family about this.") if is_staff else _("We call you about this.")
        )
    may_act = row.desk not in (DeskState.WAITING, DeskState.CHECKED, DeskState.IMPOSSIBLE)
    return DeskWords(
        notices=tuple(notices),
        may_ask="person" if is_staff and may_act and not message.translation else "",
        may_be_unclear=not is_staff and may_act and is_machine,
    )


def story_notices(story: Story) -> tuple:
    """What the team should know of the machine's words for what was written first."""
    if story.translation_state is not TranslationState.MACHINE:
        return ()
    return (*alarm_sentences(story.alarms), *([_about_topics(story)] if story.critical else []))


def _about_topics(message: Message | Story) -> str:
    return _("About %(topics)s: check with an interpreter before you act on it.", topics=topics_of(message))


def _held(message: Message, row: Translation) -> DeskWords:
    if row.desk is DeskState.WITHDRAWN:
        return DeskWords(
            badge=pgettext("message", "Withdrawn"), notices=(_("The family never saw this message."),)
        )
    if row.desk is DeskState.IMPOSSIBLE:
        said = _(
            "A translator says that this cannot be translated. Call the family. They have not seen this message."
        )
        return DeskWords(badge=_("Cannot be translated: call them"), notices=(said,), may_change=True)
    why = _(
        "About %(topics)s. The family does not see it before a translator has checked it.",
        topics=topics_of(message),
    )
    return DeskWords(badge=_("Waits for a translator"), notices=(why,), may_change=True)


def topics_of(message: Message | Story) -> str:
    """Why the message is critical, as a list."""
    found = critical.read(message.critical)
    said = [topic for topic in found if topic is not Topic.MONEY or Topic.AMOUNT not in found]
    return format_list([str(label(topic)) for topic in said], locale=current_code())


def alarm_sentences(alarms: Iterable[dict]) -> list[str]:
    """What differs between the two texts, each with what stands on which side."""
    return [_alarm(alarm["code"], alarm["source"], alarm["target"]) for alarm in alarms]


def _alarm(code: str, source: list[str], target: list[str]) -> str:
    sides = {"source": _side(source), "target": _side(target)}
    if code == "numbers":
        return _(
            "Numbers differ: %(source)s in the original, %(target)s in the translation. Check with an interpreter.",
            **sides,
        )
    if code == "dates":
        return _(
            "Dates differ: %(source)s in the original, %(target)s in the translation. Check with an interpreter.",
            **sides,
        )
    if code == "units":
        return _(
            "Units differ: %(source)s in the original, %(target)s in the translation. Check with an interpreter.",
            **sides,
        )
    if code == "negation":
        return _(
            "One text says no or not, the other does not: %(source)s and %(target)s. Check with an interpreter.",
            **sides,
        )
    if code == "names":
        return _(
            "Names differ: %(source)s in the original, %(target)s in the translation. Check with an interpreter.",
            **sides,
        )
    return _(
        "A word of the glossary is missing: %(source)s is %(target)s. Check with an interpreter.", **sides
    )


def _side(found: list[str]) -> str:
    return format_list([_isolated(one) for one in found], locale=current_code()) if found else _("nothing")


def _isolated(text: str) -> str:
    return f"\u2068{text}\u2069"
