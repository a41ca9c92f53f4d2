"""Steps 5 and 6: our answer, the trip, the evaluation, the plan and the way home."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from concierge.booking.interpreters.actions import AssignmentOrder, assign_interpreter
from concierge.booking.interpreters.queries import need_of, proposals
from concierge.booking.itinerary.actions import publish_trip
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.lodging.actions import reserve_room
from concierge.booking.rides.actions import RideOrder, book_ride
from concierge.booking.travel.actions import FlightFacts, note_flight, note_status
from concierge.cases import actions as cases
from concierge.cases.appointments import appointments_of
from concierge.cli.demo.needs import Needs
from concierge.cli.demo.words import plan_for
from concierge.conversation.calls import CallFacts
from concierge.db import db, transaction
from concierge.domain import vocabulary as v
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import at_local, local_day
from concierge.domain.errors import AlreadyTaken
from concierge.domain.estimate import totals
from concierge.domain.money import Money
from concierge.gateways import airports
from concierge.journey.acceptance import actions as acceptance
from concierge.journey.clinical.actions import sign_decision
from concierge.journey.evaluation import actions as evaluation
from concierge.journey.evaluation import plans
from concierge.journey.finance.prices.actions import record_actual
from concierge.journey.finance.prices.queries import packages_for
from concierge.models import (
    Decision,
    Estimate,
    Flight,
    Hospital,
    LodgingRoom,
    Plan,
    Resource,
)
from concierge.web.clock import now
from config import ROOT

FLIGHTS = json.loads((ROOT / "demo" / "flights.json").read_text(encoding="utf-8"))


class Visit(Needs):
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
        self._needs()
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
            publish_trip(
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
        coordinator = self._staff(Role.COORDINATOR)
        airport = "Los Angeles (LAX)" if self.team.slug == "alder-coast" else "Shanghai Pudong (PVG)"
        lands = datetime.combine(first - timedelta(days=2), datetime.min.time()) + timedelta(
            hours=15, minutes=30
        )
        self._flights(lands, zone, coordinator)
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

    def _flights(self, lands: datetime, zone: str, coordinator: Actor) -> None:
        """From home to us, for some with a change on the way; the demo's news say which of them is late."""
        here = "LAX" if self.team.slug == "alder-coast" else "PVG"
        route = [*FLIGHTS["home"][self.family["timezone"]], here]
        arrives = lands.replace(tzinfo=ZoneInfo(zone))
        for place in range(len(route) - 1, 0, -1):
            start, end = airports.find(route[place - 1]), airports.find(route[place])
            if start is None or end is None:
                raise LookupError(route)
            departs = arrives - timedelta(hours=11)
            flight = FlightFacts(
                v.Direction.ARRIVAL, f"XX {100 * place + self.number}", f"{start.city} ({start.code})", start.timezone,
                departs.astimezone(ZoneInfo(start.timezone)).replace(tzinfo=None), f"{end.city} ({end.code})",
                end.timezone, arrives.astimezone(ZoneInfo(end.timezone)).replace(tzinfo=None), carrier="Sandgrouse Air",
                booking_reference=f"Q{self.number:02}P2M", from_code=start.code, to_code=end.code, to_terminal="2",
            )  # fmt: skip
            self._act(note_flight, flight, actor=coordinator)
            self._flight_news(flight, coordinator)
            arrives = departs - timedelta(hours=2)

    def _flight_news(self, flight: FlightFacts, coordinator: Actor) -> None:
        news = FLIGHTS["news"].get(flight.number)
        if news is None:
            return
        late = timedelta(minutes=news["late"])
        row = db.session.scalars(
            sa.select(Flight).where(Flight.case_id == self.case_id, Flight.number == flight.number)
        ).one()
        key, departs_at, arrives_at = row.public_id, row.departs_at + late, row.arrives_at + late
        db.session.rollback()
        self._act(
            note_status, public_id=key, status=v.FlightState(news["state"]), departs_at=departs_at,
            arrives_at=arrives_at, actor=coordinator,
        )  # fmt: skip

    def _ride(self, starts_at: datetime, airport: str, coordinator: Actor) -> None:
        drivers = self._resources(v.ResourceKind.DRIVER)
        for vehicle, driver in zip(self._resources(v.ResourceKind.VEHICLE), drivers, strict=False):
            order = RideOrder(
                starts_at, starts_at + timedelta(minutes=75), airport, "Guest house", v.Direction.ARRIVAL,
                self.family["called"], seats=2,
            )  # fmt: skip
            try:
                self._act(book_ride, order, vehicle_id=vehicle, driver_id=driver, actor=coordinator)
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
