"""Of which hospital a page of prices speaks, what day it is there, and what its reader may do."""

from dataclasses import dataclass
from datetime import date

from flask import abort, request

from concierge.cases.lists import hospitals_of
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.numbers import whole
from concierge.domain.people import clean_line
from concierge.domain.prices import validity
from concierge.domain.vocabulary import Validity
from concierge.journey.finance.prices import queries
from concierge.models import DepositRule, Hospital, Package, PriceImport, Tariff
from concierge.web.access import my_hospitals
from concierge.web.clock import now
from concierge.web.i18n import current_code


@dataclass(frozen=True)
class Place:
    """One hospital of the reader; `hospitals` are all that may be chosen."""

    hospital: Hospital
    hospitals: dict[int, Hospital]
    today: date
    may_set: bool
    may_propose: bool

    @property
    def is_several(self) -> bool:
        return len(self.hospitals) > 1

    @property
    def id(self) -> int:
        return self.hospital.id

    def state(self, dated: Tariff | Package | DepositRule) -> Validity:
        """Of a price on the hospital's today."""
        return validity(dated, self.today)


def place_at(hospital_id: int) -> Place:
    """The place of a hospital of the reader, else 404."""
    mine = my_hospitals()
    if hospital_id not in mine:
        abort(404)
    hospitals = hospitals_of(mine)
    hospital = hospitals[hospital_id]
    setting, proposing = my_hospitals(Right.SET_PRICES), my_hospitals(Right.SET_PRICES, Right.EDIT_MONEY)
    return Place(
        hospital,
        hospitals,
        local_day(now(), hospital.timezone),
        hospital_id in setting,
        hospital_id in proposing,
    )


def place() -> Place:
    """The hospital that the address asks for (`?hospital=2`), else the reader's first one."""
    mine = my_hospitals()
    wanted = whole(request.args.get("hospital"))
    return place_at(wanted if wanted in mine else mine[0])


def chosen_state() -> Validity:
    """What the list shows: today, future or ended."""
    value = request.args.get("tab", Validity.TODAY.value)
    if value not in SHOWN:
        abort(404)
    return Validity(value)


SHOWN = (Validity.TODAY, Validity.FUTURE, Validity.ENDED)


def tariff_of(tariff_id: str) -> tuple[Tariff, Place]:
    """A tariff of one of the reader's hospitals, else 404."""
    tariff = db.session.get(Tariff, whole(tariff_id) or 0)
    if tariff is None:
        abort(404)
    return tariff, place_at(tariff.hospital_id)


def package_of(package_id: str) -> tuple[Package, Place]:
    """A package of one of the reader's hospitals, else 404."""
    package = db.session.get(Package, whole(package_id) or 0)
    if package is None:
        abort(404)
    return package, place_at(package.hospital_id)


def rule_of(rule_id: str) -> tuple[DepositRule, Place]:
    """A row of the table of deposits of one of the reader's hospitals, else 404."""
    rule = db.session.get(DepositRule, whole(rule_id) or 0)
    if rule is None:
        abort(404)
    return rule, place_at(rule.hospital_id)


def import_of(public_id: str) -> tuple[PriceImport, Place]:
    """A file that was read for one of the reader's hospitals, else 404."""
    kept = queries.find_import(db.session(), clean_line(public_id))
    if kept is None:
        abort(404)
    return kept, place_at(kept.hospital_id)


def named(texts: dict[str, str]) -> str:
    """A name in the reader's language, else in English."""
    return texts.get(current_code()) or texts["en"]
