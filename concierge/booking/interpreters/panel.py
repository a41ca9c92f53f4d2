"""The panel of the Travel page: which appointments have an interpreter, who could be booked, and relatives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from concierge.booking.interpreters import queries, words
from concierge.booking.interpreters.forms import AssignmentForm, MoveForm, RelativeForm
from concierge.booking.travellers import needs_of
from concierge.cases.appointments import appointments_of
from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.errors import InvalidInput
from concierge.domain.interpreting import OCCASIONS, Proposal, on_site_reasons, spoken
from concierge.domain.vocabulary import BookingState, Modality, Occasion
from concierge.models import Appointment, Case, InterpreterAssignment, RelativeInterpreting
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.forms import Form


@dataclass
class Offer:
    """Who can be had (`able`, with a line about each), who cannot, and what to do where nobody has the language."""

    able: list[Proposal] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    more_able: int = 0
    more: int = 0
    advice: list = field(default_factory=list)
    is_asked: bool = False
    needs_note: bool = False
    elsewhere: list = field(default_factory=list)
    relays: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Cover:
    """One appointment and who interprets there."""

    visit: Appointment
    rows: list[InterpreterAssignment]
    relatives: list[RelativeInterpreting]

    @property
    def is_covered(self) -> bool:
        return any(row.state is not BookingState.CANCELLED for row in self.rows)


@dataclass
class Shown:
    """For the template."""

    covers: list[Cover]
    others: list[InterpreterAssignment]
    relatives: list[RelativeInterpreting]
    form: AssignmentForm
    offer: Offer
    relative: RelativeForm
    moves: dict[str, MoveForm]
    act: type[Form]
    now: datetime
    is_needed: bool
    words: object = words

    @property
    def uncovered(self) -> int:
        return sum(not cover.is_covered and not cover.relatives for cover in self.covers)


def build(page: CasePage, failing: dict[str, Form]) -> Shown:
    session, case = db.session(), page.case
    visits, rows = appointments_of(session, case), queries.assignments_of(session, case)
    relatives = queries.relatives_of(session, case)
    covers = [
        Cover(
            visit,
            [row for row in rows if _is_for(row, visit)],
            [one for one in relatives if one.appointment_id == visit.id],
        )
        for visit in visits
    ]
    seen = {row.id for cover in covers for row in cover.rows}
    refused = failing.get("interpreter")
    form = refused if isinstance(refused, AssignmentForm) else begin(session, case, covers, visits)
    relative = failing.get("relative")
    zone = case.hospital.timezone
    moves = {row.public_id: _move(row, failing, zone) for row in rows if row.state is not BookingState.CANCELLED}
    return Shown(
        covers=covers, others=[row for row in rows if row.id not in seen],
        relatives=[one for one in relatives if one.appointment_id is None], form=form,
        offer=offer(session, case, form, visits) if form is refused else Offer(), act=Form,
        relative=relative if isinstance(relative, RelativeForm) else _relative(case, visits), moves=moves, now=now(),
        is_needed=spoken(case.person.spoken_language or "") not in {"", queries.house_language(case)},
    )  # fmt: skip


def _is_for(row: InterpreterAssignment, visit: Appointment) -> bool:
    return row.starts_at < visit.ends_at and visit.starts_at < row.ends_at


def _move(row: InterpreterAssignment, failing: dict[str, Form], zone: str) -> MoveForm:
    refused = failing.get(f"move-{row.public_id}")
    if isinstance(refused, MoveForm):
        return refused
    return MoveForm(formdata=None, place=f"move-{row.public_id}").of(row, zone)


def _relative(case: Case, visits: list[Appointment]) -> RelativeForm:
    actor = current_actor()
    data = {"offered_by": actor.name, "offered_language": spoken(case.person.spoken_language or "")}
    return RelativeForm(formdata=None, data=data).offer(case, visits)


def begin(
    session: Session, case: Case, covers: Sequence[Cover], visits: list[Appointment]
) -> AssignmentForm:
    """Begins with the first appointment that has no interpreter yet, and with what the family told it needs."""
    needs = needs_of(session, case)
    first = next((cover.visit for cover in covers if not cover.is_covered and not cover.relatives), None)
    data = {
        "appointment": first.public_id if first else "", "minutes": "60",
        "language": spoken(needs.interpreter_language or case.person.spoken_language or ""),
        "modality": (needs.interpreter_modality or Modality.ON_SITE).value,
        "occasion": Occasion.ROUTINE.value, "gender_wish": needs.interpreter_gender,
    }  # fmt: skip
    form = AssignmentForm(formdata=None, data=data)
    return form.offer(case, visits, queries.languages_here(session, case.hospital_id))


def offer(session: Session, case: Case, form: AssignmentForm, visits: list[Appointment]) -> Offer:
    """Puts those who fit and are free into the form, best first, and says what speaks for and against them."""
    asked = (form.language, form.modality, form.occasion, form.minutes, form.starts_at)
    if any(one.errors for one in asked):
        return Offer()
    try:
        starts_at, ends_at, visit = form.span(visits)
    except InvalidInput as error:
        if not form.errors:
            form.refuse(error.field, error.code)
        return Offer()
    modality = Modality(form.modality.data)
    need = queries.need_of(
        case, language=form.language.data, modality=modality, starts_at=starts_at, ends_at=ends_at,
        gender=form.gender_wish.data or "", dialect=form.dialect.data or "",
    )  # fmt: skip
    ranked = queries.offers(session, case.hospital_id, [need])[0]
    able = ranked.able
    form.interpreter_id.choices = [(str(one.person.key), one.person.name) for one in able]
    of_visit = OCCASIONS.get(visit.kind, Occasion.ROUTINE) if visit else Occasion.ROUTINE
    occasions = {Occasion(form.occasion.data), of_visit}
    found = Offer(
        able=able, notes={str(one.person.key): words.about(one) for one in able}, is_asked=True,
        passed_over=[(one.person.name, words.why_not(one)) for one in ranked.passed_over],
        more_able=ranked.more_able, more=ranked.more_passed_over,
        advice=[words.ON_SITE[code] for code in on_site_reasons(modality, occasions, ends_at - starts_at)],
        needs_note=any("gender_wish" in one.misfits for one in able),
    )  # fmt: skip
    if not able:
        found.elsewhere = queries.lines_and_agencies(session, case.hospital_id)
        found.relays = queries.relays(session, case.hospital_id, need.language, need.house)
    return found
