"""What the family's pages and the coordinator's share: the forms of the parts, the travellers, and saving at once."""

from collections.abc import Callable

from flask import abort, flash
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.booking.needs import actions, words
from concierge.booking.needs.forms import FORM, PartForm, TravellerForm
from concierge.booking.needs.queries import Told, told
from concierge.booking.travellers import needs_of
from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.clocks import local_day
from concierge.domain.passports import PassportState
from concierge.domain.vocabulary import NeedsPart
from concierge.gateways import airports
from concierge.models import Case, Traveller
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

PATIENT = "patient"  # stands in an address for the patient, who may not be stored as a traveller yet
Work = Callable[[Session, Case], None]


def told_now(case: Case) -> Told:
    return told(db.session(), case, local_day(now(), case.hospital.timezone))


def part_of(name: str) -> NeedsPart:
    """The part of an address that has a form of its own; else 404."""
    return NeedsPart(name) if name in FORM else abort(404)


def part_form(case: Case, part: NeedsPart) -> PartForm:
    return FORM[part].of(case, needs_of(db.session(), case))


def save_part(case: Case, part: NeedsPart, form: PartForm, url: str) -> Response | None:
    def work(session: Session, locked: Case) -> None:
        actions.tell(session, locked, part, form.facts, actor=current_actor(), now=now())

    return save(case, form, work, url)


def traveller_of(case: Case, key: str) -> Traveller:
    """The traveller of an address; else 404."""
    people = told_now(case).travellers
    found = (one for one in people if one.public_id == key or (key == PATIENT and one.is_patient))
    return next(found, None) or abort(404)


def save_traveller(case: Case, form: TravellerForm, key: str, url: str) -> Response | None:
    """Keep one traveller; a passport that does not last is said at once, and stops nobody."""

    def work(session: Session, locked: Case) -> None:
        public_id = "" if key == PATIENT else key
        saved = actions.tell_traveller(
            session, locked, form.facts, public_id=public_id, actor=current_actor(), now=now()
        )
        state = told(session, locked, local_day(now(), locked.hospital.timezone)).passport_of(saved)
        if state in {PassportState.ENDS_BEFORE_RETURN, PassportState.SHORT}:
            flash(_("Passport: %(warning)s.", warning=words.PASSPORT[state][1]), "warn")

    return save(case, form, work, url)


def save(case: Case, form: Form, work: Work, url: str) -> Response | None:
    """The work in one transaction, if the form is sent and right; None: show it again."""

    def run(session: Session) -> str:
        work(session, lock(session, case.id))
        flash(_("Saved."), "success")
        return url

    return submit(form, run) if form.validate_on_submit() else None


def status(form: Form) -> int:
    return 422 if form.errors or form.form_errors else 200


def near_home(case: Case) -> list[airports.Airport]:
    """What a browser may propose for the airport: those of the country where the patient lives."""
    return airports.of_country(case.person.country)
