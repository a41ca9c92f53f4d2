"""The pages of prices as a lead, an advocate, a reviewer and the other hospital meet them."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.models import CaseActual, DepositRule, Package, Plan, PriceImport, Tariff
from tests.factories import a_case, as_staff, hospitals, staff
from tests.support.clock import START

TODAY = START.date()
TOMORROW = (TODAY + timedelta(days=1)).isoformat()
HEAD = "code;name_en;phase;low;high;currency;source;valid_from;valid_until"


@pytest.fixture
def come(session, client):
    """Sign somebody in: `come("lena")`."""

    def sign_in(name, hospital="alder-coast"):
        session.rollback()
        as_staff(client, staff(session, f"{name}@{hospital}.example"), session)
        session.commit()

    return sign_in


def newest(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id.desc())).first()


def one(session, model, **facts):
    session.rollback()
    return session.scalars(sa.select(model).filter_by(**facts).order_by(model.id)).first()


def text_of(response):
    return response.get_data(as_text=True)


def send_file(client, *rows, content=None):
    page = client.get("/finance/prices/import")
    data = content if content is not None else "\n".join((HEAD, *rows)).encode("utf-8-sig")
    return client.submit(page, file=(io.BytesIO(data), "prices.csv"))


def test_a_lead_notes_a_tariff_gives_it_a_new_price_and_ends_it(session, client, come):
    come("lena")
    filled = {"code": "EVA-900", "name_en": "Genetic test", "phase": "evaluation", "low": "١٢٠٠", "high": "1,800.50",
              "source": "List", "valid_from": TODAY.isoformat()}  # fmt: skip
    page = client.get("/finance/prices/tariffs/new")
    refused = client.submit(page, **filled | {"high": "900"})
    assert refused.status_code == 422
    assert "The highest price is below the lowest. Check both." in text_of(refused)
    made = client.submit(refused, **filled)
    assert made.status_code == 303
    row = newest(session, Tariff)
    assert (row.low_minor, row.high_minor, row.made_by) == (120_000, 180_050, "Lena Fischer")
    assert "already. End that one first" in text_of(
        client.submit(client.get("/finance/prices/tariffs/new"), **filled)
    )
    page = client.get(made.location)
    price = {"low": "1300", "high": "1900", "valid_from": TOMORROW}
    assert "from today on" in text_of(
        client.submit(page, action="/next", **price | {"valid_from": TODAY.isoformat()})
    )
    follows = client.submit(page, action="/next", **price)
    assert follows.status_code == 303
    assert one(session, Tariff, code="EVA-900").valid_until == TODAY
    assert (
        client.submit(client.get(follows.location), action="/end", last_day=TODAY.isoformat()).status_code
        == 303
    )
    shown = text_of(client.get(follows.location))
    assert "Never came into force" in shown and 'action="/finance/prices' not in shown
    listed = client.get("/finance/prices", query_string={"q": "genetic", "phase": "evaluation"})
    assert "EVA-900" in text_of(listed) and "EVA-110" not in text_of(listed)
    assert "No tariff fits" in text_of(client.get("/finance/prices?q=%25"))


def test_who_sees_money_reads_and_only_a_lead_of_the_hospital_changes(session, client, come):
    hospitals(session)
    session.commit()
    tariff, rule = one(session, Tariff, code="EVA-110").id, one(session, DepositRule).id
    own = {"alder-coast": 200, "jinghe": 404}
    for slug, name, reads in (("alder-coast", "daniel", True), ("jinghe", "wei", False)):
        come(name, slug)
        for path in (f"/finance/prices/tariffs/{tariff}", f"/finance/prices/deposits/{rule}"):
            assert client.get(path).status_code == own[slug]
        assert ("EVA-110" in text_of(client.get("/finance/prices"))) is True
        if reads:
            assert client.get("/finance/prices/tariffs/new").status_code == 403
            assert "Import a file" not in text_of(client.get("/finance/prices"))
        else:
            assert client.get(f"/finance/prices/tariffs/{tariff}/end").status_code == 404
    come("nora")
    assert client.get("/finance/prices").status_code == 403


def test_a_package_is_noted_changed_by_a_next_version_and_names_a_line_without_a_price(session, client, come):
    come("lena")
    page = client.get("/finance/prices/packages/new")
    more = client.submit(page, button="1", code="LUNG", line_0_code="EVA-110")
    assert more.status_code in {200, 422} and 'name="line_9_code"' in text_of(more)
    facts = {"code": "LUNG", "name_en": "Lung", "cancer_type": "lung", "programme": "treatment",
             "valid_from": TODAY.isoformat(), "line_0_code": "EVA-110", "line_0_quantity": "2"}  # fmt: skip
    refused = client.submit(more, **facts, line_4_code="NONE-1")
    assert "There is no price of this code" in text_of(refused)
    made = client.submit(refused, **facts, line_4_code="STA-210", line_4_optional="y")
    assert made.status_code == 303
    shown = text_of(client.get(made.location))
    assert "USD 3,600 – 5,200" in shown and "No finished case has its total noted yet" in shown
    used = text_of(client.get(f"/finance/prices/tariffs/{one(session, Tariff, code='EVA-110').id}"))
    assert "The usual evaluation" in used and f'href="{made.location}"' in used
    page = client.get(made.location + "/next")
    assert client.submit(page, valid_from=TOMORROW, line_0_quantity="3").status_code == 303
    assert one(session, Package, code="LUNG").valid_until == TODAY
    assert newest(session, Package).lines[0].quantity == 3
    with transaction() as writing:
        writing.execute(
            sa.update(Tariff).where(Tariff.code == "EVA-110").values(valid_until=TODAY - timedelta(days=1))
        )
    shown = text_of(client.get(made.location))
    assert "These services have no price today" in shown and "Not known: a line has no price today." in shown
    assert "A line has no price today" in text_of(client.get("/finance/prices/packages"))


def test_a_file_is_read_row_by_row_previewed_and_imported(session, client, come):
    come("lena")
    wrong = send_file(
        client, "EVA-110;X;evaluation;1.234,5;2;USD;L;2026-01-01;", "A;B;stay;1;2;EUR;L;31.12.26;"
    )
    assert wrong.status_code == 422
    assert "3 cells have to be corrected" in text_of(wrong) and "Nothing was imported" in text_of(wrong)
    assert "This hospital has its prices in USD." in text_of(wrong)
    assert newest(session, PriceImport) is None
    assert "not in UTF-8" in text_of(send_file(client, content="code;naïve".encode("latin-1")))
    export = client.get("/finance/prices/tariffs.csv")
    assert export.mimetype == "text/csv"
    assert "all 8 rows are there already" in text_of(send_file(client, content=export.data))
    ends = export.data.decode().splitlines()[1].removesuffix(",") + ",2026-12-31"
    content = export.data.decode() + f"{ends}\n".replace(ends, "NEW-1,New,,,,stay,1.00,2.00,USD,L,2027-01-01,")
    read = send_file(client, content=content.encode())
    assert read.status_code == 303
    preview = client.get(read.location)
    assert "What the file would change" in text_of(preview) and "NEW-1" in text_of(preview)
    assert one(session, Tariff, code="NEW-1") is None
    assert client.submit(preview, action=read.location, seen="9 9 9 9").status_code == 422
    assert client.submit(preview, action=read.location).status_code == 303
    assert one(session, Tariff, code="NEW-1").low_minor == 100
    assert "Imported" in text_of(client.get(read.location))
    assert client.get("/finance/prices/import/nothing").status_code == 404


def test_an_advocate_proposes_a_deposit_and_the_lead_approves_it(session, client, come):
    come("daniel")
    page = client.get("/finance/prices/deposits?illness=lung&payer=self_pay")
    assert "USD 12,000" in text_of(page)
    old = one(session, DepositRule, cancer_type="lung")
    facts = {"cancer_type": "lung", "amount": "13000", "valid_from": TOMORROW}
    refused = client.submit(client.get("/finance/prices/deposits/new"), **facts)
    assert refused.status_code == 422 and "holds or is proposed on these days" in text_of(refused)
    page = client.get(f"/finance/prices/deposits/{old.id}")
    made = client.submit(page, action="/next", amount="13000", valid_from=TOMORROW)
    assert made.status_code == 303
    assert "You proposed this row" in text_of(client.get(made.location))
    assert "Waits for a second person" in text_of(client.get("/finance/prices/deposits"))
    come("lena")
    assert client.submit(client.get(made.location), action="/approve").status_code == 303
    assert one(session, DepositRule, id=old.id).valid_until == TODAY
    shown = text_of(client.get(made.location))
    assert "Lena Fischer" in shown and "Begins later" in shown
    assert (
        client.submit(client.get(made.location), action="/end", last_day=TODAY.isoformat()).status_code == 303
    )


def test_the_total_of_a_finished_evaluation_is_noted_on_its_money_tab(session, client, come):
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION)
        writing.add(Plan(case_id=case.id, evaluation_held_at=START))
        before = a_case(writing, step=Step.CONSULT)
    come("daniel")
    assert 'id="actual"' not in text_of(client.get(f"/c/{before.reference}/money"))
    page = client.get(f"/c/{case.reference}/money")
    refused = client.submit(page, action="/actual", actual_total="0", actual_finished_on=TODAY.isoformat())
    assert refused.status_code == 422
    noted = client.submit(
        page, action="/actual", actual_total="9.250,00", actual_finished_on=TODAY.isoformat()
    )
    assert noted.status_code == 303
    assert newest(session, CaseActual).total_minor == 925_000
    assert "USD 9,250" in text_of(client.get(f"/c/{case.reference}/money"))
