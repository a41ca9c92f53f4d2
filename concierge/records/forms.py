"""Forms of the records. A case page shows many of them at once, so each carries what it is for: `act` and `row`."""

from typing import TypeVar

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.vocabulary import RecordKind, RecordState
from concierge.models import Case, ChecklistItem, Document
from concierge.records.actions import BY_HAND, FINDINGS
from concierge.web import parked
from concierge.web.forms import Choice, Form, Paragraph, Pick, Tick, Upload
from concierge.web.i18n import autonym
from concierge.web.labels import choices, label

F = TypeVar("F", bound=Form)
# They come by the pages of money and are no records that doctors need.
_OF_MONEY = (RecordKind.TRANSFER_SLIP, RecordKind.GUARANTEE_LETTER)

FINDING_WORDS = {
    RecordState.RECEIVED: _l("Good: it can be read and is about this patient"),
    RecordState.UNREADABLE: _l("It cannot be read"),
    RecordState.NOT_IN_ENGLISH: _l("It needs a translation into English"),
    RecordState.WRONG_PERSON: _l("It is about another person"),
    RecordState.TOO_OLD: _l("It is too old"),
}
BY_HAND_WORDS = {
    RecordState.ASKED: _l("Ask the family for it again"),
    RecordState.IN_TRANSIT: _l("It is on its way to us by post or courier"),
    RecordState.RECEIVED: _l("We have it here on paper, glass or disc"),
}


class UploadForm(Form):
    """One or more files of one kind."""

    act = HiddenField()
    row = HiddenField()
    kind = Choice(_l("What is it?"), message=_l("Choose what it is, or choose another document"))
    files = Upload(_l("Files"), message=_l("Choose at least one file, or take a photo"))


class _ForFamily(Form):
    """Shared: a text that the family reads, and in which language it is written."""

    act = HiddenField()
    row = HiddenField()
    language = Choice(_l("Language of this text"))


class FilingForm(_ForFamily):
    """A person has looked at a document."""

    seen = HiddenField()
    kind = Choice(_l("This document is"))
    finding = Pick(
        _l("What did you find?"),
        choices=[(f.value, FINDING_WORDS[f]) for f in FINDINGS],
        message=_l("Say what you found"),
    )
    reason = Paragraph(_l("What is wrong, and what to send instead"), required=False, most=2000, rows=2)


class MarkForm(_ForFamily):
    """An item of the list, said by hand."""

    seen = HiddenField()
    state = Pick(
        _l("Where is it?"),
        choices=[(s.value, BY_HAND_WORDS[s]) for s in BY_HAND],
        message=_l("Say where it is"),
    )
    reason = Paragraph(_l("A note for the family"), required=False, most=2000, rows=2)


class AddForm(_ForFamily):
    """One more record on the list."""

    kind = Choice(_l("Record"))
    is_minimum = Tick(_l("The doctors cannot decide without it"))
    reason = Paragraph(_l("A note for the family"), required=False, most=2000, rows=2)


def for_portal(items: list[ChecklistItem], wanted: str = "") -> UploadForm:
    """The family's form: what is still needed comes first, and *another document* is always a good answer."""
    needed = [item.kind for item in items if item.state is not RecordState.RECEIVED]
    others = [
        kind for kind in RecordKind if kind not in {*needed, RecordKind.OTHER, *_OF_MONEY}
    ]
    form = UploadForm(data={"kind": wanted})
    kinds = [(kind.value, label(kind)) for kind in (*needed, *others, RecordKind.OTHER)]
    form.kind.choices = [("", _l("Choose one")), *kinds]
    return form


def uploading(items: list[ChecklistItem]) -> UploadForm:
    """The team's form for documents that came by mail, post or hand."""
    form = _made(UploadForm, "upload")
    form.kind.choices = [("", _l("Choose one")), *_kinds(items)]
    return form


def filing(document: Document, items: list[ChecklistItem], case: Case) -> FilingForm:
    form = _made(FilingForm, "file", document.public_id, kind=document.kind, seen=document.state)
    form.kind.choices = _kinds(items)
    return _with_languages(form, case)


def marking(item: ChecklistItem, case: Case) -> MarkForm:
    return _with_languages(_made(MarkForm, "mark", item.kind.value, seen=item.state), case)


def adding(items: list[ChecklistItem], case: Case) -> AddForm:
    form = _made(AddForm, "add", is_minimum=True)
    listed = {item.kind for item in items}
    form.kind.choices = [("", _l("Choose one")), *choices(RecordKind, *listed, *_OF_MONEY)]
    return _with_languages(form, case)


def family_languages(case: Case) -> list[tuple[str, str]]:
    """English, and the language in which the family reads."""
    return [(code, autonym(code)) for code in dict.fromkeys(("en", case.person.language))]


def sent() -> tuple[str, str]:
    """(act, row) of the form that this request sent, or that was typed before a sign-in ran out."""
    if request.method == "POST":
        return request.form.get("act", ""), request.form.get("row", "")
    typed = parked.typed_before() or {}
    return (typed.get("act") or [""])[0], (typed.get("row") or [""])[0]


def _made(form_class: type[F], act: str, row: str = "", /, **data) -> F:
    """Filled from the request only when the request is about this very form; its ids are there once on the page."""
    given = {"act": act, "row": row, "language": "en", **data}
    form = form_class(data=given) if sent() == (act, row) else form_class(formdata=None, data=given)
    for part in form:
        part.id = "-".join(filter(None, (part.name, act, row)))
    return form


def _kinds(items: list[ChecklistItem]) -> list[tuple[str, object]]:
    listed = [item.kind for item in items]
    return [(kind.value, label(kind)) for kind in dict.fromkeys((*listed, *RecordKind))]


def _with_languages(form: F, case: Case) -> F:
    form.language.choices = family_languages(case)
    return form
