"""The phrasebook of the demonstration: all of a text or nothing, and honest about being down."""

from collections.abc import Iterator

import pytest

from concierge.gateways import demo_translator
from concierge.gateways.demo_translator import Handle, Phrasebook, Unknown
from concierge.gateways.translator import Breaker, LibreTranslateEngine, Policy, TranslatorUnavailable


@pytest.fixture(scope="module")
def running() -> Iterator[Handle]:
    handle = demo_translator.start()
    yield handle
    handle.stop()


@pytest.fixture
def service(running: Handle) -> Handle:
    running.is_down, running.delay, running.loses_numbers = False, 0.0, False
    running.requests.clear()
    return running


def ask(service: Handle, text: str, source: str = "en", target: str = "ar", **options) -> str | None:
    engine = LibreTranslateEngine(service.url, breaker=options.pop("breaker", None))
    return engine.translate([text], source, target, policy=Policy.PERSONAL, **options)[0].text


def test_sentences_are_put_together_with_their_numbers_names_and_lines(service: Handle) -> None:
    assert ask(service, "Hello Noura.\nThe deposit is USD 10,000. 😊", target="zh_Hans") == (
        "Noura，您好。\n押金为USD 10,000。😊"
    )
    assert ask(service, "هل يُعاد العربون؟ شكرًا لكم", "ar", "en") == "Is the deposit paid back? Thank you."


def test_a_text_with_one_unknown_sentence_is_refused_as_a_whole_and_the_engine_counts_as_well(
    service: Handle,
) -> None:
    breaker = Breaker(failures=2)
    for _ in range(4):
        with pytest.raises(TranslatorUnavailable) as refused:
            ask(service, "Good morning. The moon is a balloon.", breaker=breaker)
        assert refused.value.code == "refused"
    assert not breaker.is_open
    with pytest.raises(Unknown):
        Phrasebook().translate("Good morning.", "en", "fr")


def test_its_switches_do_what_they_say(service: Handle) -> None:
    service.loses_numbers = True
    assert "10" not in str(ask(service, "The deposit is USD 10,000."))
    service.is_down = True
    with pytest.raises(TranslatorUnavailable):
        ask(service, "Good morning.")
    service.is_down, service.delay = False, 0.3
    engine = LibreTranslateEngine(service.url)
    engine.pairs()
    with pytest.raises(TranslatorUnavailable) as slow:
        engine.translate(["Good morning."], "en", "ar", 0.1, policy=Policy.PERSONAL)
    assert slow.value.code == "timeout"
