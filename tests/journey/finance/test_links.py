"""Every figure can be clicked: it leads to the rule, tariff, bank line or journal entry that it comes from."""

import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from concierge.db import transaction
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaymentState, Phase
from concierge.journey.finance.bank import actions as bank
from concierge.journey.finance.estimates import actions as estimates
from concierge.journey.finance.guarantees import actions as letters
from tests.factories import as_staff, staff
from tests.journey.finance.bank.scenes import booked as told
from tests.journey.finance.bank.scenes import lines_of, taken_in
from tests.journey.finance.guarantees.scenes import billed, booked
from tests.journey.finance.refunds.scenes import approved
from tests.journey.finance.scenes import a_letter, advocate, in_finance, issued, requested
from tests.support.clock import START

AMOUNT = re.compile(r"^[A-Z]{3} -?[\d,.]+( – [\d,.]+)?$")


@pytest.fixture
def case(session, client) -> tuple[str, str, str]:
    """An estimate and the draft of the next, a deposit paid by a bank transfer, a part of it going back, and a letter
    with a booked and a billed service; their keys."""
    with transaction() as writing:
        made = in_finance(writing)
        who = {"actor": advocate(writing, made), "now": START}
        second = {"actor": advocate(writing, made, 1), "now": START}
        estimate = issued(writing, made)
        estimates.draft_estimate(writing, made, texts=estimates.Texts(included="Doctors"), **who)
        deposit = requested(writing, made)
        taken_in(writing, made, told(deposit.amount_minor, deposit.reference))
        (line,) = lines_of(writing)
        (payment,) = bank.match(writing, line.id, {deposit.id: None}, **who)
        refund = approved(writing, made, deposit, 10_000)
        letter = a_letter(writing, made)
        letters.accept_guarantee(writing, made, letter, **second)
        change = letters.record_amendment(
            writing, made, letter, number="A-1", ceiling=Money(4_000_000, letter.currency),
            valid_until=letter.valid_until + timedelta(days=30), services=tuple(Phase), **who,
        )  # fmt: skip
        letters.accept_amendment(writing, made, letter, change, **second)
        booked(writing, made, letter, estimate.lines[0])
        billed(writing, made, booked(writing, made, letter, estimate.lines[1])[0])
        assert payment.state is PaymentState.CONFIRMED
        keys = made.reference, letter.public_id, refund.public_id
    session.rollback()
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    return keys


def figures(part: Tag) -> list[Tag]:
    """The amounts of a part of a page, without those in the words of a field or a button."""
    found = [one for one in part.select("bdi.num") if AMOUNT.match(one.get_text())]
    return [one for one in found if one.find_parent(["button", "label"]) is None]


PAGES = {
    "/c/{ref}/money": ("#estimate", "#payers", "#deposit", "#refunds", "#guarantees", "#journal"),
    "/c/{ref}/money/estimate": (
        "#lines tbody tr:has(> th[scope=row]) td",
        "[aria-labelledby=versions-h] td.num",
    ),
    "/c/{ref}/money/journal": ("[aria-labelledby=balances-h]", "[aria-labelledby=entries-h]"),
    "/c/{ref}/money/guarantees/{gid}": (
        "[aria-labelledby=letter-h]",
        "#use",
        "#amendments small:first-of-type",
    ),
    "/c/{ref}/money/services": ("[aria-labelledby=services-h]",),
    "/c/{ref}/money/payers": ("[aria-labelledby=split-h]",),
    "/c/{ref}/money/refunds/{refund}": ("[aria-labelledby=refund-h]",),
    "/finance/deposits?tab=paid": ("td.num",),
    "/finance/bank?tab=matched": ("table",),
    "/finance/refunds?tab=to_send": ("td.num",),
    "/finance/guarantees?tab=valid": ("table",),
}


def test_every_amount_leads_to_what_it_comes_from(client, case):
    ref, gid, refund = case
    targets: dict[str, tuple[str, str]] = {}
    for address, parts in PAGES.items():
        page = client.get(address.format(ref=ref, gid=gid, refund=refund))
        soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
        for part in parts:
            shown = [one for found in soup.select(part) for one in figures(found)]
            assert shown, (address, part)
            for one in shown:
                link = one.find_parent("a")
                assert link is not None, (address, part, one.get_text())
                targets[urljoin(str(page.request.full_path), str(link["href"]))] = (address, one.get_text())
    for target, where in targets.items():
        place, _hash, anchor = target.partition("#")
        answer = client.get(place, follow_redirects=True)
        assert answer.status_code == 200, (target, where)
        assert not anchor or f'id="{anchor}"' in answer.get_data(as_text=True), (target, where)


def test_each_place_of_money_opens(client, case):
    page = BeautifulSoup(client.get("/finance/deposits").get_data(as_text=True), "html.parser")
    places = [str(link["href"]) for link in page.select("nav a[href*='/finance/']")]
    assert {"/finance/deposits", "/finance/bank", "/finance/refunds", "/finance/payers"} <= set(places)
    assert [place for place in places if client.get(place).status_code != 200] == []
