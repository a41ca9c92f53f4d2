"""Prices that move: what invented cases of the time before have cost, a price of next year, a deposit that waits."""

import json
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import CancerType
from concierge.journey.contact.team import with_role
from concierge.journey.finance.prices import actions, queries
from concierge.models import CaseActual, Hospital, Package
from concierge.web.clock import now

BOOKS = "Books of the hospital (fictional)"


def load_prices(session: Session, hospitals: list[Hospital], path: Path) -> None:
    """By hospital: `actuals` as {package: [[days ago, total], …]}, `next_prices` and `proposals` that begin in days."""
    file = json.loads(path.read_text(encoding="utf-8"))
    for hospital in hospitals:
        rows = file[hospital.slug]
        _actuals(session, hospital, rows["actuals"])
        today = local_day(now(), hospital.timezone)
        for row in rows["next_prices"]:
            tariff = queries.tariffs_today(session, hospital.id, {row["code"]}, today)[row["code"]]
            low, high = (
                Money(row["low_minor"], hospital.currency),
                Money(row["high_minor"], hospital.currency),
            )
            actions.follow_tariff(
                session, hospital, tariff, price=MoneyRange(low, high), source=row["source"], now=now(),
                valid_from=today + timedelta(days=row["in_days"]), actor=_actor(session, hospital, Role.LEAD),
            )  # fmt: skip
        for row in rows["proposals"]:
            _propose(session, hospital, row)


def _propose(session: Session, hospital: Hospital, row: dict) -> None:
    today = local_day(now(), hospital.timezone)
    cancer_type = CancerType(row["cancer_type"])
    present = next(
        rule
        for rule in queries.table_of_deposits(session, hospital.id)
        if (rule.cancer_type, rule.payer_kind) == (cancer_type, row["payer_kind"])
    )
    facts = actions.RuleFacts(
        cancer_type,
        None,
        Money(row["amount_minor"], hospital.currency),
        today + timedelta(days=row["in_days"]),
    )
    actions.propose_rule(
        session, hospital, facts, actor=_actor(session, hospital, Role.ADVOCATE), now=now(), follows=present
    )


def _actor(session: Session, hospital: Hospital, role: Role) -> Actor:
    user = with_role(session, hospital.id, role)[0]
    return Actor("staff", user.id, user.name)


def _actuals(session: Session, hospital: Hospital, totals: dict) -> None:
    found = sa.select(Package.code, Package.id).where(Package.hospital_id == hospital.id)
    ids = {row.code: row.id for row in session.execute(found)}
    session.add_all(
        CaseActual(
            package_id=ids[code], total_minor=total, currency=hospital.currency, recorded_at=now(), recorded_by=BOOKS,
            finished_on=now().date() - timedelta(days=days),
        )
        for code, rows in totals.items()
        for days, total in rows
    )  # fmt: skip
