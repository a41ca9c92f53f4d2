"""Passwords are hashed cheaply here: what is tested is who gets in, not how slow a hash is."""

import pytest
from argon2 import PasswordHasher

CHEAP = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    from concierge.accounts import secrets
    from concierge.cli import hospitals

    hasher = PasswordHasher(**CHEAP)
    monkeypatch.setattr(secrets, "_HASHER", hasher)
    monkeypatch.setattr(secrets, "_NOBODY", hasher.hash("nobody"))
    monkeypatch.setattr(hospitals, "PasswordHasher", lambda: hasher)
