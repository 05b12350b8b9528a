"""Ids that survive re-reading: they come from the path and the folded text, never from a counter that shifts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

from juanzong.index.text.folding import fold, fold_each


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def document_id(relative: str, line: int = 0) -> str:
    """12 hex digits from a path below the corpus folder, written with slashes; `line` tells the documents of one file apart."""
    path = unicodedata.normalize("NFC", relative.replace("\\", "/"))
    return _digest(f"{path}#{line}" if line else path, 6)


class Ids:
    """Hands out the article and paragraph ids of one document. The same text twice gets two ids, in the order of the document.

    `texts` are those that most ids will be asked for.
    """

    def __init__(self, document: str, texts: Sequence[str] = ()) -> None:
        self._document = document
        self._folded = dict(zip(texts, fold_each(texts), strict=True))
        self._paragraphs: dict[str, int] = {}
        self._articles: dict[str, int] = {}

    def folded(self, text: str) -> str:
        """The folded form of a text."""
        known = self._folded.get(text)
        return fold(text) if known is None else known

    def paragraph(self, text: str) -> str:
        """16 hex digits from the document's id, the folded text and its occurrence number in the document."""
        folded = self.folded(text)
        occurrence = self._paragraphs.get(folded, 0)
        self._paragraphs[folded] = occurrence + 1
        return _digest(f"{self._document}\0{folded}\0{occurrence}", 8)

    def article(self, text: str) -> str:
        """The document's id, a dot, and 6 hex digits from the title or the first text of the article."""
        folded = self.folded(text)
        occurrence = self._articles.get(folded, 0)
        self._articles[folded] = occurrence + 1
        return f"{self._document}.{_digest(f'{folded}{chr(0)}{occurrence}', 3)}"
