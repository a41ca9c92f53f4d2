"""Verbs on reply templates: a change is a new version, so that what was sent can be explained later."""

import re
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.conversation.reply_templates.queries import find
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.reply_templates import check
from concierge.models import ReplyTemplate

_CODE = re.compile(r"[a-z0-9_]{1,40}")


def write(
    session: Session,
    hospital_id: int,
    code: str,
    *,
    name: str,
    texts: Mapping[str, str],
    actor: Actor,
    now: datetime,
    replaces: int = 0,
) -> ReplyTemplate:
    """A template, or its next version; `replaces` is the number of the version that was on the page, 0 for a new one.

    Raises InvalidInput: `code_letters`, `template_code_taken`, and what `domain.reply_templates.check` refuses; Stale.
    """
    if not _CODE.fullmatch(code):
        raise InvalidInput("code", "code_letters")
    check(texts)
    before = find(session, hospital_id, code)
    if before is not None and not replaces:
        raise InvalidInput("code", "template_code_taken")
    if replaces and (before is None or before.number != replaces):
        raise Stale
    if before is not None:
        before.ended_at = now
        session.flush()
    known = sa.select(sa.func.max(ReplyTemplate.number)).where(
        ReplyTemplate.hospital_id == hospital_id, ReplyTemplate.code == code
    )
    template = ReplyTemplate(
        hospital_id=hospital_id, code=code, number=(session.scalar(known) or 0) + 1, name=name,
        texts={locale: text for locale, text in texts.items() if text.strip()}, written_by=actor.name, written_at=now,
    )  # fmt: skip
    session.add(template)
    session.flush()
    return template


def end(session: Session, hospital_id: int, code: str, *, now: datetime) -> None:
    """Nobody is offered it any more; its versions stay."""
    template = find(session, hospital_id, code)
    if template is not None:
        template.ended_at = now
