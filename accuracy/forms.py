"""Paragraphs printed into the forms that people have: PDF in one column, in two, vertical; Word, mail, book, archive."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape

_WIDTH, _HEIGHT = 595.0, 842.0
"""Points of an A4 page."""
_NEVER_FIRST = "，。、；：！？）》”’」』】〕％"


@dataclass(frozen=True, slots=True)
class Text:
    """A line of print: where its first character begins (points from the top left corner; the centre of a vertical line), its size, its direction."""

    x: float
    y: float
    size: float
    text: str
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line on a page, in points from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


def pdf(pages: Sequence[Sequence[Text | Stroke]], width: float = _WIDTH, height: float = _HEIGHT) -> bytes:
    """A PDF whose font is named and not embedded, as official typesetting makes them: Adobe-GB1 (ISO 32000-1, 9.7.5.2), read as UCS-2."""
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    descriptor = add(
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -120 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>"
    )
    face = add(
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500 814 939 500]"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor %d 0 R >>" % descriptor
    )
    fonts = [
        add(
            b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-%s /DescendantFonts [%d 0 R] >>"
            % (way, face)
        )
        for way in (b"H", b"V")
    ]
    numbers: list[int] = []
    parent = len(objects) + 2 * len(pages) + 1
    for page in pages:
        content = b"\n".join(_drawn(item, height) for item in page)
        stream = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        numbers.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << /Font << /H %d 0 R /V %d 0 R >> >> >>"
                % (parent, width, height, stream, *fonts)
            )
        )
    add(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), b" ".join(b"%d 0 R" % number for number in numbers)))
    root = add(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    return pdf_of(objects, root)


def pdf_of(objects: Sequence[bytes], root: int) -> bytes:
    """A PDF of these objects, numbered from 1; `root` is the number of its catalogue."""
    output = io.BytesIO()
    output.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(output.tell())
        output.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = output.tell()
    output.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    output.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    output.write(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start))
    return output.getvalue()


def _drawn(item: Text | Stroke, height: float) -> bytes:
    if isinstance(item, Stroke):
        path = f"{item.left:.2f} {height - item.top:.2f} m {item.right:.2f} {height - item.bottom:.2f} l"
        return b"0.5 w %s S" % path.encode()
    code = item.text.encode("utf-16-be").hex().encode()
    font = b"V" if item.vertical else b"H"
    base = height - item.y - (0.0 if item.vertical else 0.88 * item.size)
    return b"BT /%s %.2f Tf 1 0 0 1 %.2f %.2f Tm <%s> Tj ET" % (font, item.size, item.x, base, code)


def wrapped(paragraph: str, ems: int, indent: int = 2) -> list[tuple[str, int]]:
    """The lines of a paragraph in a column of so many characters, each with its indent; no line begins with a mark that print never puts there."""
    lines: list[tuple[str, int]] = []
    text, room = paragraph, ems - indent
    while text:
        taken, used = 0, 0.0
        while taken < len(text) and used + _ems(text[taken]) <= room:
            used += _ems(text[taken])
            taken += 1
        while 0 < taken < len(text) and (text[taken] in _NEVER_FIRST or _is_inside(text, taken)):
            taken -= 1
        lines.append((text[: taken or 1], indent if not lines else 0))
        text, room = text[taken or 1 :], ems
    return lines


def _ems(character: str) -> float:
    return 0.5 if character.isascii() else 1.0


def _is_inside(text: str, at: int) -> bool:
    """Whether a place is inside a number or a Latin word."""
    return text[at - 1].isascii() and text[at].isascii() and text[at - 1].isalnum() and text[at].isalnum()


def one_column(paragraphs: Sequence[str], size: float = 12.0, running: str = "") -> bytes:
    """An A4 document with a running head and numbered pages."""
    return _set(paragraphs, size, columns=1, running=running)


def two_columns(paragraphs: Sequence[str], size: float = 10.0, running: str = "") -> bytes:
    """An A4 document in two columns."""
    return _set(paragraphs, size, columns=2, running=running)


def _set(paragraphs: Sequence[str], size: float, columns: int, running: str) -> bytes:
    margin, gutter, pitch = 60.0, 2 * size, 1.6 * size
    ems = int(((_WIDTH - 2 * margin) - (columns - 1) * gutter) / columns / size)
    lines = [line for paragraph in paragraphs for line in wrapped(paragraph, ems)]
    rows = int((_HEIGHT - 2 * margin - 2 * pitch) / pitch)
    pages: list[list[Text | Stroke]] = []
    for start in range(0, len(lines), rows * columns):
        page: list[Text | Stroke] = []
        if running:
            page.append(Text(margin, margin - 2 * pitch + size, 9.0, running))
        for at, (text, indent) in enumerate(lines[start : start + rows * columns]):
            column, row = divmod(at, rows)
            page.append(Text(margin + column * (ems * size + gutter) + indent * size, margin + row * pitch, size, text))
        page.append(Text(_WIDTH / 2 - 15, _HEIGHT - margin / 2, 9.0, f"— {len(pages) + 1} —"))
        pages.append(page)
    return pdf(pages)


def newspaper(articles: Sequence[tuple[str, Sequence[str]]], columns: int = 4, size: float = 9.0) -> bytes:
    """A page as large as it needs to be, of articles below each other, each in columns under a heading over all of them (perhaps none), with a rule between."""
    margin, gutter, pitch, ems = 50.0, 1.6 * size, 1.55 * size, 18
    width = 2 * margin + columns * ems * size + (columns - 1) * gutter
    page: list[Text | Stroke] = []
    top = margin
    for title, paragraphs in articles:
        big = 2.2 * size
        rows = math.ceil(big * sum(map(_ems, title)) / (width - 2 * margin))
        for text, _ in wrapped(title, math.ceil(sum(map(_ems, title)) / max(1, rows)) + (rows > 1), 0):
            page.append(Text((width - big * sum(map(_ems, text))) / 2, top, big, text))
            top += 1.3 * big
        top += 0.4 * big
        lines = [line for paragraph in paragraphs for line in wrapped(paragraph, ems)]
        rows = -(-len(lines) // columns)
        for at, (text, indent) in enumerate(lines):
            column, row = divmod(at, rows)
            page.append(Text(margin + column * (ems * size + gutter) + indent * size, top + row * pitch, size, text))
        top += rows * pitch + size
        page.append(Stroke(margin, top - size / 2, width - margin, top - size / 2))
    return pdf([page], width, top + margin)


def scanned(data: bytes, dots: int = 150, slant: float = 0.8, noise: float = 10.0) -> bytes:
    """The first page of a PDF as it comes from a scanner: grey, at so many dots an inch, turned by so many degrees, with noise, as JPEG.

    Its fonts are those of the machine. Raises MissingFonts where it has none for Chinese."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    page = pypdfium2.PdfDocument(data)[0]
    image = page.render(scale=dots / 72).to_pil().convert("L")
    if not np.asarray(image).std() > 1:
        raise MissingFonts(
            "No font of this machine has Chinese characters: install one (`apt install fonts-noto-cjk`)."
        )
    image = image.rotate(slant, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    grey = np.asarray(image).astype(np.float32) * 0.93 + np.random.default_rng(7).normal(0, noise, image.size[::-1])
    output = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(output, "JPEG", quality=60)
    return output.getvalue()


class MissingFonts(Exception):
    """A page cannot be drawn on this machine."""


def vertical(paragraphs: Sequence[str], size: float = 12.0) -> bytes:
    """A document in vertical lines from right to left, without Latin letters or digits turned: those of full width are put instead."""
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
    margin, pitch = 50.0, 1.7 * size
    ems, rows = int((_WIDTH - 2 * margin) / size), int((_HEIGHT - 2 * margin) / pitch)
    lines = [line for paragraph in paragraphs for line in wrapped(paragraph.translate(wide), ems)]
    pages = [
        [
            Text(_HEIGHT - margin - row * pitch, margin + indent * size, size, text, True)
            for row, (text, indent) in enumerate(lines[start : start + rows])
        ]
        for start in range(0, len(lines), rows)
    ]
    return pdf(pages, _HEIGHT, _WIDTH)


def docx(paragraphs: Iterable[str]) -> bytes:
    """A Word document."""
    body = "".join(f"<w:p><w:r><w:t>{escape(paragraph)}</w:t></w:r></w:p>" for paragraph in paragraphs)
    document = (
        '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    return archive({"word/document.xml": document.encode()})


def epub(paragraphs: Sequence[str]) -> bytes:
    """A book of one chapter."""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return archive(
        {
            "META-INF/container.xml": b'<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
            "b.opf": b'<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
            b'<spine><itemref idref="a"/></spine></package>',
            "a.xhtml": f"<html><body>{body}</body></html>".encode(),
        }
    )


def eml(paragraphs: Sequence[str], subject: str = "", attached: tuple[str, bytes] | None = None) -> bytes:
    """A message of plain text, perhaps with a file that hangs on it."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "office@example.org"
    message.set_content("\n\n".join(paragraphs), charset="gb18030", cte="base64")
    if attached is not None:
        message.add_attachment(attached[1], maintype="application", subtype="octet-stream", filename=attached[0])
    return message.as_bytes()


def archive(files: dict[str, bytes], encoding: str = "") -> bytes:
    """A zip archive; with an encoding the names are written in it without saying so, as packers of the time did."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(_Named(name, encoding) if encoding else zipfile.ZipInfo(name), data)
    return output.getvalue()


class _Named(zipfile.ZipInfo):
    """An entry whose name is in an old encoding, without the flag of UTF-8."""

    def __init__(self, name: str, encoding: str) -> None:
        super().__init__(name)
        self._encoding = encoding

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 the hook of zipfile that writes names
        return self.filename.encode(self._encoding), self.flag_bits & ~0x800
