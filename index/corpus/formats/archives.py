"""Zip archives: the files inside, under the names that their maker gave them."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator

from juanzong.index.corpus.contents import MAX_ENTRIES, Contents, Entry, Opening, unread_kinds
from juanzong.index.corpus.encoding.decoding import decode
from juanzong.index.corpus.files import is_readable
from juanzong.index.corpus.packages import open_package, unpacked
from juanzong.index.records import Problem

_UTF8 = 0x800
"""The flag that says that a name is UTF-8."""


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """The files of an archive in the order of its directory. Hidden ones and those of macOS (`__MACOSX`) are left out."""
    package = open_package(data, opening.path)
    # one without a name is a folder to no one, and an IndexError to `is_dir`
    entries = [info for info in package.infolist() if info.filename and not info.is_dir()]
    contents = Contents("zip")
    if len(entries) > MAX_ENTRIES:
        contents.problems.append(
            Problem(
                "too_large", f"The archive holds {len(entries):,} files; the first {MAX_ENTRIES:,} are read. Split it."
            )
        )
    named = [
        (info, clean)
        for info, name in list(zip(entries, _names(entries), strict=True))[:MAX_ENTRIES]
        if (clean := safe(name))
    ]
    contents.problems += unread_kinds(name for _, name in named if not may_be_read(name))
    yield contents
    for info, clean in named:
        if may_be_read(clean):
            yield Entry(clean, _taken(package, info, opening))


def _taken(package: zipfile.ZipFile, info: zipfile.ZipInfo, opening: Opening) -> Callable[[], bytes]:
    return lambda: unpacked(package, info, opening.budget)


def _names(entries: list[zipfile.ZipInfo]) -> list[str]:
    """The names of entries. Those without the flag of UTF-8 are in the encoding of the machine that packed them, one for all."""
    raw = [b"" if info.flag_bits & _UTF8 else info.filename.encode("cp437", "replace") for info in entries]
    joined = b"\n".join(name for name in raw if not name.isascii())
    encoding = "utf-8"
    if joined:
        try:
            joined.decode("utf-8")
        except UnicodeDecodeError:
            found = decode(joined)
            encoding = (
                found.encoding if found.text is not None and found.encoding in ("gb18030", "big5hkscs") else "gb18030"
            )
    return [
        name.decode(encoding, "replace") if name else info.filename for name, info in zip(raw, entries, strict=True)
    ]


def may_be_read(name: str) -> bool:
    """Whether a file inside a container is of a kind that is read; a sidecar goes with the file that it describes."""
    return is_readable(posixpath.basename(name))


def safe(name: str) -> str:
    """A name as a path below the archive: no root, no way up, nothing hidden; "" for what is left out."""
    parts = [part for part in name.replace("\\\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts or "__MACOSX" in parts or any(part.startswith((".", "~$")) for part in parts):
        return ""
    return posixpath.join(*parts)
