"""The read log knows every page that showed a case, also one that a refused form brought back."""

import pytest
import sqlalchemy as sa

from concierge.domain.journey import Step
from concierge.models import ReadLog
from tests.factories import a_case, as_portal, as_staff, patient_of, staff


@pytest.fixture
def case(session):
    made = a_case(session, slug="alder-coast", step=Step.CONSULT)
    session.commit()
    return made


def _views(session, case) -> list[tuple[str, str]]:
    session.rollback()
    found = session.execute(
        sa.select(ReadLog.actor_kind, ReadLog.page).where(ReadLog.case_id == case.id).order_by(ReadLog.id)
    )
    return [tuple(row) for row in found]


def test_a_refused_form_of_the_team_is_a_view(client, session, case):
    as_staff(client, staff(session, "maria@alder-coast.example"), session)
    page = client.get(f"/c/{case.reference}")
    assert client.submit(page, action="/notes", note="").status_code == 422
    assert _views(session, case) == [
        ("staff", "conversation_staff.talk"), ("staff", "conversation_staff.note"),
    ]  # fmt: skip
    assert client.submit(page, action="/notes", note="Called the family").status_code == 303
    assert len(_views(session, case)) == 2  # what was done is in the history, and its page is opened next


def test_a_refused_form_of_the_family_is_a_view(client, session, case):
    as_portal(client, patient_of(session, case), session)
    place = f"/portal/{case.public_id}/messages"
    assert client.submit(client.get(place), message="").status_code == 422
    assert _views(session, case) == [("portal", "conversation_portal.messages")] * 2
