"""The pages of the deposit: the list with its file, the panel, the link that is shared, renewed and stopped."""

import csv
import io

import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import DepositState, PaymentState
from concierge.journey.finance import queries
from concierge.models import Case, Deposit, DepositExport, ExchangeRate, OutboxMessage, Payment
from tests.journey.finance.conftest import PAYS
from tests.journey.finance.scenes import a_due_deposit, arrived
from tests.journey.finance.test_portal_pages import fresh, sign_in
from tests.journey.finance.test_staff_pages import come_as
from tests.support.clock import START


def text_of(page) -> str:
    return page.get_data(as_text=True)


def test_the_family_shares_renews_and_stops_the_link(session, client):
    case_id, deposit_id = a_due_deposit(session)
    case = sign_in(session, client, case_id)
    url = f"/portal/{case.public_id}/pay"
    first = fresh(session, Deposit, deposit_id).pay_token
    page = text_of(client.get(url))
    for way in ("mailto:?subject=", "https://wa.me/?text=", "sms:?&amp;body="):
        assert way in page
    assert client.submit(client.get(url), action="/link/renew").status_code == 303
    second = fresh(session, Deposit, deposit_id).pay_token
    assert client.get(f"/pay/{second}").status_code == 200
    ended = client.get(f"/pay/{first}")
    assert ended.status_code == 410 and "tel:" in text_of(ended)
    assert client.submit(client.get(url), action="/link/stop").status_code == 303
    assert second not in text_of(client.get(url))
    assert client.get(f"/pay/{second}").status_code == 410
    for path in ("card", "card/return", "receipt.pdf", "sent", "card/start"):
        assert client.get(f"/pay/{second}/{path}").location == f"/pay/{second}"


def test_who_pays_by_the_link_is_kept_on_the_payment_and_gets_the_receipt_by_mail(
    session, client, card_service
):
    _case_id, deposit_id = a_due_deposit(session)
    url = f"/pay/{fresh(session, Deposit, deposit_id).pay_token}"
    nameless = client.submit(client.get(url), action="/card/start")
    assert nameless.status_code == 422 and 'class="esum"' in text_of(nameless)
    started = client.submit(
        client.get(url), action="/card/start", payer_name="Li Na", payer_email="li@friend.example"
    )
    card = client.get(started.location)
    client.get(client.submit(card, card_number=PAYS).location)
    session.rollback()
    payment = session.scalars(sa.select(Payment).where(Payment.deposit_id == deposit_id)).one()
    assert (payment.state, payment.payer_name) == (PaymentState.CONFIRMED, "Li Na")
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "payer_receipt")).one()
    assert (mail.recipient, mail.language) == ("li@friend.example", "en")
    assert client.get(f"{url}/receipt.pdf").data[:5] == b"%PDF-"


def test_the_country_of_the_payer_gives_the_days_and_about_and_the_link_guesses_none(session, client):
    _case_id, deposit_id = a_due_deposit(session)
    with transaction() as writing:
        writing.add(ExchangeRate(base="USD", quote="KWD", rate="0.307", source="Bank", on=START.date()))
    url = f"/pay/{fresh(session, Deposit, deposit_id).pay_token}"
    assert "KWD" not in text_of(client.get(url))
    assert "KWD 3,100" in text_of(client.get(f"{url}?country=KW"))
    assert client.get(f"{url}?country=nowhere").status_code == 200


def test_after_a_part_the_link_asks_for_the_rest(session, client):
    _case_id, deposit_id = a_due_deposit(session)
    url = f"/pay/{fresh(session, Deposit, deposit_id).pay_token}"
    with transaction() as writing:
        case, deposit = queries.lock_deposit(writing, deposit_id)
        arrived(writing, case, deposit, 400_000)
    assert "USD 6,000" in text_of(client.get(url))


def test_the_panel_asks_again_and_cancels_with_a_reason(session, client):
    case_id, deposit_id = a_due_deposit(session)
    come_as(session, client, "daniel")
    url = f"/c/{fresh(session, Case, case_id).reference}/money"
    same = client.submit(client.get(url), action="/deposit/again", again_reason="new prices")
    assert same.status_code == 422
    assert client.submit(client.get(url), action="/deposit/cancel").status_code == 422
    assert (
        client.submit(client.get(url), action="/deposit/cancel", cancel_reason="a letter").status_code == 303
    )
    assert fresh(session, Deposit, deposit_id).state is DepositState.CANCELLED
    assert client.submit(client.get(url), action="/deposit/request").status_code == 303
    assert fresh(session, Deposit, deposit_id).state is DepositState.REQUESTED


def test_the_list_leaves_the_house_only_with_a_purpose_without_names_and_for_a_while(session, client, clock):
    case_id, deposit_id = a_due_deposit(session)
    come_as(session, client, "daniel")
    assert client.submit(client.get("/finance/deposits")).status_code == 422
    made = client.submit(client.get("/finance/deposits"), purpose="To agree with the bank")
    rows = list(csv.reader(io.StringIO(text_of(client.get(made.location)))))
    deposit = fresh(session, Deposit, deposit_id)
    assert rows[1][:6] == [
        fresh(session, Case, case_id).reference,
        deposit.reference,
        "requested",
        "USD",
        "10000.00",
        "0.00",
    ]
    assert session.scalars(sa.select(DepositExport.purpose)).all() == ["To agree with the bank"]
    come_as(session, client, "grace")
    assert client.get(made.location).status_code == 404
    come_as(session, client, "daniel")
    clock.forward(minutes=16)
    assert client.get(made.location).status_code == 404
