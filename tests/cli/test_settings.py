"""What `make run` decides by itself: secrets made once, ports, and when the demo card service runs."""

import socket
from pathlib import Path

import pytest

from concierge.cli.settings import (
    CannotStart,
    has_demo_cards,
    has_demo_translator,
    kept_secrets,
    require_free_port,
    run_environment,
)
from concierge.gateways.demo_translator import NAME


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    assert kept_secrets(tmp_path) == kept_secrets(tmp_path)


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert not set(kept_secrets(tmp_path / "a").values()) & set(kept_secrets(tmp_path / "b").values())


def test_only_the_owner_may_read_the_secrets(tmp_path: Path) -> None:
    kept_secrets(tmp_path)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_the_environment_wins_over_every_default(tmp_path: Path) -> None:
    given = {"INSTANCE": str(tmp_path), "PORT": "9000", "SECRET_KEY": "mine", "DEMO": "0"}
    assert given.items() <= run_environment(given).items()


def test_the_demo_card_service_stands_beside_the_web_port(tmp_path: Path) -> None:
    values = run_environment({"INSTANCE": str(tmp_path), "PORT": "9000"})
    assert has_demo_cards(values)
    assert values["STRIPE_API_URL"] == "http://127.0.0.1:9001"


def test_the_demo_translation_service_stands_in_where_no_engine_is_given(tmp_path: Path) -> None:
    values = run_environment({"INSTANCE": str(tmp_path), "PORT": "9000"})
    assert has_demo_translator(values)
    assert values["TRANSLATOR_URL"] == "http://127.0.0.1:9002"
    assert values["TRANSLATOR_NAME"] == NAME


@pytest.mark.parametrize("given", [{"TRANSLATOR_URL": "https://engine.example"}, {"DEMO": "0"}])
def test_no_demo_translation_service_beside_an_engine_or_without_demo(
    given: dict[str, str], tmp_path: Path
) -> None:
    values = run_environment({"INSTANCE": str(tmp_path), **given})
    assert not has_demo_translator(values)
    assert values.get("TRANSLATOR_URL") == given.get("TRANSLATOR_URL")


@pytest.mark.parametrize("given", [{"STRIPE_SECRET_KEY": "sk_live_1"}, {"DEMO": "0"}])
def test_no_demo_card_service_with_a_real_key_or_without_demo(given: dict[str, str], tmp_path: Path) -> None:
    values = run_environment({"INSTANCE": str(tmp_path), **given})
    assert not has_demo_cards(values)
    assert "STRIPE_API_URL" not in values


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"127\.0\.0\.1:{port} is not free .*PORT={port + 10}"):
            require_free_port("127.0.0.1", port, "PORT")
