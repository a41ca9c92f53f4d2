"""Pictures that browsers do not show, made into ones that they do."""

from io import BytesIO

import pillow_heif
from PIL import Image

_LONGEST_SIDE = 4000
_QUALITY = 88


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
