"""Who books in most tests: the coordinator, for a family that said yes."""

import pytest

from tests.booking import scenes


@pytest.fixture
def case(session):
    return scenes.a_case(session)


@pytest.fixture
def actor(session):
    return scenes.coordinator(session)
