"""Precision and recall of reading on the truth set: `python -m accuracy.score [--show] [--split tuning]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from accuracy.cases import SPLITS, Case, Expected, load, rewraps
from juanzong.index.records import FACETS, Article, Document, Paragraph, own_values

Reader = Callable[[Path], list[Document]]


@dataclass(slots=True)
class Tally:
    """Counts by (measure, outcome), where an outcome is right, extra or missed; and a line for every miss."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, measure: str, right: int, extra: Iterable[str], missed: Iterable[str], where: str) -> None:
        """Count one comparison."""
        extra, missed = list(extra), list(missed)
        self.counts[measure, "right"] += right
        self.counts[measure, "extra"] += len(extra)
        self.counts[measure, "missed"] += len(missed)
        self.misses += [f"{where}  {measure}  extra   {value}" for value in extra] + [
            f"{where}  {measure}  missed  {value}" for value in missed
        ]

    def merge(self, other: Tally) -> None:
        """Add the counts of another tally to this one."""
        self.counts.update(other.counts)
        self.misses += other.misses

    def figures(self, measure: str) -> tuple[float, float]:
        """Precision and recall of a measure; 1 where nothing was to be found."""
        right, extra, missed = (self.counts[measure, outcome] for outcome in ("right", "extra", "missed"))
        return (right / (right + extra) if right + extra else 1.0, right / (right + missed) if right + missed else 1.0)

    def measures(self) -> list[str]:
        """The measures met, in the order in which they were first counted."""
        return list(dict.fromkeys(measure for measure, _ in self.counts))


def score_case(case: Case, read: Reader, folder: Path) -> Tally:
    """Read one case from a file in `folder`: clean for the facets, and broken in every way of `rewraps` for the paragraphs."""
    tally = Tally()
    texts = [expected.text for expected in case.paragraphs]
    documents = _read(case, case.source(texts), read, folder)
    found = [paragraph for document in documents for _, paragraph in document.paragraphs()]
    _score_facets(case, documents, found, tally)
    _score_paragraphs(case, "paragraph, clean", found, tally)
    for name, blocks, gap in rewraps(texts):
        broken = [
            paragraph
            for document in _read(case, case.source(blocks, gap), read, folder)
            for _, paragraph in document.paragraphs()
        ]
        _score_paragraphs(case, f"paragraph, {name}", broken, tally)
    return tally


def score(cases: Sequence[Case], read: Reader) -> Tally:
    """The sum over all cases."""
    total = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            total.merge(score_case(case, read, Path(folder)))
    return total


def _read(case: Case, source: str, read: Reader, folder: Path) -> list[Document]:
    path = folder / case.name
    path.write_text(source, encoding="utf-8")
    try:
        return read(path)
    finally:
        path.unlink()


def _score_facets(case: Case, documents: Sequence[Document], found: Sequence[Paragraph], tally: Tally) -> None:
    main = _main(documents)
    dominant = main.city.value if main and main.city else None
    right = dominant in case.cities if case.cities else dominant is None
    # a wrong city is both: one too many, and the right one missed
    tally.add(
        "dominant city",
        int(right),
        [] if right or dominant is None else [dominant],
        [] if right or not case.cities else ["|".join(case.cities)],
        case.id,
    )
    if case.published:
        told = main.published.date if main else None
        tally.add(
            "published",
            int(told == case.published),
            [told] if told not in (None, case.published) else [],
            [case.published] if told != case.published else [],
            case.id,
        )
    for expected in case.paragraphs:
        paragraph = _closest(expected.text, found)
        for facet in FACETS:
            values = own_values(paragraph, facet) if paragraph else ()
            _score_values(expected, facet, set(values), tally, f"{case.id}: {expected.text[:14]}…")


def _score_values(expected: Expected, facet: str, found: set[str], tally: Tally, where: str) -> None:
    wanted = expected.wanted[facet]
    met = [spellings for spellings in wanted if found & set(spellings)]
    accepted = {spelling for spellings in wanted for spelling in spellings}
    extra = [
        value
        for value in sorted(found - accepted - expected.tolerated[facet])
        # the parent bureau of a unit that is named may be given too
        if not (facet == "agency" and any(spelling.startswith(value) for spelling in accepted))
    ]
    tally.add(facet, len(met), extra, ["|".join(spellings) for spellings in wanted if spellings not in met], where)


def _score_paragraphs(case: Case, measure: str, found: Sequence[Paragraph], tally: Tally) -> None:
    wanted, have = Counter(_plain(e.text) for e in case.paragraphs), Counter(_plain(p.text) for p in found)
    tally.add(
        measure,
        (wanted & have).total(),
        [text[:40] for text in (have - wanted).elements()],
        [text[:40] for text in (wanted - have).elements()],
        case.id,
    )


def _main(documents: Sequence[Document]) -> Article | None:
    """The longest article."""
    articles = [article for document in documents for article in document.articles]
    return max(articles, key=lambda article: sum(len(paragraph.text) for paragraph in article.paragraphs), default=None)


def _closest(text: str, found: Sequence[Paragraph]) -> Paragraph | None:
    sought = _grams(text)
    return max(found, key=lambda paragraph: (len(sought & (own := _grams(paragraph.text))), -len(own)), default=None)


def _grams(text: str) -> set[str]:
    plain = _plain(text)
    return {plain[i : i + 3] for i in range(max(1, len(plain) - 2))}


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def report(tally: Tally, title: str) -> str:
    """A table: measure, precision, recall, and the three counts."""
    lines = [f"{title:30}precision  recall   right extra missed"]
    for measure in tally.measures():
        precision, recall = tally.figures(measure)
        counts = [tally.counts[measure, outcome] for outcome in ("right", "extra", "missed")]
        lines.append(f"  {measure:28}{precision:9.3f}{recall:8.3f}{counts[0]:8}{counts[1]:6}{counts[2]:7}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of each split, with every miss under `--show`."""
    from juanzong.index.reading.pipeline import read_file

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list what was missed and what was too much")
    parser.add_argument("--split", choices=SPLITS, help="one split only")
    parser.add_argument("--case", help="one case only, by its id")
    chosen = parser.parse_args(arguments)
    cases = [case for case in load() if chosen.case in (None, case.id)]
    for split in [chosen.split] if chosen.split else SPLITS:
        part = [case for case in cases if case.split == split]
        if not part:
            continue
        tally = score(part, read_file)
        print(report(tally, f"{split} ({len(part)} texts)"))
        if chosen.show:
            print("\n".join(f"    {miss}" for miss in tally.misses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
