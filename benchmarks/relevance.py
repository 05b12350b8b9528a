"""How well texts are ranked on test collections, beside two plain rankings. `python -m benchmarks.relevance --help`"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.baselines import BM25, jieba_words, pairs
from benchmarks.corpus import ROOT

COLLECTIONS = ROOT.parent / "shared" / "relevance"
DEPTH = 100
MEASURES = ("nDCG@10", "MRR@10", "recall@10", "recall@100")
Ranking = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Collection:
    """Documents, queries, and for each query the grades (1 and up) of the documents that answer it."""

    name: str
    documents: Sequence[Mapping[str, str]]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]


def load(folder: Path) -> Collection:
    """Reads docs.jsonl, queries.jsonl and qrels.tsv (query, 0, document, grade), packed or not. Raises OSError where one is missing."""

    def lines(name: str) -> list[str]:
        packed = folder / f"{name}.gz"
        text = (
            gzip.decompress(packed.read_bytes()).decode()
            if packed.exists()
            else (folder / name).read_text(encoding="utf-8")
        )
        return [line for line in text.split("\n") if line.strip()]

    grades: dict[str, dict[str, int]] = {}
    for query, _, document, grade in (line.split("\t") for line in lines("qrels.tsv")):
        if int(grade) > 0:
            grades.setdefault(query, {})[document] = int(grade)
    queries = {
        entry["qid"]: entry["query"] for entry in map(json.loads, lines("queries.jsonl")) if entry["qid"] in grades
    }
    return Collection(folder.name, list(map(json.loads, lines("docs.jsonl"))), queries, grades)


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


def ours(collection: Collection, folder: Path) -> Ranking:
    """juanzong on the collection as a corpus: any word is enough, a document ranks by its best paragraph."""
    from juanzong.index.build.editions import rebuild
    from juanzong.search import SearchRequest, open_engine

    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "docs.jsonl").write_text(
        "\n".join(json.dumps(document, ensure_ascii=False) for document in collection.documents), encoding="utf-8"
    )
    rebuild(folder / "index", [corpus], jobs=1)
    engine = open_engine(folder / "index")
    return lambda query: list(
        dict.fromkeys(hit.doc for hit in engine.search(SearchRequest(q=query, mode="any", size=DEPTH)).hits)
    )


def plain(collection: Collection, cut: Callable[[str], list[str]]) -> Ranking:
    """BM25 over the texts of the documents."""
    ids = [document["id"] for document in collection.documents]
    ranking = BM25([document["text"] for document in collection.documents], cut)
    return lambda query: [ids[number] for number in ranking.rank(query, DEPTH)]


def score(collection: Collection, ranking: Ranking, limit: int) -> dict[str, float]:
    """The mean of each measure over the queries (the first `limit`, or all for 0)."""
    chosen = list(collection.queries)[: limit or None]
    found = [measures(ranking(collection.queries[query]), collection.grades[query]) for query in chosen]
    return {name: statistics.fmean(one[name] for one in found) for name in MEASURES}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.relevance", description="Ranking quality on test collections."
    )
    parser.add_argument(
        "folders",
        type=Path,
        nargs="*",
        help="folders with docs.jsonl, queries.jsonl, qrels.tsv (default: those beside the checkout)",
    )
    parser.add_argument("--limit", type=int, default=0, help="only the first N queries of each")
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args(argv)
    folders = options.folders or sorted(path for path in COLLECTIONS.glob("*") if path.is_dir())
    if not folders:
        print(
            "There are no test collections beside the checkout. Give folders with docs.jsonl, queries.jsonl and qrels.tsv.",
            file=sys.stderr,
        )
        return 0
    figures: dict[str, dict[str, dict[str, float]]] = {}
    print(
        "| collection | queries | ranking | "
        + " | ".join(MEASURES)
        + " |\n| --- | --- | --- |"
        + " --- |" * len(MEASURES)
    )
    for folder in folders:
        try:
            collection = load(folder)
        except (OSError, ValueError, KeyError) as error:
            print(f"{folder.name} is left out: it is no test collection ({error}).", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as temporary:
            rankings = {
                "juanzong": ours(collection, Path(temporary)),
                "BM25, jieba words": plain(collection, jieba_words),
                "BM25, character pairs": plain(collection, pairs),
            }
            for name, ranking in rankings.items():
                found = score(collection, ranking, options.limit)
                figures.setdefault(collection.name, {})[name] = found
                queries = min(options.limit or len(collection.queries), len(collection.queries))
                print(
                    f"| {collection.name} | {queries:,} | {name} | "
                    + " | ".join(f"{found[measure]:.3f}" for measure in MEASURES)
                    + " |",
                    flush=True,
                )
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
