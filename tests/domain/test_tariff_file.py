import time
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.errors import AmountError
from concierge.domain.tariff_file import Fault, amount, compare, read, write
from concierge.domain.vocabulary import Phase

LOCALES = ("en", "ar")
TODAY = date(2026, 11, 24)
HEAD = "code;name_en;phase;low;high;currency;source;valid_from;valid_until"


@dataclass(frozen=True)
class Tariff:
    code: str = "EVA-110"
    name: dict = field(default_factory=lambda: {"en": "Consultations"})
    phase: Phase = Phase.EVALUATION
    low_minor: int = 180_000
    high_minor: int = 260_000
    currency: str = "USD"
    source: str = "Tariff 2026"
    valid_from: date = date(2026, 1, 1)
    valid_until: date | None = None


def rows_of(*lines, currency="USD"):
    rows, faults = read("\n".join((HEAD, *lines)), currency=currency, locales=LOCALES)
    assert faults == []
    return rows


def faults_of(*lines, head=HEAD, currency="USD"):
    _rows, faults = read("\n".join((head, *lines)), currency=currency, locales=LOCALES)
    return [(fault.row, fault.column, fault.code) for fault in faults]


def line(**changes):
    cells = {"code": "EVA-110", "name_en": "Consultations", "phase": "evaluation", "low": "1800", "high": "2600.00",
             "currency": "USD", "source": "Tariff 2026", "valid_from": "2026-01-01", "valid_until": ""}  # fmt: skip
    return ";".join((cells | changes).values())


def changed(existing, *lines):
    change = compare(rows_of(*lines), existing, TODAY)
    faults = [(fault.row, fault.column, fault.code) for fault in change.faults]
    return (len(change.new), len(change.new_prices), len(change.ended), change.unchanged), faults


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("1250", "USD", 125_000), ("1250.5", "USD", 125_050), ("1250,50", "USD", 125_050), ("١٢٥٠", "USD", 125_000),
     ("1250", "JPY", 1250), ("1.250", "KWD", 1250), ("0.005", "OMR", 5)],
)  # fmt: skip
def test_an_amount_has_a_point_or_a_comma_before_the_decimals_of_its_currency(text, currency, minor):
    assert amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [("-5", "USD", "garbage"), ("1,250.00", "USD", "garbage"), ("1.250", "USD", "too_many_decimals"),
     ("1250.5", "JPY", "too_many_decimals"), ("1" + "0" * 15, "USD", "too_large"), ("=1+1", "USD", "garbage")],
)  # fmt: skip
def test_a_doubtful_amount_is_refused_and_never_guessed(text, currency, code):
    with pytest.raises(AmountError) as refusal:
        amount(text, currency)
    assert refusal.value.code == code


def test_every_wrong_cell_is_named_with_its_row_and_column_and_nothing_is_kept_of_its_row():
    rows, faults = read(
        "\n".join((HEAD, line(), line(code="x y", low="9000", phase="surgery"), "", line(high="1"),
                   line(valid_from="31.12.2026"), "only;two", line(currency="EUR"), line(name_en=""))),
        currency="USD", locales=LOCALES,
    )  # fmt: skip
    assert [row.number for row in rows] == [2]
    assert [(f.row, f.column, f.code) for f in faults] == [
        (3, "code", "tariff_code_shape"), (3, "phase", "phase_unknown"), (5, "high", "range_upside_down"),
        (6, "valid_from", "day_shape"), (7, "", "cells_and_columns_differ"), (8, "currency", "tariff_currency"),
        (9, "name_en", "cell_empty"),
    ]  # fmt: skip


def test_a_file_without_its_columns_or_its_rows_says_so():
    assert faults_of(head="code;low;colour;low") == [
        (1, name, "column_missing")
        for name in ("phase", "high", "currency", "source", "valid_from", "valid_until", "name_en")
    ] + [(1, "colour", "column_unknown"), (1, "low", "column_twice")]
    assert faults_of() == [(0, "", "file_has_no_rows")]
    assert faults_of('"never closed') == [(0, "", "file_is_no_table")]


def test_a_byte_order_mark_and_either_separator_are_read():
    text = "\ufeff" + "\r\n".join((HEAD, line(low="1800,00")))
    assert read(text, currency="USD", locales=LOCALES)[0][0].low_minor == 180_000
    commas = "\n".join((HEAD, line())).replace(";", ",")
    assert read(commas, currency="USD", locales=LOCALES)[1] == []


def test_what_a_file_changes_is_counted_before_anything_changes():
    held = [Tariff(), Tariff(code="EVA-120"), Tariff(code="EVA-130")]
    assert changed(
        held,
        line(),
        line(code="EVA-120", low="1900", valid_from="2027-01-01"),
        line(code="EVA-130", valid_until="2026-12-31"),
        line(code="NEW-1"),
    ) == ((1, 1, 1, 1), [])


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([line(low="1900")], (2, "low", "price_stands")),
        ([line(low="1900", valid_from="2026-06-01")], (2, "valid_from", "new_price_too_early")),
        ([line(low="1900", valid_from="2025-06-01")], (2, "valid_from", "price_overlaps")),
        ([line(valid_until="2026-06-01")], (2, "valid_until", "date_in_past")),
        ([line(code="N", valid_until="2025-06-01")], (2, "valid_until", "dates_upside_down")),
        ([line(code="N"), line(code="N", valid_from="2026-02-01")], (3, "valid_from", "price_overlaps")),
        ([line(code="N"), line(code="N")], (3, "valid_from", "price_overlaps")),
    ],
)
def test_a_price_that_is_there_is_never_overwritten(rows, fault):
    assert changed([Tariff()], *rows)[1] == [fault]


def test_a_price_that_has_ended_is_not_opened_again():
    assert changed([Tariff(valid_until=date(2026, 3, 1))], line())[1] == [
        (2, "valid_until", "price_has_ended")
    ]


def test_a_file_may_end_a_price_and_begin_the_next_one_after_it():
    rows = line(valid_until="2026-12-31"), line(low="1900", valid_from="2027-01-01")
    assert changed([Tariff()], *rows) == ((0, 1, 1, 0), [])


words = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1, max_size=20).map(
    lambda text: " ".join(text.split())
).filter(bool)  # fmt: skip


codes = st.from_regex(r"[A-Z][A-Z0-9-]{0,6}", fullmatch=True)


@given(
    st.lists(
        st.builds(
            Tariff, code=codes, name=words.map(lambda text: {"en": text}),
            phase=st.sampled_from(Phase), low_minor=st.integers(0, 10**6), high_minor=st.integers(10**6, 10**9),
            source=words, valid_from=st.dates(date(2020, 1, 1), date(2030, 1, 1)), currency=st.just("KWD"),
        ),
        max_size=8, unique_by=lambda tariff: tariff.code,
    )
)  # fmt: skip
def test_what_was_exported_comes_back_unchanged(tariffs):
    tariffs = [replace(t, name={"en": t.name["en"]}) for t in tariffs]
    rows, faults = read("".join(write(tariffs, LOCALES)), currency="KWD", locales=LOCALES)
    assert faults == ([] if tariffs else [Fault(0, "", "file_has_no_rows")])
    change = compare(rows, tariffs, TODAY)
    assert (change.is_empty, change.unchanged, change.faults) == (True, len(tariffs), [])


@pytest.mark.parametrize("text", ["=1+1", "+49", "-5", "@sum", "'quoted"])
def test_no_cell_of_an_export_is_a_formula(text):
    content = "".join(write([Tariff(name={"en": text}, source=text)], ("en",)))
    assert f"'{text}" in content and f",{text}" not in content
    assert read(content, currency="USD", locales=("en",))[0][0].source == text


def test_ten_thousand_rows_are_read_and_compared_in_three_seconds_of_work():
    held = [Tariff(code=f"C-{n}") for n in range(10_000)]
    later = [replace(t, valid_from=TODAY + timedelta(days=30), low_minor=1) for t in held]
    content = "".join(write(later, LOCALES))
    began = time.process_time()
    rows, _faults = read(content, currency="USD", locales=LOCALES)
    change = compare(rows, held, TODAY)
    assert len(change.new_prices) == len(change.replaced) == 10_000
    assert time.process_time() - began < 3
