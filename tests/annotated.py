"""Articles as lines of (kind, text), and what is read from them."""

from __future__ import annotations

from typing import cast

from juanzong.index.facts.annotation import annotate
from juanzong.index.facts.context import ReadingContext
from juanzong.index.records import Article, Declared, Document, Kind, Paragraph


def paragraph(number: int, text: str, kind: str = "body") -> Paragraph:
    return Paragraph(f"p{number}", number, cast(Kind, kind), text)


NOTHING_DECLARED, NO_CONTEXT = Declared(), ReadingContext()


def document(
    *articles: list[tuple[str, str]], declared: Declared = NOTHING_DECLARED, format: str = "text", path: str = "d.txt"
) -> Document:
    made, seq = [], 0
    for n, lines in enumerate(articles):
        made.append(
            Article(f"a{n}", paragraphs=tuple(paragraph(seq + i, text, kind) for i, (kind, text) in enumerate(lines)))
        )
        seq += len(lines)
    return Document("d", path, "", "utf-8", format, declared=declared, articles=tuple(made))


def read(*articles: list[tuple[str, str]], context: ReadingContext = NO_CONTEXT, **more: object) -> Document:
    return annotate(document(*articles, **more), context)  # type: ignore[arg-type]


def values(found: Document, facet: str) -> list[str]:
    return [value for _, p in found.paragraphs() for value in p.values(facet)]
