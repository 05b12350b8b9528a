"""Page images (.jpg, .png, .tif): every frame is a page, read by a recogniser."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.pages import recognition
from juanzong.index.corpus.pages.composition import finished
from juanzong.index.corpus.pages.recognitions import NotRecognised
from juanzong.index.records import Problem

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 200_000_000
"""Pixels of a page image: a newspaper page of A1 at 400 dots an inch has 124 million."""
KINDS = ("JPEG", "PNG", "TIFF")
"""What a picture may be, whatever its name says: Pillow has decoders of fifty kinds more, and faults have been in those that nobody uses."""
MAX_FRAMES = 5_000
"""Frames of a file that are read."""
_DOTS = 200 / 72


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """The lines of the pages that a file holds."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    contents = Contents("image", trusted=False)
    pages: list[list[Line]] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data) if opening.path is None else opening.path, formats=KINDS)
            contents.pages = min(MAX_FRAMES, getattr(image, "n_frames", 1))
            for number in range(1, contents.pages + 1):
                image.seek(number - 1)
                if image.width * image.height > MAX_PIXELS:
                    raise Image.DecompressionBombError
                if opening.recogniser is None:
                    contents.unread.append(number)
                    continue
                try:
                    pages.append(_page(ImageOps.exif_transpose(image).convert("RGB"), number, opening))
                except NotRecognised:
                    contents.unread.append(number)
                opening.progress()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(
            "too_large",
            f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels. Scale it down, or cut it into parts.",
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError) as error:
        raise Refused(
            "unreadable", "The picture is damaged, or of a kind that is not read. Save it again as PNG, JPEG or TIFF."
        ) from error
    if contents.unread:
        which = "The picture is a page" if contents.pages == 1 else f"The {contents.pages} pages are pictures"
        contents.problems.append(
            Problem("unread_pages", f"{which} without a text layer. {recognition.advice(opening)}")
        )
    contents.lines = finished(pages)
    yield contents


def _page(image: Image.Image, number: int, opening: Opening) -> list[Line]:
    """The lines of a page image, which is measured as if it were scanned at the dots at which it is recognised."""
    return recognition.recognised_page(
        lambda scale: _scaled(image, scale), image.width / _DOTS, image.height / _DOTS, number, opening
    )


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    share = scale / _DOTS
    return (
        image
        if share > 0.99
        else image.resize((max(1, round(image.width * share)), max(1, round(image.height * share))))
    )
