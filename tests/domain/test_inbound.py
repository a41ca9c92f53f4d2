"""Mail and SMS from outside: signed, readable, never more than words."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from concierge.domain import inbound
from concierge.domain.inbound import (
    LARGEST,
    Unreadable,
    is_signed,
    language_of,
    read_json,
    read_mail,
    reference_in,
    sign,
    text_of_html,
)

NOW = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))


def test_only_the_secret_this_body_and_these_minutes_are_a_signature() -> None:
    good = sign("secret", STAMP, b"body")
    assert is_signed("secret", STAMP, good, b"body", NOW + timedelta(minutes=4))
    assert not is_signed("secret", STAMP, good, b"body", NOW + timedelta(minutes=6))
    assert not is_signed("secret", STAMP, good, b"bodY", NOW)
    assert not is_signed("other", STAMP, good, b"body", NOW)
    for stamp in ("", "-1", "x", "²", "9" * 40):
        assert not is_signed("secret", stamp, sign("secret", stamp, b"body"), b"body", NOW)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("Re: C-2026-00417",), "C-2026-00417"),
        (("Hello", "alder-coast+c-2026-00417@hospital.example"), "C-2026-00417"),
        (("ABC-2026-00417",), ""),
        (("C-2026-417",), ""),
        (("", ""), ""),
    ],
)
def test_a_reference_is_found_in_a_subject_or_an_address(texts: tuple[str, ...], found: str) -> None:
    assert reference_in(*texts) == found


def mail(body: str, kind: str = "plain", **fields: str) -> bytes:
    heads = {
        "From": "Noura <Noura@Family.example>", "To": "care@alder-coast.example",
        "Subject": "=?utf-8?b?2YXYsdit2KjYpw==?=",
        "Message-ID": "<1@family.example>", "Content-Type": f"text/{kind}; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in fields.items()}  # fmt: skip
    return ("\r\n".join(f"{name}: {value}" for name, value in heads.items()) + "\r\n\r\n" + body).encode()


def test_a_mail_gives_its_words_without_what_it_quotes() -> None:
    found = read_mail(mail("When can we come?\r\n\r\n> You wrote:\r\n> all of it\r\n"))
    assert (found.sender, found.sender_name, found.subject) == ("noura@family.example", "Noura", "مرحبا")
    assert found.body == "When can we come?"


def test_a_mail_of_html_alone_is_read_as_text_and_runs_nothing() -> None:
    html = "<style>p{}</style><p>When can we&nbsp;come?</p><script>steal()</script><div>Noura</div>"
    assert read_mail(mail(html, "html")).body == "When can we come?\nNoura"


def test_a_very_long_mail_is_cut_and_says_so() -> None:
    found = read_mail(mail("x" * 20_000))
    assert len(found.body) == inbound.MOST_TEXT
    assert found.body.endswith("…")


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe\x00", mail(""), mail(" \r\n "), mail("words", From=""), mail("words", Message_ID="")],
    ids=["nothing", "noise", "empty", "blank", "no sender", "no id"],
)
def test_what_has_no_sender_or_no_words_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_mail(raw)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"[" * 100_000, b'{"id": "1", "from": "+966501234567"}', b"\xff"]
)
def test_json_that_says_nothing_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_json(raw)


def test_an_sms_needs_a_number_and_words() -> None:
    found = read_json('{"id": "sm-1", "from": "+966501234567", "text": "متى نأتي؟"}'.encode())
    assert (found.sender, found.body) == ("+966501234567", "متى نأتي؟")


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("متى نأتي؟", "fr", "ar"), ("متى نأتي؟", "fa", "fa"), ("什么时候来", "en", "zh_Hans"),
        ("When?", "ar", "en"), ("¿Cuándo?", "es", "es"), ("👍", "ar", "ar"),
    ],
)  # fmt: skip
def test_the_script_corrects_the_expected_language(text: str, expected: str, found: str) -> None:
    assert language_of(text, expected) == found


@pytest.mark.parametrize("unit", ["<!--", "<a ", "<a b='", "<![", "<script>", "</a ", "<?", "<", "&#"])
def test_a_mail_of_nothing_but_open_ends_keeps_nobody_waiting(unit: str) -> None:
    """A million signs, as a stranger may send them; a parser that begins anew at each of them needs hours."""
    begun = time.process_time()
    text_of_html("Hello" + unit * (LARGEST // len(unit)))
    assert time.process_time() - begun < 5


def test_the_words_of_a_page_are_read_as_a_reader_sees_them() -> None:
    html = "<HEAD><title>x</title></HEAD><p>5 < 7 &amp; 8</p><!-- a > b -->one<BR/>two<script>if (a<b) x</script>!"
    assert text_of_html(html) == "5 < 7 & 8\none\ntwo!"
    assert text_of_html("<!DOCTYPE html><div>a\n b</div><style>p{}</style") == "a b"


@pytest.mark.parametrize(
    "fields", [{"To": ":*0*=;>"}, {"From": ":];["}, {"From": "a @[ "}, {"Message_ID": "<,"}]
)
def test_a_mail_that_the_parser_trips_over_is_unreadable_and_nothing_worse(fields: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        read_mail(mail("Hello", **fields))
