"""What several pages of the inbox ask: the forms with their choices, and a case for a call that shows nothing of it."""

from datetime import datetime

import sqlalchemy as sa
from flask import g
from flask_babel import gettext as _
from markupsafe import Markup

from concierge.conversation.inbox.forms import HandOverForm, SnoozeForm
from concierge.db import db
from concierge.domain import snooze
from concierge.domain.access import Role
from concierge.models import Case, StaffRole, StaffUser
from concierge.web import filters
from concierge.web.access import signed_in_staff, staff_case
from concierge.web.clock import now


def open_case(reference: str) -> Case:
    """As `staff_case`, for calls that a page with this case on it repeats every few seconds: that page is logged."""
    g.read_log = {}
    return staff_case(reference)


def snooze_form(case: Case, **options) -> SnoozeForm:
    """The usual times in words, each with its place; and any other one."""
    form = SnoozeForm(**options)
    zone, mine = case.hospital.timezone, signed_in_staff().timezone
    words = {
        "later": _("Later today or when we open"), "next_day": _("The next working day"), "next_week": _("Next week"),
    }  # fmt: skip
    form.when.choices = [
        (
            code,
            Markup('{} <span class="muted">{}</span>').format(
                words[code], filters.two_clocks(at, zone, mine)
            ),
        )
        for code, at in snooze.choices(case.hospital.calendar, now()).items()
    ] + [("other", _("Another time"))]
    form.until.timezone = zone
    return form


def snooze_until(case: Case, form: SnoozeForm) -> datetime:
    """What was chosen, after the form was found valid."""
    if form.when.data == "other":
        return form.until.at
    return snooze.choices(case.hospital.calendar, now())[form.when.data]


def hand_over_form(case: Case, **options) -> HandOverForm:
    """The specialists of the hospital, without the one who has the talk."""
    form = HandOverForm(**options)
    people = db.session.scalars(
        sa.select(StaffUser)
        .join(StaffRole, StaffRole.staff_id == StaffUser.id)
        .where(
            StaffRole.hospital_id == case.hospital_id, StaffRole.role == Role.SPECIALIST, StaffUser.is_active
        )
        .order_by(StaffUser.name)
    ).unique()
    form.user.choices = [("", _("Choose one"))] + [
        (str(user.id), user.name) for user in people if user.id != case.specialist_id
    ]
    return form
