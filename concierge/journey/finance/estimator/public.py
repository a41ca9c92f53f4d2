"""P7: what the deposit and the evaluation would be, at once and without a sign-up."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.clocks import local_day
from concierge.domain.estimator import Asked, deposit_of
from concierge.domain.money import MoneyRange
from concierge.domain.vocabulary import Programme
from concierge.journey.finance.estimates import words
from concierge.journey.finance.estimator import queries
from concierge.journey.finance.estimator.forms import CostForm
from concierge.journey.finance.prices.queries import PackageRange
from concierge.models import DepositRule, Hospital
from concierge.web.about import AboutText, currency_of, in_currency, offered_currencies
from concierge.web.access import public
from concierge.web.clock import now
from concierge.web.i18n import current_code

bp = Blueprint("estimator_public", __name__)
FRESH_SECONDS = 300


@dataclass(frozen=True)
class Priced:
    """A range with its two ends in the visitor's currency; None where there is no rate."""

    range: MoneyRange
    low: AboutText | None
    high: AboutText | None

    @classmethod
    def of(cls, found: MoneyRange | None, currency: str) -> "Priced | None":
        if found is None or not found.high.is_positive:
            return None
        low = in_currency(found.low, currency) if not found.is_exact else None
        return cls(found, low, in_currency(found.high, currency))


@dataclass(frozen=True)
class AtHospital:
    """The answer of one hospital. `version` is the day at the hospital and the rules behind the amounts."""

    hospital: Hospital
    name: str
    deposit: Priced | None
    evaluation: Priced | None
    known: PackageRange | None  # from what the range of the evaluation is known
    stay: tuple[tuple[str, Priced], ...]
    refund_rule: str
    day: date
    version: str


@bp.after_request
def _fresh_for_minutes(response: Response) -> Response:
    """The same answers give the same page for five minutes, in this browser only: a phone may be shared."""
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
        response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@bp.get("/<lang:lang>/cost")
@public
def cost(lang: str):
    form = CostForm.shown(offered_currencies(), currency_of(_country()))
    is_asked = "a" in request.args
    asked = form.asked if is_asked and form.validate() else None
    found = _answers(db.session(), asked, form.c.data or "") if asked else []
    return render_template(
        "journey/finance/estimator/public/cost.html", form=form, asked=asked, found=found,
        disclaimer=words.disclaimer(), texts=words.STANDARD_TEXTS,
    ), 422 if is_asked and form.errors else 200  # fmt: skip


def _country() -> str:
    """The country that the browser's first language names (`ar-SA`), to offer its money first; "" for none."""
    parts = (request.accept_languages.best or "").replace("_", "-").split("-")
    return parts[-1].upper() if len(parts) > 1 and len(parts[-1]) == 2 else ""


def _answers(session: Session, asked: Asked, currency: str) -> list[AtHospital]:
    """Both hospitals side by side."""
    hospitals = queries.hospitals(session)
    table = queries.rules(session, now().date())
    return [_answer(session, hospital, table, asked, currency) for hospital in hospitals]


def _answer(
    session: Session, hospital: Hospital, table: list[DepositRule], asked: Asked, currency: str
) -> AtHospital:
    today, code = local_day(now(), hospital.timezone), current_code()
    deposit, rules = deposit_of(table, hospital.id, hospital.currency, asked, today)
    known = queries.evaluation_range(session, hospital, asked.illness, Programme.TREATMENT, today)
    evaluation = Priced.of(known.range if known else None, currency)
    stay = [
        (tariff.name.get(code) or tariff.name["en"], Priced.of(tariff.range, currency))
        for tariff in queries.stay_tariffs(session, hospital, today)
    ]
    return AtHospital(
        hospital, hospital.text("name", code), Priced.of(deposit, currency), evaluation, known,
        tuple((name, priced) for name, priced in stay if priced), hospital.text("refund_rule", code), today,
        ".".join([today.isoformat(), *(str(rule.id) for rule in rules)]),
    )  # fmt: skip
