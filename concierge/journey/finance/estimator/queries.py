"""What the cost page reads: every hospital with its deposit table and the tariffs that hold today."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.vocabulary import CancerType, Phase, Programme
from concierge.journey.finance.prices.queries import PackageRange, packages_of, range_of
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
) -> PackageRange | None:
    """What the package that fits best costs, and from what that is known; None without a package."""
    fitting = packages_of(session, hospital.id, cancer_type, programme, today)
    return range_of(session, fitting[0], today) if fitting else None


def stay_tariffs(session: Session, hospital: Hospital, today: date) -> list[Tariff]:
    """Prices of rooms and rides, each for one."""
    return [tariff for tariff in _tariffs(session, hospital, today) if tariff.phase is Phase.STAY]


def newest_rates(session: Session) -> list[ExchangeRate]:
    """The newest exchange rates, the latest day first."""
    statement = sa.select(ExchangeRate).order_by(
        ExchangeRate.on.desc(), ExchangeRate.base, ExchangeRate.quote
    )
    return list(session.scalars(statement.limit(_NEWEST)))
