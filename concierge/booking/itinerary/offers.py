"""What a form can choose from, looked up when somebody asks: free vehicles and interpreters, with reasons."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import words
from concierge.booking.interpreters.actions import OCCASIONS
from concierge.booking.interpreters.forms import GENDERS, AssignmentForm
from concierge.booking.interpreters.queries import Proposal, proposals
from concierge.booking.itinerary.queries import TripRows
from concierge.domain.booking import on_site_reasons, quarter_hours
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import Modality
from concierge.models import Appointment, Case
from concierge.web import filters


@dataclass
class Offer:
    """`notes` say something about each choice; `passed_over` names those who cannot be chosen, and why."""

    notes: dict[str, str] = field(default_factory=dict)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    advice: list = field(default_factory=list)


def assignment_span(form: AssignmentForm, rows: TripRows) -> tuple[datetime, datetime, Appointment | None]:
    """Start and end in UTC, and the appointment where one was chosen. Raises InvalidInput."""
    if form.appointment.data:
        visit = next((row for row in rows.appointments if row.public_id == form.appointment.data), None)
        if visit is None:
            raise InvalidInput("appointment", "unknown_appointment")
        return visit.starts_at, visit.ends_at, visit
    if form.starts_at.at_or_none is None or not form.minutes.data:
        raise InvalidInput("starts_at", "time_needed")
    ends_at = form.starts_at.at + timedelta(minutes=int(form.minutes.data))
    quarter_hours(form.starts_at.at, ends_at)
    return form.starts_at.at, ends_at, None


def offer_interpreters(session: Session, case: Case, form: AssignmentForm, rows: TripRows) -> Offer:
    """Puts those who fit and are free into the form, best first; says why somebody on site may be better."""
    form.interpreter_id.choices = []
    if form.language.errors or form.modality.errors or form.minutes.errors or form.starts_at.errors:
        return Offer()
    starts_at, ends_at, visit = assignment_span(form, rows)
    modality = Modality(form.modality.data)
    ranked = proposals(
        session, case, language=form.language.data, modality=modality, starts_at=starts_at, ends_at=ends_at,
        gender_wish=form.gender_wish.data or "",
    )  # fmt: skip
    able = [proposal for proposal in ranked if proposal.can_be_assigned]
    form.interpreter_id.choices = [(str(p.interpreter.id), p.interpreter.name) for p in able]
    occasions = OCCASIONS.get(visit.kind, ()) if visit else ()
    return Offer(
        notes={str(p.interpreter.id): _about_interpreter(p) for p in able},
        passed_over=[(p.interpreter.name, _why_not(p)) for p in ranked if not p.can_be_assigned],
        advice=[words.ON_SITE[code] for code in on_site_reasons(modality, occasions, ends_at - starts_at)],
    )


def _about_interpreter(proposal: Proposal) -> str:
    person = proposal.interpreter
    parts = [str(words.MISFIT[code]) for code in proposal.misfits]
    if person.gender and "gender_wish" not in proposal.misfits:
        parts.append(str(dict(GENDERS)[person.gender]))
    until = filters.day(person.credential_until)
    parts.append(_("%(credential)s, valid until %(day)s", credential=person.credential, day=until))
    return " · ".join([*parts, _("Free at this time")])


def _why_not(proposal: Proposal) -> str:
    parts = [str(words.MISFIT[code]) for code in proposal.misfits]
    return " · ".join(parts if proposal.is_free else [*parts, _("Busy at this time")])
