"""Two records are compared for people: what is shared, what speaks against it, and nobody is ever sure of twins."""

from datetime import date

from concierge.domain.duplicates import KnownPerson, duplicate_score
from concierge.domain.people import PersonName


def known(native="", surname="", given="", **facts):
    return KnownPerson(PersonName(native, surname, given), **facts)


BORN = date(1980, 3, 14)


def test_one_passport_is_one_person():
    assert duplicate_score(known("A", passport="a 123"), known("B", passport="A123")).value == 100


def test_the_same_name_and_birth_date_are_suggested_with_reasons():
    score = duplicate_score(known("نورة المطيري", born_on=BORN), known("نورة المطيري", born_on=BORN))
    assert score.is_suggested
    assert score.reasons == ("same_name", "same_birth_date")


def test_another_spelling_with_the_same_phone_is_suggested():
    one = known("", "AL MUTAIRI", "NOURA", phone="+966501234567")
    other = known("نورة المطيري", phone="+966501234567")
    score = duplicate_score(one, other)
    assert score.is_suggested
    assert score.reasons == ("similar_name", "same_phone")


def test_twins_who_share_everything_but_the_first_name_are_not_suggested():
    shared = {"born_on": BORN, "phone": "+966501234567", "email": "family@example.com"}
    score = duplicate_score(
        known("", "ALMUTAIRI", "NOURA", **shared), known("", "ALMUTAIRI", "HESSA", **shared)
    )
    assert not score.is_suggested
    assert "other_name" in score.reasons


def test_a_family_that_shares_a_phone_and_an_address_is_not_one_person():
    shared = {"phone": "+966501234567", "email": "family@example.com"}
    assert not duplicate_score(known("خالد المطيري", **shared), known("نورة المطيري", **shared)).is_suggested


def test_namesakes_with_other_birth_dates_are_not_suggested():
    score = duplicate_score(known("李伟", born_on=BORN), known("李伟", born_on=date(1991, 1, 1)))
    assert not score.is_suggested
    assert "other_birth_date" in score.reasons


def test_another_passport_weighs_against_but_a_new_passport_is_possible():
    facts = {"born_on": BORN, "phone": "+8613800138000"}
    one, other = known("李伟", passport="E1", **facts), known("李伟", passport="E2", **facts)
    score = duplicate_score(one, other)
    assert "other_passport" in score.reasons
    assert score.is_suggested


def test_unknown_facts_prove_nothing():
    assert duplicate_score(known(), known()).value == 0
