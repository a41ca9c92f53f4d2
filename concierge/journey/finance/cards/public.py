"""The card pages behind a pay link."""

from flask import Blueprint

from concierge.journey.finance.cards import pages
from concierge.journey.finance.deposits.door import link_door
from concierge.journey.finance.deposits.public import keep_private
from concierge.web.access import by_link as by_link_access

bp = Blueprint("cards_public", __name__)
bp.after_request(keep_private)


@bp.route("/pay/<token>/card", methods=["GET", "POST"])
@by_link_access
def card(token: str):
    return pages.card(link_door(token))


@bp.route("/pay/<token>/card/hosted", methods=["GET", "POST"])
@by_link_access
def card_hosted(token: str):
    return pages.hosted(link_door(token))


@bp.get("/pay/<token>/card/return")
@by_link_access
def card_return(token: str):
    return pages.come_back(link_door(token))
