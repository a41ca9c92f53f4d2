"""The cost page: the first honest number, in an address that says nothing; and the rates behind *about*."""

import re

import sqlalchemy as sa

from concierge.db import transaction
from concierge.models import ContactDraft, DepositRule, ExchangeRate
from tests.factories import hospitals
from tests.journey.finance.test_staff_pages import come_as
from tests.support.clock import START

ANSWERED = "/en/cost?a=3&b=1&n=2&c=SAR"


def text_of(page) -> str:
    return page.get_data(as_text=True)


def rate(quote: str, value: str, on=START.date()) -> None:
    with transaction() as session:
        session.add(ExchangeRate(base="USD", quote=quote, rate=value, source="Bank", on=on))


def test_three_answers_give_deposit_range_about_source_version_and_what_it_means(session, client):
    hospitals(session)
    session.commit()
    rate("SAR", "3.75")
    rate("CNY", "7.2")
    page = client.get(ANSWERED)
    text = text_of(page)
    for shown in (
        "USD 9,000",
        "SAR 34,000",
        "USD 8,300",
        "CNY 36,000",
        "Bank",
        START.date().isoformat(),
        "higher or lower",
    ):
        assert shown in text
    title = re.search("<title>(.*?)</title>", text)[1]
    assert not re.search("prostate|cancer", title + ANSWERED, re.IGNORECASE)
    assert page.headers["Cache-Control"] == "private, max-age=300"
    assert "Set-Cookie" not in page.headers


def test_an_unanswered_question_is_named_and_the_other_answers_stay(session, client):
    hospitals(session)
    session.commit()
    page = client.get("/en/cost?a=&b=2&n=3")
    assert page.status_code == 422
    assert re.search(r'value="2"[^>]*checked', text_of(page))
    assert client.get("/ar/cost?a=9&b=4&n=1").status_code == 200


def test_without_a_price_nobody_reads_zero_and_everybody_can_ask(session, client):
    hospitals(session)
    session.execute(sa.delete(DepositRule))
    session.commit()
    text = text_of(client.get(ANSWERED))
    assert text.count("in one working day") == 2
    assert not re.search(r"(USD|CNY) 0\b", text)
    assert text.count("/contact?cost=3-1-2") == 2


def test_the_answers_go_along_into_the_contact_form_and_never_over_a_story(session, client):
    hospitals(session)
    session.commit()
    start = client.get("/en/contact?cost=3-1-2&hospital=jinghe")
    begun = client.submit(start, action="/from-cost")
    assert begun.status_code == 303
    answers = session.scalars(sa.select(ContactDraft)).one().answers
    assert (answers["illness"], answers["hospital"], answers["help_wanted"]) == ("prostate", "jinghe", "cost")
    assert "2" in answers["story"]
    again = client.submit(client.get("/en/contact?cost=1-2-4"), action="/from-cost")
    assert again.status_code == 303
    session.rollback()
    kept = session.scalars(sa.select(ContactDraft)).one().answers
    assert (kept["illness"], kept["story"]) == ("breast", answers["story"])
    assert "from-cost" not in text_of(client.get("/en/contact?cost=garbage"))


def test_a_lead_takes_in_the_rates_of_a_day_and_a_wrong_line_is_named(session, client):
    hospitals(session)
    session.commit()
    come_as(session, client, "daniel")
    assert client.get("/finance/rates").status_code == 403
    come_as(session, client, "lena")
    page = client.get("/finance/rates")
    refused = client.submit(page, source="Central bank", lines="USD,SAR,3.75\nUSD,XXX,1")
    assert refused.status_code == 422 and "Line 2" in text_of(refused)
    for value in ("3.75", "3.76"):
        assert (
            client.submit(
                client.get("/finance/rates"), source="Central bank", lines=f"USD,SAR,{value}"
            ).status_code
            == 303
        )
    assert [str(row.rate.normalize()) for row in session.scalars(sa.select(ExchangeRate))] == ["3.76"]
