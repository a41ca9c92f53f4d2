from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.names import (
    MAX_KEY,
    MAX_KEYS,
    KnownPerson,
    duplicate_score,
    query_keys,
    search_keys,
    similar_query_keys,
)
from concierge.domain.people import PersonName

NOURA = search_keys(
    "نورة عبدالله المطيري",
    "ALMUTAIRI",
    "NOURA",
    phone="+966501234567",
    passport="A1234567",
    email="n@example.com",
)
NATIVE_ONLY = search_keys("نورة عبدالله المطيري")
LATIN_ONLY = search_keys("Noura Abdullah Al-Mutairi")
XIAOLONG = search_keys("单小龙", "SHAN", "XIAOLONG")
LYU = search_keys("吕布")
NIKITA = search_keys("Никита Хрущёв", "KHRUSHCHEV", "NIKITA")
DUC = search_keys("Nguyễn Văn Đức")
RAHUL = search_keys("राहुल शर्मा")
MINSU = search_keys("김민수", "KIM", "MIN SU")


def finds(keys, query, turn=query_keys):
    wanted = turn(query)
    return bool(wanted) and all(any(key.startswith(part) for key in keys) for part in wanted)


@pytest.mark.parametrize(
    ("keys", "query"),
    [
        (NOURA, "noura"),
        (NOURA, "nou almut"),
        (NOURA, "نوره"),
        (NOURA, "المطيري نورة"),
        (NOURA, "عبد الله"),
        (NOURA, "0501234567"),
        (NOURA, "٠٥٠ ١٢٣ ٤٥٦٧"),
        (NOURA, "+966 50 123"),
        (NOURA, "00966501234567"),
        (NOURA, "1234567"),
        (NOURA, "a12345"),
        (NOURA, "N@EXAMPLE"),
        (LATIN_ONLY, "نورة المطيري"),
        (XIAOLONG, "小龙"),
        (XIAOLONG, "单小龙"),
        (XIAOLONG, "龙"),
        (XIAOLONG, "shan xiaolong"),
        (XIAOLONG, "danxiao"),
        (LYU, "lyubu"),
        (LYU, "lvbu"),
        (NIKITA, "хрущев"),
        (NIKITA, "khrush nik"),
        (DUC, "nguyen duc"),
        (DUC, "Đức"),
        (RAHUL, "rahul"),
        (MINSU, "민수"),
        (search_keys("O'Brien-Smith"), "obrien smi"),
    ],
)
def test_a_person_is_found_in_any_script_spelling_or_number(keys, query):
    assert finds(keys, query)


@pytest.mark.parametrize("query", ["Mutairi", "Almotairy", "المطيري", "Nora Motairi", "Abd Allah"])
def test_a_second_try_finds_by_sound(query):
    assert finds(NATIVE_ONLY, query, similar_query_keys)


@pytest.mark.parametrize(
    "spelling", ["Abdulrahman", "Abd Al-Rahman", "Abdurrahman", "Abdel Rahman", "عبد الرحمن", "عبدالرحمن"]
)
def test_servants_of_the_merciful_sound_alike_however_they_are_written(spelling):
    assert similar_query_keys(spelling) == ("~bdrhmn",)


@pytest.mark.parametrize(
    "query", ["noura smith", "خالد", "小虎", "0509999999", "b1234567", "other@example.com"]
)
def test_somebody_else_is_not_found(query):
    assert not finds(NOURA, query)


@pytest.mark.parametrize("query", ["", "   ", "😀", "\u202e", "--"])
def test_nothing_typed_looks_for_nothing(query):
    assert query_keys(query) == ()


@given(st.text(max_size=60), st.text(max_size=20))
def test_keys_stay_few_and_short_whatever_is_typed(native, other):
    keys = search_keys(native, other, native, other, "+966501234567", other, native)
    assert len(keys) <= MAX_KEYS
    assert all(0 < len(key) <= MAX_KEY for key in keys)
    assert all(0 < len(key) <= MAX_KEY for key in query_keys(native) + similar_query_keys(native))


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
