"""Money that is on its way, too little, too much, or waits for a second person: the list of deposits shows each."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cli.demo.acts import Team
from concierge.domain.access import Role
from concierge.domain.clocks import local_day
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState, PaymentMethod
from concierge.journey.finance.deposits import actions as deposits
from concierge.models import Case, Deposit, Hospital, Payment
from concierge.web.clock import now

_AGO = timedelta(hours=2)


def money_comes(session: Session, hospital: Hospital, team: Team) -> None:
    """To four families of this hospital; the first three of the demonstration keep their deposit open."""
    statement = sa.select(Deposit, Case).join(Case, Case.id == Deposit.case_id).order_by(Deposit.id).limit(8)
    waiting = statement.where(Case.hospital_id == hospital.id, Deposit.state == DepositState.REQUESTED)
    rows = [(deposit, lock(session, case.id)) for deposit, case in session.execute(waiting)][3:7]
    for (deposit, case), percent in zip(rows, (0, 60, 100, 110), strict=False):
        if not percent:
            deposits.announce_transfer(
                session, case, deposit, actor=team.actor(Role.ADVOCATE), now=now() - _AGO
            )
            continue
        payment = _arrives(session, case, deposit, percent, team)
        if percent != 100:
            who = team.actor(Role.ADVOCATE, 1)
            deposits.confirm_payment(session, case, deposit, payment, actor=who, now=now() - _AGO / 2)


def _arrives(session: Session, case: Case, deposit: Deposit, percent: int, team: Team) -> Payment:
    at = now() - _AGO
    return deposits.record_payment(
        session, case, deposit, method=PaymentMethod.BANK_TRANSFER,
        amount=Money(deposit.amount_minor * percent // 100, deposit.currency), payer_name="HORIZON TRADING LLC",
        received_on=local_day(at, case.hospital.timezone), actor=team.actor(Role.ADVOCATE), now=at,
    )  # fmt: skip
