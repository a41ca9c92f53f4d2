"""What the families of the demonstration tell about their trips: who comes, and what they need."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.needs import actions as needs
from concierge.cases import actions as cases
from concierge.cases.tasks.actions import complete
from concierge.cli.demo.acts import Acts
from concierge.db import transaction
from concierge.domain.access import Role
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import Modality, NeedsPart, Prayer, Relation, WheelchairHelp
from concierge.models import Case, CaseTask
from concierge.web.clock import now
from config import ROOT


@cache
def _told() -> dict:
    return json.loads((ROOT / "demo" / "needs.json").read_text(encoding="utf-8"))


class Needs(Acts):
    """T12, as a family fills it after its yes; of those whose trip is not planned yet, every third has not sent it."""

    def _needs(self) -> None:
        family, at = self._family(), self._later(0.5)
        has_visa = self.family["stands"] != "acceptance_yes"
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            for person in self._travellers(case):
                needs.tell_traveller(session, case, person, actor=family, now=at)
            for part, facts in self._parts(case, has_visa).items():
                needs.tell(session, case, part, facts, actor=family, now=at)
            if has_visa or self.number % 3:
                needs.send_needs(session, case, actor=family, now=at)
                self._read(session, case)

    def _read(self, session: Session, case: Case) -> None:
        """The coordinator has read it the same day."""
        task = session.scalars(
            sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.code == needs.TASK)
        ).one()
        complete(session, case, task, actor=self._staff(Role.COORDINATOR), now=self._later(0.5))

    def _parts(self, case: Case, has_visa: bool) -> dict[NeedsPart, dict]:
        language, told = self.family["spoken_language"], _told()
        today = local_day(self.at, case.hospital.timezone)
        prayer = told["prayer"].get(language)
        parts = {
            NeedsPart.AIRPORT: {"home_airport": told["airports"][self.family["country"]]},
            NeedsPart.HEALTH: {"is_fit_to_fly_needed": self.number % 4 == 0},
            NeedsPart.LODGING: {"needs_kitchen": self.number % 2 == 0, "beds": 2},
            NeedsPart.FOOD: {
                "food": told["food"].get(language, []), "prayer": Prayer(prayer) if prayer else None,
            },
            NeedsPart.INTERPRETER: {
                "interpreter_language": "" if language == "en" else language, "interpreter_modality": Modality.ON_SITE,
            },
        }  # fmt: skip
        parts[NeedsPart.VISA] = {"is_visa_needed": case.is_visa_needed}
        if case.is_visa_needed and has_visa:
            parts[NeedsPart.VISA]["visa_granted_on"] = today
        elif case.is_visa_needed:
            parts[NeedsPart.VISA]["visa_interview_on"] = today + timedelta(days=9)
        return parts

    def _travellers(self, case: Case) -> Iterator[needs.TravellerFacts]:
        """The patient, and one companion or two: one in a wheelchair, some with a passport that ends too early."""
        family, today = self.family, now().date()
        yield needs.TravellerFacts(
            Relation.PATIENT, f"{family['given_names']} {family['surname']}", family["native_name"],
            born_on=case.person.birth_on, nationality=family["country"],
            passport_number=f"D{4_000_000 + self.number}", passport_until=today + timedelta(days=900),
        )  # fmt: skip
        known = _told()["companions"]
        for which in range(1 + self.number % 2):
            row = known[(self.number + which) % len(known)]
            wheelchair = WheelchairHelp(row["wheelchair"]) if "wheelchair" in row else None
            yield needs.TravellerFacts(
                Relation(row["relation"]), f"{row['given']} {family['surname']}",
                row["native"].get(family["language"], ""), born_on=date.fromisoformat(row["born_on"]),
                nationality=family["country"], passport_number=f"E{5_000_000 + 10 * self.number + which}",
                passport_until=today + timedelta(days=row["passport_days"]),
                needs_wheelchair=wheelchair is not None, wheelchair=wheelchair,
            )  # fmt: skip
