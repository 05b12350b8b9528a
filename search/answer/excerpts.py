"""Texts as a result shows them: the marks of each, and the part around these."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from juanzong.index import kernels
from juanzong.index.text.folding import fold_spaced
from juanzong.search.answer.snippets import LIMIT, Snippet, snippet
from juanzong.search.language.needles import Needle, marks_of

Excerpt = tuple[list[tuple[int, int]], Snippet]
_BASIC_PLANE = 0x10000
_SURROGATES = range(0xD800, 0xE000)


def excerpts(texts: Sequence[str], needles: Sequence[Needle], limit: int = LIMIT) -> list[Excerpt]:
    """`marks_of` and `snippet` of each text."""
    if not kernels.compiled:
        return [(marks, snippet(text, marks, limit)) for text, marks in zip(texts, marks_of(texts, needles))]
    known = _folds().excerpts(texts, [(n.text, n.left_boundary, n.right_boundary) for n in needles], limit)
    rest = [place for place, entry in enumerate(known) if entry is None]
    others = iter(_of_others([texts[place] for place in rest], needles, limit))
    return [
        next(others) if entry is None else (entry[0], Snippet(entry[1], tuple(entry[2]), entry[3], entry[4]))
        for entry in known
    ]


def _of_others(texts: Sequence[str], needles: Sequence[Needle], limit: int) -> list[Excerpt]:
    """The excerpts of texts that the kernel leaves, because they are not plain or have a character that it meets for the first time."""
    for code in set(map(ord, "".join(texts))):
        if code < _BASIC_PLANE and code not in _SURROGATES:
            _folds().learn(code, fold_spaced(chr(code)))
    return [(marks, snippet(text, marks, limit)) for text, marks in zip(texts, marks_of(texts, needles))]


@cache
def _folds() -> kernels.Folds:
    assert kernels.compiled
    return kernels.compiled.Folds()
