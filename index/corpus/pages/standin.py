"""A font that stands in for every font a PDF names but does not hold, so that a page reads the same whatever fonts a machine has.

pdfium leaves out text whose glyphs it has no shape for. Here every character is a square of one em, which is what Han characters are set in.
"""

from __future__ import annotations

import ctypes
import struct
from functools import cache
from typing import Any

EM, DROP = 1000, 120
"""Units of the square, and how far it reaches below the base line."""
_RUN = 1024
"""Characters of a segment of the table that maps characters to glyphs; all segments share one row of it."""


@cache
def font() -> bytes:
    """A TrueType font (OpenType 1.9, the seven tables that a reader needs) with one glyph for the Basic Multilingual Plane."""
    square = struct.pack(">hhhhh", 1, 0, -DROP, EM, EM - DROP) + struct.pack(">HH4B", 3, 0, 1, 1, 1, 1)
    square += struct.pack(">4h", 0, EM, 0, -EM) + struct.pack(">4h", -DROP, 0, EM, 0)
    square += b"\0" * (-len(square) % 4)
    tables = {
        b"cmap": _characters(),
        b"glyf": square * 2,
        b"head": struct.pack(
            ">4I2H2Q4h2H3h", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, EM, 0, 0, 0, -DROP, EM, EM - DROP, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">I3hH3h3h4hhH", 0x10000, EM - DROP, -DROP, 0, EM, 0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0, 1),
        b"hmtx": struct.pack(">Hhh", EM, 0, 0),
        b"loca": struct.pack(">3I", 0, len(square), 2 * len(square)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    offset = 12 + 16 * len(tables)
    directory, body = b"", b""
    for tag, data in sorted(tables.items()):
        directory += tag + struct.pack(">3I", 0, offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return struct.pack(">I4H", 0x10000, len(tables), 64, 2, 48) + directory + body


def _characters() -> bytes:
    """The map of characters, format 4: every segment points at the same row of ones."""
    starts = list(range(0, 0xF800, _RUN)) + [0xF800]
    ends = [start + _RUN - 1 for start in starts[:-1]] + [0xFBFF]
    starts, ends = [*starts, 0xFC00, 0xFFFF], [*ends, 0xFFFE, 0xFFFF]
    count = len(starts)
    offsets = [2 * (count - at) for at in range(count - 1)] + [0]
    body = (
        struct.pack(f">{count}HH{count}H{count}h{count}H", *ends, 0, *starts, *[0] * (count - 1), 1, *offsets)
        + struct.pack(">H", 1) * _RUN
    )
    table = struct.pack(">7H", 4, 14 + len(body), 0, 2 * count, 64, 5, 2 * count - 64) + body
    return struct.pack(">2H2HI", 0, 1, 3, 1, 12) + table


_kept: list[object] = []


def install() -> None:
    """Let pdfium use the font for whatever a document does not embed. For a process that reads text, never for one that renders pages."""
    import pypdfium2.raw as raw

    data = font()
    info = raw.FPDF_SYSFONTINFO()
    info.version = 1
    fields = dict(info._fields_)

    def give(_self: Any, _handle: Any, table: int, buffer: Any, size: int) -> int:
        if table:
            return 0
        if buffer and size >= len(data):
            ctypes.memmove(buffer, data, len(data))
        return len(data)

    def name(_self: Any, _handle: Any, buffer: Any, size: int) -> int:
        text = b"Stand-in\0"
        if buffer and size >= len(text):
            ctypes.memmove(buffer, text, len(text))
        return len(text)

    info.Release = fields["Release"](lambda _self: None)
    info.EnumFonts = fields["EnumFonts"](lambda _self, _mapper: None)
    info.MapFont = fields["MapFont"](lambda *_arguments: 1)
    info.GetFont = fields["GetFont"](lambda *_arguments: 1)
    info.GetFontData = fields["GetFontData"](give)
    info.GetFaceName = fields["GetFaceName"](name)
    info.GetFontCharset = fields["GetFontCharset"](lambda _self, _handle: 134)
    info.DeleteFont = fields["DeleteFont"](lambda _self, _handle: None)
    _kept.append(info)
    raw.FPDF_SetSystemFontInfo(ctypes.byref(info))
