"""Translators press at the same moment, and several processes do the same job: one wins, nothing happens twice."""

import threading
from collections import Counter

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.conversation.translation import actions
from concierge.db import db, transaction
from concierge.jobs.translate import translate_due
from concierge.models import Message, OutboxMessage, TranslationMemory
from tests.concurrency.test_booking import race
from tests.conversation.translation.scene import (
    DEPOSIT,
    DEPOSIT_AR,
    FakeEngine,
    a_talk,
    row_of,
    say,
    translator,
)
from tests.support.clock import START


def test_of_many_approvals_at_once_one_counts_and_one_mail_leaves(app: Flask, session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        row_id, case_id = row_of(writing, say(writing, case, maria, DEPOSIT)).id, case.id
        _user, samir = translator(writing)

    def approve(racing: Session, number: int) -> None:
        kept = lock(racing, case_id)
        actions.approve(
            racing, kept, actions.lock_row(racing, row_id), text=f"{DEPOSIT_AR} ({'.' * number})", seen=DEPOSIT,
            is_confirmed=True, languages={"en", "ar"}, actor=samir, now=START,
        )  # fmt: skip

    assert race(app, approve, racers=6) == Counter(won=1, AlreadyTaken=5)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1
    kept = session.scalars(sa.select(TranslationMemory)).one()
    assert kept.text == session.scalars(sa.select(Message)).one().translation


def test_six_jobs_ask_the_engine_once_for_each_message(app: Flask, session: Session) -> None:
    fake = app.extensions["concierge.gateways"].translator = FakeEngine()
    fake.known = {f"Good morning, {number}.": f"صباح الخير، {number}." for number in range(24)}
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        for text in fake.known:
            say(writing, case, maria, text)

    def work() -> None:
        with app.app_context():
            while translate_due():
                pass
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    del app.extensions["concierge.gateways"].translator
    session.rollback()
    assert sorted(fake.asked) == sorted(fake.known)
    shown = session.scalars(sa.select(Message.translation)).all()
    assert sorted(shown) == sorted(fake.known.values())
