"""Text messages: one request to a provider, an error that says whether to try again, no number in it."""

import json

import pytest

from concierge.gateways.mail import SendFailed
from concierge.gateways.sms import HttpSms, MailboxSms, Sms, from_config

SMS = Sms(
    to="+13105550142", text="An urgent referral waits. Open:\nhttp://localhost/x", language="en", key="page:1"
)


class Answer:
    """Stands in for urlopen: keeps the request, answers with a status or an error."""

    def __init__(self, fault=None):
        self.fault, self.request, self.timeout = fault, None, None

    def __call__(self, request, timeout):
        self.request, self.timeout = request, timeout
        if self.fault:
            raise self.fault
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False


def refused(code):
    import io
    import urllib.error

    return urllib.error.HTTPError("https://sms.example", code, f"bad {SMS.to}", {}, io.BytesIO())


def answering(monkeypatch, fault=None):
    answer = Answer(fault)
    monkeypatch.setattr("urllib.request.urlopen", answer)
    return answer


def test_a_provider_gets_one_json_request_with_the_token(monkeypatch):
    answer = answering(monkeypatch)
    HttpSms("https://sms.example/send", "secret", "Alder").send(SMS)
    body = json.loads(answer.request.data)
    assert (body["from"], body["to"], body["text"]) == ("Alder", SMS.to, SMS.text)
    assert answer.request.get_header("Authorization") == "Bearer secret"
    assert answer.timeout == 10


@pytest.mark.parametrize(
    ("fault", "is_permanent"),
    [
        (refused(400), True),
        (refused(401), False),
        (refused(429), False),
        (refused(503), False),
        (TimeoutError(), False),
    ],
)
def test_what_can_pass_is_tried_again_and_no_number_is_told(monkeypatch, fault, is_permanent):
    answering(monkeypatch, fault)
    with pytest.raises(SendFailed) as failed:
        HttpSms("https://sms.example/send", "secret", "Alder").send(SMS)
    assert failed.value.permanent is is_permanent
    assert SMS.to not in str(failed.value)


def test_what_is_no_number_never_leaves(tmp_path):
    with pytest.raises(SendFailed) as failed:
        MailboxSms(tmp_path).send(Sms(to="0310 555", text="x", language="en", key="k"))
    assert failed.value.permanent


def test_the_mailbox_keeps_a_message_once(tmp_path):
    box = from_config(folder=tmp_path)
    box.send(SMS)
    box.send(SMS)
    assert box.texts() == [SMS]


def test_an_address_without_a_scheme_is_refused_at_the_start():
    with pytest.raises(ValueError, match="SMS_URL"):
        HttpSms("sms.example", "t", "Alder")
