"""The cast: a patient with a phone and the members of staff, each with a browser of their own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.stories.people import Patient, Someone, Staff
from tests.support.browser import DESK, PHONE

if TYPE_CHECKING:
    from tests.support.browser import PageMaker
    from tests.support.live import LiveServer

BROWSER_LANGUAGE = {"ar": "ar-SA", "zh_Hans": "zh-CN", "en": "en-US", "es": "es-MX"}


@pytest.fixture(scope="module")
def house(live_server: "LiveServer") -> "LiveServer":
    """The running product with its two hospitals."""
    from concierge.db import transaction
    from tests.factories import hospitals

    with live_server.app.app_context(), transaction() as session:
        hospitals(session)
    return live_server


class Cast:
    """Hires people; what anybody found wrong with a page is told together at the end."""

    def __init__(self, house: "LiveServer", new_page: "PageMaker") -> None:
        self._house, self._new_page = house, new_page
        self.people: list[Someone] = []

    def patient(self, name: str, language: str, timezone: str, email: str) -> Patient:
        """Somebody with a phone of 375 px."""
        page = self._new_page(BROWSER_LANGUAGE[language], size=PHONE, timezone=timezone)
        person = Patient(name, page, language, self._house)
        person.email = email
        self.people.append(person)
        return person

    def staff(self, email: str) -> Staff:
        """A member of staff of demo/hospitals.json, signed in."""
        from concierge.db import db
        from concierge.models import StaffUser

        with self._house.app.app_context():
            language = db.session.scalars(sa.select(StaffUser.language).where(StaffUser.email == email)).one()
        page = self._new_page(BROWSER_LANGUAGE[language], size=DESK)
        person = Staff(email.split("@")[0], page, language, self._house)
        person.email = email
        self.people.append(person)
        person.signs_in()
        return person


@pytest.fixture
def cast(house: "LiveServer", new_page: "PageMaker") -> Iterator[Cast]:
    """Everybody who is in the story."""
    made = Cast(house, new_page)
    yield made
    faults = list(dict.fromkeys(fault for person in made.people for fault in person.faults))
    assert not faults, "\n".join(faults)
