"""Scenes of the case file: colleagues of both hospitals and a signed-in browser."""

from collections.abc import Callable

import pytest

from concierge.db import transaction
from concierge.models import Case, StaffUser
from tests.factories import a_case, as_staff, staff

HOUSES = {"alder": "alder-coast.example", "jinghe": "jinghe.example"}


@pytest.fixture
def open_case(session) -> Callable[..., Case]:
    """`open_case(step=…, slug=…)`: a committed case."""

    def make(**facts) -> Case:
        with transaction() as writing:
            return a_case(writing, **facts)

    return make


@pytest.fixture
def sign_in(client, session) -> Callable[[str], StaffUser]:
    """`sign_in("maria")`: the browser belongs to this member of staff; "chen@jinghe" is at the other hospital."""

    def make(who: str) -> StaffUser:
        name, _at, house = who.partition("@")
        with transaction() as writing:
            user = staff(writing, f"{name}@{HOUSES[house or 'alder']}")
        as_staff(client, user, session)
        return user

    return make
