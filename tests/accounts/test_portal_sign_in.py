"""The family's door: codes and links that come by mail, work once, and tell a stranger nothing."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.db import db, transaction
from concierge.models import Case, OutboxMessage, SignInCode
from concierge.web.access import PORTAL_COOKIE
from tests import factories as make
from tests.support.clock import StillClock

NOURA = "noura@family.example"
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture
def case(session: Session) -> Case:
    with transaction() as writing:
        return make.a_case(writing, email=NOURA, language="en")


def ask(client: FlaskClient, email: str = NOURA, door: str = "/portal"):
    """The page that asks for the digits."""
    answer = client.submit(client.get(door), email=email)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location)


def mailed(session: Session) -> dict:
    """What the newest mail will say: {code, url}."""
    session.rollback()
    return session.scalars(sa.select(OutboxMessage.context).order_by(OutboxMessage.id.desc())).first()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def is_in(client: FlaskClient, case: Case) -> bool:
    return client.get(f"/portal/{case.public_id}/home").status_code == 200


def test_the_code_of_the_mail_opens_the_only_case(client: FlaskClient, session: Session, case: Case) -> None:
    page = ask(client)
    answer = client.submit(page, code=mailed(session)["code"])
    assert (answer.status_code, answer.location) == (303, "/portal/cases")
    assert client.get("/portal/cases").location == f"/portal/{case.public_id}/home"
    assert is_in(client, case)
    assert client.get("/portal").location == "/portal/cases"


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.translate(ARABIC_DIGITS),
        lambda code: f" {code[:3]} {code[3:]}\u200f ",
        lambda code: f"code: {code}",
    ],
)
def test_the_code_may_be_pasted_or_typed_in_any_digits(
    client: FlaskClient, session: Session, case: Case, typed
) -> None:
    page = ask(client)
    assert client.submit(page, code=typed(mailed(session)["code"])).status_code == 303


def test_an_unknown_address_gets_the_same_pages_and_no_mail(
    client: FlaskClient, session: Session, case: Case
) -> None:
    known, unknown = ask(client), ask(client, "nobody@family.example")
    assert _without_secrets(known.text) == _without_secrets(unknown.text)
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1
    known = client.submit(known, code=wrong(mailed(session)["code"]))
    unknown = client.submit(unknown, code="123456")
    assert (known.status_code, unknown.status_code) == (422, 422)
    assert _without_secrets(known.text) == _without_secrets(unknown.text)


def _without_secrets(html: str) -> str:
    html = re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", html)
    html = re.sub(r'name="code"([^>]*) value="[^"]*"|value="\d{6}"', "", html)
    return re.sub(r"code(/|%2F)[\w%-]+", "", html)


def test_an_unknown_address_costs_the_same_statements(client: FlaskClient, app: Flask, case: Case) -> None:
    """Equal work, so that the time of the answer tells nothing either."""
    page = client.get("/portal")
    counted: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest) -> None:
        counted.append(statement.split()[0])

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        lists = []
        for email in (NOURA, "nobody@family.example"):
            counted.clear()
            client.submit(client.get("/portal"), email=email)
            lists.append(sorted(word for word in counted if word in {"SELECT", "INSERT", "UPDATE"}))
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert page.status_code == 200
    assert lists[0] == lists[1]


def test_after_five_wrong_tries_the_code_is_dead(client: FlaskClient, session: Session, case: Case) -> None:
    page = ask(client)
    code = mailed(session)["code"]
    for _ in range(5):
        answer = client.submit(page, code=wrong(code))
        assert answer.status_code == 422
    assert "call us" in answer.text
    assert "do not work any more" in answer.text
    hidden = dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', page.text))
    assert client.post(page.request.path, data={**hidden, "code": code}).status_code == 422
    assert not is_in(client, case)


def test_the_fifth_try_may_be_the_right_one(client: FlaskClient, session: Session, case: Case) -> None:
    page = ask(client)
    code = mailed(session)["code"]
    for _ in range(4):
        client.submit(page, code=wrong(code))
    assert client.submit(page, code=code).status_code == 303


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "x" * 10_000, "\x00\u202e", "😀"])
def test_what_cannot_be_a_code_costs_no_try(
    client: FlaskClient, session: Session, case: Case, typed: str
) -> None:
    page = ask(client)
    assert client.submit(page, code=typed).status_code == 422
    session.rollback()
    assert session.scalars(sa.select(SignInCode.tries)).one() == 0


def test_a_code_works_once_and_for_fifteen_minutes(
    app: Flask, client: FlaskClient, session: Session, case: Case, clock: StillClock
) -> None:
    page = ask(client)
    code = mailed(session)["code"]
    clock.forward(minutes=15)
    assert client.submit(page, code=code).status_code == 422
    page = ask(client)
    code = mailed(session)["code"]
    assert client.submit(page, code=code).status_code == 303
    other = app.test_client()
    assert "do not work any more" in other.get(page.request.path).text


def test_the_database_keeps_neither_code_nor_link(client: FlaskClient, session: Session, case: Case) -> None:
    ask(client)
    mail = mailed(session)
    row = session.scalars(sa.select(SignInCode)).one()
    kept = f"{row.ticket} {row.code_hash} {row.link_hash}"
    assert mail["code"] not in (row.code_hash, row.ticket)
    assert mail["url"].rsplit("/", 1)[1] not in kept


def test_one_address_gets_five_codes_in_fifteen_minutes(
    client: FlaskClient, session: Session, case: Case, clock: StillClock
) -> None:
    for email in (NOURA, "nobody@family.example"):
        for _ in range(5):
            ask(client, email)
        answer = client.submit(client.get("/portal"), email=email)
        assert answer.status_code == 422
        assert "many codes" in answer.text
    clock.forward(minutes=15, seconds=1)
    ask(client)


def test_asking_twice_with_one_form_sends_one_mail(client: FlaskClient, session: Session, case: Case) -> None:
    page = client.get("/portal")
    first, second = client.submit(page, email=NOURA), client.submit(page, email=NOURA)
    assert first.location == second.location
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "a@b", "a b@c.example", "\x00\u202e"])
def test_whatever_is_typed_as_address_has_an_answer(
    client: FlaskClient, session: Session, case: Case, typed: str
) -> None:
    assert client.submit(client.get("/portal"), email=typed).status_code == 422


# --- the link ---------------------------------------------------------------------------------------------------


def link_of(session: Session) -> str:
    return mailed(session)["url"].removeprefix("http://localhost")


def test_the_link_shows_a_button_and_opening_it_changes_nothing(
    app: Flask, client: FlaskClient, session: Session, case: Case
) -> None:
    ask(client)
    scanner = app.test_client()
    for _ in range(3):
        page = scanner.get(link_of(session))
        assert page.status_code == 200
        scanner.head(link_of(session))
    assert scanner.get_cookie(PORTAL_COOKIE) is None
    assert not is_in(scanner, case)
    answer = client.submit(client.get(link_of(session)))
    assert answer.status_code == 303
    assert is_in(client, case)


def test_the_link_works_once(app: Flask, client: FlaskClient, session: Session, case: Case) -> None:
    ask(client)
    page = client.get(link_of(session))
    assert client.submit(page).status_code == 303
    other = app.test_client()
    assert other.get(link_of(session)).status_code == 410


def test_the_link_dies_with_its_code(
    app: Flask, client: FlaskClient, session: Session, case: Case, clock: StillClock
) -> None:
    page = ask(client)
    assert client.submit(page, code=mailed(session)["code"]).status_code == 303
    other = app.test_client()
    assert other.get(link_of(session)).status_code == 410
    assert other.get("/portal/link/guessed").status_code == 410


def test_the_link_of_the_mail_never_trusts_the_host_of_the_request(
    client: FlaskClient, session: Session, case: Case
) -> None:
    page = client.get("/portal")
    hidden = dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', page.text))
    client.post(
        "/portal",
        data={**hidden, "email": NOURA},
        headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"},
    )
    assert mailed(session)["url"].startswith("http://localhost/portal/link/")


# --- staying and leaving ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("remember", "stays"), [(None, {"hours": 12}), ("y", {"days": 30})])
def test_a_phone_is_remembered_for_thirty_days_else_for_twelve_hours(
    client: FlaskClient, session: Session, case: Case, clock: StillClock, remember: str | None, stays: dict
) -> None:
    page = ask(client)
    client.submit(page, code=mailed(session)["code"], remember=remember)
    clock.forward(**stays)
    clock.forward(seconds=-1)
    assert is_in(client, case)
    clock.forward(seconds=1)
    assert not is_in(client, case)


def test_sign_out_ends_the_sign_in_for_every_copy_of_the_cookie(
    client: FlaskClient, session: Session, case: Case
) -> None:
    page = ask(client)
    client.submit(page, code=mailed(session)["code"])
    stolen = client.get_cookie(PORTAL_COOKIE).value
    home = client.get(f"/portal/{case.public_id}/home")
    assert client.submit(home, action="/portal/sign-out").location == "/portal"
    client.set_cookie(PORTAL_COOKIE, stolen)
    assert not is_in(client, case)


def test_what_one_person_kept_on_a_phone_is_cleared_when_another_signs_in(
    client: FlaskClient, session: Session, case: Case
) -> None:
    """The copy of a trip outlives a sign-in that ran out; it must not be shown to whoever holds the phone next."""
    with transaction() as writing:
        make.a_case(writing, email="li@family.example", language="en")

    def enter(email: str):
        client.delete_cookie(PORTAL_COOKIE)  # it ran out: nobody pressed *sign out*
        answer = client.submit(ask(client, email), code=mailed(session)["code"])
        assert answer.status_code == 303
        return answer.headers.get("Clear-Site-Data")

    assert [enter(email) for email in (NOURA, NOURA, "li@family.example", NOURA)] == [
        None, None, '"storage"', '"storage"',
    ]  # fmt: skip


def test_after_signing_in_one_is_back_on_the_page_one_wanted(
    client: FlaskClient, session: Session, case: Case
) -> None:
    wanted = f"/portal/{case.public_id}/messages"
    door = client.get(wanted).location
    page = ask(client, door=door)
    assert client.submit(page, code=mailed(session)["code"]).location == wanted


def test_who_takes_part_in_nothing_gets_a_kind_page(client: FlaskClient, session: Session) -> None:
    with transaction() as writing:
        make.hospitals(writing)
        make.as_portal(client, make.account(writing, "alone@family.example"), writing)
    assert client.get("/portal/cases").location == "/portal/no-case"
    assert "no case at the moment" in client.get("/portal/no-case").text


def test_who_takes_part_in_two_cases_chooses(client: FlaskClient, session: Session, case: Case) -> None:
    with transaction() as writing:
        second = make.a_case(writing, slug="jinghe", native_name="王芳")
        noura = make.patient_of(writing, case)
        make.takes_part(writing, second, noura, make.v.Relation.SIBLING)
        make.as_portal(client, noura, writing)
    page = client.get("/portal/cases")
    assert page.text.count('class="choice"') == 2
    assert "王芳" in page.text


@pytest.mark.parametrize("wanted", ["x" * 2000, "%D9%85" * 200, "//evil.example", "http://["])
def test_an_address_that_is_none_of_ours_is_forgotten_on_the_way_in(
    client: FlaskClient, session: Session, case: Case, wanted: str
) -> None:
    page = ask(client, door=f"/portal?next=/{wanted}" if wanted[0] in "x%" else f"/portal?next={wanted}")
    assert "next=" not in page.request.full_path
    assert client.submit(page, code=mailed(session)["code"]).location == "/portal/cases"
