"""CSV files for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """A spreadsheet runs what looks like a formula; a text that begins like one is marked as text."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_response(head: Sequence[str], rows: Iterable[Sequence[object]], file_name: str) -> Response:
    """A file to save. `file_name` says a kind and a reference, never a name or an illness."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    headers = {"Content-Disposition": f"attachment; filename={file_name}", "Cache-Control": "no-store"}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)
