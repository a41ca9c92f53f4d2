"""The checks that the stories rely on see what they are there to see."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GOOD = """<!doctype html><html lang="ar" dir="rtl"><head><title>مرحبا</title></head>
<body><main><h1>مرحبا</h1><p id="a">نص</p></main></body></html>"""


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    page = browser.new_page(viewport=PHONE)
    yield page
    page.close()


def _faults(page: "Page", html: str) -> list[str]:
    from tests.support.page_checks import axe_faults, shape_faults

    page.set_content(html)
    return [*shape_faults(page, "ar"), *axe_faults(page)]


def test_a_good_page_passes(page: "Page") -> None:
    assert _faults(page, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('lang="ar"', 'lang="en"', "html lang is 'en'"),
        ('dir="rtl"', 'dir="ltr"', "html dir is 'ltr'"),
        ("h1>", "h2>", "0 h1"),
        ("</h1>", '</h1><p id="a">', "ids given twice: a"),
        ("</h1>", '</h1><div style="inline-size: 900px">x</div>', "scrolls sideways by"),
        ("</h1>", '</h1><input type="text">', "critical: "),
        ("</h1>", '</h1><p style="color: #ccc; background: #fff">نص رمادي</p>', "serious: "),
    ],
)
def test_a_spoilt_page_is_caught(page: "Page", old: str, new: str, fault: str) -> None:
    faults = _faults(page, GOOD.replace(old, new))
    assert any(fault in found for found in faults), faults


@pytest.mark.parametrize(("share", "faults"), [(1.0, ["not translated: 'Messages'"]), (0.9, [])])
def test_a_text_left_in_english_is_caught_once_the_catalogue_is_ready(
    page: "Page", monkeypatch: pytest.MonkeyPatch, share: float, faults: list[str]
) -> None:
    from tests.support import page_checks

    monkeypatch.setattr(page_checks, "completeness", lambda _language: share)
    page.set_content(GOOD.replace("</h1>", "</h1><p>Messages</p><p><bdi>Messages</bdi></p>"))
    assert page_checks.untranslated(page, "ar") == faults


DRAW = """sign => {
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
  pen.font = '32px sans-serif';
  pen.fillText(sign, 5, 60);
  return canvas.toDataURL();
}"""


def test_every_script_has_letters(page: "Page") -> None:
    """Signs without a font all look the same: an empty box."""
    page.set_content(GOOD)
    signs = ["م", "锦", "河", "Ж", "न", "ส", "\U0010fffd"]
    assert len({page.evaluate(DRAW, sign) for sign in signs}) == len(signs)
