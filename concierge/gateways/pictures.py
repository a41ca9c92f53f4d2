"""Pictures that browsers do not show, made into ones that they do."""

from io import BytesIO

import pillow_heif
from PIL import Image, ImageSequence

_LONGEST_SIDE = 4000
_QUALITY = 88
_OF_PAPER = {"1", "L", "RGB"}  # what a PDF holds as it is


def heic_as_jpeg(content: bytes) -> bytes:
    """A phone's photo as JPEG, upright and without its hidden facts (place, time, camera). Raises ValueError."""
    try:
        photo = pillow_heif.open_heif(BytesIO(content)).to_pillow()
    except (OSError, SyntaxError, EOFError, RuntimeError) as error:
        raise ValueError("no photo that can be read") from error
    photo.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    photo.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def tiff_as_pdf(content: bytes) -> bytes:
    """A fax or scan of many pages as a PDF with the same pages. Raises ValueError."""
    out = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=["TIFF"]) as fax:
            pages = (
                page.copy() if page.mode in _OF_PAPER else page.convert("RGB")
                for page in ImageSequence.Iterator(fax)
            )
            next(pages).save(out, "PDF", save_all=True, append_images=pages, resolution=200)
    except (OSError, SyntaxError, EOFError) as error:
        raise ValueError("no scan that can be read") from error
    return out.getvalue()
