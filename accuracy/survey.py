"""What was read from a corpus, as a table in which errors can be seen: `python -m accuracy.survey CORPUS… [--documents 2000] [--values 25]`.

For every facet the most frequent values and a sample of those that came once, the basis of the days, the share without a title, and what could not be resolved.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from juanzong.index.corpus.files import find_files
from juanzong.index.corpus.pieces import pieces
from juanzong.index.reading.pipeline import documents_of
from juanzong.index.records import Document, effective_agencies, effective_cities


@dataclass(slots=True)
class Survey:
    """Values counted by facet, and counts of what a reader should know of a corpus."""

    values: dict[str, Counter[str]] = field(default_factory=dict)
    documents: int = 0
    articles: int = 0
    untitled: int = 0

    def count(self, facet: str, *values: str) -> None:
        """Count values of one facet."""
        self.values.setdefault(facet, Counter()).update(values)

    def add(self, document: Document) -> None:
        """Count all that was read from a document."""
        self.documents += 1
        self.count("encoding", document.encoding or "none")
        self.count("format", document.format or "none")
        self.count("warning", *(warning.code for warning in document.warnings))
        self.count("unresolved body", *document.unresolved)
        self.count("unresolved source", *document.unresolved_sources)
        for article in document.articles:
            self.articles += 1
            self.untitled += article.title is None
            self.count("source", article.source or "(none)")
            self.count("article's city", article.city.value if article.city else "(none)")
            published = article.published
            self.count("basis of the day", published.basis or "(none)")
            self.count("year", (published.date or published.event or "(none)")[:4])
            for paragraph in article.paragraphs:
                self.count("kind", paragraph.kind)
                self.count("city", *effective_cities(article, paragraph))
                self.count("agency", *effective_agencies(article, paragraph))

    def table(self, shown: int, seed: int = 1) -> Iterator[str]:
        """The lines of the table; `shown` values of each facet."""
        yield f"documents {self.documents:,}   articles {self.articles:,}   without a title {self.untitled / max(1, self.articles):.1%}"
        generator = random.Random(seed)
        for facet, counts in self.values.items():
            yield f"\n{facet}: {len(counts):,} values, {counts.total():,} times"
            yield "  " + "   ".join(f"{value} {count:,}" for value, count in counts.most_common(shown))
            once = sorted(value for value, count in counts.items() if count == 1)
            if len(counts) > shown and once:
                yield "  once: " + "   ".join(generator.sample(once, min(shown, len(once))))


def survey(corpora: Sequence[Path], most: int) -> Survey:
    """What is read from at most so many documents, evenly from all of the files. Raises UnreadableInput as `find_files` does."""
    found = Survey()
    files = find_files(corpora)
    each = max(1, most // len(files))
    for file in files:
        if found.documents >= most:
            break
        documents = (document for piece in pieces(file) for document in documents_of(piece))
        for document in islice(documents, each if len(files) > 1 else most):
            found.add(document)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of a corpus."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", nargs="+", type=Path)
    parser.add_argument("--documents", type=int, default=2000, help="documents that are read at most  [2000]")
    parser.add_argument("--values", type=int, default=25, help="values that are shown of each facet  [25]")
    chosen = parser.parse_args(arguments)
    for line in survey(chosen.corpus, chosen.documents).table(chosen.values):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
