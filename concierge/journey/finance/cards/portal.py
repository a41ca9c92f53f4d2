"""The card pages behind the family's own door."""

from flask import Blueprint

from concierge.domain.access import Area
from concierge.journey.finance.cards import pages
from concierge.journey.finance.deposits.door import family_door
from concierge.web.access import portal

bp = Blueprint("cards_portal", __name__)


@bp.route("/portal/<pid>/pay/card", methods=["GET", "POST"])
@portal(Area.MONEY)
def card(pid: str):
    return pages.card(family_door(pid))


@bp.route("/portal/<pid>/pay/card/hosted", methods=["GET", "POST"])
@portal(Area.MONEY)
def card_hosted(pid: str):
    return pages.hosted(family_door(pid))


@bp.get("/portal/<pid>/pay/card/return")
@portal(Area.MONEY)
def card_return(pid: str):
    return pages.come_back(family_door(pid))
