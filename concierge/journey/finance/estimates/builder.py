"""The builder of an estimate (S13): everything that its page shows, and the page after a refusal or a conflict."""

from dataclasses import dataclass

from flask import g, render_template, request
from flask_babel import force_locale

from concierge.cases.page import CasePage, case_page
from concierge.cases.trip_costs import to_estimate, trip_costs
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.estimate import Approval, Totals, beside
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import Benefit, EstimateState
from concierge.journey.finance.estimates import actions, queries, words
from concierge.journey.finance.estimates.costs_page import (
    ChangeRow,
    LineRow,
    Moved,
    changes_between,
    line_row,
    moved_since,
    parts_of,
)
from concierge.journey.finance.estimates.forms import (
    AddLineForm,
    IssueForm,
    ReturnForm,
    StartForm,
    TextsForm,
    lines_form,
    shares_form,
)
from concierge.journey.finance.estimates.known import Reading, reading_of
from concierge.journey.finance.estimates.panel import Clock, clock_of
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.queries import names_of
from concierge.models import Case, Estimate
from concierge.web.access import current_actor, has_right
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.refusals import error_text
from config import LOCALES


@dataclass(frozen=True)
class Conflict:
    """Somebody was faster: why, and for each field what this reader sent and what stands there now."""

    text: object
    rows: list[tuple[object, str, str]]


@dataclass(frozen=True)
class Draft:
    """The open draft, laid out. `ended` are ids of lines whose tariff no longer holds.

    `warning` says that the lines lie outside of what finished cases of the package have cost.
    """

    estimate: Estimate
    phases: list[tuple[object, MoneyRange, list[LineRow]]]
    totals: Totals
    reading: Reading
    package_name: str
    warning: object
    parts: list
    ended: set[int]
    changes: list[ChangeRow]
    moved: Moved | None
    missing: list
    approval: Approval
    asked_by: str
    may_decide: bool
    trip: dict[Benefit, Money]


@dataclass(frozen=True)
class BuilderPage:
    draft: Draft | None
    issued: Estimate | None
    versions: list[Estimate]
    starts: list[tuple[str, queries.Start]]
    similar: list[queries.Start]
    forms: dict[str, Form]
    clock: Clock | None


def show_builder(case: Case, *, conflict: Conflict | None = None, **failing: Form) -> str:
    """The page; `failing` are forms that were refused, by slot."""
    g.case_tab = "finance_staff.money"
    page = case_page(case)
    errors = [form for form in failing.values() if form.errors or form.form_errors]
    return render_template(
        "journey/finance/estimates/staff/builder.html", page=page, shown=builder_page(page, failing), words=words,
        conflict=conflict, failing=errors, has_errors=bool(errors),
    )  # fmt: skip


def builder_page(page: CasePage, failing: dict[str, Form]) -> BuilderPage:
    """Read and lay out. Where to start from is read only while there is no draft."""
    case, file, session = page.case, page.file, db.session()
    draft = next((e for e in file.estimates if e.state is EstimateState.DRAFT), None)
    is_start = draft is None and has_right(Right.EDIT_MONEY)
    return BuilderPage(
        draft=_draft(page, draft) if draft else None,
        issued=file.issued,
        versions=[e for e in reversed(file.estimates) if e.state is not EstimateState.DRAFT],
        starts=[(_title(start), start) for start in queries.starting_points(session, case, now())]
        if is_start
        else [],
        similar=queries.similar_cases(session, case, now()) if is_start else [],
        forms={**forms_of(case, draft), **failing},
        clock=clock_of(page),
    )


def _title(start: queries.Start) -> str:
    """A package in the reader's language."""
    return _in_own_words(start.name) if start.name else ""


def _in_own_words(name: dict) -> str:
    return name.get(current_code()) or name["en"]


def _draft(page: CasePage, draft: Estimate) -> Draft:
    case, session, kept = page.case, db.session(), draft.totals
    today = local_day(now(), case.hospital.timezone)
    approval = actions.standing(case, draft)
    is_own = draft.asked_by_id == current_actor().id
    reading = reading_of(session, draft, today)
    known = reading.known.range if reading.known and draft.lines else None
    return Draft(
        estimate=draft,
        phases=[
            (label(phase), total, [line_row(line) for line in draft.lines if line.phase is phase])
            for phase, total in kept.by_phase
        ],
        totals=kept,
        reading=reading,
        package_name=_in_own_words(reading.package.name) if reading.package else "",
        warning=words.BESIDE.get(beside(reading.total, known), "") if known else "",
        parts=parts_of(draft),
        ended={line.id for line in queries.ended_lines(draft, queries.tariffs_of(session, draft), today)},
        changes=changes_between(page.file.issued, draft),
        moved=moved_since(page.file, draft),
        missing=[words.MISSING[code] for code in actions.missing_contents(case, draft)],
        approval=approval,
        asked_by=names_of(session, {draft.asked_by_id}).get(draft.asked_by_id or 0, ""),
        may_decide=approval is Approval.WAITING and has_right(Right.CONFIRM_MONEY) and not is_own,
        trip=to_estimate(trip_costs(session, case.id), draft.currency),
    )


def forms_of(case: Case, draft: Estimate | None) -> dict[str, Form]:
    """The forms of this reader; each carries the version that the page shows, whatever another form has sent."""
    kept: dict = {} if request.method == "GET" else {"formdata": None}
    forms: dict[str, ActForm] = {}
    if has_right(Right.EDIT_MONEY):
        forms = _draft_forms(case, draft, kept) if draft else {"start": StartForm(**kept)}
    if draft and has_right(Right.CONFIRM_MONEY):
        forms |= {"approve": ActForm(**kept), "return": ReturnForm(**kept)}
    for form in forms.values():
        if draft:
            form.version.data = form.version.data or str(draft.version)
    return dict(forms)


def _draft_forms(case: Case, draft: Estimate, kept: dict) -> dict[str, ActForm]:
    tariffs = queries.valid_tariffs(db.session(), case, now())
    usual = local_day(now(), case.hospital.timezone) + actions.USUAL_VALIDITY
    return {
        "lines": lines_form(draft, **kept),
        "add": AddLineForm(**kept).offer([t for t in tariffs if t.currency == draft.currency]),
        "texts": TextsForm(
            text_language=draft.text_language, included=draft.included, not_included=draft.not_included,
            could_change=draft.could_change, primary=draft.primary_service, diagnosis=draft.diagnosis_codes, **kept,
        ),
        "shares": shares_form(draft, **kept),
        "ask": ActForm(**kept),
        "trip": ActForm(**kept),
        "issue": IssueForm(issue_until=(draft.valid_until or usual).isoformat(), **kept),
    }  # fmt: skip


def conflict_of(case: Case, sent: Form, slot: str, code: str) -> Conflict:
    """Both versions of what this reader sent: theirs, and what stands there now."""
    fresh = forms_of(case, queries.find_draft(db.session(), case.id)).get(slot)
    rows = []
    for field in sent:
        now_there = str(fresh[field.name].data or "") if fresh and field.name in fresh else ""
        if not field.flags.hidden and str(field.data or "") != now_there:
            rows.append((field.label.text, str(field.data or ""), now_there))
    return Conflict(error_text(code), rows)


def trip_names() -> dict[Benefit, dict[str, str]]:
    """What the lines of the trip are called, in every language that we ship: an issued line is frozen."""
    names: dict[Benefit, dict[str, str]] = {benefit: {} for benefit in Benefit}
    for info in LOCALES:
        with force_locale(info.code):
            for benefit, text in words.TRIP.items():
                names[benefit][info.code] = str(text)
    return names


def first_texts(case: Case) -> actions.Texts:
    """The standard texts in the patient's language, where we ship it, else in English."""
    shipped = {info.code for info in LOCALES}
    language = case.person.language if case.person.language in shipped else "en"
    with force_locale(language):
        texts = {name: str(text) for name, text in words.STANDARD_TEXTS.items()}
        primary = str(words.PRIMARY[case.programme])
    return actions.Texts(**texts, language=language, primary=primary)
