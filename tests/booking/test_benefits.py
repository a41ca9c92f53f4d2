"""Who pays a booking: shares of the travellers, caps used up by earlier bookings, and the ledger of the letter."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.booking import benefits
from concierge.booking.lodging.actions import cancel_stay
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, PayerKind, PayerStanding, Phase, Relation, ServiceState
from concierge.journey.finance.guarantees import queries as letters
from concierge.journey.finance.payers import actions as payers
from concierge.models import BookingShare, Case, CaseService, Guarantee, PayerAgreement, Traveller
from tests.booking import scenes
from tests.booking.scenes import FIRST, LAST
from tests.factories import staff
from tests.support.clock import START


def a_letter(session, case: Case, *phases: Phase, until=LAST, ceiling=1_000_000, **facts) -> Guarantee:
    advocates = [staff(session, f"{name}@alder-coast.example").id for name in ("daniel", "grace")]
    letter = Guarantee(
        case_id=case.id, issuer="Health Office", number="LG-1", person_name="NOURA",
        services=list(phases or [Phase.STAY]),
        ceiling_minor=ceiling, currency="USD", valid_from=START.date(), valid_until=until, state="accepted",
        recorded_by_id=advocates[0], recorded_at=START, decided_by_id=advocates[1], decided_at=START, **facts,
    )  # fmt: skip
    session.add(letter)
    session.flush()
    return letter


def an_agreement(session, case: Case, actor, *benefits: Benefit, **limits) -> PayerAgreement:
    embassy = payers.add_organisation(
        session, case.hospital, name="Embassy", kind=PayerKind.EMBASSY, country="KW"
    )
    return payers.add_agreement(
        session, embassy, number="A1", valid_from=START.date(), valid_until=None, payment_days=30,
        benefits=benefits or Benefit, actor=actor, now=START, **limits,
    )  # fmt: skip


def family(session, case: Case, companions: int) -> list[Traveller]:
    people = [
        Traveller(case_id=case.id, relation=relation, passport_name=f"N {number}", added_at=START)
        for number, relation in enumerate([Relation.PATIENT, *[Relation.CHILD] * companions])
    ]
    session.add_all(people)
    session.flush()
    return people


def shared(
    session, case, people=(), *, cost=60_000, booking="stay:1", nights=6, **facts
) -> list[BookingShare]:
    kept = {
        "on": FIRST,
        "until": FIRST + timedelta(days=nights),
        "cost": cost and Money(cost, "USD"),
        "now": START,
    }
    return benefits.share(session, case, booking, Benefit.LODGING, travellers=people, **kept | facts)


def told(shares) -> list[tuple]:
    return [(share.paid_by, share.reason) for share in shares]


def stay_of(session, stay) -> list[BookingShare]:
    return list(session.scalars(sa.select(BookingShare).where(BookingShare.booking == f"stay:{stay.id}")))


def on_letter(session, booking="stay:1") -> list[tuple]:
    """Amounts on letters for this booking, those that are cancelled left out."""
    kept = CaseService.booking == booking, CaseService.state != ServiceState.CANCELLED
    rows = session.scalars(sa.select(CaseService).where(*kept).order_by(CaseService.id))
    return [(row.code, row.amount_minor, row.state) for row in rows]


def test_the_patient_pays_where_no_payer_agreed(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    assert told(stay_of(session, stay)) == [("patient", "no_agreement")]
    ride = scenes.a_ride(session, case, actor)
    found = session.scalars(sa.select(BookingShare).where(BookingShare.booking == f"ride:{ride.id}")).one()
    assert (found.benefit, found.paid_by, found.cost) == (Benefit.RIDES, "patient", None)


def test_a_letter_that_covers_the_stay_pays_and_burns_down_until_the_stay_is_cancelled(session, case, actor):
    letter = a_letter(session, case)
    stay = scenes.a_stay(session, case, actor)
    (share,) = stay_of(session, stay)
    assert (share.paid_by, share.reason, share.letter_id) == ("payer", "granted_by_agreement", letter.id)
    assert letters.use_of(session, letter).booked == share.cost
    cancel_stay(session, case, public_id=stay.public_id, actor=actor, now=START)
    assert stay_of(session, stay) == []
    assert letters.use_of(session, letter).used.is_zero


@pytest.mark.parametrize(
    ("phase", "until", "reason"),
    [
        (Phase.EVALUATION, LAST, "not_in_agreement"),
        (Phase.STAY, FIRST - timedelta(days=1), "agreement_expired"),
        (Phase.STAY, FIRST + timedelta(days=2), "ends_before_last_day"),
    ],
)
def test_a_letter_that_does_not_reach_says_why(session, case, phase, until, reason):
    a_letter(session, case, phase, until=until)
    assert told(shared(session, case)) == [("patient", reason)]


def test_one_letter_that_grants_counts_whatever_the_others_say(session, case):
    a_letter(session, case, Phase.EVALUATION)
    a_letter(session, case)
    assert told(shared(session, case)) == [("payer", "granted_by_agreement")]


def test_an_agreement_limits_what_the_letters_of_its_guarantor_grant(session, case, actor):
    agreed = an_agreement(
        session,
        case,
        actor,
        Benefit.LODGING,
        companions=1,
        nights=8,
        caps={Benefit.LODGING: Money(90_000, "USD")},
    )
    a_letter(session, case, organisation_id=agreed.organisation_id)
    people = family(session, case, 2)
    first = shared(session, case, people)
    assert told(first) == [*[("payer", "granted_by_agreement")] * 2, ("patient", "companion_over_count")]
    assert [share.cost_minor for share in first] == [20_000] * 3
    again = shared(session, case, people[:1], booking="stay:2", nights=3)
    assert told(again) == [("patient", "over_nights_cap")] and again[0].numbers == {"cap": 8, "nights": 9}
    dear = shared(session, case, people[:1], booking="stay:3", nights=1)
    assert told(dear) == [("patient", "over_amount_cap")]
    assert dear[0].numbers == {"cap": 90_000, "amount": 100_000, "currency": "USD"}
    (ride,) = benefits.preview(session, case, Benefit.RIDES, people[:1], FIRST)
    assert ride.reason == "not_in_agreement"


def test_a_booking_that_moves_uses_its_own_part_of_the_cap_once(session, case, actor):
    agreed = an_agreement(session, case, actor, caps={Benefit.LODGING: Money(100_000, "USD")}, nights=6)
    letter = a_letter(session, case, organisation_id=agreed.organisation_id, ceiling=100_000)
    for cost in (60_000, 100_000, 80_000):
        assert told(shared(session, case, cost=cost)) == [("payer", "granted_by_agreement")]
        assert on_letter(session) == [("LODGING", cost, ServiceState.BOOKED)]
    assert told(shared(session, case, cost=100_001)) == [("patient", "over_amount_cap")]
    assert on_letter(session) == [] and letters.use_of(session, letter).used.is_zero


def test_what_was_billed_on_the_letter_stays_and_only_the_rest_is_booked(session, case):
    a_letter(session, case)
    shared(session, case)
    service = session.scalars(sa.select(CaseService)).one()
    service.state, service.performed_on = ServiceState.PERFORMED, START.date()
    shared(session, case, cost=75_000)
    assert on_letter(session) == [
        ("LODGING", 60_000, ServiceState.PERFORMED),
        ("LODGING", 15_000, ServiceState.BOOKED),
    ]
    benefits.unshare(session, "stay:1")
    assert [state for _code, _minor, state in on_letter(session)] == [ServiceState.PERFORMED]


def test_a_letter_that_the_trip_uses_up_is_watched_like_any_other(session, case):
    letter = a_letter(session, case, ceiling=70_000)
    assert letters.letters_to_watch(session, START) == []
    shared(session, case)
    assert letters.letters_to_watch(session, START) == [(case.id, letter.id)]


def test_a_letter_of_a_stopped_guarantor_or_with_too_little_left_pays_nothing(session, case, actor):
    agreed = an_agreement(session, case, actor)
    letter = a_letter(session, case, ceiling=59_999, organisation_id=agreed.organisation_id)
    (share,) = shared(session, case)
    assert (share.standing, share.reason) == ("needs_approval", "over_letter_limit")
    letter.organisation.standing, letter.organisation.standing_reason = (
        PayerStanding.STOP_LISTED,
        "Does not pay",
    )
    session.flush()
    assert told(shared(session, case)) == [("patient", "no_agreement")]


@pytest.mark.parametrize("how", ["person", "payer"])
def test_nobody_who_travels_with_a_us_government_beneficiary_is_paid_for(session, case, how):
    a_letter(session, case)
    if how == "person":
        case.person.is_government_beneficiary = True
    else:
        case.payer_kind = PayerKind.US_GOVERNMENT
    found = shared(session, case, family(session, case, 2))
    assert told(found) == [("patient", "us_government_beneficiary")] * 3
    assert benefits.is_refused_by_law(session, case) and on_letter(session) == []


def test_what_the_family_wants_to_pay_itself_stays_so_when_it_moves(session, case):
    a_letter(session, case)
    shared(session, case, is_own_cost=True)
    assert told(shared(session, case, cost=70_000)) == [("patient", "granted_by_agreement")]
    assert told(shared(session, case, is_own_cost=False)) == [("payer", "granted_by_agreement")]
