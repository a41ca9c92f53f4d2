"""One box finds a case by what people type: any script, any spelling, any digits, reference, passport."""

import pytest

from concierge.cases import actions
from concierge.cases.search import CaseFilter, find
from concierge.db import transaction
from concierge.domain.journey import CaseState, Step
from tests.factories import a_case, hospitals

PEOPLE = {
    "noura": ("نورة المطيري", "AL MUTAIRI", "NOURA SAAD", "+966501234567", "P1234567"),
    "wang": ("王小龙", "WANG", "XIAOLONG", "+8613800138000", "E55512345"),
    "anna": ("Анна Кузнецова", "KUZNETSOVA", "ANNA", "+77011234567", "N0987654"),
}


@pytest.fixture
def cases(session):
    with transaction() as writing:
        made = {name: a_case(writing, native_name=facts[0]) for name, facts in PEOPLE.items()}
        for name, case in made.items():
            person = case.person
            _native, person.surname, person.given_names, person.phone, person.passport_number = PEOPLE[name]
            person.called, person.email = "", f"{name}@family.example"
            actions.index(writing, case)
    return made


def _ids(session, text, **chosen) -> list[int]:
    here = hospitals(session)["alder-coast"].id
    return [row.id for row in find(session, text, CaseFilter((here,), **chosen)).rows]


FOUND = (
    ("نورة", "noura"),
    ("المطيري نورة", "noura"),
    ("Noura", "noura"),
    ("noura mut", "noura"),
    ("小龙", "wang"),
    ("王小", "wang"),
    ("xiaolong", "wang"),
    ("Кузнец", "anna"),
    ("анна кузнецова", "anna"),
    ("kuznetsova", "anna"),
    ("٠٥٠١٢٣٤٥٦٧", "noura"),
    ("0501234567", "noura"),
    ("+966 50 123 4567", "noura"),
    ("p1234567", "noura"),
    ("E55512345", "wang"),
    ("wang@family.example", "wang"),
)


def test_a_case_is_found_by_what_people_type(session, cases):
    assert {text: _ids(session, text) for text, _who in FOUND} == {
        text: [cases[who].id] for text, who in FOUND
    }


def test_a_reference_is_found_in_any_digits_and_short(session, cases):
    case = cases["anna"]
    arabic = case.reference.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for text in (case.reference, case.reference.lower(), arabic, f"c-{case.id}", str(case.id)):
        assert _ids(session, text) == [case.id], text


def test_every_word_must_fit(session, cases):
    assert _ids(session, "noura kuznetsova") == []


def test_the_sound_is_tried_second_and_said(session, cases):
    here = hospitals(session)["alder-coast"].id
    for text in ("Motairy", "Almotairi Nora"):
        found = find(session, text, CaseFilter((here,)))
        assert [row.id for row in found.rows] == [cases["noura"].id]
        assert found.by_sound


def test_other_hospitals_are_never_found(session, cases):
    other = hospitals(session)["jinghe"].id
    for text in ("نورة", cases["noura"].reference, "0501234567", ""):
        assert find(session, text, CaseFilter((other,))).rows == []
        assert find(session, text, CaseFilter(())).rows == []


def test_filters_narrow_a_search(session, cases):
    assert _ids(session, "noura", step=Step.CONTACT) == [cases["noura"].id]
    assert _ids(session, "noura", step=Step.FINANCE) == []
    assert _ids(session, "", state=CaseState.CLOSED) == []


ODD = ("", "   ", "%", "_", "'", "\x00", "\u202e", "()", "😀", "x" * 10_000, "C-9999999999", "c-99999-1")


def test_odd_texts_do_no_harm(session, cases):
    known, here = {case.id for case in cases.values()}, hospitals(session)["alder-coast"].id
    for text in ODD:
        assert {row.id for row in find(session, text, CaseFilter((here,))).rows} <= known, text


def test_pages_go_back_from_the_newest_without_a_gap(session, monkeypatch):
    monkeypatch.setattr("concierge.cases.search.PAGE", 3)
    with transaction() as writing:
        made = [a_case(writing).id for _ in range(8)]
    chosen = CaseFilter(tuple(h.id for h in hospitals(session).values()))
    monkeypatch.setattr("concierge.cases.search.FEW", 0)
    for text, common in (
        ("", 2000),
        ("noura", 2000),
        ("noura", 2),
    ):  # the last one walks back from the newest case
        monkeypatch.setattr("concierge.cases.search.COMMON", common)
        seen, before = [], None
        while True:
            found = find(session, text, chosen, before=before)
            seen += [row.id for row in found.rows]
            before = found.before
            if before is None:
                break
        assert seen == made[::-1]


def test_a_corrected_name_is_found_by_its_new_writing_only(session, cases):
    with transaction() as writing:
        case = actions.lock(writing, cases["anna"].id)
        case.person.native_name, case.person.surname, case.person.given_names = "Мария", "", "MARIA"
        actions.index(writing, case)
    assert _ids(session, "Кузнецова") == []
    assert _ids(session, "мария") == [cases["anna"].id]
