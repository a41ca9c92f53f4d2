"""The people of the stories, each with a browser of their own: what they open, fill in and press.

Controls are found by the name they are sent with, so that a story reads the same in every language.
Every page that somebody arrives at is examined by `check_page`; what is wrong with it is told at the story's end.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from concierge.gateways.mail import Kept, MailboxMailer
from tests.factories import PASSWORD
from tests.support.browser import snapshot
from tests.support.page_checks import check_page

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Response

    from tests.support.live import LiveServer

Value = str | bool | int | list[str] | dict

# A key of the address: an id, a reference or a token; not a word such as `documents` and not a question's number.
_KEY = re.compile(r"(?=.*\d)[\w-]{6,}|[\w-]{20,}|[A-Z0-9-]{6,}")
_PATIENCE = 20.0  # seconds for a mail: the jobs process looks every two


@dataclass
class Someone:
    """A person in front of a browser. `language` is the one in which they read, `faults` what was wrong with a page."""

    name: str
    page: "Page"
    language: str
    server: "LiveServer"
    faults: list[str] = field(default_factory=list)
    pages: int = 0
    examines: bool = True  # not without JavaScript: the examination is a script

    # --- looking -------------------------------------------------------------------------------------------

    def goes(self, address: str) -> "Someone":
        """To an address of the product."""
        self._arrived(self.page.goto(address))
        return self

    def follows(self, selector: str, language: str = "") -> "Someone":
        """A link, by what it leads to or stands in; `language` where the page is written for somebody else."""
        with self.moving(language=language):
            self.page.locator(selector).first.click()
        return self

    @contextmanager
    def moving(self, refused: bool = False, language: str = "") -> Iterator[None]:
        """Whatever happens inside leads to another page. A refusal fails here, unless it is what the story wants."""
        with self.page.expect_navigation() as arrival:
            yield
        self._arrived(arrival.value, refused, language)

    def _arrived(self, response: "Response | None", refused: bool = False, language: str = "") -> None:
        status = response.status if response else 200
        if (status >= 400) is not refused:
            words = self.page.locator(".esum, .emsg, .notice, main .card").all_inner_texts()
            raise AssertionError(f"{self.name} met {status} at {self.page.url}: {words[:6]}")
        self.looks(language or self.language)

    def looks(self, language: str) -> None:
        """Examine the page, and keep a picture of it where pictures are wanted."""
        self.pages += 1
        if not self.examines:
            return
        try:
            check_page(self.page, language)
        except AssertionError as error:
            self.faults.append(f"{self.name}: {error}")
        snapshot(self.page, f"{self.name}_{self.pages:02}_{self._place()}")

    def _place(self) -> str:
        parts = [
            part for part in urlsplit(self.page.url).path.split("/") if part and not _KEY.fullmatch(part)
        ]
        return "-".join(parts[-3:]) or "home"

    def reads(self, text: str) -> None:
        """The text stands on the page."""
        assert text in self.page.locator("main").inner_text(), (
            f"{self.name} does not find {text!r} at {self.page.url}"
        )

    # --- doing ---------------------------------------------------------------------------------------------

    def form(self, act: str) -> "Locator":
        """The form that is sent to an address with this in it, or the one that holds a control of this name."""
        where = f"[action*='{act}']" if act.startswith("/") else f":has([name='{act}'])"
        return self.page.locator(f"main form[method=post]{where}").first

    def sends(self, act: str, /, press: str = "button", refused: bool = False, **values: Value) -> "Someone":
        """Fill a form and press its button; see `form` for `act`."""
        form = self.form(act)
        _unfold(form)
        for name, value in values.items():
            fill(form, name, value)
        with self.moving(refused):
            form.locator(press).last.click()
        return self

    def gets(self, selector: str) -> bytes:
        """What the address behind a link gives: a paper or a calendar."""
        address = self.page.locator(selector).first.get_attribute("href")
        assert address, f"no address behind {selector}"
        response = self.page.request.get(address)
        assert response.status == 200, f"{address} answers {response.status}"
        return response.body()

    # --- mail ----------------------------------------------------------------------------------------------

    def mails(self, address: str) -> list[Kept]:
        """What has landed for this address, the newest first."""
        return [mail for mail in MailboxMailer(self.server.mailbox).mails() if address in mail.to]

    def waits_for_mail(self, address: str, pattern: str, known: list[Kept]) -> tuple[Kept, str]:
        """A mail that is not among the known ones, and what the pattern finds in its text."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            for mail in self.mails(address):
                if mail not in known and (found := re.search(pattern, mail.text)):
                    return mail, found[0]
            time.sleep(0.1)
        raise AssertionError(f"no mail for {address} with {pattern} in {_PATIENCE} seconds")


class Patient(Someone):
    """A patient or somebody of the family."""

    email: str = ""
    home: str = ""

    def signs_in(self) -> None:
        """By the six digits of a mail."""
        self.goes("/portal")
        self.signs_in_here()
        self.home = urlsplit(self.page.url).path.removesuffix("/home")

    def signs_in_here(self) -> None:
        """On the sign-in page, to which somebody was sent; it leads back to where they were."""
        known = self.mails(self.email)
        self.sends("email", email=self.email)
        mail, code = self.waits_for_mail(self.email, r"\b\d{6}\b", known)
        assert mail.language == self.language.replace("_", "-"), mail.language
        self.sends("code", code=code)

    def opens(self, place: str = "home") -> "Patient":
        """A page of one's own case: `costs`, `documents`, …"""
        self.goes(f"{self.home}/{place}")
        return self


class Staff(Someone):
    """A member of staff at a desk."""

    email: str = ""

    def signs_in(self) -> None:
        """With address and password."""
        self.goes("/desk/sign-in").sends("password", email=self.email, password=PASSWORD)

    def opens(self, reference: str, tab: str = "") -> "Staff":
        """A page of a case: `consult`, `money`, …"""
        self.goes(f"/c/{reference}/{tab}".rstrip("/"))
        return self

    def presses(self, key: str) -> "Staff":
        """A single key, as people do who have their hands on the keyboard."""
        with self.moving():
            self.page.keyboard.press(key)
        return self

    @property
    def reference(self) -> str:
        """Of the case that stands open."""
        return urlsplit(self.page.url).path.split("/")[2]


def fill(form: "Locator", name: str, value: Value) -> None:
    """One question of a form, whatever kind of control asks it."""
    control = form.locator(f"[name='{name}']")
    _unfold(control.first)
    kind = control.first.evaluate("e => e.type")
    if kind == "radio":
        form.locator(f"[name='{name}'][value='{value}']").check()
    elif kind == "checkbox":
        for box in control.all():
            box.set_checked(value if isinstance(value, bool) else box.get_attribute("value") in value)
    elif kind == "select-one":
        control.select_option(**({"index": value} if isinstance(value, int) else {"value": value}))
    elif kind == "file":
        control.set_input_files(value)
    else:
        control.fill(str(value))


def _unfold(inner: "Locator") -> None:
    """Open the folds around something, from the outside in."""
    inner.evaluate("""e => {
      const folds = [];
      for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) folds.unshift(d);
      folds.filter(d => !d.open).forEach(d => d.querySelector('summary').click());
    }""")
