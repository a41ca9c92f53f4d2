"""What the page *My day* shows, put together for the reader of this request."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import request
from markupsafe import Markup

from concierge.cases import day, lists, queries
from concierge.cases.lines import day_lines_of, lines_of
from concierge.cases.tasks.queries import kept_today
from concierge.db import db
from concierge.domain.access import Right
from concierge.web.access import hospitals_with, my_hospitals, signed_in_staff
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code


def build() -> dict:
    """Each list by itself: one that cannot be loaded is None, and the page says so in its place."""
    user, session = signed_in_staff(), db.session()
    load: Callable = partial(day.load, session)
    only, ends_at = request.args.get("list", ""), lists.day_ends_at(user)
    kinds = (only,) if only in day.MY_LISTS else day.MY_LISTS
    size = queries.PAGE if only in kinds else queries.SHORT_LIST
    hospitals, is_whole = lists.hospitals_of(my_hospitals(Right.SEE_CASES)), kinds == day.MY_LISTS
    read = partial(
        day.my_list,
        session,
        user,
        now=now(),
        day_ends_at=ends_at,
        after=request.args.get("after", ""),
        size=size,
    )
    found = [(kind, load(kind, partial(read, kind))) for kind in kinds]
    takes = my_hospitals(Right.TAKE_ENQUIRIES)
    is_lead = bool(hospitals_with(user, frozenset({Right.OVERRIDE_GATE})))
    page = {
        "lists": found, "is_whole": is_whole, "hospitals": hospitals, "is_lead": is_lead, "code": current_code(),
        "lines_of": lambda rows: lines_of(rows, hospitals, now()), "is_several": len(hospitals) > 1,
        "day_lines_of": lambda rows: day_lines_of(rows, hospitals, now()),
        "waiting": load("queue", lambda: queries.queue_length(session, takes)) if takes else None,
        "counted_to": queries.COUNTED_TO, "take_form": Form() if takes else None, "without_action": (), "left": (),
        "unread": (), "step_rows": [], "kept": None, "parts": [],
    }  # fmt: skip
    if is_whole:
        since = ends_at - timedelta(days=1)
        page |= {
            "unread": load("unread", lambda: queries.unread_replies(session, user, my_hospitals(Right.WRITE_MESSAGES))),
            "kept": load("kept", lambda: kept_today(session, user, since)),
            "parts": [load(part.__name__, lambda part=part: Markup(part(user))) for part in day.PARTS],  # noqa: S704
        }  # fmt: skip
        page |= _of_leads(load) if is_lead else {}
    return page


def _of_leads(load: Callable) -> dict:
    """Cases that nobody moves, and how many each step has: read anew on each view, so at once."""
    session, mine = db.session(), my_hospitals(Right.OVERRIDE_GATE)
    counts = load("steps", lambda: queries.lane_counts(session, mine, now())) or {}
    return {
        "without_action": load("without_action", lambda: queries.without_action(session, mine)),
        "left": load("left", lambda: day.left_behind(session, mine)),
        "step_rows": [lists.step_row(step, count) for step, count in counts.items()],
    }
