"""The files of a corpus: which of them are read, and under which paths."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from juanzong.index.corpus.formats.table import SUFFIXES
from juanzong.index.errors import UnreadableInput
from juanzong.index.regularfiles import opened

TEXT_SUFFIXES = (".md", ".markdown", ".txt", ".text", ".html", ".htm")
LINE_SUFFIXES = (".jsonl", ".ndjson")
READ_SUFFIXES = TEXT_SUFFIXES + LINE_SUFFIXES + SUFFIXES
"""Every ending of a file that is read."""
SIDECAR_SUFFIX = ".meta.yaml"
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

    def size(self) -> int:
        """Its bytes; 0 where it is gone."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A folder of a corpus that could not be listed: what lies in it is not known. `relative` is its path as that of a SourceFile."""

    relative: str
    reason: str

    def holds(self, relative: str) -> bool:
        """Whether a file of this path would lie in it, told apart from another corpus or not."""
        return f"/{relative}".find(f"/{self.relative}/") >= 0


def suffixes(name: str) -> tuple[str, bool]:
    """The suffix that tells the format, in lower case, and whether the file is packed: `a.TXT.gz` gives `(".txt", True)`."""
    lower = name.lower()
    packed = lower.endswith(".gz")
    return os.path.splitext(lower[:-3] if packed else lower)[1], packed


def is_readable(name: str) -> bool:
    """Whether a file name is one of an input, not hidden and not a sidecar."""
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
