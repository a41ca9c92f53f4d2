"""Estimates of the demonstration: one waits for its second person, one has a second version that says what changed."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import actions as cases
from concierge.cli.demo.acts import Acts
from concierge.db import transaction
from concierge.domain.access import Role
from concierge.domain.estimate import Approval, Share
from concierge.domain.money import Money
from concierge.domain.vocabulary import PayerKind
from concierge.journey.finance.estimates import actions as estimates
from concierge.models import Case, Estimate, Tariff

NIGHT = "STA-210"
LONG_STAY, SHORT_STAY = 21, 4


class Costs(Acts):
    """What advocates do with an estimate beside issuing the usual one."""

    def _draft_above_the_limit(self) -> None:
        """A long stay, two who help to pay and a margin of doubt: the lead is asked where that is above the limit."""
        actor = self._staff(Role.ADVOCATE, self.number)
        draft = self._act(estimates.draft_estimate, actor=actor, texts=self.words.estimate)
        with transaction() as session:
            case, draft = cases.lock(session, self.case_id), session.merge(draft)
            who: dict[str, Any] = {"actor": actor, "now": self._later(0.2)}
            estimates.add_line(session, case, draft, tariff=self._night(session), quantity=LONG_STAY, **who)
            fixed = Money(draft.total.low.minor // 10, draft.currency)
            shares = [
                estimates.NewShare(Share("Example Foundation", percent=40), PayerKind.SPONSOR),
                estimates.NewShare(Share("Brother", amount=fixed)),
            ]
            estimates.change_shares(session, case, draft, shares, margin_percent=15, **who)
            session.flush()
            if estimates.standing(case, draft) is Approval.NEEDED:
                estimates.ask_approval(session, case, draft, **who)

    def _second_version(self) -> None:
        """The family understood the first version; a short stay came to it."""
        actor = self._staff(Role.ADVOCATE, self.number)
        with transaction() as session:
            case, family = cases.lock(session, self.case_id), self._family()
            issued = session.scalars(sa.select(Estimate).where(Estimate.case_id == case.id)).one()
            estimates.understand_estimate(
                session, case, issued, number=issued.number, actor=family, now=self._later(2)
            )
            who: dict[str, Any] = {"actor": actor, "now": self._later(2)}
            until = self.at.date() + timedelta(days=90)
            draft = estimates.draft_estimate(session, case, **who)
            estimates.add_line(session, case, draft, tariff=self._night(session), quantity=SHORT_STAY, **who)
            self._issue(session, case, draft, until, **who)

    def _issue(self, session: Session, case: Case, draft: Estimate, until: date, **who: Any) -> None:
        """Above the hospital's limit the lead reads it first."""
        session.flush()
        if estimates.standing(case, draft) is Approval.NEEDED:
            estimates.ask_approval(session, case, draft, **who)
            lead = self._staff(Role.LEAD)
            estimates.approve_estimate(session, case, draft, actor=lead, now=who["now"])
        estimates.issue_estimate(session, case, draft, valid_until=until, **who)

    def _night(self, session: Session) -> Tariff:
        wanted = sa.select(Tariff).where(Tariff.hospital_id == self.team.hospital_id, Tariff.code == NIGHT)
        return session.scalars(wanted).one()
