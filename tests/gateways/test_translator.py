import json
import logging
import time
import traceback
from collections.abc import Iterator

import pytest

from concierge.gateways.translator import (
    Breaker,
    LibreTranslateEngine,
    NotAllowed,
    OffEngine,
    Policy,
    TranslatorUnavailable,
    codes,
    from_config,
    sentences,
)
from tests.gateways.http_sink import HttpSink, Received

KEY, SECRET = "key-7f3", "Biopsy of Layla Haddad on 4 May"
LANGUAGES = [
    {"code": "en", "name": "English", "targets": ["ar", "zh-Hans", "en"]},
    {"code": "ar", "name": "Arabic", "targets": ["en"]},
]


def libre(received: Received) -> tuple[int, bytes]:
    """Answers like LibreTranslate, "translating" by putting brackets round each trimmed text."""
    if received.path == "/languages":
        return 200, json.dumps(LANGUAGES).encode()
    texts = json.loads(received.body)["q"]
    return 200, json.dumps({"translatedText": [f"[{text.strip()}]" for text in texts]}).encode()


@pytest.fixture
def server() -> Iterator[HttpSink]:
    with HttpSink(libre) as sink:
        yield sink


def test_texts_are_translated_in_a_json_body(server):
    engine = from_config(url=server.url, key=KEY)
    first, second = engine.translate(["Hello.", "How are you?"], "en", "zh_Hans", policy=Policy.PERSONAL)
    assert (first.text, second.text, first.engine) == ("[Hello.]", "[How are you?]", "libretranslate")
    assert first.is_translated
    asked = server.received[-1]
    assert asked.path == "/translate"
    assert json.loads(asked.body) == {
        "q": ["Hello.", "How are you?"],
        "source": "en",
        "target": "zh-Hans",
        "format": "text",
        "api_key": KEY,
    }


def test_a_server_without_a_key_is_sent_none(server):
    LibreTranslateEngine(server.url).translate(["Hello"], "en", "ar", policy=Policy.PUBLIC)
    assert "api_key" not in json.loads(server.received[-1].body)


def test_critical_texts_never_pass_and_personal_ones_not_outside(server):
    ours, theirs = LibreTranslateEngine(server.url), LibreTranslateEngine(server.url, is_ours=False)
    for engine, policy in [(ours, Policy.CRITICAL), (theirs, Policy.CRITICAL), (theirs, Policy.PERSONAL)]:
        with pytest.raises(NotAllowed):
            engine.translate([SECRET], "en", "ar", policy=policy)
    assert server.received == []
    assert theirs.translate(["Opening hours"], "en", "ar", policy=Policy.PUBLIC)[0].is_translated


def test_off_is_a_valid_state():
    engine = from_config()
    assert isinstance(engine, OffEngine)
    for policy in Policy:
        (result,) = engine.translate([SECRET], "ar", "en", policy=policy)
        assert (result.text, result.is_translated, result.engine) == (None, False, "off")


def test_a_pair_that_the_server_does_not_have_is_said_so(server):
    engine = LibreTranslateEngine(server.url)
    assert engine.can_translate("en", "zh_Hans")
    assert not engine.can_translate("ar", "zh_Hans")
    with pytest.raises(TranslatorUnavailable) as error:
        engine.translate([SECRET], "ar", "zh_Hans", policy=Policy.PERSONAL)
    assert error.value.code == "pair"
    assert [received.path for received in server.received] == ["/languages"]


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("zh_Hans", ("zh-Hans", "zh", "zh-CN")),
        ("ar", ("ar",)),
        ("es_MX", ("es-MX", "es")),
        ("fil", ("fil", "tl")),
    ],
)
def test_our_locales_in_the_engines_words(locale, expected):
    assert codes(locale) == expected


TEXT = "First sentence. Second one?  Third!\n\n第四句。第五句！ وهذه جملة؟ Dr. Li said 3.5 mg."


@pytest.mark.parametrize("max_chars", [1, 7, 20, 40, 1000])
def test_long_texts_are_cut_between_sentences_and_come_back_whole(max_chars):
    pieces = list(sentences(TEXT, max_chars))
    assert "".join(pieces) == TEXT
    assert all(len(piece) <= max_chars for piece in pieces)


def test_each_request_stays_below_the_limit_and_blanks_survive(server):
    engine = LibreTranslateEngine(server.url, max_chars=20)
    results = engine.translate(
        [" First sentence.  Second one.\n", "", "Third."], "en", "ar", policy=Policy.PERSONAL
    )
    assert [result.text for result in results] == [" [First sentence.]  [Second one.]\n", "", "[Third.]"]
    bodies = [json.loads(received.body)["q"] for received in server.received[1:]]
    assert len(bodies) == 2
    assert all(sum(map(len, body)) <= 20 for body in bodies)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((403, b""), "key"),
        ((429, b""), "busy"),
        ((500, SECRET.encode()), "answer"),
        ((302, b""), "answer"),
        ((200, b"<html>"), "answer"),
        ((200, b'{"translatedText": ["a", "b"]}'), "answer"),
        ((200, b'{"translatedText": null}'), "answer"),
        ((200, b"[]"), "answer"),
    ],
)
def test_a_wrong_answer_says_why_and_neither_text_nor_key_leaks(server, caplog, answer, code):
    server.answer = lambda received: libre(received) if received.path == "/languages" else answer
    caplog.set_level(logging.DEBUG)
    with pytest.raises(TranslatorUnavailable) as error:
        LibreTranslateEngine(server.url, KEY).translate([SECRET], "en", "ar", policy=Policy.PERSONAL)
    assert error.value.code == code
    told = "".join(traceback.format_exception(error.value)) + caplog.text + str(vars(error.value))
    told += "".join(received.path for received in server.received)
    assert "Layla" not in told
    assert KEY not in told


def test_a_slow_server_is_not_waited_for(server):
    def slow(received: Received) -> tuple[int, bytes]:
        if received.path == "/translate":
            time.sleep(0.5)
        return libre(received)

    server.answer = slow
    started = time.monotonic()
    with pytest.raises(TranslatorUnavailable) as error:
        LibreTranslateEngine(server.url).translate(["Hello"], "en", "ar", 0.05, policy=Policy.PERSONAL)
    assert error.value.code == "timeout"
    assert time.monotonic() - started < 0.4


def test_a_server_that_is_down_is_left_in_peace_for_a_while(server):
    now = [0.0]
    engine = LibreTranslateEngine(
        server.url, breaker=Breaker(failures=2, rest_seconds=60, clock=lambda: now[0])
    )
    server.answer = lambda received: (500, b"")

    def code() -> str | None:
        try:
            engine.translate(["Hello"], "en", "ar", policy=Policy.PERSONAL)
        except TranslatorUnavailable as error:
            return error.code
        return None

    assert [code() for _ in range(4)] == ["answer", "answer", "resting", "resting"]
    assert len(server.received) == 2
    server.answer, now[0] = libre, 61.0
    assert [code(), code()] == [None, None]


def test_a_server_out_of_reach():
    with pytest.raises(TranslatorUnavailable) as error:
        LibreTranslateEngine("http://127.0.0.1:9").translate(["Hello"], "en", "ar", policy=Policy.PERSONAL)
    assert error.value.code == "unreachable"
