"""What drives in the demonstration: a shuttle, and tomorrow an outing, a shared run and a ride still wanted."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.rides import actions
from concierge.cases.actions import lock
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import at_local, local_day
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import BookingState, OutingPurpose, ResourceKind, RunKind
from concierge.journey.contact.team import with_role
from concierge.models import Case, Hospital, Resource, Ride
from concierge.web.clock import now


def load_rides(session: Session, hospitals: list[Hospital], path: Path) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    for hospital in hospitals:
        _Fleet(session, hospital, told[hospital.slug]).go()


class _Fleet:
    """One hospital's rides of tomorrow."""

    def __init__(self, session: Session, hospital: Hospital, told: dict) -> None:
        self.session, self.hospital, self.told = session, hospital, told
        person = with_role(session, hospital.id, Role.COORDINATOR)[0]
        self.who: dict[str, Any] = {"actor": Actor("staff", person.id, person.name), "now": now()}
        self.tomorrow = local_day(now(), hospital.timezone) + timedelta(days=1)

    def go(self) -> None:
        van = actions.add_vehicle(self.session, self.hospital, **self.told["van"])
        driver = self.session.scalars(
            sa.select(Resource).where(
                Resource.hospital_id == self.hospital.id, Resource.kind == ResourceKind.DRIVER,
                Resource.name == self.told["driver"],
            )
        ).one()  # fmt: skip
        self._line(van, driver)
        outing = self._outing(van, driver)
        families = self._families()
        if families:
            self._shared(families, van, driver)
        for case in families[:1]:
            actions.join_run(
                self.session,
                case,
                public_id=outing.public_id,
                seats=1,
                wheelchairs=0,
                has_patient=False,
                **self.who,
            )
        for case in families[1:2]:
            actions.request_ride(
                self.session, case, self._ride(self.told["wanted"], has_patient=False), **self.who
            )

    def _at(self, clock: str) -> datetime:
        return at_local(self.tomorrow, time.fromisoformat(clock), self.hospital.timezone)

    def _line(self, van: Resource, driver: Resource) -> None:
        facts = self.told["line"] | {
            "times": tuple(time.fromisoformat(text) for text in self.told["line"]["times"]), "vehicle_id": van.id,
            "driver_id": driver.id, "valid_from": self.tomorrow, "valid_until": None,
        }  # fmt: skip
        actions.add_line(self.session, self.hospital, actions.LineOrder(**facts), **self.who)

    def _outing(self, van: Resource, driver: Resource):
        told = self.told["outing"]
        order = actions.RunOrder(
            van.id, self._at(told["leaves"]), self._at(told["back"]), told["meeting_point"], told["to_place"],
            RunKind.OUTING, driver.id, told["seats"], told["wheelchair_places"], purpose=OutingPurpose(told["purpose"]),
            title=told["title"], meeting_point=told["meeting_point"], join_until=self._at(told["join_until"]),
        )  # fmt: skip
        return actions.announce_outing(self.session, self.hospital, order, **self.who)

    def _families(self) -> list[Case]:
        """Two who are here already: the first of them goes along to the outing, the second wants a ride."""
        landed = (
            sa.select(Ride.case_id)
            .join(Case, Case.id == Ride.case_id)
            .where(
                Case.hospital_id == self.hospital.id, Case.state == CaseState.OPEN,
                Ride.state == BookingState.CONFIRMED, Ride.ends_at < now(),
            )
            .order_by(Ride.starts_at)
        )  # fmt: skip
        ids = list(dict.fromkeys(self.session.scalars(landed)))[:2]
        return [lock(self.session, case_id) for case_id in sorted(ids)]

    def _shared(self, families: list[Case], van: Resource, driver: Resource) -> None:
        told = self.told["shared"]
        order = actions.RunOrder(
            van.id, self._at(told["leaves"]), self._at(told["arrives"]), told["from_place"], told["to_place"],
            driver_id=driver.id,
        )  # fmt: skip
        run = actions.plan_run(self.session, self.hospital, order, **self.who)
        for case in families:
            wish = actions.request_ride(self.session, case, self._ride(told), **self.who)
            actions.put_on_run(self.session, wish, run, **self.who)

    def _ride(self, told: dict, *, has_patient: bool = True) -> actions.RideOrder:
        times = self._at(told["leaves"]), self._at(told["arrives"])
        return actions.RideOrder(
            *times, told["from_place"], told["to_place"], seats=2, has_patient=has_patient
        )
