"""Migrations: numbered, one head, up and down, and the models say nothing that they do not."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.orm import Session

from concierge import models
from concierge.booking.benefits import share
from concierge.booking.lodging.queries import Need
from concierge.booking.lodging.waiting import wait_for_room
from concierge.db import db, transaction
from concierge.domain import vocabulary as v
from concierge.domain.money import Money
from concierge.journey.finance.bank.actions import match
from concierge.journey.finance.deposits.actions import confirm_payment
from concierge.journey.finance.guarantees import actions as letters
from config import ROOT
from tests.booking import scenes
from tests.booking.interpreters import scenes as interpreters_scenes
from tests.factories import account, hospitals, patient_of
from tests.journey.finance.bank import scenes as bank
from tests.journey.finance.guarantees.scenes import an_embassy, billed, booked, covered
from tests.journey.finance.scenes import advocate, arrived, requested
from tests.support.clock import START
from tests.support.databases import test_config

FOLDER = ROOT / "concierge" / "migrations"


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Flask:
    from concierge import create_app

    return create_app(test_config(empty_database_url, tmp_path))


def _alembic(app: Flask) -> AlembicConfig:
    return app.extensions["migrate"].migrate.get_config()


def _tables(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names())


def test_migrations_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in (FOLDER / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)


def test_there_is_one_head() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert len(script.get_heads()) == 1


def test_the_schema_goes_up_down_and_up_again(empty_app: Flask, empty_database_url: str) -> None:
    with empty_app.app_context():
        config = _alembic(empty_app)
        command.upgrade(config, "head")
        full = _tables(empty_database_url)
        command.downgrade(config, "base")
        assert _tables(empty_database_url) <= {"alembic_version"}
        command.upgrade(config, "head")
        assert _tables(empty_database_url) == full


def test_the_models_and_the_migrations_agree(empty_app: Flask) -> None:
    with empty_app.app_context():
        config = _alembic(empty_app)
        command.upgrade(config, "head")
        command.check(config)  # raises with the differences


# --- with rows in it -------------------------------------------------------------------------------------------

OLDER = "0012"  # before the rooms of finance
# What the way down has to change: the older house knows no such paper, and no bank line as the second source.
CHANGED = {"document.kind", "payment.recorded_by_id"}


def test_rows_survive_the_way_down_and_up(empty_app: Flask, empty_database_url: str) -> None:
    with empty_app.app_context():
        config = _alembic(empty_app)
        command.upgrade(config, OLDER)
        older = _shape(empty_database_url)
        command.upgrade(config, "head")
        with transaction() as session:
            _case_with_a_letter(session)
            _case_paid_from_the_statement(session)
            _prices(session)
            _visit(session)
        db.session.remove()
        db.engine.dispose()
        shape = _shape(empty_database_url)
        known = {table: shape[table][0] & columns for table, (columns, _guards) in older.items()}
        known["slot_ledger"] -= {"holder"}  # a vehicle was held by its ride before, and by its run since
        kept = _rows(empty_database_url, known)
        new = _rows(empty_database_url, {table: shape[table][0] for table in shape.keys() - older.keys()})
        command.downgrade(config, OLDER)
        assert _rows(empty_database_url, known) == kept
        assert _orphans(empty_database_url) == []
        command.upgrade(config, "head")
    assert _rows(empty_database_url, known) == kept
    assert _orphans(empty_database_url) == []
    assert _shape(empty_database_url) == shape  # what was built anew has its checks and triggers again
    assert [table for table, rows in new.items() if not rows] == []  # else the way down met nothing there


def _visit(session: Session) -> None:
    """A family that told its needs, and whose ride somebody pays."""
    case = scenes.a_case(session)
    coordinator = scenes.coordinator(session)
    mother = models.Traveller(
        case_id=case.id, relation=v.Relation.PATIENT, passport_name="NOURA AL MUTAIRI", added_at=START
    )
    session.add_all([mother, models.TripNeeds(case_id=case.id, food=[v.Food.HALAL])])
    wait_for_room(session, case, Need(scenes.FIRST, scenes.LAST), actor=coordinator, now=START)
    ride = scenes.a_ride(session, case, coordinator, travellers=[mother])
    van = ride.run.vehicle
    session.add_all([
        models.Outage(resource_id=van.id, first_on=scenes.LAST, last_on=scenes.LAST, noted_by="T"),
        models.ShuttleLine(
            hospital_id=case.hospital_id, name={"en": "House line"}, from_place="House", to_place="Entrance",
            minutes=15, weekdays=[0], times=["07:30"], vehicle_id=van.id, seats=3, valid_from=scenes.FIRST, made_by="T",
        ),
        models.DriverLink(
            hospital_id=case.hospital_id, driver_id=van.id, on=scenes.FIRST, token_hash="0", made_at=START, made_by="T",
            expires_at=START,
        ),
    ])  # fmt: skip
    session.add(models.TripFeed(case_id=case.id, account_id=patient_of(session, case).id, made_at=START))
    share(
        session, case, f"ride:{ride.id}", v.Benefit.RIDES, travellers=[mother], on=scenes.FIRST,
        cost=Money(4_000, "USD"), now=START,
    )  # fmt: skip
    session.add(
        models.BenefitDecision(
            hospital_id=case.hospital_id, case_id=case.id, booking=f"ride:{ride.id}", benefit=v.Benefit.RIDES,
            standing=v.Standing.REFUSED, reason="no_agreement", paid_by="hospital", people=1, why="They have no means.",
            by="D", by_id=coordinator.id, at=START,
        )
    )  # fmt: skip
    edition = models.TripEdition(case_id=case.id, number=1, published_at=START, published_by="T")
    session.add(edition)
    session.flush()
    reader = account(session, "reader@home.example")
    session.add(models.TripSeen(edition_id=edition.id, account_id=reader.id, seen_at=START))
    interpreters_scenes.somebody_is_ill(session, case, coordinator)


def _case_with_a_letter(session: Session) -> None:
    """A letter takes the place of a paid deposit, whose money is to go back; the insurer is asked besides."""
    case, letter, line = covered(session)
    who = {"actor": advocate(session, case), "now": START}
    billed(session, case, *booked(session, case, letter, line))
    deposit = requested(session, case)
    payment = arrived(session, case, deposit)
    confirm_payment(session, case, deposit, payment, actor=advocate(session, case, 1), now=START)
    letters.swap_deposit(session, case, letter, **who)
    letters.record_amendment(
        session, case, letter, number="A-1", ceiling=bank.usd(4_000_000), valid_until=letter.valid_until,
        services=v.Phase, **who,
    )  # fmt: skip
    embassy = an_embassy(session, case)
    paper = models.Document(
        case_id=case.id, kind=v.RecordKind.GUARANTEE_LETTER, file_name="letter.pdf", content_type="application/pdf",
        size=1, sha256="", storage_key="letter", uploader_kind="staff", uploader_name="D", uploaded_at=START,
    )  # fmt: skip
    payer = models.CasePayer(
        case_id=case.id, rank=1, kind=v.PayerKind.INSURER, name="Insurer", added_at=START
    )
    session.add_all((paper, payer))
    session.flush()
    letter.organisation_id, letter.document_id = embassy.id, paper.id
    case.payer_kind, case.payer_name = payer.kind, payer.name
    its, theirs, deposits = {"case_id": case.id}, {"organisation_id": embassy.id}, {"deposit_id": deposit.id}
    asked = models.BenefitCheck(
        **its, hospital_id=case.hospital_id, payer_id=payer.id, asked_by="D", asked_at=START, due_at=START
    )
    asked.tries = [models.BenefitTry(at=START, by="D", channel=v.CheckChannel.PHONE)]
    bill = {"amount_minor": deposit.amount_minor, "currency": deposit.currency}
    session.add_all((
        asked,
        models.PayerPaper(payer_id=payer.id, document_id=paper.id, kind=v.PaperKind.GUARANTEE),
        models.PayerContact(**theirs, name="E"),
        models.PayerAgreement(
            **theirs, number="1", valid_from=START.date(), payment_days=30, recorded_by="D", recorded_at=START
        ),
        models.LiaisonNote(**theirs, **its, at=START, way=v.LiaisonWay.CALL, by="D", with_whom="E", said="They pay."),
        models.EstimateShare(estimate_id=line.estimate_id, position=1, label="Insurer", percent=40, currency="USD"),
        models.DepositRequest(
            **deposits, **bill, due_on=START.date(), requested_at=START, ended_at=START, ended_by="D", reason="New rule"
        ),
        models.EndedPayLink(**deposits, token="old", ended_at=START),
        models.DepositExport(staff_id=who["actor"].id, at=START, tab="open", purpose="Audit"),
        models.JournalExport(**its, at=START, staff_id=who["actor"].id, staff_name="D", purpose="Audit"),
        models.CardEvent(
            **its, id="evt_1", kind="charge.dispute.created", object_id="dp_1", received_at=START, outcome="unmatched"
        ),
        models.CardDispute(
            **its, **bill, payment_id=payment.id, provider_id="dp_1", state=v.DisputeState.OPEN, opened_at=START
        ),
    ))  # fmt: skip


def _case_paid_from_the_statement(session: Session) -> None:
    """One person matched it, and the bank's line is the second source."""
    case, deposit = bank.a_waiting_deposit(session)
    case.hospital.four_eyes_minor = deposit.amount_minor
    bank.taken_in(session, case, bank.booked(deposit.amount_minor, deposit.reference))
    (line,) = bank.lines_of(session)
    (payment,) = match(session, line.id, {deposit.id: None}, actor=advocate(session, case), now=START)
    assert payment.state is v.PaymentState.CONFIRMED and payment.confirmed_by_id is None


def _prices(session: Session) -> None:
    """A price that was withdrawn before it held, beside the one that goes on; and a total of the time before."""
    hospital = hospitals(session)["alder-coast"]
    holds = session.scalars(sa.select(models.Tariff).where(models.Tariff.valid_until.is_(None))).first()
    later = START.date() + timedelta(days=90)
    facts = {
        name: getattr(holds, name) for name in ("hospital_id", "code", "name", "phase", "currency", "source")
    }
    withdrawn = models.Tariff(
        **facts, low_minor=1, high_minor=2, valid_from=later, valid_until=later - timedelta(days=1)
    )
    package = session.scalars(sa.select(models.Package)).first()
    session.add_all((
        withdrawn,
        models.CaseActual(
            package_id=package.id, total_minor=1, currency="USD", finished_on=START.date(), recorded_at=START,
            recorded_by="D",
        ),
        models.PriceImport(hospital_id=hospital.id, file_name="prices.csv", content="", read_at=START, read_by="D"),
    ))  # fmt: skip


def _rows(url: str, known: dict[str, set[str]]) -> dict[str, list[tuple]]:
    """The rows of these tables in these columns, without what a migration changes on purpose."""
    found = {}
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        for table, names in known.items():
            columns = sorted(name for name in names if f"{table}.{name}" not in CHANGED)
            rows = connection.execute(sa.select(*map(sa.column, columns)).select_from(sa.table(table)))
            found[table] = sorted(map(tuple, rows), key=str)
    return found


def _orphans(url: str) -> list[tuple]:
    """Keys that point to no row. PostgreSQL looks itself when a key is made."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if engine.dialect.name == "postgresql":
        return []
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]


def _told(thing: object) -> str:
    """What the inspector says of a check, key or index; the condition of an index is an object of its own."""
    return str(
        sorted(f"{name}={_told(fact)}" for name, fact in thing.items()) if isinstance(thing, dict) else thing
    )


_TRIGGERS = {
    "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


def _shape(url: str) -> dict[str, tuple[set[str], set[str]]]:
    """{table: (columns, what guards and speeds it)}, in the database's own words."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    asked = sa.inspect(engine)
    found = {
        name: (
            {column["name"] for column in asked.get_columns(name)},
            {
                _told(one)
                for of in (
                    asked.get_check_constraints,
                    asked.get_foreign_keys,
                    asked.get_indexes,
                    asked.get_unique_constraints,
                )
                for one in of(name)
            },
        )
        for name in set(asked.get_table_names()) - {"alembic_version"}
    }
    with engine.connect() as connection:
        for table, text in connection.exec_driver_sql(_TRIGGERS[engine.dialect.name]):
            found[table.strip('"')][1].add(text)
    return found
