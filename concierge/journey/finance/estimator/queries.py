"""What the cost page reads: every hospital with its deposit table and the tariffs that hold today."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import CancerType, Phase, Programme
from concierge.models import DepositRule, ExchangeRate, Hospital, Tariff

_NEWEST = 100


def hospitals(session: Session) -> list[Hospital]:
    return list(session.scalars(sa.select(Hospital).order_by(Hospital.id)))


def rules(session: Session, on: date) -> list[DepositRule]:
    """The rows of every deposit table that hold that day."""
    is_valid = sa.and_(
        DepositRule.valid_from <= on, sa.or_(DepositRule.valid_until.is_(None), DepositRule.valid_until >= on)
    )
    return list(session.scalars(sa.select(DepositRule).where(is_valid)))


def _tariffs(session: Session, hospital: Hospital, today: date) -> list[Tariff]:
    is_valid = sa.and_(
        Tariff.valid_from <= today, sa.or_(Tariff.valid_until.is_(None), Tariff.valid_until >= today)
    )
    statement = sa.select(Tariff).where(Tariff.hospital_id == hospital.id, is_valid)
    return [t for t in session.scalars(statement.order_by(Tariff.code)) if t.currency == hospital.currency]


def evaluation_range(
    session: Session, hospital: Hospital, cancer_type: CancerType, programme: Programme, today: date
) -> MoneyRange | None:
    """What the usual evaluation costs by the tariffs of today; None where there is no price.

    A usual evaluation holds the same services for every illness and programme, as the drafts of estimates do.
    """
    lines = [t for t in _tariffs(session, hospital, today) if t.is_in_package and t.phase is not Phase.STAY]
    return MoneyRange.sum((tariff_range(tariff) for tariff in lines), hospital.currency) if lines else None


def stay_tariffs(session: Session, hospital: Hospital, today: date) -> list[Tariff]:
    """Prices of rooms and rides, each for one."""
    return [tariff for tariff in _tariffs(session, hospital, today) if tariff.phase is Phase.STAY]


def tariff_range(tariff: Tariff) -> MoneyRange:
    return MoneyRange(Money(tariff.low_minor, tariff.currency), Money(tariff.high_minor, tariff.currency))


def newest_rates(session: Session) -> list[ExchangeRate]:
    """The newest exchange rates, the latest day first."""
    statement = sa.select(ExchangeRate).order_by(
        ExchangeRate.on.desc(), ExchangeRate.base, ExchangeRate.quote
    )
    return list(session.scalars(statement.limit(_NEWEST)))
