"""Find the files of a corpus and cut them into pieces of work that fit in memory."""

from __future__ import annotations

import gzip
import io
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BufferedReader
from pathlib import Path

from juanzong.index.corpus.formats.table import SUFFIXES
from juanzong.index.errors import UnreadableInput
from juanzong.index.records import Problem
from juanzong.index.regularfiles import opened

TEXT_SUFFIXES = (".md", ".markdown", ".txt", ".text", ".html", ".htm")
LINE_SUFFIXES = (".jsonl", ".ndjson")
READ_SUFFIXES = TEXT_SUFFIXES + LINE_SUFFIXES + SUFFIXES
"""Every ending of a file that is read."""
SIDECAR_SUFFIX = ".meta.yaml"
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


_SNIFFED = 2048
"""Bytes of a file of unknown ending by which it is told that it is a page."""
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,1000}?-->\s*)*(?:<!doctype\s+html|<html\b|<head\b|<body\b|<(?:div|table|p|meta|title|center|h1)\b[^>]{0,300}>)",
    re.IGNORECASE | re.DOTALL,
)
_NEVER_PAGES = frozenset(
    (
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".bmp",
        ".ico",
        ".svg",
        ".js",
        ".css",
        ".woff",
        ".woff2",
        ".ttf",
        ".otf",
        ".eot",
        ".mp3",
        ".mp4",
        ".m4a",
        ".avi",
        ".mov",
        ".wav",
        ".flv",
        ".exe",
        ".dll",
        ".so",
        ".db",
        ".sqlite",
        ".lock",
        ".py",
        ".java",
        ".vue",
        ".ts",
    )
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the corpus. `relative` is its path below the corpus folder, written with slashes."""

    path: Path
    relative: str


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A folder of a corpus that could not be listed: what lies in it is not known. `relative` is its path as that of a SourceFile."""

    relative: str
    reason: str

    def holds(self, relative: str) -> bool:
        """Whether a file of this path would lie in it, told apart from another corpus or not."""
        return f"/{relative}".find(f"/{self.relative}/") >= 0


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


def suffixes(name: str) -> tuple[str, bool]:
    """The suffix that tells the format, in lower case, and whether the file is packed: `a.TXT.gz` gives `(".txt", True)`."""
    lower = name.lower()
    packed = lower.endswith(".gz")
    return os.path.splitext(lower[:-3] if packed else lower)[1], packed


def is_readable(name: str) -> bool:
    """Whether a file name is one of an input (design: section 6), not hidden and not a sidecar."""
    return not name.startswith(".") and not name.lower().endswith(SIDECAR_SUFFIX) and _is_known(name)


def _is_known(name: str) -> bool:
    suffix, packed = suffixes(name)
    return suffix in TEXT_SUFFIXES + LINE_SUFFIXES or not packed and suffix in SUFFIXES


def is_page(path: Path) -> bool:
    """Whether a file holds a web page, whatever its name ends in (.shtml, .asp, none at all): it begins as pages do."""
    if suffixes(path.name)[0] in _NEVER_PAGES:
        return False
    try:
        with opened(path) as stream:
            return _PAGE.match(stream.read(_SNIFFED)) is not None
    except OSError:
        return False


def find_files(
    corpora: Sequence[Path], unlisted: list[Unlisted] | None = None, unread: list[str] | None = None
) -> list[SourceFile]:
    """Every readable file of the corpora, sorted by relative path. Folders that cannot be listed are added to `unlisted`, files that are not
    read to `unread`. A file of another ending that holds a web page is read.

    A corpus is a folder, searched to the bottom, or a single file. A symbolic link that leads out of its folder is not followed.
    Two corpora that hold the same relative path are told apart by the names of their folders.

    Raises UnreadableInput when a corpus does not exist, cannot be listed, or holds no file that can be read.
    """
    found: list[tuple[Path, SourceFile]] = []
    closed: list[Unlisted] = [] if unlisted is None else unlisted
    passed: list[str] = [] if unread is None else unread
    for corpus in map(Path, corpora):
        if not corpus.exists():
            raise UnreadableInput(f"{corpus} does not exist. Give the path of a folder or file of documents.")
        files = (
            [SourceFile(corpus, corpus.name)] if corpus.is_file() else list(_distinct(_walk(corpus, closed, passed)))
        )
        if not files and not any(folder.relative for folder in closed):
            kinds = " ".join(READ_SUFFIXES)
            raise UnreadableInput(
                f"{corpus} holds no document. Put files of these kinds there ({kinds}; text may be packed with .gz), or give another folder."
            )
        found += [(corpus, file) for file in files]
    return sorted(_told_apart(found), key=lambda file: (file.relative, str(file.path)))


def _walk(corpus: Path, unlisted: list[Unlisted], unread: list[str]) -> Iterator[SourceFile]:
    root = corpus.resolve()

    def closed(error: OSError) -> None:
        folder = Path(os.fsdecode(error.filename))
        if folder == corpus:
            raise UnreadableInput(
                f"{corpus} cannot be listed ({error.strerror}). Give the one who builds the index the right to read it."
            ) from None
        unlisted.append(Unlisted(printable(folder.relative_to(corpus).as_posix()), error.strerror or "unknown"))

    for folder, folders, names in os.walk(corpus, onerror=closed, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith(".") or name.lower().endswith(SIDECAR_SUFFIX):
                continue
            path = Path(folder, name)
            try:
                inside = path.is_file() and path.resolve().is_relative_to(root)
            except OSError:
                inside = False
            if inside and not _is_known(name) and not is_page(path):
                unread.append(printable(path.relative_to(corpus).as_posix()))
            elif inside:
                yield SourceFile(path, printable(path.relative_to(corpus).as_posix()))


def _distinct(files: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """Files of one corpus: two names of which one is not UTF-8 may be shown alike."""
    taken: set[str] = set()
    for file in files:
        relative, number = file.relative, 2
        while relative in taken:
            relative, number = f"{file.relative}~{number}", number + 1
        taken.add(relative)
        yield replace(file, relative=relative)


def printable(name: str) -> str:
    """A path that can be written and shown. Names that are not UTF-8 are mostly GBK, from old archives; what is neither is written in hexadecimal."""
    try:
        name.encode("utf-8")
        return name
    except UnicodeEncodeError:
        pass
    try:
        raw = os.fsencode(name)
    except UnicodeEncodeError:
        return name.encode("utf-8", "backslashreplace").decode()
    try:
        found = raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace")
    return found if found.isprintable() else raw.decode("utf-8", "backslashreplace")


def _told_apart(found: list[tuple[Path, SourceFile]]) -> Iterator[SourceFile]:
    unique = {file.path.resolve(): (corpus, file) for corpus, file in reversed(found)}
    times = Counter(file.relative for _, file in unique.values())
    taken: set[str] = set()
    for corpus, file in unique.values():
        relative = file.relative
        if times[relative] > 1:
            relative = f"{corpus.resolve().name}/{relative}"
            if relative in taken:
                relative = printable(file.path.resolve().as_posix().lstrip("/"))
        taken.add(relative)
        yield SourceFile(file.path, relative)


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
