"""Two people press at the same moment: one wins, the other gets a kind page, nothing is there twice."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from concierge.domain.journey import Step
from tests.stories.conftest import Cast
from tests.stories.people import Someone
from tests.support.live import LiveServer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from concierge.models import Case

_SOON = 400  # milliseconds until both press, so that both have heard of it


def press_at_once(*presses: tuple[Someone, str]) -> list[int]:
    """Everybody presses their button in the same millisecond; the statuses of the pages that they come to."""
    moment = time.time() * 1000 + _SOON
    with ExitStack() as stack:
        arrivals = [stack.enter_context(person.page.expect_navigation()) for person, _button in presses]
        for person, button in presses:
            person.page.locator(button).last.evaluate(
                "(button, at) => { setTimeout(() => button.click(), at - Date.now()) }", moment
            )
    for person, _button in presses:
        person.looks(person.language)
    return [arrival.value.status for arrival in arrivals]


@contextmanager
def scene(house: LiveServer) -> "Iterator[Session]":
    """Rows as the factories make them, now."""
    from concierge.db import transaction

    with house.app.app_context(), transaction() as session:
        yield session


def a_case_now(session: "Session", **facts: Any) -> "Case":
    """A case at the machine's own time, because the product runs on it."""
    from concierge.web.clock import now
    from tests.factories import a_case

    return a_case(session, now=now(), **facts)


def count(house: LiveServer, statement: sa.Select) -> int:
    """How many rows there are."""
    from concierge.db import db

    with house.app.app_context():
        return len(db.session.execute(statement).all())


def test_two_specialists_take_the_next_and_one_gets_it(cast: Cast, house: LiveServer) -> None:
    from concierge.models import CaseEvent, Enquiry

    maria, amal = cast.staff("maria@alder-coast.example"), cast.staff("amal@alder-coast.example")
    with scene(house) as session:
        case = a_case_now(session, is_taken=False)
        case_id, ref = case.id, case.reference
    maria.goes("/desk/queue?show=all")
    amal.goes("/desk/queue?show=all")

    statuses = press_at_once((maria, "button[data-key=t]"), (amal, "button[data-key=t]"))

    assert statuses == [200, 200]
    places = sorted(person.page.url.split("?")[0].removeprefix(house.url) for person in (maria, amal))
    assert places == [f"/c/{ref}", "/desk/queue"], places
    loser = maria if "/desk/queue" in maria.page.url else amal
    assert loser.page.locator("main .flashes .notice").is_visible()
    assert count(house, sa.select(Enquiry.id).where(Enquiry.case_id == case_id, Enquiry.taken_by_id > 0)) == 1
    taken = sa.select(CaseEvent.id).where(CaseEvent.case_id == case_id, CaseEvent.kind == "enquiry_taken")
    assert count(house, taken) == 1


def test_the_patient_and_her_husband_pay_at_once_and_the_card_is_charged_once(
    cast: Cast, house: LiveServer
) -> None:
    from concierge.models import Deposit, Payment

    noura = cast.patient("noura", "ar", "Asia/Riyadh", "noura.pays@family.example")
    husband = cast.patient("husband", "ar", "Asia/Riyadh", "")
    with scene(house) as session:
        case = a_case_now(session, step=Step.ACCEPTANCE, email=noura.email)
        deposit = session.scalars(sa.select(Deposit).where(Deposit.case_id == case.id)).one()
        link, deposit_id = f"/pay/{deposit.pay_token}", deposit.id
    noura.signs_in()
    noura.opens("pay").sends("/card/start")
    husband.goes(link).sends("/card/start", payer_name="Saad")
    for person in (noura, husband):
        person.page.locator("[name=card_number]").fill("4242 4242 4242 4242")

    statuses = press_at_once(
        *((person, "form:has([name=card_number]) button") for person in (noura, husband))
    )

    assert max(statuses) < 500, statuses
    assert noura.opens("pay").page.locator("a[href$='/receipt.pdf']").count() == 1
    with scene(house) as session:
        assert session.get_one(Deposit, deposit_id).state == "paid"
    payments = sa.select(Payment.id).where(Payment.deposit_id == deposit_id, Payment.state == "confirmed")
    assert count(house, payments) == 1
