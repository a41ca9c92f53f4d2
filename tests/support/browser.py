"""Chromium for the stories: pages by language and size, every script's letters, and an eye on what a page does."""

import os
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from config import ROOT
from tests.support.find_browser import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

    from tests.support.live import LiveServer

PHONE, DESK = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"]
PageMaker = Callable[..., "Page"]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium per worker, with the fonts of our packages."""
    from playwright.sync_api import sync_playwright

    from concierge.gateways.fonts import fontconfig_file

    path = find_browser()
    assert path, "No browser. `make test` gets one; or set CHROMIUM=/path/to/chromium."
    with tempfile.TemporaryDirectory(prefix="concierge-browser-") as home, sync_playwright() as playwright:
        environment = {**os.environ, "FONTCONFIG_FILE": str(fontconfig_file()), "HOME": home}
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, env=environment)
        yield chromium
        chromium.close()


class _Watch:
    """Collects what a page must not do: leave the origin, raise, break the content policy, meet a server error."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = allowed
        self.faults: list[str] = []

    def over(self, context: "BrowserContext") -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))

    def _request(self, request: "Request") -> None:
        if not request.url.startswith((*self._allowed, "data:", "blob:", "about:")):
            self.faults.append(f"a request left our origin: {request.url}")

    def _response(self, response: "Response") -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} from {response.url}")

    def _console(self, message: "ConsoleMessage") -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)


@pytest.fixture
def new_page(browser: "Browser", live_server: "LiveServer") -> Iterator[PageMaker]:
    """`new_page("ar", size=PHONE)`: a new person's page (own cookies) whose browser asks for that language.

    Options: `javascript=False`, `timezone="Asia/Riyadh"`, and whatever `Browser.new_context` takes. The page's
    `goto("/ar/")` starts at the live server. Faults seen on the way fail the test at its end.
    """
    watch = _Watch((live_server.url, live_server.cards_url))
    contexts: list[BrowserContext] = []

    def make(
        language: str = "en",
        *,
        size: dict[str, int] = DESK,
        javascript: bool = True,
        timezone: str = "UTC",
        **options: Any,
    ) -> "Page":
        context = browser.new_context(
            base_url=live_server.url,
            locale=language.replace("_", "-"),
            viewport=size,  # type: ignore[arg-type]
            has_touch=size["width"] < 600,
            java_script_enabled=javascript,
            timezone_id=timezone,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        watch.over(context)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert not watch.faults, "\n".join(dict.fromkeys(watch.faults))


def snapshot(page: "Page", name: str) -> None:
    """With SCREENSHOTS=1 keeps a full picture in tests/screenshots for people to look at; otherwise does nothing."""
    if os.environ.get("SCREENSHOTS"):
        folder = ROOT / "tests" / "screenshots"
        folder.mkdir(exist_ok=True)
        width = (page.viewport_size or DESK)["width"]
        language = page.evaluate("document.documentElement.lang")
        page.screenshot(path=folder / f"{name}_{language}_{width}.png", full_page=True)


@pytest.hookimpl
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
