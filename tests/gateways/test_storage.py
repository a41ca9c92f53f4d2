import base64
import hashlib
import io
import secrets
import tracemalloc
from pathlib import Path

import pytest

from concierge.gateways.storage import CHUNK_BYTES, EncryptedFolder, Missing, Tampered, TooLarge

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()


@pytest.fixture
def folder(tmp_path: Path) -> EncryptedFolder:
    return EncryptedFolder(tmp_path / "documents", KEY)


def files(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_is_put_comes_back(folder, size):
    content = secrets.token_bytes(size)
    stored = folder.put(io.BytesIO(content))
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert b"".join(folder.open(stored.key)) == content


def test_nothing_readable_lies_on_the_disk_and_only_its_owner_may_read_it(folder, tmp_path):
    stored = folder.put(io.BytesIO(b"Layla Haddad, pathology report" * 100))
    (file,) = files(tmp_path)
    assert b"Layla" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.relative_to(tmp_path / "documents").parts == (stored.key[:2], stored.key[2:4], stored.key)


def test_the_same_file_twice_is_two_different_files_on_the_disk(folder, tmp_path):
    first, second = (folder.put(io.BytesIO(b"same")).key for _ in range(2))
    assert first != second
    one, other = (path.read_bytes() for path in files(tmp_path))
    assert one[8:] != other[8:]


class Slow(io.BytesIO):
    """Gives little at a time, as a network does."""

    def read(self, size: int = -1) -> bytes:
        return super().read(min(size, 1000))


def test_a_slow_stream_is_cut_into_whole_chunks(folder):
    content = secrets.token_bytes(CHUNK_BYTES + 5000)
    assert b"".join(folder.open(folder.put(Slow(content)).key)) == content


def test_a_file_over_the_limit_leaves_nothing_behind(folder, tmp_path):
    with pytest.raises(TooLarge) as error:
        folder.put(io.BytesIO(bytes(200_001)), max_bytes=200_000)
    assert error.value.max_bytes == 200_000
    assert files(tmp_path) == []
    assert folder.put(io.BytesIO(bytes(200_000)), max_bytes=200_000).size == 200_000


def test_an_upload_that_breaks_off_leaves_nothing_behind(folder, tmp_path):
    class Broken(io.BytesIO):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        folder.put(Broken())
    assert files(tmp_path) == []


class Zeros:
    """A stream of `size` zeros that never exists as a whole."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int) -> bytes:
        given = min(size, self._left)
        self._left -= given
        return bytes(given)


def test_a_large_file_never_sits_in_memory(folder):
    tracemalloc.start()
    stored = folder.put(Zeros(40_000_000))
    assert sum(map(len, folder.open(stored.key))) == 40_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def flip(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


SEALED = CHUNK_BYTES + 16


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: flip(content, 0),
        lambda content: flip(content, 5),
        lambda content: flip(content, 10),
        lambda content: flip(content, 100),
        lambda content: flip(content, len(content) - 1),
        lambda content: content[:-1],
        lambda content: content[: 24 + SEALED],
        lambda content: content + b"more",
        lambda content: content[:24] + content[24 + SEALED : 24 + 2 * SEALED] + content[24:],
    ],
)
def test_each_change_to_a_file_is_found(folder, tmp_path, change):
    stored = folder.put(io.BytesIO(secrets.token_bytes(3 * CHUNK_BYTES)))
    (file,) = files(tmp_path)
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(Tampered):
        b"".join(folder.open(stored.key))


def test_a_file_does_not_open_under_another_name(folder):
    mine, theirs = folder.put(io.BytesIO(b"mine")), folder.put(io.BytesIO(b"theirs"))
    folder._path(theirs.key).replace(folder._path(mine.key))
    with pytest.raises(Tampered):
        folder.open(mine.key)


def test_a_new_key_writes_while_the_old_one_still_reads(folder, tmp_path):
    old = folder.put(io.BytesIO(b"old"))
    both = EncryptedFolder(tmp_path / "documents", f"{OTHER_KEY}, {KEY}")
    new = both.put(io.BytesIO(b"new"))
    assert b"".join(both.open(old.key)) == b"old"
    with pytest.raises(Tampered):
        folder.open(new.key)
    assert b"".join(EncryptedFolder(tmp_path / "documents", OTHER_KEY).open(new.key)) == b"new"


@pytest.mark.parametrize("key", ["", "../../../etc/passwd", "0" * 32, "A" * 32])
def test_an_unknown_key_is_missing(folder, key):
    with pytest.raises(Missing):
        folder.open(key)


def test_a_deleted_file_is_gone(folder):
    stored = folder.put(io.BytesIO(b"x"))
    folder.delete(stored.key)
    folder.delete(stored.key)
    with pytest.raises(Missing):
        folder.open(stored.key)


@pytest.mark.parametrize("key", ["", "short", "é" * 40, f"{KEY},", base64.b64encode(bytes(31)).decode()])
def test_a_key_that_is_none_fails_at_start(tmp_path, key):
    with pytest.raises(ValueError):
        EncryptedFolder(tmp_path, key)


def test_documents_are_never_put_where_the_web_server_looks():
    from concierge.gateways import storage

    with pytest.raises(ValueError):
        EncryptedFolder(Path(storage.__file__).parents[1] / "static" / "documents", KEY)
