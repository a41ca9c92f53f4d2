"""The family's pages and the link for somebody else, as a browser without scripts meets them."""

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import DepositState, PaymentState, Relation
from concierge.gateways.payments import StripePayments
from concierge.journey.finance import queries
from concierge.journey.finance.guarantees import actions as letters
from concierge.models import Case, Deposit, Payment
from tests.factories import a_case, account, as_portal, patient_of, takes_part
from tests.journey.finance.conftest import API_KEY, DECLINED, NO_FUNDS, PAYS, WEBHOOK_SECRET
from tests.journey.finance.scenes import a_due_deposit, a_letter, advocate, arrived
from tests.support.clock import START


def fresh(session, model, row_id):
    session.rollback()
    session.expire_all()
    return session.get(model, row_id)


def sign_in(session, client, case_id) -> Case:
    case = fresh(session, Case, case_id)
    as_portal(client, patient_of(session, case), session)
    return case


# --- who may come in -------------------------------------------------------------------------------------------

PAGES = ("costs", "costs/estimate.pdf", "pay", "pay/receipt.pdf", "pay/card", "pay/card/return")


def test_a_stranger_is_asked_to_sign_in_and_another_patient_finds_nothing(session, client):
    case_id, _deposit = a_due_deposit(session)
    case = fresh(session, Case, case_id)
    for page in PAGES:
        assert client.get(f"/portal/{case.public_id}/{page}").status_code in {302, 303}
    with transaction() as writing:
        other = patient_of(writing, a_case(writing, step=Step.FINANCE))
    as_portal(client, other, session)
    for page in PAGES:
        assert client.get(f"/portal/{case.public_id}/{page}").status_code == 404


def test_a_caregiver_without_money_finds_nothing_and_with_money_everything(session, client):
    case_id, _deposit = a_due_deposit(session)
    with transaction() as writing:
        case = writing.get(Case, case_id)
        helper, payer = account(writing, "son@x.example"), account(writing, "uncle@x.example")
        takes_part(
            writing, case, helper, Relation.CHILD, can_messages=True, can_documents=True, can_decision=True
        )
        takes_part(writing, case, payer, Relation.SPONSOR, can_money=True)
    as_portal(client, helper, session)
    for page in PAGES:
        assert client.get(f"/portal/{case.public_id}/{page}").status_code == 404
    as_portal(client, payer, session)
    for page in ("costs", "costs/estimate.pdf", "pay"):
        assert client.get(f"/portal/{case.public_id}/{page}").status_code == 200


# --- pay -------------------------------------------------------------------------------------------------------


def test_the_pay_page_says_how_much_by_when_and_when_it_comes_back_before_any_button(
    session, client, card_service
):
    case = sign_in(session, client, a_due_deposit(session)[0])
    deposit = queries.deposit_of(session, case.id)
    text = client.get(f"/portal/{case.public_id}/pay", headers={"Accept-Language": "en"}).get_data(
        as_text=True
    )
    rule, account_number = case.hospital.text("refund_rule", "ar"), case.hospital.bank_account["account"]
    main = text[text.index("<main") :]
    assert main.index(rule) < main.index("<button")
    for shown in (deposit.reference, "USD 10,000", account_number, deposit.pay_token):
        assert shown in main
    assert main.index(account_number) < main.index("card/start")


def test_i_have_sent_it_is_noted_once(session, client):
    case_id, deposit_id = a_due_deposit(session)
    case = sign_in(session, client, case_id)
    page = client.get(f"/portal/{case.public_id}/pay")
    for _press in range(2):
        assert client.submit(page, action="/pay/sent").status_code == 303
    assert fresh(session, Deposit, deposit_id).state is DepositState.ON_ITS_WAY


def test_without_a_card_service_only_the_other_ways_are_offered(session, client):
    case = sign_in(session, client, a_due_deposit(session)[0])
    assert "card/start" not in client.get(f"/portal/{case.public_id}/pay").get_data(as_text=True)
    assert client.get(f"/portal/{case.public_id}/pay/card").status_code == 303


def test_a_letter_that_covers_asks_for_no_money(session, client):
    case_id, _deposit = a_due_deposit(session)
    with transaction() as writing:
        case = writing.get(Case, case_id)
        letter = a_letter(writing, case)
        letters.accept_guarantee(writing, case, letter, actor=advocate(writing, case, 1), now=START)
    case = sign_in(session, client, case_id)
    assert "<button" not in _main(client.get(f"/portal/{case.public_id}/pay"))


def _main(page) -> str:
    text = page.get_data(as_text=True)
    return text[text.index("<main") : text.index("</main>")]


@pytest.fixture(params=["portal", "link"])
def door(request, session, client, card_service):
    """(address of the pay page, deposit id), through the portal and behind the link."""
    case_id, deposit_id = a_due_deposit(session)
    if request.param == "link":
        return f"/pay/{fresh(session, Deposit, deposit_id).pay_token}", deposit_id
    return f"/portal/{sign_in(session, client, case_id).public_id}/pay", deposit_id


def to_card(client, pay_url):
    """Press *Pay* and open the card page."""
    pressed = client.submit(client.get(pay_url), action="/card/start", payer_name="Li Na")
    assert pressed.status_code == 303
    return client.get(pressed.location)


def test_a_declined_card_says_why_charges_nothing_and_the_next_one_pays(session, client, door):
    pay_url, deposit_id = door
    card = to_card(client, pay_url)
    refused = client.submit(card, card_number=NO_FUNDS)
    assert refused.status_code == 422
    assert refused.get_data(as_text=True).count('class="emsg"') == 1
    assert 'class="notice bad"' in client.get(pay_url).get_data(as_text=True)
    back = client.submit(refused, card_number=PAYS)
    assert back.status_code == 303
    assert client.get(back.location).location == pay_url
    assert fresh(session, Deposit, deposit_id).state is DepositState.PAID
    assert "<button" not in _main(client.get(pay_url))
    assert client.get(f"{pay_url}/receipt.pdf").data[:5] == b"%PDF-"


def test_back_a_second_tab_and_a_second_press_never_pay_twice(session, client, door):
    pay_url, deposit_id = door
    first, second = to_card(client, pay_url), to_card(client, pay_url)
    for page in (first, second, first):
        assert client.submit(page, card_number=PAYS).status_code == 303
    for path in ("card", "card/return"):
        assert client.get(f"{pay_url}/{path}").status_code == 303
    session.rollback()
    states = session.scalars(sa.select(Payment.state).where(Payment.deposit_id == deposit_id)).all()
    assert states == [PaymentState.CONFIRMED]


def test_a_number_that_is_no_test_card_goes_nowhere(session, client, door):
    card = to_card(client, door[0])
    assert "4242" in card.get_data(as_text=True)
    for number in ("4111 1111 1111 1111", "", "x" * 10_000, "\u202e4242"):
        assert client.submit(card, card_number=number).status_code == 422


def test_the_return_page_marks_nothing_as_paid_by_itself(session, client, door):
    pay_url, deposit_id = door
    to_card(client, pay_url)
    page = client.get(f"{pay_url}/card/return?payment_intent=pi_x&redirect_status=succeeded")
    assert page.status_code == 200
    assert 'class="notice"' in page.get_data(as_text=True)
    assert fresh(session, Deposit, deposit_id).state is DepositState.REQUESTED


def test_while_the_service_is_silent_the_return_page_says_so_and_offers_to_look_again(
    app, session, client, door, card_service, monkeypatch
):
    pay_url, deposit_id = door
    to_card(client, pay_url)
    gone = StripePayments(API_KEY, WEBHOOK_SECRET, "http://127.0.0.1:9", max_retries=0)
    monkeypatch.setattr(app.extensions["concierge.gateways"], "payments", gone, raising=False)
    page = client.get(f"{pay_url}/card/return")
    assert f'href="{pay_url}/card/return"' in page.get_data(as_text=True)
    assert client.submit(client.get(pay_url), action="/card/start", payer_name="Li Na").location == pay_url
    assert fresh(session, Deposit, deposit_id).state is DepositState.REQUESTED


def test_typed_in_arabic_digits_the_card_pays_too(client, door):
    card = to_card(client, door[0])
    assert client.submit(card, card_number="٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢").status_code == 303


def test_with_the_real_service_its_script_stands_on_the_card_page_only(
    app, session, client, card_service, monkeypatch
):
    monkeypatch.setattr(app.extensions["concierge.gateways"], "demo_cards", None, raising=False)
    token = fresh(session, Deposit, a_due_deposit(session)[1]).pay_token
    card = to_card(client, f"/pay/{token}")
    assert "https://js.stripe.com/v3/" in card.get_data(as_text=True)
    assert "https://js.stripe.com" in card.headers["Content-Security-Policy"]
    assert "stripe" not in client.get(f"/pay/{token}").headers["Content-Security-Policy"]
    hosted = client.submit(card, action="/card/hosted")
    assert hosted.location.startswith(f"{card_service.url}/pay/cs_")


# --- the link --------------------------------------------------------------------------------------------------


def test_the_link_shows_no_patient_no_illness_and_no_case(session, client, card_service):
    case_id, deposit_id = a_due_deposit(session)
    case, deposit = fresh(session, Case, case_id), fresh(session, Deposit, deposit_id)
    person = case.person
    secret = [
        person.native_name, person.surname, person.given_names, person.called, person.email, person.passport_number,
        case.reference, case.public_id, "breast", "Breast", "cancer", "Cancer", "oncolog", "Oncolog", "tumo",
    ]  # fmt: skip
    url = f"/pay/{deposit.pay_token}"
    card = to_card(client, url)
    client.submit(card, card_number=DECLINED)
    pages = [client.get(url), card, client.get(f"{url}/card/return")]
    client.submit(card, card_number=PAYS)
    pages += [client.get(f"{url}/card/return", follow_redirects=True)]
    for page in pages:
        text = page.get_data(as_text=True)
        assert [word for word in secret if word in text] == []
        assert page.headers["X-Robots-Tag"].startswith("noindex")
        assert page.headers["Cache-Control"] == "no-store"
    assert not any(word in url for word in secret)
    session.rollback()
    told = card_service.payments.find_payment_intent(
        queries.deposit_of(session, case_id).payments[0].provider_id
    )
    assert told.reference == deposit.reference


@pytest.mark.parametrize(("header", "lang"), [("ar-SA", "ar"), ("zh-CN,zh;q=0.9", "zh-Hans"), ("fr", "en")])
def test_the_link_speaks_the_browsers_language(session, client, header, lang):
    token = fresh(session, Deposit, a_due_deposit(session)[1]).pay_token
    page = client.get(f"/pay/{token}", headers={"Accept-Language": header})
    assert f'<html lang="{lang}"' in page.get_data(as_text=True)


def test_an_unknown_link_is_a_404(client):
    for path in ("", "/card", "/card/return", "/receipt.pdf"):
        assert client.get(f"/pay/nothing-here{path}").status_code == 404


def test_somebody_with_the_link_can_say_that_it_is_sent(session, client):
    _case, deposit_id = a_due_deposit(session)
    url = f"/pay/{fresh(session, Deposit, deposit_id).pay_token}"
    assert client.submit(client.get(url), action="/sent").location == url
    assert fresh(session, Deposit, deposit_id).state is DepositState.ON_ITS_WAY


def test_money_that_waits_for_a_second_person_is_said_so_and_not_asked_for_again(
    session, client, card_service
):
    case_id, deposit_id = a_due_deposit(session)
    with transaction() as writing:
        case, deposit = queries.lock_deposit(writing, deposit_id)
        arrived(writing, case, deposit)
    case = sign_in(session, client, case_id)
    assert "<button" not in _main(client.get(f"/portal/{case.public_id}/pay"))
