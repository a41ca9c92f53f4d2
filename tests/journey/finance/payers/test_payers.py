"""Payers: found in any script, worked with by those who may, and a board whose figures agree with the bills."""

from datetime import timedelta

import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import CaseState, Exit
from concierge.domain.vocabulary import PayerStanding
from concierge.journey.finance.guarantees import actions as letters
from concierge.journey.finance.payers import queries
from concierge.models import CaseTask, Guarantee, LiaisonNote, PayerContact, PayerOrganisation
from tests.factories import as_staff, staff
from tests.journey.finance.guarantees.scenes import TODAY, an_embassy, billed, booked, covered, who
from tests.journey.finance.scenes import in_finance


def come_as(session, client, name, hospital="alder-coast"):
    session.rollback()
    as_staff(client, staff(session, f"{name}@{hospital}.example"), session)


def test_a_payer_is_found_in_any_script(session):
    case = in_finance(session)
    for name in ("سفارة الكويت", "海港保险公司", "Harbour Mutual"):
        an_embassy(session, case, name)

    def found(text):
        return [one.name for one in queries.organisations_page(session, [case.hospital_id], text, "").rows]

    assert found("الكويت") == ["سفارة الكويت"]
    assert found("haigang") == found("保险") == ["海港保险公司"]
    assert found("harb") == ["Harbour Mutual"]
    assert len(found("")) == 3
    assert queries.organisations_page(session, [case.hospital_id + 1], "", "").rows == []


def test_the_board_counts_what_is_promised_billed_and_past_due(session):
    case, letter, line = covered(session, 1_000_000)
    embassy = an_embassy(session, case, limit=500_000)
    letters.name_guarantor(session, case, letter, embassy, **who(session, case))
    booked(session, case, letter, line, quantity=2)
    for days_ago in (0, 31, 200):
        billed(session, case, booked(session, case, letter, line)[0], days_ago)
    (row,) = queries.exposures(session, [case.hospital_id], TODAY).rows
    assert (row.exposure.committed.minor, row.exposure.billed.minor) == (700_000, 300_000)
    assert [amount.minor for amount in row.exposure.overdue] == [100_000, 0, 0, 100_000]
    assert (row.oldest_days, row.stops) == (170, ("above_limit", "overdue_too_long"))
    found = [len(queries.unpaid_bills(session, embassy, band, TODAY)) for band in (None, 0, 1, 3)]
    assert found == [3, 1, 0, 1]
    (row,) = queries.exposures(session, [case.hospital_id], letter.valid_until + timedelta(days=1)).rows
    assert row.exposure.committed.minor == 200_000  # of an expired letter only what is booked
    case.state, case.exit = CaseState.CLOSED, Exit.COST
    (row,) = queries.exposures(session, [case.hospital_id], TODAY).rows
    assert row.exposure.committed.minor == 200_000  # and of one whose case has ended


def test_an_advocate_keeps_a_payer_and_a_lead_its_rule(session, client):
    with transaction() as writing:
        case = in_finance(writing)
        reference = case.reference
    come_as(session, client, "daniel")
    assert "No payers yet" in client.get("/finance/payers").get_data(as_text=True)
    assert client.submit(client.get("/finance/payers/new"), name="").status_code == 422
    made = client.submit(client.get("/finance/payers/new"), name="سفارة الكويت", kind="embassy", country="KW")
    address = made.location

    def press(action, **fields):
        return client.submit(client.get(address), action=action, **fields)

    phone = {"contact_name": "Ms. Al-Sabah", "phone": "+965 2222 1111", "email": "health@embassy.example"}
    assert press("/contacts", **phone, contact_language="ar").status_code == 303
    terms = {
        "agreement_number": "A-1",
        "valid_from": "2026-11-01",
        "payment_days": "٤٥",
        "benefits": ["rides"],
        "companions": "2",
        "cap_rides": "250",
    }
    assert press("/agreements", **terms).status_code == 303
    assert press("/agreements", **terms, valid_until="2026-10-01").status_code == 422
    said = {
        "way": "call",
        "with_whom": "Ms. Al-Sabah",
        "said": "They extend it.",
        "follow_up_on": "2026-12-20",
    }
    assert press("/talks", **said, about="C-2026-99999").status_code == 422
    assert press("/talks", **said, about=reference).status_code == 303
    assert press("/talks", way="mail", with_whom="Bills", said="About no case.").status_code == 303
    assert press("/standing", standing="stop_listed", reason="").status_code == 422
    assert press("/standing", standing="stop_listed", reason="Does not pay").status_code == 303
    page = client.get(address).get_data(as_text=True)
    for text in (
        "Ms. Al-Sabah",
        "+965 2222 1111",
        "in 45 days",
        "the patient and 2 companions",
        "USD 250",
        "Rides",
        "They extend it.",
        "About no case.",
        "do not open a gate",
    ):
        assert text in page
    assert "/rule" not in page
    come_as(session, client, "lena")
    assert press("/rule", limit="400,000", most_overdue_days="60").status_code == 303
    session.rollback()
    one = session.scalars(sa.select(PayerOrganisation)).one()
    assert (one.standing, one.exposure_limit_minor, one.most_overdue_days) == (
        PayerStanding.STOP_LISTED, 40_000_000, 60,
    )  # fmt: skip
    assert session.scalars(sa.select(PayerContact)).one().phone == "+96522221111"
    assert session.scalars(sa.select(CaseTask.code).where(CaseTask.code == "follow_up_payer")).all()
    told = session.scalars(sa.select(LiaisonNote.case_id).order_by(LiaisonNote.id)).all()
    assert told == [case.id, None]
    come_as(session, client, "liu", "jinghe")
    assert client.get(address).status_code == 404
    assert client.get("/finance/payers").get_data(as_text=True).count("سفارة") == 0


def test_the_board_and_its_file_say_the_same(session, client):
    with transaction() as writing:
        case, letter, line = covered(writing, 1_000_000)
        embassy = an_embassy(writing, case, name="=Embassy")
        letters.name_guarantor(
            writing, case, writing.get_one(Guarantee, letter.id), embassy, **who(writing, case)
        )
        billed(writing, case, booked(writing, case, letter, line)[0], 60)
    come_as(session, client, "daniel")
    page = client.get("/finance/exposure").get_data(as_text=True)
    assert f"/finance/payers/{embassy.public_id}?age=0#bills" in page
    rows = client.get("/finance/exposure.csv").get_data(as_text=True).splitlines()
    assert rows[1] == "'=Embassy,embassy,not_checked,USD,9000.00,1000.00,1000.00,0.00,0.00,0.00,,"
    bills = client.get(f"/finance/payers/{embassy.public_id}?age=0").get_data(as_text=True)
    assert "B-1" in bills and "Past its day" in bills
    come_as(session, client, "liu", "jinghe")
    assert "=Embassy" not in client.get("/finance/exposure.csv").get_data(as_text=True)
