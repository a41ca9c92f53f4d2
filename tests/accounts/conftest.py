"""Passwords are hashed cheaply here: what is tested is who gets in, not how slow a hash is."""

import pytest


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    from concierge import passwords
    from tests.factories import CHEAP_HASHER

    monkeypatch.setattr(passwords, "_HASHER", CHEAP_HASHER)
    monkeypatch.setattr(passwords, "_NOBODY", CHEAP_HASHER.hash("nobody"))
