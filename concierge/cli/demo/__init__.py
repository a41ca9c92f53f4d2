"""The demonstration: two fictional hospitals and the families of demo/families.json, walked through the real actions.

Nothing here writes a row of a case by itself: every family goes through the same verbs as the screens, each act
at its own time in the past. Mail of that past is not sent.
"""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cli.demo import cards
from concierge.cli.demo.acts import Team
from concierge.cli.demo.arrivals import families_arrive
from concierge.cli.demo.bank import bring_statements
from concierge.cli.demo.benefits import approve_one
from concierge.cli.demo.desk import lay_out
from concierge.cli.demo.interpreters import load_interpreters
from concierge.cli.demo.lodging import fill_rooms
from concierge.cli.demo.money import money_comes
from concierge.cli.demo.papers import Papers
from concierge.cli.demo.payers import load_payers, note_letters, use_letters
from concierge.cli.demo.prices import load_prices
from concierge.cli.demo.rides import load_rides
from concierge.cli.demo.talks import load_talks
from concierge.cli.demo.walk import Walk
from concierge.cli.demo.ways_in import come_in
from concierge.cli.hospitals import load_glossary, load_hospitals
from concierge.cli.reply_templates import load_templates
from concierge.db import db, transaction
from concierge.journey.finance.estimator.actions import take_rates
from concierge.models import OutboxMessage, Reminder
from concierge.web.clock import now
from concierge.web.vendors import gateways
from config import ROOT

FOLDER = ROOT / "demo"
PASSWORD = "concierge-demo"  # noqa: S105  (printed at every start; the demonstration holds no real person)


def load() -> None:
    """Load everything into an empty, migrated database; needs an application context."""
    families = json.loads((FOLDER / "families.json").read_text(encoding="utf-8"))
    with transaction() as session:
        hospitals = load_hospitals(session, FOLDER / "hospitals.json", PASSWORD)
        load_glossary(session, hospitals, FOLDER / "glossary.json")
        load_templates(session, FOLDER / "templates.json")
        load_prices(session, hospitals, FOLDER / "prices.json")
        load_rates(session, FOLDER / "rates.json")
        load_payers(session, hospitals, FOLDER / "payers.json")
        load_interpreters(session, hospitals, FOLDER / "interpreters.json")
        slugs = [hospital.slug for hospital in hospitals]
    papers = Papers(gateways().storage)
    teams = {slug: Team(slug) for slug in slugs}
    for number, family in enumerate(families):
        Walk(family, number, teams[family["hospital"]], papers).go()
        db.session.remove()
    with transaction() as session:
        hospitals = load_hospitals(session, FOLDER / "hospitals.json", PASSWORD)
        lay_out(session, hospitals)
        fill_rooms(session, hospitals[0])
        come_in(session, hospitals[0])
        money_comes(session, hospitals[0], teams[hospitals[0].slug])
    with transaction() as session:
        cards.trouble(session)
        approve_one(session)
        use_letters(session)
        note_letters(session, hospitals[0])
        load_rides(session, hospitals, FOLDER / "rides.json")
        families_arrive(session, FOLDER / "arrivals.json", teams)
    load_talks(FOLDER / "talks.json")
    bring_statements(gateways().storage)
    _forget_old_mail()


def load_rates(session: Session, path: Path) -> None:
    """Invented exchange rates of today."""
    rates, today = json.loads(path.read_text(encoding="utf-8")), now().date()
    pairs = [(rates["base"], quote, Decimal(rate)) for quote, rate in rates["quotes"].items()]
    take_rates(session, pairs, source=rates["source"], on=today, today=today)


def _forget_old_mail() -> None:
    """What would have been sent in the invented past is not sent today."""
    with transaction() as session:
        session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.state == "queued")
            .values(state="cancelled", error="demo")
        )
        is_past = Reminder.due_at <= now() + timedelta(minutes=5)
        session.execute(
            sa.update(Reminder).where(Reminder.state == "planned", is_past).values(state="cancelled")
        )


def sign_ins() -> list[str]:
    """What `make run` prints: one sign-in per role and language, fictional all of them."""
    return [
        f"Staff: /desk/sign-in, password {PASSWORD}",
        "  Alder Coast  specialist maria@alder-coast.example (English), amal@alder-coast.example (العربية)",
        "               advocates  daniel@ and grace@      reviewers    dr.ellis@ and dr.nair@",
        "               care       nora@                   coordinator  tom@",
        "               interpreter samir@ (العربية)        lead         lena@      administrator admin@",
        "  Jinghe       specialist chen@jinghe.example (简体中文), olga@ (English)",
        "               advocates  liu@ and sun@           reviewers    dr.zhao@ and dr.xu@",
        "               care       gao@                    coordinator  hu@",
        "               interpreter tran@                  lead         wei@       administrator it@",
        "Portal: /portal, a code arrives in the mailbox at /dev/mailbox",
        "  noura@family.example (العربية), xiaoming@family.example (简体中文), grace@family.example (English)",
    ]
