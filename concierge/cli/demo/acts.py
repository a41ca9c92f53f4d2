"""What all acts of the demonstration share: staff as actors, the time of the act, one transaction each."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import actions as cases
from concierge.cli.demo import cards
from concierge.cli.demo.papers import Papers
from concierge.cli.demo.words import words_of
from concierge.conversation.calls import CallFacts
from concierge.db import db, transaction
from concierge.domain import vocabulary as v
from concierge.domain.access import Actor, Role, rights_of
from concierge.domain.clocks import local_day
from concierge.journey.acceptance import actions as acceptance
from concierge.journey.finance.deposits import actions as deposits
from concierge.journey.finance.refunds import actions as refunds
from concierge.journey.finance.refunds.queries import refunds_of_case
from concierge.models import Case, Deposit, Hospital, PortalAccount, StaffUser
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
        return db.session.get_one(StaffUser, self._users[role][which % len(self._users[role])])

    def specialist_for(self, language: str, number: int) -> int:
        """The specialist who speaks the language of a family, else they take turns."""
        speakers = [
            i
            for i, _ in enumerate(self._users[Role.SPECIALIST])
            if language in self.user(Role.SPECIALIST, i).speaks
        ]
        return speakers[number % len(speakers)] if speakers else number

    def actor(self, role: Role, which: int = 0) -> Actor:
        user = self.user(role, which)
        return Actor("staff", user.id, user.name, rights_of(user.roles_at(self.hospital_id)))


class Acts:
    """One family and its case. `self.at` is the time of the act at hand; it never passes the present."""

    def __init__(self, family: dict, number: int, team: Team, papers: Papers):
        self.family, self.number, self.team, self.papers = family, number, team, papers
        self.words = words_of(family["language"])
        days = BEGAN_DAYS_AGO[family["stands"]]
        self.at = now() - timedelta(days=days, hours=days * (number % 5) / 2, minutes=7 * (number % 9))
        self.specialist = team.specialist_for(family["spoken_language"], number)
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
        return (session or db.session).get_one(Case, self.case_id, populate_existing=True)

    def _pay(self) -> None:
        """The card service tells of a card; a transfer is recorded by one advocate and confirmed by the other."""
        if self.family["payer_kind"] == "embassy":
            return
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            deposit = session.scalars(sa.select(Deposit).where(Deposit.case_id == case.id)).one()
            if self.family.get("pays_by") == "card":
                cards.pay(session, case, deposit, actor=self._family(), at=self._later())
                return
            payment = deposits.record_payment(
                session,
                case,
                deposit,
                method=v.PaymentMethod.BANK_TRANSFER,
                amount=deposit.amount,
                received_on=local_day(self.at, case.hospital.timezone),
                payer_name=case.person.latin_name,
                actor=self._staff(Role.ADVOCATE, 0),
                now=self._later(),
            )
            deposits.confirm_payment(
                session, case, deposit, payment, actor=self._staff(Role.ADVOCATE, 1), now=self._later(1)
            )

    def _give_back(self, *, is_sent: bool) -> None:
        """What the system has proposed after a decline is approved; the bank has carried out some of it already."""
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            for refund in refunds_of_case(session, case.id):
                refunds.approve_refund(
                    session, case, refund, actor=self._staff(Role.ADVOCATE, 1), now=self._later()
                )
                if is_sent:
                    on = local_day(self._later(), case.hospital.timezone)
                    refunds.send_refund(
                        session, case, refund, on=on, bank_reference=f"OUT-{2026100 + self.number}",
                        actor=self._staff(Role.ADVOCATE, 0), now=self.at,
                    )  # fmt: skip

    def _tell(self, decision_id: int) -> None:
        """Our answer is told in a call."""
        call = CallFacts(
            at=self.at, minutes=20, outcome=v.CallOutcome.HELD, interpreter=v.InterpreterUse.PROFESSIONAL
        )
        self._act(
            acceptance.tell_answer,
            call,
            decision_id=decision_id,
            actor=self._staff(Role.SPECIALIST, self.specialist),
        )
