from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.errors import InvalidInput
from concierge.domain.people import (
    BirthDate,
    Calendar,
    PersonName,
    ascii_digits,
    clean_line,
    clean_paragraph,
    display_name,
    greeting_name,
    parse_birth_date,
    parse_phone,
)

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Noura\t Al-Mutairi \n", "Noura Al-Mutairi"),
        ("نورة\u200f المطيري\x00", "نورة المطيري"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("李\u3000小龙", "李 小龙"),
        ("a\ud800b\x85c\ufeff", "abc"),
        ("\u2066\u200b\u2069", ""),
    ],
)
def test_a_line_keeps_letters_and_loses_what_cannot_be_seen(typed, kept):
    assert clean_line(typed) == kept


def test_a_paragraph_keeps_its_lines_and_loses_overrides():
    assert clean_paragraph("\r\n one \r\n\r\n t\u202ewo\x00 \u2028three\x0b ") == "one\n\n two\nthree"


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(text):
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_paragraph(clean_paragraph(text)) == clean_paragraph(text)
    clean_paragraph(text).encode()


def test_all_decimal_digits_become_ascii_and_nothing_else_does():
    assert ascii_digits("٠۱२３4²x") == "01234²x"


def test_names_are_shown_as_the_person_wrote_them():
    noura = PersonName("نورة المطيري", "ALMUTAIRI", "NOURA", "أم خالد")
    assert display_name(noura) == "نورة المطيري"
    assert greeting_name(noura) == "أم خالد"
    assert display_name(PersonName("", "ALMUTAIRI", "NOURA")) == "NOURA ALMUTAIRI"
    assert greeting_name(PersonName("李小龙", "LI", "XIAOLONG")) == "李小龙"
    assert display_name(PersonName("", "", "", "Nana")) == "Nana"


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("1980", (1980, None, None)),
        ("1980-03", (1980, 3, None)),
        ("3/1980", (1980, 3, None)),
        ("1980-03-14", (1980, 3, 14)),
        ("19800314", (1980, 3, 14)),
        ("14.3.1980", (1980, 3, 14)),
        ("3/14/1980", (1980, 3, 14)),
        ("04/04/1980", (1980, 4, 4)),
        ("1980年3月14日", (1980, 3, 14)),
        ("١٤ / ٣ / ١٩٨٠", (1980, 3, 14)),
        ("２９-２-２０００", (2000, 2, 29)),
    ],
)
def test_a_birth_date_may_be_partial_and_in_any_digits(typed, parts):
    found = parse_birth_date(typed, today=TODAY)
    assert (found.year, found.month, found.day) == parts
    assert found.typed == typed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("last spring", "garbage"),
        ("1" * 10_000, "garbage"),
        ("14/3/80", "year_needed"),
        ("03/04/1980", "ambiguous"),
        ("29.2.1981", "no_such_day"),
        ("29.2.1900", "no_such_day"),
        ("31.4.1980", "no_such_day"),
        ("1980-13", "no_such_day"),
        ("1980-00-10", "month_needed"),
        ("22.11.2026", "in_future"),
        ("2027", "in_future"),
        ("1880", "too_long_ago"),
        ("1400-05-12", "looks_hijri"),
    ],
)
def test_an_impossible_birth_date_is_refused_with_its_reason(typed, code):
    with pytest.raises(InvalidInput) as refusal:
        parse_birth_date(typed, today=TODAY)
    assert (refusal.value.field, refusal.value.code) == ("birth", code)


def test_a_hijri_birth_date_is_converted_and_what_was_typed_is_kept():
    found = parse_birth_date("١٤٠٠/٠٥/١٢", today=TODAY, calendar=Calendar.HIJRI)
    assert found == BirthDate(1400, 5, 12, Calendar.HIJRI, "١٤٠٠/٠٥/١٢")
    assert found.on == date(1980, 3, 29)


@pytest.mark.parametrize(
    ("typed", "code"), [("1342-01-01", "hijri_range"), ("1400-01-31", "no_such_day"), ("1449", "in_future")]
)
def test_a_hijri_birth_date_has_its_own_limits(typed, code):
    with pytest.raises(InvalidInput) as refusal:
        parse_birth_date(typed, today=TODAY, calendar=Calendar.HIJRI)
    assert refusal.value.code == code


def test_a_partial_birth_date_agrees_with_every_day_it_may_mean():
    march = BirthDate(1980, 3)
    assert march.on is None
    assert march.may_be(date(1980, 3, 1))
    assert march.may_be(date(1980, 3, 31))
    assert not march.may_be(date(1980, 4, 1))
    assert BirthDate(1980, 12).latest_on == date(1980, 12, 31)
    hijri_year = BirthDate(1400, calendar=Calendar.HIJRI)
    assert hijri_year.may_be(date(1980, 3, 28))
    assert hijri_year.latest_on == date(1980, 11, 8)


@pytest.mark.parametrize(
    ("typed", "country", "e164"),
    [
        ("+966 50 123 4567", "", "+966501234567"),
        ("050 123 4567", "SA", "+966501234567"),
        ("٠٥٠١٢٣٤٥٦٧", "SA", "+966501234567"),
        ("00966501234567", "US", "+966501234567"),
        ("\u202a+٩٦٦٥٠١٢٣٤٥٦٧\u202c", "", "+966501234567"),
        ("＋８６ 138 0013 8000", "", "+8613800138000"),
        ("(310) 555-0123", "US", "+13105550123"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
    ],
)
def test_a_phone_is_read_in_any_digits_and_echoed_as_typed(typed, country, e164):
    phone = parse_phone(typed, country)
    assert phone.e164 == e164
    assert phone.typed == clean_line(typed)


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("", "SA", "empty"),
        ("0501234567", "", "country_needed"),
        ("call me", "SA", "garbage"),
        ("123", "SA", "too_short"),
        ("+9665012345678901", "", "too_long"),
        ("9" * 10_000, "SA", "garbage"),
    ],
)
def test_what_is_no_phone_is_refused_with_its_reason(typed, country, code):
    with pytest.raises(InvalidInput) as refusal:
        parse_phone(typed, country)
    assert (refusal.value.field, refusal.value.code) == ("phone", code)
