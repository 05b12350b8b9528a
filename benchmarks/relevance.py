"""How well texts are ranked on test collections, as full questions and as two and three keywords, beside plainer rankings.
`python -m benchmarks.relevance --help`"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from whoosh import query as whoosh

from benchmarks.baselines import BM25, jieba_words, pairs
from benchmarks.collections import Collection as TestCollection
from benchmarks.collections import load, made
from benchmarks.corpus import ROOT

COLLECTIONS = ROOT.parent / "shared" / "relevance"
DEPTH = 100
MEASURES = ("nDCG@10", "MRR@10", "recall@10", "recall@100")
FORMS = {"question": 0, "three words": 3, "two words": 2}
Ranking = Callable[[str], Sequence[str]]


def measures(ranked: Sequence[str], grades: Mapping[str, int]) -> dict[str, float]:
    """The measures of one ranking. nDCG takes 2^grade − 1 as gain and log2(rank + 1) as discount."""

    def gain(found: Sequence[float]) -> float:
        return math.fsum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(found[:10]))

    first = next((place for place, document in enumerate(ranked[:10]) if document in grades), None)
    return {
        "nDCG@10": gain([grades.get(document, 0) for document in ranked]) / gain(sorted(grades.values(), reverse=True)),
        "MRR@10": 0.0 if first is None else 1 / (first + 1),
        "recall@10": sum(document in grades for document in ranked[:10]) / len(grades),
        "recall@100": sum(document in grades for document in ranked[:DEPTH]) / len(grades),
    }


def ours(collection: TestCollection, folder: Path) -> tuple[Ranking, Ranking]:
    """juanzong on the collection as a corpus, and the recipe of its version 0.1 on the same index: any word is enough, a document ranks by its
    best paragraph."""
    from juanzong.index.build import rebuild
    from juanzong.search import SearchRequest
    from juanzong.search.answer.ranking import top
    from juanzong.search.engines.embedded import EmbeddedEngine
    from juanzong.search.execution.nodes import Titled
    from juanzong.search.execution.plan import plan
    from juanzong.search.language.parser import parse

    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "docs.jsonl").write_text(
        "\n".join(json.dumps(document, ensure_ascii=False) for document in collection.documents), encoding="utf-8"
    )
    rebuild(folder / "index", [corpus], jobs=os.cpu_count() or 1)
    engine = EmbeddedEngine(folder / "index")

    def today(query: str) -> Sequence[str]:
        hits = engine.search(SearchRequest(q=query, mode="any", size=DEPTH)).hits
        return list(dict.fromkeys(hit.text if collection.passages else hit.doc for hit in hits))

    def before(query: str) -> Sequence[str]:
        snapshot = engine.snapshot()
        planned = plan(parse(query), snapshot.segmenter, any_word=True)
        if not isinstance(planned.query, whoosh.AndMaybe) or not isinstance(planned.query.b, Titled):
            return []
        tree = whoosh.AndMaybe(planned.query.a, Titled(planned.query.b.child, 0.15))
        ranked: list[str] = []
        for segment, docs, scores in snapshot.run(tree, True):
            assert scores is not None and len(snapshot.segments) == 1
            best = docs[top(segment, docs, scores.of(docs), "relevance", DEPTH)]
            documents = segment.column("document")[best]
            ranked = (
                segment.texts(best)
                if collection.passages
                else [segment.document(int(number))["id"] for number in documents]
            )
        return list(dict.fromkeys(ranked))

    return today, before


def plain(collection: TestCollection, cut: Callable[[str], list[str]]) -> Ranking:
    """BM25 over the texts that are ranked."""
    names, texts = zip(*collection.texts())
    ranking = BM25(texts, cut)
    return lambda query: list(dict.fromkeys(names[number] for number in ranking.rank(query, DEPTH)))


def score(collection: TestCollection, ranking: Ranking) -> dict[str, float]:
    """The mean of each measure over the queries."""
    found = [measures(ranking(query), collection.grades[name]) for name, query in collection.queries.items()]
    return {name: statistics.fmean(one[name] for one in found) for name in MEASURES}


def collections(folders: Sequence[Path], with_made: bool, only: Collection[str] = ()) -> Iterator[TestCollection]:
    """Those in folders, then those made from corpora; where names are given, only those of these names. What is none is told and left out."""
    for folder in folders:
        if only and folder.name not in only:
            continue
        try:
            yield load(folder)
        except (OSError, ValueError, KeyError) as error:
            print(f"{folder.name} is left out: it is no test collection ({error}).", file=sys.stderr)
    for name, make in made() if with_made else ():
        if not only or name in only:
            yield make()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.relevance", description="Ranking quality on test collections."
    )
    parser.add_argument(
        "folders",
        type=Path,
        nargs="*",
        help="folders with docs.jsonl, queries.jsonl, qrels.tsv (default: those beside the checkout, and "
        "collections made from the corpora beside it)",
    )
    parser.add_argument("--limit", type=int, default=0, help="at most N queries of each, evenly from all")
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME", help="only the collections of these names")
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args(argv)
    folders = options.folders or sorted(path for path in COLLECTIONS.glob("*") if path.is_dir())
    figures: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for collection in collections(folders, not options.folders, options.only):
        if not figures:
            print(
                "| collection | asked as | queries | ranking | "
                + " | ".join(MEASURES)
                + " |\n| --- | --- | --- | --- |"
                + " --- |" * len(MEASURES)
            )
        with tempfile.TemporaryDirectory() as temporary:
            today, before = ours(collection, Path(temporary))
            rankings = {
                "juanzong": today,
                "the recipe of 0.1": before,
                "BM25, jieba words": plain(collection, jieba_words),
                "BM25, character pairs": plain(collection, pairs),
            }
            for form, words in FORMS.items():
                asked = (collection.keywords(words) if words else collection).first(options.limit)
                for name, ranking in rankings.items():
                    found = score(asked, ranking)
                    figures.setdefault(collection.name, {}).setdefault(form, {})[name] = found
                    print(
                        f"| {collection.name} | {form} | {len(asked.queries):,} | {name} | "
                        + " | ".join(f"{found[measure]:.3f}" for measure in MEASURES)
                        + " |",
                        flush=True,
                    )
    if not figures:
        print(
            "There are no test collections beside the checkout. Give folders with docs.jsonl, queries.jsonl and qrels.tsv.",
            file=sys.stderr,
        )
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
