"""Lets our own page, labelled *demo card service*, pay an intent with a test card. Not for Stripe itself."""

import json
import unicodedata
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode

from concierge.gateways.demo_cards_book import TEST_CARDS

_TIMEOUT_SECONDS = 10


class NotATestCard(ValueError):
    """The number is none of TEST_CARDS, so it may be a real card; it went nowhere."""


class DemoCardsUnavailable(Exception):
    """The demo card service does not run or refuses our key."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`failure_code` is None when the card paid, else Stripe's decline code or the error code."""

    intent_id: str
    failure_code: str | None


@dataclass(frozen=True, slots=True)
class DemoCards:
    """A client of the demo card service at `base_url`."""

    base_url: str
    api_key: str

    def confirm_with_card(self, intent_id: str, number: str) -> Confirmation:
        """Pays with a test card, typed in any digits. Raises NotATestCard, DemoCardsUnavailable."""
        digits = _digits(number)
        if digits not in TEST_CARDS:
            raise NotATestCard
        form = {"payment_method_data[type]": "card", "payment_method_data[card][number]": digits}
        error = self._post(f"/v1/payment_intents/{intent_id}/confirm", form)
        if error is None:
            return Confirmation(intent_id, None)
        return Confirmation(intent_id, error.get("decline_code") or error.get("code") or "declined")

    def _post(self, path: str, form: dict[str, str]) -> dict[str, str] | None:
        headers = {"Authorization": f"Bearer {self.api_key}"}
        request = urllib.request.Request(self.base_url.rstrip("/") + path, urlencode(form).encode(), headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):  # noqa: S310
                return None
        except urllib.error.HTTPError as answer:
            if answer.code not in (400, 402):
                raise DemoCardsUnavailable(f"answer {answer.code}") from None
            return json.loads(answer.read())["error"]
        except OSError:
            raise DemoCardsUnavailable("no answer") from None


def _digits(number: str) -> str:
    return "".join(str(unicodedata.digit(sign)) for sign in number if sign.isdigit())
