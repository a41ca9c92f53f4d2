"""S14: payers, one by one and as a board of what they come to owe."""

import csv
import io
from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as WerkzeugResponse

from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Actor, Right, rights_of
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.exposure import AGES
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import PayerStanding
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.guarantees.forms import plain, shown
from concierge.journey.finance.guarantees.queries import uses_of
from concierge.journey.finance.guarantees.words import STOP
from concierge.journey.finance.payers import actions, queries
from concierge.journey.finance.payers.forms import (
    BENEFIT_WORDS,
    AgreementForm,
    ContactForm,
    FactsForm,
    NewForm,
    StandingForm,
    StopRuleForm,
    TalkForm,
)
from concierge.models import Case, Hospital, PayerOrganisation
from concierge.web.access import my_hospitals, signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("payers_staff", __name__)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Answer = WerkzeugResponse | tuple[str, int]
_MOST_ROWS = 5000  # of a file


def _hospitals(*rights: Right) -> list[Hospital]:
    found = sa.select(Hospital).where(Hospital.id.in_(my_hospitals(*rights))).order_by(Hospital.id)
    return list(db.session.scalars(found))


def _organisation(session: Session, oid: str, *rights: Right) -> PayerOrganisation:
    """The organisation, where the reader holds the right in *its* hospital; else 404."""
    return queries.find_organisation(session, oid, my_hospitals(*rights)) or abort(404)


def _actor(organisation: PayerOrganisation) -> Actor:
    user = signed_in_staff()
    return Actor("staff", user.id, user.name, rights_of(user.roles_at(organisation.hospital_id)))


def _may(organisation: PayerOrganisation, right: Right) -> bool:
    return right in _actor(organisation).rights


def _hospital(organisation: PayerOrganisation) -> Hospital:
    return db.session.get_one(Hospital, organisation.hospital_id)


@bp.get("/finance/payers")
@staff(Right.SEE_MONEY)
def payers():
    """Every organisation by name; the search reads any script."""
    text = request.args.get("q", "")
    page = queries.organisations_page(db.session(), my_hospitals(), text, request.args.get("after", ""))
    places = {one.id: one for one in _hospitals()}
    return render_template(
        "journey/finance/payers/staff/payers.html", rows=page.rows, after=page.after, q=text, hospitals=places,
        may_add=bool(my_hospitals(Right.EDIT_MONEY)),
    )  # fmt: skip


@bp.route("/finance/payers/new", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def new():
    hospitals = _hospitals()
    form = NewForm().at(hospitals)

    def run(session: Session) -> str:
        chosen = next(one for one in hospitals if one.slug == form.hospital.data)
        made = actions.add_organisation(session, session.get_one(Hospital, chosen.id), **form.facts)
        return url_for("payers_staff.organisation", oid=made.public_id)

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return render_template("journey/finance/payers/staff/new.html", form=form), 422 if form.errors else 200


# --- one organisation ------------------------------------------------------------------------------------------


@bp.get("/finance/payers/<oid>")
@staff(Right.SEE_MONEY)
def organisation(oid: str):
    return _show(_organisation(db.session(), oid))


def _show(shown_one: PayerOrganisation, **failing: Form) -> str:
    """One organisation: standing, exposure, its people, agreements, letters, unpaid bills, and what was said."""
    session, hospital = db.session(), _hospital(shown_one)
    today = local_day(now(), hospital.timezone)
    band = whole(request.args.get("age"), len(AGES) - 1)
    letters, older_letters = queries.letters_page(
        session, shown_one, whole(request.args.get("letters_before"))
    )
    talks, older_talks = queries.liaison_page(
        session, organisation_id=shown_one.id, before=whole(request.args.get("talks_before"))
    )
    rows = queries.exposures(session, [shown_one.hospital_id], today, organisation_id=shown_one.id).rows
    wrong = [form for form in failing.values() if form.errors or form.form_errors]
    return render_template(
        "journey/finance/payers/staff/organisation.html", one=shown_one, hospital=hospital, exposure=rows,
        contacts=queries.contacts_of(session, shown_one), agreements=queries.agreements_of(session, shown_one),
        letters=letters, older_letters=older_letters, uses=uses_of(session, [letter for letter, _case in letters]),
        bills=queries.unpaid_bills(session, shown_one, band, today), band=band, ages=AGES, talks=talks,
        older_talks=older_talks, forms={**_forms(shown_one), **failing}, failing=wrong,
        has_errors=bool(wrong), stop_words=STOP, today=today, benefit_words=BENEFIT_WORDS, shown_name=shown,
        act=ActForm,
    )  # fmt: skip


def _forms(one: PayerOrganisation) -> dict[str, Form]:
    """What this reader may write here, by name; each carries the version that was seen."""
    forms: dict[str, Form] = {}
    if _may(one, Right.EDIT_MONEY):
        facts = FactsForm(name=one.name, kind=one.kind.value, country=one.country)
        forms |= {
            "facts": facts.offer(), "contact": ContactForm().offer(one.country),
            "agreement": AgreementForm().paid_in(one.exposure_currency), "talk": TalkForm(),
        }  # fmt: skip
    if _may(one, Right.CONFIRM_MONEY):
        forms["standing"] = StandingForm(standing=one.standing.value, reason=one.standing_reason)
    if _may(one, Right.SET_PRICES):
        limit, days = one.exposure_limit, one.most_overdue_days
        rule = StopRuleForm(
            limit=plain(limit) if limit else "", most_overdue_days="" if days is None else str(days)
        )
        rule.limit.currency = one.exposure_currency
        forms["rule"] = rule
    for form in forms.values():
        if isinstance(form, ActForm):
            form.version.data = form.version.data or str(one.version)
    return forms


def _answer(
    oid: str, right: Right, form: Form, slot: str, work: Callable[[Session, PayerOrganisation], None]
) -> Answer:
    """One POST of the page of an organisation; the reader must hold the right in its hospital."""
    one = _organisation(db.session(), oid, right)
    here = url_for("payers_staff.organisation", oid=one.public_id, _anchor=slot)
    if not form.is_submitted():
        return redirect(here)

    def run(session: Session) -> str:
        work(session, _organisation(session, oid, right))
        return here

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return _show(one, **{slot: form}), 422


@bp.route("/finance/payers/<oid>/facts", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def facts(oid: str):
    form = FactsForm().offer()

    def work(session: Session, kept: PayerOrganisation) -> None:
        actions.change_organisation(session, kept, version=form.shown_version, **form.facts)

    return _answer(oid, Right.EDIT_MONEY, form, "facts", work)


@bp.route("/finance/payers/<oid>/standing", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def standing(oid: str):
    form = StandingForm()

    def work(session: Session, kept: PayerOrganisation) -> None:
        actions.set_standing(
            session, kept, standing=PayerStanding(form.standing.data), reason=form.reason.data or "",
            version=form.shown_version, actor=_actor(kept), now=now(),
        )  # fmt: skip

    return _answer(oid, Right.CONFIRM_MONEY, form, "standing", work)


@bp.route("/finance/payers/<oid>/rule", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def rule(oid: str):
    """The stop rule of this guarantor."""
    form = StopRuleForm()
    form.limit.currency = _organisation(db.session(), oid, Right.SET_PRICES).exposure_currency

    def work(session: Session, kept: PayerOrganisation) -> None:
        actions.set_stop_rule(
            session, kept, limit=form.limit.money_or_none, most_overdue_days=form.most_overdue_days.number_or_none,
            version=form.shown_version,
        )  # fmt: skip

    return _answer(oid, Right.SET_PRICES, form, "rule", work)


@bp.route("/finance/payers/<oid>/contacts", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def contact(oid: str):
    form = ContactForm().offer(_organisation(db.session(), oid, Right.EDIT_MONEY).country)

    def work(session: Session, kept: PayerOrganisation) -> None:
        actions.add_contact(session, kept, **form.facts)

    return _answer(oid, Right.EDIT_MONEY, form, "contact", work)


@bp.route("/finance/payers/<oid>/contacts/<cid>/end", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def contact_end(oid: str, cid: str):
    def work(session: Session, kept: PayerOrganisation) -> None:
        actions.end_contact(session, kept, cid, on=now().date())

    return _answer(oid, Right.EDIT_MONEY, ActForm(), "contact-end", work)


@bp.route("/finance/payers/<oid>/agreements", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def agreement(oid: str):
    form = AgreementForm().paid_in(_organisation(db.session(), oid, Right.EDIT_MONEY).exposure_currency)

    def work(session: Session, kept: PayerOrganisation) -> None:
        actions.add_agreement(session, kept, **form.facts, actor=_actor(kept), now=now())

    return _answer(oid, Right.EDIT_MONEY, form, "agreement", work)


@bp.route("/finance/payers/<oid>/talks", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def talk(oid: str):
    """A call or mail, of a case or of none."""
    form = TalkForm()

    def work(session: Session, kept: PayerOrganisation) -> None:
        case = _case_about(session, kept, form.about.data or "")
        actions.note_liaison(session, kept, case=case, **form.facts, actor=_actor(kept), now=now())

    return _answer(oid, Right.EDIT_MONEY, form, "talk", work)


def _case_about(session: Session, one: PayerOrganisation, reference: str) -> Case | None:
    """The case of this reference at the organisation's hospital, locked."""
    if not reference:
        return None
    number = whole(reference.rpartition("-")[2])
    case = session.get(Case, number) if number else None
    if case is None or case.reference != reference.upper() or case.hospital_id != one.hospital_id:
        raise InvalidInput("about", "no_such_case")
    return lock(session, case.id)


# --- the board -------------------------------------------------------------------------------------------------


@bp.get("/finance/exposure")
@staff(Right.SEE_MONEY)
def exposure():
    """What each guarantor comes to owe, and which of them is stopped."""
    page = queries.exposures(db.session(), my_hospitals(), now().date(), after=request.args.get("after", ""))
    return render_template(
        "journey/finance/payers/staff/exposure.html",
        rows=page.rows,
        after=page.after,
        ages=AGES,
        stop_words=STOP,
    )


@bp.get("/finance/exposure.csv")
@staff(Right.SEE_MONEY)
def exposure_csv():
    """The same board as a file, amounts in major units with a point."""
    text, rows, after = io.StringIO(), 0, ""
    table = csv.writer(text)
    bands = [f"overdue_{first}_{last or 'more'}" for first, last in AGES]
    table.writerow(
        ("guarantor", "kind", "standing", "currency", "committed", "billed", *bands, "limit", "stopped")
    )
    while rows < _MOST_ROWS:
        page = queries.exposures(db.session(), my_hospitals(), now().date(), after=after)
        table.writerows(_line(row) for row in page.rows)
        rows, after = rows + len(page.rows), page.after
        if not after:
            break
    headers = {"Content-Disposition": "attachment; filename=exposure.csv", "Cache-Control": "no-store"}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def _line(row: queries.ExposureRow) -> tuple:
    one, limit = row.organisation, row.organisation.exposure_limit
    name = f"'{one.name}" if one.name.startswith(_FORMULA) else one.name  # a spreadsheet would run it
    own = limit.amount if limit and limit.currency == row.currency else ""
    amounts = (row.exposure.committed, row.exposure.billed, *row.exposure.overdue)
    return (
        name,
        one.kind,
        one.standing,
        row.currency,
        *(a.amount for a in amounts),
        own,
        " ".join(row.stops),
    )
