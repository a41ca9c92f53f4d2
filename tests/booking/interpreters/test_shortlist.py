"""The database and the domain put everybody in the same order."""

from datetime import date, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from concierge.booking.interpreters.people.queries import line_subjects
from concierge.booking.interpreters.queries import candidates, need_of, offers
from concierge.booking.interpreters.shortlist import shortlists
from concierge.domain.booking import QUARTER
from concierge.domain.interpreting import LINES, propose
from concierge.domain.money import Money
from concierge.domain.vocabulary import AbsenceReason, BookingState, InterpreterKind, Modality
from concierge.models import InterpreterAbsence, InterpreterAssignment, InterpreterProfile, SlotLedger
from tests.booking.interpreters.scenes import DAY, a_person
from tests.booking.scenes import TEN
from tests.factories import a_case
from tests.support.clock import START
from tests.support.queries import queries

HOUR = timedelta(hours=1)
HOURS = ({}, {}, {"2": [480, 1020]}, {"2": [600, 660]}, {"2": [600, 659]}, {"1": [480, 1020]})


@pytest.fixture
def case(session):
    return a_case(session)


def _a_stranger(session, case, chance: Random, number: int) -> InterpreterProfile:
    """Of any kind, and as likely wrong as right for a need."""
    kind = chance.choice(list(InterpreterKind))
    ways = [way for way in Modality if kind not in LINES or way is not Modality.ON_SITE]
    return a_person(
        session, case, f"Person {number}", kind=kind, lines=chance.choice((1, 3)) if kind in LINES else 1,
        until=chance.choice((None, date(2026, 12, 7), *[date(2026, 12, 8), date(2028, 1, 1)] * 3)),
        dialect=chance.choice(("", "Levantíne", "LEVANTÍNE, Gulf", "Gulf")),
        target=chance.choice(("en", "en", "en", "es")), gender=chance.choice(("", "f", "m")),
        modalities=tuple(chance.sample(ways, chance.choice((1, 2, len(ways), len(ways))))), hours=chance.choice(HOURS),
        rate=chance.choice((None, Money(chance.randrange(1, 20_000), "USD"))),
        minimum_minutes=chance.choice((0, 120)),
    )  # fmt: skip


def _crowd(session, case, many: int) -> None:
    """The same people at every run; some are away, busy, or know the family."""
    chance = Random(7)
    for number in range(many):
        one = _a_stranger(session, case, chance, number)
        key = one.resource_id
        if chance.random() < 0.2:
            until = chance.choice((TEN, TEN + HOUR / 2))
            session.add(
                InterpreterAbsence(
                    resource_id=key, starts_at=TEN - DAY, ends_at=until, reason=AbsenceReason.ILL, noted_by="B",
                    noted_at=START,
                )
            )  # fmt: skip
        for subject in line_subjects(key, one.lines)[: chance.randrange(one.lines + 1)]:
            at = TEN + QUARTER * chance.choice((-1, 0, 3, 4))
            session.add(SlotLedger(subject=subject, slot_at=at, holder=f"assignment:{9000 + number}"))
        if chance.random() < 0.2:
            session.add(
                InterpreterAssignment(
                    case_id=case.id, interpreter_id=key, language="ar", modality=Modality.PHONE,
                    starts_at=TEN - 9 * DAY, ends_at=TEN - 8 * DAY,
                    state=chance.choice((BookingState.CONFIRMED, BookingState.CANCELLED)), booked_by="B",
                    booked_at=START,
                )
            )  # fmt: skip
    session.flush()


def _needs(case):
    asked = {"language": "ar", "starts_at": TEN, "ends_at": TEN + HOUR}
    return [
        need_of(case, **asked | {"modality": Modality.ON_SITE}),
        need_of(case, **asked | {"modality": Modality.VIDEO, "gender": "f", "dialect": "levantíne"}),
        need_of(case, **asked | {"modality": Modality.PHONE, "ends_at": TEN + 2 * HOUR, "dialect": "GULF"}),
    ]


def test_both_find_the_same_people_in_the_same_order(session, case):
    _crowd(session, case, 90)
    needs = _needs(case)
    people = session.scalars(sa.select(InterpreterProfile.resource_id)).all()
    shorts = shortlists(session, case.hospital_id, needs, able=99, passed_over=99)
    for short, need in zip(shorts, needs, strict=True):
        everybody = propose(candidates(session, [need], people).values(), need)
        able = [one.person.key for one in everybody if one.can_be_assigned]
        passed_over = [one.person.key for one in everybody if not one.can_be_assigned]
        assert (short.able, short.passed_over) == (able, passed_over)
        assert len(able) > 5 < len(passed_over)


def test_only_the_first_are_read_and_the_others_are_counted(session, case):
    _crowd(session, case, 60)
    needs = _needs(case)
    whole = offers(session, case.hospital_id, needs, able=99, passed_over=99)
    with queries() as many:
        few = offers(session, case.hospital_id, needs, able=3, passed_over=2)
    for short, all_of_them in zip(few, whole, strict=True):
        assert short.able == all_of_them.able[:3]
        assert short.passed_over == all_of_them.passed_over[:2]
        assert short.more_able == len(all_of_them.able) - 3
        assert short.more_passed_over == len(all_of_them.passed_over) - 2
    assert len(many) <= 8, many
