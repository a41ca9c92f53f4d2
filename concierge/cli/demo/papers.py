"""Made-up records: PDFs in typst and one small DICOM slice, each marked as fictional and sealed like a real upload."""

import io
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from concierge.domain.vocabulary import RecordKind
from concierge.gateways import pdf, scanner
from concierge.gateways.storage import Storage, Stored

MARKED = "FICTIONAL. Made for a demonstration. This person does not exist."
SIZE = 64  # pixels of the slice, each side
TEXTS = {
    RecordKind.SUMMARY: (
        "Medical history and current summary",
        "Referred for a second opinion. Good general condition, no known allergies.",
    ),
    RecordKind.PATHOLOGY: (
        "Pathology report",
        "Specimen received in formalin. See the description and the markers in the table above.",
    ),
    RecordKind.IMAGING_REPORT: (
        "Imaging report",
        "Compared with the examination of three months ago. No new finding outside the known region.",
    ),
    RecordKind.PASSPORT: ("Passport page", "Copy of the page with the photo."),
    RecordKind.REGIMENS: ("Treatments so far", "No systemic treatment yet."),
}


class Papers:
    """Makes a paper of a kind for a family and puts it into the storage."""

    def __init__(self, storage: Storage):
        self._storage = storage

    def make(
        self, family: dict, kind: RecordKind, on: date
    ) -> tuple[str, Stored, scanner.FileKind, scanner.DicomIdentity | None]:
        """(file name, stored file, its kind, the identity in a DICOM header or None), as an upload would give them."""
        if kind is RecordKind.IMAGES:
            content, name = self._slice(family, on), "IM0001.dcm"
            with NamedTemporaryFile(suffix=".dcm") as file:
                file.write(content)
                file.flush()
                identity = scanner.read_identity(Path(file.name))
            return name, self._storage.put(io.BytesIO(content)), scanner.FileKind.DICOM, identity
        content = self._pdf(family, kind, on)
        return f"{kind.value}.pdf", self._storage.put(io.BytesIO(content)), scanner.FileKind.PDF, None

    def _pdf(self, family: dict, kind: RecordKind, on: date) -> bytes:
        title, text = TEXTS.get(kind, ("Record", "See the table above."))
        rows = [
            ["Name", f"{family['given_names']} {family['surname']}"],
            ["Name as written at home", family["native_name"]],
            ["Born", family["birth_on"]],
            ["Passport", family["passport_number"]],
            ["Date", on.isoformat()],
        ]
        return pdf.render(
            "demo_record",
            {
                "title": title,
                "marked": MARKED,
                "rows": rows,
                "paragraphs": [text],
                "letterhead": pdf.Letterhead(
                    "Hospital at home (fictional)", ("1 Fictional Street",), "+00 000 000"
                ),
                "footer": pdf.Footer(
                    f"DEMO {kind.value}", on.isoformat(), "Page {page} of {pages}", "English"
                ),
            },
            "en",
        )

    def _slice(self, family: dict, on: date) -> bytes:
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = CTImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
        image.PatientName = f"{family['surname']}^{family['given_names']}"
        image.PatientBirthDate = family["birth_on"].replace("-", "")
        image.PatientID, image.Modality, image.StudyDate = "DEMO", "CT", on.strftime("%Y%m%d")
        image.StudyDescription = "FICTIONAL"
        image.Rows = image.Columns = SIZE
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        image.BitsAllocated = image.BitsStored = 8
        image.HighBit, image.PixelRepresentation = 7, 0
        image.PixelData = bytes((row * column) % 256 for row in range(SIZE) for column in range(SIZE))
        target = io.BytesIO()
        pydicom.dcmwrite(target, image, enforce_file_format=True)
        return target.getvalue()
