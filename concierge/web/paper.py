"""What every paper of ours carries: letterhead, foot of the page, both languages, a file name that tells nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flask import Response
from flask_babel import force_locale
from flask_babel import gettext as _

from concierge.gateways.pdf import Footer, Letterhead
from concierge.models import Hospital
from concierge.web import filters
from concierge.web.i18n import autonym, current_code

Made = TypeVar("Made")


def letterhead(hospital: Hospital) -> Letterhead:
    """The hospital as the reader of this page writes it, and beside it as it writes itself (to others: in English)."""
    name = hospital.text("name", current_code())
    own = hospital.text("name", hospital.languages[0])
    beside = own if own != name else hospital.text("name", "en")
    local = (
        "" if hospital.local_address.isascii() else hospital.local_address
    )  # in the script of its taxi drivers
    return Letterhead(
        name=name,
        native_name=beside if beside != name else "",
        address=tuple(line for line in (hospital.text("address", "en"), local) if line),
        phone=filters.phone_text(hospital.phone),
        email=hospital.email,
    )


def kept_together(text: str) -> str:
    """A date, a name or a number inside a sentence of either direction (Unicode isolates)."""
    return f"\u2068{text}\u2069"


def footer(reference: str, hospital: Hospital, now: datetime) -> Footer:
    """The foot in the reader's language; the time of printing is the hospital's, with its place."""
    code = current_code()
    printed = f"{filters.local_time(now, hospital.timezone)} {filters.city_of(hospital.timezone, code)}"
    return Footer(reference, printed, _("Page {page} of {pages}"), autonym(code))


def in_both(code: str, make: Callable[[], Made]) -> tuple[Made, Made]:
    """What `make` says in the language `code`, then in English. It must return texts, not lazy ones."""
    with force_locale(code):
        own = make()
    with force_locale("en"):
        return own, make()


def pdf_response(pdf: bytes, file_name: str) -> Response:
    """A paper to save. `file_name` holds a reference and a kind, never a name or an illness."""
    response = Response(pdf, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    response.headers["Cache-Control"] = "no-store"
    return response
