"""The floor under `python -m bench.names`: how well spellings are found and likenesses told must not fall."""

import pytest

from bench.crowd import add_hospital
from bench.names import quality
from bench.names_data import other_pairs, same_pairs


def test_there_are_enough_pairs_in_enough_scripts():
    same, other = list(same_pairs()), list(other_pairs())
    assert len(same) + len(other) >= 500
    assert len({pair.script for pair in same}) >= 6
    assert {"twins", "father and son", "common name"} <= {pair.why for pair in other}


@pytest.mark.slow
def test_people_are_found_and_told_apart_as_well_as_before(session):
    lines = {line.script: line for line in quality(session, add_hospital(session))}
    session.rollback()
    recall = {script: line.recall for script, line in lines.items()}
    least = {"arabic": 0.97, "persian_urdu": 0.95, "chinese": 0.98, "cyrillic": 0.95, "devanagari": 0.97, "latin": 0.95}
    assert {script: recall[script] for script in least if recall[script] < least[script]} == {}
    assert recall["all"] >= 0.90
    assert lines["all"].precision >= 0.98
    assert lines["hard pairs"].suggested <= 4
