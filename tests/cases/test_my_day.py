"""My day lists what is mine, in the order in which it presses, and says so when nothing is."""

from datetime import timedelta

from bs4 import BeautifulSoup

from concierge.cases import day, queries
from concierge.db import transaction
from concierge.domain.journey import Step, WaitingOn
from concierge.domain.vocabulary import MessageKind
from concierge.models import Message
from tests.factories import a_case, hospitals, staff
from tests.support.clock import START

DAY_END = START + timedelta(hours=14, minutes=30)


def _mine(session, email: str, kind: str) -> list[int]:
    user = staff(session, email)
    found, after = [], ""
    while True:
        page = day.my_list(session, user, kind, now=START, day_ends_at=DAY_END, after=after, size=2)
        found += [row.case.id for row in page.rows if row.task is None]
        if page.after is None:
            return found
        after = page.after


def test_each_list_holds_what_is_mine_in_order_of_time(session):
    with transaction() as writing:
        cases = [a_case(writing, step=Step.CONSULT) for _ in range(6)]
        hours = (-30, -2, 3, 40, 50, 60)
        for case, hour in zip(cases, hours, strict=True):
            case.next_due_at = START + timedelta(hours=hour)
        cases[5].waiting_on = WaitingOn.PATIENT
        ids = [case.id for case in cases]
    maria = "maria@alder-coast.example"
    assert _mine(session, maria, "overdue") == ids[:2]
    assert _mine(session, maria, "today") == ids[2:3]
    assert _mine(session, maria, "coming") == ids[3:5]
    assert _mine(session, maria, "waiting") == ids[5:]


def test_mine_is_what_names_me_or_names_nobody_of_my_role(session):
    with transaction() as writing:
        of_amal, of_nobody, of_maria, elsewhere = (a_case(writing, step=Step.CONSULT) for _ in range(4))
        of_amal.specialist_id, of_nobody.specialist_id = staff(writing, "amal@alder-coast.example").id, None
        elsewhere.hospital_id = hospitals(writing)["jinghe"].id
        for case in (of_amal, of_nobody, of_maria, elsewhere):
            case.next_due_at = START - timedelta(hours=1)
        ids = of_nobody.id, of_maria.id
    assert _mine(session, "maria@alder-coast.example", "overdue") == sorted(ids)
    assert _mine(session, "daniel@alder-coast.example", "overdue") == []
    assert _mine(session, "lena@alder-coast.example", "overdue") == []


def test_a_finance_case_is_the_advocates(session):
    with transaction() as writing:
        case_id = a_case(writing, step=Step.FINANCE).id
    assert _mine(session, "daniel@alder-coast.example", "coming") == [case_id]
    assert _mine(session, "maria@alder-coast.example", "coming") == []


def test_leads_see_cases_without_a_next_action(client, sign_in, session):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        case.next_code = case.next_owner = case.next_due_at = None
    sign_in("lena")
    page = client.get("/desk").get_data(as_text=True)
    assert "Nobody has to do anything in these cases" in page
    assert case.reference in page
    sign_in("maria")
    assert "Nobody has to do anything" not in client.get("/desk").get_data(as_text=True)


def test_unread_words_of_families_are_shown_to_the_team(client, sign_in, session):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        for author, read_at in (("portal", None), ("portal", START), ("staff", None)):
            writing.add(
                Message(
                    case_id=case.id, kind=MessageKind.PORTAL, author_kind=author, author_name="Noura", body="…",
                    language="ar", at=START, read_at=read_at,
                )
            )  # fmt: skip
    shown = {}
    for who in ("maria", "daniel", "amal", "chen@jinghe"):
        sign_in(who)
        shown[who] = "Unread words of families" in client.get("/desk").get_data(as_text=True)
    assert shown == {"maria": True, "daniel": True, "amal": False, "chen@jinghe": False}


def test_an_empty_day_points_to_the_queue(client, sign_in, session):
    user = sign_in("maria")
    assert user.hospital_ids
    page = client.get("/desk").get_data(as_text=True)
    assert "Clear. Nothing waits for you." in page
    with transaction() as writing:
        a_case(writing, step=Step.CONTACT)
    page = client.get("/desk").get_data(as_text=True)
    assert "Take this enquiry" in page


def test_one_list_can_be_read_to_its_end(client, sign_in, session, monkeypatch):
    monkeypatch.setattr(queries, "SHORT_LIST", 2)
    monkeypatch.setattr(queries, "PAGE", 3)
    with transaction() as writing:
        for n in range(5):
            a_case(writing, step=Step.CONSULT).next_due_at = START - timedelta(hours=n + 1)
    sign_in("maria")
    page = BeautifulSoup(client.get("/desk").get_data(as_text=True), "html.parser")
    link = page.find("a", string="All: Past their time")
    seen = 0
    while link:
        page = BeautifulSoup(client.get(link["href"]).get_data(as_text=True), "html.parser")
        seen += len(page.select("table.q tbody tr"))
        link = page.find("a", string="More")
    assert seen == 5


def test_everybody_has_a_day(client, sign_in, open_case):
    open_case(step=Step.CLINICAL)
    for who in ("maria", "dr.ellis", "samir", "lena", "admin", "chen@jinghe"):
        sign_in(who)
        assert client.get("/desk").status_code == 200, who
