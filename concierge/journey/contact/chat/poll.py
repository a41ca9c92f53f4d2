"""Is there news in this chat? Asked by each open page every two seconds, so it costs one statement and nothing else.

No ORM, no template, no sign-in, no language before something new is there; bench/chat.py measures it.
"""

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from concierge.conversation.inbox.queries import who_is_writing
from concierge.conversation.live.actions import note_read, note_seen
from concierge.db import db, glance, transaction
from concierge.domain.chat import SEEN_EVERY
from concierge.journey.contact.chat import queries
from concierge.web.access import by_link
from concierge.web.clock import now
from concierge.web.i18n import current_code

bp = Blueprint("chat_poll", __name__)
COOKIE = "concierge_chat"


@bp.get("/<lang:lang>/chat/poll")
@by_link
def poll(lang: str) -> Response:
    """204 when the page shows the newest state (`after` is the mark of it), else 200 with what is new: the messages,
    or only who of the team is writing.

    The key is the secret in the cookie: without one, or with a foreign or old one, 404. `away` says that nobody
    looks at the page, so that nothing counts as seen.
    """
    at, secret = now(), request.cookies.get(COOKIE, "")
    with glance() as connection:
        standing = queries.standing_of(connection, secret, at) if secret else None
    if standing is None:
        return Response(status=404)
    is_away = "away" in request.args
    if not is_away and at - standing.last_seen_at >= SEEN_EVERY:
        with transaction() as session:
            note_seen(session, standing.chat_id, at)
    after = request.args.get("after", "")
    if after == standing.mark:
        return _private(Response(status=204))
    has_new = after.partition("~")[0] != standing.thread  # else only who writes
    page = _news(db.session(), secret, standing.mark, has_new=has_new, is_away=is_away)
    return _private(Response(page, mimetype="text/html"))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _news(session: Session, secret: str, mark: str, *, has_new: bool, is_away: bool) -> str:
    at = now()
    chat = queries.find_chat(session, secret, at)
    if chat is None:  # it ran out between the two looks
        return ""
    thread = queries.thread_for(session, chat, current_code()) if has_new else None
    unread = queries.unread(session, chat) if has_new and not is_away else []
    page = render_template(
        "journey/contact/chat/public/_thread.html", thread=thread, mark=mark, specialist=chat.case.specialist,
        promised=queries.promised(session, chat), writers=who_is_writing(session, chat.case, at),
    )  # fmt: skip
    if unread:
        with transaction() as writing:
            note_read(writing, chat, unread, at)
    return page
