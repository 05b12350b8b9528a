"""An archive on a cluster beside the same index in a folder: the same answers, and what they cost. `make cluster` first, then

    .venv/bin/python -m benchmarks.cluster CORPUS [--nodes 3] [--shards 3] [--queries 500] [--turns 10] [--kept FOLDER]

Reads the corpus once, builds both from what was read (`--turns` as often over, see benchmarks/reading.py), asks both the same drawn queries in turn,
compares totals, all facet counts and the first ten hits in their order, and prints a table. Exit status 1 where an answer differs. `--kept` is a folder
for the reading and the index, which are used again when they are there. Times are of one run on one machine, engine by engine in turn.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import reading
from benchmarks.reading import Built
from juanzong.search import Engine, SearchRequest, open_engine
from scripts.cluster.nodes import FOLDER, Cluster

SEED = 20_26
KINDS = ("quoted", "word", "both", "any", "without", "title", "filtered", "dated", "sorted", "collapsed")


def drawn(engine: Engine, number: int) -> Iterator[tuple[str, SearchRequest]]:
    """Requests of every kind, made of what stands in the index."""
    draw = random.Random(SEED)
    hits = list(itertools.islice(engine.scan(SearchRequest("*")), 20_000))
    values = {
        name: [value.value for value in engine.values(SearchRequest("*"), name).values][:200]
        for name in ("city", "agency", "source")
    }

    def piece(least: int, most: int) -> str:
        while True:
            text = draw.choice(hits)["text"]
            begin = draw.randrange(max(1, len(text) - most))
            found: str = text[begin : begin + draw.randint(least, most)].strip()
            if found and not set(found) & set('"“”「」『』()（）|*-:：'):
                return found

    for kind in itertools.islice(itertools.cycle(KINDS), number):
        first, second = piece(2, 4), piece(2, 3)
        city, source = (draw.sample(values[name], 1) if values[name] else [] for name in ("city", "source"))
        yield (
            kind,
            {
                "quoted": SearchRequest(f'"{piece(1, 8)}"'),
                "word": SearchRequest(first),
                "both": SearchRequest(f"{draw.choice(hits)['text'][:4]} {second}"),
                "any": SearchRequest(f"{first} {second}", mode="any"),
                "without": SearchRequest(f"{second} -{first}"),
                "title": SearchRequest(f"title:{second}"),
                "filtered": SearchRequest(second, city=[*city, ""], source=source),
                "dated": SearchRequest(second, date_from="2021", date_to="2023-07"),
                "sorted": SearchRequest(second, sort=draw.choice(("date", "-date")), page=2),
                "collapsed": SearchRequest(second, collapse=draw.choice(("text", "article"))),
            }[kind],
        )


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What two answers differ in."""
    found = [name for name in ("total", "articles", "entries", "facets") if one[name] != other[name]]
    if [hit["id"] for hit in one["hits"]] != [hit["id"] for hit in other["hits"]]:
        found.append("order" if {hit["id"] for hit in one["hits"]} == {hit["id"] for hit in other["hits"]} else "hits")
    elif any(
        a[name] != b[name]
        for a, b in zip(one["hits"], other["hits"])
        for name in ("marks", "snippet", "duplicates", "articles_other")
    ):
        found.append("marks")
    return found


def asked(engine: Engine, request: SearchRequest) -> tuple[float, dict[str, Any]]:
    began = time.perf_counter()
    found = engine.search(request, 100_000)
    return time.perf_counter() - began, found.to_dict()


def megabytes(pids: Sequence[int]) -> float:
    """What processes hold in memory that is no file."""
    found = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("RssAnon:"):
                found += int(line.split()[1])
    return found / 1024


def processor(pids: Sequence[int]) -> float:
    """The seconds of a processor that processes have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def row(
    label: str, seconds: Sequence[float], used: tuple[float, float], built: Built | None, size: float, memory: str
) -> str:
    """A row of the table. `used` are the milliseconds of a processor that a query takes of ours and of the nodes, `size` the bytes a paragraph."""
    ordered = sorted(seconds)
    late = ordered[int(0.95 * (len(ordered) - 1))]
    own, nodes = (f"{share:.1f}" if share else "" for share in used)
    rate = f"{built.paragraphs / built.seconds:,.0f}" if built else ""
    return f"| {label} | {statistics.median(ordered) * 1e3:.1f} | {late * 1e3:.1f} | {own} | {nodes} | {rate} | {size:,.0f} | {memory} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--replicas", type=int, default=0)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--built", action="store_true", help="the archive is there from an earlier run")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of the nodes")
    parser.add_argument("--http", type=int, default=9200, help="the port before that of the first node")
    given = parser.parse_args()
    cluster = Cluster(given.folder.absolute(), given.nodes, given.http)
    with tempfile.TemporaryDirectory() as temporary:
        return compare(given, cluster, given.kept or Path(temporary))


def compare(given: argparse.Namespace, cluster: Cluster, kept: Path) -> int:
    address = f"opensearch+http://{','.join(cluster.hosts)}/benchmark?shards={given.shards}&replicas={given.replicas}"
    nodes = [cluster.pid(number) for number in range(1, cluster.nodes + 1)]
    seconds, index = reading.read(given.corpus, kept / "reading"), kept / f"index-{given.turns}"
    work = reading.parts(kept / "reading", given.turns)
    local = None if (index / "CURRENT").exists() else reading.build_folder(index, work)
    before = processor(nodes)
    there = None
    if not given.built:
        there, sent = reading.build_archive(address, kept, work)
        print(
            f"read in {seconds:.0f} s; sent in {sent:.0f} of {there.seconds:.0f} s, {processor(nodes) - before:.0f} s of a processor on the nodes",
            file=sys.stderr,
        )
    engines = open_engine(index), open_engine(address)
    paragraphs = int(engines[1].info()["paragraphs"])
    requests = [*drawn(engines[0], given.queries + 30)]
    for engine in engines:
        engine.warm()
        for _, request in requests[given.queries :]:
            asked(engine, request)
    times: tuple[list[float], list[float]] = ([], [])
    used = [0.0, 0.0, 0.0]
    wrong = 0
    for kind, request in requests[: given.queries]:
        answers = []
        for number, engine in enumerate(engines):
            own, others = time.process_time(), processor(nodes)
            taken, answer = asked(engine, request)
            times[number].append(taken)
            used[number] += time.process_time() - own
            used[2] += processor(nodes) - others if number else 0
            answers.append(answer)
        if found := differing(*answers):
            wrong += 1
            print(f"{kind} {request}: {', '.join(found)}", file=sys.stderr)
    sizes = [engine.stats()["bytes"] / paragraphs for engine in engines]
    print(f"{paragraphs:,} paragraphs, {given.queries} queries, {wrong} answers differ\n")
    print(
        "| engine | median, ms | p95, ms | of a processor: ours, ms | of the nodes, ms | paragraphs a second, built | bytes a paragraph | memory, MB |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    of_each = [1e3 * share / given.queries for share in used]
    print(row("folder", times[0], (of_each[0], 0.0), local, sizes[0], "mapped"))
    label = f"{_some(given.nodes, 'node')}, {_some(given.shards, 'shard')}"
    print(row(label, times[1], (of_each[1], of_each[2]), there, sizes[1], f"{megabytes(nodes):,.0f}"))
    return 1 if wrong else 0


def _some(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' * (number > 1)}"


if __name__ == "__main__":
    sys.exit(main())
