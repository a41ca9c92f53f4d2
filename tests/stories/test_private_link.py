"""A relative in another country pays by the private link: a Chinese phone, two cards, no name and no illness."""

import re

import sqlalchemy as sa

from concierge.domain.journey import Step
from tests.stories.conftest import Cast
from tests.stories.people import Someone
from tests.stories.test_at_once import a_case_now, scene
from tests.support.live import LiveServer

DECLINED, PAYS = "4000 0000 0000 0002", "4242424242424242"


def names_nobody(person: Someone, secret: list[str]) -> None:
    """Neither address nor title nor any of the page's own words tells whose payment this is."""
    page = person.page
    seen = f"{page.url} {page.title()} {page.content()}"
    found = [word for word in secret if word and re.search(re.escape(word), seen, re.IGNORECASE)]
    assert found == [], f"{page.url} shows {found}"


def test_a_relative_abroad_pays_by_the_private_link(cast: Cast, house: LiveServer) -> None:
    from concierge.models import Deposit, Payment

    noura = cast.patient("noura", "ar", "Asia/Riyadh", "noura.link@family.example")
    cousin = cast.patient("cousin", "zh_Hans", "Asia/Shanghai", "li@friend.example")
    with scene(house) as session:
        case = a_case_now(session, step=Step.ACCEPTANCE, email=noura.email)
        person, deposit_id = case.person, session.scalars(sa.select(Deposit.id).where(Deposit.case_id == case.id)).one()
        secret = [
            case.reference, case.public_id, person.native_name, person.surname, person.given_names, person.called,
            person.passport_number, person.email, case.cancer_type.value, "cancer", "oncolog", "癌", "肿瘤",
        ]  # fmt: skip

    noura.signs_in()
    link = noura.opens("pay").page.locator("#somebody-else [data-copy-text]").inner_text()
    cousin.goes(link.removeprefix(house.url))
    names_nobody(cousin, secret)
    cousin.sends("/card/start", payer_name="李娜", payer_email="li@friend.example")
    names_nobody(cousin, secret)
    cousin.sends("card_number", card_number=DECLINED, refused=True)
    assert cousin.page.locator(".emsg").count() == 1
    names_nobody(cousin, secret)
    cousin.sends("card_number", card_number=PAYS)
    names_nobody(cousin, secret)
    assert cousin.page.locator(".notice.ok").is_visible()
    assert cousin.gets("a[href$='.pdf']").startswith(b"%PDF")
    mail, _found = cousin.waits_for_mail("li@friend.example", r"/pay/[\w-]+", known=[])
    assert mail.language == "zh-Hans"

    assert noura.opens("pay").page.locator(".notice.ok").is_visible()
    with scene(house) as session:
        assert session.get_one(Deposit, deposit_id).state == "paid"
        paid = session.scalars(sa.select(Payment).where(Payment.deposit_id == deposit_id)).all()
        assert [(payment.state, payment.payer_name) for payment in paid] == [("confirmed", "李娜")]
