"""Pasted confirmations of invented senders, in the ways in which such mails are laid out."""

from datetime import UTC, date, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.confirmations import CalendarEntry, read, read_calendar
from concierge.domain.vocabulary import TransportMode

TODAY = date(2026, 11, 2)
ZONES = {
    "RUH": "Asia/Riyadh", "LAX": "America/Los_Angeles", "LHR": "Europe/London", "DXB": "Asia/Dubai",
    "PVG": "Asia/Shanghai", "PEK": "Asia/Shanghai", "JFK": "America/New_York", "AKL": "Pacific/Auckland",
    "HNL": "Pacific/Honolulu", "MEX": "America/Mexico_City", "KWI": "Asia/Kuwait", "IST": "Europe/Istanbul",
    "JED": "Asia/Riyadh",
}  # fmt: skip
RUH_LAX = ("SV 41", "RUH", "LAX", "2026-12-08T08:30", "2026-12-08T13:40")

GDS = """RP/LAXXX0000/
  1.ALMUTAIRI/NOURA MRS
  2  SV 041 Y 08DEC 2 RUHLAX HK2  0830 1340  E
  3  SV 040 Y 15DEC 2 LAXRUH HK2  1620 1755+1  E"""
SABRE = """1 SV 041Y 08DEC T RUHLHR HK2  830A 1255P
2 BA 269L 08DEC T LHRLAX HK2  325P 640P"""
AIRLINE = """Dear Noura,
Thank you for booking with Sandgrouse Air. Booking reference: QX7P2M
Issued on 1 November 2026

Flight SV 041
Departs  Riyadh (RUH)  8 December 2026  08:30  Terminal 4
Arrives  Los Angeles (LAX)  8 December 2026  13:40  Terminal B
Duration 16:10
Check-in closes 07:30"""
AGENCY = """YOUR ITINERARY  |  Confirmation code ZZ4K9T
Tuesday, December 8, 2026
8:30 AM  Riyadh, Saudi Arabia (RUH)
1:40 PM  Los Angeles, CA, US (LAX)
Sandgrouse SV41, operated by XY 900"""
TWO_LEGS = """Flight: BA 262
RUH -> LHR
08 Dec 2026 08:30 - 12:55
Flight: BA 269
LHR -> LAX
08 Dec 2026 15:25 - 18:40
Layover 2h30"""
ARABIC = """تأكيد الحجز
رقم الحجز: QX7P2M
رقم الرحلة: SV 041
من: الرياض (RUH) صالة 4
إلى: لوس أنجلوس (LAX)
التاريخ: ٨ ديسمبر ٢٠٢٦
المغادرة: ٠٨:٣٠ ص
الوصول: ٠١:٤٠ م"""
CHINESE = """预订编号：QX7P2M
航班号：MU 586
出发：2026年12月8日 上午9:10 北京首都机场 (PEK) 2号航站楼
到达：2026年12月8日 上午6:20 洛杉矶 (LAX)"""
CHINESE_NAMES = """航班 MU586 2026年12月8日 上海浦东-洛杉矶 起飞 13:00 到达 09:15"""
ISO = "SV41 2026-12-08 RUH 08:30 LAX 13:40 PNR: QX7P2M"
COMPACT = "08DEC26 SV041 RUHLAX dep 08:30 arr 13:40"
SLASHES = """Flight number: SV 41
Date: 15/12/2026
From: Riyadh (RUH) To: Los Angeles (LAX)
Departure time 08:30, boarding 07:45
Arrival time 13:40"""
NEXT_DAY = """Flight SV 40 on Dec 15, 2026
Los Angeles (LAX) 4:20 PM
Riyadh (RUH) 5:55 PM next day"""
SPANISH = """Código de reserva: AB12CD
Vuelo AM 646
Salida: 8 de diciembre de 2026, 07:15, Ciudad de México (MEX)
Llegada: 8 de diciembre de 2026, 09:40, Los Ángeles (LAX)"""
TRAIN = """Eurostar 9014
8 December 2026
Departs: Paris Gare du Nord 09:13
Arrives: London St Pancras 10:30"""
DATE_LINE = "Flight NZ 10 AKL-HNL 8 Dec 2026 23:55 - 8 Dec 2026 10:40"


def _zone(code: str) -> str | None:
    return ZONES.get(code)


def _read(text: str):
    return read(text, zone_of=_zone, today=TODAY)


def _facts(segment) -> tuple:
    names = ("number", "from_airport", "to_airport", "departs_local", "arrives_local")
    return tuple(segment.fields[name].value if name in segment.fields else None for name in names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GDS, [RUH_LAX, ("SV 40", "LAX", "RUH", "2026-12-15T16:20", "2026-12-16T17:55")]),
        (
            SABRE,
            [
                ("SV 41", "RUH", "LHR", "2026-12-08T08:30", "2026-12-08T12:55"),
                ("BA 269", "LHR", "LAX", "2026-12-08T15:25", "2026-12-08T18:40"),
            ],
        ),
        (AIRLINE, [RUH_LAX]),
        (AGENCY, [RUH_LAX]),
        (
            TWO_LEGS,
            [
                ("BA 262", "RUH", "LHR", "2026-12-08T08:30", "2026-12-08T12:55"),
                ("BA 269", "LHR", "LAX", "2026-12-08T15:25", "2026-12-08T18:40"),
            ],
        ),
        (ARABIC, [RUH_LAX]),
        (CHINESE, [("MU 586", "PEK", "LAX", "2026-12-08T09:10", "2026-12-08T06:20")]),
        (CHINESE_NAMES, [("MU 586", "PVG", "LAX", "2026-12-08T13:00", "2026-12-08T09:15")]),
        (ISO, [RUH_LAX]),
        (COMPACT, [RUH_LAX]),
        (SLASHES, [("SV 41", "RUH", "LAX", "2026-12-15T08:30", "2026-12-15T13:40")]),
        (NEXT_DAY, [("SV 40", "LAX", "RUH", "2026-12-15T16:20", "2026-12-16T17:55")]),
        (SPANISH, [("AM 646", "MEX", "LAX", "2026-12-08T07:15", "2026-12-08T09:40")]),
        (DATE_LINE, [("NZ 10", "AKL", "HNL", "2026-12-08T23:55", "2026-12-08T10:40")]),
    ],
)
def test_a_confirmation_is_read_into_the_fields_of_a_flight(text, expected):
    assert [_facts(segment) for segment in _read(text).segments] == expected


def test_a_train_is_read_with_its_stations_which_are_never_sure():
    (train,) = _read(TRAIN).segments
    assert train.mode is TransportMode.TRAIN
    assert _facts(train) == (
        "Eurostar 9014"[:12], "Paris Gare du Nord", "London St Pancras", "2026-12-08T09:13", "2026-12-08T10:30",
    )  # fmt: skip
    assert {"from_airport", "to_airport"} <= train.doubtful


def test_reference_and_terminals_come_along_and_each_field_says_where_it_stands():
    found = _read(AIRLINE)
    (segment,) = found.segments
    assert found.reference and found.reference.value == "QX7P2M"
    assert (segment.fields["from_terminal"].value, segment.fields["to_terminal"].value) == ("4", "B")
    place = segment.fields["from_airport"]
    assert AIRLINE[place.start : place.end] == "RUH"
    assert _read(ARABIC).reference and _read(CHINESE).reference


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        (AIRLINE, set()),
        (GDS, {"departs_local", "arrives_local"}),  # no year is said
        (
            "Flight SV 41 RUH-LAX 8/12/2026 08:30 13:40",
            {"departs_local", "arrives_local"},
        ),  # or the 12th of August
        ("Flight SV 40 LAX-RUH 15 Dec 2026 16:20 17:55", {"arrives_local"}),  # only the next day is possible
        (CHINESE_NAMES, {"from_airport", "to_airport"}),  # a city is no airport
    ],
)
def test_what_was_guessed_is_doubtful(text, doubtful):
    found = _read(text).segments[0].doubtful
    assert {name for name in found if not name.endswith("terminal")} == doubtful


@pytest.mark.parametrize(
    "text", ["", "We come on Tuesday, God willing.", "Invoice 2026-12-08 USD 1250.00 AM 08:30"]
)
def test_a_text_without_a_flight_has_none(text):
    assert _read(text).segments == ()


def test_a_calendar_file_says_its_times_itself():
    entry = CalendarEntry(
        "Flight SV 41 Riyadh to Los Angeles\nRUH - LAX\nBooking reference: QX7P2M",
        datetime(2026, 12, 8, 5, 30, tzinfo=UTC), datetime(2026, 12, 8, 21, 40, tzinfo=UTC),
    )  # fmt: skip
    found = read_calendar([entry, CalendarEntry("Dinner", None, None)], zone_of=_zone, today=TODAY)
    assert [_facts(segment) for segment in found.segments] == [RUH_LAX]
    assert found.reference and found.reference.value == "QX7P2M"
    assert "departs_local" not in found.segments[0].doubtful


_PIECES = st.sampled_from(
    [
        *" \n:-/+()",
        "SV 41",
        "RUH",
        "LAX",
        "08DEC",
        "8/13/26",
        "31 Feb 2026",
        "29:61",
        "+1",
        "م",
        "月",
        "٣",
        "PNR: ",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=60).map("".join)))
def test_nothing_that_is_pasted_makes_it_fail(text):
    for segment in _read(text).segments:
        for mark in segment.fields.values():
            assert 0 <= mark.start <= mark.end <= len(text)


def test_a_text_full_of_numbers_is_read_in_time():
    """Each number reads its own stretch once. By the square of their count, this took minutes."""
    begun = process_time()
    read("\n".join(f"SV {number}" for number in range(3000)), zone_of=ZONES.get, today=TODAY)
    read("SV 41 RUH LAX 8 Dec 2026 08:30 13:40\n" * 600, zone_of=ZONES.get, today=TODAY)
    assert process_time() - begun < 5
