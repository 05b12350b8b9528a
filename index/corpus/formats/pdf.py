"""PDF, through pdfium: text with its geometry where the text layer can be believed, pages to be recognised where not."""

from __future__ import annotations

import contextlib
import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.lines import MAX_LINES, Line
from juanzong.index.corpus.pages import recognition, standin
from juanzong.index.corpus.pages.composition import PageContent, finished, lines_of_page
from juanzong.index.corpus.pages.glyphs import Glyph, Picture, RuledLine
from juanzong.index.corpus.pages.recognitions import NotRecognised
from juanzong.index.corpus.pages.runs import runs_of
from juanzong.index.corpus.pages.trust import Layer, closed, verdict
from juanzong.index.ranges import ranges
from juanzong.index.records import Problem

MAX_PAGES = 20_000
"""Pages of a document that are read."""
MAX_CHARACTERS = 200_000
"""Characters of one page that are read; a newspaper page has some ten thousand."""
_MAX_OBJECTS, _MAX_RULES = 20_000, 600
"""Objects of a page that are looked at for rules and pictures, and rules that may make tables."""
_THIN, _SHORT = 3.0, 8.0
"""Points up to which a rectangle is a rule, and from which a rule is looked at."""
_SAMPLE = 60
"""Characters of a page on which its text layer is judged."""
_ERRORS = {
    raw.FPDF_ERR_PASSWORD: ("encrypted", "The PDF opens only with a password. Save a copy without it."),
    raw.FPDF_ERR_SECURITY: (
        "encrypted",
        "The PDF is protected in a way that is not known here. Save a copy without protection.",
    ),
}
_WHY = {
    "no_text": "hold a picture and no text",
    "unmapped": "have a text layer without Unicode values",
    "odd": "have a text layer with characters of no writing",
    "rare": "have a text layer of characters that no text is made of",
    "recognised": "have the text layer of an earlier recognition, which may be wrong",
}


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """The lines of a document in the order of reading. What its properties say is mostly that of a template or a machine, and is not taken."""
    standin.install()
    source = str(opening.path) if opening.path is not None else data
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        code, message = _ERRORS.get(
            getattr(error, "err_code", None) or raw.FPDF_GetLastError(),
            ("unreadable", "The PDF is damaged or cut short: none of its pages can be opened. Fetch it again."),
        )
        raise Refused(code, message) from error
    try:
        yield _contents(document, opening)
    finally:
        document.close()


def _contents(document: Any, opening: Opening) -> Contents:
    contents = Contents("pdf")
    count = len(document)
    contents.pages = count
    if count > MAX_PAGES:
        contents.problems.append(
            Problem("too_large", f"The PDF has {count:,} pages; the first {MAX_PAGES:,} are read. Split it.")
        )
    pages: list[list[Line]] = []
    doubted: dict[str, list[int]] = {}
    held = 0
    for number in range(1, min(count, MAX_PAGES) + 1):
        page = raw.FPDF_LoadPage(document.raw, number - 1)
        if not page:
            doubted.setdefault("broken", []).append(number)
            continue
        try:
            lines, why = _page(page, number, opening)
        finally:
            raw.FPDF_ClosePage(page)
        if why:
            doubted.setdefault(why, []).append(number)
            if why not in ("recognised", "read"):
                contents.unread.append(number)
        pages.append(lines)
        held += len(lines)
        opening.progress()
        if held > MAX_LINES:
            contents.problems.append(
                Problem(
                    "too_large",
                    f"The PDF has more than {MAX_LINES:,} lines; those after page {number:,} were left out. Split it.",
                )
            )
            break
    contents.lines = finished(pages)
    contents.problems += _reported(doubted, count, opening)
    contents.trusted = False
    return contents


def _reported(doubted: dict[str, list[int]], count: int, opening: Opening) -> Iterator[Problem]:
    for why, numbers in doubted.items():
        which = (
            "All pages"
            if len(numbers) == count > 1
            else f"Page {ranges(numbers)}"
            if len(numbers) == 1
            else f"Pages {ranges(numbers)}"
        )
        if why == "broken":
            yield Problem("unreadable", f"{which} cannot be opened: the PDF is damaged. Fetch it again.")
        elif why == "read":
            continue
        else:
            have = _WHY[why] if len(numbers) > 1 else _WHY[why].replace("hold ", "holds ").replace("have ", "has ")
            yield Problem(
                "recognised_layer" if why == "recognised" else "unread_pages",
                f"{which} {have}. {recognition.advice(opening)}",
            )


def _page(page: Any, number: int, opening: Opening) -> tuple[list[Line], str]:
    """The lines of a page, and why its text layer was not taken as it is; `read` where a recogniser read it instead."""
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    objects = _objects(page, width * height)
    text = raw.FPDFText_LoadPage(page)
    try:
        glyphs, unmapped, angle = _glyphs(text) if text else ([], 0.0, 0)
    finally:
        raw.FPDFText_ClosePage(text)
    why = verdict(Layer("".join(glyph.text for glyph in glyphs), unmapped, objects.invisible, objects.covered))
    if why and opening.recogniser is not None:
        with contextlib.suppress(NotRecognised):
            lines = recognition.recognised_page(lambda scale: _image(page, scale), width, height, number, opening)
            if lines or why != "recognised":
                return lines, "read"
    if why and why != "recognised":
        return [], why
    frame = _Frame(page, angle)
    runs = runs_of([frame.glyph(glyph) for glyph in glyphs])
    if why:
        for run in runs:
            run.text = closed(run.text)
    return lines_of_page(
        PageContent(
            number,
            frame.width,
            frame.height,
            runs,
            [frame.rule(rule) for rule in objects.rules],
            [frame.picture(picture) for picture in objects.pictures],
            bool(why),
            frame.turned,
        )
    ), why


def _glyphs(text: Any) -> tuple[list[Glyph], float, int]:
    """The characters of a page in the space of the page (its origin below), the share without a Unicode value, the turn of most (quarters)."""
    count = min(raw.FPDFText_CountChars(text), MAX_CHARACTERS)
    box = raw.FS_RECTF()
    where = ctypes.byref(box)
    code, loose = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    glyphs: list[Glyph] = []
    high = 0
    for at in range(count):
        value = code(text, at)
        if 0xD800 <= value < 0xE000:
            # a character beyond the first 65,536 (rare ones of names) comes as two halves
            if value < 0xDC00:
                high = value
                continue
            if not high:
                continue
            value, high = 0x10000 + ((high - 0xD800) << 10) + value - 0xDC00, 0
        if value in (0, 10, 13):
            continue
        loose(text, at, where)
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        if top - bottom < 0.1 and right - left > 0.1 and value != 32:
            # characters of an ActualText lie on the base line without a height
            top, bottom = bottom + 0.8 * (right - left), bottom - 0.2 * (right - left)
        glyphs.append(Glyph(chr(value), left, top, right, bottom))
    sample = range(0, count, max(1, count // _SAMPLE))
    unmapped = sum(raw.FPDFText_HasUnicodeMapError(text, at) == 1 for at in sample) / max(1, len(sample))
    angles = [
        round(raw.FPDFText_GetCharAngle(text, at) / (math.pi / 2)) % 4
        for at in sample
        if raw.FPDFText_GetUnicode(text, at) > 0x2E80
    ]
    turned = max(set(angles), key=angles.count) if angles else 0
    return glyphs, unmapped, turned if angles.count(turned) > 0.8 * len(angles) else 0


@dataclass(frozen=True, slots=True)
class _Objects:
    """Rules and pictures of a page in its own space; the shares of it under pictures, and of its text objects that are not shown."""

    rules: list[RuledLine]
    pictures: list[Picture]
    covered: float
    invisible: float


def _objects(page: Any, area: float) -> _Objects:
    rules: list[RuledLine] = []
    pictures: list[Picture] = []
    covered = 0.0
    texts = hidden = 0
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for at in range(min(raw.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
        found = raw.FPDFPage_GetObject(page, at)
        kind = raw.FPDFPageObj_GetType(found)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            texts += 1
            hidden += raw.FPDFTextObj_GetTextRenderMode(found) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            continue
        if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE) or not raw.FPDFPageObj_GetBounds(
            found, left, bottom, right, top
        ):
            continue
        x0, y0, x1, y1 = left.value, top.value, right.value, bottom.value
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures.append(Picture(x0, y0, x1, y1))
            covered += abs((x1 - x0) * (y1 - y0)) / max(1.0, area)
        elif len(rules) < _MAX_RULES and max(x1 - x0, y0 - y1) > _SHORT:
            if min(x1 - x0, y0 - y1) <= _THIN:
                rules.append(RuledLine(x0, y0, x1, y1))
            else:
                rules += [
                    RuledLine(x0, y0, x1, y0),
                    RuledLine(x0, y1, x1, y1),
                    RuledLine(x0, y0, x0, y1),
                    RuledLine(x1, y0, x1, y1),
                ]
    return _Objects(rules, pictures, covered, hidden / texts if texts else 0.0)


class _Frame:
    """Maps the space of a page to one in which its text stands upright, with the origin at the top left."""

    def __init__(self, page: Any, angle: int) -> None:
        bounds = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page, ctypes.byref(bounds))
        self._left, self._bottom = bounds.left, bounds.bottom
        self._width, self._height = bounds.right - bounds.left, bounds.top - bounds.bottom
        self._angle = angle
        self.width, self.height = (self._width, self._height) if angle % 2 == 0 else (self._height, self._width)
        # what is upright here is turned by the page's own rotation when it is shown
        self.turned = (raw.FPDFPage_GetRotation(page) - angle) % 4

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        x0, x1, y0, y1 = left - self._left, right - self._left, bottom - self._bottom, top - self._bottom
        if self._angle == 0:
            return x0, self._height - y1, x1, self._height - y0
        if self._angle == 1:
            return y0, x0, y1, x1
        if self._angle == 2:
            return self._width - x1, y0, self._width - x0, y1
        return self._height - y1, self._width - x1, self._height - y0, self._width - x0

    def glyph(self, glyph: Glyph) -> Glyph:
        return Glyph(glyph.text, *self.box(glyph.left, glyph.top, glyph.right, glyph.bottom))

    def rule(self, rule: RuledLine) -> RuledLine:
        return RuledLine(*self.box(rule.left, rule.top, rule.right, rule.bottom))

    def picture(self, picture: Picture) -> Picture:
        return Picture(*self.box(picture.left, picture.top, picture.right, picture.bottom))


def _image(page: Any, scale: float) -> Any:
    """A page as an image, `scale` pixels a point."""
    width = max(1, math.ceil(raw.FPDF_GetPageWidthF(page) * scale))
    height = max(1, math.ceil(raw.FPDF_GetPageHeightF(page) * scale))
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    raw.FPDF_RenderPageBitmap(bitmap.raw, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
    return bitmap.to_pil().convert("RGB")
