"""How documents of every form are read: `python -m accuracy.documents [FOLDER …]`.

For a folder: X is read and compared with X.truth.txt beside it, one paragraph a line. Without one the samples of this project are printed into every form.
`found`: the share of random pieces (2–8 characters, white space removed, NFKC) of the truth that stand in what was read; `exact`: that of true
paragraphs that are there as they are; `facts`: that of paragraphs whose cities, days and agencies are those of the same text as a plain file.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from accuracy import forms
from accuracy.cases import looked_at
from juanzong.index.corpus.formats.table import SUFFIXES, format_of
from juanzong.index.corpus.pages import recogniser
from juanzong.index.reading.pipeline import read_file
from juanzong.index.records import Document, own_values

SAMPLES = 400
TRUTH = ".truth.txt"
FACETS = ("city", "date", "agency")
FLOORS: dict[str, tuple[float, float, float]] = {
    "one column": (0.995, 0.94, 0.95),
    "two columns": (0.995, 0.95, 0.96),
    "newspaper": (0.995, 0.9, 0.9),
    "vertical": (0.995, 0.95, 0.0),
    "docx": (1.0, 1.0, 1.0),
    "epub": (1.0, 1.0, 1.0),
    "eml": (0.995, 0.95, 0.95),
    "zip": (1.0, 1.0, 1.0),
    "scan": (0.965, 0.0, 0.85),
    "scanned newspaper": (0.975, 0.0, 0.9),
}
"""Least found, exact and facts of the project's own texts. Vertical text is printed with digits of full width, whose facts are not compared; of scans found
counts letters and digits alone."""
SCANNED = {"scan", "scanned newspaper"}
_ALIKE = 0.8
"""How much of a paragraph must be there as it is to be the same one, recognised with errors."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured on one document. `facts` is None where there is nothing to compare with, else the share of so many `paragraphs`."""

    name: str
    found: float
    exact: float
    facts: float | None = None
    paragraphs: int = 0


def flat(text: str) -> str:
    """A text without white space and forms of width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def compared(
    name: str, truth: Sequence[str], documents: Sequence[Document], plain: Sequence[Document] = (), scan: bool = False
) -> Measure:
    """A document as it was read against its true paragraphs, and against the same text as a plain file."""
    got = _facts(documents)
    whole = "\n".join(got)
    if scan:
        whole = re.sub(r"[^\w\n]", "", whole)
    found = sum(piece in whole for piece in pieces_of(name, truth, scan)) / SAMPLES
    exact = sum(flat(line) in got for line in truth) / len(truth)
    if not plain:
        return Measure(name, found, exact)
    wanted = _facts(plain)
    same = sum(facts == got.get(text, _nearest(text, got) if scan else None) for text, facts in wanted.items())
    return Measure(name, found, exact, same / max(1, len(wanted)), len(wanted))


def pieces_of(name: str, truth: Sequence[str], scan: bool = False) -> list[str]:
    """Random pieces of true paragraphs, long paragraphs giving more of them; of letters and digits alone for scans. The same for the same name."""
    pool = [text for line in truth if len(text := flat(line)) >= 8] or [flat(line) for line in truth]
    if scan:
        pool = [text for line in pool if len(text := re.sub(r"\W", "", line)) >= 2]
    chosen = random.Random(name)
    pieces = []
    for line in chosen.choices(pool, weights=[len(text) for text in pool], k=SAMPLES):
        size = min(len(line), chosen.randint(2, 8))
        at = chosen.randrange(len(line) - size + 1)
        pieces.append(line[at : at + size])
    return pieces


Facts = tuple[tuple[str, ...], ...]
"""The cities, days and agencies of a paragraph."""


def _facts(documents: Sequence[Document]) -> dict[str, Facts]:
    """The facts of every paragraph of documents."""
    return {
        flat(paragraph.text): tuple(tuple(sorted(own_values(paragraph, facet))) for facet in FACETS)
        for document in documents
        for _, paragraph in document.paragraphs()
    }


def _nearest(text: str, got: dict[str, Facts]) -> Facts | None:
    """The facts of the paragraph that is most like a text; None where none is."""
    from difflib import SequenceMatcher

    alike = [(SequenceMatcher(None, text, other, autojunk=False).ratio(), other) for other in got]
    best = max(alike, default=(0.0, ""))
    return got[best[1]] if best[0] > _ALIKE else None


def own_texts() -> list[tuple[str, list[str]]]:
    """The texts of the truth set, each with its paragraphs; those that are laid out as tables or in lines of verse are left out."""
    texts = [
        (case.id, [paragraph.text for paragraph in case.paragraphs]) for case in looked_at() if not case.front_matter
    ]
    return [
        (name, found)
        for name, found in texts
        if len(found) >= 3 and not any("\n" in text or "\t" in text for text in found)
    ]


def _article(texts: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """A text as an article, its first paragraph the heading where a plain file of it has that for its title."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder, "text.txt")
        plain.write_text("\n\n".join(texts), encoding="utf-8")
        title = next((article.title for document in read_file(plain) for article in document.articles), None)
    return [(texts[0], texts[1:])] if title is not None and flat(title) == flat(texts[0]) else [("", texts)]


MAKERS: dict[str, tuple[str, Callable[[list[str]], bytes]]] = {
    "one column": (".pdf", lambda texts: forms.one_column(texts, running="合订本 第7号")),
    "two columns": (".pdf", forms.two_columns),
    "newspaper": (".pdf", lambda texts: forms.newspaper(_article(texts))),
    "vertical": (".pdf", forms.vertical),
    "docx": (".docx", forms.docx),
    "epub": (".epub", forms.epub),
    "eml": (".eml", forms.eml),
    "zip": (".zip", lambda texts: forms.archive({"通知/甲.txt": "\n\n".join(texts).encode("gb18030")}, "gbk")),
    "scan": (".jpg", lambda texts: forms.scanned(forms.newspaper(_article(texts), columns=1, size=11))),
    "scanned newspaper": (".jpg", lambda texts: forms.scanned(forms.newspaper(_article(texts), columns=3), 180)),
}


def own(limit: int, scans: int, names: Sequence[str] = tuple(MAKERS)) -> Iterator[Measure]:
    """The project's own texts in every form, so many of them (`scans` as page images); the mean of each form."""
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            suffix, make = MAKERS[name]
            count = scans if name in SCANNED else limit
            texts = own_texts()[:: max(1, len(own_texts()) // max(1, count))][:count]
            measures = []
            for stem, paragraphs in texts:
                path, plain = Path(folder, stem + suffix), Path(folder, stem + ".txt")
                path.write_bytes(make(paragraphs))
                plain.write_text("\n\n".join(paragraphs), encoding="utf-8")
                measures.append(compared(stem, paragraphs, read_file(path), read_file(plain), scan=name in SCANNED))
            if measures:
                total = sum(measure.paragraphs for measure in measures)
                yield Measure(
                    name,
                    sum(measure.found for measure in measures) / len(measures),
                    sum(measure.exact for measure in measures) / len(measures),
                    sum((measure.facts or 0.0) * measure.paragraphs for measure in measures) / max(1, total),
                    total,
                )


def beside(folder: Path) -> Iterator[Measure]:
    """The documents of a folder that have their truth beside them."""
    for truth_file in sorted(folder.rglob(f"*{TRUTH}")):
        base = truth_file.name.removesuffix(TRUTH)
        truth = [line for line in truth_file.read_text(encoding="utf-8").splitlines() if line.strip()]
        for path in sorted(truth_file.parent.iterdir()):
            if path.name.split(".")[0] == base and path.suffix in SUFFIXES and format_of(path.name) is not None:
                yield compared(
                    path.name, truth, read_file(path), scan=path.suffix in (".jpg", ".jpeg", ".png", ".tif", ".tiff")
                )


def main() -> int:
    """Print a line a document, or a form; status 1 where a floor of the project's own texts is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument(
        "--texts", type=int, default=40, help="how many of the project's own texts are printed into each form"
    )
    parser.add_argument(
        "--scans", type=int, default=12, help="how many of them are scanned, where juanzong[ocr] is installed"
    )
    arguments = parser.parse_args()
    missed = 0
    measures = (
        (measure for folder in arguments.folders for measure in beside(folder))
        if arguments.folders
        else own(arguments.texts, arguments.scans if recogniser.wanted() == "now" else 0)
    )
    for measure in measures:
        facts = "" if measure.facts is None else f"  facts {measure.facts:.3f} of {measure.paragraphs}"
        floor = None if arguments.folders else FLOORS[measure.name]
        low = floor is not None and any(
            value < least for value, least in zip((measure.found, measure.exact, measure.facts or 0.0), floor)
        )
        missed += low
        print(
            f"{measure.name:34} found {measure.found:.3f}  exact {measure.exact:.3f}{facts}{f'   below {floor}' if low else ''}",
            flush=True,
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
