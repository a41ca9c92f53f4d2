"""What insurers are asked and what they answer: a few cases with a policy, some answered, some still waiting."""

from datetime import timedelta

from concierge.cases import actions as cases
from concierge.cases import facts
from concierge.cases.payers import payers_of
from concierge.cli.demo.acts import Acts
from concierge.db import transaction
from concierge.domain import vocabulary as v
from concierge.domain.access import Role
from concierge.domain.money import Money
from concierge.journey.finance.insurance import actions, expectation, queries


class Insurance(Acts):
    """The policy, the question and, where it has come, the answer."""

    def _asks_insurer(self) -> None:
        """The family types its policy; an advocate checks it and asks."""
        family, advocate = self._family(), self._staff(Role.ADVOCATE, self.number)
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            payer = payers_of(session, case)[0]
            typed = actions.PayerFacts(
                kind=payer.kind, name=payer.name, policy_number=f"EX-{4417000 + self.number}", group_number="2207",
                valid_until=self.at.date() + timedelta(days=300), holder_name=case.person.latin_name,
                holder_relation=v.Relation.PATIENT,
            )  # fmt: skip
            actions.say_facts(session, case, payer, typed, actor=family, now=self._later())
            actions.change_payer(
                session, case, payer, typed, actions.Agreed(), is_verified=True, version=None, actor=advocate,
                now=self._later(),
            )  # fmt: skip
            actions.request_check(
                session, case, payer, asked_of="Provider services", channel=v.CheckChannel.PHONE, actor=advocate,
                now=self._later(1),
            )  # fmt: skip

    def _insurer_answers(self) -> None:
        advocate = self._staff(Role.ADVOCATE, self.number)
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            check = queries.open_check_of(session, payers_of(session, case)[0])
            if check is None:
                return
            estimate = expectation.estimate_of(facts.load(session, case), with_draft=False)
            currency = case.hospital.currency
            answer = actions.CheckAnswer(
                verdict=v.CoverVerdict.ACTIVE, currency=currency, network=v.Network.OUT,
                preauthorisation=v.YesNo.YES, preauthorisation_number=f"PA-{90210 + self.number}", abroad=v.YesNo.YES,
                deductible=Money(150_000, currency), deductible_met=Money(40_000, currency), coinsurance_percent=20,
                own_most=Money(600_000, currency), own_met=Money(40_000, currency), exclusions="Lodging and meals",
                call_reference=f"CR-{7730 + self.number}", contact_name="J. Example",
            )  # fmt: skip
            actions.answer_check(
                session, case, check, answer, asked_for=expectation.amount_of(estimate), actor=advocate,
                now=self._later(20),
            )  # fmt: skip

    def _second_payer(self) -> None:
        """Behind the embassy there is a policy of the family; they have just asked what it covers."""
        family = self._family()
        hours = 1 if self.number % 2 else 1_000  # one is past its time, one was asked just now
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            payer = actions.add_payer(
                session, case, actions.PayerFacts(kind=v.PayerKind.INSURER, name="Example Insurance"), actor=family,
                now=self._later(hours),
            )  # fmt: skip
            actions.request_check(session, case, payer, actor=family, now=self._later(hours))
