"""One statement of each hospital's bank, written from the deposits of the demonstration and read by the real parser."""

from datetime import date, datetime
from io import BytesIO
from xml.sax.saxutils import escape

import sqlalchemy as sa

from concierge.cli.demo.acts import Team
from concierge.db import db, transaction
from concierge.domain.access import Role
from concierge.domain.clocks import local_day
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState
from concierge.gateways import statements as formats
from concierge.gateways.storage import Storage
from concierge.journey.finance.bank import actions
from concierge.journey.finance.bank.forms import layout_of
from concierge.models import Case, Deposit, Hospital
from concierge.web.clock import now

_WAITING = (DepositState.REQUESTED, DepositState.ON_ITS_WAY, DepositState.PART_PAID)
_FEE = 2500  # what the banks on the way keep, in minor units
_STRANGER = "M. LINDQVIST"
Told = tuple[int, str, str]  # minor units, payer, text


def bring_statements(storage: Storage) -> None:
    """The newest statement of each: a payment that fits, one short by the fees, one for two cases, and a stranger's."""
    for hospital_id in db.session.scalars(sa.select(Hospital.id).order_by(Hospital.id)).all():
        hospital = db.session.get_one(Hospital, hospital_id)
        data = _camt(hospital, _lines(hospital), local_day(now(), hospital.timezone))
        kind, found = formats.read(data, layout_of(hospital), hospital.currency)
        stored = storage.put(BytesIO(data))
        file = actions.KeptFile(f"statement-{hospital.slug}.xml", stored.key)
        who = Team(hospital.slug).actor(Role.ADVOCATE, 0)
        with transaction() as session:
            actions.take_in(
                session,
                session.get_one(Hospital, hospital_id),
                kind,
                found,
                file,
                actor=who,
                now=_morning(now()),
            )
        db.session.remove()


def _morning(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _lines(hospital: Hospital) -> list[Told]:
    waiting = sa.select(Deposit, Case).join(Case, Case.id == Deposit.case_id).order_by(Deposit.id)
    waiting = waiting.where(Case.hospital_id == hospital.id, Deposit.state.in_(_WAITING)).limit(4)
    found = [(deposit, case.person) for deposit, case in db.session.execute(waiting)]
    lines: list[Told] = [
        (180_000, _STRANGER, "Invoice 2291"),
        (-1_500, hospital.bank_account["bank"], "Account fee"),
    ]
    if found:
        deposit, person = found[0]
        lines.append(
            (deposit.amount_minor - _FEE, person.latin_name or person.display_name, deposit.reference)
        )
    if len(found) > 1:
        deposit, person = found[1]
        text = f"{deposit.reference.replace('-', ' ').lower()} {person.latin_name}"
        lines.append((deposit.amount_minor, person.native_name or person.latin_name, text))
    if len(found) > 3:
        (one, _person), (two, payer) = found[2:4]
        text = f"{one.reference} AND {two.reference}"
        lines.append((one.amount_minor + two.amount_minor, payer.latin_name or payer.display_name, text))
    return lines


def _camt(hospital: Hospital, lines: list[Told], day: date) -> bytes:
    """A camt.053 of that day, as a bank would send it."""
    opening, currency = Money(25_000_000, hospital.currency), hospital.currency
    closing = opening + Money(sum(minor for minor, _payer, _text in lines), currency)
    entries = "".join(_entry(number, line, currency, day) for number, line in enumerate(lines, start=1))
    account = escape(hospital.bank_account.get("iban") or hospital.bank_account["account"])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{day}</MsgId><CreDtTm>{day}T06:00:00</CreDtTm></GrpHdr><Stmt><Id>{day:%Y}/{day:%j}</Id>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
        f"{_balance('OPBD', opening, day)}{_balance('CLBD', closing, day)}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _amount(money: Money) -> str:
    mark = "CRDT" if money.minor >= 0 else "DBIT"
    return f'<Amt Ccy="{money.currency}">{abs(money.amount):f}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'


def _balance(code: str, money: Money, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(money)}<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(number: int, line: Told, currency: str, day: date) -> str:
    minor, payer, text = line
    who = "Dbtr" if minor >= 0 else "Cdtr"
    return (
        f"<Ntry>{_amount(Money(minor, currency))}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
        f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{day:%y%j}-{number:04}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<RltdPties><{who}><Pty><Nm>{escape(payer)}</Nm></Pty></{who}></RltdPties>"
        f"<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
