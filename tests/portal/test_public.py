"""The first page and the quiet ones: open to everybody, in the visitor's language, whatever the database does."""

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from sqlalchemy.exc import OperationalError

from concierge.db import db, transaction
from concierge.models import PortalAccount, StaffUser
from tests.factories import account, as_portal, as_staff, hospitals, staff


@pytest.fixture
def houses(session):
    """Both hospitals, committed."""
    with transaction() as writing:
        hospitals(writing)


def words(response) -> str:
    return " ".join(
        BeautifulSoup(response.get_data(as_text=True), "html.parser").find("main").get_text(" ").split()
    )


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "/zh-Hans/"),
        ("ar-SA,ar;q=0.9", "/ar/"),
        ("xx", "/en/"),
        ("en;q=0.2,ar;q=0.9", "/ar/"),
    ],
)
def test_the_bare_address_leads_to_the_visitors_language(client, header, path):
    answer = client.get("/", headers={"Accept-Language": header})
    assert (answer.status_code, answer.location) == (302, path)
    assert answer.headers["Vary"] == "Accept-Language, Cookie"


def test_a_choice_is_kept_and_beats_the_browser(client):
    client.get("/language/ar?next=/en/contact/2")
    assert client.get("/", headers={"Accept-Language": "zh-CN"}).location == "/ar/"


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/en/contact/2", "/ar/contact/2"),
        ("/en/?hospital=jinghe", "/ar/?hospital=jinghe"),
        ("/portal/abc", "/portal/abc"),
        ("", "/ar/"),
        ("//evil.example/x", "/ar/"),
        ("https://evil.example", "/ar/"),
        ("/\\evil.example", "/ar/"),
        ("/%0d%0aSet-Cookie:x", "/ar/"),
        ("javascript:alert(1)", "/ar/"),
        ("/language/en?next=/language/ar", "/ar/"),
        ("/en//evil.example", "/ar//evil.example"),
        ("en/contact", "/ar/"),
        ("http://[", "/ar/"),
        ("//[", "/ar/"),
        ("/en/" + "x" * 400, "/ar/"),
    ],
)
def test_the_switch_leads_only_to_our_own_pages(client, address, leads_to):
    target = address if "%" in address else address.replace("&", "%26").replace("?", "%3F")
    assert client.get(f"/language/ar?next={target}").location == leads_to


def test_a_language_that_we_do_not_ship_is_not_found(client):
    assert client.get("/language/tlh").status_code == 404


def test_the_choice_is_saved_for_whoever_is_signed_in(client, session, houses):
    with transaction() as writing:
        noura, maria = account(writing, "noura@family.example"), staff(writing, "maria@alder-coast.example")
    as_portal(client, noura, session)
    as_staff(client, maria, session)
    client.get("/language/zh-Hans?next=/portal")
    assert session.scalar(sa.select(PortalAccount.language).where(PortalAccount.id == noura.id)) == "zh_Hans"
    assert session.scalar(sa.select(StaffUser.language).where(StaffUser.id == maria.id)) == "zh_Hans"


def test_home_has_two_doors_and_says_when_the_hospitals_are_open(client, houses):
    page = client.get("/en/")
    text = words(page)
    assert "I am a patient or family" in text
    assert "I am a doctor" in text
    assert "Monday to Friday, from 8:00" in text
    assert "Monday to Saturday, from 8:30" in text
    assert "+86 21 5550 0100" in text
    assert "international@jinghe.example" in text


def test_home_outlives_the_database(client, houses, monkeypatch):
    client.get("/en/")

    def fall(*_args, **_options):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "scalars", fall)
    page = client.get("/ar/")
    assert page.status_code == 200
    assert "جينغهي" in words(page)
    monkeypatch.setattr("concierge.portal.public._last_seen", ())
    assert client.get("/en/").status_code == 200


def test_each_page_names_its_sisters_in_the_other_languages(client, houses):
    page = BeautifulSoup(client.get("/ar/privacy").get_data(as_text=True), "html.parser")
    links = {link["hreflang"]: link["href"] for link in page.select("link[rel=alternate]")}
    assert links == {
        "en": "http://localhost/en/privacy",
        "ar": "http://localhost/ar/privacy",
        "zh-Hans": "http://localhost/zh-Hans/privacy",
        "es": "http://localhost/es/privacy",
        "x-default": "http://localhost/en/privacy",
    }


@pytest.mark.parametrize("lang", ["en", "ar", "zh-Hans", "es"])
@pytest.mark.parametrize("page", ["", "languages", "privacy", "accessibility"])
def test_the_quiet_pages_open_and_are_linked_from_every_foot(client, houses, lang, page):
    answer = client.get(f"/{lang}/{page}")
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert all(f'href="/{lang}/{other}"' in html for other in ("languages", "privacy", "accessibility"))


def test_words_that_mean_something_to_our_own_code_do_no_harm_in_an_address(client, houses):
    assert client.get("/en/?endpoint=x&_method=y&lang=z&_external=1&tag=q").status_code == 200
