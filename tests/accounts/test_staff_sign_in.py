"""The door of the workspace: who gets in, who hears what, and when it closes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge import passwords
from concierge.accounts import actions
from concierge.db import transaction
from concierge.models import SignIn, StaffUser
from concierge.web.access import STAFF_COOKIE
from tests import factories as make
from tests.support.clock import StillClock

MARIA = "maria@alder-coast.example"
DOOR = "/desk/sign-in"


@pytest.fixture
def maria(session: Session) -> StaffUser:
    with transaction() as writing:
        return make.staff(writing, MARIA)


def sign_in(client: FlaskClient, email: str = MARIA, password: str = make.PASSWORD, door: str = DOOR):
    return client.submit(client.get(door), email=email, password=password)


def is_in(client: FlaskClient) -> bool:
    return client.get("/desk/settings").status_code == 200


def test_the_right_password_opens_the_workspace(client: FlaskClient, maria: StaffUser) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert is_in(client)


def test_the_address_may_be_typed_in_capitals(client: FlaskClient, maria: StaffUser) -> None:
    assert sign_in(client, MARIA.upper()).status_code == 303


@pytest.mark.parametrize("email", [MARIA, "nobody@alder-coast.example"])
def test_a_wrong_password_and_an_unknown_address_hear_the_same(
    client: FlaskClient, maria: StaffUser, email: str
) -> None:
    answer = sign_in(client, email, "not the password")
    assert answer.status_code == 422
    assert "do not fit" in answer.text
    assert not is_in(client)


def test_somebody_who_left_the_hospital_does_not_get_in(
    client: FlaskClient, session: Session, maria: StaffUser
) -> None:
    with transaction() as writing:
        writing.get(StaffUser, maria.id).is_active = False
    assert sign_in(client).status_code == 422


def test_after_ten_wrong_tries_even_the_right_password_waits_fifteen_minutes(
    client: FlaskClient, maria: StaffUser, clock: StillClock
) -> None:
    for _ in range(10):
        assert sign_in(client, password="not the password").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 422
    assert "do not fit" in answer.text
    clock.forward(minutes=15, seconds=1)
    assert sign_in(client).status_code == 303


def test_the_tenth_try_may_be_the_right_one(client: FlaskClient, maria: StaffUser) -> None:
    for _ in range(9):
        sign_in(client, password="not the password")
    assert sign_in(client).status_code == 303


def test_a_sign_in_ends_after_twelve_hours(client: FlaskClient, maria: StaffUser, clock: StillClock) -> None:
    sign_in(client)
    clock.forward(hours=12, seconds=1)
    answer = client.get("/desk/settings")
    assert answer.location == "/desk/sign-in?next=/desk/settings"


def test_it_can_be_prolonged(client: FlaskClient, maria: StaffUser, clock: StillClock) -> None:
    sign_in(client)
    page = client.get("/desk/settings")
    ends_at = clock.forward(hours=11) + timedelta(hours=12)
    answer = client.submit(page, action="/desk/extend")
    assert answer.json == {"ends_at": ends_at.isoformat()}
    clock.forward(hours=11)
    assert is_in(client)


def test_sign_out_ends_the_sign_in_for_every_copy_of_the_cookie(
    client: FlaskClient, maria: StaffUser
) -> None:
    sign_in(client)
    stolen = client.get_cookie(STAFF_COOKIE).value
    assert client.submit(client.get("/desk/settings"), action="/desk/sign-out").status_code == 303
    client.set_cookie(STAFF_COOKIE, stolen)
    assert not is_in(client)


def test_opening_the_sign_out_address_changes_nothing(client: FlaskClient, maria: StaffUser) -> None:
    sign_in(client)
    client.get("/desk/sign-out")
    assert is_in(client)


def test_a_token_that_was_put_into_the_browser_before_is_not_used(
    client: FlaskClient, session: Session, maria: StaffUser
) -> None:
    client.set_cookie(STAFF_COOKIE, "chosen-by-a-stranger")
    sign_in(client)
    assert client.get_cookie(STAFF_COOKIE).value != "chosen-by-a-stranger"


def test_the_database_keeps_no_token(client: FlaskClient, session: Session, maria: StaffUser) -> None:
    sign_in(client)
    token = client.get_cookie(STAFF_COOKIE).value
    assert session.scalars(sa.select(SignIn.token_hash)).one() != token


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/desk/settings", "/desk/settings"),
        ("/c/C-2026-00001?before=7", "/c/C-2026-00001?before=7"),
        ("https://evil.example/desk", "/desk"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/desk\r\nSet-Cookie: a=b", "/desk"),
        ("javascript:alert(1)", "/desk"),
    ],
)
def test_after_signing_in_one_goes_on_only_within_this_site(
    client: FlaskClient, maria: StaffUser, wanted: str, target: str
) -> None:
    page = client.get(DOOR, query_string={"next": wanted})
    answer = client.post(
        DOOR, query_string={"next": wanted}, data={**_hidden(page), "email": MARIA, "password": make.PASSWORD}
    )
    assert answer.location == target


def _hidden(page) -> dict[str, str]:
    form = BeautifulSoup(page.text, "html.parser").find("form", method="post")
    return {field["name"]: field["value"] for field in form.select("input[type=hidden]")}


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "a\x00b\u202e@\u2066x.example", "😀@😀.example"])
def test_whatever_is_typed_as_address_has_an_answer(
    client: FlaskClient, maria: StaffUser, typed: str
) -> None:
    assert sign_in(client, email=typed).status_code == 422


def test_a_password_is_kept_under_todays_parameters(session: Session, maria: StaffUser) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(make.PASSWORD)
    with transaction() as writing:
        writing.get(StaffUser, maria.id).password_hash = weak
        actions.password_was_right(writing, maria.id, make.PASSWORD)
    kept = session.get(StaffUser, maria.id).password_hash
    assert kept != weak
    assert not passwords.is_outdated(kept)
    assert passwords.fits(make.PASSWORD, kept)


# --- settings ---------------------------------------------------------------------------------------------------


def test_settings_are_saved_and_the_workspace_changes_its_language(
    client: FlaskClient, maria: StaffUser
) -> None:
    sign_in(client)
    answer = client.submit(
        client.get("/desk/settings"),
        action="/desk/settings",
        language="ar",
        speaks=["en", "ar"],
        no_shortcuts="y",
    )
    assert answer.status_code == 303
    page = client.get("/desk/settings")
    assert '<html lang="ar" dir="rtl"' in page.text
    assert 'data-shortcuts="off"' in page.text


def test_a_language_that_is_not_offered_is_refused(client: FlaskClient, maria: StaffUser) -> None:
    sign_in(client)
    answer = client.submit(client.get("/desk/settings"), action="/desk/settings", language="tlh")
    assert answer.status_code == 422


def test_a_new_password_signs_out_the_other_browsers(app, client: FlaskClient, maria: StaffUser) -> None:
    sign_in(client)
    other = app.test_client()
    sign_in(other)
    answer = client.submit(
        client.get("/desk/settings"),
        action="/password",
        password=make.PASSWORD,
        new_password="four words are long",
    )
    assert answer.status_code == 303
    assert is_in(client)
    assert not is_in(other)
    assert sign_in(other).status_code == 422
    assert sign_in(other, password="four words are long").status_code == 303


@pytest.mark.parametrize(
    ("password", "new", "said"),
    [
        ("wrong", "four words are long", "present password"),
        (make.PASSWORD, "short", "12 characters"),
        ("", "", "Enter"),
    ],
)
def test_a_password_is_not_changed_by_mistake(
    client: FlaskClient, maria: StaffUser, password: str, new: str, said: str
) -> None:
    sign_in(client)
    answer = client.submit(
        client.get("/desk/settings"), action="/password", password=password, new_password=new
    )
    assert answer.status_code == 422
    assert said in answer.text
