"""A page as a picture: drawn by pdfium, or the scan itself, whole or a part of it. For the confined process; files are hostile."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from juanzong.index.corpus.containers import INSIDE
from juanzong.index.corpus.contents import MAX_DEPTH, Entry, Opening, Refused
from juanzong.index.corpus.formats.table import format_of

if TYPE_CHECKING:
    from PIL import Image

Corners = tuple[int, int, int, int]
"""Left, top, right and bottom on a page as it is shown, in ten thousandths of its width and height."""
SCALE = 10_000
MAX_PIXELS = 16_000_000
"""Pixels of a drawn page."""
MAX_SIDE = 65_000
"""Pixels of its longer side: a JPEG has at most 65,535."""
_ENLARGED_SCAN, _ENLARGED_PRINT = 2.0, 12.0
"""Pixels drawn for one of a scan, and for a point of print, at most."""
_CHARACTER = 34
"""Pixels of the height of a line of print in a cutting, which screens show at half of that or so."""
_QUALITY = 82
_MARKER, _LINE = (255, 217, 77), (201, 138, 0)
"""What a hit is painted with: a marker of felt, which darkens paper and leaves ink, and the line under it."""


@dataclass(frozen=True, slots=True)
class PageView:
    """What of a page is drawn, `width` pixels wide: all of it, or around the boxes of a hit a part of the proportions `width` to `height`, with the hit marked."""

    page: int
    width: int
    height: int = 0
    marks: tuple[Corners, ...] = field(default_factory=tuple)


def draw(path: Path, name: str, inside: str, view: PageView) -> bytes:
    """A JPEG of a page of a file, or of one inside it. Raises Refused."""
    opening = Opening(name, path=path)
    data = b""
    if inside:
        data, opening = _entry(path, name, inside)
    format_ = format_of(opening.name)
    page = _PAGES.get(format_.name if format_ is not None else "")
    if page is None:
        raise Refused("no_image", "A document of this format has no page images.")
    image = page(data, opening, view)
    output = io.BytesIO()
    image.convert("L" if image.mode in ("1", "L", "I;16") else "RGB").save(output, "JPEG", quality=_QUALITY)
    return output.getvalue()


def _entry(path: Path, name: str, inside: str) -> tuple[bytes, Opening]:
    """The bytes of a file inside a container, and how it is opened. Raises Refused."""
    opening, data, left = Opening(name, path=path), b"", inside
    for depth in range(MAX_DEPTH + 1):
        format_ = format_of(opening.name)
        if format_ is None or not format_.holds:
            break
        if depth == 0 and not format_.large:
            data = path.read_bytes()
        found = next(
            (
                entry
                for entry in format_.reader()(data, opening)
                if isinstance(entry, Entry) and (left == entry.name or left.startswith(entry.name + INSIDE))
            ),
            None,
        )
        if found is None:
            break
        data, opening = found.data(), Opening(found.name, budget=opening.budget)
        if left == found.name:
            return data, opening
        left = left.removeprefix(found.name + INSIDE)
    raise Refused("moved", "The file inside the archive is no longer where it was read.")


def _printed(data: bytes, opening: Opening, view: PageView) -> Image.Image:
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    try:
        document = pdfium.PdfDocument(str(opening.path) if opening.path is not None else data)
    except pdfium.PdfiumError as error:
        raise Refused("unreadable", "The PDF cannot be opened.") from error
    try:
        page: Any = raw.FPDF_LoadPage(document.raw, view.page - 1)
        if not page:
            raise Refused("unreadable", "The PDF has no such page.")
        try:
            width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
            cut = _cut(view, width, height)
            zoom = _zoom(view, cut, _ENLARGED_PRINT)
            across, down = max(1, round((cut[2] - cut[0]) * zoom)), max(1, round((cut[3] - cut[1]) * zoom))
            bitmap = pdfium.PdfBitmap.new_native(across, down, raw.FPDFBitmap_BGR)
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, across, down)
            raw.FPDF_RenderPageBitmap(
                bitmap.raw,
                page,
                round(-cut[0] * zoom),
                round(-cut[1] * zoom),
                max(1, round(width * zoom)),
                max(1, round(height * zoom)),
                0,
                raw.FPDF_ANNOT,
            )
            image: Image.Image = bitmap.to_pil().convert("RGB")
            return _marked(image, view, (width, height), cut, zoom)
        finally:
            raw.FPDF_ClosePage(page)
    finally:
        document.close()


def _scanned(data: bytes, opening: Opening, view: PageView) -> Image.Image:
    from PIL import Image, ImageOps, UnidentifiedImageError

    from juanzong.index.corpus.formats.pictures import KINDS
    from juanzong.index.corpus.formats.pictures import MAX_PIXELS as MOST

    Image.MAX_IMAGE_PIXELS = MOST
    try:
        image = Image.open(io.BytesIO(data) if opening.path is None else opening.path, formats=KINDS)
        image.seek(view.page - 1)
        if image.width * image.height > MOST:
            raise Refused("too_large", "The picture has too many pixels to be shown.")
        if not view.marks and getattr(image, "n_frames", 1) == 1:
            # a JPEG is unpacked no larger than it is shown
            image.draft(None, (view.width, view.width))
        image.load()
        frame: Any = ImageOps.exif_transpose(image)
        if frame.mode in ("1", "P", "RGBA", "LA", "CMYK", "YCbCr", "I", "F"):
            frame = frame.convert("L" if frame.mode in ("1", "I", "F") else "RGB")
        cut = _cut(view, frame.width, frame.height)
        zoom = _zoom(view, cut, _ENLARGED_SCAN)
        size = max(1, round((cut[2] - cut[0]) * zoom)), max(1, round((cut[3] - cut[1]) * zoom))
        made = frame.resize(size, Image.Resampling.LANCZOS, box=cut, reducing_gap=2.0)
        return _marked(made, view, frame.size, cut, zoom)
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused("unreadable", "The picture cannot be opened, or has no such frame.") from error


_PAGES: dict[str, Callable[[bytes, Opening, PageView], Any]] = {"pdf": _printed, "image": _scanned}


def _cut(view: PageView, width: float, height: float) -> tuple[float, float, float, float]:
    """The part of a page of this size that is drawn, in its units: of the proportions that were asked for, with the boxes in its middle."""
    if not view.height or not view.marks:
        return 0.0, 0.0, float(width), float(height)
    boxes = [_placed(mark, width, height) for mark in view.marks]
    first = boxes[0]
    line = max(min(box[2] - box[0], box[3] - box[1]) for box in boxes)
    across = min(width, height * view.width / view.height, max(line, height / 300) * view.width / _CHARACTER)
    down = across * view.height / view.width
    left = min(max(0.0, (first[0] + first[2] - across) / 2), width - across)
    top = min(max(0.0, (first[1] + first[3] - down) / 2), height - down)
    return left, top, left + across, top + down


def _zoom(view: PageView, cut: Sequence[float], most: float) -> float:
    """Pixels a unit: as many as the width asks for, no more than are there, and bounded in all."""
    across, down = cut[2] - cut[0], cut[3] - cut[1]
    if across <= 0 or down <= 0:
        raise Refused("unreadable", "The page has no size.")
    return min(view.width / across, most, math.sqrt(MAX_PIXELS / (across * down)), MAX_SIDE / max(across, down))


def _placed(mark: Corners, width: float, height: float) -> tuple[float, float, float, float]:
    return mark[0] * width / SCALE, mark[1] * height / SCALE, mark[2] * width / SCALE, mark[3] * height / SCALE


def _marked(
    image: Image.Image, view: PageView, size: tuple[float, float], cut: Sequence[float], zoom: float
) -> Image.Image:
    """The picture with the hits painted over, as with a marker."""
    if not view.marks:
        return image
    from PIL import Image, ImageChops, ImageDraw

    image = image.convert("RGB")
    paint = Image.new("RGB", image.size, (255, 255, 255))
    brush = ImageDraw.Draw(paint)
    for mark in view.marks:
        left, top, right, bottom = _placed(mark, *size)
        corners = [(left - cut[0]) * zoom, (top - cut[1]) * zoom, (right - cut[0]) * zoom, (bottom - cut[1]) * zoom]
        if corners[2] > corners[0] and corners[3] > corners[1]:
            brush.rectangle(corners, fill=_MARKER)
            brush.line([corners[0], corners[3], corners[2], corners[3]], fill=_LINE, width=max(2, image.width // 400))
    return ImageChops.multiply(image, paint)
