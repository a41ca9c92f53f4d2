"""A family at the contact form: what it answers, and the walk through the five questions."""

import re

from bs4 import BeautifulSoup

from concierge.db import transaction
from concierge.journey.contact import drafts
from concierge.journey.contact.public import COOKIE
from tests.support.clock import START

ANSWERS = {
    1: {"writer": "family", "hospital": "alder-coast"},
    2: {"help_wanted": "second_opinion"},
    3: {"illness": "breast", "stage": "II", "story": "كتبنا القصة هنا."},
    4: {"country": "SA", "spoken": "ar", "channel": "whatsapp", "hours": "evening"},
    5: {
        "name": "نورة سعد المطيري",
        "writer_name": "خالد المطيري",
        "relation": "child",
        "email": "Khalid@Family.example",
        "phone": "٠٥٠ ١٢٣ ٤٥٦٧",
        "birth": "1968-03-14",
    },
}
EXTRA = {5: ("called", "hijri")}  # optional fields that the usual family leaves empty


def fill(client, lang="ar", upto=5, **changes):
    """Answer the questions from the first to `upto`; a change is given by field name. The last answer."""
    response = None
    for number in range(1, upto + 1):
        page = client.get(f"/{lang}/contact/{number}")
        asked = {*ANSWERS[number], *EXTRA.get(number, ())}
        given = {**ANSWERS[number], **{name: value for name, value in changes.items() if name in asked}}
        response = client.submit(page, button="on", **given)
        assert response.status_code == 303, text_of(response)
    return response


def begun(client, upto=5, **changes) -> None:
    """The same answers, already in this browser's draft: for tests that are not about the questions."""
    kept = {name: value for number in range(1, upto + 1) for name, value in ANSWERS[number].items()}
    kept |= {"timezone": "Asia/Riyadh"} if upto >= 4 else {}
    with transaction() as session:
        secret = drafts.keep(session, "", kept | changes, address="", now=START)
    client.set_cookie(COOKIE, secret)


def send(client, lang="ar"):
    """Tick the permission on the last page and send."""
    return client.submit(client.get(f"/{lang}/contact/check"), consent="y")


def text_of(response) -> str:
    """What a reader sees in the page's main part."""
    main = BeautifulSoup(response.get_data(as_text=True), "html.parser").find("main")
    return re.sub(r"\s+", " ", main.get_text(" ")) if main else response.get_data(as_text=True)


def title_of(response) -> str:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser").title.get_text()
