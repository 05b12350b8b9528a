"""Recognised pages, kept: a page image is recognised once in its life, however often its corpus is built.

A page is told by a hash of its pixels, and kept as a small file, so that a build goes on after any stop where it was, and several machines may fill
one folder. Beside the pages of an index (`INDEX/recognised`) those that lie beside the file itself (`.recognised`) are looked at.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from juanzong.index.corpus.contents import RecognisedLine, Recogniser

FOLDER = "JUANZONG_OCR_CACHE"
"""The environment variable that names the folder; without it, it is that of the index."""
NAME, BESIDE = "recognised", ".recognised"
VERSION = b"rapidocr 3, PP-OCR, 4"
"""The models and settings that a kept page depends on."""


def folder() -> Path | None:
    """Where recognised pages are kept, None for nowhere."""
    return Path(found) if (found := os.environ.get(FOLDER)) else None


@contextlib.contextmanager
def kept_in(default: Path) -> Iterator[None]:
    """Recognised pages are kept in this folder, by this process and those that it starts, unless the environment names another."""
    if os.environ.get(FOLDER):
        yield
        return
    os.environ[FOLDER] = str(default.resolve())
    try:
        yield
    finally:
        del os.environ[FOLDER]


class NotRecognised(Exception):
    """A page that is not kept, where nothing is there to recognise it."""


class Recognitions:
    """Recognises pages as `recogniser` does, and keeps what it found in `folder`; `others` are looked at too, and never written."""

    def __init__(self, folder: Path | None, others: Sequence[Path], recogniser: Recogniser | None) -> None:
        self._folder, self._recogniser = folder, recogniser
        self._folders = [*([folder] if folder else []), *others]

    @property
    def recognises(self) -> bool:
        """Whether pages that were not read before are read now."""
        return self._recogniser is not None

    def __call__(self, image: Any) -> list[RecognisedLine]:
        """The lines of a page image. Raises NotRecognised."""
        name = page_key(image)
        for folder in self._folders:
            with contextlib.suppress(OSError, ValueError, TypeError):
                return _unpacked((folder / name[:2] / name[2:]).read_bytes())
        if self._recogniser is None:
            raise NotRecognised(name)
        lines = self._recogniser(image)
        if self._folder is not None:
            with contextlib.suppress(OSError):
                # a page that cannot be kept was recognised all the same
                keep(self._folder, name, lines)
        return lines


def page_key(image: Any) -> str:
    """The name of a page: a hash of its size and its pixels."""
    grey = image.convert("L")
    return hashlib.blake2b(
        VERSION + b"%d %d " % grey.size + hashlib.blake2b(grey.tobytes()).digest(), digest_size=20
    ).hexdigest()


def keep(folder: Path, name: str, lines: Sequence[RecognisedLine]) -> None:
    """Writes a page, whole or not at all."""
    target = folder / name[:2] / name[2:]
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        [line.text, [[round(x, 1), round(y, 1)] for x, y in line.corners], round(line.confidence, 3)] for line in lines
    ]
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    unfinished.write_bytes(orjson.dumps(rows))
    os.replace(unfinished, target)


def _unpacked(data: bytes) -> list[RecognisedLine]:
    return [
        RecognisedLine(str(text), tuple((float(x), float(y)) for x, y in corners), float(confidence))
        for text, corners, confidence in orjson.loads(data)
    ]
