"""The journal as people read it, and how it leaves the house."""

import sqlalchemy as sa

from concierge.db import transaction
from concierge.models import CaseEvent, JournalEntry, JournalExport, JournalLine, ReadLog
from tests.factories import as_staff, staff
from tests.journey.finance.refunds.scenes import approved, paid
from tests.support.clock import START


def come_as(session, client, name, hospital="alder-coast"):
    session.rollback()
    as_staff(client, staff(session, f"{name}@{hospital}.example"), session)


def text(response) -> str:
    return response.get_data(as_text=True)


def scene(session):
    with transaction() as writing:
        case, deposit, payment = paid(writing)
        payment.payer_name = "=cmd"
        approved(writing, case, deposit, 700)
    return case


def test_balances_are_in_plain_words_and_each_entry_leads_to_its_source(session, client):
    case = scene(session)
    come_as(session, client, "daniel")
    tab = text(client.get(f"/c/{case.reference}/money"))
    assert "Held for the payer" in tab and "Due to go back" in tab
    page = text(client.get(f"/c/{case.reference}/money/journal"))
    for entry in session.scalars(sa.select(JournalEntry)):
        assert entry.public_id in page
        shown = text(client.get(f"/c/{case.reference}/money/journal/{entry.public_id}"))
        assert "Debit" in shown and ("/refunds/" in shown or "#deposit" in shown)
    assert client.get(f"/c/{case.reference}/money/journal/nothing").status_code == 404
    paper = client.get(f"/c/{case.reference}/money/statement.pdf")
    assert paper.data[:5] == b"%PDF-"
    come_as(session, client, "liu", "jinghe")
    assert client.get(f"/c/{case.reference}/money/journal").status_code == 404


def test_a_file_needs_a_purpose_keeps_it_and_runs_no_formula(session, client):
    case = scene(session)
    with transaction() as writing:
        entry = JournalEntry(
            case_id=case.id, at=START, happening="payment_received", fact="=1+1", actor_kind="staff",
            actor_name="@SUM(A1)", lines=[
                JournalLine(account="bank", amount_minor=5, currency="USD"),
                JournalLine(account="deposits", amount_minor=-5, currency="USD"),
            ],
        )  # fmt: skip
        writing.add(entry)
    come_as(session, client, "daniel")
    page = client.get(f"/c/{case.reference}/money/journal")
    assert client.submit(page, action="/journal", purpose="").status_code == 422
    answer = client.submit(page, action="/journal", purpose="Audit of the deposit")
    sheet = client.get(answer.location)
    assert (
        sheet.mimetype == "text/csv"
        and f"{case.reference}-journal.csv" in sheet.headers["Content-Disposition"]
    )
    rows = text(sheet).splitlines()
    assert len(rows) == 1 + 6
    assert "'=1+1" in text(sheet) and "'@SUM" in text(sheet)
    assert session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "journal_exported")).one().data == {
        "reason": "Audit of the deposit"
    }
    come_as(session, client, "grace")
    assert client.get(answer.location).status_code == 404  # of another person


def test_a_month_holds_only_my_hospitals_and_each_case_counts_as_read(session, client):
    case = scene(session)
    with transaction() as writing:
        other, _deposit, _payment = paid(writing, "jinghe")
    come_as(session, client, "daniel")
    page = client.get("/finance/journal")
    answer = client.submit(page, month=f"{START:%Y-%m}", purpose="Close of the month")
    sheet = text(client.get(answer.location))
    assert case.reference in sheet and other.reference not in sheet
    reads = session.scalars(sa.select(ReadLog.case_id).where(ReadLog.page == "journal_staff.export")).all()
    assert reads == [case.id]
    assert session.scalars(sa.select(JournalExport.month)).one() == f"{START:%Y-%m}"
    assert client.submit(page, month="1999-01", purpose="x").status_code == 422
