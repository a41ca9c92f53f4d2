"""The status page of one referral: the same for a private link and for the doctor's own window."""

from flask import Response, abort, flash, g, render_template
from flask_babel import ngettext

from concierge.db import db
from concierge.domain.journey import LAST_STEP, CaseState, Step
from concierge.domain.vocabulary import RecordKind
from concierge.journey.contact.referral import papers, queries, words
from concierge.models import Referral
from concierge.records import files, forms
from concierge.records.forms import UploadForm
from concierge.web.clock import now
from concierge.web.guard import count_try
from concierge.web.paper import pdf_response


def status_page(template: str, referral: Referral, here: str, letter_url: str, **more):
    """The page, or the way on after documents were sent. `here` is its own address."""
    stand = queries.standing(db.session(), referral)
    form = _upload_form(stand)
    batch = files.Batch()
    if form.validate_on_submit():
        batch = files.take_in(
            form, form.files.files, stand.case, RecordKind(form.kind.data), _thanks(stand, here)
        )
        if batch.done and not batch.problems:
            return batch.done
    g.shown_hospital = stand.case.hospital
    return render_template(
        template, stand=stand, referral=referral, form=form, kept=batch.kept, here=here,
        steps=_steps(stand), letter_url=letter_url if stand.letter else "", now=now(),
        sent=queries.sent_documents(db.session(), referral), can_add=stand.case.state is not CaseState.CLOSED, **more,
    ), 422 if form.errors or form.form_errors else 200  # fmt: skip


def letter(referral: Referral) -> Response:
    """The decision for the doctor; 404 before it was told to the patient, and without the patient's consent."""
    stand = queries.standing(db.session(), referral)
    if stand.letter is None:
        abort(404)
    made = papers.decision_letter(referral, stand.letter, stand.answer, now())
    return pdf_response(made, f"{stand.case.reference}-letter-to-doctor.pdf")


def _upload_form(stand: queries.Standing) -> UploadForm:
    """What is missing stands first; where the doctor may not know it, the order says nothing."""
    form = forms.for_portal([])
    missing = [kind.value for kind in stand.missing]
    options = [(choice.value, choice.label) for choice in form.kind.iter_choices()]
    form.kind.choices = sorted(options, key=lambda option: (option[0] != "", option[0] not in missing))
    return form


def _thanks(stand: queries.Standing, here: str):
    def led_to(count: int) -> str:
        count_try(db.session(), "refer_add", most=40)
        flash(ngettext("We have %(num)s new document.", "We have %(num)s new documents.", count), "success")
        return here

    return led_to


def _steps(stand: queries.Standing) -> list:
    """The six steps, or nothing where the doctor may not know."""
    if not stand.may_hear or stand.is_closed:
        return []
    now_at, last = stand.step.number, LAST_STEP[stand.case.programme].number
    return [
        (step.number, words.step_text(step), _state(step.number, now_at), _note(stand, step))
        for step in Step
        if step.number <= last
    ]


def _state(number: int, now_at: int) -> str:
    return "done" if number < now_at else "now" if number == now_at else "next"


def _note(stand: queries.Standing, step: Step) -> str | None:
    return str(words.waits_text(stand.waiting_on)) if step is stand.step else None
