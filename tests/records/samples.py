"""Small real files of every kind that a family sends."""

import io

import pillow_heif
import pydicom
import pypdf
from PIL import Image
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

EXE = b"MZ\x90\x00" + bytes(600)


def pdf(password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((120, 90), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(out)
    return out.getvalue()


def dicom(name: str = "AL MUTAIRI^NOURA SAAD", born: str = "19680314") -> bytes:
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.SpecificCharacterSet = "ISO_IR 192"
    data.PatientName, data.PatientBirthDate = name, born
    out = io.BytesIO()
    data.save_as(out, enforce_file_format=True)
    return out.getvalue()


def upload(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    """As the test client sends a file."""
    return io.BytesIO(content), name
