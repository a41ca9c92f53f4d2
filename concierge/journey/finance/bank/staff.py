"""S15, the bank: money that came in and waits for its case, one line of it, and the statements it came with."""

import io
from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.statements import StatementError
from concierge.domain.vocabulary import AsideReason, PaymentState
from concierge.gateways import statements as formats
from concierge.journey.finance import queries as money_queries
from concierge.journey.finance.bank import actions, queries, words
from concierge.journey.finance.bank.forms import (
    AsideForm,
    FilterForm,
    ImportForm,
    has_columns,
    hospital_choices,
    layout_form,
    layout_of,
)
from concierge.journey.finance.bank.line_page import candidates_of, form_for, line_page
from concierge.journey.finance.cards import reconcile
from concierge.journey.finance.deposits import actions as money_actions
from concierge.journey.finance.tab import who
from concierge.models import BankLine, Hospital
from concierge.records.files import shown_name
from concierge.web.access import my_hospitals, staff
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit
from concierge.web.vendors import gateways

bp = Blueprint("bank_staff", __name__)


def _hospitals(*rights: Right) -> list[Hospital]:
    return queries.hospitals(db.session(), my_hospitals(*rights))


@bp.get("/finance/bank")
@staff(Right.SEE_MONEY)
def bank():
    """What came in and has not found its case, with what it may be for; and what became of the rest."""
    tab, session = request.args.get("tab", "open"), db.session()
    if tab not in queries.TABS:
        abort(404)
    hospitals = _hospitals()
    form = FilterForm(request.args)
    form.hospital.choices = [("", _("All")), *hospital_choices(hospitals)]
    chosen = [one for one in hospitals if one.slug == form.hospital.data] or hospitals
    day: date | None = form.day.day_or_none if form.validate() else None
    ids = tuple(one.id for one in chosen)
    page = queries.lines_page(session, ids, tab, day, request.args.get("after", ""))
    return render_template(
        "journey/finance/bank/staff/bank.html", rows=page.rows, after=page.after, tab=tab, tabs=words.TABS, form=form,
        candidates=candidates_of(session, page.rows) if tab == "open" else {},
        payments=queries.payments_of(session, [line.id for line in page.rows]),
        is_filtered=bool(day or len(ids) < len(hospitals)), again=Form(formdata=None),
        kept={name: value for name in ("hospital", "day") if (value := request.args.get(name))},
        has_statements=bool(queries.statements_page(session, ids, "").rows),
        may_edit=bool(my_hospitals(Right.EDIT_MONEY)),
    )  # fmt: skip


@bp.route("/finance/bank/again", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def again():
    """New suggestions for what waits."""
    form = Form()

    def run(session: Session) -> str:
        for hospital in queries.hospitals(session, my_hospitals()):
            actions.look_again(session, hospital)
        return url_for("bank_staff.bank")

    return _done(form, run) or redirect(url_for("bank_staff.bank"), 303)


def _done(form: Form, run):
    return submit(form, run) if form.validate_on_submit() else None


# --- one line --------------------------------------------------------------------------------------------------


def _line(public_id: str, *rights: Right) -> BankLine:
    line = queries.find_line(db.session(), public_id, my_hospitals(*rights))
    if line is None:
        abort(404)
    return line


@bp.get("/finance/bank/lines/<public_id>")
@staff(Right.SEE_MONEY)
def line(public_id: str):
    """Everything the bank said, and for which case it may be."""
    return _show(_line(public_id))


@bp.get("/finance/bank/payments/<public_id>")
@staff(Right.SEE_MONEY)
def line_of_payment(public_id: str):
    """From a payment to the bank line it was made from."""
    found = queries.find_line_of_payment(db.session(), public_id, my_hospitals())
    if found is None:
        abort(404)
    return redirect(url_for("bank_staff.line", public_id=found.public_id))


def _show(found: BankLine, *, share: Form | None = None, aside: Form | None = None):
    session = db.session()
    ids = {found.decided_by_id, found.statement.imported_by_id}
    made = queries.payments_of(session, [found.id]).get(found.id, [])
    people = money_queries.names_of(session, ids | {payment.recorded_by_id for payment, _d, _c in made})
    html = render_template(
        "journey/finance/bank/staff/line.html", line=found, page=line_page(session, found, share), made=made,
        people=people, aside=aside or AsideForm(formdata=None), act=lambda: Form(formdata=None),
        may_edit=found.hospital_id in my_hospitals(Right.EDIT_MONEY),
        failing=[form for form in (share, aside) if form],
    )  # fmt: skip
    return html, 422 if share or aside else 200


@bp.route("/finance/bank/lines/<public_id>/match", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def line_match(public_id: str):
    """All that is left of the transfer to one deposit."""
    found, form = _line(public_id), Form()
    named = queries.deposit_ids_named(db.session(), found.hospital_id, [request.form.get("deposit", "")])
    if request.method == "POST" and not named:
        abort(404)
    return _matched(found, form, dict.fromkeys(named.values()))


@bp.route("/finance/bank/lines/<public_id>/share", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def line_share(public_id: str):
    """One transfer for several cases, or a part of it for one."""
    found = _line(public_id)
    page = line_page(db.session(), found)
    form = form_for(found, page.chosen)
    ids = {one.deposit.public_id: one.deposit.id for one in page.chosen}
    if not form.validate_on_submit():
        return _show(found, share=form) if form.is_submitted() and ids else redirect(_here(found))
    typed = {deposit_id: form._fields[f"share_{name}"].money_or_none for name, deposit_id in ids.items()}
    shares = {deposit_id: amount for deposit_id, amount in typed.items() if amount}
    return _matched(found, form, shares, is_rest_open=form.rest.data)


def _here(found: BankLine) -> str:
    return url_for("bank_staff.line", public_id=found.public_id)


def _matched(found: BankLine, form: Form, shares: dict, *, is_rest_open: bool = False):
    """The match in one transaction; then a card page that is still open is closed, as nothing is due any more."""

    def run(session: Session) -> str:
        made = actions.match(session, found.id, shares, is_rest_open=is_rest_open, **who())
        waiting = sum(payment.state is PaymentState.RECORDED for payment in made)
        if waiting:
            text = ngettext(
                "Matched. A second person confirms it.",
                "Matched. A second person confirms each of them.",
                len(made),
            )
        else:
            text = _("Matched. The statement confirms it, and the payment counts.")
        flash(text, "success")
        return _here(found)

    done = _done(form, run)
    if done is None:
        return _show(found, share=form) if form.is_submitted() else redirect(_here(found))
    for deposit_id in shares:
        reconcile.close_unwanted(gateways().payments, deposit_id, at=now())
    return done


@bp.route("/finance/bank/lines/<public_id>/payments/<payment_id>/take-back", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def payment_take_back(public_id: str, payment_id: str):
    """Matched to the wrong case, and nobody has confirmed it yet."""
    found = _line(public_id)
    payment = queries.find_payment(db.session(), found.id, payment_id)
    if payment is None:
        abort(404)
    deposit_id, form = payment.deposit_id, Form()

    def run(session: Session) -> str:
        case, deposit = money_queries.lock_deposit(session, deposit_id)
        newest = next(one for one in deposit.payments if one.public_id == payment_id)
        money_actions.take_back_payment(session, case, deposit, newest, **who())
        flash(_("Taken back. The money waits for its case again."), "success")
        return _here(found)

    return _done(form, run) or redirect(_here(found), 303)


@bp.route("/finance/bank/lines/<public_id>/aside", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def line_aside(public_id: str):
    """For no deposit: not ours, or no payment of a case."""
    found, form = _line(public_id), AsideForm()

    def run(session: Session) -> str:
        actions.set_aside(session, found.id, AsideReason(form.reason.data), form.note.data, **who())
        flash(_("Set aside."), "success")
        return url_for("bank_staff.bank")

    done = _done(form, run)
    return done or (_show(found, aside=form) if form.is_submitted() else redirect(_here(found)))


@bp.route("/finance/bank/lines/<public_id>/take-up", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def line_take_up(public_id: str):
    """It waits for a case after all."""
    found = _line(public_id)

    def run(session: Session) -> str:
        actions.take_up_again(session, found.id, **who())
        return _here(found)

    return _done(Form(), run) or redirect(_here(found), 303)


# --- statements ------------------------------------------------------------------------------------------------


@bp.route("/finance/bank/statements", methods=["GET", "POST"])
@staff(Right.SEE_MONEY)
def statements():
    """What was taken in, with its balances; and the next file."""
    mine = _hospitals(Right.EDIT_MONEY)
    form = ImportForm().offer(mine)
    if request.method == "POST":
        if not mine:
            abort(403)
        if form.validate_on_submit() and (done := _take_in(form, mine)):
            return done
    page = queries.statements_page(db.session(), my_hospitals(), request.args.get("after", ""))
    html = render_template(
        "journey/finance/bank/staff/statements.html", rows=page.rows, after=page.after, form=form,
        people=money_queries.names_of(db.session(), {row.imported_by_id for row in page.rows}),
        layouts=[(one.slug, one.text("name", current_code()), has_columns(one)) for one in mine],
    )  # fmt: skip
    return html, 422 if form.errors or form.form_errors else 200


def _take_in(form: ImportForm, mine: list[Hospital]):
    """Read and seal the file outside of any transaction, then write all of it at once or nothing."""
    hospital = next(one for one in mine if one.slug == form.hospital.data)
    upload = form.file.files[0]
    data = upload.read(formats.MOST_BYTES + 1)
    try:
        kind, found = formats.read(data, layout_of(hospital), hospital.currency)
    except StatementError as error:
        form.refuse("file", error.code, **error.data)
        return None
    storage = gateways().storage
    stored = storage.put(io.BytesIO(data), max_bytes=formats.MOST_BYTES)
    kept: list = []

    def run(session: Session) -> str:
        file = actions.KeptFile(shown_name(upload.filename or "")[:200], stored.key)
        try:
            taken = actions.take_in(
                session, session.get_one(Hospital, hospital.id), kind, found, file, **who()
            )
        except StatementError as error:
            form.refuse("file", error.code, **error.data)
            raise
        kept.extend(taken.statements)
        _tell(taken)
        return url_for("bank_staff.statements")

    done = None
    try:
        done = submit(form, run)
    except StatementError:
        kept.clear()
    except BaseException:
        storage.delete(stored.key)
        raise
    if not kept:  # refused, known already, or a repetition of a form whose file we have
        storage.delete(stored.key)
    return done


def _tell(taken: actions.TakenIn) -> None:
    if not taken.statements:
        flash(_("Everything in this file was taken in before. Nothing has changed."))
        return
    text = ngettext("%(num)d new line is taken in.", "%(num)d new lines are taken in.", taken.new)
    if taken.known:
        text += " " + ngettext("%(num)d was known already.", "%(num)d were known already.", taken.known)
    flash(text, "success")
    if taken.has_gap:
        flash(
            _(
                "The opening balance and the lines do not make the closing balance. Ask the bank for the file again."
            ),
            "warning",
        )


@bp.get("/finance/bank/statements/<public_id>/file")
@staff(Right.SEE_MONEY)
def statement_file(public_id: str):
    """The file as the bank sent it."""
    found = queries.find_statement(db.session(), public_id, my_hospitals())
    if found is None:
        abort(404)
    ending = {"camt053": "xml", "mt940": "sta", "csv": "csv"}[found.format]
    response = Response(gateways().storage.open(found.storage_key), mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="statement-{found.public_id[:6]}.{ending}"'
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@bp.route("/finance/bank/layout/<slug>", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def layout(slug: str):
    """How this hospital's bank writes its text files."""
    hospital = next((one for one in _hospitals() if one.slug == slug), None)
    if hospital is None:
        abort(404)
    form = layout_form(hospital)

    def run(session: Session) -> str:
        session.get_one(Hospital, hospital.id).statement_layout = form.kept
        flash(_("The layout is saved."), "success")
        return url_for("bank_staff.statements")

    if done := _done(form, run):
        return done
    html = render_template(
        "journey/finance/bank/staff/layout.html", form=form, name=hospital.text("name", current_code())
    )
    return html, 422 if form.errors else 200
