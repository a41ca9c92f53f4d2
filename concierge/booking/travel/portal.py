"""The family tells its own flight: typed on a phone, pasted, or as the file of the airline."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking.travel import pages
from concierge.booking.travel.forms import JourneyForm, ReadForm
from concierge.booking.travel.places import known_timezones
from concierge.booking.travel.reading import read_text
from concierge.cases.actions import lock
from concierge.domain.access import Area
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import Direction, RecordKind
from concierge.models import Case, Document
from concierge.records import files
from concierge.web.access import current_actor, portal, portal_case
from concierge.web.once import submit

bp = Blueprint("travel_portal", __name__)


def _show(case: Case, form: JourneyForm, read_form: ReadForm) -> tuple[str, int]:
    html = render_template(
        "booking/travel/portal/flight.html", case=case, form=form, read=read_form,
        may_write=case.state is not CaseState.CLOSED, timezones=known_timezones(),
    )  # fmt: skip
    return html, 422 if form.errors or read_form.errors else 200


@bp.route("/portal/<pid>/trip/flight", methods=["GET", "POST"])
@portal(Area.TRIP)
def flight(pid: str):
    """It stands in the trip at once, as told by the family, until a coordinator has looked."""
    case, _part = portal_case(pid)
    form = pages.blank(case, Direction.ARRIVAL)

    def work(session: Session) -> str:
        pages.note_all(session, lock(session, case.id), form, told_by=current_actor().name)
        flash(_("Thank you. We check it and plan your pick-up."), "success")
        return url_for("itinerary_portal.trip", pid=pid)

    if request.form.get("act") == "leg":
        pages.add_leg(form)
    elif form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _show(case, form, ReadForm(formdata=None))


@bp.route("/portal/<pid>/trip/flight/confirmation", methods=["GET", "POST"])
@portal(Area.TRIP)
def read(pid: str):
    """The text or the file of a confirmation, as fields that the family then sends."""
    case, _part = portal_case(pid)
    form = ReadForm()
    if not form.is_submitted():
        return redirect(url_for("travel_portal.flight", pid=pid))
    reading = None
    if form.validate() and form.files.files:
        kept: list[Document] = []

        def also(_session: Session, _case: Case, documents: list[Document]) -> None:
            kept.extend(documents)

        def led_to(_count: int) -> str:
            return url_for("travel_portal.flight", pid=pid, document=kept[0].public_id)

        batch = files.take_in(form, form.files.files[:1], case, RecordKind.OTHER, led_to, also)
        if batch.done:
            return batch.done
    elif not form.errors and not form.text.data:
        form.refuse("text", "nothing_to_read")
    elif not form.errors:
        reading = read_text(case, form.text.data, Direction.ARRIVAL)
    return _show(case, pages.filled(case, reading, Direction.ARRIVAL, is_posted=False), form)
