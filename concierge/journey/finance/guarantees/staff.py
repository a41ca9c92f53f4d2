"""Letters of guarantee as advocates and their leads work with them: the list, one letter, the services of a case."""

from flask import Blueprint, abort, flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import PaymentMethod, RecordKind, RecordState
from concierge.gateways.pictures import heic_as_jpeg
from concierge.journey.finance.forms import ActForm, ReasonForm
from concierge.journey.finance.guarantees import actions, pages, queries, words
from concierge.journey.finance.guarantees.forms import (
    AcceptForm,
    AmendForm,
    AppealForm,
    BillForm,
    CancelForm,
    GuarantorForm,
    LiaisonForm,
    PaidForm,
    PerformForm,
    ScanForm,
    unique,
)
from concierge.journey.finance.guarantees.panel import guarantee_form
from concierge.journey.finance.guarantees.rows import alarms_of
from concierge.journey.finance.payers.actions import note_liaison
from concierge.journey.finance.payers.queries import find_organisation, organisations_to_choose
from concierge.journey.finance.tab import act, who
from concierge.models import Case, CaseService, Document, EstimateLine, Guarantee
from concierge.records import actions as records
from concierge.records import files
from concierge.records.queries import find_document
from concierge.web.access import my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.once import submit

bp = Blueprint("guarantees_staff", __name__)


def _letter(session: Session, case: Case, gid: str) -> Guarantee:
    letter = queries.find_guarantee(session, case.id, gid)
    if letter is None:
        abort(404)
    return letter


@bp.get("/finance/guarantees")
@staff(Right.SEE_MONEY)
def guarantees():
    """S14: every letter with its limit and how far it is used, the first to end first."""
    tab = request.args.get("tab", "waiting")
    if tab not in queries.TABS:
        abort(404)
    session = db.session()
    page = queries.guarantees_page(session, my_hospitals(), tab, now().date(), request.args.get("after", ""))
    uses = queries.uses_of(session, [letter for letter, _case in page.rows])
    rows = [
        (letter, case, uses[letter.id], alarms_of(letter, case, uses[letter.id]))
        for letter, case in page.rows
    ]
    return render_template(
        "journey/finance/guarantees/staff/guarantees.html",
        rows=rows,
        after=page.after,
        tab=tab,
        tabs=words.TABS,
    )


# --- on the Money tab ------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/money/guarantees/record", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def record(ref: str):
    case = staff_case(ref)
    form = guarantee_form(case)

    def work(session: Session, locked: Case) -> None:
        named = find_organisation(session, form.organisation.data or "", [locked.hospital_id])
        actions.record_guarantee(session, locked, organisation=named, **form.facts, **who())
        flash(_("The letter is noted. A second person accepts or refuses it."), "success")

    return act(case, form, work, "guarantees", slot="guarantee")


@bp.route("/c/<ref>/money/guarantees/<gid>/accept", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def accept(ref: str, gid: str):
    form = unique(AcceptForm(), gid)

    def work(session: Session, locked: Case) -> None:
        letter = _letter(session, locked, gid)
        actions.accept_guarantee(session, locked, letter, override=form.override.data or "", **who())
        flash(_("The letter is accepted."), "success")

    return act(staff_case(ref), form, work, "guarantees", slot=f"accept-{gid}")


@bp.route("/c/<ref>/money/guarantees/<gid>/refuse", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def refuse(ref: str, gid: str):
    form = ReasonForm.of(gid)

    def work(session: Session, locked: Case) -> None:
        actions.refuse_guarantee(
            session, locked, _letter(session, locked, gid), reason=form.reason.data, **who()
        )

    return act(staff_case(ref), form, work, "guarantees", slot=f"reason-{gid}")


# --- one letter ------------------------------------------------------------------------------------------------


@bp.get("/c/<ref>/money/guarantees/<gid>")
@staff(Right.SEE_MONEY)
def letter(ref: str, gid: str):
    case = staff_case(ref)
    return pages.show_letter(case, _letter(db.session(), case, gid))


@bp.route("/c/<ref>/money/guarantees/<gid>/guarantor", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def guarantor(ref: str, gid: str):
    """Name the organisation of a letter that named none."""
    case = staff_case(ref)
    form = GuarantorForm().offer(organisations_to_choose(db.session(), case.hospital_id))

    def work(session: Session, locked: Case, kept: Guarantee) -> None:
        named = find_organisation(session, form.organisation.data, [locked.hospital_id]) or abort(404)
        actions.name_guarantor(session, locked, kept, named, **who())

    return pages.answer_letter(case, _letter(db.session(), case, gid), form, work, "guarantor")


@bp.route("/c/<ref>/money/guarantees/<gid>/amend", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def amend(ref: str, gid: str):
    case = staff_case(ref)
    shown = _letter(db.session(), case, gid)
    form = AmendForm.of(shown)

    def work(session: Session, locked: Case, kept: Guarantee) -> None:
        actions.record_amendment(session, locked, kept, **form.facts, **who())
        flash(_("The amendment is noted. A second person accepts or refuses it."), "success")

    return pages.answer_letter(case, shown, form, work, "amend")


@bp.route("/c/<ref>/money/guarantees/<gid>/amendments/<aid>/accept", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def amendment_accept(ref: str, gid: str, aid: str):
    case = staff_case(ref)

    def work(session: Session, locked: Case, kept: Guarantee) -> None:
        found = queries.find_amendment(session, kept, aid) or abort(404)
        actions.accept_amendment(session, locked, kept, found, **who())
        flash(_("The amendment is in force."), "success")

    return pages.answer_letter(case, _letter(db.session(), case, gid), ActForm(), work)


@bp.route("/c/<ref>/money/guarantees/<gid>/amendments/<aid>/refuse", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def amendment_refuse(ref: str, gid: str, aid: str):
    case, form = staff_case(ref), ReasonForm.of(aid)

    def work(session: Session, locked: Case, kept: Guarantee) -> None:
        found = queries.find_amendment(session, kept, aid) or abort(404)
        actions.refuse_amendment(session, locked, kept, found, reason=form.reason.data, **who())

    return pages.answer_letter(case, _letter(db.session(), case, gid), form, work, f"reason-{aid}")


@bp.route("/c/<ref>/money/guarantees/<gid>/appeal", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def appeal(ref: str, gid: str):
    case, form = staff_case(ref), AppealForm()

    def work(session: Session, locked: Case, kept: Guarantee) -> None:
        actions.note_appeal(session, locked, kept, appeal=form.appeal.data, **who())
        flash(_("The note is saved."), "success")

    return pages.answer_letter(case, _letter(db.session(), case, gid), form, work, "appeal")


@bp.route("/c/<ref>/money/guarantees/<gid>/liaison", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def liaison(ref: str, gid: str):
    """A call or mail with the guarantor about this case."""
    case, form = staff_case(ref), LiaisonForm()

    def work(session: Session, locked: Case, kept: Guarantee) -> None:
        if kept.organisation is None:
            abort(404)
        note_liaison(session, kept.organisation, case=locked, **form.facts, **who())
        flash(_("The note is saved."), "success")

    return pages.answer_letter(case, _letter(db.session(), case, gid), form, work, "liaison")


@bp.route("/c/<ref>/money/guarantees/<gid>/swap", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def swap(ref: str, gid: str):
    """The letter takes the place of the deposit."""
    case = staff_case(ref)

    def work(session: Session, locked: Case, kept: Guarantee) -> None:
        actions.swap_deposit(session, locked, kept, **who())
        flash(_("The letter takes the place of the deposit."), "success")

    return pages.answer_letter(case, _letter(db.session(), case, gid), ActForm(), work)


@bp.route("/c/<ref>/money/guarantees/<gid>/swap/undo", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def swap_undo(ref: str, gid: str):
    case = staff_case(ref)

    def work(session: Session, locked: Case, kept: Guarantee) -> None:
        found = queries.live_swap(session, locked.id)
        if found is None or found.guarantee_id != kept.id:
            abort(404)
        actions.undo_swap(session, locked, found, **who())
        flash(_("The deposit counts again."), "success")

    return pages.answer_letter(case, _letter(db.session(), case, gid), ActForm(), work)


@bp.get("/c/<ref>/money/guarantees/<gid>/scan")
@staff(Right.SEE_MONEY)
def scan(ref: str, gid: str):
    """The letter as it came, in a box without scripts."""
    case = staff_case(ref)
    shown = _letter(db.session(), case, gid)
    document = db.session.get(Document, shown.document_id) if shown.document_id else None
    if document is None or document.case_id != case.id or not files.is_viewable(document):
        abort(404)
    return files.show(case, document, convert=heic_as_jpeg)


@bp.route("/c/<ref>/money/guarantees/<gid>/scan/attach", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def scan_attach(ref: str, gid: str):
    """A document of the case, or a new file, which an advocate has looked at by attaching it."""
    case = staff_case(ref)
    shown = _letter(db.session(), case, gid)
    form = ScanForm().offer(queries.letter_documents(db.session(), case.id))
    if not form.validate_on_submit():
        return pages.answer_letter(case, shown, form, lambda *_args: None, "scan")
    batch = files.seal_all(form.files.files[:1])
    written: list[Document] = []

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        kept = _letter(session, locked, gid)
        found = find_document(session, locked, form.document.data) if form.document.data else None
        for file in batch.sealed:
            found = records.receive_document(
                session, locked, kind=RecordKind.OTHER, file_name=file.name, stored=file.stored, file_kind=file.kind,
                identity=file.identity, **who(),
            )  # fmt: skip
            session.flush()
            kind, good = RecordKind.OTHER, RecordState.RECEIVED
            records.file_document(session, locked, found, kind=kind, finding=good, **who())
            written.append(found)
        if found is None:
            raise InvalidInput("document", "letter_scan_needed")
        actions.attach_scan(session, locked, kept, found, **who())
        flash(_("The letter is attached."), "success")
        return pages.letter_url(locked, kept)

    done = None
    try:
        done = submit(form, run) if not batch.problems else None
    finally:
        if done is None or not written:
            files.forget(file.stored.key for file in batch.sealed)
    if done:
        return done
    form.files.errors = [*form.files.errors, *batch.problems]
    return pages.show_letter(case, shown, scan=form), 422


# --- services --------------------------------------------------------------------------------------------------


@bp.get("/c/<ref>/money/services")
@staff(Right.SEE_MONEY)
def services(ref: str):
    return pages.show_services(staff_case(ref))


@bp.route("/c/<ref>/money/services/book", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def book(ref: str):
    """Book a line of the estimate; where the letter does not pay, the form asks what shall be done."""
    case = staff_case(ref)
    form = pages.book_form(case)

    def work(session: Session, locked: Case) -> None:
        line = session.get_one(EstimateLine, int(form.line.data))
        payer = queries.find_guarantee(session, locked.id, form.payer.data) if form.payer.data else None
        answer = actions.PayerAnswer(form.answer.data or "", form.why.data or "")
        try:
            actions.book_service(
                session, locked, line, quantity=form.quantity.number, on=form.scheduled_on.day, letter=payer,
                answer=answer, **who(),
            )  # fmt: skip
        except InvalidInput as error:
            form.codes = error.data.get("codes", ())
            raise
        flash(_("The service is booked."), "success")

    return pages.answer_services(case, form, work, "book")


def _service(session: Session, case: Case, sid: str) -> CaseService:
    return queries.find_service(session, case.id, sid) or abort(404)


@bp.route("/c/<ref>/money/services/<sid>/perform", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def perform(ref: str, sid: str):
    form = unique(PerformForm(), f"perform-{sid}")

    def work(session: Session, locked: Case) -> None:
        actions.perform_service(session, locked, _service(session, locked, sid), on=form.day.day, **who())

    return pages.answer_services(staff_case(ref), form, work, f"next-{sid}")


@bp.route("/c/<ref>/money/services/<sid>/bill", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def bill(ref: str, sid: str):
    case = staff_case(ref)
    form = unique(BillForm.of(_service(db.session(), case, sid), pages.today_of(case)), f"bill-{sid}")

    def work(session: Session, locked: Case) -> None:
        facts = {"number": form.bill_number.data, "amount": form.amount.money, "on": form.day.day}
        actions.bill_service(session, locked, _service(session, locked, sid), **facts, **who())

    return pages.answer_services(case, form, work, f"next-{sid}")


@bp.route("/c/<ref>/money/services/<sid>/pay", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def pay(ref: str, sid: str):
    form = unique(PaidForm(), f"pay-{sid}")

    def work(session: Session, locked: Case) -> None:
        service, method = _service(session, locked, sid), PaymentMethod(form.method.data)
        actions.pay_bill(session, locked, service, method=method, on=form.day.day, **who())

    return pages.answer_services(staff_case(ref), form, work, f"next-{sid}")


@bp.route("/c/<ref>/money/services/<sid>/cancel", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def cancel(ref: str, sid: str):
    form = unique(CancelForm(), f"cancel-{sid}")

    def work(session: Session, locked: Case) -> None:
        actions.cancel_service(
            session, locked, _service(session, locked, sid), reason=form.reason.data, **who()
        )

    return pages.answer_services(staff_case(ref), form, work, f"cancel-{sid}")


@bp.route("/c/<ref>/money/services/<sid>/self-pay", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def self_pay(ref: str, sid: str):
    def work(session: Session, locked: Case) -> None:
        actions.make_self_pay(session, locked, _service(session, locked, sid), **who())

    return pages.answer_services(staff_case(ref), ActForm(), work)
