"""After hours an urgent enquiry calls the physician on call, and does not stop before somebody answers."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import CameBy, HelpWanted, Urgency, Writer
from concierge.jobs import deliver
from concierge.jobs.pages import call_again
from concierge.journey.contact.actions import NewEnquiry, open_enquiry
from concierge.journey.contact.oncall import actions, queries
from concierge.models import Enquiry, OnCall, OutboxMessage, StaffRole, UrgentPage
from concierge.web.vendors import gateways
from tests.factories import actor_of, as_staff, hospitals, staff
from tests.journey.contact.family import text_of
from tests.journey.contact.test_take import HANDS, at_once
from tests.support.clock import START

NIGHT = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 23:00 on Tuesday in Los Angeles
PHONE = "+13105550142"


@pytest.fixture
def house(session):
    with transaction() as writing:
        hospitals(writing)
    return hospitals(session)["alder-coast"]


def on_duty(
    starts=NIGHT - timedelta(hours=6), ends=NIGHT + timedelta(hours=9), email="dr.ellis@alder-coast.example"
):
    with transaction() as writing:
        house, lead = hospitals(writing)["alder-coast"], a_lead(writing)
        return actions.note_duty(
            writing, house.id, staff_id=staff(writing, email).id, phone=PHONE, starts_at=starts, ends_at=ends,
            actor=actor_of(lead), now=min(START, starts),
        ).id  # fmt: skip


def a_lead(session):
    from concierge.domain.access import Role
    from concierge.models import StaffUser

    house = hospitals(session)["alder-coast"]
    return session.scalars(
        sa.select(StaffUser)
        .join(StaffRole)
        .where(StaffRole.role == Role.LEAD, StaffRole.hospital_id == house.id)
        .order_by(StaffUser.id)
    ).first()


def urgent(now, came_by=CameBy.REFERRAL, urgency=Urgency.URGENT) -> int:
    with transaction() as writing:
        data = NewEnquiry(
            hospital_id=hospitals(writing)["alder-coast"].id, writer=Writer.FAMILY, help_wanted=HelpWanted.TREATMENT,
            native_name="نورة المطيري", language="ar", came_by=came_by, urgency=urgency, timezone="Asia/Riyadh",
        )  # fmt: skip
        return open_enquiry(writing, data, now=now).id


def told(session) -> list[tuple[str, str, str]]:
    session.rollback()
    rows = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id))
    return [(row.event, row.medium, row.recipient) for row in rows]


def test_the_physician_on_call_gets_a_mail_and_a_text_message_at_once(session, house, clock):
    on_duty()
    urgent(NIGHT)
    assert told(session) == [
        ("urgent_page", "email", "dr.ellis@alder-coast.example"),
        ("urgent_page", "sms", PHONE),
    ]
    clock.set(NIGHT)
    deliver.deliver_due()
    text = gateways().sms.texts()[0].text
    assert text.startswith("An urgent referral waits. Open:\nhttp://localhost/desk/urgent/C-")
    assert "نورة" not in text


def test_in_hours_the_specialists_are_written_to_and_nobody_is_called(session, house):
    on_duty()
    urgent(START)
    assert {event for event, _medium, _to in told(session)} == {"urgent_enquiry"}
    assert session.scalar(sa.select(sa.func.count(UrgentPage.id))) == 0


@pytest.mark.parametrize("came_by", [CameBy.FORM, CameBy.CHAT])
def test_a_family_form_can_call_nobody(session, house, came_by):
    on_duty()
    enquiry = session.get(Enquiry, urgent(NIGHT, came_by=came_by))
    assert enquiry.urgency is Urgency.ROUTINE
    assert told(session) == []


def test_with_nobody_on_call_the_lead_is_told(session, house):
    urgent(NIGHT)
    assert {to for _event, _medium, to in told(session)} == {a_lead(session).email}


def test_without_an_answer_it_calls_again_once_and_tells_the_lead(session, house, clock):
    on_duty()
    urgent(NIGHT)
    clock.set(NIGHT + timedelta(minutes=14))
    assert call_again() == 0
    clock.forward(minutes=2)
    assert call_again() == 1
    assert call_again() == 0
    ruth, lead = "dr.ellis@alder-coast.example", a_lead(session).email
    assert [to for _event, _medium, to in told(session)] == [ruth, PHONE, ruth, PHONE, lead]


def test_an_answer_stops_the_calls_and_names_who_answered(client, session, house, clock):
    on_duty()
    enquiry_id = urgent(NIGHT)
    clock.set(NIGHT + timedelta(minutes=5))
    ruth = staff(session, "dr.ellis@alder-coast.example")
    as_staff(client, ruth, session, now=clock())
    reference = session.get(Enquiry, enquiry_id).case.reference
    page = client.get(f"/desk/urgent/{reference}")
    assert page.status_code == 200
    for _press in range(2):
        client.submit(page, action=reference)
    assert "Dr. Ruth Ellis took this over" in text_of(client.get(f"/desk/urgent/{reference}"))
    clock.forward(minutes=30)
    assert call_again() == 0
    answered = session.scalars(sa.select(UrgentPage).execution_options(populate_existing=True)).one()
    assert answered.acknowledged_by_id == ruth.id


def test_a_stranger_of_another_hospital_finds_no_such_page(client, session, house):
    enquiry_id = urgent(NIGHT)
    as_staff(client, staff(session, "chen@jinghe.example"), session)
    assert client.get(f"/desk/urgent/{session.get(Enquiry, enquiry_id).case.reference}").status_code == 404


def test_only_who_can_act_on_it_can_say_so(client, session, house):
    enquiry_id = urgent(NIGHT)
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)  # a financial advocate
    assert client.get(f"/desk/urgent/{session.get(Enquiry, enquiry_id).case.reference}").status_code == 403


# --- duties ----------------------------------------------------------------------------------------------------


def test_a_duty_begins_with_its_first_moment_and_ends_before_its_last(session, house):
    on_duty(starts=NIGHT, ends=NIGHT + timedelta(hours=8))
    at = lambda moment: queries.on_call_at(session, house.id, moment)  # noqa: E731
    assert at(NIGHT - timedelta(seconds=1)) is None
    assert at(NIGHT) is not None
    assert at(NIGHT + timedelta(hours=8)) is None


def test_duties_never_overlap_but_may_touch(session, house):
    on_duty(starts=NIGHT, ends=NIGHT + timedelta(hours=8))
    on_duty(starts=NIGHT + timedelta(hours=8), ends=NIGHT + timedelta(hours=16))
    with pytest.raises(InvalidInput) as refused:
        on_duty(starts=NIGHT + timedelta(hours=1), ends=NIGHT + timedelta(hours=2))
    assert (refused.value.field, refused.value.code) == ("starts", "duty_overlaps")


def test_two_leads_at_once_note_one_night_once(app, session, house):
    lead, ruth = actor_of(a_lead(session)), staff(session, "dr.ellis@alder-coast.example").id
    house_id = house.id
    session.rollback()

    def note(gate):
        gate.wait()
        try:
            with transaction() as writing:
                actions.note_duty(
                    writing, house_id, staff_id=ruth, phone=PHONE, starts_at=NIGHT, ends_at=NIGHT + timedelta(hours=8),
                    actor=lead, now=START,
                )  # fmt: skip
            return "noted"
        except InvalidInput as refused:
            return refused.code

    assert sorted(at_once(app, note)) == ["duty_overlaps"] * (HANDS - 1) + ["noted"]


def test_only_a_physician_of_this_hospital_is_put_on_call(session, house):
    with pytest.raises(InvalidInput, match="unknown_physician"):
        on_duty(email="maria@alder-coast.example")


@pytest.mark.parametrize(
    ("at", "is_closed"),
    [
        # Friday 30 October, daylight saving time: Los Angeles closes at 17:00, which is midnight UTC.
        (datetime(2026, 10, 30, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 31, 0, 0, tzinfo=UTC), True),
        # Monday 2 November, one hour later on our clock: still open at midnight UTC, closed from one o'clock.
        (datetime(2026, 11, 3, 0, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 3, 1, 0, tzinfo=UTC), True),
    ],
)
def test_the_hour_of_closing_follows_the_clocks_of_the_hospital(session, house, at, is_closed):
    on_duty(starts=datetime(2026, 10, 28, tzinfo=UTC), ends=datetime(2026, 11, 9, tzinfo=UTC))
    urgent(at)
    assert any(medium == "sms" for _event, medium, _to in told(session)) is is_closed


def test_a_lead_notes_a_week_and_takes_it_out(client, session, house):
    as_staff(client, a_lead(session), session)
    page = client.get("/desk/on-call")
    assert "Nobody is on call now" in text_of(page)
    answer = client.submit(page, action=f"hospital={house.id}", phone="(310) 555-0142")
    assert answer.status_code == 303, text_of(answer)
    duty = session.scalars(sa.select(OnCall)).one()
    assert (duty.phone, duty.ends_at - duty.starts_at) == (PHONE, timedelta(days=7))
    again = client.submit(
        client.get("/desk/on-call"), action=f"hospital={house.id}", phone=PHONE,
        starts="2026-11-25T08:00", ends="2026-11-25T20:00",
    )  # fmt: skip
    assert again.status_code == 422
    assert "is on call in this time" in text_of(again)
    client.submit(client.get("/desk/on-call"), action="/remove")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(OnCall.id))) == 0


def test_a_specialist_does_not_write_the_list_of_duties(client, session, house):
    as_staff(client, staff(session, "maria@alder-coast.example"), session)
    assert client.get("/desk/on-call").status_code == 403
