"""What all acts of the demonstration share: staff as actors, the time of the act, one transaction each."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import actions as cases
from concierge.cli.demo.papers import Papers
from concierge.db import db, transaction
from concierge.domain.access import Actor, Role, rights_of
from concierge.models import (
    Case,
    Hospital,
    PortalAccount,
    StaffUser,
)
from concierge.web.clock import now

# How long ago each standing began, in days, so that its last act lies a few hours behind us.
BEGAN_DAYS_AGO = {
    "contact": 0.1,
    "contact_taken": 0.5,
    "consult": 0.7,
    "on_hold": 1,
    "finance": 1.5,
    "finance_issued": 2,
    "finance_deposit": 3.5,
    "clinical": 3.5,
    "clinical_ready": 4.5,
    "declined": 5,
    "acceptance": 5,
    "acceptance_yes": 6,
    "evaluation": 9,
    "evaluation_plan": 30,
    "completed": 34,
}


class Team:
    """The staff of one hospital by role, as actors with their rights."""

    def __init__(self, slug: str):
        hospital = db.session.scalars(sa.select(Hospital).where(Hospital.slug == slug)).one()
        self.hospital_id, self.slug = hospital.id, slug
        users = db.session.scalars(sa.select(StaffUser).order_by(StaffUser.id)).all()
        self._users = {role: [u.id for u in users if role in u.roles_at(hospital.id)] for role in Role}

    def user(self, role: Role, which: int = 0) -> StaffUser:
        return db.session.get(StaffUser, self._users[role][which % len(self._users[role])])

    def actor(self, role: Role, which: int = 0) -> Actor:
        user = self.user(role, which)
        return Actor("staff", user.id, user.name, rights_of(user.roles_at(self.hospital_id)))


class Acts:
    """One family and its case. `self.at` is the time of the act at hand; it never passes the present."""

    def __init__(self, family: dict, number: int, team: Team, papers: Papers):
        self.family, self.number, self.team, self.papers = family, number, team, papers
        days = BEGAN_DAYS_AGO[family["stands"]]
        self.at = now() - timedelta(days=days, hours=days * (number % 5) / 2, minutes=7 * (number % 9))
        self.case_id = 0

    def _later(self, hours: float = 3) -> datetime:
        self.at = min(self.at + timedelta(hours=hours), now() - timedelta(minutes=2))
        return self.at

    def _act(self, verb, *args, hours: float = 3, actor: Actor, **facts):
        """One verb in one transaction on the locked case."""
        with transaction() as session:
            return verb(
                session,
                cases.lock(session, self.case_id),
                *args,
                actor=actor,
                now=self._later(hours),
                **facts,
            )

    def _staff(self, role: Role, which: int = 0) -> Actor:
        return self.team.actor(role, which)

    def _family(self) -> Actor:
        account = db.session.scalars(
            sa.select(PortalAccount).where(PortalAccount.email == self.family["email"])
        ).one()
        return Actor("portal", account.id, account.name)

    def _case(self, session: Session | None = None) -> Case:
        return (session or db.session).get(Case, self.case_id, populate_existing=True)
