"""What was told of a trip, part by part; what is new since it was sent; and whether the passports last."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.travellers import needs_of, travellers_of
from concierge.domain.clocks import local_day
from concierge.domain.passports import PassportState, validity
from concierge.domain.vocabulary import Direction, NeedsPart, PatientAnswer, Relation
from concierge.models import Answer, Case, Flight, Traveller, TripNeeds


class PartState(StrEnum):
    NOT_YET = "not_yet"
    DONE = "done"
    NOTHING = "nothing"  # told, and nothing is needed


@dataclass(frozen=True)
class Part:
    """One task of the list. `told_by` is empty until somebody told it; `is_new`: told after it was last sent."""

    part: NeedsPart
    state: PartState
    told_by: str = ""
    is_by_staff: bool = False
    is_new: bool = False


@dataclass(frozen=True)
class Told:
    """Everything told of one case. `passports` by the traveller's public id, the unnamed patient's under ""."""

    needs: TripNeeds
    travellers: list[Traveller]
    parts: list[Part]
    returns_on: date | None
    passports: dict[str, PassportState]
    said_yes: bool

    @property
    def news(self) -> list[Part]:
        """What was told since it was last sent; empty while it was never sent."""
        return [part for part in self.parts if part.is_new]

    @property
    def is_to_send(self) -> bool:
        """Whether the family has something to send: its first telling, or what it changed since."""
        if self.needs.sent_at is None:
            return NeedsPart.TRAVELLERS in self.needs.told
        return any(not part.is_by_staff for part in self.news)

    def passport_of(self, traveller: Traveller) -> PassportState:
        return self.passports[traveller.public_id or ""]

    @property
    def has_passport_trouble(self) -> bool:
        return bool({PassportState.SHORT, PassportState.ENDS_BEFORE_RETURN} & set(self.passports.values()))


def told(session: Session, case: Case, today: date) -> Told:
    """All parts of one case, in a fixed number of statements."""
    needs, answer = needs_of(session, case), session.get(Answer, case.id)
    travellers = travellers_of(session, case) or [patient_traveller(case)]
    back_on = _returns_on(session, case, needs, answer)
    return Told(
        needs=needs,
        travellers=travellers,
        parts=[_part(part, needs, travellers, case) for part in NeedsPart],
        returns_on=back_on,
        passports={
            one.public_id or "": validity(one.passport_until, returns_on=back_on, today=today)
            for one in travellers
        },
        said_yes=answer is not None and answer.reply is PatientAnswer.YES,
    )


def patient_traveller(case: Case) -> Traveller:
    """The patient as a traveller, filled in from what the case knows; not stored until somebody says it is right."""
    person = case.person
    return Traveller(
        case_id=case.id, relation=Relation.PATIENT, passport_name=person.latin_name[:120],
        native_name=person.native_name[:120], born_on=person.birth_on, nationality=person.country,
        passport_number=person.passport_number, needs_wheelchair=False, needs_oxygen=False,
    )  # fmt: skip


def _part(part: NeedsPart, needs: TripNeeds, travellers: list[Traveller], case: Case) -> Part:
    last = needs.told.get(part)
    if last is None:
        return Part(part, PartState.NOT_YET)
    state = PartState.DONE if _is_something(part, needs, travellers, case) else PartState.NOTHING
    is_new = needs.sent_at is not None and last["at"] > needs.sent_at.isoformat()
    return Part(part, state, last["by"], last["is_staff"], is_new)


def _is_something(part: NeedsPart, needs: TripNeeds, travellers: list[Traveller], case: Case) -> bool:
    """Whether what was told of a part asks anything of us."""
    match part:
        case NeedsPart.HEALTH:
            helped = any(one.wheelchair or one.needs_wheelchair or one.needs_oxygen for one in travellers)
            return helped or needs.is_fit_to_fly_needed
        case NeedsPart.LODGING:
            return needs.needs_kitchen or needs.needs_accessible or needs.beds is not None
        case NeedsPart.FOOD:
            return bool(needs.food or needs.food_note or needs.prayer)
        case NeedsPart.INTERPRETER:
            return bool(needs.interpreter_language)
        case NeedsPart.VISA:
            return case.is_visa_needed
        case _:
            return True


def _returns_on(session: Session, case: Case, needs: TripNeeds, answer: Answer | None) -> date | None:
    """The day of leaving: by the flight home, else what the family said, else after the evaluation."""
    leaves_at = session.scalar(
        sa.select(sa.func.max(Flight.departs_at)).where(
            Flight.case_id == case.id, Flight.direction == Direction.DEPARTURE, Flight.is_cancelled.is_(False)
        )
    )
    if leaves_at is not None:
        return local_day(leaves_at, case.hospital.timezone)
    return needs.home_by or (answer.evaluation_to if answer else None)
