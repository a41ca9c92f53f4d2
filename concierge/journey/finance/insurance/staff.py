"""The team's pages of who pays: the order, one payer, one question to an insurer, and all open questions."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.cases import facts
from concierge.cases.actions import lock
from concierge.cases.day import add_part
from concierge.cases.forms import version_of
from concierge.cases.lists import day_ends_at
from concierge.cases.page import CasePage, case_page
from concierge.cases.payers import payers_of
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.payers import INSURERS
from concierge.domain.vocabulary import CheckChannel
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.insurance import actions, expectation, queries, words
from concierge.journey.finance.insurance.forms import (
    AnswerForm,
    AskForm,
    PayerForm,
    TryForm,
    WithdrawForm,
    shown_agreed,
    shown_facts,
)
from concierge.journey.finance.tab import act, who
from concierge.models import BenefitCheck, Case, CasePayer, PayerPaper, StaffUser
from concierge.records import files
from concierge.web.access import hospitals_with, my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("insurance_staff", __name__)


def _page(case: Case) -> CasePage:
    g.case_tab = "finance_staff.money"
    return case_page(case)


def _found(page: CasePage) -> expectation.Expectation:
    return expectation.build(db.session(), page.file, now(), with_draft=True)


def _payer(session: Session, case: Case, public_id: str) -> CasePayer:
    return queries.find_payer(session, case.id, public_id) or abort(404)


def _check(session: Session, case: Case, public_id: str) -> BenefitCheck:
    return queries.find_check(session, case.id, public_id) or abort(404)


def _status(*forms: Form) -> int:
    return 422 if any(form.errors or form.form_errors for form in forms) else 200


# --- who pays ------------------------------------------------------------------------------------------------


@bp.get("/c/<ref>/money/payers")
@staff(Right.SEE_MONEY)
def payers(ref: str):
    """Everybody who pays, in order, with policy, papers, letter, answers and the expected split."""
    case = staff_case(ref)
    page = _page(case)
    return render_template(
        "journey/finance/insurance/staff/payers.html", page=page, found=_found(page), words=words, act=ActForm,
        insurers=INSURERS, ended=queries.ended_payers(db.session(), case.id),
        checks=queries.checks_of(db.session(), case.id), now=now(),
    )  # fmt: skip


@bp.route("/c/<ref>/money/payers/new", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def payer_new(ref: str):
    case = staff_case(ref)
    form = PayerForm().prepare(case.hospital.currency)

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        actions.add_payer(session, locked, form.facts, form.agreed, **who())
        flash(_("It is noted who pays."), "success")
        return url_for("insurance_staff.payers", ref=ref)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    html = render_template("journey/finance/insurance/staff/payer_new.html", page=_page(case), form=form)
    return html, _status(form)


@bp.route("/c/<ref>/money/payers/<public_id>", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def payer(ref: str, public_id: str):
    """One payer: what we go by beside what the family typed."""
    case = staff_case(ref)
    row = _payer(db.session(), case, public_id)
    form = PayerForm(data={**shown_facts(row), **shown_agreed(row)}).prepare(case.hospital.currency)

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        actions.change_payer(
            session, locked, _payer(session, locked, public_id), form.facts, form.agreed,
            is_verified=form.is_verified.data, version=version_of(form.version), **who(),
        )  # fmt: skip
        flash(_("It is noted who pays."), "success")
        return url_for("insurance_staff.payers", ref=ref)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    html = render_template(
        "journey/finance/insurance/staff/payer.html", page=_page(case), form=form, payer=row, act=ActForm
    )
    return html, _status(form)


@bp.route("/c/<ref>/money/payers/<public_id>/move", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def payer_move(ref: str, public_id: str):
    """One place up or down, by the pressed button."""

    def work(session: Session, locked: Case) -> None:
        row = _payer(session, locked, public_id)
        if row.ended_at is None:
            actions.move_payer(session, locked, row, is_up=request.form.get("way") == "up", **who())

    return act(staff_case(ref), ActForm(), work, "payers")


@bp.route("/c/<ref>/money/payers/<public_id>/end", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def payer_end(ref: str, public_id: str):
    def work(session: Session, locked: Case) -> None:
        row = _payer(session, locked, public_id)
        if row.ended_at is None:
            actions.end_payer(session, locked, row, **who())
            flash(_("This payer does not pay any more. What was noted stays readable."), "success")

    return act(staff_case(ref), ActForm(), work, "payers")


@bp.get("/c/<ref>/money/papers/<doc_id>")
@staff(Right.SEE_MONEY)
def paper(ref: str, doc_id: str) -> Response:
    """A card or letter of a payer, for the people of the money, who see no other document."""
    case = staff_case(ref)
    linked = (one for row in _every_payer(case) for one in row.papers if one.document.public_id == doc_id)
    found: PayerPaper | None = next(linked, None)
    return files.hand_out(case, found.document) if found else abort(404)


def _every_payer(case: Case) -> list[CasePayer]:
    return [*payers_of(db.session(), case), *queries.ended_payers(db.session(), case.id)]


# --- the question to an insurer --------------------------------------------------------------------------------


@bp.route("/c/<ref>/money/checks/new", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def check_new(ref: str):
    """Ask one of the insurers of this case."""
    case = staff_case(ref)
    form = AskForm(data={"payer": request.args.get("payer", "")})
    asked = [row for row in payers_of(db.session(), case) if row.kind in INSURERS]
    form.payer.choices = [(row.public_id, row.name) for row in asked]

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        check = actions.request_check(
            session, locked, _payer(session, locked, form.payer.data), asked_of=form.asked_of.data,
            channel=CheckChannel(form.channel.data), **who(),
        )  # fmt: skip
        session.flush()
        return url_for("insurance_staff.check", ref=ref, public_id=check.public_id)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    html = render_template(
        "journey/finance/insurance/staff/check_new.html", page=_page(case), form=form, has_insurer=bool(asked)
    )
    return html, _status(form)


@bp.route("/c/<ref>/money/checks/<public_id>", methods=["GET", "POST"])
@staff(Right.SEE_MONEY)
def check(ref: str, public_id: str):
    """One question: its tries and its answer, or the form for it."""
    case = staff_case(ref, Right.EDIT_MONEY) if request.method == "POST" else staff_case(ref)
    row = _check(db.session(), case, public_id)
    form = AnswerForm(data={"version": row.version}).prepare(
        row.payer.limit_currency or case.hospital.currency
    )

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        asked_for = expectation.amount_of(
            expectation.estimate_of(facts.load(session, locked), with_draft=True)
        )
        found = _check(session, locked, public_id)
        actions.answer_check(session, locked, found, form.answer, asked_for=asked_for, **who())
        flash(_("The answer is noted. The family is told that it is here."), "success")
        return url_for("insurance_staff.check", ref=ref, public_id=public_id)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _check_page(case, public_id, form, TryForm(formdata=None), WithdrawForm(formdata=None))


def _check_page(case: Case, public_id: str, form: Form, tried: Form, withdraw: Form) -> tuple[str, int]:
    page = _page(case)
    row = _check(db.session(), case, public_id)
    found = _found(page)
    html = render_template(
        "journey/finance/insurance/staff/check.html", page=page, check=row, form=form, tried=tried, withdraw=withdraw,
        found=found, mine=next((one for one in found.rows if one.payer.id == row.payer_id), None), words=words,
        now=now(),
    )  # fmt: skip
    return html, _status(form, tried, withdraw)


def _beside(ref: str, public_id: str, form: Form, work: Any) -> Any:
    """One of the two small forms of the page of a check."""
    case = staff_case(ref)
    _check(db.session(), case, public_id)
    place = url_for("insurance_staff.check", ref=ref, public_id=public_id)
    if not form.is_submitted():
        return redirect(place)

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        work(session, locked, _check(session, locked, public_id))
        return place

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    usual = AnswerForm(formdata=None).prepare(case.hospital.currency)
    tried = form if isinstance(form, TryForm) else TryForm(formdata=None)
    withdraw = form if isinstance(form, WithdrawForm) else WithdrawForm(formdata=None)
    return _check_page(case, public_id, usual, tried, withdraw)


@bp.route("/c/<ref>/money/checks/<public_id>/try", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def check_try(ref: str, public_id: str):
    form = TryForm()

    def work(session: Session, locked: Case, row: BenefitCheck) -> None:
        channel = CheckChannel(form.try_channel.data)
        actions.note_try(session, locked, row, channel=channel, note=form.try_note.data, **who())

    return _beside(ref, public_id, form, work)


@bp.route("/c/<ref>/money/checks/<public_id>/withdraw", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def check_withdraw(ref: str, public_id: str):
    form = WithdrawForm()

    def work(session: Session, locked: Case, row: BenefitCheck) -> None:
        actions.withdraw_check(session, locked, row, why=form.why.data, **who())

    return _beside(ref, public_id, form, work)


# --- across cases ----------------------------------------------------------------------------------------------


@bp.get("/finance/checks")
@staff(Right.SEE_MONEY)
def checks():
    """Every open question to an insurer, the first due first."""
    page = queries.open_checks(db.session(), my_hospitals(), request.args.get("after", ""))
    return render_template(
        "journey/finance/insurance/staff/checks.html", rows=page.rows, after=page.after, now=now()
    )


@add_part
def checks_of_day(reader: StaffUser) -> str:
    """For My day: the reader's own insurance checks that are past their time or due today."""
    mine = hospitals_with(reader, frozenset({Right.EDIT_MONEY}))
    if not mine:
        return ""
    found = queries.due_checks(db.session(), mine, reader.id, day_ends_at(reader))
    if not found:
        return ""
    return render_template("journey/finance/insurance/staff/_checks_of_day.html", rows=found, now=now())
