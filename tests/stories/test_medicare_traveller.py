"""A beneficiary of Medicare: nobody may pay the flight, the page says why, and the family books it itself."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.domain.journey import Step
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Staff
from tests.stories.steps import Visit
from tests.stories.test_at_once import a_case_now, scene
from tests.support.live import LiveServer

LAW = "the law forbids gifts to beneficiaries of a US government programme"
NOBODY = "The law forbids it for beneficiaries of a US government programme. Nobody may approve it."


@pytest.fixture
def ref(house: LiveServer) -> str:
    """A case with a letter of guarantee that pays stay and travel up to USD 100."""
    from tests.booking.test_benefits import a_letter

    visit = steps.visit(house, "alder-coast")
    with scene(house) as session:
        case = a_case_now(session, step=Step.EVALUATION)
        a_letter(session, case, ceiling=10_000, until=visit.last_on + timedelta(days=30))
        return case.reference


def test_a_medicare_beneficiary_is_refused_a_paid_flight_and_books_it_at_own_cost(
    cast: Cast, house: LiveServer, ref: str
) -> None:
    visit = steps.visit(house, "alder-coast")
    tom, lena = cast.staff("tom@alder-coast.example"), cast.staff("lena@alder-coast.example")
    tom.opens(ref, "travel")
    steps.books_the_first(tom, "/travel/room", "room_id")
    lena.opens(ref, "travel")  # still before anybody knows of Medicare: she could let the hospital pay

    notes_medicare(cast.staff("amal@alder-coast.example"), ref)
    cannot_be_overridden(lena)
    is_refused_and_books_at_own_cost(tom, ref, visit)

    lena.goes("/travel/benefits").reads("Nothing was approved against the rule in this month.")
    is_paid_by_the_family(house, ref)


def notes_medicare(amal: Staff, ref: str) -> None:
    """On the page of the talk: who pays, and whose beneficiary the patient is."""
    amal.opens(ref, "consult").sends("/consult/payer", kind="self_pay", letter="none", is_beneficiary=True)


def cannot_be_overridden(lena: Staff) -> None:
    """What stood open as a choice is refused with the law, not with our rule."""
    lena.sends("/travel/pays/", who="hospital", why="They are far from home", refused=True)
    lena.reads(NOBODY)


def is_refused_and_books_at_own_cost(tom: Staff, ref: str, visit: Visit) -> None:
    """The price that somebody else should pay lands with the reason in words; the family's own cost is noted."""
    day = visit.lands_on.isoformat()
    leg = {
        "number": "XX 101", "from_airport": "RUH", "departs_local": f"{day}T02:00", "to_airport": "LAX",
        "arrives_local": f"{day}T10:00",
    }  # fmt: skip
    tom.opens(ref, "travel/flight/arrival")
    tom.sends(
        "/travel/flight/arrival", press="button[value=note]", refused=True, cost="1,200", payment="rule",
        **{f"legs-0-{name}": value for name, value in leg.items()},
    )  # fmt: skip
    tom.reads(LAW)
    tom.sends("/travel/flight/arrival", press="button[value=note]", payment="own")
    tom.reads("USD 1,200")


def is_paid_by_the_family(house: LiveServer, ref: str) -> None:
    """The flight at the family's own cost, and nothing anywhere approved."""
    from concierge.models import BenefitDecision, BookingShare

    with scene(house) as session:
        shares = session.scalars(
            sa.select(BookingShare).where(
                BookingShare.case_id == steps.case_id(ref), BookingShare.booking.like("flight:%")
            )
        ).all()
        assert [(share.paid_by, share.is_own_cost, share.cost_minor) for share in shares] == [("patient", True, 120_000)]
        assert session.scalars(sa.select(BenefitDecision)).all() == []
