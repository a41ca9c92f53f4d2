"""A test that talks to the outside fails, even when the code under test swallows the refusal."""

import ipaddress
import socket
from collections.abc import Iterator

import pytest

_ALLOWED_NAMES = {None, "", "localhost", "localhost.localdomain"}


class OutsideConnection(OSError):
    """A connection to a machine other than this one was tried."""


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in _ALLOWED_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture
def outside_tries() -> list[str]:
    """The hosts outside of this machine that the test tried to reach."""
    return []


@pytest.fixture(autouse=True)
def _no_outside(monkeypatch: pytest.MonkeyPatch, outside_tries: list[str]) -> Iterator[None]:
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def require_here(host: object) -> None:
        if not _is_here(host):
            outside_tries.append(str(host))
            raise OutsideConnection(f"a test may not connect to {host!r}")

    def require_address_here(probe: socket.socket, address: tuple) -> None:
        if probe.family in {socket.AF_INET, socket.AF_INET6}:
            require_here(address[0])

    def guarded_connect(self: socket.socket, address: tuple) -> None:
        require_address_here(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: tuple) -> int:
        require_address_here(self, address)
        return connect_ex(self, address)

    def guarded_lookup(host: object, *rest: object, **options: object) -> list:
        require_here(host)
        return lookup(host, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_lookup)
    yield
    if outside_tries:
        pytest.fail(f"connections to the outside were tried: {', '.join(sorted(set(outside_tries)))}")
