"""The team's records: cases whose files wait, and per case the list, the new files and what becomes of them."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.cases.actions import lock
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.vocabulary import RecordKind, RecordState
from concierge.gateways.pictures import heic_as_jpeg
from concierge.models import Case, ChecklistItem, Document
from concierge.records import actions, files, forms, queries
from concierge.web.access import current_actor, my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.labels import mismatch_text
from concierge.web.once import submit

bp = Blueprint("records_staff", __name__)
bp.add_app_template_filter(mismatch_text)
bp.add_app_template_filter(files.file_size)
bp.add_app_template_filter(files.day_at)
bp.add_app_template_filter(files.is_viewable, "viewable")

Outcome = Response | None


@bp.get("/records")
@staff(Right.SEE_RECORDS)
def overview():
    """Cases with files nobody has looked at, the longest waiting first; and those that wait for the family."""
    shows_waiting = request.args.get("show") == "waiting"
    find = queries.waiting_cases if shows_waiting else queries.unchecked_cases
    page = find(db.session(), my_hospitals(), request.args.get("after"))
    return render_template(
        "records/staff/overview.html", page=page, shows_waiting=shows_waiting, now=now(),
        older=url_for("records_staff.overview", show=request.args.get("show"), after=page.next) if page.next else None,
    )  # fmt: skip


@bp.route("/c/<ref>/records", methods=["GET", "POST"])
@staff(Right.SEE_RECORDS)
def records(ref: str):
    """The list of records, the new files, and what a person says of each."""
    case = staff_case(ref)
    done, form = _carry_out(case) if request.method == "POST" else (None, None)
    if done:
        return done
    page = case_page(case)
    items, documents = page.file.checklist, queries.documents_of(db.session(), case)
    return render_template(
        "records/staff/records.html", page=page, items=items, documents=documents, sent=form,
        filing={row.public_id: _or(form, forms.filing(row, items, case)) for row in documents},
        marking={item.kind: _or(form, forms.marking(item, case)) for item in items},
        adding=_or(form, forms.adding(items, case)), uploading=_or(form, forms.uploading(items)),
        can_edit=Right.EDIT_RECORDS in current_actor().rights,
    ), 422 if form else 200  # fmt: skip


def _carry_out(case: Case) -> tuple[Outcome, Form]:
    """What the sent form asks for: the way on, or None and the form that says why not."""
    staff_case(case.reference, Right.EDIT_RECORDS)
    act, row = forms.sent()
    acts: dict[str, Callable[[Case, str], tuple[Outcome, Form]]] = {
        "file": _file,
        "mark": _mark,
        "add": _add,
        "upload": _upload,
    }
    if act not in acts:
        abort(400)
    return acts[act](case, row)


def _file(case: Case, row: str) -> tuple[Outcome, Form]:
    document = _document_of(case, row)
    form = forms.filing(document, _items(case), case)

    def work(session: Session) -> str:
        found = RecordState(form.finding.data)
        actions.file_document(
            session, lock(session, case.id), session.get_one(Document, document.id, populate_existing=True),
            kind=RecordKind(form.kind.data), finding=found, reason=form.reason.data, language=form.language.data,
            seen=form.seen.data, actor=current_actor(), now=now(),
        )  # fmt: skip
        is_good = found is RecordState.RECEIVED
        flash(
            _("The document is filed.") if is_good else _("The family is told what to send instead."),
            "success",
        )
        return _here(case)

    return _submitted(form, work), form


def _mark(case: Case, row: str) -> tuple[Outcome, Form]:
    item = next((item for item in _items(case) if item.kind == row), None) or abort(404)
    form = forms.marking(item, case)

    def work(session: Session) -> str:
        actions.mark_item(
            session, lock(session, case.id), session.get_one(ChecklistItem, item.id, populate_existing=True),
            state=RecordState(form.state.data), note=form.reason.data, language=form.language.data,
            seen=form.seen.data, actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("The list is up to date."), "success")
        return _here(case)

    return _submitted(form, work), form


def _add(case: Case, _row: str) -> tuple[Outcome, Form]:
    form = forms.adding(_items(case), case)

    def work(session: Session) -> str:
        actions.add_item(
            session, lock(session, case.id), kind=RecordKind(form.kind.data), is_minimum=form.is_minimum.data,
            note=form.reason.data, language=form.language.data, actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("The record is on the list and the family is asked for it."), "success")
        return _here(case)

    return _submitted(form, work), form


def _upload(case: Case, _row: str) -> tuple[Outcome, Form]:
    form = forms.uploading(_items(case))
    if not form.validate_on_submit():
        return None, form

    def led_to(count: int) -> str:
        flash(ngettext("%(num)s document was added.", "%(num)s documents were added.", count), "success")
        return _here(case)

    batch = files.take_in(form, form.files.files, case, RecordKind(form.kind.data), led_to)
    return None if batch.problems else batch.done, form


def _submitted(form: Form, work: Callable[[Session], str]) -> Outcome:
    return submit(form, work) if form.validate_on_submit() else None


def _or(sent: Form | None, fresh: Form) -> Form:
    """The sent form in its own place, with what was typed and why it was refused."""
    is_sent = sent is not None and (sent.act.data, sent.row.data) == (fresh.act.data, fresh.row.data)
    return sent if is_sent and sent is not None else fresh


def _here(case: Case) -> str:
    return url_for("records_staff.records", ref=case.reference)


def _items(case: Case) -> list[ChecklistItem]:
    return queries.items_of(db.session(), case)


def _document_of(case: Case, public_id: str) -> Document:
    return queries.find_document(db.session(), case, public_id) or abort(404)


# --- looking at a file --------------------------------------------------------------------------------------


@bp.get("/c/<ref>/records/<doc_id>")
@staff(Right.SEE_RECORDS)
def download(ref: str, doc_id: str):
    """One document of this case, decrypted, as a download."""
    case = staff_case(ref)
    return files.hand_out(case, _document_of(case, doc_id))


@bp.get("/c/<ref>/records/<doc_id>/view")
@staff(Right.SEE_RECORDS)
def view(ref: str, doc_id: str):
    """A PDF or picture in the browser, in a box without scripts; a photo of a phone is shown as JPEG."""
    case = staff_case(ref)
    document = _document_of(case, doc_id)
    if not files.is_viewable(document):
        abort(404)
    return files.show(case, document, convert=heic_as_jpeg)
