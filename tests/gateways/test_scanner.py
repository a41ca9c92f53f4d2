import io
import struct
import sys
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pillow_heif
import pydicom
import pypdf
import pytest
from PIL import Image
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from concierge.gateways.pdf import PdfPrinter
from concierge.gateways.scanner import FileKind, Problem, Unreadable, identify, kind_of, read_identity


def pdf(password: str | None = None, owner_only: bool = False, pages: int = 1) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if password:
        writer.encrypt("" if owner_only else password, owner_password=password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind: str, size: tuple[int, int] = (200, 150)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind)
    return out.getvalue()


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(out)
    return out.getvalue()


def dicom(name: str = "HADDAD^LAYLA", preamble: bytes = bytes(128), **tags: str) -> bytes:
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.SpecificCharacterSet = "ISO_IR 192"
    data.PatientName = name
    for tag, value in tags.items():
        setattr(data, tag, value)
    data.preamble = preamble
    out = io.BytesIO()
    data.save_as(out, enforce_file_format=True)
    return out.getvalue()


@pytest.fixture
def saved(tmp_path: Path):
    def save(content: bytes, name: str = "report.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return save


@pytest.mark.parametrize(
    ("content", "kind", "mime"),
    [
        (pdf(), FileKind.PDF, "application/pdf"),
        (b"\xef\xbb\xbf\n" + pdf(), FileKind.PDF, "application/pdf"),
        (pdf("owner", owner_only=True), FileKind.PDF, "application/pdf"),
        (picture("JPEG"), FileKind.JPEG, "image/jpeg"),
        (picture("PNG"), FileKind.PNG, "image/png"),
        (heic(), FileKind.HEIC, "image/heic"),
        (picture("TIFF"), FileKind.TIFF, "image/tiff"),
        (dicom(), FileKind.DICOM, "application/dicom"),
        (dicom(preamble=b"II*\x00" + bytes(124)), FileKind.DICOM, "application/dicom"),  # as of a microscope slide
    ],
)
def test_the_content_tells_the_kind_whatever_the_name(saved, content, kind, mime):
    found = identify(saved(content, "holiday.exe"))
    assert (found, found.mime) == (kind, mime)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a")
    return out.getvalue()


def huge_png() -> bytes:
    """100 bytes that would unfold to 1.2 gigabytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"MZ\x90\x00" + bytes(500), Problem.EXECUTABLE),
        (Path(sys.executable).resolve().read_bytes()[:100_000], Problem.EXECUTABLE),
        (b"#!/bin/sh\nrm -rf /", Problem.EXECUTABLE),
        (b"MZ" + pdf(), Problem.EXECUTABLE),
        (dicom(preamble=b"MZ" + bytes(126)), Problem.EXECUTABLE),
        (b"", Problem.EMPTY),
        (b"\n \n", Problem.EMPTY),
        (pdf(pages=0), Problem.EMPTY),
        (pdf("secret"), Problem.PASSWORD),
        (b"%PDF-1.7\nnothing follows", Problem.DAMAGED),
        (picture("JPEG")[:3000], Problem.DAMAGED),
        (picture("PNG")[:3000], Problem.DAMAGED),
        (heic()[:200], Problem.DAMAGED),
        (picture("TIFF")[:3000], Problem.DAMAGED),
        (bytes(128) + b"DICM" + bytes(100), Problem.DAMAGED),
        (huge_png(), Problem.NOT_ALLOWED),
        (archive(), Problem.NOT_ALLOWED),
        (b"<!doctype html><script>alert(1)</script>", Problem.NOT_ALLOWED),
        (b"GIF89a" + bytes(40), Problem.NOT_ALLOWED),
        (b"Dear doctor, please find", Problem.NOT_ALLOWED),
        (b"<html>%PDF-1.7</html>", Problem.NOT_ALLOWED),
    ],
)
def test_what_is_not_taken_says_why(saved, content, problem):
    with pytest.raises(Unreadable) as refusal:
        identify(saved(content))
    assert refusal.value.code == problem


def test_our_own_papers_pass(saved, tmp_path):
    (tmp_path / "note.typ").write_text('#set document(title: "t")\nHello')
    assert identify(saved(PdfPrinter(tmp_path).render("note", {}, "en"))) is FileKind.PDF


def test_the_first_bytes_are_enough_for_a_first_look():
    assert kind_of(pdf()[:100]) is FileKind.PDF
    with pytest.raises(Unreadable):
        kind_of(b"MZ")


def test_a_scan_says_whose_it_is(saved):
    content = dicom("HADDAD^LAYLA^M=ليلى^حداد", PatientBirthDate="19791104", PatientID=" A-7 ")
    identity = read_identity(saved(content))
    assert (identity.name, identity.birth_on, identity.patient_id) == (
        "HADDAD, LAYLA M",
        date(1979, 11, 4),
        "A-7",
    )
    assert identity.native_name == "ليلى, حداد"


@pytest.mark.parametrize("written", ["", "00000000", "1979", "19791340"])
def test_a_scan_without_a_clear_birth_date_has_none(saved, written):
    with pydicom.config.disable_value_validation():
        content = dicom("", PatientBirthDate=written)
    identity = read_identity(saved(content))
    assert (identity.name, identity.birth_on, identity.patient_id) == ("", None, "")


def test_something_else_has_no_identity(saved):
    with pytest.raises(Unreadable):
        read_identity(saved(pdf()))
