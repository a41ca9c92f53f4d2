"""Languages, no JavaScript, refusals in Arabic, and a sign-in that ends while somebody writes."""

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Patient
from tests.support.browser import PHONE
from tests.support.live import LiveServer

if TYPE_CHECKING:
    from tests.support.browser import PageMaker

CHINESE_FIRST = "zh-CN,zh;q=0.9,en;q=0.8"
ANSWERS = [
    {"writer": "family", "hospital": "jinghe"},
    {"help_wanted": "cost"},
    {"illness": "not_sure", "story": "Моя мама больна. Сколько это стоит?"},
    {"country": "KZ", "spoken": "ru", "channel": "whatsapp", "hours": "any"},
    {
        "writer_name": "Айгуль",
        "relation": "child",
        "name": "Сауле Ахметова",
        "birth": "1955",
        "phone": "+77011234567",
    },
]


def test_the_first_page_is_in_the_browsers_language_and_a_choice_stays(
    house: LiveServer, new_page: "PageMaker"
) -> None:
    page = new_page("zh-CN", extra_http_headers={"Accept-Language": CHINESE_FIRST})
    page.goto("/")
    assert page.url == f"{house.url}/zh-Hans/"
    assert page.locator("html").get_attribute("lang") == "zh-Hans"

    page.locator("details.menu summary").first.click()
    page.locator("details.menu a[hreflang=ar]").first.click()
    page.wait_for_url("**/ar/")
    page.goto("/")
    assert page.url == f"{house.url}/ar/"
    page.goto("/portal")
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_the_form_without_javascript_and_without_third_parties_gives_the_same(
    cast: Cast, house: LiveServer, new_page: "PageMaker"
) -> None:
    with_script = cast.patient("aigul", "en", "Asia/Almaty", "with@family.example")
    page = new_page("en-US", size=PHONE, javascript=False)
    page.context.route(lambda url: not url.startswith(house.url), lambda route: route.abort())
    without = Patient("plain", page, "en", house, examines=False)

    for person, email in ((with_script, "with@family.example"), (without, "without@family.example")):
        steps.writes_to_us(person, "en", [*ANSWERS[:4], {**ANSWERS[4], "email": email}])

    told = [what_arrived(house, email) for email in ("with@family.example", "without@family.example")]
    assert told[0] == told[1]
    assert told[0]["native_name"] == "Сауле Ахметова"


def what_arrived(house: LiveServer, email: str) -> dict:
    """Everything that the family told, from enquiry, case and person; without keys and times."""
    from concierge.db import db
    from concierge.models import Case, CaseParticipation, Enquiry, PortalAccount

    own = {"id", "public_id", "case_id", "person_id", "email", "version", "reference"}
    with house.app.app_context():
        account = db.session.scalars(sa.select(PortalAccount).where(PortalAccount.email == email)).one()
        part = db.session.scalars(
            sa.select(CaseParticipation).where(CaseParticipation.account_id == account.id)
        ).one()
        case = db.session.get_one(Case, part.case_id)
        enquiry = db.session.scalars(sa.select(Enquiry).where(Enquiry.case_id == case.id)).one()
        rows = (case.person, case, part, account, enquiry)
        return {
            column.key: getattr(row, column.key)
            for row in rows
            for column in sa.inspect(type(row)).column_attrs
            if column.key not in own and not column.key.endswith(("_at", "_id", "_since"))
        }


def test_an_empty_page_is_refused_in_arabic_beside_each_question(cast: Cast, house: LiveServer) -> None:
    from flask_babel import force_locale, gettext

    noura = cast.patient("noura", "ar", "Asia/Riyadh", "")
    noura.goes("/ar/contact/1")
    questions = noura.page.locator("main fieldset").count()
    noura.sends("writer", press="button[value=on]", refused=True)

    with house.app.test_request_context(), force_locale("ar"):
        error = gettext("Error: %(title)s", title="").strip()
    assert noura.page.title().startswith(error), noura.page.title()
    assert noura.page.evaluate("document.activeElement.id") == "error-summary"
    assert questions == 2
    assert noura.page.locator("main .field.err .emsg").count() == questions
    assert noura.page.locator("#error-summary li a").count() == questions


def test_what_was_typed_is_back_after_the_sign_in_ended(cast: Cast, house: LiveServer) -> None:
    from concierge.db import transaction
    from concierge.models import SignIn
    from concierge.web.clock import now
    from tests.factories import a_case

    noura = cast.patient("noura", "ar", "Asia/Riyadh", "noura.writes@family.example")
    with house.app.app_context(), transaction() as session:
        a_case(session, now=now(), email=noura.email, is_taken=True)
    noura.signs_in()
    noura.opens("messages")
    with house.app.app_context(), transaction() as session:
        session.execute(sa.update(SignIn).values(expires_at=now() - timedelta(minutes=1)))

    words = "هل أستطيع أن أحضر مع ابني؟"
    noura.sends("/messages", message=words)
    assert noura.page.url.startswith(f"{house.url}/portal?"), noura.page.url
    noura.signs_in_here()
    assert noura.page.locator("#message").input_value() == words
    noura.sends("/messages")
    noura.reads(words)
