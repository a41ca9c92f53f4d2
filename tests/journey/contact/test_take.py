"""Taking from the queue: the nearest promise first, and never the same enquiry twice."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import db, transaction
from concierge.domain.errors import AlreadyTaken
from concierge.domain.journey import CaseState, Exit
from concierge.domain.vocabulary import Urgency
from concierge.journey.contact.actions import take, take_next
from concierge.models import Case, CaseEvent, Enquiry, StaffUser
from tests.factories import a_case, actor_of, hospitals, staff
from tests.support.clock import START

HANDS = 8


def waiting(session, *, hours=0, **options) -> Enquiry:
    case = a_case(session, now=START + timedelta(hours=hours), **options)
    return session.scalars(sa.select(Enquiry).where(Enquiry.case_id == case.id)).one()


def take_one(session, user, languages=(), hospitals_=None):
    return take_next(
        session, user, hospitals_ or user.hospital_ids, languages, actor=actor_of(user), now=START
    )


def test_the_nearest_promise_comes_first(session):
    maria = staff(session, "maria@alder-coast.example")
    later, sooner = waiting(session, hours=2), waiting(session, hours=1)
    assert take_one(session, maria).id == sooner.id
    assert take_one(session, maria).id == later.id
    assert take_one(session, maria) is None


def test_my_languages_come_first_when_asked_and_the_others_after(session):
    maria = staff(session, "maria@alder-coast.example")
    arabic, spanish = waiting(session, hours=0), waiting(session, hours=3, language="es")
    assert take_one(session, maria, ("en", "es")).id == spanish.id
    assert take_one(session, maria, ("en", "es")).id == arabic.id


def test_what_is_urgent_waits_for_no_language(session):
    maria = staff(session, "maria@alder-coast.example")
    spanish, arabic = waiting(session, hours=0, language="es"), waiting(session, hours=3)
    arabic.urgency = Urgency.URGENT
    session.flush()
    assert take_one(session, maria, ("en", "es")).id == arabic.id
    assert take_one(session, maria, ("en", "es")).id == spanish.id


def test_another_hospital_and_a_closed_case_are_not_taken(session):
    from concierge.cases import actions

    maria = staff(session, "maria@alder-coast.example")
    waiting(session, slug="jinghe")
    closed = waiting(session)
    actions.close(session, closed.case, exit=Exit.WITHDRAWN, reason="", actor=actor_of(maria), now=START)
    assert closed.case.state is CaseState.CLOSED
    assert take_one(session, maria) is None


def test_who_takes_it_owns_the_case_and_the_promise_does_not_move(session):
    maria = staff(session, "maria@alder-coast.example")
    promised = waiting(session).promise_due_at
    later = START + timedelta(hours=3)
    taken = take_next(session, maria, maria.hospital_ids, actor=actor_of(maria), now=later)
    case = taken.case
    assert (case.specialist_id, taken.taken_by_id, taken.taken_at) == (maria.id, maria.id, later)
    assert (case.next_code, case.next_due_at) == ("reply_first", promised)
    events = session.scalars(
        sa.select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind == "enquiry_taken")
    )
    assert [event.actor_name for event in events] == ["Maria Castillo"]


def test_a_taken_enquiry_cannot_be_taken_again(session):
    maria, amal = staff(session, "maria@alder-coast.example"), staff(session, "amal@alder-coast.example")
    enquiry = waiting(session)
    take(session, enquiry.id, maria, actor=actor_of(maria), now=START)
    with pytest.raises(AlreadyTaken):
        take(session, enquiry.id, amal, actor=actor_of(amal), now=START)
    assert session.get(Case, enquiry.case_id, populate_existing=True).specialist_id == maria.id


# --- the race --------------------------------------------------------------------------------------------------


def at_once(app, work) -> list:
    """Run `work(gate)` in eight threads, each as its own request; what they return."""
    gate, found, faults = threading.Barrier(HANDS, timeout=20), [], []

    def run() -> None:
        try:
            with app.app_context():
                found.append(work(gate))
        except Exception as error:
            faults.append(error)
            gate.abort()

    threads = [threading.Thread(target=run) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults, faults
    return found


@pytest.fixture
def a_full_queue(session) -> int:
    """As many enquiries as hands, and the id of the one who takes."""
    with transaction() as writing:
        hospitals(writing)
        for hours in range(HANDS):
            waiting(writing, hours=hours).urgency = Urgency.URGENT if hours % 3 == 2 else Urgency.ROUTINE
        return staff(writing, "maria@alder-coast.example").id


def test_without_the_guard_two_people_get_the_same_enquiry(app, a_full_queue):
    """The race is real: look first, take afterwards, and everybody holds the same family."""

    def naive(gate):
        first = (
            sa.select(Enquiry.id)
            .where(Enquiry.taken_by_id.is_(None))
            .order_by(Enquiry.promise_due_at)
            .limit(1)
        )
        seen = db.session.scalar(first)
        gate.wait()
        with transaction() as session:
            taken = (
                sa.update(Enquiry).where(Enquiry.id == seen).values(taken_by_id=a_full_queue, taken_at=START)
            )
            session.execute(taken)
        return seen

    assert len(set(at_once(app, naive))) < HANDS


def test_eight_people_who_press_at_once_get_eight_enquiries(app, a_full_queue):
    def press(gate):
        gate.wait()
        with transaction() as session:
            maria = session.get_one(StaffUser, a_full_queue)
            return take_next(session, maria, maria.hospital_ids, ("ar",), actor=actor_of(maria), now=START).id

    assert len(set(at_once(app, press))) == HANDS


def test_eight_people_who_want_the_same_row_leave_it_to_one(app, session, a_full_queue):
    wanted = session.scalar(sa.select(Enquiry.id).order_by(Enquiry.promise_due_at).limit(1))
    session.rollback()

    def press(gate):
        gate.wait()
        try:
            with transaction() as writing:
                maria = writing.get_one(StaffUser, a_full_queue)
                take(writing, wanted, maria, actor=actor_of(maria), now=START)
            return "mine"
        except AlreadyTaken:
            return "faster"

    assert sorted(at_once(app, press)) == ["faster"] * (HANDS - 1) + ["mine"]
