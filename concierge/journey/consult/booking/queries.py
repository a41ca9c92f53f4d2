"""What is free, what is booked, and who waits: for the pages on which calls are booked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from concierge.cases import ledger
from concierge.domain.call_slots import (
    AHEAD,
    NOTICE,
    Absence,
    Diary,
    Hours,
    Slot,
    free_slots,
    nearest,
    usual_minutes,
)
from concierge.domain.clocks import at_local, local_day
from concierge.domain.vocabulary import BookingState, CallOutcome, PlannedCallState
from concierge.models import (
    Call,
    CallAbsence,
    CallHours,
    CallWish,
    Case,
    Hospital,
    InterpreterAssignment,
    PlannedCall,
    StaffUser,
)

_AROUND = timedelta(days=10)  # where the nearest times are looked for


def hours_of(session: Session, staff_id: int, hospital_id: int) -> list[CallHours]:
    """The rows of somebody's hours at a hospital, as the week runs."""
    return list(
        session.scalars(
            sa.select(CallHours)
            .where(CallHours.staff_id == staff_id, CallHours.hospital_id == hospital_id)
            .order_by(CallHours.weekday, CallHours.opens, CallHours.id)
        )
    )


def absences_of(session: Session, staff_id: int, since: date) -> list[CallAbsence]:
    """Absences that are not over."""
    return list(
        session.scalars(
            sa.select(CallAbsence)
            .where(CallAbsence.staff_id == staff_id, CallAbsence.last_on >= since)
            .order_by(CallAbsence.first_on, CallAbsence.id)
        )
    )


def diary_of(
    session: Session,
    hospital: Hospital,
    staff_id: int,
    first_on: date,
    taken: frozenset[datetime] = frozenset(),
) -> Diary:
    """Hours and absences from a day on, and what is taken."""
    return Diary(
        hospital.calendar,
        tuple(
            Hours(row.weekday, row.opens, row.closes, row.valid_from, row.valid_until)
            for row in hours_of(session, staff_id, hospital.id)
        ),
        tuple(Absence(row.first_on, row.last_on) for row in absences_of(session, staff_id, first_on)),
        taken,
    )


@dataclass
class Offer:
    """The times at which this case can be called. `specialist` is None while nobody has taken the case."""

    session: Session
    case: Case
    specialist: StaffUser | None
    booked: PlannedCall | None
    minutes: int
    not_before: datetime
    now: datetime

    @cached_property
    def last_on(self) -> date:
        """The last day of the hospital on which a call can be booked."""
        return local_day(self.now + AHEAD, self.case.hospital.timezone)

    def between(self, first_on: date, last_on: date) -> tuple[Slot, ...]:
        """The free slots of these days of the hospital; the call that is booked already is no obstacle."""
        last_on = min(last_on, self.last_on)
        if self.specialist is None or last_on < first_on:
            return ()
        zone = self.case.hospital.timezone
        midnight = datetime.min.time()
        taken = ledger.taken(
            self.session,
            (ledger.staff_subject(self.specialist.id), ledger.case_subject(self.case.id)),
            at_local(first_on, midnight, zone),
            at_local(last_on + timedelta(days=2), midnight, zone),
            but=self.booked.holder if self.booked else "",
        )
        diary = diary_of(self.session, self.case.hospital, self.specialist.id, first_on, taken)
        return free_slots(diary, first_on, last_on, minutes=self.minutes, not_before=self.not_before)

    def nearest(self, wanted_at: datetime) -> tuple[Slot, ...]:
        """The three free slots closest to a time that is gone."""
        zone = self.case.hospital.timezone
        first_on = local_day(max(wanted_at - _AROUND, self.now), zone)
        return nearest(self.between(first_on, local_day(wanted_at + _AROUND, zone)), wanted_at)


def offer_for(
    session: Session, case: Case, *, now: datetime, is_staff: bool = False, minutes: int = 0
) -> Offer:
    """What can be booked for this case; staff need no notice and may choose the length."""
    booked = booked_call(session, case.id)
    return Offer(
        session, case, case.specialist, booked, minutes or (booked.minutes if booked else minutes_for(session, case)),
        now if is_staff else now + NOTICE, now,
    )  # fmt: skip


def is_first_talk(session: Session, case: Case) -> bool:
    """Whether nobody has spoken with this family yet."""
    held = sa.select(Call.id).where(Call.case_id == case.id, Call.outcome == CallOutcome.HELD).limit(1)
    return session.scalar(held) is None


def minutes_for(session: Session, case: Case) -> int:
    """How long a call with this family usually takes."""
    return usual_minutes(is_first=is_first_talk(session, case), is_interpreted=needs_interpreter(case))


def needs_interpreter(case: Case) -> bool:
    """Whether the specialist does not speak what the patient speaks."""
    spoken = case.person.spoken_language or case.person.language
    return bool(case.specialist) and spoken not in {
        "en",
        *(case.specialist.speaks if case.specialist else ()),
    }


def form_facts(session: Session, case: Case) -> dict[str, bool]:
    """What the form of a call supposes at first."""
    return {"needs_interpreter": needs_interpreter(case), "is_first": is_first_talk(session, case)}


def booked_call(session: Session, case_id: int) -> PlannedCall | None:
    """The call ahead of a case."""
    return session.scalar(
        sa.select(PlannedCall).where(
            PlannedCall.case_id == case_id, PlannedCall.state == PlannedCallState.BOOKED
        )
    )


def missed_calls(session: Session, case_id: int) -> int:
    """How many booked calls nobody answered since the last one that was held."""
    states = session.scalars(
        sa.select(PlannedCall.state)
        .where(
            PlannedCall.case_id == case_id,
            PlannedCall.state.in_((PlannedCallState.NO_SHOW, PlannedCallState.HELD)),
        )
        .order_by(PlannedCall.id.desc())
        .limit(10)
    ).all()
    return next((count for count, state in enumerate(states) if state is PlannedCallState.HELD), len(states))


def open_wish(session: Session, case_id: int) -> CallWish | None:
    """What a family has asked for and nobody has answered."""
    return session.scalar(
        sa.select(CallWish)
        .where(CallWish.case_id == case_id, CallWish.answered_at.is_(None))
        .order_by(CallWish.id.desc())
        .limit(1)
    )


def interpreters_at(session: Session, calls: list[PlannedCall]) -> dict[int, InterpreterAssignment]:
    """Who is really booked to interpret, by call: an assignment of the case that covers the whole call."""
    if not calls:
        return {}
    rows = session.scalars(
        sa.select(InterpreterAssignment).where(
            InterpreterAssignment.case_id.in_({call.case_id for call in calls}),
            InterpreterAssignment.state == BookingState.CONFIRMED,
            InterpreterAssignment.ends_at > min(call.starts_at for call in calls),
        )
    ).all()
    return {
        call.id: row
        for call in calls
        for row in rows
        if row.case_id == call.case_id and row.starts_at <= call.starts_at and row.ends_at >= call.ends_at
    }


PAGE = 50


def calls_ahead(
    session: Session, hospital_ids: tuple[int, ...], *, after: tuple[datetime, int] | None = None
) -> list[PlannedCall]:
    """Booked calls in order of time, one more than a page holds; those past their hour come first."""
    ahead = (
        sa.select(PlannedCall)
        .options(joinedload(PlannedCall.case))
        .where(PlannedCall.hospital_id.in_(hospital_ids), PlannedCall.state == PlannedCallState.BOOKED)
        .order_by(PlannedCall.starts_at, PlannedCall.id)
        .limit(PAGE + 1)
    )
    if after:
        ahead = ahead.where(sa.tuple_(PlannedCall.starts_at, PlannedCall.id) > after)
    return list(session.scalars(ahead))


def calls_of_day(
    session: Session, hospital_ids: tuple[int, ...], staff_id: int, begins_at: datetime, ends_at: datetime
) -> list[PlannedCall]:
    """The booked calls of one specialist between two moments, in order of time: along the index of the calls ahead."""
    return list(
        session.scalars(
            sa.select(PlannedCall)
            .options(joinedload(PlannedCall.case))
            .where(
                PlannedCall.hospital_id.in_(hospital_ids),
                PlannedCall.specialist_id == staff_id,
                PlannedCall.state == PlannedCallState.BOOKED,
                PlannedCall.starts_at >= begins_at,
                PlannedCall.starts_at < ends_at,
            )
            .order_by(PlannedCall.starts_at, PlannedCall.id)
        )
    )


def wishes(session: Session, hospital_ids: tuple[int, ...]) -> list[CallWish]:
    """The oldest wishes for other hours that nobody has answered."""
    return list(
        session.scalars(
            sa.select(CallWish)
            .options(joinedload(CallWish.case))
            .where(CallWish.hospital_id.in_(hospital_ids), CallWish.answered_at.is_(None))
            .order_by(CallWish.id)
            .limit(PAGE)
        )
    )


def coordinators(session: Session, calls: list[PlannedCall]) -> dict[int, str]:
    """By call, who looks for its interpreter: the case's coordinator, else the specialist who holds it."""
    ids = {call.case.coordinator_id for call in calls if call.case.coordinator_id}
    rows = session.execute(sa.select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    return {call.id: names.get(call.case.coordinator_id or 0, call.specialist.name) for call in calls}
