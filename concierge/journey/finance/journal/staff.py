"""The journal as the team reads it: of one case, one entry, and as files with their purpose written down first."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.journal import lines_of
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.numbers import whole
from concierge.journey.finance.journal import actions, papers, queries
from concierge.journey.finance.journal.forms import ExportForm, MonthForm
from concierge.journey.finance.journal.lines import balance_rows, entry_rows
from concierge.journey.finance.queries import deposit_of
from concierge.models import Case, JournalEntry, JournalExport, JournalLine
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.months import last_months, month_span
from concierge.web.once import submit
from concierge.web.spreadsheet import csv_response, plain

bp = Blueprint("journal_staff", __name__)
READY_FOR = timedelta(minutes=15)
HEAD = (
    "entry",
    "at",
    "case",
    "hospital",
    "happening",
    "fact",
    "account",
    "debit",
    "credit",
    "currency",
    "by",
)


@bp.route("/c/<ref>/money/journal", methods=["GET", "POST"])
@staff(Right.SEE_MONEY)
def journal(ref: str):
    """Every entry of a case, the newest first, and the form that takes them out as a file."""
    case, form = staff_case(ref), ExportForm()
    may_export = Right.CONFIRM_MONEY in current_actor().rights
    is_sent = may_export and form.validate_on_submit()
    if is_sent and (done := submit(form, lambda session: _note(session, case, form))):
        return done
    g.case_tab = "finance_staff.money"
    found = queries.entries_page(db.session(), case.id, whole(request.args.get("before")))
    return render_template(
        "journey/finance/journal/staff/journal.html", page=case_page(case), before=found.before,
        entries=entry_rows(db.session(), case, found.entries), form=form if may_export else None,
        balances=balance_rows(lines_of(db.session(), case.id)),
        has_statement=deposit_of(db.session(), case.id) is not None,
    ), 422 if form.errors else 200  # fmt: skip


def _note(session: Session, case: Case, form: ExportForm) -> str:
    locked = lock(session, case.id)
    kept: dict[str, Any] = {"purpose": form.purpose.data, "actor": current_actor(), "now": now()}
    export = actions.note_export(session, case=locked, **kept)
    return url_for("journal_staff.export", public_id=export.public_id)


@bp.get("/c/<ref>/money/journal/<public_id>")
@staff(Right.SEE_MONEY)
def entry(ref: str, public_id: str):
    """One entry with its lines, who wrote it and what it is about."""
    case = staff_case(ref)
    found = queries.find_entry(db.session(), case.id, public_id)
    if found is None:
        abort(404)
    g.case_tab = "finance_staff.money"
    (row,) = entry_rows(db.session(), case, [found])
    return render_template("journey/finance/journal/staff/entry.html", page=case_page(case), row=row)


@bp.get("/c/<ref>/money/journal/of/<fact>")
@staff(Right.SEE_MONEY)
def entry_of(ref: str, fact: str):
    """From a figure to the entry that wrote it; to all entries where none of this case has it."""
    case = staff_case(ref)
    found = queries.find_entry_of(db.session(), case.id, fact)
    if found is None:
        return redirect(url_for("journal_staff.journal", ref=case.reference))
    return redirect(url_for("journal_staff.entry", ref=case.reference, public_id=found.public_id))


@bp.get("/c/<ref>/money/statement.pdf")
@staff(Right.SEE_MONEY)
def statement(ref: str):
    """What the payer gets, in the patient's language and in English."""
    case = staff_case(ref)
    deposit = deposit_of(db.session(), case.id)
    if deposit is None:
        return redirect(url_for("journal_staff.journal", ref=case.reference))
    return papers.statement_paper(db.session(), case, deposit, papers.language_of(case))


# --- files -----------------------------------------------------------------------------------------------------


@bp.route("/finance/journal", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def exports():
    """A month of all cases of my hospitals."""
    form = MonthForm().offer((month, month) for month in last_months(now().date()))
    if form.validate_on_submit() and (done := submit(form, lambda session: _note_month(session, form))):
        return done
    return render_template(
        "journey/finance/journal/staff/exports.html", form=form, timezone=signed_in_staff().timezone,
        exports=queries.latest_exports(db.session(), signed_in_staff().id),
    ), 422 if form.errors else 200  # fmt: skip


def _note_month(session: Session, form: MonthForm) -> str:
    who: dict[str, Any] = {"actor": current_actor(), "now": now()}
    export = actions.note_export(session, purpose=form.purpose.data, month=form.month.data, **who)
    begin, end = month_span(form.month.data)
    actions.log_reads(session, my_hospitals(), begin, end, page="journal_staff.export", **who)
    return url_for("journal_staff.export", public_id=export.public_id)


@bp.get("/finance/journal/<public_id>.csv")
@staff(Right.CONFIRM_MONEY)
def export(public_id: str):
    """The file, for the one who gave the purpose and for a quarter of an hour."""
    noted = queries.find_export(db.session(), public_id)
    if noted is None or noted.staff_id != signed_in_staff().id or noted.at < now() - READY_FOR:
        abort(404)
    lines, name = _lines(noted)
    return csv_response(HEAD, (_row(*line) for line in lines), f"{name}.csv")


def _lines(noted: JournalExport) -> tuple[Iterable[tuple[JournalEntry, JournalLine, Case]], str]:
    if noted.case_id is None:
        begin, end = month_span(noted.month)
        return queries.lines_between(db.session(), my_hospitals(), begin, end), f"journal-{noted.month}"
    case = db.session.get_one(Case, noted.case_id)
    if case.hospital_id not in my_hospitals():
        abort(404)
    return queries.lines_of_case(db.session(), case.id), f"{case.reference}-journal"


def _row(entry: JournalEntry, line: JournalLine, case: Case) -> tuple[str, ...]:
    moved = line.amount if line.amount.is_positive else -line.amount
    amount = f"{moved.amount:.{moved.exponent}f}"
    debit, credit = (amount, "") if line.amount.is_positive else ("", amount)
    return (
        entry.public_id, entry.at.isoformat(), case.reference, case.hospital.slug, entry.happening, plain(entry.fact),
        line.account, debit, credit, line.currency, plain(entry.actor_name),
    )  # fmt: skip
