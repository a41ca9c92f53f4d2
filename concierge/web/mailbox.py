"""The demo's mailbox: mails and text messages that a real installation would send, readable here and nowhere else.

The pages exist only in a demo without an SMTP server; everywhere else their addresses are not found.
"""

from flask import Blueprint, Response, abort, current_app, render_template

from concierge.gateways.sms import MailboxSms
from concierge.web.access import public
from concierge.web.vendors import gateways

bp = Blueprint("mailbox", __name__)

NEWEST = 100
# A mail brings its own styles; nothing else in it may run, load or leave its frame.
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"


def _mailer():
    config = current_app.config["CONCIERGE"]
    if config.smtp_host or not config.is_demo:
        abort(404)
    return gateways().mailer


def _kept(key: str):
    return _mailer().find(key) or abort(404)


@bp.get("/dev/mailbox")
@public
def inbox():
    """The newest mails and text messages, whoever they are for."""
    mails, sms = _mailer().mails(NEWEST), gateways().sms
    texts = sms.texts(NEWEST) if isinstance(sms, MailboxSms) else []
    return render_template("web/mailbox/inbox.html", mails=mails, texts=texts)


@bp.get("/dev/mailbox/<key>")
@public
def mail(key: str):
    """One mail: its text with links that work, and its page in a frame that can do nothing."""
    return render_template("web/mailbox/mail.html", mail=_kept(key))


@bp.get("/dev/mailbox/<key>/page")
@public
def mail_page(key: str):
    """What stands in the frame: the mail's own HTML."""
    return Response(_kept(key).html, headers={"Content-Security-Policy": _MAIL_POLICY})
