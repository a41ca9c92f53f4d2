"""Lucía's family in Mexico pays itself: from the public estimator to a transfer that arrives USD 25 short."""

import sqlalchemy as sa

from concierge.domain.journey import Step
from concierge.domain.money import Money
from tests.gateways.test_statements import camt, entry
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Patient, Staff, fill
from tests.stories.test_at_once import scene
from tests.support.live import LiveServer

EMAIL = "lucia@family.example"
NO_FUNDS = "4000 0000 0000 9995"
ANSWERS = [
    {"writer": "patient"},
    {"country": "MX", "spoken": "es", "channel": "email", "hours": "evening"},
    {"place": "America/Mexico_City"},
    {"name": "Lucía Hernández Gómez", "called": "Lucía", "birth": "1974-05-08", "email": EMAIL},
]  # fmt: skip
WIRE = (
    "<TxDtls><RltdPties><Dbtr><Pty><Nm>LUCIA HERNANDEZ GOMEZ</Nm></Pty></Dbtr></RltdPties>"
    "<RmtInf><Ustrd>{0} DEPOSITO</Ustrd></RmtInf></TxDtls>"
)
FEE = Money(2_500, "USD")  # what the banks on the way keep, within the tolerance of the hospital


def test_a_spanish_family_estimates_understands_and_pays_short_by_bank_fees(
    cast: Cast, house: LiveServer
) -> None:
    lucia = cast.patient("lucia", "es", "America/Mexico_City", EMAIL)
    knows_todays_rate(house)
    looks_at_the_costs(lucia)
    ref = writes_with_these_answers(lucia, house)
    daniel = cast.staff("daniel@alder-coast.example")

    issues_the_first_version(daniel, ref)
    lucia.signs_in()
    lucia.opens("costs").sends("/costs/question", question="¿Está incluida la biopsia?")
    daniel.opens(ref, "messages").reads("¿Está incluida la biopsia?")
    issues_a_changed_version(daniel, ref)
    understands_the_change(lucia)

    daniel.opens(ref, "money").sends("/deposit/request")
    is_refused_by_the_card(lucia)
    lucia.opens("pay").sends("/pay/sent")
    lucia.reads("la transferencia está en camino")
    assert lucia.page.locator(".notice.bad").count() == 0  # the refused card is no longer what matters
    takes_in_the_statement(daniel, house, ref)
    matches_the_transfer(daniel)
    lucia.opens("pay").reads("El depósito está pagado")
    lucia.reads("USD 25 correspondieron a comisiones bancarias")
    is_cleared(house, ref)


# --- before there is a case ------------------------------------------------------------------------------------


def knows_todays_rate(house: LiveServer) -> None:
    """Of the peso, as the administrator takes it in every day."""
    from concierge.models import ExchangeRate
    from concierge.web.clock import now

    with scene(house) as session:
        session.add(
            ExchangeRate(base="USD", quote="MXN", rate="18.5", source="Banco de México", on=now().date())
        )


def looks_at_the_costs(lucia: Patient) -> None:
    """Three questions; her money is offered first, and the answers go along into the form."""
    lucia.goes("/es/cost")
    form = lucia.page.locator("main form")
    assert form.locator("[name=c]").input_value() == "MXN"
    for name, value in {"a": "1", "b": "1", "n": "2"}.items():
        fill(form, name, value)
    with lucia.moving():
        form.locator("button").click()
    about = lucia.page.locator("p.about").first.inner_text()
    assert "MXN" in about
    assert "USD" in lucia.page.locator("section.card").first.inner_text()
    lucia.follows("main a[href*='/contact?cost=1-1-2'][href*='alder-coast']")


def writes_with_these_answers(lucia: Patient, house: LiveServer) -> str:
    """Only what the cost page did not ask; the reference of the case, brought to step 3 by its team."""
    from concierge.models import Case, Person
    from concierge.web.clock import now
    from tests.factories import bring_to

    lucia.sends("/from-cost")
    for answer in ANSWERS:
        lucia.sends(next(iter(answer)), press="button[value=on]", **answer)
    lucia.sends("consent", consent=True)
    with scene(house) as session:
        case = session.scalars(sa.select(Case).join(Person).where(Person.email == EMAIL)).one()
        assert (case.cancer_type, case.hospital.slug) == ("breast", "alder-coast")
        bring_to(session, case, Step.FINANCE, now())
        return case.reference


# --- the estimate ----------------------------------------------------------------------------------------------


def issues_the_first_version(daniel: Staff, ref: str) -> None:
    """From the hospital's package, with the texts in the family's language."""
    daniel.opens(ref, "money/estimate").sends("/estimate/draft", press="button[value^=package]")
    daniel.follows("a[href$='/preview']", "es")
    daniel.opens(ref, "money/estimate").sends("/estimate/issue")


def issues_a_changed_version(daniel: Staff, ref: str) -> None:
    """Two talks instead of one."""
    daniel.opens(ref, "money/estimate").sends("/estimate/draft", press="button[value='']")
    first = daniel.page.locator("[name^=quantity_]").first.get_attribute("name") or ""
    daniel.sends("/estimate/lines", press="button:not([name])", **{first: "2"})
    daniel.sends("/estimate/issue")


def understands_the_change(lucia: Patient) -> None:
    """The old struck and the new beside it."""
    lucia.opens("costs")
    assert lucia.page.locator("del").count() == lucia.page.locator("ins").count() == 1
    assert lucia.gets("a[href$='.pdf']").startswith(b"%PDF")
    lucia.sends("number")


# --- the deposit -----------------------------------------------------------------------------------------------


def is_refused_by_the_card(lucia: Patient) -> None:
    """And reads why, in her language, with nothing charged."""
    lucia.opens("pay").sends("/card/start")
    lucia.sends("card_number", card_number=NO_FUNDS, refused=True)
    lucia.reads("El banco dice que no hay suficiente dinero en esta tarjeta.")


def takes_in_the_statement(daniel: Staff, house: LiveServer, ref: str) -> None:
    """As the bank sends it: the reference in the text, and less than was asked for."""
    from concierge.models import Deposit
    from concierge.web.clock import now

    with scene(house) as session:
        deposit = session.scalars(sa.select(Deposit).where(Deposit.case_id == steps.case_id(ref))).one()
        arrived = f"{(deposit.amount - FEE).amount:.2f}"
        booked = entry(arrived, day=now().date().isoformat(), details=WIRE.format(deposit.reference))
    statement = {"name": "statement.xml", "mimeType": "application/xml", "buffer": camt(booked)}
    daniel.goes("/finance/bank/statements").sends("file", file=statement)


def matches_the_transfer(daniel: Staff) -> None:
    """One suggestion with its reasons; the statement itself confirms an amount of this size."""
    daniel.goes("/finance/bank").follows("main table a[href*='/finance/bank/lines/']")
    daniel.reads("Payment reference in the text")
    daniel.reads("short, within our tolerance for bank fees")
    daniel.sends("/match").reads("Matched")


def is_cleared(house: LiveServer, ref: str) -> None:
    """The money is in order: nothing of it stands between the family and the visit."""
    from concierge.cases import facts
    from concierge.models import Case
    from concierge.web.clock import now

    with scene(house) as session:
        file = facts.load(session, session.get_one(Case, steps.case_id(ref)))
        assert facts.facts_of(file, now()).is_cleared
        assert file.deposit and file.deposit.state == "paid"
