"""Files of confirmations that somebody made to hurt: they are kept, but nobody waits for them."""

import zlib
from time import process_time

from concierge.gateways import confirmation_files

_WORDS = b"BT /F1 12 Tf (SV 41 RUH LAX) Tj ET\n"


def _pdf(content: bytes) -> bytes:
    """One page with this content, packed; readers find the objects without a table of them."""
    packed = zlib.compress(content)
    return (
        b"%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n"
        b"4 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream\nendobj\n"
        b"5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n"
        b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n0\n%%%%EOF" % (len(packed), packed)
    )


def test_a_small_pdf_that_unpacks_into_hours_of_work_is_not_read():
    assert "SV 41" in confirmation_files.text_of_pdf(_pdf(_WORDS * 50))
    bomb = _pdf(_WORDS * 300_000)
    assert len(bomb) < 60_000
    begun = process_time()
    assert confirmation_files.text_of_pdf(bomb) == ""
    assert process_time() - begun < 3, "it took nineteen seconds"


def test_a_calendar_of_sixty_thousand_entries_is_not_read():
    entry = b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261208T083000Z\r\nSUMMARY:SV 41\r\nEND:VEVENT\r\n"
    one, many = (b"BEGIN:VCALENDAR\r\n" + entry * count + b"END:VCALENDAR\r\n" for count in (1, 60_000))
    assert len(confirmation_files.entries_of_calendar(one)) == 1
    begun = process_time()
    assert confirmation_files.entries_of_calendar(many) == []
    assert process_time() - begun < 1
