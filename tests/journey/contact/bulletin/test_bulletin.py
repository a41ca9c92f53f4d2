"""The bulletin: asked for twice, left with one click, the same answer for every address."""

import csv
import io
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import BulletinState
from concierge.jobs import deliver
from concierge.models import BulletinExport, BulletinSubscription, OutboxMessage
from concierge.web.vendors import gateways
from tests.factories import as_staff, hospitals, staff
from tests.journey.contact.family import text_of
from tests.support.clock import START

DOCTOR = "doctor@clinic.example"


def ask(client, email=DOCTOR, **fields):
    return client.submit(client.get("/en/bulletin"), email=email, **fields)


def path_of(url: str) -> str:
    return urlsplit(url).path


def newest_mail(session, event: str) -> OutboxMessage:
    session.rollback()
    found = sa.select(OutboxMessage).where(OutboxMessage.event == event).order_by(OutboxMessage.id.desc())
    return session.scalars(found.limit(1)).one()


def subscription(session, email=DOCTOR) -> BulletinSubscription:
    session.rollback()
    found = sa.select(BulletinSubscription).where(BulletinSubscription.email == email)
    return session.scalars(found.execution_options(populate_existing=True)).one()


def confirmed(client, session, email=DOCTOR, **fields) -> BulletinSubscription:
    ask(client, email, **fields)
    link = path_of(newest_mail(session, "bulletin_confirm").context["url"])
    assert client.submit(client.get(link)).status_code == 303
    return subscription(session, email)


@pytest.fixture
def lead(client, session):
    with transaction() as writing:
        hospitals(writing)
    as_staff(client, staff(session, "lena@alder-coast.example"), session)


def test_nobody_is_on_the_list_before_the_link_is_pressed(client, session):
    ask(client, "Doctor@Clinic.example")
    assert subscription(session).state is BulletinState.ASKED
    link = path_of(newest_mail(session, "bulletin_confirm").context["url"])
    client.get(link)  # a program that opens links confirms nothing
    assert subscription(session).state is BulletinState.ASKED
    client.submit(client.get(link))
    assert subscription(session).state is BulletinState.ACTIVE


def test_the_proof_says_what_when_how_and_from_where(client, session):
    proof = confirmed(client, session, topics=["trials"]).proof
    assert [(line["what"], line["how"]) for line in proof] == [
        ("asked", "form"),
        ("confirmed", "link in the mail"),
    ]
    assert all(line["at"].startswith("2026-11-24") and len(line["from"]) == 64 for line in proof)
    assert subscription(session).topics == ["trials"]


def test_every_address_gets_the_same_answer(client, session):
    confirmed(client, session)
    known, unknown = ask(client), ask(client, "other@clinic.example")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    for _again in range(4):  # more mails than one address is sent in a day
        assert ask(client).location == known.location
    session.rollback()
    mails = sa.select(sa.func.count(OutboxMessage.id)).where(
        OutboxMessage.event == "bulletin_confirm", OutboxMessage.recipient == DOCTOR
    )
    assert session.scalar(mails) == 3


def test_a_stranger_who_asks_again_changes_nothing_for_the_one_who_receives_it(client, session):
    confirmed(client, session, topics=["trials"])
    ask(client, topics=["meetings"], language="ar")
    now = subscription(session)
    assert (now.state, now.topics, now.language) == (BulletinState.ACTIVE, ["trials"], "en")


def test_a_link_ends_after_three_days_and_with_the_next_asking(client, session, clock):
    ask(client)
    first = path_of(newest_mail(session, "bulletin_confirm").context["url"])
    ask(client)
    second = path_of(newest_mail(session, "bulletin_confirm").context["url"])
    assert client.get(first).status_code == 404
    clock.forward(days=2, hours=23)
    assert client.get(second).status_code == 200
    clock.forward(hours=2)
    assert client.get(second).status_code == 404


@pytest.mark.parametrize("kind", ["confirm", "leave"])
def test_a_forged_link_opens_nothing(client, session, kind):
    confirmed(client, session)
    link = path_of(newest_mail(session, "bulletin_confirm").context["url"])
    token = link.rsplit("/", 1)[1]
    assert client.get(f"/en/bulletin/{kind}/{token[:-2]}xx").status_code == 404
    if kind == "leave":  # a link to confirm is none to leave
        assert client.get(f"/en/bulletin/leave/{token}").status_code == 404


def test_the_mail_program_leaves_with_one_post_and_without_a_cookie(app, client, session):
    confirmed(client, session)
    deliver.deliver_due()
    mails = {mail.subject: mail for mail in gateways().mailer.mails()}
    kept = mails["You receive our bulletin"]
    raw = (app.config["CONCIERGE"].mailbox / f"{kept.key}.eml").read_text()
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
    address = path_of(newest_mail(session, "bulletin_welcome").context["leave_url"])
    stranger = app.test_client()
    for _twice in range(2):
        assert stranger.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 204
    now = subscription(session)
    assert (now.state, now.left_at) == (BulletinState.LEFT, START)
    assert [line["what"] for line in now.proof] == ["asked", "confirmed", "left"]


def test_a_person_leaves_with_one_button_and_can_come_back(client, session):
    confirmed(client, session)
    address = path_of(newest_mail(session, "bulletin_welcome").context["leave_url"])
    page = client.get(client.get(address).location)
    assert client.submit(page).location == "/en/bulletin/left"
    assert subscription(session).state is BulletinState.LEFT
    assert confirmed(client, session).state is BulletinState.ACTIVE


def test_the_secret_of_the_link_is_wiped_once_the_mail_left(client, session):
    ask(client)
    deliver.deliver_due()
    assert newest_mail(session, "bulletin_confirm").context == {}


# --- the list ----------------------------------------------------------------------------------------------------


def test_who_has_left_is_never_in_the_file_and_the_file_is_written_down(client, session, lead):
    confirmed(client, session, "stays@clinic.example")
    confirmed(client, session)
    page = client.get("/desk/bulletin")
    assert "Receives the bulletin: 2" in text_of(page)
    answer = client.submit(page, purpose="Winter bulletin")
    client.post(path_of(newest_mail(session, "bulletin_welcome").context["leave_url"]))
    rows = list(csv.reader(io.StringIO(client.get(answer.location).get_data(as_text=True))))
    assert [row[0] for row in rows] == ["email", "stays@clinic.example"]
    export = session.scalars(sa.select(BulletinExport)).one()
    assert (export.staff_name, export.purpose, export.count) == ("Lena Fischer", "Winter bulletin", 2)


def test_without_a_purpose_there_is_no_file_and_it_does_not_wait_forever(client, session, lead, clock):
    page = client.get("/desk/bulletin")
    assert client.submit(page, purpose=" ").status_code == 422
    answer = client.submit(page, purpose="Winter bulletin")
    clock.forward(minutes=16)
    assert client.get(answer.location).status_code == 404


def test_an_address_that_looks_like_a_formula_is_marked_as_text(client, session, lead):
    confirmed(client, session, "=cmd@clinic.example")
    answer = client.submit(client.get("/desk/bulletin"), purpose="Winter bulletin")
    assert "'=cmd@clinic.example" in client.get(answer.location).get_data(as_text=True)


def test_a_specialist_does_not_see_the_list(client, session):
    with transaction() as writing:
        maria = staff(writing, "maria@alder-coast.example")
    as_staff(client, maria, session)
    assert client.get("/desk/bulletin").status_code == 403
