"""Exchange rates of a day, typed or pasted; only what is shown as *about* is worked out with them."""

from flask import Blueprint, flash, render_template, url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.rates import OLDEST, read_rates
from concierge.journey.finance.estimator import actions, queries
from concierge.journey.finance.estimator.forms import RatesForm
from concierge.web.access import signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.once import submit

bp = Blueprint("estimator_staff", __name__)


@bp.route("/finance/rates", methods=["GET", "POST"])
@staff(Right.SET_PRICES)
def rates():
    form = RatesForm()
    today = local_day(now(), signed_in_staff().timezone)

    def work(session: Session) -> str:
        pairs = read_rates(form.lines.data)
        count = actions.take_rates(session, pairs, source=form.source.data, on=form.on.day, today=today)
        flash(ngettext("%(num)s rate is kept.", "%(num)s rates are kept.", count), "success")
        return url_for("estimator_staff.rates")

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    if not form.is_submitted():
        form.on.data = today.isoformat()
    return render_template(
        "journey/finance/estimator/staff/rates.html", form=form, rows=queries.newest_rates(db.session()),
        oldest=now().date() - OLDEST,
    ), 422 if form.errors else 200  # fmt: skip
