"""Interpreters: who is proposed, who is assigned, who is refused, and who stands in."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.interpreters.actions import (
    NotBooked,
    book_stand_ins,
    cancel_assignment,
    end_absence,
    move_assignment,
    note_held,
    note_no_show,
    note_relative,
    replace_assignment,
)
from concierge.booking.interpreters.queries import (
    lines_and_agencies,
    need_of,
    proposals,
    relatives_of,
    relays,
)
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.domain.journey import Step
from concierge.domain.money import Money
from concierge.domain.vocabulary import (
    AppointmentKind,
    BookingState,
    InterpreterKind,
    InterpreterOutcome,
    Modality,
    ResourceKind,
)
from concierge.models import (
    Answer,
    Appointment,
    BookingShare,
    InterpreterCredential,
    OutboxMessage,
    SlotLedger,
)
from tests.booking import scenes
from tests.booking.interpreters.scenes import DAY, a_person, ill, relative_facts
from tests.booking.scenes import TEN
from tests.factories import a_case, bring_to
from tests.support.clock import START


@pytest.fixture
def case(session):
    """Before the patient's yes."""
    return a_case(session)


HOUR = timedelta(hours=1)


@pytest.fixture
def arabic(session, case):
    """Samir and Hala."""
    return scenes.interpreters_of(session, case, "ar")


def _ranked(session, case, **wishes):
    wanted = {"language": "ar", "modality": Modality.VIDEO, "starts_at": TEN, "ends_at": TEN + HOUR} | wishes
    return proposals(session, case.hospital_id, need_of(case, **wanted))


def _proposed(session, case, **wishes):
    return [(p.person.name, p.misfits) for p in _ranked(session, case, **wishes)]


def _until(session, person, until: date | None):
    of = sa.delete(InterpreterCredential).where(InterpreterCredential.resource_id == person.id)
    session.execute(of)
    if until:
        session.add(InterpreterCredential(resource_id=person.id, name="CMI", valid_until=until))
    session.flush()


def test_those_who_speak_the_language_are_proposed_and_a_wish_ranks(session, case):
    assert _proposed(session, case) == [("Samir Khoury", ()), ("Hala Mansour", ())]
    assert _proposed(session, case, gender="f") == [("Hala Mansour", ()), ("Samir Khoury", ("gender_wish",))]


def test_who_is_busy_away_or_without_credential_stands_last(session, case, actor, arabic):
    samir, hala = arabic
    gone = a_person(session, case, "Amina", kind=InterpreterKind.AGENCY)
    scenes.an_assignment(session, a_case(session), actor, samir)
    _until(session, hala, date(2026, 12, 8))
    ill(session, gone.resource_id, actor)
    assert _proposed(session, case) == [
        ("Samir Khoury", ("interpreter_busy",)),
        ("Hala Mansour", ("credential_expired",)),
        ("Amina", ("interpreter_absent",)),
    ]


def test_who_knows_the_family_comes_first(session, case, actor, arabic):
    scenes.an_assignment(session, case, actor, arabic[1], starts_at=TEN - 3 * HOUR, ends_at=TEN - 2 * HOUR)
    best = _ranked(session, case)[0]
    assert (best.person.name, best.reasons) == ("Hala Mansour", ("knows_family", "staff"))


def test_one_interpreter_serves_one_family_at_a_time(session, case, actor):
    first = scenes.an_assignment(session, case, actor)
    with pytest.raises(SlotTaken):
        scenes.an_assignment(session, a_case(session), actor)
    scenes.an_assignment(session, a_case(session), actor, starts_at=TEN + HOUR, ends_at=TEN + 2 * HOUR)
    for _ in range(2):
        cancel_assignment(session, case, public_id=first.public_id, actor=actor, now=START)
    scenes.an_assignment(session, a_case(session), actor)


def test_a_line_serves_as_many_families_as_it_has_lines(session, case, actor):
    line = a_person(
        session, case, "Line", until=None, kind=InterpreterKind.PHONE_LINE, lines=2, modalities=(Modality.PHONE,)
    )  # fmt: skip
    wanted = {"modality": Modality.PHONE}
    for _ in range(2):
        scenes.an_assignment(session, a_case(session), actor, line.resource, **wanted)
    with pytest.raises(SlotTaken):
        scenes.an_assignment(session, a_case(session), actor, line.resource, **wanted)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"language": "ru"}, "wrong_language"),
        ({"interpreter_id": 99_999}, "unknown_interpreter"),
        ({"starts_at": START - DAY, "ends_at": START - DAY + HOUR}, "time_in_past"),
        ({"modality": Modality.VIDEO, "ends_at": TEN + 2 * HOUR}, "on_site_needed"),
        ({"gender_wish": "f"}, "gender_wish_overruled"),
    ],
)
def test_what_does_not_fit_is_not_assigned(session, case, actor, changes, code):
    with pytest.raises(InvalidInput, match=code):
        scenes.an_assignment(session, case, actor, **changes)


def test_a_reason_is_stored_where_another_way_or_person_is_chosen(session, case, actor):
    row = scenes.an_assignment(
        session, case, actor, modality=Modality.VIDEO, ends_at=TEN + 2 * HOUR, waiver="She is in Fresno",
        gender_wish="f", gender_note="Hala is on leave",
    )  # fmt: skip
    assert (row.waiver, row.gender_note) == ("She is in Fresno", "Hala is on leave")


def test_a_credential_must_be_valid_on_the_day_itself(session, case, actor, arabic):
    _until(session, arabic[0], None)
    with pytest.raises(InvalidInput, match="credential_missing"):
        scenes.an_assignment(session, case, actor, arabic[0])
    _until(session, arabic[0], date(2026, 12, 9))
    scenes.an_assignment(session, case, actor, arabic[0])


def test_a_vehicle_does_not_interpret(session, case, actor):
    with pytest.raises(InvalidInput, match="unknown_interpreter"):
        scenes.an_assignment(session, case, actor, scenes.resources(session, case, ResourceKind.VEHICLE)[0])


def _a_visit(session, case) -> Appointment:
    visit = Appointment(case_id=case.id, kind=AppointmentKind.PLAN_MEETING, starts_at=TEN, ends_at=TEN + HOUR)
    session.add(visit)
    session.flush()
    return visit


def test_an_assignment_for_an_appointment_lies_within_it(session, case, actor):
    visit = _a_visit(session, case)
    assert scenes.an_assignment(session, case, actor, appointment_id=visit.id).appointment_id == visit.id
    with pytest.raises(InvalidInput, match="appointment_moved"):
        scenes.an_assignment(session, case, actor, appointment_id=visit.id, ends_at=TEN + 2 * HOUR)
    with pytest.raises(InvalidInput, match="unknown_appointment"):
        scenes.an_assignment(session, a_case(session), actor, appointment_id=visit.id)
    with pytest.raises(InvalidInput, match="on_site_needed"):  # the family meets to hear the plan
        scenes.an_assignment(session, case, actor, appointment_id=visit.id, modality=Modality.PHONE)


def test_a_moved_assignment_takes_its_hours_along_or_stays_whole(session, case, actor, arabic):
    row = scenes.an_assignment(session, case, actor, arabic[0])
    scenes.an_assignment(
        session, a_case(session), actor, arabic[0], starts_at=TEN + DAY, ends_at=TEN + DAY + HOUR
    )
    move = {"public_id": row.public_id, "actor": actor, "now": START}
    with pytest.raises(SlotTaken):
        move_assignment(session, case, starts_at=TEN + DAY, ends_at=TEN + DAY + HOUR, **move)
    session.refresh(row)
    assert row.starts_at == TEN
    move_assignment(session, case, starts_at=TEN + HOUR / 2, ends_at=TEN + 3 * HOUR / 2, **move)
    slots = session.scalars(sa.select(SlotLedger.slot_at).where(SlotLedger.holder == f"assignment:{row.id}"))
    assert min(slots) == TEN + HOUR / 2
    other = arabic[1].id
    move_assignment(
        session, case, starts_at=TEN + DAY, ends_at=TEN + DAY + HOUR, interpreter_id=other, **move
    )
    assert row.interpreter_id == other


def test_what_an_agency_costs_is_the_hospitals_and_on_no_bill(session, case, actor):
    amina = a_person(
        session, case, "Amina", kind=InterpreterKind.AGENCY, rate=Money(9_500, "USD"), minimum_minutes=120
    )
    row = scenes.an_assignment(session, case, actor, amina.resource)
    assert row.cost == Money(19_000, "USD")
    assert session.scalar(sa.select(sa.func.count()).select_from(BookingShare)) == 0
    assert (
        scenes.an_assignment(session, case, actor, starts_at=TEN + HOUR, ends_at=TEN + 2 * HOUR).cost is None
    )


# --- somebody cannot come ----------------------------------------------------------------------------------------


def _news(session, case) -> int:
    of = sa.select(sa.func.count()).select_from(OutboxMessage)
    return session.scalar(of.where(OutboxMessage.case_id == case.id, OutboxMessage.event == "trip_published"))


def test_who_is_ill_gives_everything_back_and_others_stand_in_together(session, case, actor, arabic):
    samir, hala = arabic
    bring_to(session, case, Step.EVALUATION)
    session.get(Answer, case.id).trip_confirmed_at = START
    rows = [
        scenes.an_assignment(
            session, case, actor, samir, starts_at=TEN + n * HOUR, ends_at=TEN + (n + 1) * HOUR
        )
        for n in range(2)
    ]
    told = _news(session, case)
    absence = ill(session, samir.id, actor)
    assert {row.outcome for row in rows} == {InterpreterOutcome.RELIEVED}
    assert session.scalar(sa.select(sa.func.count()).select_from(SlotLedger)) == 0
    assert _news(session, case) == told, "nobody is told of a gap that is filled a minute later"
    with pytest.raises(SlotTaken, match="interpreter_absent"):
        scenes.an_assignment(session, case, actor, samir)
    choices = {row.public_id: hala.id for row in rows}
    assert book_stand_ins(session, absence, choices, actor=actor, now=START) == 2
    assert all(row.replaced_by_id for row in rows)
    assert _news(session, case) <= told + 1
    with pytest.raises(InvalidInput, match="already_replaced"):
        replace_assignment(
            session, case, public_id=rows[0].public_id, interpreter_id=hala.id, actor=actor, now=START
        )


def test_stand_ins_are_booked_together_or_nobody(session, case, actor, arabic):
    samir, hala = arabic
    other = a_case(session)
    rows = [
        scenes.an_assignment(session, case, actor, samir),
        scenes.an_assignment(session, other, actor, samir, starts_at=TEN + HOUR, ends_at=TEN + 2 * HOUR),
    ]
    scenes.an_assignment(session, other, actor, hala, starts_at=TEN + HOUR, ends_at=TEN + 2 * HOUR)
    absence = ill(session, samir.id, actor)
    outer = session.begin_nested()
    with pytest.raises(NotBooked) as refusal:
        book_stand_ins(session, absence, {row.public_id: hala.id for row in rows}, actor=actor, now=START)
    outer.rollback()
    assert refusal.value.codes == {rows[1].public_id: "slot_taken"}


def test_who_is_back_can_be_booked_again(session, case, actor, arabic):
    absence = ill(session, arabic[0].id, actor)
    end_absence(session, absence, now=START)
    scenes.an_assignment(session, case, actor, arabic[0])


def test_nobody_at_the_door_opens_the_rest_of_the_time(session, case, actor, arabic):
    row = scenes.an_assignment(session, case, actor, arabic[0])
    late = TEN + timedelta(minutes=5)
    who = {"public_id": row.public_id, "actor": actor}
    with pytest.raises(InvalidInput, match="not_begun"):
        note_no_show(session, case, now=START, **who)
    note_no_show(session, case, now=late, **who)
    assert (row.state, row.outcome) == (BookingState.CANCELLED, InterpreterOutcome.NO_SHOW)
    made = replace_assignment(
        session, case, interpreter_id=arabic[1].id, modality=Modality.PHONE, now=late, **who
    )
    assert (made.starts_at, made.ends_at, row.replaced_by_id) == (TEN, TEN + HOUR, made.id)
    note_held(session, case, public_id=made.public_id, actor=actor, now=late)
    assert made.outcome is InterpreterOutcome.HELD


def test_a_language_that_nobody_has_leads_to_lines_agencies_and_a_second_step(session, case):
    a_person(
        session,
        case,
        "Lucía",
        language="qu",
        target="es",
        kind=InterpreterKind.AGENCY,
        agency_name="Bay Voices",
    )
    assert _proposed(session, case, language="qu") == []
    assert [one.agency_name for one in lines_and_agencies(session, case.hospital_id)] == ["Bay Voices"]
    assert relays(session, case.hospital_id, "qu", "en") == [("Lucía", "es")]


def test_a_relative_is_recorded_with_the_offer(session, case, actor):
    row = note_relative(session, case, relative_facts(), actor=actor, now=START)
    assert relatives_of(session, case) == [row]
    with pytest.raises(InvalidInput, match="relative_is_minor"):
        note_relative(session, case, relative_facts(is_adult=False), actor=actor, now=START)
