from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.benefits import Agreement, Cover, Part, verdicts
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, PayerKind, Standing

TODAY = date(2026, 11, 21)
LODGING = frozenset({Benefit.LODGING})
SPAN = (date(2026, 1, 1), date(2026, 12, 31))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def judged(
    *parts,
    benefit=Benefit.LODGING,
    payers=(PayerKind.EMBASSY,),
    covers=None,
    on=TODAY,
    is_person=False,
    **more,
):
    covers = [Cover(Agreement(LODGING, *SPAN), 7)] if covers is None else covers
    facts = {"is_government_beneficiary": is_person, "payer_kinds": payers, "covers": covers, "on": on}
    return verdicts(benefit, parts or [Part()], **facts, **more)


def under(*parts, used=None, left=None, nights_used=None, until=None, **terms):
    """The reasons for these parts under one agreement with these terms."""
    cover = Cover(Agreement(LODGING, *SPAN, **terms), 7, left, used, nights_used or {})
    return [(found.standing, found.reason) for found in judged(*parts, covers=[cover], until=until)]


GRANTED = (Standing.GRANTED, "granted_by_agreement")


def waits(reason: str) -> tuple:
    return Standing.NEEDS_APPROVAL, reason


def test_only_an_agreement_grants_and_its_letter_is_named():
    (found,) = judged()
    assert (found.standing, found.reason, found.letter) == (*GRANTED, 7)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"covers": []}, "no_agreement"),
        ({"on": date(2025, 12, 31)}, "agreement_not_yet_valid"),
        ({"on": date(2027, 1, 1)}, "agreement_expired"),
        ({"benefit": Benefit.TRAVEL}, "not_in_agreement"),
    ],
)
def test_the_default_is_never_yes(facts, reason):
    (found,) = judged(**facts)
    assert (found.standing, found.reason) == (Standing.REFUSED, reason)


def test_who_is_named_beyond_the_agreed_companions_needs_an_approval():
    found = under(Part(2), Part(0), Part(1), companions=1)
    assert found == [waits("companion_over_count"), GRANTED, GRANTED]


def test_nights_count_for_each_traveller_with_those_of_before():
    assert under(Part(0, nights=6), nights=6) == [GRANTED]
    assert under(Part(0, nights=4), Part(1, nights=4), nights=6, nights_used={0: 3}) == [
        waits("over_nights_cap"), GRANTED,
    ]  # fmt: skip


def test_a_stay_that_outlasts_the_agreement_needs_an_approval():
    assert under(Part(), until=date(2027, 1, 2)) == [waits("ends_before_last_day")]


def test_the_cap_is_used_up_in_the_order_of_the_travellers():
    parts = [Part(place, cost=usd(40)) for place in range(3)]
    caps = {Benefit.LODGING: usd(100)}
    assert under(*parts, caps=caps) == [GRANTED, GRANTED, waits("over_amount_cap")]
    assert under(*parts[:1], caps=caps, used=usd(61)) == [waits("over_amount_cap")]
    assert under(Part(), caps=caps) == [waits("cost_unknown")]
    assert under(Part(cost=Money(1, "KWD")), caps=caps) == [waits("other_currency")]


def test_no_more_than_the_letter_still_pays():
    assert under(Part(cost=usd(60)), Part(1, cost=usd(60)), left=usd(100)) == [
        GRANTED,
        waits("over_letter_limit"),
    ]


def test_before_anything_is_booked_no_cost_is_needed():
    cover = Cover(Agreement(LODGING, *SPAN, caps={Benefit.LODGING: usd(100)}))
    assert judged(covers=[cover], is_booking=False)[0].is_granted
    assert judged(covers=[cover])[0].reason == "cost_unknown"


# --- whatever else ---------------------------------------------------------------------------------------------

amounts = st.integers(0, 500).map(usd)
agreements = st.builds(
    Agreement,
    st.frozensets(st.sampled_from(Benefit)),
    st.just(SPAN[0]),
    st.none() | st.just(SPAN[1]),
    companions=st.none() | st.integers(0, 3),
    nights=st.none() | st.integers(0, 20),
    caps=st.dictionaries(st.sampled_from(Benefit), amounts),
)
covers_of = st.lists(
    st.builds(
        Cover, agreements, letter=st.integers(1, 2), left=st.none() | amounts, used=st.none() | amounts
    ),
    max_size=3,
)
parts_of = st.lists(
    st.builds(Part, st.integers(0, 4), st.integers(0, 10), st.none() | amounts), min_size=1, max_size=5
)
benefits = st.sampled_from(Benefit)
days = st.integers(-400, 400).map(lambda n: TODAY + timedelta(days=n))


@given(benefits, parts_of, covers_of, days, st.booleans())
def test_no_beneficiary_of_a_us_government_programme_is_ever_granted_anything(
    benefit, parts, covers, on, is_person
):
    payers = [PayerKind.EMBASSY] if is_person else [PayerKind.SELF_PAY, PayerKind.US_GOVERNMENT]
    found = judged(*parts, benefit=benefit, covers=covers, on=on, payers=payers, is_person=is_person)
    assert {(one.standing, one.reason) for one in found} == {(Standing.REFUSED, "us_government_beneficiary")}


@given(benefits, parts_of, covers_of, days)
def test_nothing_is_granted_without_an_agreement_that_says_so_on_that_day(benefit, parts, covers, on):
    says_so = [
        cover for cover in covers
        if benefit in cover.agreement.benefits and SPAN[0] <= on <= (cover.agreement.valid_until or date.max)
    ]  # fmt: skip
    found = judged(*parts, benefit=benefit, covers=covers, on=on)
    assert says_so or all(one.standing is Standing.REFUSED for one in found)


@given(parts_of, agreements, st.none() | amounts)
def test_what_is_granted_never_exceeds_the_cap(parts, agreement, used):
    cap = agreement.caps.get(Benefit.LODGING)
    found = judged(*parts, covers=[Cover(agreement, 1, None, used)])
    granted = sum(
        part.cost.minor for part, one in zip(parts, found, strict=True) if one.is_granted and part.cost
    )
    assert cap is None or granted == 0 or granted + (used.minor if used else 0) <= cap.minor


@given(st.permutations(range(5)), agreements, amounts)
def test_in_whatever_order_they_are_asked_the_same_travellers_are_paid(order, agreement, cost):
    def asked(places):
        parts = [Part(place, 3, cost) for place in places]
        return dict(zip(places, judged(*parts, covers=[Cover(agreement, 1)]), strict=True))

    assert asked(order) == asked(range(5))
