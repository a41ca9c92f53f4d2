"""Machine translation behind one door: what may go through it, to whom, and what happens when it is shut."""

import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import requests
from deep_translator import LibreTranslator

T = TypeVar("T")
TIMEOUT_SECONDS = 5.0
_PAIRS_SECONDS = 600.0
# Our locale: the codes that engines have for it, the likeliest first.
_CODES = {
    "zh_Hans": ("zh-Hans", "zh", "zh-CN"),
    "zh_Hant": ("zh-Hant", "zt", "zh-TW"),
    "pt_BR": ("pt-BR", "pt"),
    "nb": ("nb", "no"),
    "fil": ("fil", "tl"),
    "he": ("he", "iw"),
}
# A full stop ends a sentence only before a blank: `128.500` is one number, whatever the length of the text.
_SENTENCE_END = re.compile(r"(?<=[!?؟۔।。！？\n])\s*|(?<=\.)\s+")


class Policy(StrEnum):
    """What a text is. Critical: money, consent, decision, medicines, rights; for people only.

    Source: 45 CFR 92.201(c)(3), a qualified human reviews machine translation of critical text.
    """

    PUBLIC = "public"
    PERSONAL = "personal"
    CRITICAL = "critical"


class NotAllowed(Exception):
    """The policy keeps this text away from this engine. Carries the policy, never the text."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        self.policy = policy


class TranslatorUnavailable(Exception):
    """No translation now. `code`: pair, timeout, unreachable, busy, key, answer or resting (circuit open).

    `refused`: the engine is well, and cannot translate this text; asked again it would say the same.

    Carries neither the text nor the key.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Result:
    """`text` is None when nothing was translated: the page then says *not translated*."""

    text: str | None
    engine: str

    @property
    def is_translated(self) -> bool:
        return self.text is not None


class Engine(ABC):
    """One machine translator. Codes are our locales (`zh_Hans`).

    `sends_text_outside`: to somebody without a contract with the hospital; then only public texts go.
    """

    name: str
    max_chars: int
    sends_text_outside: bool

    @abstractmethod
    def pairs(self) -> frozenset[tuple[str, str]]:
        """(source, target) in the engine's own codes. Raises TranslatorUnavailable."""

    @abstractmethod
    def _ask(self, texts: Sequence[str], source: str, target: str, timeout: float) -> list[str]:
        """One request: together at most `max_chars`, engine codes, as many texts back as went in."""

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        timeout: float = TIMEOUT_SECONDS,
        *,
        policy: Policy,
    ) -> list[Result]:
        """One result for each text. Raises NotAllowed, TranslatorUnavailable; `timeout` seconds a request."""
        if not self.may_take(policy):
            raise NotAllowed(policy)
        pair = self._pair(source, target)
        pieces = [list(sentences(text, self.max_chars)) for text in texts]
        flat = [piece for text in pieces for piece in text]
        answers: list[str] = []
        for batch in _batches(flat, self.max_chars):
            answers += self._ask(batch, *pair, timeout)
        return [Result("".join(part), self.name) for part in _regrouped(answers, pieces)]

    def may_take(self, policy: Policy) -> bool:
        """Critical never, personal only where the hospital's own word holds."""
        return policy is Policy.PUBLIC or (policy is Policy.PERSONAL and not self.sends_text_outside)

    def can_translate(self, source: str, target: str) -> bool:
        """Whether the engine has this pair. Raises TranslatorUnavailable."""
        try:
            return bool(self._pair(source, target))
        except TranslatorUnavailable as missing:
            if missing.code == "pair":
                return False
            raise

    def _pair(self, source: str, target: str) -> tuple[str, str]:
        known = self.pairs()
        for pair in ((one, other) for one in codes(source) for other in codes(target)):
            if pair in known:
                return pair
        raise TranslatorUnavailable("pair")


class OffEngine(Engine):
    """No machine translation: each text comes back as *not translated*, whatever it is."""

    name, max_chars, sends_text_outside = "off", 0, False

    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset()

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        timeout: float = TIMEOUT_SECONDS,
        *,
        policy: Policy,
    ) -> list[Result]:
        return [Result(None, self.name) for _ in texts]

    def _ask(self, texts: Sequence[str], source: str, target: str, timeout: float) -> list[str]:
        raise TranslatorUnavailable("pair")


class Breaker:
    """After `failures` in a row nobody is asked for `rest_seconds`: no page waits for a dead engine."""

    def __init__(
        self, failures: int = 3, rest_seconds: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._rest, self._clock = failures, rest_seconds, clock
        self._failed, self._open_until = 0, 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        with self._lock:
            return self._clock() < self._open_until

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """After the rest one more failure is enough to rest again."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._open_until = self._clock() + self._rest


class LibreTranslateEngine(Engine):
    """A LibreTranslate server at `url`. `is_ours`: the hospital runs it or has it under contract.

    `name` is what people read beside its translations.
    """

    name = "libretranslate"

    def __init__(
        self,
        url: str,
        key: str = "",
        *,
        is_ours: bool = True,
        name: str = "",
        max_chars: int = 2000,
        breaker: Breaker | None = None,
    ) -> None:
        self.max_chars, self.sends_text_outside = max_chars, not is_ours
        self.name = name or self.name
        self._url, self._key = url.rstrip("/") + "/", key
        self._breaker = breaker or Breaker()
        self._pairs: tuple[float, frozenset[tuple[str, str]]] | None = None

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Asked once in ten minutes."""
        if self._pairs is None or time.monotonic() > self._pairs[0]:
            languages = self._guarded(lambda: _answer(requests.get, f"{self._url}languages", TIMEOUT_SECONDS))
            try:
                found = frozenset((one["code"], other) for one in languages for other in one["targets"])
            except (TypeError, KeyError):
                raise TranslatorUnavailable("answer") from None
            self._pairs = (time.monotonic() + _PAIRS_SECONDS, found)
        return self._pairs[1]

    def _ask(self, texts: Sequence[str], source: str, target: str, timeout: float) -> list[str]:
        client = _JsonClient(self._url, self._key, source, target, timeout)
        return self._guarded(lambda: client.translate_batch(list(texts)))

    def _guarded(self, call: Callable[[], T]) -> T:
        if self._breaker.is_open:
            raise TranslatorUnavailable("resting")
        try:
            answer = call()
        except TranslatorUnavailable as missing:
            if missing.code == "refused":
                self._breaker.succeeded()
            else:
                self._breaker.failed()
            raise
        self._breaker.succeeded()
        return answer


class _JsonClient(LibreTranslator):
    """deep-translator puts text and key into URL and exceptions, and waits for ever. This one does not."""

    def __init__(self, url: str, key: str, source: str, target: str, timeout: float) -> None:
        # The parent insists on a key, which a server of one's own does not need.
        super().__init__(source=source, target=target, api_key=key or "none", custom_url=url)
        self.api_key, self._timeout = key, timeout

    def _map_language_to_code(self, *languages: str) -> Iterator[str]:
        """Passed on as they are: the parent knows seventeen languages, the server says which it has."""
        yield from languages

    def translate(self, text: str, **kwargs: object) -> str:
        return self.translate_batch([text])[0]

    def translate_batch(self, batch: list[str], **kwargs: object) -> list[str]:
        body = {"q": batch, "source": self._source, "target": self._target, "format": "text"}
        if self.api_key:
            body["api_key"] = self.api_key
        answer = _answer(requests.post, f"{self._base_url}translate", self._timeout, json=body)
        texts = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(texts, list) or [type(text) for text in texts] != [str] * len(batch):
            raise TranslatorUnavailable("answer")
        return texts


def from_config(*, url: str = "", key: str = "", is_ours: bool = True, name: str = "") -> Engine:
    """The LibreTranslate server at `url`, else none."""
    return LibreTranslateEngine(url, key, is_ours=is_ours, name=name) if url else OffEngine()


def codes(locale: str) -> tuple[str, ...]:
    """What engines may call our `locale`, the likeliest first."""
    return _CODES.get(locale) or tuple(dict.fromkeys((locale.replace("_", "-"), locale.partition("_")[0])))


def sentences(text: str, max_chars: int) -> Iterator[str]:
    """`text` in pieces of whole sentences of at most `max_chars`; joined they are `text` again."""
    piece = ""
    for sentence in _cut(text, max_chars):
        if piece and len(piece) + len(sentence) > max_chars:
            yield piece
            piece = ""
        piece += sentence
    if piece:
        yield piece


def _cut(text: str, max_chars: int) -> Iterator[str]:
    start = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]:
        for part in range(start, end, max_chars):
            yield text[part : min(part + max_chars, end)]
        start = max(start, end)


def _batches(pieces: Sequence[str], max_chars: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for piece in pieces:
        if batch and sum(map(len, batch)) + len(piece) > max_chars:
            yield batch
            batch = []
        batch.append(piece)
    if batch:
        yield batch


def _regrouped(answers: Sequence[str], pieces: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Engines trim: the blanks around each piece are put back."""
    left = iter(answers)
    for text in pieces:
        yield [_blanks(piece)[0] + next(left).strip() + _blanks(piece)[1] for piece in text]


def _blanks(piece: str) -> tuple[str, str]:
    core = piece.strip()
    before, _, after = piece.partition(core) if core else (piece, "", "")
    return before, after


def _answer(method: Callable[..., requests.Response], url: str, timeout: float, **more: object) -> Any:
    """The JSON of a 200. No redirect is followed: it would carry the text to another place."""
    try:
        response = method(url, timeout=timeout, allow_redirects=False, **more)
    except requests.Timeout:
        raise TranslatorUnavailable("timeout") from None
    except requests.RequestException:
        raise TranslatorUnavailable("unreachable") from None
    if response.status_code != 200:
        code = {400: "refused", 401: "key", 403: "key", 429: "busy"}.get(response.status_code, "answer")
        raise TranslatorUnavailable(code)
    try:
        return response.json()
    except ValueError:
        raise TranslatorUnavailable("answer") from None
