"""T9 as a family without scripts meets it: what they type, what they send, what may be left to pay."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import CheckState, PayerKind, RecordKind, Relation
from concierge.journey.finance.guarantees import actions as finance
from concierge.journey.finance.insurance import actions
from concierge.models import BenefitCheck, Case, CasePayer, CaseTask, Document
from tests.factories import account, as_portal, patient_of, takes_part
from tests.journey.finance.scenes import a_letter, advocate, in_finance, issued
from tests.records import samples
from tests.support.clock import START


def fresh(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id.desc())).first()


@pytest.fixture
def case(session, client) -> Case:
    """An issued estimate, an insurer, and the patient signed in."""
    with transaction() as writing:
        made = in_finance(writing, language="en")
        issued(writing, made)
        insurer = actions.PayerFacts(kind=PayerKind.INSURER, name="Harbour Mutual")
        actions.add_payer(writing, made, insurer, actor=advocate(writing, made), now=START)
    session.rollback()
    as_portal(client, patient_of(session, made), session)
    return made


def test_the_family_types_its_policy_asks_and_reads_what_may_be_left(session, client, case):
    where = f"/portal/{case.public_id}/payer"
    text = client.get(where).get_data(as_text=True)
    for words in ("Harbour Mutual", "Asked for", "USD 8,300 – 13,000", "Not known yet"):
        assert words in text
    payer = fresh(session, CasePayer)
    edit = client.get(f"{where}/{payer.public_id}")
    wrong = {"policy_number": "P-77", "valid_from": "2027-01-01", "valid_until": "2026-01-01"}
    refused = client.submit(edit, action=payer.public_id, **wrong)
    assert refused.status_code == 422
    assert "P-77" in refused.get_data(as_text=True)
    assert client.submit(edit, action=payer.public_id, policy_number="P-77").status_code == 303
    assert fresh(session, CasePayer).stated["policy_number"] == "P-77"
    page = client.get(where)
    for _press in range(2):
        assert client.submit(page, action="/ask").status_code == 303
    session.rollback()
    checks = session.scalars(sa.select(BenefitCheck)).all()
    assert [(check.state, check.is_by_family) for check in checks] == [(CheckState.ASKED, True)]
    assert "You hear from us by" in client.get(where).get_data(as_text=True)
    assert (
        client.submit(client.get(f"{where}/new"), action="/new", kind="self_pay", payer_name="Me").status_code
        == 422
    )
    assert (
        client.submit(
            client.get(f"{where}/new"), action="/new", kind="employer", payer_name="Works"
        ).status_code
        == 303
    )
    assert "2. <bdi>Works</bdi>" in client.get(where).get_data(as_text=True)


def test_a_letter_that_does_not_fit_is_said_plainly_and_the_team_is_told(session, client, case):
    payer = fresh(session, CasePayer)
    where = f"/portal/{case.public_id}/payer/{payer.public_id}/paper"
    page = client.get(f"{where}?kind=guarantee")
    typed = {"person_name": "Somebody Else", "limit": "١٬٠٠٠", "valid_until": "2026-01-01"}
    assert client.submit(page, action="/paper", **typed).status_code == 422  # no file
    sent = client.submit(page, action="/paper", files=(BytesIO(samples.pdf()), "letter.pdf"), **typed)
    assert sent.status_code == 303
    document = fresh(session, Document)
    assert document.kind is RecordKind.GUARANTEE_LETTER
    text = client.get(f"/portal/{case.public_id}/payer").get_data(as_text=True)
    for words in (
        "The name on the letter is not",
        "The letter has ended",
        "above the limit",
        "Our team knows",
    ):
        assert words in text
    session.rollback()
    assert "compare_payer_letter" in session.scalars(sa.select(CaseTask.code)).all()


def test_an_accepted_letter_says_up_to_which_amount_and_until_when(session, client, case):
    with transaction() as writing:
        locked = writing.get_one(Case, case.id)
        letter = a_letter(writing, locked, issuer="Harbour Mutual")
        finance.accept_guarantee(writing, locked, letter, actor=advocate(writing, locked, 1), now=START)
    text = client.get(f"/portal/{case.public_id}/payer").get_data(as_text=True)
    assert "Covers up to" in text and "USD 30,000" in text and "USD 0</bdi>" in text


def test_strangers_and_caregivers_without_the_money_see_nothing(session, client, case):
    payer = fresh(session, CasePayer)
    with transaction() as writing:
        helper = account(writing, "helper@family.example")
        takes_part(writing, writing.get_one(Case, case.id), helper, Relation.FRIEND, can_messages=True)
    session.rollback()
    as_portal(client, helper, session)
    for path in ("", "/new", f"/{payer.public_id}", f"/{payer.public_id}/paper?kind=card"):
        assert client.get(f"/portal/{case.public_id}/payer{path}").status_code == 404
