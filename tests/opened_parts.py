"""Single files as the formats read them, for their tests."""

from __future__ import annotations

from juanzong.index.corpus.containers import Part, parts
from juanzong.index.corpus.contents import Contents, Opening


def contents(name: str, data: bytes) -> Contents:
    """What is in a file that holds no other files."""
    [found] = [part for part in parts(data, Opening(name)) if isinstance(part, Part)]
    assert found.contents is not None
    return found.contents


def lines(name: str, data: bytes) -> list[str]:
    """The texts of its lines."""
    return [line.text for line in contents(name, data).lines]
