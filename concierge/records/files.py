"""The way of a file between a browser and the storage; views use it, actions never see a byte.

In: to a temporary file, known by its content, sealed; only then one transaction writes the rows. When that does
not end well the sealed files are deleted, so that nothing half-happens. Out: decrypted piece by piece, under a
discreet name.
"""

import secrets
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from babel import units
from flask import Response, abort
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from concierge.cases.actions import lock
from concierge.domain.clocks import local_day
from concierge.domain.people import clean_line
from concierge.domain.vocabulary import RecordKind
from concierge.gateways import scanner
from concierge.gateways.pictures import heic_as_jpeg, tiff_as_pdf
from concierge.gateways.scanner import DicomIdentity, FileKind, Unreadable
from concierge.gateways.storage import Storage, StorageError, Stored, TooLarge
from concierge.models import Case, Document
from concierge.records import actions
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.filters import day
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit
from concierge.web.refusals import file_problem
from concierge.web.vendors import gateways

MOST_BYTES = 150 * 1024 * 1024
_COPY_BYTES = 1024 * 1024
_MOST_NAME = 120
# For a file shown inside the browser: it may draw itself and nothing else.
_BOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"

# In a frame of our own page: the browser draws a PDF by an object of its own, which a sandbox would forbid.
_FRAME = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'"

log = structlog.get_logger()


@dataclass(frozen=True)
class Sealed:
    """A good file: known by its content and lying sealed in the storage."""

    name: str
    stored: Stored
    kind: FileKind
    identity: DicomIdentity | None


@dataclass
class Batch:
    """What became of the files of one form: `kept` names those we have, `problems` say why not and what to do."""

    sealed: list[Sealed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    done: AnyResponse | None = None

    @property
    def kept(self) -> list[str]:
        return [file.name for file in self.sealed] if self.done else []


def shown_name(file_name: str) -> str:
    """The name as sent, without folders and control characters, short enough to read; never used as a path."""
    name = clean_line(file_name.replace("\\", "/").rsplit("/", 1)[-1])
    if len(name) > _MOST_NAME:
        ending = Path(name).suffix[:10]
        name = name[: _MOST_NAME - len(ending) - 1] + "…" + ending
    return name or "…"


def take_in(
    form: Form,
    uploads: list[FileStorage],
    case: Case,
    kind: RecordKind,
    led_to: Callable[[int], str],
    also: Callable[[Session, Case, list[Document]], None] | None = None,
) -> Batch:
    """Check and seal each file, then write all good ones in one transaction, once per form token.

    `led_to(count)` is called inside the transaction and gives the address to go to; `also` before it, with the new
    rows. Problems land beside the field `files` of the form, and the good files of the same batch are kept.
    """
    storage = gateways().storage
    batch = Batch()
    try:
        for upload in uploads:
            _seal(upload, storage, batch)
        if batch.sealed:
            _write(form, batch, case.id, kind, led_to, also)
    except BaseException:
        _forget(batch, storage)
        raise
    if batch.problems:
        form.files.errors = [*form.files.errors, *batch.problems]
        form.once.data = secrets.token_urlsafe(24)  # the next press of the button is a new sending
    return batch


def seal_all(uploads: list[FileStorage]) -> Batch:
    """Check and seal each file for a page that writes the rows itself; `forget` deletes what it does not keep."""
    storage, batch = gateways().storage, Batch()
    try:
        for upload in uploads:
            _seal(upload, storage, batch)
    except BaseException:
        _forget(batch, storage)
        raise
    return batch


def forget(storage_keys: Iterable[str]) -> None:
    """Delete sealed files that no row names any more."""
    for key in storage_keys:
        gateways().storage.delete(key)


def _seal(upload: FileStorage, storage: Storage, batch: Batch) -> None:
    name = shown_name(upload.filename or "")
    try:
        with tempfile.NamedTemporaryFile(prefix="concierge-") as copy:
            upload.save(copy, _COPY_BYTES)
            copy.flush()
            path = Path(copy.name)
            kind = scanner.identify(path)
            identity = scanner.read_identity(path) if kind is FileKind.DICOM else None
            with path.open("rb") as plain:
                stored = storage.put(plain, max_bytes=MOST_BYTES)
    except Unreadable as error:
        batch.problems.append(file_problem(error.code, name))
    except TooLarge:
        batch.problems.append(file_problem("too_large", name))
    else:
        batch.sealed.append(Sealed(name, stored, kind, identity))


def _write(
    form: Form,
    batch: Batch,
    case_id: int,
    kind: RecordKind,
    led_to: Callable[[int], str],
    also: Callable[[Session, Case, list[Document]], None] | None,
) -> None:
    written: list[str] = []

    def work(session: Session) -> str:
        case, actor, at = lock(session, case_id), current_actor(), now()
        documents = [
            actions.receive_document(
                session, case, kind=kind, file_name=file.name, stored=file.stored, file_kind=file.kind,
                identity=file.identity, actor=actor, now=at,
            )
            for file in batch.sealed
        ]  # fmt: skip
        if also:
            session.flush()
            also(session, case, documents)
        written.extend(file.name for file in batch.sealed)
        return led_to(len(batch.sealed))

    batch.done = submit(form, work)
    if not (batch.done and written):  # refused, or a repetition of a form whose files we have already
        _forget(batch, gateways().storage, keep_names=batch.done is not None)


def _forget(batch: Batch, storage: Storage, *, keep_names: bool = False) -> None:
    for file in batch.sealed:
        storage.delete(file.stored.key)
    if not keep_names:
        batch.sealed.clear()


def file_size(size: int) -> str:
    """Bytes as a person reads them: 0.4 MB."""
    is_small = size < 100_000
    value, unit = (
        (max(size / 1000, 1), "digital-kilobyte") if is_small else (size / 1_000_000, "digital-megabyte")
    )
    return units.format_unit(round(value, 0 if is_small else 1), unit, "short", locale=current_code())


def day_at(at: datetime, timezone: str) -> str:
    """The day of a moment, as the calendar on the wall of a place shows it."""
    return day(local_day(at, timezone))


# --- out ----------------------------------------------------------------------------------------------------


def safe_name(case: Case, document: Document, ending: str | None = None) -> str:
    """`C-2026-00417-summary-7kq2.pdf`: reference, kind and four signs; no person and no illness."""
    endings = {kind.mime: kind.ending for kind in FileKind}
    tail = endings.get(document.content_type, ".bin") if ending is None else ending
    return f"{case.reference}-{document.kind.replace('_', '-')}-{document.public_id[:4]}{tail}"


def hand_out(case: Case, document: Document) -> Response:
    """The document as a download."""
    response = Response(_opened(document), mimetype=document.content_type)
    response.content_length = document.size
    response.headers["Content-Disposition"] = f'attachment; filename="{safe_name(case, document)}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def is_viewable(document: Document) -> bool:
    """True where a browser can show it; the images of a CD and a calendar need a programme of their own."""
    return document.content_type not in {FileKind.DICOM.mime, FileKind.CALENDAR.mime}


def show(case: Case, document: Document, *, convert: Callable[[bytes], bytes]) -> Response:
    """The document inside the browser: no script, no form, no request from it. `convert` makes a HEIC photo a JPEG."""
    if document.content_type == FileKind.HEIC.mime:
        response = Response(convert(b"".join(_opened(document))), mimetype=FileKind.JPEG.mime)
        name = safe_name(case, document, FileKind.JPEG.ending)
    elif document.content_type == FileKind.TIFF.mime:  # no browser shows the pages of a fax
        response = Response(tiff_as_pdf(b"".join(_opened(document))), mimetype=FileKind.PDF.mime)
        name = safe_name(case, document, FileKind.PDF.ending)
    else:
        response = Response(_opened(document), mimetype=document.content_type)
        response.content_length = document.size
        name = safe_name(case, document)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Content-Security-Policy"] = _BOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def show_sheet(storage_key: str, kind: FileKind, size: int, name: str) -> Response:
    """A fax or scan that is no document of a case yet, for a frame of our own page; `name` without its ending."""
    if convert := _AS_SHOWN.get(kind):
        shown, make = convert
        response = Response(make(b"".join(_open(storage_key))), mimetype=shown.mime)
    else:
        shown, response = kind, Response(_open(storage_key), mimetype=kind.mime)
        response.content_length = size
    response.headers["Content-Disposition"] = f'inline; filename="{name}{shown.ending}"'
    response.headers["Content-Security-Policy"] = _FRAME
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


_AS_SHOWN = {FileKind.TIFF: (FileKind.PDF, tiff_as_pdf), FileKind.HEIC: (FileKind.JPEG, heic_as_jpeg)}


def _opened(document: Document):
    return _open(document.storage_key)


def _open(storage_key: str):
    try:
        return gateways().storage.open(storage_key)
    except StorageError as error:
        log.error("document_cannot_be_opened", key=storage_key, error=type(error).__name__)
        abort(500)
