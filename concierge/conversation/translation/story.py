"""What was written first, with its translation: the same facts as those of a message, so that it is shown like one."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.conversation.translation.actions import of_message
from concierge.domain import critical
from concierge.domain.vocabulary import CameBy, MessageKind, TranslationState
from concierge.models import Enquiry, Message, Translation


@dataclass(frozen=True)
class Story:
    """Named as in Message. `alarms` are what differs between the two texts, `critical` the codes of its topics."""

    body: str
    language: str
    critical: str
    translation: str = ""
    translation_language: str = ""
    translation_state: TranslationState = TranslationState.NOT_TRANSLATED
    translation_engine: str = ""
    checked_by: str = ""
    alarms: list[dict] = field(default_factory=list)
    kind: MessageKind = MessageKind.PORTAL


def story_of(session: Session, enquiry: Enquiry) -> Story:
    """The story of an enquiry; that of a chat has the translation of its first message."""
    if enquiry.came_by is CameBy.CHAT and (first := _first_message(session, enquiry)):
        row = of_message(session, first)
        return Story(
            first.body, first.language, first.critical, first.translation, first.translation_language,
            first.translation_state, first.translation_engine, first.checked_by, row.alarms if row else [],
        )  # fmt: skip
    topics = critical.written(critical.topics(enquiry.story, enquiry.language))
    row = session.scalar(sa.select(Translation).where(Translation.enquiry_id == enquiry.id))
    if row is None or row.state != "done":
        return Story(enquiry.story, enquiry.language, topics)
    state = TranslationState.MACHINE if row.engine else TranslationState.CHECKED
    return Story(
        enquiry.story,
        enquiry.language,
        topics,
        row.draft,
        row.target,
        state,
        row.engine,
        row.finished_by,
        row.alarms,
    )


def _first_message(session: Session, enquiry: Enquiry) -> Message | None:
    first = sa.select(Message).where(Message.case_id == enquiry.case_id, Message.author_kind == "portal")
    message = session.scalar(first.order_by(Message.id).limit(1))
    return message if message and message.body == enquiry.story else None
