"""Airports by code and by what people type."""

from concierge.gateways import airports


def test_an_airport_is_found_by_its_code_with_place_and_time_zone():
    found = airports.find(" ruh ")
    assert (found.code, found.city, found.country, found.timezone) == ("RUH", "Riyadh", "SA", "Asia/Riyadh")
    assert airports.find("QQQ") is None and airports.find("") is None


def test_what_people_type_finds_the_code_first_then_the_city_without_regard_to_accents():
    assert airports.near("lax")[0].code == "LAX"
    assert airports.near("Lima")[0].code == "LIM"
    assert "GRU" in [airport.code for airport in airports.near("São Paulo")]
    assert "GRU" in [airport.code for airport in airports.near("sao paulo")]
    assert len(airports.near("san", limit=5)) == 5
    assert airports.near("x") == [] == airports.near("nowhere at all")
