"""*Not for us*: the answer is spoken, the refund proposes itself, a person approves it, the family sees it go."""

from datetime import date

import sqlalchemy as sa

from concierge.domain.journey import Step
from tests.factories import PASSWORD
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.test_at_once import a_case_now, scene
from tests.support.live import LiveServer

EMAIL = "refund@family.example"


def a_paid_case(house: LiveServer) -> tuple[str, date]:
    """A case in review whose family has paid by transfer; the reference, and today at the hospital."""
    from concierge.domain.clocks import local_day
    from concierge.domain.vocabulary import PaymentMethod
    from concierge.journey.finance.deposits import actions
    from concierge.models import Deposit
    from concierge.web.clock import now
    from tests.factories import actor_of, staff

    with scene(house) as session:
        case = a_case_now(session, step=Step.CLINICAL, language="en", email=EMAIL)
        deposit = session.scalars(sa.select(Deposit).where(Deposit.case_id == case.id)).one()
        daniel, grace = (
            actor_of(staff(session, f"{name}@alder-coast.example")) for name in ("daniel", "grace")
        )
        today = local_day(now(), case.hospital.timezone)
        payment = actions.record_payment(
            session, case, deposit, method=PaymentMethod.BANK_TRANSFER, amount=deposit.amount, payer_name="S. MILLER",
            received_on=today, actor=daniel, now=now(),
        )  # fmt: skip
        actions.confirm_payment(session, case, deposit, payment, actor=grace, now=now())
        return case.reference, today


def test_after_not_for_us_the_money_goes_back_and_the_family_sees_when(house: LiveServer, cast: Cast) -> None:
    ref, today = a_paid_case(house)
    family = cast.patient("sarah", "en", "America/New_York", EMAIL)
    family.signs_in()

    ellis = cast.staff("dr.ellis@alder-coast.example")
    ellis.examines = False  # these pages are looked at in other stories
    ellis.opens(ref, "review")
    if ellis.page.locator("[name=act][value=take]").count():
        ellis.sends("/review")
    ellis.sends(
        "outcome", outcome="not_for_us", reason="The same can be had at home.", patient_text="We cannot help you here.",
        password=PASSWORD,
    )  # fmt: skip
    family.opens("pay")
    assert family.page.locator("#back-h").count() == 0  # nobody has told them yet

    amal = cast.staff("amal@alder-coast.example")
    amal.examines = False
    steps.tells_the_answer(amal, ref)
    family.opens("pay").reads("We are preparing this refund")

    grace = cast.staff("grace@alder-coast.example")
    grace.goes("/finance/refunds").follows(f"main a[href*='{ref}/money/refunds/']")
    known = family.mails(EMAIL)
    grace.sends("/approve")
    family.waits_for_mail(EMAIL, "goes back to the payer", known)

    daniel = cast.staff("daniel@alder-coast.example")
    daniel.opens(ref, "money").follows("#refunds a[href*='/refunds/']")
    daniel.sends("/send", sent_on=today.isoformat(), bank_reference="OUT-2026-77")
    family.opens("pay").reads("We sent it on")
    assert family.gets("a[href$='statement.pdf']").startswith(b"%PDF")
    daniel.sends("/done")
    family.opens("pay").reads("It arrived on")
