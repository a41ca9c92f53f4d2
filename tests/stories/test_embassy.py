"""The embassy pays: a deposit while everybody waits, a letter in its place, its limit used up, raised and kept."""

from datetime import date, timedelta

from concierge.domain.journal import Account, balances
from concierge.domain.journey import Step
from concierge.domain.money import Money
from concierge.web.filters import format_day, plain_money
from tests.records import samples
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Patient, Staff
from tests.stories.test_at_once import a_case_now, scene
from tests.support.live import LiveServer

EMAIL = "embassy@family.example"
EMBASSY = "السفارة، المكتب الصحي (خيالي)"
RAISE_TASK = "Ask the guarantor for a higher limit"
EXTRA = Money(50_000, "USD")  # what the letter promises above the estimate
RAISE = Money(1_200_000, "USD")


def a_case_of_the_embassy(house: LiveServer) -> str:
    """The talk was held, the embassy has promised a letter, and nobody has it yet."""
    from concierge.cases import payers
    from concierge.domain.vocabulary import PayerKind
    from concierge.web.clock import now
    from tests.factories import actor_of, staff

    with scene(house) as session:
        case = a_case_now(session, step=Step.FINANCE, language="ar", email=EMAIL)
        amal = actor_of(staff(session, "amal@alder-coast.example"))
        payers.set_first(session, case, kind=PayerKind.EMBASSY, name=EMBASSY, actor=amal, now=now())
        return case.reference


def today_at(house: LiveServer) -> date:
    """The day it is at the hospital."""
    from concierge.domain.clocks import local_day
    from concierge.web.clock import now

    with house.app.app_context():
        return local_day(now(), "America/Los_Angeles")


def is_cleared(house: LiveServer, ref: str) -> bool:
    """Deposit or letter: the evaluation may begin."""
    from concierge.cases import facts
    from concierge.db import db
    from concierge.models import Case
    from concierge.web.clock import now

    with house.app.app_context():
        case = db.session.get_one(Case, steps.case_id(ref))
        return facts.facts_of(facts.load(db.session(), case), now()).is_cleared


def estimated(house: LiveServer, ref: str) -> list[tuple[str, Money]]:
    """(line, its high end) of the estimate in force, the dearest first."""
    from concierge.db import db
    from concierge.journey.finance.guarantees.queries import lines_in_force

    with house.app.app_context():
        lines = lines_in_force(db.session(), steps.case_id(ref))
        return sorted(((str(one.id), one.total.high) for one in lines), key=lambda row: -row[1].minor)


def test_the_letter_of_an_embassy_takes_the_place_of_the_deposit_and_never_runs_dry_unnoticed(
    house: LiveServer, cast: Cast
) -> None:
    ref, today = a_case_of_the_embassy(house), today_at(house)
    noura = cast.patient("noura", "ar", "Asia/Riyadh", EMAIL)
    daniel, grace = cast.staff("daniel@alder-coast.example"), cast.staff("grace@alder-coast.example")

    steps.issues_the_estimate(daniel, ref, "ar")
    noura.signs_in()
    steps.understands_the_costs(noura)
    pays_while_everybody_waits(noura, daniel, grace, ref, today)
    assert is_cleared(house, ref)

    lines = estimated(house, ref)
    ceiling = sum((high for _line, high in lines), start=EXTRA)
    letter = the_letter_arrives(daniel, grace, ref, ceiling, today)
    noura.opens("payer")
    daniel.goes(letter).sends("/swap")
    assert is_cleared(house, ref)
    the_deposit_goes_back(noura, daniel, grace, ref, today)
    assert is_cleared(house, ref)

    dearest, billed = lines[0]
    books_until_the_alarm(daniel, ref, lines, ceiling)
    needs_more_than_is_left(daniel, grace, ref, letter, dearest, ceiling)
    bills_the_first(daniel, ref)
    the_board_shows(daniel, ceiling + RAISE - billed, billed)
    the_journal_balances(daniel, house, ref, ceiling + RAISE, billed)
    assert is_cleared(house, ref)


def pays_while_everybody_waits(noura: Patient, daniel: Staff, grace: Staff, ref: str, today: date) -> None:
    """The deposit is asked for, said to be on its way, noted by one and confirmed by another."""
    daniel.opens(ref, "money").sends("/deposit/request")
    noura.opens("pay").sends("/pay/sent")
    daniel.opens(ref, "money").sends(
        "/payments/record", method="bank_transfer", amount="10,000", payer_name="KHALED AL MUTAIRI",
        received_on=today.isoformat(),
    )  # fmt: skip
    grace.opens(ref, "money").sends("/confirm")
    noura.opens("pay")


def the_letter_arrives(daniel: Staff, grace: Staff, ref: str, ceiling: Money, today: date) -> str:
    """Its organisation, its words, its scan; the one who noted it cannot accept it. The address of its page."""
    daniel.goes("/finance/payers/new").sends(
        "name", hospital="alder-coast", name=EMBASSY, kind="embassy", country="SA"
    )
    daniel.opens(ref, "money").sends(
        "/guarantees/record", organisation=1, issuer=EMBASSY, number="LOG-2026-41", person_name="NOURA SAAD AL MUTAIRI",
        passport_number="P1234567", ceiling=str(ceiling.amount), letter_currency="USD",
        services=["review", "evaluation", "treatment", "stay"], valid_from=(today - timedelta(days=3)).isoformat(),
        valid_until=(today + timedelta(days=120)).isoformat(),
    )  # fmt: skip
    assert daniel.page.locator("main form[action*='/accept']").count() == 0
    daniel.follows("#guarantees h3 a").sends(
        "/scan/attach",
        files={"name": "LOG-2026-41.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()},
    )
    letter = daniel.page.url
    grace.goes("/finance/guarantees").follows(f"main a[href*='{ref}/money/guarantees/']")
    assert grace.gets("a[href$='/scan']").startswith(b"%PDF")
    grace.sends("/accept")
    grace.reads("This letter covers the estimate.")
    return letter


def the_deposit_goes_back(noura: Patient, daniel: Staff, grace: Staff, ref: str, today: date) -> None:
    """Proposed by the press, approved by another, sent with the reference of the bank; the family sees each day."""
    noura.opens("pay")
    assert noura.page.locator("#refunds").count() == 1
    daniel.opens(ref, "money").follows("#refunds a[href*='/refunds/']")
    assert daniel.page.locator("main form[action$='/approve']").count() == 0
    refund = daniel.page.url
    grace.goes("/finance/refunds").follows(f"main a[href*='{ref}/money/refunds/']").sends("/approve")
    daniel.goes(refund).sends("/send", sent_on=today.isoformat(), bank_reference="OUT-2026-41")
    noura.opens("pay").reads(format_day(today, "ar", "full"))
    assert noura.page.locator("#sum-h").count() == 0  # nothing is asked for, so no sum stands there


def books_until_the_alarm(daniel: Staff, ref: str, lines: list[tuple[str, Money]], ceiling: Money) -> None:
    """One service of the estimate after the other; the sign stands from 80 % on, not before."""
    used = Money.zero(ceiling.currency)
    daniel.opens(ref, "money/services")
    for line, high in lines:
        daniel.sends("/services/book", line=line)
        used += high
        is_warned = daniel.page.locator("main .tag.warn", has_text="80%").count() > 0
        assert is_warned is (used * 100 >= ceiling * 80), used
        if is_warned:
            break
    daniel.opens(ref, "money").reads("At least 80% used")
    assert daniel.page.locator("#tasks a", has_text=RAISE_TASK).count() == 1


def needs_more_than_is_left(
    daniel: Staff, grace: Staff, ref: str, letter: str, line: str, ceiling: Money
) -> None:
    """An examination again: the page warns that nobody covers it; once the embassy raised the limit it is booked."""
    daniel.opens(ref, "money/services").sends("/services/book", refused=True, line=line)
    daniel.reads("The service costs more than what is left of the letter.")
    daniel.goes(letter)
    assert daniel.page.locator("main form[action$='/swap/undo']").count() == 0  # the money is gone
    daniel.sends("/amend", amendment_number="LOG-2026-41/A", ceiling=str((ceiling + RAISE).amount))
    assert daniel.page.locator("main form[action*='/amendments/']").count() == 0
    grace.goes("/finance/guarantees").follows(f"main a[href*='{ref}/money/guarantees/']").sends("/accept")
    daniel.opens(ref, "money/services").sends("/services/book", line=line)
    assert daniel.page.locator("main .tag.warn", has_text="80%").count() == 0
    daniel.opens(ref, "money")
    assert daniel.page.locator("#tasks a", has_text=RAISE_TASK).count() == 0  # nothing is left to ask for


def bills_the_first(daniel: Staff, ref: str) -> None:
    """Performed and billed to the embassy."""
    daniel.opens(ref, "money/services").sends("/perform").sends("/bill", bill_number="B-2026-9")


def the_board_shows(daniel: Staff, committed: Money, billed: Money) -> None:
    daniel.goes("/finance/exposure")
    row = daniel.page.locator("main tbody tr", has_text=EMBASSY).inner_text()
    for amount in (committed, billed):
        assert plain_money(amount) in row, (amount, row)
    daniel.follows("main tbody th a").reads("LOG-2026-41")


def the_journal_balances(daniel: Staff, house: LiveServer, ref: str, promised: Money, billed: Money) -> None:
    """Nothing is held of the deposit any more, the promise is used by the bill, and each entry sums to zero."""
    from concierge.cases.journal import lines_of
    from concierge.db import db

    daniel.opens(ref, "money/journal")
    with house.app.app_context():
        found = lines_of(db.session(), steps.case_id(ref))
        assert sum(line.amount.minor for line in found) == 0
        assert {account: amount for (account, _currency), amount in balances(found).items() if not amount.is_zero} == {
            Account.RECEIVABLE: billed, Account.SERVICES: -billed, Account.PROMISED: promised - billed,
            Account.COVER: -(promised - billed),
        }  # fmt: skip
