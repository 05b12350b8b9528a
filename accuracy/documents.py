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
from accuracy.cases import load
from juanzong.index.corpus.formats.table import SUFFIXES, format_of
from juanzong.index.reading.pipeline import read_file
from juanzong.index.records import Document, own_values

SAMPLES = 400
TRUTH = ".truth.txt"
FACETS = ("city", "date", "agency")
FLOORS: dict[str, tuple[float, float, float]] = {
    "one column": (0.995, 0.95, 0.98),
    "two columns": (0.995, 0.9, 0.95),
    "vertical": (0.995, 0.95, 0.0),
    "docx": (1.0, 1.0, 1.0),
    "epub": (1.0, 1.0, 1.0),
    "eml": (0.995, 0.95, 0.95),
    "zip": (1.0, 1.0, 1.0),
}
"""Least found, exact and facts of the project's own texts. Vertical text is printed with digits of full width, whose facts are not compared."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured on one document. `facts` is None where there is nothing to compare with."""

    name: str
    found: float
    exact: float
    facts: float | None = None


def flat(text: str) -> str:
    """A text without white space and forms of width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def compared(name: str, truth: Sequence[str], documents: Sequence[Document], plain: Sequence[Document] = ()) -> Measure:
    """A document as it was read against its true paragraphs, and against the same text as a plain file."""
    got = [(flat(p.text), _facts_of(document, p.text)) for document in documents for _, p in document.paragraphs()]
    whole, known = "\n".join(text for text, _ in got), {text for text, _ in got}
    pool = [text for line in truth if len(text := flat(line)) >= 8] or [flat(line) for line in truth]
    chosen = random.Random(name)
    pieces = []
    for line in chosen.choices(pool, weights=[len(text) for text in pool], k=SAMPLES):
        size = min(len(line), chosen.randint(2, 8))
        at = chosen.randrange(len(line) - size + 1)
        pieces.append(line[at : at + size])
    found = sum(piece in whole for piece in pieces) / len(pieces)
    exact = sum(flat(line) in known for line in truth) / len(truth)
    if not plain:
        return Measure(name, found, exact)
    wanted = {flat(p.text): _facts_of(document, p.text) for document in plain for _, p in document.paragraphs()}
    both = [(facts, wanted[text]) for text, facts in got if text in wanted]
    return Measure(name, found, exact, sum(a == b for a, b in both) / max(1, len(both)))


def _facts_of(document: Document, text: str) -> tuple[tuple[str, ...], ...]:
    """The facts of the paragraph with this text."""
    for _, paragraph in document.paragraphs():
        if paragraph.text == text:
            return tuple(tuple(sorted(own_values(paragraph, facet))) for facet in FACETS)
    return ((), (), ())


def own_texts() -> list[tuple[str, list[str]]]:
    """The texts of the truth set, each with its paragraphs; those that are laid out as tables or in lines of verse are left out."""
    texts = [(case.id, [paragraph.text for paragraph in case.paragraphs]) for case in load() if not case.front_matter]
    return [
        (name, found)
        for name, found in texts
        if len(found) >= 3 and not any("\n" in text or "\t" in text for text in found)
    ]


MAKERS: dict[str, tuple[str, Callable[[list[str]], bytes]]] = {
    "one column": (".pdf", lambda texts: forms.one_column(texts, running="合订本 第7号")),
    "two columns": (".pdf", forms.two_columns),
    "vertical": (".pdf", forms.vertical),
    "docx": (".docx", forms.docx),
    "epub": (".epub", forms.epub),
    "eml": (".eml", forms.eml),
    "zip": (".zip", lambda texts: forms.archive({"通知/甲.txt": "\n\n".join(texts).encode("gb18030")}, "gbk")),
}


def own(limit: int) -> Iterator[Measure]:
    """The project's own texts in every form; the mean of each form."""
    texts = own_texts()[:: max(1, len(own_texts()) // limit)][:limit]
    with tempfile.TemporaryDirectory() as folder:
        for name, (suffix, make) in MAKERS.items():
            measures = []
            for stem, paragraphs in texts:
                path, plain = Path(folder, stem + suffix), Path(folder, stem + ".txt")
                path.write_bytes(make(paragraphs))
                plain.write_text("\n\n".join(paragraphs), encoding="utf-8")
                measures.append(compared(stem, paragraphs, read_file(path), read_file(plain)))
            count = len(measures)
            yield Measure(
                name,
                sum(measure.found for measure in measures) / count,
                sum(measure.exact for measure in measures) / count,
                sum(measure.facts or 0.0 for measure in measures) / count,
            )


def beside(folder: Path) -> Iterator[Measure]:
    """The documents of a folder that have their truth beside them."""
    for truth_file in sorted(folder.rglob(f"*{TRUTH}")):
        base = truth_file.name.removesuffix(TRUTH)
        truth = [line for line in truth_file.read_text(encoding="utf-8").splitlines() if line.strip()]
        for path in sorted(truth_file.parent.iterdir()):
            if path.name.split(".")[0] == base and path.suffix in SUFFIXES and format_of(path.name) is not None:
                yield compared(path.name, truth, read_file(path))


def main() -> int:
    """Print a line a document, or a form; status 1 where a floor of the project's own texts is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument(
        "--texts", type=int, default=40, help="how many of the project's own texts are printed into each form"
    )
    arguments = parser.parse_args()
    missed = 0
    measures = (
        (measure for folder in arguments.folders for measure in beside(folder))
        if arguments.folders
        else own(arguments.texts)
    )
    for measure in measures:
        facts = "" if measure.facts is None else f"  facts {measure.facts:.3f}"
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
