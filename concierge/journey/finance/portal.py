"""Step 3 as the family sees it: how to pay."""

from flask import Blueprint

from concierge.domain.access import Area
from concierge.journey.finance import card_pages
from concierge.journey.finance.deposits.door import family_door
from concierge.web.access import portal

bp = Blueprint("finance_portal", __name__)


# --- card ---------------------------------------------------------------------------------------------------


@bp.route("/portal/<pid>/pay/card", methods=["GET", "POST"])
@portal(Area.MONEY)
def card(pid: str):
    return card_pages.card(family_door(pid))


@bp.route("/portal/<pid>/pay/card/hosted", methods=["GET", "POST"])
@portal(Area.MONEY)
def card_hosted(pid: str):
    return card_pages.hosted(family_door(pid))


@bp.get("/portal/<pid>/pay/card/return")
@portal(Area.MONEY)
def card_return(pid: str):
    return card_pages.come_back(family_door(pid))
