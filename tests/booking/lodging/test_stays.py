"""Rooms by night."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.lodging.actions import cancel_stay
from concierge.booking.lodging.queries import Need, free_rooms
from concierge.domain.errors import InvalidInput, NotAllowed, RoomTaken
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import Benefit, BookingState, GuaranteeState, PayerKind, Phase
from concierge.journey.finance.payers import actions as payers
from concierge.models import CaseEvent, Guarantee, LodgingNight, Stay
from tests.booking import scenes
from tests.booking.scenes import FIRST, LAST
from tests.factories import a_case
from tests.support.clock import START


@pytest.fixture
def case(session):
    return a_case(session, step=Step.CONSULT)


@pytest.fixture
def actor(session):
    return scenes.coordinator(session)


def _a_letter(case, *phases: Phase, until=LAST) -> Guarantee:
    return Guarantee(
        case_id=case.id, issuer="Health Office", number="LG-1", person_name="NOURA", services=list(phases),
        ceiling_minor=1, currency="USD", valid_from=START.date(), valid_until=until, state=GuaranteeState.ACCEPTED,
        recorded_by_id=case.specialist_id, recorded_at=START, decided_by_id=case.advocate_id, decided_at=START,
    )  # fmt: skip


def test_a_stay_takes_each_night_but_not_the_day_of_leaving(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    nights = session.scalars(sa.select(LodgingNight.night).order_by(LodgingNight.night)).all()
    assert (nights[0], nights[-1], len(nights)) == (FIRST, LAST - timedelta(days=1), 6)
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "stay_booked")).one()
    assert event.data == {"stay": stay.public_id, "paid_by": "patient"}


def test_who_comes_second_learns_what_is_still_free(session, case, actor):
    scenes.a_stay(session, case, actor)
    other = a_case(session)
    with pytest.raises(RoomTaken) as refused:
        scenes.a_stay(
            session, other, actor, arrive_on=LAST - timedelta(days=1), leave_on=LAST + timedelta(days=1)
        )
    alternatives = refused.value.alternatives
    assert scenes.rooms(session, case)[0] not in alternatives
    assert len(alternatives) == 9
    assert session.scalar(sa.select(sa.func.count()).select_from(Stay)) == 1


def test_the_next_family_can_come_on_the_day_of_leaving(session, case, actor):
    scenes.a_stay(session, case, actor)
    scenes.a_stay(session, a_case(session), actor, arrive_on=LAST, leave_on=LAST + timedelta(days=2))


def test_a_cancelled_room_is_free_again_and_cancelling_twice_is_once(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    for _ in range(2):
        cancel_stay(session, case, public_id=stay.public_id, actor=actor, now=START)
    assert stay.state is BookingState.CANCELLED
    scenes.a_stay(session, a_case(session), actor)
    kinds = session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.kind == "stay_cancelled")).all()
    assert len(kinds) == 1


def test_nobody_cancels_the_room_of_another_case(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    with pytest.raises(InvalidInput):
        cancel_stay(session, a_case(session), public_id=stay.public_id, actor=actor, now=START)


def test_rooms_are_found_by_their_wishes(session, case, actor):
    def names(**wishes):
        need = Need(FIRST, LAST, **wishes)
        return [free.room.name for free in free_rooms(session, case.hospital_id, need, now=START)]

    assert names(guests=3, needs_kitchen=True) == ["103", "202", "21", "22"]
    assert names(needs_accessible=True) == ["11", "101", "21"]
    assert names()[:3] == ["12", "203", "11"], "the cheapest of those that waste nothing, then what others may need"
    assert "203" not in names(needs_kitchen=True)
    assert names(needs_accessible=True, most_metres=500) == ["101"]
    assert names(most_minor=10_000) == ["12", "11"]
    scenes.a_stay(session, case, actor)
    assert names(needs_accessible=True, needs_kitchen=True) == ["21"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"leave_on": FIRST}, "leave_on", "leaves_before_arrival"),
        ({"leave_on": FIRST + timedelta(days=91)}, "leave_on", "stay_too_long"),
        ({"guests": 3}, "guests", "too_many_guests"),
        ({"guests": 0}, "guests", "too_many_guests"),
        ({"arrive_on": START.date() - timedelta(days=1)}, "arrive_on", "date_in_past"),
    ],
)
def test_what_makes_no_stay_is_refused_beside_its_field(session, case, actor, changes, field, code):
    with pytest.raises(InvalidInput) as refused:
        scenes.a_stay(session, case, actor, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_room_of_another_hospital_is_not_ours_to_book(session, case, actor):
    elsewhere = scenes.rooms(session, a_case(session, slug="jinghe"))[0]
    with pytest.raises(InvalidInput, match="unknown_room"):
        scenes.a_stay(session, case, actor, elsewhere)


def test_nothing_is_booked_for_a_closed_case(session, case, actor):
    from concierge.cases.actions import close

    close(session, case, exit=Exit.DIED, reason="", actor=actor, now=START)
    with pytest.raises(NotAllowed, match="case_not_open"):
        scenes.a_stay(session, case, actor)


# --- who pays ----------------------------------------------------------------------------------------------------


def test_the_patient_pays_where_no_payer_agreed(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    assert (stay.paid_by, stay.benefit_reason) == ("patient", "no_agreement")


def test_the_hospital_pays_under_a_letter_that_covers_the_stay(session, case, actor):
    session.add(_a_letter(case, Phase.STAY, Phase.EVALUATION))
    stay = scenes.a_stay(session, case, actor)
    assert (stay.paid_by, stay.benefit_reason) == ("hospital", "granted_by_agreement")


@pytest.mark.parametrize(
    ("phase", "until", "reason"),
    [
        (Phase.EVALUATION, LAST, "not_in_agreement"),
        (Phase.STAY, FIRST - timedelta(days=1), "agreement_expired"),
    ],
)
def test_a_letter_that_does_not_reach_says_why(session, case, actor, phase, until, reason):
    session.add(_a_letter(case, phase, until=until))
    stay = scenes.a_stay(session, case, actor)
    assert (stay.paid_by, stay.benefit_reason) == ("patient", reason)


def test_one_letter_that_grants_counts_whatever_the_others_say(session, case, actor):
    session.add_all([_a_letter(case, Phase.STAY), _a_letter(case, Phase.EVALUATION)])
    assert scenes.a_stay(session, case, actor).paid_by == "hospital"


@pytest.mark.parametrize(("benefits", "payer"), [(["lodging"], "hospital"), (["rides"], "patient")])
def test_an_agreement_with_the_guarantor_says_what_its_letters_grant(session, case, actor, benefits, payer):
    who = {"actor": actor, "now": START}
    kind, hospital = PayerKind.EMBASSY, case.hospital
    embassy = payers.add_organisation(session, hospital, name="Embassy", kind=kind, country="KW")
    terms = {"number": "A1", "valid_from": START.date(), "valid_until": None, "payment_days": 30}
    payers.add_agreement(session, embassy, **terms, benefits=map(Benefit, benefits), **who)
    letter = _a_letter(case, Phase.STAY)
    letter.organisation = embassy
    session.add(letter)
    assert scenes.a_stay(session, case, actor).paid_by == payer


@pytest.mark.parametrize("how", ["person", "payer"])
def test_a_us_government_beneficiary_never_gets_a_paid_room(session, case, actor, how):
    session.add(_a_letter(case, Phase.STAY))
    if how == "person":
        case.person.is_government_beneficiary = True
    else:
        case.payer_kind = PayerKind.US_GOVERNMENT
    stay = scenes.a_stay(session, case, actor)
    assert (stay.paid_by, stay.benefit_reason) == ("patient", "us_government_beneficiary")
