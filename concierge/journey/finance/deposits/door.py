"""The two ways to the same payment: the family's own pages, and the private link for somebody else."""

from dataclasses import dataclass

from flask import abort, g, redirect, url_for

from concierge.db import db
from concierge.journey.finance import queries
from concierge.journey.finance.deposits.actions import is_link_open
from concierge.journey.finance.deposits.queries import find_deposit_by_token
from concierge.models import Case, Deposit
from concierge.web.access import portal_case
from concierge.web.clock import now

_PAGES = ("deposits_public", "deposits_portal")
_CARD_PAGES = ("cards_public", "cards_portal")
_CARD_VIEWS = {"card", "card_hosted", "card_return"}


@dataclass(frozen=True)
class Door:
    """One way to a payment; behind the link `deposit` is set. `key` is what its addresses carry."""

    case: Case
    deposit: Deposit | None
    is_family: bool
    key: dict

    def url(self, view: str, **options) -> str:
        """Address of a sister page behind the same door."""
        modules = _CARD_PAGES if view in _CARD_VIEWS else _PAGES
        return url_for(f"{modules[self.is_family]}.{view}", **self.key, **options)

    @property
    def home(self) -> str:
        return self.url("pay" if self.is_family else "by_link")


def family_door(pid: str) -> Door:
    """The family's own door: 404 for strangers, read-logged."""
    case, _part = portal_case(pid)
    return Door(case, queries.deposit_of(db.session(), case.id), True, {"pid": pid})


def any_link_door(token: str) -> tuple[Door, bool]:
    """The door behind a pay link, and whether it is open; 404 where there never was such a link."""
    found = find_deposit_by_token(db.session(), token)
    if found is None:
        abort(404)
    case, deposit = found
    g.shown_hospital = case.hospital
    is_open = deposit.pay_token == token and is_link_open(deposit, now())
    return Door(case, deposit, False, {"token": token}), is_open


def link_door(token: str) -> Door:
    """The door behind a pay link. One that is stopped or has run out opens nothing: the answer is its own kind page."""
    door, is_open = any_link_door(token)
    if not is_open:
        abort(redirect(door.home, 303))
    return door
