"""What the page of one letter and the page of a case's services show, and how their forms are answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import g, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.cases.actions import lock
from concierge.cases.page import CasePage, case_page
from concierge.cases.services import is_of_trip
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import GuaranteeState, Phase, ServiceState
from concierge.journey.finance.forms import ActForm, ReasonForm
from concierge.journey.finance.guarantees import queries, words
from concierge.journey.finance.guarantees.actions import money_back
from concierge.journey.finance.guarantees.forms import (
    AmendForm,
    AppealForm,
    BillForm,
    BookForm,
    CancelForm,
    GuarantorForm,
    LiaisonForm,
    PaidForm,
    PerformForm,
    ScanForm,
    shown,
    unique,
)
from concierge.journey.finance.guarantees.rows import LetterRow, alarms_of, letter_rows
from concierge.journey.finance.payers.queries import liaison_page, organisations_to_choose
from concierge.journey.finance.queries import names_of
from concierge.models import Case, CaseService, DepositSwap, Document, Guarantee, GuaranteeAmendment, Refund
from concierge.web.access import current_actor, has_right
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

Failing = dict[str, Form]


@dataclass(frozen=True)
class AmendmentRow:
    """One amendment; `reason` is the form for refusing it, None where this reader may not decide."""

    amendment: GuaranteeAmendment
    recorded_by: str
    decided_by: str
    reason: Form | None
    is_own: bool


@dataclass(frozen=True)
class ServiceRow:
    """One service with the letter that pays it (None: the patient) and the form of its next stage.

    `tariff_id` is where its price comes from, None for a line without a tariff.
    """

    service: CaseService
    letter: Guarantee | None
    tariff_id: int | None
    next: Form | None = None
    cancel: Form | None = None
    is_late: bool = False


@dataclass(frozen=True)
class LetterPage:
    """Everything of the page of one letter; `forms` holds what this reader may write, by name."""

    row: LetterRow
    amendments: list[AmendmentRow]
    services: list[ServiceRow]
    scan: Document | None
    swap: DepositSwap | None
    may_swap: bool
    may_undo: bool
    talks: list
    refunds: list[Refund]  # of the swap
    limit_fact: str  # of the journal, which wrote the limit in force; empty before the letter is accepted
    forms: Failing = field(default_factory=dict)

    @property
    def may_amend(self) -> bool:
        """One amendment after the other."""
        waits = any(row.amendment.state is GuaranteeState.RECORDED for row in self.amendments)
        return "amend" in self.forms and (not waits or bool(self.forms["amend"].form_errors))


def today_of(case: Case) -> date:
    """The day it is at the hospital."""
    return local_day(now(), case.hospital.timezone)


# --- one letter ------------------------------------------------------------------------------------------------


def show_letter(case: Case, letter: Guarantee, **failing: Form) -> str:
    """The page of one letter; `failing` are the forms that were refused, by slot."""
    g.case_tab = "finance_staff.money"
    page = case_page(case)
    return render_template(
        "journey/finance/guarantees/staff/letter.html", page=page, shown=_letter_page(page, letter, failing),
        act=ActForm, phases=list(Phase), shown_name=shown, as_day=date.fromisoformat, failing=_with_errors(failing),
        has_errors=bool(_with_errors(failing)),
    )  # fmt: skip


def _letter_page(page: CasePage, letter: Guarantee, failing: Failing) -> LetterPage:
    session, case, deposit = db.session(), page.case, page.file.deposit
    row = next(one for one in letter_rows(page.file, failing) if one.letter.id == letter.id)
    swap = queries.live_swap(session, case.id)
    services = [one for one in queries.services_of(session, case.id) if one.letter_id == letter.id]
    tariffs, amendments = queries.tariffs_of(session, services), queries.amendments_of(session, letter)
    talks, _more = liaison_page(session, case_id=case.id)
    return LetterPage(
        row=row,
        amendments=_amendment_rows(amendments, failing),
        services=[ServiceRow(one, letter, tariffs.get(one.id), is_late=_is_late(one, case)) for one in services],
        scan=session.get(Document, letter.document_id) if letter.document_id else None,
        swap=swap,
        may_swap=has_right(Right.EDIT_MONEY)
        and row.covers
        and swap is None
        and queries.is_swappable(deposit),
        may_undo=has_right(Right.EDIT_MONEY)
        and swap is not None
        and not money_back.went_back(session, swap.refunds),
        talks=talks,
        refunds=queries.refunds_of(session, swap) if swap else [],
        limit_fact=_limit_fact(letter, amendments),
        forms={**_letter_forms(case, letter), **failing} if has_right(Right.EDIT_MONEY) else failing,
    )


def _limit_fact(letter: Guarantee, amendments: list[GuaranteeAmendment]) -> str:
    """The letter itself, or the newest accepted amendment that changed its limit."""
    changed = [
        one
        for one in amendments
        if one.state is GuaranteeState.ACCEPTED and one.before["ceiling_minor"] != one.ceiling_minor
    ]
    if changed:
        return f"amendment:{max(changed, key=_decided_at).public_id}"
    return f"letter:{letter.public_id}" if letter.state is GuaranteeState.ACCEPTED else ""


def _decided_at(amendment: GuaranteeAmendment) -> datetime:
    return amendment.decided_at or amendment.recorded_at


def _amendment_rows(amendments: list[GuaranteeAmendment], failing: Failing) -> list[AmendmentRow]:
    session = db.session()
    people = names_of(session, {who for a in amendments for who in (a.recorded_by_id, a.decided_by_id)})
    rows = []
    for one in amendments:
        is_waiting, is_own = one.state is GuaranteeState.RECORDED, one.recorded_by_id == current_actor().id
        may_decide = is_waiting and not is_own and has_right(Right.CONFIRM_MONEY)
        reason = failing.get(f"reason-{one.public_id}") or ReasonForm.of(one.public_id)
        rows.append(
            AmendmentRow(
                one, people.get(one.recorded_by_id, ""), people.get(one.decided_by_id or 0, ""),
                reason if may_decide else None, is_own and is_waiting,
            )
        )  # fmt: skip
    return rows


def _letter_forms(case: Case, letter: Guarantee) -> Failing:
    forms: Failing = {
        "scan": ScanForm().offer(queries.letter_documents(db.session(), case.id)),
        "appeal": AppealForm(appeal=letter.appeal),
    }
    if letter.state is GuaranteeState.ACCEPTED:
        forms["amend"] = AmendForm.of(letter)
    if letter.organisation_id is not None:
        forms["liaison"] = LiaisonForm()
    elif known := organisations_to_choose(db.session(), case.hospital_id):
        forms["guarantor"] = GuarantorForm().offer(known)
    return forms


def answer_letter(
    case: Case,
    letter: Guarantee,
    form: Form,
    work: Callable[[Session, Case, Guarantee], None],
    slot: str = "",
) -> Response | tuple[str, int]:
    """One POST of the page of a letter: the work in one transaction, or the page again with what was refused."""
    if not form.is_submitted():
        return redirect(letter_url(case, letter))

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        kept = queries.find_guarantee(session, locked.id, letter.public_id) or letter
        work(session, locked, kept)
        return letter_url(locked, kept)

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return show_letter(case, letter, **{slot: form} if slot else {"act": form}), 422


def letter_url(case: Case, letter: Guarantee) -> str:
    return url_for("guarantees_staff.letter", ref=case.reference, gid=letter.public_id)


# --- services --------------------------------------------------------------------------------------------------


def book_form(case: Case) -> BookForm:
    """With the lines in force and the letters that were accepted."""
    session = db.session()
    letters = [one for one in queries.letters_of(session, case.id) if one.state is GuaranteeState.ACCEPTED]
    lines = [line for line in queries.lines_in_force(session, case.id) if not is_of_trip(line)]
    return BookForm(scheduled_on=today_of(case).isoformat()).offer(lines, letters)


def show_services(case: Case, **failing: Form) -> str:
    """Every service of the case, what is next of each, and the form that books one."""
    g.case_tab = "finance_staff.money"
    page, session = case_page(case), db.session()
    letters = {one.id: one for one in queries.letters_of(session, case.id)}
    uses = queries.uses_of(session, letters.values())
    services = queries.services_of(session, case.id)
    tariffs = queries.tariffs_of(session, services)
    rows = [
        _service_row(one, letters.get(one.letter_id or 0), tariffs.get(one.id), case, failing) for one in services
    ]
    return render_template(
        "journey/finance/guarantees/staff/services.html", page=page, rows=rows, act=ActForm,
        letters=[
            (one, uses[one.id], alarms_of(one, case, uses[one.id]))
            for one in letters.values() if one.state is GuaranteeState.ACCEPTED
        ],
        book=failing.get("book") or (book_form(case) if has_right(Right.EDIT_MONEY) else None),
        uncovered=words.UNCOVERED, failing=_with_errors(failing), has_errors=bool(_with_errors(failing)),
        shown_name=shown,
    )  # fmt: skip


def _is_late(service: CaseService, case: Case) -> bool:
    return (
        service.state is ServiceState.BILLED
        and service.due_on is not None
        and service.due_on < today_of(case)
    )


def _service_row(
    service: CaseService, letter: Guarantee | None, tariff_id: int | None, case: Case, failing: Failing
) -> ServiceRow:
    key, is_late = service.public_id, _is_late(service, case)
    if not has_right(Right.EDIT_MONEY):
        return ServiceRow(service, letter, tariff_id, is_late=is_late)
    today = today_of(case).isoformat()
    following: Form | None = None
    if service.state is ServiceState.BOOKED:
        following = unique(PerformForm(day=today), f"perform-{key}")
    elif service.state is ServiceState.PERFORMED:
        following = unique(BillForm.of(service, today_of(case)), f"bill-{key}")
    elif service.state is ServiceState.BILLED:
        following = unique(PaidForm(day=today), f"pay-{key}")
    may_cancel = not service.booking and service.state in {ServiceState.BOOKED, ServiceState.PERFORMED}
    cancel = unique(CancelForm(), f"cancel-{key}") if may_cancel else None
    return ServiceRow(
        service,
        letter,
        tariff_id,
        failing.get(f"next-{key}") or following,
        failing.get(f"cancel-{key}") or cancel,
        is_late,
    )


def answer_services(
    case: Case, form: Form, work: Callable[[Session, Case], None], slot: str = ""
) -> Response | tuple[str, int]:
    """One POST of the page of services."""
    if not form.is_submitted():
        return redirect(services_url(case))

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        work(session, locked)
        return services_url(locked)

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return show_services(case, **{slot or "act": form}), 422


def services_url(case: Case) -> str:
    return url_for("guarantees_staff.services", ref=case.reference)


def _with_errors(failing: Failing) -> list[Form]:
    return [form for form in failing.values() if form.errors or form.form_errors]
