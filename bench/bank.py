"""`python -m bench.bank`: a statement of 10,000 transfers meets 5,000 open deposits; the aim is under 10 s.

The file is read by the product's own parser, taken in by its own verb and matched while it is; then each suggestion is
held against what was meant. Half of the transfers carry the reference as we wrote it, a tenth misread it, three tenths
say only a name, the rest is for nobody. BENCH_DATABASES (sqlite,postgresql) says where.
"""

import os
import secrets
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bench import servers
from bench.names import application
from concierge.db import db, transaction
from concierge.domain.access import Actor
from concierge.domain.names import alike_keys
from concierge.domain.vocabulary import DepositState
from concierge.gateways import statements as formats
from concierge.journey.finance.bank import actions
from concierge.models import BankLine, Case, Deposit, Hospital, Person
from concierge.models.types import new_public_id

TRANSFERS, DEPOSITS, CASES = 10_000, 5_000, 20_000
LIMIT_SECONDS = 10
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_MISREAD = str.maketrans("DQ285GU", "O0ZBS6V")
_KINDS = ("reference",) * 5 + ("misread",) + ("name",) * 3 + ("nobody",)
Meant = dict[str, tuple[str, int | None]]  # number of the bank → (kind, deposit)


def ask_for_deposits(hospital: Hospital) -> list[tuple[int, str, str, str]]:
    """(deposit, reference, native name, passport name) of 5,000 cases that wait for money."""
    random, now = Random(11), datetime.now(UTC)
    with transaction() as session:
        session.execute(
            sa.delete(Deposit).where(Deposit.case_id.in_(sa.select(Case.id).where(_here(hospital.id))))
        )
        ids = session.scalars(
            sa.select(Case.id).where(_here(hospital.id)).order_by(Case.id).limit(DEPOSITS)
        ).all()
        rows = [
            {
                "public_id": new_public_id(), "case_id": case_id, "pay_token": secrets.token_urlsafe(32),
                "reference": f"AC-{''.join(random.choices(_SIGNS, k=6))}", "currency": "USD", "attention": "",
                "amount_minor": random.choice((1_000_000, 1_200_000, 1_400_000)), "state": DepositState.REQUESTED,
                "requested_at": now, "due_on": now.date() + timedelta(days=9), "version": 1,
            }
            for case_id in ids
        ]  # fmt: skip
        session.execute(sa.insert(Deposit), rows)
    statement = (
        sa.select(Deposit.id, Deposit.reference, Person.native_name, Person.given_names, Person.surname)
        .join(Case, Case.id == Deposit.case_id)
        .join(Person, Person.id == Case.person_id)
        .where(_here(hospital.id), Deposit.state == DepositState.REQUESTED)
    )
    return [(row[0], row[1], row[2], f"{row[3]} {row[4]}".strip()) for row in db.session.execute(statement)]


def _here(hospital_id: int) -> sa.ColumnElement[bool]:
    return Case.hospital_id == hospital_id


def a_statement(waiting: list[tuple[int, str, str, str]], account: str) -> tuple[bytes, Meant]:
    """MT940 of 10,000 transfers, and what each was meant for."""
    random, meant, lines = Random(12), {}, []
    for number in range(TRANSFERS):
        kind, (deposit_id, reference, native, latin) = random.choice(_KINDS), random.choice(waiting)
        name, text = latin or native, "DEPOSIT"
        if kind == "nobody":
            name, text = f"TRADER {number} LTD", f"INVOICE {number}"
        elif kind == "reference":
            text = random.choice(
                (reference, reference.lower().replace("-", " "), f"DEP/{reference.replace('-', '')}")
            )
        elif kind == "misread":
            text = f"AC-{reference[3:].translate(_MISREAD)}"
        meant[f"B{number:06}"] = kind, None if kind == "nobody" else deposit_id
        lines.append(f":61:2611241124C{random.choice((9975, 10000, 12000, 14000))},00NTRFNONREF//B{number:06}\n"
                     f":86:166?00TRANSFER?20{text}?32{name[:27]}?33{name[27:54]}\n")  # fmt: skip
    head = f":20:BENCH\n:25:{account}\n:28C:1/1\n:60F:C261123USD0,00\n"
    return f"{head}{''.join(lines)}:62F:C261124USD1,00\n-\n".encode(), meant


def measure(kind: str, url: str, folder: Path) -> bool:
    """Prints the figures of one database; whether the aim was reached."""
    with application(url, folder):
        hospital = db.session.scalars(sa.select(Hospital).order_by(Hospital.id)).first()
        assert hospital is not None
        hospital_id, account = hospital.id, hospital.bank_account["account"]
        data, meant = a_statement(ask_for_deposits(hospital), account)
        alike_keys("王小龙")  # the dictionaries of pinyin, which every running process has read
        db.session.rollback()
        began, worked = time.perf_counter(), time.process_time()
        format_, found = formats.read(data, formats.Layout(), "USD")
        read = time.perf_counter() - began
        with transaction() as session:
            here = session.get_one(Hospital, hospital_id)
            who, now = Actor("staff", None, "bench"), datetime.now(UTC)
            actions.take_in(session, here, format_, found, actions.KeptFile("b.sta", ""), actor=who, now=now)
        took, own = time.perf_counter() - began, time.process_time() - worked
        print(f"{kind}: {len(data) / 1e6:.1f} MB read in {read:.1f} s, taken in and matched after {took:.1f} s, "
              f"{own:.1f} s of it own work; others at work: {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
        _print_quality(meant)
    return took < LIMIT_SECONDS


def _print_quality(meant: Meant) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for number, hints in db.session.execute(sa.select(BankLine.bank_id, BankLine.hints)):
        kind, deposit_id = meant[number]
        counts[kind, "all"] += 1
        counts[
            kind,
            "first"
            if hints[:1] == [deposit_id]
            else "among"
            if deposit_id in hints
            else "none"
            if not hints
            else "other",
        ] += 1
    for kind in dict.fromkeys(_KINDS):
        share = {
            name: counts[kind, name] / counts[kind, "all"] for name in ("first", "among", "other", "none")
        }
        print(f"  {kind:10} right first {share['first']:.1%}, among four {share['among']:.1%}, "
              f"others only {share['other']:.1%}, nothing {share['none']:.1%}")  # fmt: skip


def main() -> int:
    """0 when both databases were fast enough."""
    kinds = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    with TemporaryDirectory(prefix="concierge-bank-") as name, servers.databases(kinds, Path(name)) as makers:
        urls = {kind: maker.create() for kind, maker in makers.items()}
        servers.seed_all([(url, CASES) for url in urls.values()])
        reached = [measure(kind, url, Path(name)) for kind, url in urls.items()]
    print(f"Under {LIMIT_SECONDS} s: {'yes' if all(reached) else 'no'}; {os.cpu_count()} cores")
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
