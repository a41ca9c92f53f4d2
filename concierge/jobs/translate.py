"""Asks the engine for what waits to be translated: claim with a lease, ask outside any transaction, write down once.

A message never waits for this: it was delivered untranslated, and gets its translation when there is one.
"""

import structlog

from concierge.conversation.translation import engine as rows
from concierge.conversation.translation.memory import recall
from concierge.db import db, transaction
from concierge.gateways.translator import Engine, NotAllowed, OffEngine, Policy, TranslatorUnavailable
from concierge.web.clock import now
from concierge.web.vendors import gateways

log = structlog.get_logger()
_NEVER = {"pair", "refused"}  # asked again, the engine would say the same


def translate_due() -> int:
    """One batch; the number of rows that were worked on. With the first sign of an outage the rest is handed back."""
    engine = gateways().translator
    if isinstance(engine, OffEngine):
        return 0
    with transaction() as session:
        waiting = rows.claim(session, now())
    for done, row_id in enumerate(waiting, start=1):
        if not _translate_one(row_id, engine):
            with transaction() as session:
                rows.hand_back(session, waiting[done:])
            return done
    return len(waiting)


def _translate_one(row_id: int, engine: Engine) -> bool:
    """False when the engine cannot be reached now."""
    asked = rows.read(db.session(), row_id)
    known = recall(db.session(), asked.key, engine.name)
    db.session.rollback()  # no transaction stays open while the network is slow
    if known is not None:
        with transaction() as session:
            rows.store(
                session, asked, text=known.text, engine=known.engine, checked_by=known.checked_by, now=now()
            )
        return True
    try:
        # A critical text is asked for too: its draft is for the translator, and nobody else sees it.
        (result,) = engine.translate([asked.text], asked.source, asked.target, policy=Policy.PERSONAL)
    except NotAllowed:
        return _give_up(asked, "policy")
    except TranslatorUnavailable as missing:
        if missing.code in _NEVER:
            return _give_up(asked, missing.code)
        with transaction() as session:
            rows.put_off(session, asked, missing.code, now())
        log.warning("not_translated", translation=row_id, reason=missing.code)
        return False
    with transaction() as session:
        rows.store(session, asked, text=result.text or "", engine=result.engine, now=now())
    return True


def _give_up(asked: rows.Asked, code: str) -> bool:
    with transaction() as session:
        rows.no_answer(session, asked, code, now())
    return True
