"""Files cut into pieces of work that fit in memory."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedReader

from juanzong.index.corpus.files import LINE_SUFFIXES, SourceFile, suffixes
from juanzong.index.corpus.formats.table import SUFFIXES
from juanzong.index.records import Problem
from juanzong.index.regularfiles import opened

MAX_FILE = 64 << 20
"""Bytes of one text document, unpacked. A longer one is reported and left out."""
MAX_LINE = 16 << 20
"""Bytes of one line of JSONL."""
MAX_SKIPPED = 256 << 20
"""Bytes of an overlong line that are passed over to find its end; beyond them the rest of the file is left out."""
MAX_PIECE = 8 << 20
"""A piece of JSONL is closed when it holds this many bytes, however few its lines."""
MAX_RATIO = 200
"""Text packs three- to tenfold; a file that unpacks to more than this many times its size (beyond `MAX_FILE`) is not text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text file, a run of lines of a JSONL file whose first is line `first_line` (from 1) of the file, or a file that the reader of its format opens.

    `sha256` is of the file's bytes, of the piece's for JSONL. `is_opened` says that the data is left in the file, and `size` how many bytes that is;
    where not all of its documents are wanted, `only` has their paths and lines. `problems` are those met while the bytes were
    fetched; the data is then what could be read, perhaps nothing.
    """

    file: SourceFile
    data: bytes
    first_line: int
    is_jsonl: bool
    sha256: str
    problems: tuple[Problem, ...] = ()
    is_opened: bool = False
    file_size: int = 0
    only: frozenset[tuple[str, int]] = frozenset()

    @property
    def size(self) -> int:
        """Bytes of the corpus that the piece stands for."""
        return self.file_size if self.is_opened else len(self.data)


class _Endless(Exception):
    """A line goes on beyond MAX_SKIPPED."""


def pieces(file: SourceFile, lines_per_piece: int = 500) -> Iterator[Piece]:
    """The pieces of a file, in order. Never raises for bad content or a file that cannot be opened: the piece then tells the problem."""
    suffix, packed = suffixes(file.path.name)
    try:
        with opened(file.path) as raw:
            size = os.fstat(raw.fileno()).st_size
            if suffix in SUFFIXES and not packed:
                yield Piece(file, b"", 1, False, file_digest(raw), is_opened=True, file_size=size)
                return
            stream: BufferedReader = BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
            if suffix in LINE_SUFFIXES:
                yield from _runs(file, stream, lines_per_piece, MAX_FILE + MAX_RATIO * size if packed else size)
            else:
                yield _whole(file, raw, packed)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield _failed(
            file,
            suffix,
            Problem("unreadable", f"The file cannot be opened ({reason}). Check that it exists and may be read."),
        )


def file_digest(stream: BufferedReader) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    digest = sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _failed(file: SourceFile, suffix: str, problem: Problem) -> Piece:
    return Piece(file, b"", 1, suffix in LINE_SUFFIXES, sha256(b"").hexdigest(), (problem,))


def _whole(file: SourceFile, raw: BufferedReader, packed: bool) -> Piece:
    data = raw.read(MAX_FILE + 1)
    digest = sha256(data).hexdigest()
    problems: tuple[Problem, ...] = ()
    if packed and len(data) <= MAX_FILE:
        data, problems = unpack(data)
    if len(data) > MAX_FILE:
        problems = (
            Problem("too_large", f"The document is larger than {MAX_FILE >> 20} MB. Split it into smaller files."),
        )
        data = b""
    return Piece(file, data, 1, False, digest, problems)


def unpack(data: bytes) -> tuple[bytes, tuple[Problem, ...]]:
    """What a gzip file holds, up to one byte more than the limit; a damaged end costs only the end."""
    parts: list[bytes] = []
    size = 0
    while data and size <= MAX_FILE:
        member = zlib.decompressobj(wbits=31)
        try:
            while not member.eof and size <= MAX_FILE:
                part = member.decompress(data, min(1 << 20, MAX_FILE + 1 - size))
                if not part and not member.unconsumed_tail and not member.eof:
                    raise EOFError
                parts.append(part)
                size += len(part)
                data = member.unconsumed_tail
        except (zlib.error, EOFError):
            message = "The packed file is damaged or cut short. Pack it again; what could be unpacked was read."
            return b"".join(parts), (Problem("unreadable", message),)
        data = member.unused_data.lstrip(b"\0")
    return b"".join(parts), ()


def _runs(file: SourceFile, stream: BufferedReader, lines_per_piece: int, limit: int) -> Iterator[Piece]:
    lines: list[bytes] = []
    problems: list[Problem] = []
    first = number = 1
    held = total = 0

    def piece() -> Piece:
        data = b"".join(lines)
        return Piece(file, data, first, True, sha256(data).hexdigest(), tuple(problems))

    source = _lines(stream)
    while True:
        try:
            line, cut = next(source)
        except StopIteration:
            break
        except _Endless:
            message = f"The line has no end within {MAX_SKIPPED >> 20} MB; the file was left out from here on. Check what it is."
            problems.append(Problem("too_large", message, number))
            break
        except (OSError, EOFError, zlib.error, UnicodeError):
            problems.append(
                Problem(
                    "unreadable",
                    "The file is damaged or cut short from here on. Write it again; the lines before were read.",
                    number,
                )
            )
            break
        total += len(line)
        if total > max(limit, MAX_FILE):
            problems.append(
                Problem(
                    "too_large",
                    f"The file unpacks to more than {MAX_RATIO} times its size. Unpack and check it.",
                    number,
                )
            )
            break
        if cut:
            problems.append(
                Problem(
                    "too_large",
                    f"The line is longer than {MAX_LINE >> 20} MB and was left out. Split the document.",
                    number,
                )
            )
            line = b"\n"
        lines.append(line)
        held += len(line)
        number += 1
        if len(lines) >= lines_per_piece or held > MAX_PIECE:
            yield piece()
            lines, problems, first, held = [], [], number, 0
    if lines or problems or number == 1:
        yield piece()


def _lines(stream: BufferedReader) -> Iterator[tuple[bytes, bool]]:
    """Lines with their ends, and whether one was too long to keep. UTF-16 with a byte order mark is passed on as UTF-8."""
    mark = stream.peek(2)[:2]
    if mark in (b"\xff\xfe", b"\xfe\xff"):
        text = io.TextIOWrapper(stream, "utf-16", newline="\n")
        try:
            while wide := text.readline(MAX_LINE):
                yield wide.encode("utf-8", "replace"), False
        finally:
            text.detach()
        return
    while line := stream.readline(MAX_LINE + 1):
        cut = len(line) > MAX_LINE
        skipped = 0
        while cut and line and not line.endswith(b"\n"):
            skipped += len(line)
            if skipped > MAX_SKIPPED:
                raise _Endless
            line = stream.readline(MAX_LINE)
        yield line, cut
