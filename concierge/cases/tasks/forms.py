"""Forms of tasks: add one, put it aside, hand it over; and the agreed day of a next action."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.cases.queries import colleagues
from concierge.db import db
from concierge.domain.access import Role
from concierge.domain.numbers import whole
from concierge.web.forms import Choice, Day, Form, HiddenField, Line, Paragraph
from concierge.web.labels import label

_ROLES = [role for role in Role if role is not Role.ADMINISTRATOR]


class TaskForm(Form):
    """What is to be done, by whom and by when. An owner is a role, or a person in a role: `advocate`, `advocate:12`."""

    title = Line(_l("What is to be done"), message=_l("Say what is to be done"))
    owner = Choice(_l("Who does it"), message=_l("Choose who does it"))
    due = Day(_l("By"), message=_l("Enter the day by which it is to be done"))
    why = Paragraph(_l("Why"), required=False, most=2000, rows=2)

    def at(self, hospital_id: int) -> "TaskForm":
        """With the people of this hospital to choose from."""
        people = colleagues(db.session(), hospital_id, _ROLES)
        groups = {_("Whoever has the role in this case"): [(role.value, label(role)) for role in _ROLES]}
        groups |= {
            str(label(role)): [(f"{role}:{user.id}", user.name) for user in users]
            for role, users in people.items()
            if users
        }
        self.owner.choices = groups
        return self

    @property
    def owner_role(self) -> Role:
        return Role(self.owner.data.partition(":")[0])

    @property
    def owner_id(self) -> int | None:
        return whole(self.owner.data.partition(":")[2]) or None


class SnoozeForm(Form):
    until = Day(_l("Show it again on"), message=_l("Enter the day on which it comes back"))


class HandForm(Form):
    """To a colleague of this hospital; the view fills in who can be chosen."""

    to = Choice(_l("To"), message=_l("Choose a colleague"))
    note = Paragraph(_l("Note for the colleague"), required=False, most=2000, rows=2)

    def at(self, hospital_id: int) -> "HandForm":
        people = colleagues(db.session(), hospital_id, _ROLES)
        self.to.choices = {
            str(label(role)): [(str(user.id), user.name) for user in users]
            for role, users in people.items()
            if users
        }
        return self


class AgreeForm(Form):
    version = HiddenField()
    on = Day(_l("Agreed day"), message=_l("Enter the day that was agreed"))
    note = Paragraph(
        _l("With whom, and why"), message=_l("Say with whom the day was agreed"), most=500, rows=2
    )


class PressForm(Form):
    """Nothing but the button."""
