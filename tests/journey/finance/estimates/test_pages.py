"""The builder of an estimate, as advocates, their leads and a second advocate at the same time meet it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import EstimateState
from concierge.models import Case, CaseEvent, Estimate, Hospital, Tariff
from tests.factories import as_staff, staff
from tests.journey.finance.scenes import in_finance, issued
from tests.support.clock import START


def drafts(session) -> list[Estimate]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(sa.select(Estimate).order_by(Estimate.id)))


def come_as(session, client, name):
    session.rollback()
    as_staff(client, staff(session, f"{name}@alder-coast.example"), session)


@pytest.fixture
def case(session, client) -> Case:
    """A case in step 3 with Daniel, its advocate, signed in."""
    with transaction() as writing:
        made = in_finance(writing)
    come_as(session, client, "daniel")
    return made


def builder(client, case):
    return client.get(f"/c/{case.reference}/money/estimate")


def begin(client, case, start="package"):
    return client.submit(builder(client, case), action="/estimate/draft", button=start)


def test_an_advocate_drafts_changes_and_issues_an_estimate(session, client, case):
    assert begin(client, case).status_code == 303
    (draft,) = drafts(session)
    line, night = draft.lines[0], session.scalars(sa.select(Tariff).where(Tariff.code == "STA-210")).first()
    typed = {f"quantity_{line.id}": "٢", f"high_{line.id}": "٢٤٠٠"}
    assert client.submit(builder(client, case), action="/lines", **typed).status_code == 303
    added = client.submit(builder(client, case), action="/add", tariff=str(night.id), quantity="4")
    assert added.status_code == 303
    removed = client.submit(builder(client, case), action="/lines", button=str(draft.lines[1].id))
    assert removed.status_code == 303
    texts = {"included": "Doctors\u202e and nurses", "text_language": "en"}
    assert client.submit(builder(client, case), action="/texts", **texts).status_code == 303
    payers = {
        "payer_0": "Embassy",
        "percent_0": "٨٠",
        "payer_1": "Uncle",
        "amount_1": "1,000.50",
        "margin": "4",
    }
    assert client.submit(builder(client, case), action="/payers", **payers).status_code == 303
    assert client.submit(builder(client, case), action="/issue").status_code == 303
    (estimate,) = drafts(session)
    assert (estimate.state, estimate.included) == (EstimateState.ISSUED, "Doctors and nurses")
    kept = estimate.lines[0]
    assert (kept.code, kept.quantity, kept.high_minor) == ("EVA-110", 2, 240_000)
    assert [(s.label, s.percent, s.amount_minor) for s in estimate.shares] == [
        ("Embassy", 80, None),
        ("Uncle", None, 100_050),
    ]
    assert estimate.valid_until == START.date() + timedelta(days=60)
    page = client.get(f"/c/{case.reference}/money").get_data(as_text=True)
    assert "Version in force" in page and "USD" in page


def test_what_is_typed_wrongly_stands_beside_its_field(session, client, case):
    begin(client, case)
    (draft,) = drafts(session)
    ids, page = [line.id for line in draft.lines], builder(client, case)
    wrong = {
        "quantity": ("0", "many", "9" * 500), "low": ("-5", str(10**15), "EUR 2000"),
        "high": ("2000.123", "1,2,3", "", "٩٩٩٩٩٩٩٩٩٩٩٩٩٩٩"),
    }  # fmt: skip
    typed = {f"{name}_{row}": value for name, values in wrong.items() for row, value in zip(ids, values, strict=False)}
    text = client.submit(page, action="/lines", **typed).get_data(as_text=True)
    assert [name for name in typed if f'href="#{name}"' not in text] == []
    outside = client.submit(page, action="/lines", **{f"high_{ids[0]}": "2600.01", f"high_{ids[1]}": "1"})
    assert f'href="#high_{ids[1]}"' in outside.get_data(as_text=True)
    outside = client.submit(page, action="/lines", **{f"high_{ids[0]}": "2600.01"})
    assert outside.status_code == 422 and "within the prices of the tariff" in outside.get_data(as_text=True)
    rows = {"payer_0": "A", "percent_0": "101", "payer_1": "B", "margin": "-1"}
    text = client.submit(page, action="/payers", **rows).get_data(as_text=True)
    assert all(f'href="#{name}"' in text for name in ("percent_0", "percent_1", "margin"))
    rows = {"percent_0": "5", "payer_1": "B", "percent_1": "5", "amount_1": str(10**15)}
    text = client.submit(page, action="/payers", **rows).get_data(as_text=True)
    assert all(f'href="#{name}"' in text for name in ("payer_0", "percent_1", "amount_1"))
    over = client.submit(page, action="/payers", payer_0="A", percent_0="60", payer_1="B", percent_1="41")
    assert over.status_code == 422 and "more than the whole estimate" in over.get_data(as_text=True)
    assert client.submit(page, action="/texts", included="x" * 10_000).status_code == 422
    assert client.submit(page, action="/add", tariff="999999", quantity="1").status_code == 422
    assert client.submit(page, action="/issue", issue_until="2026-01-01").status_code == 422
    assert drafts(session)[0].state is EstimateState.DRAFT


def test_the_second_of_two_advocates_gets_both_versions_and_loses_nothing(session, client, case):
    begin(client, case)
    old = builder(client, case)
    client.submit(builder(client, case), action="/texts", included="First")
    come_as(session, client, "grace")
    answer = client.submit(old, action="/texts", included="Second", could_change="A longer stay")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    for words in ("Somebody was faster", "First", "Second", "A longer stay"):
        assert words in text
    assert drafts(session)[0].included == "First"
    assert client.submit(old, action="/issue").status_code == 409
    assert client.submit(builder(client, case), action="/issue").status_code == 303
    late = client.submit(old, action="/texts", included="Third")
    assert late.status_code == 409 and "Third" in late.get_data(as_text=True)


def test_above_the_limit_a_second_person_approves_exactly_this_version(session, client, case):
    with transaction() as writing:
        writing.get(Hospital, case.hospital_id).estimate_approval_minor = 1_000_000
    begin(client, case)
    assert "/estimate/issue" not in builder(client, case).get_data(as_text=True)
    assert client.submit(builder(client, case), action="/ask").status_code == 303
    assert "/estimate/approve" not in builder(client, case).get_data(as_text=True)
    come_as(session, client, "lena")
    assert "Approve the estimate" in client.get("/tasks").get_data(as_text=True)
    back = client.submit(builder(client, case), action="/return", reason="The stay is missing")
    assert back.status_code == 303
    come_as(session, client, "daniel")
    assert "The stay is missing" in builder(client, case).get_data(as_text=True)
    client.submit(builder(client, case), action="/ask")
    come_as(session, client, "grace")
    assert client.submit(builder(client, case), action="/approve").status_code == 303
    client.submit(builder(client, case), action="/payers", margin="5")
    (draft,) = drafts(session)
    assert (draft.approved_at, draft.asked_at) == (None, None)
    client.submit(builder(client, case), action="/ask")
    come_as(session, client, "daniel")
    client.submit(builder(client, case), action="/approve")
    assert client.submit(builder(client, case), action="/issue").status_code == 303
    assert drafts(session)[0].state is EstimateState.ISSUED


def test_a_draft_starts_from_a_similar_case_at_todays_prices_and_names_what_is_left_out(
    session, client, case
):
    with transaction() as writing:
        other = in_finance(writing)
        past = issued(writing, other)
        other.person.surname = "Secret"
        key, reference = f"case:{past.public_id}", other.reference
        old = writing.scalars(
            sa.select(Tariff).where(Tariff.code == "EVA-120", Tariff.hospital_id == 1)
        ).one()
        old.valid_until = START.date() - timedelta(days=1)
        dear = writing.scalars(
            sa.select(Tariff).where(Tariff.code == "EVA-110", Tariff.hospital_id == 1)
        ).one()
        dear.high_minor += 100
    page = builder(client, case).get_data(as_text=True)
    assert reference in page and "EVA-120" in page and "Secret" not in page
    assert begin(client, case, key).status_code == 303
    draft = drafts(session)[-1]
    assert "EVA-120" not in {line.code for line in draft.lines}
    assert next(line for line in draft.lines if line.code == "EVA-110").high_minor == 260_100


def test_an_ended_tariff_is_named_on_its_line_and_blocks_the_issue(session, client, case):
    begin(client, case)
    with transaction() as writing:
        tariff = writing.scalars(
            sa.select(Tariff).where(Tariff.code == "EVA-130", Tariff.hospital_id == 1)
        ).one()
        tariff.valid_until = START.date() - timedelta(days=1)
    page = builder(client, case)
    assert "The tariff has ended" in page.get_data(as_text=True)
    refused = client.submit(page, action="/issue")
    assert refused.status_code == 422 and "EVA-130" in refused.get_data(as_text=True)
    with transaction() as writing:
        old = writing.scalars(
            sa.select(Tariff).where(Tariff.code == "EVA-130", Tariff.hospital_id == 1)
        ).one()
        facts = {"code": old.code, "name": old.name, "phase": old.phase, "low_minor": 1, "high_minor": 2}
        writing.add(Tariff(id=9001, hospital_id=1, currency="USD", source="2027", valid_from=START.date(), **facts))
    assert client.submit(builder(client, case), action="/lines", button="ended").status_code == 303
    assert client.submit(builder(client, case), action="/issue").status_code == 303
    assert {line.high_minor for line in drafts(session)[0].lines if line.code == "EVA-130"} == {2}


def test_a_good_faith_estimate_is_not_issued_before_it_is_complete(session, client, case):
    begin(client, case)
    client.submit(builder(client, case), action="/texts", primary="")
    page = builder(client, case)
    assert "must also name" in page.get_data(as_text=True)
    assert client.submit(page, action="/issue").status_code == 422
    client.submit(page, action="/texts", primary="Evaluation")
    assert client.submit(builder(client, case), action="/issue").status_code == 303


def test_the_preview_is_the_familys_page_in_their_language(session, client, case):
    begin(client, case)
    (draft,) = drafts(session)
    base = f"/c/{case.reference}/money/estimate/{draft.public_id}"
    page = client.get(f"{base}/preview").get_data(as_text=True)
    assert '<html lang="ar" dir="rtl"' in page and "الاستشارات" in page
    assert client.get(f"{base}.pdf").status_code == 404
    client.submit(builder(client, case), action="/issue")
    paper = client.get(f"{base}.pdf")
    assert paper.data[:5] == b"%PDF-"
    assert f"{case.reference}-estimate-1.pdf" in paper.headers["Content-Disposition"]


def test_what_moved_since_the_understood_version_is_named_and_the_wire_stands_in_the_history(
    session, client, case
):
    with transaction() as writing:
        first = issued(writing, writing.get(Case, case.id))
        first.understood_at, first.understood_by = START, "Noura"
    begin(client, case, "")
    night = session.scalars(sa.select(Tariff).where(Tariff.code == "STA-210", Tariff.hospital_id == 1)).one()
    client.submit(builder(client, case), action="/add", tariff=str(night.id), quantity="3")
    text = builder(client, case).get_data(as_text=True)
    assert "USD 480" in text and "3.7%" in text and "USD 400 or more" in text
    client.submit(builder(client, case), action="/issue")
    session.rollback()
    kinds = session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert "estimate_trips_wire" in kinds
    history = client.get(f"/c/{case.reference}/history").get_data(as_text=True)
    assert "USD 480.00\u2069 above version 1" in history


def test_an_address_that_only_takes_forms_leads_back_to_the_builder(client, case):
    for path in ("draft", "lines", "add", "texts", "payers", "ask", "approve", "return", "issue"):
        base = f"/c/{case.reference}/money/estimate"
        assert client.get(f"{base}/{path}").location == base
