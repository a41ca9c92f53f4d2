"""Prices as leads set them and everybody of finance reads them: tariffs, packages, the table of deposits."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain import tariff_file
from concierge.domain.access import Right
from concierge.domain.deposit import choose_rule
from concierge.domain.errors import DomainError
from concierge.domain.estimate import LEAST_ACTUALS
from concierge.domain.numbers import whole
from concierge.domain.people import clean_line
from concierge.domain.vocabulary import CancerType, PayerKind, Phase, RangeSource
from concierge.journey.finance.prices import actions, queries
from concierge.journey.finance.prices.file_page import PREVIEWED, read_upload, shown_faults
from concierge.journey.finance.prices.forms import (
    SPARE_LINES,
    EndForm,
    FileForm,
    ImportForm,
    NextRuleForm,
    PriceForm,
    RuleForm,
    TariffForm,
    package_form,
)
from concierge.journey.finance.prices.panel import actual_form
from concierge.journey.finance.prices.place import (
    SHOWN,
    Place,
    chosen_state,
    import_of,
    named,
    package_of,
    place,
    rule_of,
    tariff_of,
)
from concierge.journey.finance.tab import act, who
from concierge.models import Case, DepositRule, Package, PriceImport, Tariff
from concierge.web.access import current_actor, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.labels import choices
from concierge.web.once import submit
from concierge.web.refusals import error_text
from config import LOCALES

bp = Blueprint("prices_staff", __name__)
LANGUAGES = [info.code for info in LOCALES]


def _sent(form: Form, work: Callable[[Session], str]) -> Response | None:
    """The answer to a valid form; None where it is shown, for the first time or again."""
    return submit(form, work) if form.validate_on_submit() else None  # type: ignore[return-value]


def _status(*forms: Form) -> int:
    return 422 if any(form.errors or form.form_errors for form in forms) else 200


# --- tariffs ---------------------------------------------------------------------------------------------------


@bp.get("/finance/prices")
@staff(Right.SEE_MONEY)
def tariffs():
    """What holds today, begins later or has ended, by code."""
    here, tab = place(), chosen_state()
    text = clean_line(request.args.get("q", ""))[:60]
    phase = request.args.get("phase", "")
    page = queries.tariffs_page(
        db.session(), here.id, tab, here.today, text=text, phase=Phase(phase) if phase in set(Phase) else None,
        locale=current_code(), after=whole(request.args.get("after")) or 0,
    )  # fmt: skip
    kept = {name: value for name in ("hospital", "q", "phase") if (value := request.args.get(name))}
    return render_template(
        "journey/finance/prices/staff/tariffs.html", here=here, tab=tab, tabs=SHOWN, rows=page.rows, after=page.after,
        text=text, phase=phase, phases=list(Phase), kept=kept, named=named,
    )  # fmt: skip


@bp.route("/finance/prices/tariffs/new", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def new_tariff():
    """A code that has no price on these days."""
    here = place()
    form = TariffForm().priced_in(here.hospital)

    def work(session: Session) -> str:
        hospital = actions.lock_prices(session, here.id)
        made = actions.begin_tariff(session, hospital, form.facts, actor=current_actor())
        flash(_("The price is noted."), "success")
        return url_for("prices_staff.tariff", tariff_id=made.id)

    if done := _sent(form, work):
        return done
    page = render_template(
        "journey/finance/prices/staff/new_tariff.html", here=here, form=form, locales=LOCALES
    )
    return page, _status(form)


@bp.get("/finance/prices/tariffs/<tariff_id>")
@staff(Right.SEE_MONEY)
def tariff(tariff_id: str):
    """One price with the whole history of its code."""
    return _tariff_page(*tariff_of(tariff_id))


def _tariff_page(tariff: Tariff, here: Place, follow: PriceForm | None = None, end: EndForm | None = None):
    session = db.session()
    follow = follow or PriceForm(formdata=None, data={"source": tariff.source}).priced_in(here.hospital)
    end = end or EndForm(formdata=None, data={"last_day": here.today.isoformat()})
    page = render_template(
        "journey/finance/prices/staff/tariff.html", here=here, tariff=tariff, named=named, follow=follow, end=end,
        history=queries.history_of(session, tariff), packages=queries.packages_with(session, tariff, here.today),
        estimates=queries.estimates_with(session, tariff),
    )  # fmt: skip
    return page, _status(follow, end)


@bp.route("/finance/prices/tariffs/<tariff_id>/next", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def tariff_next(tariff_id: str):
    """A new price from a day on; the present one ends the day before."""
    found, here = tariff_of(tariff_id)
    form = PriceForm().priced_in(here.hospital)

    def work(session: Session) -> str:
        hospital = actions.lock_prices(session, here.id)
        made = actions.follow_tariff(
            session, hospital, session.get_one(Tariff, found.id, populate_existing=True), price=form.range,
            source=form.source.data, valid_from=form.valid_from.day, actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("The new price is noted, and the last day of the one before it."), "success")
        return url_for("prices_staff.tariff", tariff_id=made.id)

    return _sent(form, work) or _tariff_page(found, here, follow=form)


@bp.route("/finance/prices/tariffs/<tariff_id>/end", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def tariff_end(tariff_id: str):
    found, here = tariff_of(tariff_id)
    form = EndForm()
    return _sent(form, _ending(form, here, Tariff, found.id, "tariff")) or _tariff_page(found, here, end=form)


def _ending(
    form: EndForm, here: Place, model: type[Tariff | Package | DepositRule], row_id: int, page: str
) -> Callable[[Session], str]:
    """The work of the form that ends something; `page` is both its page and what that page calls its number."""

    def work(session: Session) -> str:
        hospital = actions.lock_prices(session, here.id)
        dated: Tariff | Package | DepositRule = session.get_one(model, row_id, populate_existing=True)  # type: ignore[assignment]
        actions.end(session, hospital, dated, form.last_day.day, actor=current_actor(), now=now())
        flash(_("The last day is noted."), "success")
        return url_for(f"prices_staff.{page}", **{f"{page}_id": str(row_id)})  # type: ignore[arg-type]

    return work


# --- files -----------------------------------------------------------------------------------------------------


@bp.get("/finance/prices/tariffs.csv")
@staff(Right.SEE_MONEY)
def tariffs_csv():
    """Every price of a hospital, as `import_tariffs` takes it back."""
    here = place()
    return _csv(tariff_file.write(queries.all_tariffs(db.session(), here.id), LANGUAGES), "tariffs.csv")


@bp.get("/finance/prices/template.csv")
@staff(Right.SEE_MONEY)
def template_csv():
    """The names of the columns and nothing else."""
    return _csv(tariff_file.write((), LANGUAGES), "tariffs-template.csv")


def _csv(lines, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store"}
    return Response("".join(lines), mimetype="text/csv", headers=headers)


@bp.route("/finance/prices/import", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def import_tariffs():
    """Read a file, and say what is wrong with it or what it would change. Nothing is changed yet."""
    here, form, faults = place(), FileForm(), []
    if form.validate_on_submit() and (upload := read_upload(form)):
        change = actions.compare_file(db.session(), here.hospital, upload.text, LANGUAGES, now=now())
        faults = change.faults
        if change.is_empty and not faults:
            form.refuse("file", "file_changes_nothing", count=change.unchanged)
        elif not faults:

            def work(session: Session) -> str:
                kept = actions.keep_file(
                    session,
                    here.hospital,
                    file_name=upload.name,
                    text=upload.text,
                    actor=current_actor(),
                    now=now(),
                )
                return url_for("prices_staff.import_preview", public_id=kept.public_id)

            if done := submit(form, work):
                return done
    page = render_template(
        "journey/finance/prices/staff/import_tariffs.html", here=here, form=form, faults=shown_faults(faults),
        count=len(faults), columns=tariff_file.COLUMNS, locales=LOCALES, phases=list(Phase),
    )  # fmt: skip
    return page, 422 if faults else _status(form)


@bp.route("/finance/prices/import/<public_id>", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def import_preview(public_id: str):
    """What a file would change; *Import* does all of it or nothing."""
    kept, here = import_of(public_id)
    form = ImportForm()

    def work(session: Session) -> str:
        hospital = actions.lock_prices(session, here.id)
        row = session.get_one(PriceImport, kept.id)
        actions.import_file(
            session, hospital, row, LANGUAGES, seen=form.seen.data or "", actor=current_actor(), now=now()
        )
        flash(_("The file is imported."), "success")
        return url_for("prices_staff.tariffs", hospital=here.id)

    if done := _sent(form, work):
        return done
    change = actions.compare_file(db.session(), here.hospital, kept.content, LANGUAGES, now=now())
    form.seen.data = actions.counts_of(change)
    page = render_template(
        "journey/finance/prices/staff/import_preview.html", here=here, kept=kept, change=change, form=form,
        most=PREVIEWED, named=named, faults=shown_faults(change.faults),
    )  # fmt: skip
    return page, _status(form)


# --- packages --------------------------------------------------------------------------------------------------


@bp.get("/finance/prices/packages")
@staff(Right.SEE_MONEY)
def packages():
    here, tab = place(), chosen_state()
    session = db.session()
    rows = queries.packages_page(session, here.id, tab, here.today)
    return render_template(
        "journey/finance/prices/staff/packages.html", here=here, tab=tab, tabs=SHOWN, rows=rows, named=named,
        ranges=queries.ranges_of(session, rows, here.today),
    )  # fmt: skip


@bp.route("/finance/prices/packages/new", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def new_package():
    return _package_editor(place(), None)


@bp.route("/finance/prices/packages/<package_id>/next", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def package_next(package_id: str):
    """The next version of a package; the present one ends the day before."""
    package, here = package_of(package_id)
    return _package_editor(here, package)


def _package_editor(here: Place, follows: Package | None):
    asked = whole(request.form.get("lines")) or (len(follows.lines) if follows else 0) + SPARE_LINES
    wants_more = "more" in request.form
    form = package_form(asked + SPARE_LINES if wants_more else asked, follows)
    if follows is not None:  # what it is called by stays the same
        form.code.data = follows.code

    def work(session: Session) -> str:
        hospital = actions.lock_prices(session, here.id)
        before = session.get_one(Package, follows.id, populate_existing=True) if follows else None
        made = actions.begin_package(
            session, hospital, form.facts, actor=current_actor(), now=now(), follows=before
        )
        flash(_("The package is noted."), "success")
        return url_for("prices_staff.package", package_id=made.id)

    if not wants_more and (done := _sent(form, work)):
        return done
    page = render_template(
        "journey/finance/prices/staff/new_package.html", here=here, form=form, follows=follows, locales=LOCALES,
        codes=queries.codes_today(db.session(), here.id, here.today), named=named,
    )  # fmt: skip
    return page, _status(form)


@bp.get("/finance/prices/packages/<package_id>")
@staff(Right.SEE_MONEY)
def package(package_id: str):
    return _package_page(*package_of(package_id))


def _package_page(package: Package, here: Place, end: EndForm | None = None):
    session = db.session()
    end = end or EndForm(formdata=None, data={"last_day": here.today.isoformat()})
    lines = queries.priced(session, package, here.today)
    page = render_template(
        "journey/finance/prices/staff/package.html", here=here, package=package, named=named, lines=lines, end=end,
        versions=queries.versions_of(session, package), totals=queries.totals_of(lines, here.hospital.currency),
        shown=queries.range_of(session, package, here.today), source=RangeSource, least=LEAST_ACTUALS,
        unpriced=[one.line for one in lines if one.tariff is None],
    )  # fmt: skip
    return page, _status(end)


@bp.route("/finance/prices/packages/<package_id>/end", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def package_end(package_id: str):
    found, here = package_of(package_id)
    form = EndForm()
    return _sent(form, _ending(form, here, Package, found.id, "package")) or _package_page(
        found, here, end=form
    )


# --- the table of deposits -------------------------------------------------------------------------------------


@bp.get("/finance/prices/deposits")
@staff(Right.SEE_MONEY)
def rules():
    """The table, what waits for a second person, and what would apply to a case."""
    here, tab = place(), chosen_state()
    session = db.session()
    tried = request.args.get("illness", ""), request.args.get("payer", "")
    return render_template(
        "journey/finance/prices/staff/rules.html", here=here, tab=tab, tabs=SHOWN,
        rows=queries.rules_page(session, here.id, tab, here.today), waiting=queries.proposals(session, here.id),
        illnesses=choices(CancerType), payers=choices(PayerKind), tried=tried, answer=_what_applies(here, *tried),
    )  # fmt: skip


def _what_applies(here: Place, illness: str, payer: str) -> DepositRule | str | None:
    """The row that a deposit requested today would come from, or why there is none; None for no question."""
    if illness not in set(CancerType) or payer not in set(PayerKind):
        return None
    table = queries.table_of_deposits(db.session(), here.id)
    try:
        return choose_rule(table, here.id, CancerType(illness), PayerKind(payer), here.today)
    except DomainError as error:
        return str(error_text(error.code))


@bp.route("/finance/prices/deposits/new", methods=["GET", "POST"])
@staff(Right.SET_PRICES, Right.EDIT_MONEY)
def new_rule():
    """Propose a row; it counts once another person has approved it."""
    here = place()
    form = RuleForm()
    form.amount.currency = here.hospital.currency

    def work(session: Session) -> str:
        hospital = actions.lock_prices(session, here.id)
        made = actions.propose_rule(session, hospital, form.facts, actor=current_actor(), now=now())
        flash(_("Proposed. It counts once a second person has approved it."), "success")
        return url_for("prices_staff.rule", rule_id=made.id)

    if done := _sent(form, work):
        return done
    return render_template("journey/finance/prices/staff/new_rule.html", here=here, form=form), _status(form)


@bp.get("/finance/prices/deposits/<rule_id>")
@staff(Right.SEE_MONEY)
def rule(rule_id: str):
    """One row with everything that was ever asked of this illness and payer."""
    return _rule_page(*rule_of(rule_id))


def _rule_page(
    rule: DepositRule, here: Place, *, follow: NextRuleForm | None = None, end: EndForm | None = None,
    act: Form | None = None,
):  # fmt: skip
    follow = follow or NextRuleForm(formdata=None)
    tomorrow = (here.today + timedelta(days=1)).isoformat()
    follow.valid_from.data = follow.valid_from.data or tomorrow
    end = end or EndForm(formdata=None, data={"last_day": here.today.isoformat()})
    act = act or Form(formdata=None)
    page = render_template(
        "journey/finance/prices/staff/rule.html", here=here, rule=rule, follow=follow, end=end, act=act,
        history=queries.rules_like(db.session(), rule), is_own=rule.proposed_by_id == current_actor().id,
    )  # fmt: skip
    return page, _status(follow, end, act)


@bp.route("/finance/prices/deposits/<rule_id>/next", methods=["GET", "POST"])
@staff(Right.SET_PRICES, Right.EDIT_MONEY)
def rule_next(rule_id: str):
    """Propose another amount from a day on; the present row ends the day before, once this is approved."""
    found, here = rule_of(rule_id)
    form = NextRuleForm()
    form.amount.currency = here.hospital.currency

    def work(session: Session) -> str:
        hospital = actions.lock_prices(session, here.id)
        before = session.get_one(DepositRule, found.id, populate_existing=True)
        facts = actions.RuleFacts(
            before.cancer_type, before.payer_kind, form.amount.money, form.valid_from.day
        )
        made = actions.propose_rule(
            session, hospital, facts, actor=current_actor(), now=now(), follows=before
        )
        flash(_("Proposed. It counts once a second person has approved it."), "success")
        return url_for("prices_staff.rule", rule_id=made.id)

    return _sent(form, work) or _rule_page(found, here, follow=form)


@bp.route("/finance/prices/deposits/<rule_id>/approve", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def rule_approve(rule_id: str):
    """Four eyes: another lead, or the lead for an advocate's proposal."""
    found, here = rule_of(rule_id)
    form = Form()

    def work(session: Session) -> str:
        hospital = actions.lock_prices(session, here.id)
        proposed = session.get_one(DepositRule, found.id, populate_existing=True)
        actions.approve_rule(session, hospital, proposed, actor=current_actor(), now=now())
        flash(_("Approved. It counts from its first day on."), "success")
        return url_for("prices_staff.rule", rule_id=found.id)

    return _sent(form, work) or _rule_page(found, here, act=form)


@bp.route("/finance/prices/deposits/<rule_id>/end", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def rule_end(rule_id: str):
    found, here = rule_of(rule_id)
    form = EndForm()
    return _sent(form, _ending(form, here, DepositRule, found.id, "rule")) or _rule_page(
        found, here, end=form
    )


# --- what it really cost ---------------------------------------------------------------------------------------


@bp.route("/c/<ref>/money/actual", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY, Right.CONFIRM_MONEY)
def actual(ref: str):
    """The total of a finished evaluation, noted on the Money tab of its case."""
    case = staff_case(ref)
    form = actual_form(case)

    def work(session: Session, locked: Case) -> None:
        package = session.get(Package, whole(form.actual_package.data) or 0)
        actions.record_actual(
            session,
            locked,
            package,
            total=form.actual_total.money,
            finished_on=form.actual_finished_on.day,
            **who(),
        )
        flash(_("Noted. It counts for the range of its package."), "success")

    return act(case, form, work, "actual")
