"""The consult tab: the first talk is noted, who pays and which records are needed is agreed."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.forms import version_of
from concierge.cases.page import case_page
from concierge.conversation.call_form import CallForm
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import (
    CallOutcome,
    CallPurpose,
    CancerType,
    PayerKind,
    Programme,
    RecordState,
)
from concierge.journey.consult import actions
from concierge.journey.consult.booking.actions import noted_call
from concierge.journey.consult.forms import LISTED, IllnessForm, PayerForm, RecordsForm
from concierge.models import Case
from concierge.web.access import current_actor, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("consult_staff", __name__)


@bp.get("/c/<ref>/consult")
@staff(Right.SEE_CASES)
def consult(ref: str):
    return _consult(staff_case(ref))


def _consult(case: Case, **given: Form):
    """The page with its forms; the one that was refused comes with what was typed."""
    page = case_page(case)
    proposed = {one.kind: one for one in actions.proposed_records(db.session(), case)}
    listed = {item.kind: item for item in page.file.checklist}
    forms = {
        "illness_form": _illness_form(case, formdata=None),
        "call_form": CallForm(case, now(), CallOutcome.HELD, formdata=None),
        "payer_form": _payer_form(case, formdata=None),
        "records_form": _records_form(case, listed or proposed, formdata=None),
    }
    html = render_template(
        "journey/consult/staff/consult.html", page=page, **(forms | given), now=now(), proposed=proposed, listed=listed,
        kinds=[kind for kind in proposed if kind in LISTED] + [kind for kind in LISTED if kind not in proposed],
        missing=RecordState.MISSING, has_errors=bool(given), calls=list(reversed(page.file.calls)),
    )  # fmt: skip
    return html, 422 if given else 200


def _illness_form(case: Case, **options) -> IllnessForm:
    shown = {
        "cancer_type": case.cancer_type.value,
        "stage": case.stage_reported,
        "programme": case.programme.value,
        "question": case.question,
        "version": case.version,
    }
    return IllnessForm(data=shown, **options)


def _payer_form(case: Case, **options) -> PayerForm:
    letter = "unknown" if case.payer_letter_known_at is None else "needed" if case.payer_letter else "none"
    shown = {
        "kind": case.payer_kind.value if case.payer_kind else PayerKind.SELF_PAY.value,
        "payer_name": case.payer_name,
        "letter": letter,
        "letter_text": case.payer_letter,
        "is_beneficiary": case.person.is_government_beneficiary,
        "version": case.version,
    }
    return PayerForm(data=shown, **options)


def _records_form(case: Case, shown: dict, **options) -> RecordsForm:
    ticks = {
        "records": [kind.value for kind in shown],
        "minimum": [kind.value for kind, one in shown.items() if one.is_minimum],
    }
    return RecordsForm(data=ticks | {"version": case.version}, **options)


def _change(
    case: Case, name: str, form: Form, anchor: str, message: str, act: Callable[[Session, Case], None]
):
    """One form of the page: save and come back to its place, or show the page again with what was typed."""
    place = url_for("consult_staff.consult", ref=case.reference, _anchor=anchor)

    def work(session: Session) -> str:
        act(session, lock(session, case.id))
        flash(message, "success")
        return place

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _consult(case, **{name: form}) if form.is_submitted() else redirect(place)


@bp.route("/c/<ref>/consult/illness", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def note_illness(ref: str):
    case = staff_case(ref)
    form = _illness_form(case)

    def act(session: Session, case_now: Case) -> None:
        actions.note_illness(
            session, case_now, cancer_type=CancerType(form.cancer_type.data), stage=form.stage.data,
            programme=Programme(form.programme.data), question=form.question.data, version=version_of(form.version),
            actor=current_actor(), now=now(),
        )  # fmt: skip

    return _change(case, "illness_form", form, "illness", _("The facts are saved."), act)


@bp.route("/c/<ref>/consult/call", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def note_consult_call(ref: str):
    case = staff_case(ref)
    form = CallForm(case, now(), CallOutcome.HELD)

    def act(session: Session, case_now: Case) -> None:
        facts = form.facts()
        if facts.outcome is CallOutcome.HELD:
            noted_call(session, case_now, at=facts.at, now=now())
        facts.note(session, case_now, CallPurpose.CONSULT, actor=current_actor(), now=now())

    return _change(case, "call_form", form, "call", _("The call is noted."), act)


@bp.route("/c/<ref>/consult/payer", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def note_payer(ref: str):
    case = staff_case(ref)
    form = _payer_form(case)

    def act(session: Session, case_now: Case) -> None:
        if form.letter.data == "needed" and not form.letter_text.data:
            raise InvalidInput("letter_text", "letter_needed")
        letter = {"unknown": None, "none": "", "needed": form.letter_text.data}[form.letter.data]
        actions.note_payer(
            session, case_now, kind=PayerKind(form.kind.data), name=form.payer_name.data, letter=letter,
            is_beneficiary=form.is_beneficiary.data, version=version_of(form.version), actor=current_actor(), now=now(),
        )  # fmt: skip

    return _change(case, "payer_form", form, "payer", _("It is noted who pays."), act)


@bp.route("/c/<ref>/consult/records", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def agree_records(ref: str):
    case, form = staff_case(ref), RecordsForm()

    def act(session: Session, case_now: Case) -> None:
        actions.agree_records(
            session, case_now, form.wanted, version=version_of(form.version), actor=current_actor(), now=now()
        )

    return _change(
        case, "records_form", form, "records", _("The list is agreed, and the family is told."), act
    )
