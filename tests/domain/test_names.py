import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.names import (
    MAX_KEY,
    MAX_KEYS,
    query_keys,
    search_keys,
    similar_query_keys,
)

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
