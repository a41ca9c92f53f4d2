"""The side-by-side page: for each fact that differs, whose value stays."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.cases.history import FIELD
from concierge.cases.merge.actions import CASE_FIELDS, PERSON_FIELDS
from concierge.models import Case
from concierge.web.forms import Form, Line, Pick, Tick

OLDER, NEWER = "older", "newer"
TITLE = {"birth": FIELD["birth_on"]}


class MergeForm(Form):
    """`survivor` is the case that stays, `older` or `newer`; a field for each fact is added by `merge_form`."""

    seen = HiddenField()
    survivor = Pick(_l("Which case goes on?"), message=_l("Choose which case goes on"))
    is_checked = Tick(
        _l("I have compared both and they are one person"),
        required=True,
        message=_l("Compare both, then tick the box"),
    )


class DifferentForm(Form):
    note = Line(_l("Why, for colleagues"), required=False, most=300)


class UndoForm(Form):
    """Nothing but the button."""


def merge_form(fields: list[str], usual: str, seen: str, older: Case, newer: Case) -> MergeForm:
    """With one choice for each fact in which the two differ; `usual` is the case that goes on by default."""
    values = [(OLDER, older.reference), (NEWER, newer.reference)]
    picks = {f"fact_{name}": Pick(TITLE.get(name, FIELD.get(name, name)), values) for name in fields}
    made = type("MergeFormOfThesePeople", (MergeForm,), picks)
    defaults = {f"fact_{name}": _better(name, usual, older, newer) for name in fields}
    form = made(data={"survivor": usual, "seen": seen, **defaults})
    form.survivor.choices = values
    return form


def _better(name: str, usual: str, older: Case, newer: Case) -> str:
    """The case that goes on keeps what it has; where it has nothing, or does not know, the other one helps out."""
    mine, theirs = (older, newer) if usual == OLDER else (newer, older)
    other = NEWER if usual == OLDER else OLDER
    return other if is_empty(mine, name) and not is_empty(theirs, name) else usual


def value_of(case: Case, name: str):
    """What a record says; the two halves of a birth date or a phone count as one."""
    if name == "birth":
        return case.person.birth_on or case.person.birth_typed
    return getattr(case.person if name in PERSON_FIELDS else case, name)


def is_empty(case: Case, name: str) -> bool:
    value = value_of(case, name)
    return not value or value in {"not_sure", "unknown"}


def facts_of(older: Case, newer: Case) -> list[str]:
    """All facts that one of the two knows; of the case itself only where both are at one hospital."""
    names = [*PERSON_FIELDS, *(CASE_FIELDS if older.hospital_id == newer.hospital_id else ())]
    return [name for name in names if not (is_empty(older, name) and is_empty(newer, name))]
