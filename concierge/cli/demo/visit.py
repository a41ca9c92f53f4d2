"""Steps 5 and 6: our answer, the trip, the evaluation, the plan and the way home."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from concierge.booking.interpreters.actions import AssignmentOrder, assign_interpreter
from concierge.booking.interpreters.queries import appointments_of, need_of, proposals
from concierge.booking.itinerary.actions import confirm_trip
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.lodging.actions import reserve_room
from concierge.booking.rides.actions import RideOrder, book_ride
from concierge.booking.travel.actions import FlightFacts, note_flight
from concierge.cases import actions as cases
from concierge.cli.demo.acts import Acts
from concierge.cli.demo.words import plan_for
from concierge.conversation.calls import CallFacts
from concierge.db import db, transaction
from concierge.domain import vocabulary as v
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import at_local, local_day
from concierge.domain.errors import AlreadyTaken
from concierge.domain.estimate import totals
from concierge.domain.money import Money
from concierge.journey.acceptance import actions as acceptance
from concierge.journey.clinical.actions import sign_decision
from concierge.journey.evaluation import actions as evaluation
from concierge.journey.evaluation import plans
from concierge.journey.finance.prices.actions import record_actual
from concierge.journey.finance.prices.queries import packages_for
from concierge.models import (
    Decision,
    Estimate,
    Hospital,
    LodgingRoom,
    Plan,
    Resource,
)
from concierge.web.clock import now


class Visit(Acts):
    """Everything from our answer on."""

    # --- 5 acceptance --------------------------------------------------------------------------------------

    def _acceptance(self) -> None:
        self._act(
            sign_decision,
            actor=self._staff(Role.REVIEWER, self.number),
            outcome=v.DecisionOutcome.ACCEPT,
            patient_text=self.words.yes,
            text_language=self.words.language,
            proposed_tests=self.words.tests,
            proposed_days=4,
        )

    def _acceptance_yes(self) -> None:
        decision = db.session.scalars(sa.select(Decision.id).where(Decision.case_id == self.case_id)).one()
        db.session.rollback()
        self._tell(decision)
        self._act(acceptance.reply, actor=self._family(), choice=v.PatientAnswer.YES)
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            first = self._first_day(case.hospital)
            last = case.hospital.calendar.add_working_days(first, 3)
            acceptance.hold_dates(
                session,
                case,
                first_on=first,
                last_on=last,
                version=acceptance.answer_of(session, case).version,
                actor=self._staff(Role.COORDINATOR),
                now=self._later(),
            )

    def _first_day(self, hospital: Hospital) -> date:
        """Four days that lie behind us for those who are done, else some time ahead."""
        today = local_day(self.at, hospital.timezone)
        ahead = 4 if self.family["stands"] in {"evaluation_plan", "completed"} else 8 + self.number % 7
        return hospital.calendar.add_working_days(today, ahead)

    # --- 6 evaluation --------------------------------------------------------------------------------------

    def _evaluation(self) -> None:
        if self.team.slug == "alder-coast":
            self._pay()
        if self._case().is_visa_needed:
            self._act(acceptance.send_visa_letter, actor=self._staff(Role.COORDINATOR))
        case = self._case()
        answer, zone = acceptance.answer_of(db.session(), case), case.hospital.timezone
        first, last = answer.evaluation_from, answer.evaluation_to
        db.session.rollback()
        if first and last:
            self._appointments(first, zone)
            self._trip(first, last, zone)
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            confirm_trip(
                session,
                case,
                fingerprint=trip_rows(session, case.id).fingerprint,
                knows_gaps=True,
                actor=self._staff(Role.COORDINATOR),
                now=self._later(),
            )

    def _resources(self, kind: v.ResourceKind) -> list[int]:
        found = sa.select(Resource.id).where(
            Resource.hospital_id == self.team.hospital_id, Resource.kind == kind
        )
        return list(db.session.scalars(found.order_by(Resource.id)))

    def _appointments(self, first: date, zone: str) -> None:
        calendar = self._case().hospital.calendar
        clinicians, rooms, scanners = (
            self._resources(kind)
            for kind in (v.ResourceKind.CLINICIAN, v.ResourceKind.ROOM, v.ResourceKind.SCANNER)
        )
        days = [first, *(calendar.add_working_days(first, n) for n in (1, 2, 3))]
        kinds, prepare, why = v.AppointmentKind, v.Preparation, self.words.why
        plan = (
            (0, kinds.LAB, 30, prepare.FASTING, clinicians[2], rooms[2], why[0]),
            (0, kinds.CONSULTATION, 60, prepare.BRING_MEDICINES, clinicians[0], rooms[0], why[1]),
            (1, kinds.CT, 45, prepare.CONTRAST, None, scanners[0], why[2]),
            (2, kinds.NURSE, 45, prepare.NONE, clinicians[2], rooms[1], why[3]),
            (3, kinds.PLAN_MEETING, 60, prepare.NONE, clinicians[1], rooms[1], why[4]),
        )
        for day, kind, minutes, preparation, clinician, room, note in plan:
            self._set(days[day], kind, minutes, preparation, clinician, room, note, zone)

    def _set(self, on, kind, minutes, preparation, clinician, room, note, zone) -> None:
        """At the first free quarter of an hour of that day, as a person would do it."""
        start = at_local(on, self._case().hospital.opens, zone) + timedelta(hours=1)
        for quarter in range(28):
            starts_at = start + timedelta(minutes=15 * quarter)
            order = evaluation.AppointmentOrder(
                kind, starts_at, starts_at + timedelta(minutes=minutes), preparation, clinician, room, note
            )
            try:
                self._act(evaluation.set_appointment, order, actor=self._staff(Role.COORDINATOR), hours=0.05)
            except AlreadyTaken:
                continue
            return

    def _trip(self, first: date, last: date, zone: str) -> None:
        coordinator, f = self._staff(Role.COORDINATOR), self.family
        airport = "Los Angeles (LAX)" if self.team.slug == "alder-coast" else "Shanghai Pudong (PVG)"
        lands = datetime.combine(first - timedelta(days=2), datetime.min.time()) + timedelta(
            hours=15, minutes=30
        )
        leaves_home = at_local(lands.date(), lands.time(), zone).astimezone(UTC) - timedelta(hours=14)
        flight = FlightFacts(
            v.Direction.ARRIVAL,
            f"XX {100 + self.number}",
            f"{f['country']} airport",
            f["timezone"],
            leaves_home.astimezone(ZoneInfo(f["timezone"])).replace(tzinfo=None),
            airport,
            zone,
            lands,
        )
        self._act(note_flight, flight, actor=coordinator)
        rooms = db.session.scalars(
            sa.select(LodgingRoom.id).where(LodgingRoom.hospital_id == self.team.hospital_id)
        ).all()
        for room in (*rooms[self.number % len(rooms) :], *rooms):
            try:
                self._act(
                    reserve_room,
                    actor=coordinator,
                    room_id=room,
                    arrive_on=first - timedelta(days=2),
                    leave_on=last + timedelta(days=1),
                    guests=2,
                )
                break
            except AlreadyTaken:
                continue
        self._ride(at_local(lands.date(), lands.time(), zone) + timedelta(minutes=60), airport, coordinator)
        self._interpreters(coordinator)

    def _ride(self, starts_at: datetime, airport: str, coordinator: Actor) -> None:
        for vehicle in self._resources(v.ResourceKind.VEHICLE):
            order = RideOrder(
                vehicle,
                v.Direction.ARRIVAL,
                starts_at,
                starts_at + timedelta(minutes=75),
                airport,
                "Guest house",
                self.family["called"],
                2,
            )
            try:
                self._act(book_ride, order, actor=coordinator)
            except AlreadyTaken:
                continue
            return

    def _interpreters(self, coordinator: Actor) -> None:
        """For each appointment but the last the best who is free, as a coordinator would take them."""
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            for visit in appointments_of(session, case)[:-1]:
                need = need_of(
                    case, language=self.family["spoken_language"], modality=v.Modality.ON_SITE,
                    starts_at=visit.starts_at, ends_at=visit.ends_at,
                )  # fmt: skip
                best = next((one for one in proposals(session, case.hospital_id, need) if not one.misfits), None)
                if best is None:
                    continue
                order = AssignmentOrder(
                    best.person.key, need.language, need.modality, need.starts_at, need.ends_at, visit.id
                )
                assign_interpreter(session, case, order, actor=coordinator, now=self._later(0.05))

    def _evaluation_plan(self) -> None:
        nurse = self._staff(Role.CARE_MANAGER)
        self.at = now() - timedelta(days=2, hours=self.number % 9)
        self._act(evaluation.mark_evaluation_held, actor=nurse)
        self._with_plan(plans.write_plan, plan_for(self.family["language"]), actor=nurse)

    def _completed(self) -> None:
        nurse, family = self._staff(Role.CARE_MANAGER), self._family()
        call = CallFacts(
            at=self.at, minutes=45, outcome=v.CallOutcome.HELD, interpreter=v.InterpreterUse.PROFESSIONAL
        )
        self._with_plan(plans.explain_plan, call, language=self.family["spoken_language"], actor=nurse)
        self._with_plan(plans.acknowledge_plan, actor=family)
        self._act(
            plans.choose, choice=list(v.Choice)[self.number % 3], return_on=self._return_day(), actor=family
        )
        self._with_plan(plans.hand_over_folder, actor=nurse)
        self._actual()

    def _actual(self) -> None:
        """What the evaluation has really cost: somewhere between the two ends of the estimate."""
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            day = local_day(self.at, case.hospital.timezone)
            estimate = session.scalars(sa.select(Estimate).where(Estimate.case_id == case.id)).one()
            shown = totals(estimate.lines, estimate.currency).overall
            total = Money(shown.low.minor + (shown.high - shown.low).minor * (self.number % 7) // 6, estimate.currency)
            record_actual(
                session, case, packages_for(session, case, day)[0], total=total, finished_on=day,
                actor=self._staff(Role.ADVOCATE), now=self._later(1),
            )  # fmt: skip

    def _return_day(self) -> date | None:
        is_return = list(v.Choice)[self.number % 3] is v.Choice.RETURN_LATER
        return now().date() + timedelta(days=60) if is_return else None

    def _with_plan(self, verb, *args, actor: Actor, **facts) -> None:
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            version = session.get_one(Plan, case.id).version
            verb(session, case, *args, version=version, actor=actor, now=self._later(2), **facts)
