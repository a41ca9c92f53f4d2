"""The page that takes a file of tariffs: the file as text, and its faults in the reader's language."""

from dataclasses import dataclass

from flask_babel import gettext as _

from concierge.domain.people import clean_line
from concierge.domain.tariff_file import Fault
from concierge.journey.finance.prices.forms import FileForm
from concierge.web.refusals import error_text

MOST_BYTES = 8_000_000
SHOWN_FAULTS = 100
PREVIEWED = 50


@dataclass(frozen=True)
class FileText:
    """A file as it was sent."""

    name: str
    text: str


@dataclass(frozen=True)
class FaultRow:
    """A fault to read: the row as a spreadsheet counts it (empty for the whole file), the column, what to do."""

    row: str
    column: str
    text: str


def read_upload(form: FileForm) -> FileText | None:
    """The text of the one file; None, and said next to the field, where it is none."""
    if len(form.file.files) != 1:
        form.refuse("file", "file_one_at_a_time")
        return None
    sent = form.file.files[0]
    content = sent.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        form.refuse("file", "file_too_long")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        form.refuse("file", "file_is_not_utf8")
        return None
    if "\0" in text:
        form.refuse("file", "file_is_no_table")
        return None
    return FileText(clean_line(sent.filename or "")[:200] or _("File"), text)


def shown_faults(faults: list[Fault]) -> list[FaultRow]:
    """The first of them, in words."""
    return [
        FaultRow(str(fault.row or ""), fault.column, str(error_text(fault.code, **fault.data)))
        for fault in faults[:SHOWN_FAULTS]
    ]
