"""Words that only the pages of refunds show."""

from flask_babel import lazy_gettext as _l

TABS = {
    "to_approve": _l("Waits for a second person"),
    "to_send": _l("To be sent"),
    "late": _l("Past the promised day"),
    "came_back": _l("Came back"),
    "sent": _l("Sent"),
}
KIND = {
    "proposed": "warn",
    "approved": "info",
    "sending": "info",
    "sent": "ok",
    "done": "ok",
    "came_back": "bad",
}
RULE = _l(
    "Money goes back in the currency in which it came and in the amount that came. "
    "What the payer's bank makes of it is for that bank to say."
)
