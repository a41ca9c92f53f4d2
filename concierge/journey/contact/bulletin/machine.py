"""The address in the header of a bulletin mail (RFC 8058): a mail program posts to it, without cookies and forms."""

from flask import Blueprint, abort, redirect, request, url_for

from concierge.db import transaction
from concierge.journey.contact.bulletin import actions, links
from concierge.journey.contact.bulletin.public import address_hash
from concierge.web.access import machine
from concierge.web.clock import now

bp = Blueprint("bulletin_machine", __name__)


@bp.route("/bulletin/leave/<token>", methods=["GET", "POST"])
@machine
def one_click(token: str):
    """The signature in the address is the proof; a person who opens it is led to the page with the button."""
    public_id = links.read_leave(token)
    if not public_id:
        abort(404)
    if request.method == "GET":
        return redirect(url_for("bulletin_public.leave", token=token))
    with transaction() as session:
        actions.leave(session, public_id, how="one click", address_hash=address_hash(), now=now())
    return "", 204
