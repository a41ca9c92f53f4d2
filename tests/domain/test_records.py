from dataclasses import dataclass
from datetime import date

import pytest

from concierge.domain.records import (
    Identity,
    NeededRecord,
    PassportIdentity,
    Progress,
    checklist_for,
    identity_matches,
    missing_minimum,
    progress,
)
from concierge.domain.vocabulary import CancerType, ImagesRule, RecordKind, RecordState


@dataclass
class Rule:
    cancer_type: CancerType | None
    kind: RecordKind
    is_minimum: bool = True
    position: int = 0


@dataclass
class Item:
    kind: RecordKind
    state: RecordState
    is_minimum: bool = True


RULES = [
    Rule(None, RecordKind.PATHOLOGY, True, 2),
    Rule(None, RecordKind.SUMMARY, True, 1),
    Rule(CancerType.BLOOD, RecordKind.PATHOLOGY, False, 5),
    Rule(CancerType.BLOOD, RecordKind.LABS, True, 3),
]


def test_the_special_rule_beats_the_general_one_whatever_their_order():
    expected = (
        NeededRecord(RecordKind.SUMMARY, True, 1),
        NeededRecord(RecordKind.LABS, True, 3),
        NeededRecord(RecordKind.PATHOLOGY, False, 5),
    )
    assert checklist_for(CancerType.BLOOD, RULES) == expected
    assert checklist_for(CancerType.BLOOD, RULES[::-1]) == expected


def test_an_illness_that_is_not_sure_needs_the_general_list():
    kinds = [record.kind for record in checklist_for(CancerType.NOT_SURE, RULES)]
    assert kinds == [RecordKind.SUMMARY, RecordKind.PATHOLOGY]


@pytest.mark.parametrize("state", [state for state in RecordState if state is not RecordState.RECEIVED])
def test_only_a_received_record_satisfies(state):
    assert missing_minimum([Item(RecordKind.PATHOLOGY, state)]) == (RecordKind.PATHOLOGY,)


def test_optional_records_and_carried_images_are_no_reason_to_wait():
    items = [
        Item(RecordKind.SUMMARY, RecordState.RECEIVED),
        Item(RecordKind.LABS, RecordState.MISSING, is_minimum=False),
        Item(RecordKind.IMAGES, RecordState.MISSING),
    ]
    assert missing_minimum(items) == (RecordKind.IMAGES,)
    assert missing_minimum(items, ImagesRule.CARRY) == ()
    assert progress(items) == Progress(1, 2)
    assert progress(items, ImagesRule.CARRY).is_complete


BORN = date(1980, 3, 14)
NOURA = PassportIdentity("AL MUTAIRI", "NOURA ABDULLAH", "نورة المطيري", BORN)


@pytest.mark.parametrize(
    "name",
    [
        "AL MUTAIRI^NOURA ABDULLAH",
        "ALMUTAIRI^NOURA",
        "Al-Mutairi^Noura^Abdullah",
        "NOURA AL MUTAIRI",
        "AL MUTAIRI^NOURA ABDULLAH SAAD",
        "MUTAIRI=نورة المطيري",
        "Noura Abdullah Al-Mutairi",
    ],
)
def test_the_same_person_in_another_writing_agrees(name):
    assert identity_matches(Identity(name, BORN), NOURA) == ()


@pytest.mark.parametrize(
    ("name", "born_on", "codes"),
    [
        ("ALMUTAIRI^HESSA", BORN, ("name_differs",)),
        ("ALMUTAIRI", BORN, ("name_differs",)),
        ("NOURA", BORN, ("name_differs",)),
        ("", BORN, ("name_missing",)),
        ("^^^", None, ("name_missing", "birth_missing")),
        ("ALMUTAIRI^NOURA", date(1980, 4, 14), ("birth_differs",)),
        ("SMITH^JOHN", date(1950, 1, 1), ("name_differs", "birth_differs")),
    ],
)
def test_a_scan_of_somebody_else_is_seen(name, born_on, codes):
    assert identity_matches(Identity(name, born_on), NOURA) == codes


def test_what_the_passport_does_not_tell_cannot_differ():
    assert identity_matches(Identity("X^Y", BORN), PassportIdentity()) == ()


def test_a_passport_with_one_name_only_is_matched_by_it():
    assert identity_matches(Identity("SUKARNO", BORN), PassportIdentity("", "SUKARNO", "", BORN)) == ()
