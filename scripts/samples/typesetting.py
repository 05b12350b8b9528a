"""Pages set in a font that is embedded in a subset, as PDF and as scans.

The font is Noto Serif CJK SC (SIL Open Font License 1.1; Debian: fonts-noto-cjk), cut down by fontTools. PDF: ISO 32000-1, 9.7.4 (CIDFontType0C).
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from accuracy.forms import Stroke, Text, pdf_of
from juanzong.index.corpus.contents import RecognisedLine

FONT, FACE = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"), 2
"""The collection and the number of its face for simplified Chinese."""
SCALE = 150 / 72
"""Pixels of a scan for a point."""
Page = Sequence[Text | Stroke]


def pdf(pages: Sequence[Page], width: float, height: float) -> bytes:
    """Pages of text and strokes in points from the top left corner."""
    characters = sorted({c for page in pages for item in page if isinstance(item, Text) for c in item.text})
    data, cids, widths = _subset("".join(characters))
    mapped = "".join(f"<{cids[c]:04x}> <{c.encode('utf-16-be').hex()}>\n" for c in characters)
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        + "".join(
            f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n"
            for part in _parts(mapped.splitlines(keepends=True), 100)
        )
        + "endcmap end end"
    )
    said = " ".join(f"{cids[c]} [{widths[c]}]" for c in characters if widths[c] != 1000)
    objects = [
        _stream(data, b"/Subtype /CIDFontType0C"),
        b"<< /Type /FontDescriptor /FontName /AAAAAA+NotoSerifCJKsc /Flags 4 /FontBBox [0 -286 1000 1151] /ItalicAngle 0 /Ascent 880"
        b" /Descent -120 /CapHeight 733 /StemV 80 /FontFile3 1 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /AAAAAA+NotoSerifCJKsc /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /DW 1000 /W [%s] /FontDescriptor 2 0 R >>" % said.encode(),
        _stream(to_unicode.encode(), b""),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+NotoSerifCJKsc /Encoding /Identity-H /DescendantFonts [3 0 R] /ToUnicode 4 0 R >>",
    ]
    parent = len(objects) + 2 * len(pages) + 1
    numbers = []
    for page in pages:
        objects.append(_stream(b"\n".join(_drawn(item, height, cids) for item in page), b""))
        objects.append(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << /Font << /F 5 0 R >> >> >>"
            % (parent, width, height, len(objects))
        )
        numbers.append(len(objects))
    objects.append(
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), b" ".join(b"%d 0 R" % number for number in numbers))
    )
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    return pdf_of(objects, len(objects))


def _parts(lines: list[str], size: int) -> list[list[str]]:
    return [lines[start : start + size] for start in range(0, len(lines), size)]


def _stream(data: bytes, entries: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), entries, packed)


def _drawn(item: Text | Stroke, height: float, cids: dict[str, int]) -> bytes:
    if isinstance(item, Stroke):
        path = f"{item.left:.1f} {height - item.top:.1f} m {item.right:.1f} {height - item.bottom:.1f} l"
        return b"0.6 w %s S" % path.encode()
    code = "".join(f"{cids[c]:04x}" for c in item.text).encode()
    return b"BT /F %.1f Tf 1 0 0 1 %.1f %.1f Tm <%s> Tj ET" % (
        item.size,
        item.x,
        height - item.y - 0.88 * item.size,
        code,
    )


def _subset(characters: str) -> tuple[bytes, dict[str, int], dict[str, int]]:
    """The glyphs of some characters as a CFF table, the number of each and its width in thousandths of the size."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font: Any = TTFont(FONT, fontNumber=FACE)
    options = subset.Options(layout_features=[], notdef_outline=True, desubroutinize=True, hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    names = font.getBestCmap()
    widths = {c: font["hmtx"][names[ord(c)]][0] for c in characters}
    saved = io.BytesIO()
    font.save(saved)
    return TTFont(io.BytesIO(saved.getvalue())).reader["CFF "], {c: int(names[ord(c)][3:]) for c in characters}, widths


@cache
def _face(pixels: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(FONT), pixels, index=FACE)


def scanned(pages: Sequence[Page], width: float, height: float, slant: float = 0.0) -> list[Any]:
    """The pages as a scanner gives them in black and white, `slant` degrees off the straight."""
    from PIL import Image, ImageDraw

    made = []
    for page in pages:
        image = Image.new("L", (round(width * SCALE), round(height * SCALE)), 255)
        brush = ImageDraw.Draw(image)
        for item in page:
            if isinstance(item, Stroke):
                brush.line([v * SCALE for v in (item.left, item.top, item.right, item.bottom)], fill=0, width=2)
            else:
                face = _face(round(item.size * SCALE))
                brush.text((item.x * SCALE, item.y * SCALE), item.text, fill=0, font=face, anchor="la")
        turned = image.rotate(slant, Image.Resampling.BICUBIC, fillcolor=255) if slant else image
        made.append(turned.point(lambda value: 255 if value > 140 else 0).convert("1"))
    return made


def recognised(
    page: Page, width: float, height: float, slant: float, misread: Mapping[str, str]
) -> list[RecognisedLine]:
    """The lines of a scanned page where they stand on it, in pixels, as a recogniser tells them; `misread` is what it takes for something else."""
    found = []
    sin, cos = math.sin(math.radians(slant)), math.cos(math.radians(slant))
    middle = width * SCALE / 2, height * SCALE / 2
    for item in page:
        if not isinstance(item, Text):
            continue
        size = item.size * SCALE
        left, top = item.x * SCALE, item.y * SCALE + 0.25 * size
        right, bottom = left + _face(round(size)).getlength(item.text), top + size
        corners = tuple(
            (
                round(middle[0] + (x - middle[0]) * cos + (y - middle[1]) * sin, 1),
                round(middle[1] - (x - middle[0]) * sin + (y - middle[1]) * cos, 1),
            )
            for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
        )
        text = item.text
        for printed, read in misread.items():
            text = text.replace(printed, read)
        found.append(RecognisedLine(text, corners, 0.97))
    return found
