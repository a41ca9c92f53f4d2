"""People decide who pays a booking, and what goes against the rule is listed."""

import pytest
import sqlalchemy as sa

from concierge.booking.costs.actions import approve, pay_by_rule
from concierge.cases.trip_costs import trip_costs
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, Phase, ServiceState
from concierge.models import BenefitDecision, CaseEvent
from tests.booking import scenes
from tests.booking.test_benefits import a_letter, an_agreement, family, on_letter, shared, told
from tests.factories import a_case, actor_of, staff
from tests.support.clock import START


@pytest.fixture
def case(session):
    return a_case(session)


@pytest.fixture
def lead(session) -> Actor:
    return actor_of(staff(session, "lena@alder-coast.example"))


def decided(session) -> list[BenefitDecision]:
    return list(session.scalars(sa.select(BenefitDecision).order_by(BenefitDecision.id)))


def yes(session, case, lead, paid_by="payer", why="The embassy said yes by phone.", booking="stay:1"):
    approve(session, case, booking, paid_by=paid_by, why=why, actor=lead, now=START)


def over_the_cap(session, case, lead, minor=100):
    agreed = an_agreement(session, case, lead, caps={Benefit.LODGING: Money(minor, "USD")})
    return a_letter(session, case, organisation_id=agreed.organisation_id)


def test_an_approval_lets_the_letter_pay_and_is_kept_with_name_and_reason(session, case, lead):
    letter = over_the_cap(session, case, lead)
    (share,) = shared(session, case)
    yes(session, case, lead)
    (share,) = shared(session, case, cost=50_000)  # moved, and cheaper: it stays approved
    assert (share.paid_by, share.letter_id, share.overridden_by) == ("payer", letter.id, lead.name)
    assert on_letter(session) == [("LODGING", 50_000, ServiceState.BOOKED)]
    (kept,) = decided(session)
    assert (kept.standing, kept.reason, kept.cost, kept.by_id) == (
        "needs_approval", "over_amount_cap", Money(60_000, "USD"), lead.id,
    )  # fmt: skip
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "benefit_approved")).one()
    assert event.data == {"booking": "stay:1", "who": "payer", "reason": "The embassy said yes by phone."}
    assert told(shared(session, case, cost=70_000)) == [("patient", "over_amount_cap")]  # dearer: asked anew
    assert on_letter(session) == []


def test_only_the_parts_that_were_not_granted_are_approved(session, case, lead):
    agreed = an_agreement(session, case, lead, companions=0)
    a_letter(session, case, organisation_id=agreed.organisation_id)
    shared(session, case, family(session, case, 1))
    yes(session, case, lead, paid_by="hospital")
    (cost,) = trip_costs(session, case.id)
    assert (cost.paid_by("payer"), cost.paid_by("hospital")) == (Money(30_000, "USD"), Money(30_000, "USD"))
    (kept,) = decided(session)
    assert (kept.people, kept.cost_minor, kept.paid_by) == (1, 30_000, "hospital")


def test_the_hospital_may_pay_what_no_payer_agreed_to(session, case, lead):
    shared(session, case)
    with pytest.raises(InvalidInput, match="no_letter_for_this"):
        yes(session, case, lead)
    with pytest.raises(InvalidInput, match="reason_needed"):
        yes(session, case, lead, paid_by="hospital", why="")
    yes(session, case, lead, paid_by="hospital")
    assert [(one.standing, one.paid_by) for one in decided(session)] == [("refused", "hospital")]
    assert on_letter(session) == []


@pytest.mark.parametrize("paid_by", ["payer", "hospital"])
def test_the_law_cannot_be_overridden(session, case, lead, paid_by):
    a_letter(session, case)
    shared(session, case)
    case.person.is_government_beneficiary = True  # learned after it was booked
    with pytest.raises(InvalidInput, match="government_refusal_stands"):
        yes(session, case, lead, paid_by=paid_by)
    assert decided(session) == [] and on_letter(session) == []


def test_nobody_but_a_lead_approves_and_nothing_twice(session, case, lead):
    a_letter(session, case)
    shared(session, case)
    with pytest.raises(NotAllowed):
        yes(session, case, scenes.coordinator(session))
    with pytest.raises(InvalidInput, match="nothing_to_approve"):
        yes(session, case, lead)
    with pytest.raises(InvalidInput, match="unknown_booking"):
        yes(session, a_case(session), lead)


def test_the_family_can_pay_itself_and_the_rule_can_be_asked_again(session, case, lead):
    who = {"actor": scenes.coordinator(session), "now": START}
    shared(session, case)
    letter = a_letter(session, case, Phase.STAY)  # came after the booking
    pay_by_rule(session, case, "stay:1", is_own_cost=False, **who)
    assert on_letter(session) == [("LODGING", 60_000, ServiceState.BOOKED)]
    pay_by_rule(session, case, "stay:1", is_own_cost=True, **who)
    assert on_letter(session) == []
    assert letter.id
