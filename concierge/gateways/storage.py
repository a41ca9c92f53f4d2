"""Documents at rest: each file encrypted on its own, in a folder that no web server serves.

A file is `CGE1`, the key's tag (4 bytes), a salt (16 bytes), then chunks of 64 KiB sealed with AES-256-GCM
under a key of this file alone. Nonce: chunk number and whether it is the last, so none can be swapped or cut
off. The file's name is sealed in too: one patient's document does not open under another's name.
"""

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK_BYTES = 64 * 1024
MAX_BYTES = 200 * 1024 * 1024
_MAGIC, _TAG_BYTES, _SALT_BYTES, _SEAL_BYTES = b"CGE1", 4, 16, 16
_HEADER_BYTES = len(_MAGIC) + _TAG_BYTES + _SALT_BYTES
_NAME = re.compile(r"[0-9a-f]{32}")
_WEB_ROOT = Path(__file__).resolve().parents[1] / "static"


class StorageError(Exception):
    """A stored file cannot be written or read."""


class TooLarge(StorageError):
    """More bytes came than are allowed; nothing was kept. `max_bytes` is the limit."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"more than {max_bytes} bytes")
        self.max_bytes = max_bytes


class Tampered(StorageError):
    """The file is not what was stored: changed, cut off, moved under another name, or its key is gone."""


class Missing(StorageError):
    """Nothing is stored under this key."""


@dataclass(frozen=True, slots=True)
class Stored:
    """`key`: 32 hexadecimal signs. `size` in bytes and `sha256` (hexadecimal) are of the plain file."""

    key: str
    size: int
    sha256: str


class Storage(Protocol):
    """Where documents lie."""

    def put(self, stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Stored: ...

    def open(self, key: str) -> Iterator[bytes]: ...

    def delete(self, key: str) -> None: ...


class EncryptedFolder:
    """Files below `root`. `key`: 32 bytes in base64, or several with commas, of which the first writes."""

    def __init__(self, root: Path, key: str) -> None:
        self._root = Path(root).resolve()
        if self._root.is_relative_to(_WEB_ROOT):
            raise ValueError("documents must not lie where the web server looks")
        self._keys = {_tag(secret): secret for secret in map(_secret, key.split(","))}
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Stored:
        """Keeps what `stream` gives, 64 KiB at a time. Raises TooLarge, and then nothing is left behind."""
        key = secrets.token_hex(16)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = path.with_suffix(".half")
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                stored = self._seal(key, stream, file, max_bytes)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        return stored

    def open(self, key: str) -> "Opened":
        """The plain bytes in pieces. Raises Missing or Tampered at once, Tampered also while reading on.

        To be closed, or read to its end.
        """
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError:
            raise Missing(key) from None
        try:
            header = file.read(_HEADER_BYTES)
            secret = self._keys.get(header[len(_MAGIC) : len(_MAGIC) + _TAG_BYTES])
            if len(header) != _HEADER_BYTES or not header.startswith(_MAGIC) or secret is None:
                raise Tampered(key)
            return Opened(file, _cipher(secret, header), header + key.encode())
        except BaseException:
            file.close()
            raise

    def delete(self, key: str) -> None:
        """Gone after this; a key that is not there is no error."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _NAME.fullmatch(key):
            raise Missing(key)
        return self._root / key[:2] / key[2:4] / key

    def _seal(self, key: str, stream: BinaryIO, file: BinaryIO, max_bytes: int) -> Stored:
        tag, secret = next(iter(self._keys.items()))
        header = _MAGIC + tag + secrets.token_bytes(_SALT_BYTES)
        cipher, bound = _cipher(secret, header), header + key.encode()
        size, digest = 0, hashlib.sha256()
        file.write(header)
        for number, (chunk, is_last) in enumerate(_chunks(stream, CHUNK_BYTES)):
            size += len(chunk)
            if size > max_bytes:
                raise TooLarge(max_bytes)
            digest.update(chunk)
            file.write(cipher.encrypt(_nonce(number, is_last), chunk, bound))
        return Stored(key, size, digest.hexdigest())


class Opened(Iterator[bytes]):
    """A stored file being read; fits as the body of a web response. Its first piece is checked first."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, bound: bytes) -> None:
        self._file, self._cipher, self._bound = file, cipher, bound
        self._chunks = enumerate(_chunks(file, CHUNK_BYTES + _SEAL_BYTES))
        self._first: bytes | None = self._plain()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __next__(self) -> bytes:
        piece, self._first = self._first, None
        if piece is None:
            try:
                piece = self._plain()
            except BaseException:
                self.close()
                raise
        return piece

    def close(self) -> None:
        self._file.close()

    def _plain(self) -> bytes:
        number, (sealed, is_last) = next(self._chunks)
        try:
            return self._cipher.decrypt(_nonce(number, is_last), sealed, self._bound)
        except InvalidTag:
            raise Tampered("not what was stored") from None


def from_config(*, root: Path, key: str) -> Storage:
    """The encrypted folder. Raises ValueError for a key that is none."""
    return EncryptedFolder(root, key)


def _chunks(stream: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """(chunk, is it the last); an empty stream is one empty chunk."""
    chunk = _read_full(stream, size)
    while True:
        following = _read_full(stream, size) if len(chunk) == size else b""
        yield chunk, not following
        if not following:
            return
        chunk = following


def _read_full(stream: BinaryIO, size: int) -> bytes:
    """Exactly `size` bytes, fewer only at the end: a network stream gives what it has."""
    parts, wanted = [], size
    while wanted and (part := stream.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _secret(text: str) -> bytes:
    with suppress(binascii.Error, ValueError):
        secret = base64.b64decode(text.strip() + "==", altchars=b"-_")
        if len(secret) == 32:
            return secret
    raise ValueError("a storage key is 32 random bytes in base64")


def _tag(secret: bytes) -> bytes:
    return hashlib.sha256(b"concierge storage key tag" + secret).digest()[:_TAG_BYTES]


def _cipher(secret: bytes, header: bytes) -> AESGCM:
    salt = header[-_SALT_BYTES:]
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"concierge document").derive(secret))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
