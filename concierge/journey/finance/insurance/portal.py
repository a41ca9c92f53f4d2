"""T9: who pays, what the family knows of each payer, its card and letters, and what may be left for them."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import facts
from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Area
from concierge.domain.journey import CaseState
from concierge.domain.payers import INSURERS, PAPERS
from concierge.domain.vocabulary import PaperKind, RecordKind
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.insurance import actions, expectation, payer_page, queries, words
from concierge.journey.finance.insurance.forms import FactsForm, PaperForm, stated_facts
from concierge.journey.finance.tab import who
from concierge.models import Case, CasePayer, Document
from concierge.records import files
from concierge.web.access import portal, portal_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("insurance_portal", __name__)

_RECORD = {
    PaperKind.CARD: RecordKind.INSURANCE_CARD,
    PaperKind.REFERRAL: RecordKind.REFERRAL_LETTER,
    PaperKind.GUARANTEE: RecordKind.GUARANTEE_LETTER,
}


def _payer(session: Session, case: Case, payer_id: str) -> CasePayer:
    """A payer of this case that still pays."""
    found = queries.find_payer(session, case.id, payer_id) if payer_id.isalnum() else None
    return found if found and found.ended_at is None else abort(404)


def _status(form: Form) -> int:
    return 422 if form.errors or form.form_errors else 200


@bp.get("/portal/<pid>/payer")
@portal(Area.MONEY)
def payer(pid: str):
    """Who pays in which order, what is asked, received and covered, and what may be left to pay."""
    case, part = portal_case(pid)
    found = expectation.build(db.session(), facts.load(db.session(), case), now(), with_draft=False)
    return render_template(
        "journey/finance/insurance/portal/payer.html", case=case, found=found, cards=payer_page.cards_of(found),
        words=words, act=ActForm, may_write=case.state is not CaseState.CLOSED, reader_tz=part.account.timezone,
        now=now(), insurers=INSURERS,
    )  # fmt: skip


@bp.route("/portal/<pid>/payer/new", methods=["GET", "POST"])
@portal(Area.MONEY)
def payer_new(pid: str):
    """Somebody else who pays, before the patient."""
    case, _part = portal_case(pid)
    form = FactsForm()

    def write(session: Session, locked: Case) -> None:
        actions.add_payer(session, locked, form.facts, **who())

    if form.validate_on_submit() and (done := _saved(case, form, write)):
        return done
    html = render_template("journey/finance/insurance/portal/payer_new.html", case=case, form=form)
    return html, _status(form)


@bp.route("/portal/<pid>/payer/<payer_id>", methods=["GET", "POST"])
@portal(Area.MONEY)
def payer_facts(pid: str, payer_id: str):
    """What the family knows of one payer."""
    case, _part = portal_case(pid)
    row = _payer(db.session(), case, payer_id)
    form = FactsForm(data=stated_facts(row))

    def write(session: Session, locked: Case) -> None:
        actions.say_facts(session, locked, _payer(session, locked, payer_id), form.facts, **who())

    if form.validate_on_submit() and (done := _saved(case, form, write)):
        return done
    html = render_template(
        "journey/finance/insurance/portal/payer_facts.html", case=case, form=form, payer=row,
        is_checked=row.verified_at is not None,
    )  # fmt: skip
    return html, _status(form)


def _saved(case: Case, form: Form, write: Callable[[Session, Case], None]):
    def work(session: Session) -> str:
        write(session, lock(session, case.id))
        flash(_("Thank you. We have noted it."), "success")
        return url_for("insurance_portal.payer", pid=case.public_id)

    return submit(form, work)


@bp.route("/portal/<pid>/payer/<payer_id>/paper", methods=["GET", "POST"])
@portal(Area.MONEY)
def paper(pid: str, payer_id: str):
    """*Add the letter*, or the card; what does not fit is said plainly, and the team is told."""
    case, _part = portal_case(pid)
    row = _payer(db.session(), case, payer_id)
    form = PaperForm(data={"kind": request.args.get("kind", "")}).prepare(case.hospital.currency)
    kind = form.paper_kind
    if kind not in PAPERS[row.kind]:
        return redirect(url_for("insurance_portal.payer", pid=pid))
    batch = files.Batch()
    if form.validate_on_submit():
        batch = _take_in(form, case, payer_id, kind)
        if batch.done and not batch.problems:
            return batch.done
    html = render_template(
        "journey/finance/insurance/portal/paper.html", case=case, form=form, payer=row, kind=kind, kept=batch.kept,
        is_letter=kind is PaperKind.GUARANTEE,
    )  # fmt: skip
    return html, _status(form)


def _take_in(form: PaperForm, case: Case, payer_id: str, kind: PaperKind) -> files.Batch:
    issued = facts.load(db.session(), case).issued
    differs = payer_page.differs_of(form, case, issued) if kind is PaperKind.GUARANTEE else []

    def also(session: Session, locked: Case, documents: list[Document]) -> None:
        row = _payer(session, locked, payer_id)
        actions.add_paper(session, locked, row, documents, kind=kind, differs=differs, **who())

    def led_to(_count: int) -> str:
        for code in differs:
            flash(words.DIFFERS[code], "warn")
        flash(_("We have it. A person of our team reads it."), "success")
        return url_for("insurance_portal.payer", pid=case.public_id)

    return files.take_in(form, form.files.files, case, _RECORD[kind], led_to, also)


@bp.route("/portal/<pid>/payer/<payer_id>/ask", methods=["GET", "POST"])
@portal(Area.MONEY)
def ask(pid: str, payer_id: str):
    """*Ask my insurer what it covers*."""
    case, _part = portal_case(pid)
    form = ActForm()

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        actions.request_check(session, locked, _payer(session, locked, payer_id), **who())
        flash(_("We ask your insurer and write to you when there is an answer."), "success")
        return url_for("insurance_portal.payer", pid=pid)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return redirect(url_for("insurance_portal.payer", pid=pid))
