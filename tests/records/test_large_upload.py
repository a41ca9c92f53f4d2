"""A file far over the limit meets the real server: the answer is a page, not a broken line."""

import http.client
import itertools
import secrets
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from concierge.db import db, transaction
from concierge.domain.journey import Step
from concierge.models import Document
from concierge.web.access import PORTAL_COOKIE
from tests import factories

MEGABYTE = 1024 * 1024
BOUNDARY = secrets.token_hex(8)


@pytest.fixture
def family(live_server) -> tuple[str, str]:
    """(address of the documents page, cookie) of an Arabic reader."""
    now = datetime.now(UTC)
    with live_server.app.app_context(), transaction() as session:
        case = factories.a_case(session, step=Step.CLINICAL, language="ar", now=now)
        browser = live_server.app.test_client()
        factories.as_portal(browser, factories.patient_of(session, case), session, now)
        cookie = browser.get_cookie(PORTAL_COOKIE)
        return f"/portal/{case.public_id}/documents", f"{PORTAL_COOKIE}={cookie.value}"


def body(megabytes: int):
    """One form field with a file, piece by piece."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="scan.pdf"\r\n\r\n%PDF-1.7\n'
    )
    return itertools.chain([head.encode()], itertools.repeat(bytes(MEGABYTE), megabytes))


def test_two_hundred_megabytes_get_a_readable_page_and_leave_nothing_behind(live_server, family):
    path, cookie = family
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=90)
    size = sum(map(len, body(0))) + 200 * MEGABYTE
    headers = {
        "Cookie": cookie,
        "Content-Length": str(size),
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    connection.request("POST", path, body(200), headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    assert answer.status == 413
    assert '<html lang="ar" dir="rtl"' in page
    with live_server.app.app_context():
        assert db.session.query(Document).count() == 0
    storage = live_server.app.config["CONCIERGE"].storage
    assert [path for path in storage.rglob("*") if path.is_file()] == []
