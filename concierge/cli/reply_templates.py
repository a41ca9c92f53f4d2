"""Loads reply templates from a JSON file into every hospital that has none of that short name yet."""

import json
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.conversation.reply_templates.actions import write
from concierge.conversation.reply_templates.queries import find
from concierge.domain.access import SYSTEM
from concierge.models import Hospital
from concierge.web.clock import now


def load_templates(session: Session, path: Path) -> int:
    """How many were written. What the leads have changed or ended since stays as it is. Raises InvalidInput."""
    written = 0
    for row in json.loads(path.read_text(encoding="utf-8")):
        for hospital_id in session.scalars(sa.select(Hospital.id)):
            if find(session, hospital_id, row["code"]) is None:
                write(
                    session,
                    hospital_id,
                    row["code"],
                    name=row["name"],
                    texts=row["texts"],
                    actor=SYSTEM,
                    now=now(),
                )
                written += 1
    return written
