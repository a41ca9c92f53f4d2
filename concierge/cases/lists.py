"""What the address of a list asks for, and what its page needs to say it."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from concierge.cases import queries
from concierge.db import db
from concierge.domain.clocks import at_local, local_day
from concierge.domain.journey import Step, WaitingOn
from concierge.domain.numbers import whole
from concierge.domain.people import clean_line
from concierge.models import Hospital, StaffUser
from concierge.web.choices import all_languages
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.labels import label


def day_ends_at(user: StaffUser) -> datetime:
    """Midnight where the reader is."""
    return at_local(local_day(now(), user.timezone) + timedelta(days=1), time(0), user.timezone)


def hospitals_of(ids: tuple[int, ...]) -> dict[int, Hospital]:
    return {one: db.session.get_one(Hospital, one) for one in ids}


def board_filter(mine: tuple[int, ...], user: StaffUser) -> queries.BoardFilter:
    hospital = request.args.get("hospital", type=int)
    return queries.BoardFilter(
        hospital_ids=(hospital,) if hospital in mine else mine,
        language=clean_line(request.args.get("language", ""))[:10],
        waiting_on=chosen_of(WaitingOn, "waiting"),
        me=user.id if request.args.get("mine") else None,
    )


def chosen_of(kind, name: str):
    """A member of an enum out of the address; None for nothing and for what does not exist."""
    value = request.args.get(name, "")
    return kind(value) if value in set(kind) else None


def row_id(name: str) -> int | None:
    """The last row of the page before; None for anything that is no number of a row."""
    return whole(request.args.get(name)) or None


def kept(*names: str) -> dict[str, Any]:
    """The filters of this address, to be carried on in its links."""
    return {name: value for name in names if (value := request.args.get(name))}


def languages_of(hospitals: dict[int, Hospital]) -> list[tuple[str, str]]:
    """What the teams of these hospitals speak, by name."""
    spoken = {language for hospital in hospitals.values() for language in hospital.languages}
    return [pair for pair in all_languages(current_code()) if pair[0] in spoken]


def targets(step: Step) -> list[Step]:
    """Where a card may be moved: one step on, or any step back (the programme decides when it is sent)."""
    return [other for other in Step if other.number <= step.number + 1 and other is not step]


def step_row(step: Step, count: queries.LaneCount) -> tuple:
    """One figure of a lead's day: how many cases a step has, and how many of them are past their time."""
    most, name = queries.COUNTED_TO, label(step)
    total = _("more than %(number)s", number=most) if count.total > most else str(count.total)
    late = _("more than %(number)s", number=most) if count.late > most else str(count.late)
    text = _("%(step)s, %(late)s past their time", step=name, late=late) if count.late else name
    return text, total, url_for("cases_staff.board", lane=step)
