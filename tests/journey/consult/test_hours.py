"""Hours for calls: one's own for everybody who takes enquiries, those of others for a lead."""

from datetime import time

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.journey.consult.booking import queries
from concierge.models import CallAbsence, CallHours, Hospital
from tests.factories import staff
from tests.journey.consult.scenes import NEXT_TUESDAY, at
from tests.journey.consult.test_booking_pages import text_of
from tests.support.clock import START


@pytest.fixture
def case(open_case):
    return open_case(step=Step.CONSULT)


def test_hours_and_absences_decide_what_a_family_is_offered(client, session, case, sign_in):
    maria = sign_in("maria")
    assert "the opening hours of the hospital count" in text_of(client.get("/desk/my-hours"))
    page = client.get("/desk/my-hours")
    wrong = client.submit(
        page, action=f"/add?at=1&of={maria.id}", weekdays=["1"], opens="15:00", closes="14:00"
    )
    assert wrong.status_code == 422
    page = client.get("/desk/my-hours")
    client.submit(page, action=f"/add?at=1&of={maria.id}", weekdays=["1", "3"], opens="13:00", closes="14:30")
    rows = session.scalars(sa.select(CallHours).order_by(CallHours.weekday)).all()
    assert [(row.weekday, row.opens, row.closes) for row in rows] == [
        (day, time(13), time(14, 30)) for day in (1, 3)
    ]
    offer = queries.offer_for(session, case, now=START, minutes=45)
    assert [slot.starts_at for slot in offer.between(NEXT_TUESDAY, NEXT_TUESDAY)] == [at(13), at(13, 30)]
    client.submit(
        client.get("/desk/my-hours"),
        action=f"/absence?at=1&of={maria.id}",
        first_on="2026-12-01",
        last_on="2026-12-01",
    )
    session.rollback()
    assert offer.between(NEXT_TUESDAY, NEXT_TUESDAY) == ()
    absence = session.scalars(sa.select(CallAbsence)).one()
    client.submit(
        client.get("/desk/my-hours"), action=f"/remove/absence?at=1&of={maria.id}", button=str(absence.id)
    )
    session.rollback()
    assert len(offer.between(NEXT_TUESDAY, NEXT_TUESDAY)) == 2


def test_a_lead_keeps_the_hours_of_others_and_a_specialist_does_not(client, session, case, sign_in):
    with transaction() as writing:
        amal = staff(writing, "amal@alder-coast.example").id
    sign_in("maria")
    assert client.get(f"/desk/my-hours?of={amal}").status_code == 404
    assert client.get("/desk/my-hours?at=2").status_code == 404
    sign_in("lena")
    page = client.get(f"/desk/my-hours?of={amal}")
    assert page.status_code == 200
    client.submit(page, action=f"/add?at=1&of={amal}", weekdays=["0"])
    assert session.scalars(sa.select(CallHours.staff_id)).all() == [amal]


def test_a_lead_takes_no_hours_of_a_colleague_out_at_another_hospital(client, session, case, sign_in):
    with transaction() as writing:
        maria = staff(writing, "maria@alder-coast.example")
        other = writing.scalars(sa.select(Hospital.id).where(Hospital.id != case.hospital_id)).first()
        row = CallHours(staff_id=maria.id, hospital_id=other, weekday=2, opens=time(9), closes=time(11))
        writing.add(row)
        writing.flush()
        row_id = row.id
    sign_in("lena")
    page = client.get(f"/desk/my-hours?of={maria.id}")
    client.submit(page, action=f"/add?at=1&of={maria.id}", weekdays=["1"], opens="13:00", closes="14:30")
    page = client.get(f"/desk/my-hours?of={maria.id}")
    client.submit(page, action=f"/remove/hours?at=1&of={maria.id}", row=str(row_id))
    session.rollback()
    assert row_id in session.scalars(sa.select(CallHours.id)).all()
