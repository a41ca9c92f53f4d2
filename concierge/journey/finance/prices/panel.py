"""The panel of the Money tab that asks what a finished evaluation has really cost."""

from dataclasses import dataclass

from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.access import Right
from concierge.journey.finance.prices import queries
from concierge.journey.finance.prices.actions import is_finished
from concierge.journey.finance.prices.forms import ActualForm
from concierge.journey.finance.prices.place import named
from concierge.models import Case, CaseActual, Package
from concierge.web.access import has_right
from concierge.web.forms import Form


@dataclass(frozen=True)
class ActualPanel:
    """What was noted, with its package; `form` is None where the reader may not write."""

    actual: CaseActual | None
    package: Package | None
    form: Form | None


def build(page: CasePage, failing: dict[str, Form]) -> ActualPanel | None:
    """Nothing before the evaluation is over."""
    if not is_finished(page.case, page.file.plan):
        return None
    actual = queries.actual_of(db.session(), page.case.id)
    package = db.session.get(Package, actual.package_id) if actual else None
    may_write = has_right(Right.EDIT_MONEY) or has_right(Right.CONFIRM_MONEY)
    form = failing.get("actual") or (actual_form(page.case, actual) if may_write else None)
    return ActualPanel(actual, package, form)


def actual_form(case: Case, actual: CaseActual | None = None) -> ActualForm:
    """The form in the hospital's currency, with the packages of the case's programme."""
    given = {"actual_package": str(actual.package_id)} if actual else {}
    form = ActualForm(data=given)
    form.actual_total.currency = case.hospital.currency
    form.actual_package.choices = [
        (str(package.id), f"{package.code} · {named(package.name)}")
        for package in _fitting(queries.packages_at(db.session(), case.hospital_id, case.programme), case)
    ]
    return form


def _fitting(packages: list[Package], case: Case) -> list[Package]:
    """Those for the illness of the case first, then those for any, then the rest: people may have chosen otherwise."""
    order = {case.cancer_type: 0, None: 1}
    return sorted(packages, key=lambda package: order.get(package.cancer_type, 2))
