"""What an uploaded file really is: told by its content, never by its name."""

import re
import warnings
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from pathlib import Path

import icalendar
import pillow_heif
import puremagic
import pydicom
import pypdf
from PIL import Image, ImageSequence
from pydicom.errors import InvalidDicomError

_HEAD_BYTES = 4096
_MAX_PIXELS = 120_000_000
_MAX_FAX_PIXELS = 1_000_000_000  # of all pages together: a hundred in colour, hundreds in black and white
_MAX_CALENDAR_BYTES = 1024 * 1024
_PROGRAM_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
_PROGRAM_ENDINGS = ".exe .dll .sys .drv .scr .com .msi .class .lnk .dmg .deb .rpm .swf .elf .cpl"
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"))
_NAME_TAGS = ["PatientName", "PatientBirthDate", "PatientID", "SOPClassUID"]


class FileKind(StrEnum):
    """The kinds of document that a patient may send."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    TIFF = "tiff"
    DICOM = "dicom"
    CALENDAR = "calendar"

    @property
    def mime(self) -> str:
        return _MIMES[self]

    @property
    def ending(self) -> str:
        """For the name under which it is handed out."""
        return {"jpeg": ".jpg", "tiff": ".tif", "dicom": ".dcm", "calendar": ".ics"}.get(self, f".{self}")


_MIMES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.HEIC: "image/heic",
    FileKind.TIFF: "image/tiff",
    FileKind.DICOM: "application/dicom",
    FileKind.CALENDAR: "text/calendar",
}


class Problem(StrEnum):
    """Why a file is not taken; the page has words for each."""

    NOT_ALLOWED = "not_allowed"
    EXECUTABLE = "executable"
    EMPTY = "empty"
    PASSWORD = "password"  # noqa: S105
    DAMAGED = "damaged"


class Unreadable(Exception):
    """The file is not taken. `code` is a Problem."""

    def __init__(self, code: Problem) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class DicomIdentity:
    """The person in a DICOM header, empty where it says nothing.

    `name` is "surname, given names" in Latin letters, `native_name` the same in the person's own script.
    """

    name: str
    birth_on: date | None
    patient_id: str
    native_name: str = ""


def identify(path: Path) -> FileKind:
    """The kind of the file, after it was opened and looked through. Raises Unreadable."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    kind = kind_of(head)
    check = {
        FileKind.PDF: _check_pdf,
        FileKind.HEIC: _check_heic,
        FileKind.TIFF: _check_tiff,
        FileKind.DICOM: _check_dicom,
        FileKind.CALENDAR: _check_calendar,
    }
    check.get(kind, _check_image)(path, kind)
    return kind


def kind_of(head: bytes) -> FileKind:
    """The kind by the first 4 KiB alone, for a first look while the rest still arrives. Raises Unreadable."""
    if not head.strip(b"\x00\t\r\n "):
        raise Unreadable(Problem.EMPTY if len(head) < _HEAD_BYTES else Problem.NOT_ALLOWED)
    # First of all: a DICOM preamble has room for a program's head, and readers skip over it (CVE-2019-11687).
    if head.startswith(_PROGRAM_STARTS):
        raise Unreadable(Problem.EXECUTABLE)
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if head[4:8] == b"ftyp" and _HEIC_BRANDS & _brands(head):
        return FileKind.HEIC
    if head[128:132] == b"DICM":
        return FileKind.DICOM
    # After DICOM, whose preamble may be the head of a TIFF (microscope slides).
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return FileKind.TIFF
    # ISO 32000-1, annex H: readers look for the header in the first 1024 bytes.
    if re.match(rb"[\s\x00\xef\xbb\xbf]*%PDF-\d", head[:1024]):
        return FileKind.PDF
    if re.match(rb"[\s\xef\xbb\xbf]*BEGIN:VCALENDAR\s", head):
        return FileKind.CALENDAR
    raise Unreadable(
        Problem.EXECUTABLE if _endings(head) & {*_PROGRAM_ENDINGS.split()} else Problem.NOT_ALLOWED
    )


def read_identity(path: Path) -> DicomIdentity:
    """Name, birth date and number in a DICOM file, without reading its pictures. Raises Unreadable."""
    header = _dicom_header(path)
    name = header.get("PatientName") or pydicom.valuerep.PersonName("")
    return DicomIdentity(
        name=_written(name.alphabetic),
        birth_on=_day(str(header.get("PatientBirthDate") or "")),
        patient_id=str(header.get("PatientID") or "").strip(),
        native_name=_written(name.ideographic or name.phonetic),
    )


def _brands(head: bytes) -> set[bytes]:
    box = head[8 : min(int.from_bytes(head[:4], "big"), 256)]
    return {box[start : start + 4] for start in range(0, len(box), 4)}


def _endings(head: bytes) -> set[str]:
    try:
        return {match.extension for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _check_pdf(path: Path, kind: FileKind) -> None:
    # A paper that may be read but not printed has a password too, an empty one: it opens for everybody.
    try:
        with pypdf.PdfReader(path) as reader:
            if reader.is_encrypted and not reader.decrypt(""):
                raise Unreadable(Problem.PASSWORD)
            pages = len(reader.pages)
    except Unreadable:
        raise
    except Exception:  # a broken PDF makes the parser fail in any way it likes
        raise Unreadable(Problem.DAMAGED) from None
    if not pages:
        raise Unreadable(Problem.EMPTY)


def _check_image(path: Path, kind: FileKind) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=[kind.upper()])
        with image:
            _check_pixels(image.size)
            if kind is FileKind.PNG:
                image.verify()
            else:
                # An eighth of the size, or less: enough to walk through the whole file without unfolding it.
                image.draft("RGB", (image.width // 8 or 1, image.height // 8 or 1))
                image.load()
    except Image.DecompressionBombError:
        raise Unreadable(Problem.NOT_ALLOWED) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise Unreadable(Problem.DAMAGED) from None


def _check_tiff(path: Path, kind: FileKind) -> None:
    """A fax has many pages: the first is looked at, of the others only how large they are."""
    _check_image(path, kind)
    pixels = 0
    try:
        with Image.open(path, formats=["TIFF"]) as fax:
            for page in ImageSequence.Iterator(fax):
                _check_pixels(page.size)
                pixels += page.width * page.height
                if pixels > _MAX_FAX_PIXELS:
                    raise Unreadable(Problem.NOT_ALLOWED)
    except Image.DecompressionBombError:
        raise Unreadable(Problem.NOT_ALLOWED) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise Unreadable(Problem.DAMAGED) from None


def _check_heic(path: Path, kind: FileKind) -> None:
    try:
        image = pillow_heif.open_heif(BytesIO(path.read_bytes()))
        _check_pixels(image.size)
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, MemoryError):
        raise Unreadable(Problem.DAMAGED) from None


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > _MAX_PIXELS:
        raise Unreadable(Problem.NOT_ALLOWED)


def _check_dicom(path: Path, kind: FileKind) -> None:
    if "SOPClassUID" not in _dicom_header(path):
        raise Unreadable(Problem.DAMAGED)


def _check_calendar(path: Path, kind: FileKind) -> None:
    if path.stat().st_size > _MAX_CALENDAR_BYTES:
        raise Unreadable(Problem.NOT_ALLOWED)
    try:
        icalendar.Calendar.from_ical(path.read_bytes())
    except Exception:  # what is no calendar makes the parser fail in any way it likes
        raise Unreadable(Problem.DAMAGED) from None


def _dicom_header(path: Path) -> pydicom.Dataset:
    try:
        return pydicom.dcmread(path, stop_before_pixels=True, specific_tags=_NAME_TAGS)
    except (
        InvalidDicomError,
        OSError,
        EOFError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        NotImplementedError,
    ):
        raise Unreadable(Problem.DAMAGED) from None


def _written(name: str) -> str:
    """ "HADDAD^LAYLA^M" as "HADDAD, LAYLA M" (DICOM PS3.5, 6.2.1: surname, given, middle, prefix, suffix)."""
    surname, *others = (part.strip() for part in str(name).split("^"))
    given = " ".join(part for part in others[:2] if part)
    return ", ".join(part for part in (surname, given) if part)


def _day(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})", text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
