"""The bank as advocates, their leads and colleagues who come second meet it."""

import contextvars
import io
import threading
import time

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import BankLineState, DepositState, PaymentState
from concierge.journey.finance.bank import actions
from concierge.models import BankLine, BankStatement, Case, Deposit, Payment
from tests.factories import as_staff, staff
from tests.gateways.test_statements import CSV, MT940, camt, entry
from tests.journey.finance.bank.scenes import a_waiting_deposit, booked, taken_in
from tests.journey.finance.scenes import advocate
from tests.support.clock import START


def come_as(session, client, name, hospital="alder-coast"):
    session.rollback()
    as_staff(client, staff(session, f"{name}@{hospital}.example"), session)


def rows(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id)).all()


@pytest.fixture
def waiting(session, client):
    """Two cases whose deposits wait, with Daniel, an advocate, signed in: their payment references."""
    with transaction() as writing:
        hospital = a_waiting_deposit(writing)[0].hospital
        a_waiting_deposit(writing)
        hospital.four_eyes_minor = 1_000_000
    come_as(session, client, "daniel")
    return [deposit.reference for deposit in rows(session, Deposit)]


def send(client, data: bytes, name="statement.xml"):
    return client.submit(client.get("/finance/bank/statements"), file=[(io.BytesIO(data), name)])


def text_of(page) -> str:
    return page.get_data(as_text=True)


def page_of(client, session, nth=0):
    line = rows(session, BankLine)[nth]
    return client.get(f"/finance/bank/lines/{line.public_id}")


def test_a_statement_is_taken_in_matched_with_one_press_and_shown_on_the_money_tab(session, client, waiting):
    assert "No statement of the bank is here yet" in text_of(client.get("/finance/bank"))
    data = camt(entry().replace("AC-7K4M2Q", waiting[0]))
    answer = send(client, data)
    assert answer.status_code == 303
    page = text_of(client.get(answer.location))
    assert "1 new line is taken in." in page
    assert "Adds up" in page
    listed = text_of(client.get("/finance/bank"))
    assert "Payment reference in the text" in listed
    assert "Short by bank fees" in listed
    shown = page_of(client, session)
    assert "short, within our tolerance for bank fees" in text_of(shown)
    answer = client.submit(shown, action="/match")
    assert "The statement confirms it, and the payment counts." in text_of(client.get(answer.location))
    (payment,) = rows(session, Payment)
    deposit = rows(session, Deposit)[0]
    assert (payment.state, deposit.state) == (PaymentState.CONFIRMED, DepositState.PAID)
    assert "All matched." in text_of(client.get("/finance/bank"))
    case = session.get_one(Deposit, payment.deposit_id).case_id
    money = text_of(client.get(f"/c/C-{START.year}-{case:05d}/money"))
    assert "confirmed by the bank statement" in money
    assert client.get(f"/finance/bank/payments/{payment.public_id}").status_code == 302
    again = send(client, data)
    assert "Nothing has changed" in text_of(client.get(again.location))
    (statement,) = rows(session, BankStatement)
    sent = client.get(f"/finance/bank/statements/{statement.public_id}/file")
    assert (sent.data, sent.headers["X-Content-Type-Options"]) == (data, "nosniff")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (camt(entry(amount="much")), "Line 1 of this file cannot be read. Nothing was taken in."),
        (camt(entry()).replace(b"000123456789", b"000123456788"), "another account: <bdi>000123456788"),
        (camt(entry(), head="<!DOCTYPE x>"), "something that no bank sends"),
        (b"Day;Amount\n", "The columns of this file are not known yet"),
    ],
)
def test_a_file_that_is_not_right_is_refused_with_words_and_leaves_nothing(
    session, client, waiting, data, words
):
    page = send(client, data)
    assert page.status_code == 422
    assert words.replace("<bdi>", "") in text_of(page).replace("<bdi>", "")
    assert rows(session, BankLine) == rows(session, BankStatement) == []


def test_csv_is_read_once_its_columns_are_told(session, client, waiting):
    place = "/finance/bank/layout/alder-coast"
    told = {
        "decimal": ",",
        "date_format": "%d.%m.%Y",
        "amount": "Betrag",
        "text": "Zweck",
        "payer_name": "Name",
    }
    assert client.submit(client.get(place), booked_on="", **told).status_code == 422
    assert client.submit(client.get(place), booked_on="Buchungstag", **told).status_code == 303
    assert send(client, CSV.format("9.975,00").encode(), "umsatz.csv").status_code == 303
    assert send(client, MT940.encode(), "umsatz.sta").status_code == 303
    assert [line.amount_minor for line in rows(session, BankLine)] == [997_500, 997_500, -2_500]
    page = text_of(client.get("/finance/bank/statements"))
    assert "States no balances" in page
    assert "Money out" in text_of(client.get("/finance/bank?tab=out&day=2026-11-24&hospital=alder-coast"))


def test_one_transfer_is_shared_between_two_cases_and_a_second_person_is_asked(session, client, waiting):
    both = f"{waiting[0]} {waiting[1]}"
    send(client, camt(entry(amount="20000.00", details="").replace("</BookgDt>", "</BookgDt>" + remit(both))))
    page = page_of(client, session)
    assert "The text names several cases." in text_of(page)
    ids = [deposit.public_id for deposit in rows(session, Deposit)]
    place = f"{page.request.path}?with={ids[0]}&with={ids[1]}"
    shares = {f"share_{ids[0]}": "١٠٬٠٠٠", f"share_{ids[1]}": "9,000"}
    refused = client.submit(client.get(place), action=place.partition("?")[2], **shares)
    assert refused.status_code == 422
    assert "The amounts do not add up to the transfer" in text_of(refused)
    answer = client.submit(refused, action=place.partition("?")[2], **shares, rest="y")
    assert answer.status_code == 303
    after = client.get(answer.location)
    assert "A second person confirms each of them." in text_of(after)
    assert [payment.amount_minor for payment in rows(session, Payment)] == [1_000_000, 900_000]
    back = client.submit(after, action=f"{rows(session, Payment)[1].public_id}/take-back")
    assert "Taken back" in text_of(client.get(back.location))
    (line,) = rows(session, BankLine)
    assert (line.state, line.left_minor) == (BankLineState.PART_MATCHED, 1_000_000)


def remit(text: str) -> str:
    return f"<AddtlNtryInf>{text}</AddtlNtryInf>"


def test_a_case_is_found_by_its_name_in_any_script_and_what_is_not_ours_is_set_aside(
    session, client, waiting
):
    send(client, camt(entry(amount="12.00", details="")))
    page = page_of(client, session)
    assert "Nothing in this transfer points to a deposit that waits." in text_of(page)
    for sought in ("المطيري", "Mutairi", waiting[1].lower(), "xyzzy"):
        found = client.get(f"{page.request.path}?q={sought}")
        assert ("are open" in text_of(found)) is (sought != "xyzzy")
    assert client.submit(page, action="/aside", reason="send_back").status_code == 422
    answer = client.submit(page, action="/aside", reason="send_back", note="Belongs to a shop")
    assert answer.location == "/finance/bank"
    assert "Belongs to a shop" in text_of(client.get("/finance/bank?tab=aside"))
    assert client.submit(page_of(client, session), action="/take-up").status_code == 303
    assert rows(session, BankLine)[0].state is BankLineState.UNMATCHED


def test_strangers_and_readers_see_what_is_theirs(session, client, waiting):
    send(client, camt(entry()))
    (line,) = rows(session, BankLine)
    place = f"/finance/bank/lines/{line.public_id}"
    come_as(session, client, "liu", "jinghe")
    assert client.get(place).status_code == 404
    assert client.get(f"{place}/match").status_code == 404
    assert line.payer_name not in text_of(client.get("/finance/bank"))
    assert client.get("/finance/bank/layout/alder-coast").status_code == 404
    come_as(session, client, "nora")
    assert client.get(place).status_code == 403
    come_as(session, client, "lena")
    assert client.get(place).status_code == 200


def test_two_colleagues_match_one_line_and_one_of_them_learns_that_it_is_done(session, client, waiting):
    with transaction() as writing:
        case = writing.scalars(sa.select(Case)).first()
        taken_in(writing, case, booked(500))
        grace = advocate(writing, case, 1)
    page, answers = page_of(client, session), []
    one, other = rows(session, Deposit)
    hers, his = one.id, {**hidden_of(page), "deposit": other.public_id}
    line_id = rows(session, BankLine)[0].id
    session.rollback()

    def press() -> None:
        answers.append(client.post(f"{page.request.path}/match", data=his))

    second = threading.Thread(target=contextvars.Context().run, args=(press,))
    with transaction() as writing:
        actions.match(writing, line_id, {hers: None}, actor=grace, now=START)
        writing.flush()
        second.start()
        time.sleep(0.7)
    second.join(timeout=30)
    assert [answer.status_code for answer in answers] == [409]
    assert "A colleague has matched this transfer" in text_of(answers[0])
    assert [payment.deposit_id for payment in rows(session, Payment)] == [hers]


def hidden_of(page) -> dict[str, str]:
    from bs4 import BeautifulSoup

    form = BeautifulSoup(text_of(page), "html.parser").select_one("form[action$='/aside']")
    return {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
