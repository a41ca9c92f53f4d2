"""The family's documents: what we still need, what we have, and ours for them."""

from flask import Blueprint, abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from concierge.cases import facts
from concierge.db import db
from concierge.domain.access import Area, may_see
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import (
    DecisionOutcome,
    DocumentState,
    ImagesRule,
    RecordKind,
    RecordState,
)
from concierge.models import Case, CaseParticipation, ChecklistItem, Document
from concierge.records import files, forms, queries
from concierge.web.access import portal, portal_case
from concierge.web.labels import label, record_example

bp = Blueprint("records_portal", __name__)
bp.add_app_template_filter(record_example)

OF_MONEY = (RecordKind.TRANSFER_SLIP, RecordKind.GUARANTEE_LETTER)
# Before a list was agreed: what helps doctors most.
START_WITH = (RecordKind.SUMMARY, RecordKind.PATHOLOGY, RecordKind.IMAGING_REPORT)


@bp.route("/portal/<pid>/documents", methods=["GET", "POST"])
@portal(Area.DOCUMENTS)
def documents(pid: str):
    """What is needed, with an example each; sending; what became of each file; our documents for the family."""
    case, part = portal_case(pid)
    file = facts.load(db.session(), case)
    form = forms.for_portal(file.checklist, request.args.get("kind", ""))
    batch = files.Batch()
    if form.validate_on_submit():
        batch = files.take_in(form, form.files.files, case, RecordKind(form.kind.data), _thanks(case))
        if batch.done and not batch.problems:
            return batch.done
        file = facts.load(db.session(), case)
    sent = [row for row in queries.documents_of(db.session(), case) if _may_open(part, row)]
    return render_template(
        "records/portal/documents.html", case=case, form=form, kept=batch.kept, sent=sent,
        needed=_needed(case, file.checklist, sent), ours=_ours(file, part), start_with=START_WITH,
        is_closed=case.state is CaseState.CLOSED,
    ), 422 if form.errors else 200  # fmt: skip


@bp.get("/portal/<pid>/documents/<doc_id>")
@portal(Area.DOCUMENTS)
def download(pid: str, doc_id: str):
    """One document of this case, decrypted, as a download."""
    case, part = portal_case(pid)
    document = queries.find_document(db.session(), case, doc_id)
    if document is None or not _may_open(part, document):
        abort(404)
    return files.hand_out(case, document)


def _may_open(part: CaseParticipation, document: Document) -> bool:
    """A bank's slip and a payer's letter are about money: they are for those who may see the money."""
    return document.kind not in OF_MONEY or may_see(part.standing, Area.MONEY)


def _thanks(case: Case):
    def led_to(count: int) -> str:
        received = ngettext("We have %(num)s new document.", "We have %(num)s new documents.", count)
        days = case.hospital.records_days
        promise = ngettext(
            "A person looks at it within %(num)s working day.",
            "A person looks at it within %(num)s working days.",
            days,
        )
        flash(f"{received} {promise}", "success")
        return url_for("records_portal.documents", pid=case.public_id)

    return led_to


def _needed(case: Case, items: list[ChecklistItem], sent: list[Document]) -> list[tuple]:
    """(item, kind of tag, words) of each item that is not here yet, in the order of the list."""
    if case.state is CaseState.CLOSED:
        return []
    being_checked = {document.kind for document in sent if document.state is DocumentState.CHECKING}
    return [
        (item, *_status(case, item, item.kind in being_checked))
        for item in items
        if item.state is not RecordState.RECEIVED
    ]


def _status(case: Case, item: ChecklistItem, is_being_checked: bool) -> tuple[str, object]:
    if is_being_checked:
        return "info", label(DocumentState.CHECKING)
    if item.state in {RecordState.MISSING, RecordState.ASKED}:
        if item.kind is RecordKind.IMAGES and case.hospital.images_rule is ImagesRule.CARRY:
            return "plain", _("Bring it with you")
        return "", label(RecordState.ASKED)
    return ("info" if item.state is RecordState.IN_TRANSIT else "warn"), label(item.state)


def _ours(file: facts.CaseFile, part: CaseParticipation) -> list[tuple[str, str]]:
    """(name, address) of the hospital's own documents that exist and that this reader may see."""
    decision, answer, plan, deposit = file.decision, file.answer, file.plan, file.deposit
    is_told = bool(decision and decision.outcome is DecisionOutcome.ACCEPT and decision.told_at)
    is_planned = bool(answer and answer.trip_confirmed_at)
    offered = (
        (_("Your estimate"), "estimates_portal.pdf", Area.MONEY, file.issued is not None),
        (_("Receipt for your deposit"), "deposits_portal.receipt_pdf", Area.MONEY, bool(deposit and deposit.paid_at)),
        (_("Our letter to you"), "acceptance_portal.letter_pdf", Area.DECISION, is_told),
        (_("Letter for your visa"), "acceptance_portal.visa_pdf", Area.DECISION,
         bool(answer and answer.visa_code and not answer.visa_withdrawn_at)),
        (_("Your trip"), "itinerary_portal.trip_pdf", Area.TRIP, is_planned),
        (_("Your going-home folder"), "evaluation_portal.folder_pdf", Area.DECISION,
         bool(plan and plan.folder_handed_over_at)),
    )  # fmt: skip
    shown = (
        (name, _address(endpoint, file.case))
        for name, endpoint, area, exists in offered
        if exists and may_see(part.standing, area)
    )
    return [(name, address) for name, address in shown if address]


def _address(endpoint: str, case: Case) -> str:
    """Empty where this house has no such page."""
    return url_for(endpoint, pid=case.public_id) if endpoint in current_app.view_functions else ""
