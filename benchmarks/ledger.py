"""The speed ledger: juanzong and its peers do one job on the same paragraphs, in one run. `python -m benchmarks.ledger --help`"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.corpus import default_corpora, read_rows, write_rows, write_slice, write_words
from benchmarks.oracle import Oracle, differences
from benchmarks.peers import ENGINES, peer
from benchmarks.queries import CLASSES, Query, Tokens, draw
from benchmarks.tables import growth_table, machine_line, size_tables, summary
from benchmarks.trial import Server, TrialError, build

_SHOWN_DIFFERENCES = 3


def say(text: str) -> None:
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def measure(
    folder: Path, corpora: Sequence[Path], size: int, engines: Sequence[str], options: argparse.Namespace
) -> dict[str, Any]:
    """Everything about one size. The folder must be empty."""
    origins = write_slice(corpora, folder / "corpus", size)
    paragraphs, words = folder / "paragraphs.jsonl", folder / "words.txt"
    say(f"{size:,}: juanzong builds")
    costs = {"juanzong": _cost("juanzong", build("juanzong", folder / "juanzong", folder / "corpus", words), 0.0)}
    if options.jobs > 1:
        costs["juanzong"]["build_all_s"] = build("juanzong", folder / "all", folder / "corpus", words, options.jobs)[
            "seconds"
        ]
        shutil.rmtree(folder / "all")
    text_bytes = write_rows(facts(folder / "juanzong"), paragraphs)
    cutting = write_words(paragraphs, words)
    for name in engines:
        if name != "juanzong":
            say(f"{size:,}: {name} builds")
            own_words = peer(name).reading == "own words"
            costs[name] = _cost(name, build(name, folder / name, paragraphs, words), 0.0 if own_words else cutting)
    tokens = Tokens(paragraphs, words)
    queries = draw(tokens, options.queries)
    say(f"{size:,}: {len(queries)} queries")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    names = [name for name in ENGINES if name in engines]
    answers = _query(folder, names, queries, costs, options.rounds, options.seconds)
    say(f"{size:,}: answers are checked")
    oracle = Oracle(tokens, paragraphs)
    agreement, matches = _agreement(oracle, queries, answers)
    return {
        "size": size,
        "paragraphs": tokens.paragraphs,
        "origins": origins,
        "text_bytes": text_bytes,
        "load": load,
        "characters": sum(len(row.text) for row in read_rows(paragraphs, None)),
        "matches": matches,
        "agreement": agreement,
        "engines": {name: costs[name] for name in names},
    }


def _cost(name: str, built: dict[str, Any], cutting: float) -> dict[str, Any]:
    parts = built["parts"] or ({"cut words": cutting, "index": built["seconds"]} if cutting else {})
    return {
        "build_s": built["seconds"] + cutting,
        "indexing": built["indexing"],
        "parts": parts,
        "build_cpu_s": built["cpu_s"] + cutting,
        "peak_mb": built["peak_mb"],
        "bytes": built["bytes"],
        "note": built["note"],
        "version": peer(name).version(),
    }


def facts(index: Path) -> Iterator[tuple[str, list[str], list[str], str]]:
    """Text, cities, agencies and month of every paragraph that a search can return, as juanzong worked them out."""
    from juanzong.search import SearchRequest, open_engine

    for hit in open_engine(index).scan(SearchRequest(q="*")):
        yield hit["text"], hit["city"], hit["agency"], (hit["date"] or "")[:7]


def _query(
    folder: Path, names: Sequence[str], queries: Sequence[Query], costs: dict[str, Any], rounds: int, seconds: float
) -> dict[str, Any]:
    """Runs the rounds of all engines in turn, so that other work on the machine meets all of them alike. Gives their answers."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(Server(name, folder / name)) for name in names}
        times: dict[str, list[list[float]]] = {name: [] for name in names}
        cpu: dict[str, list[float]] = {name: [] for name in names}
        spent = dict.fromkeys(names, 0.0)
        answers = {}
        for name, server in servers.items():
            costs[name]["open_ms"] = server.open_ms
            costs[name]["first_ms"] = server.prepare(queries)
            answers[name] = server.answers()
        for _ in range(rounds):
            for name, server in servers.items():
                if spent[name] < seconds:
                    started = time.perf_counter()
                    milliseconds, used = server.round()
                    times[name].append(milliseconds)
                    cpu[name].append(used)
                    spent[name] += time.perf_counter() - started
        for name, server in servers.items():
            own = [statistics.median(of_query) for of_query in zip(*times[name])]
            costs[name]["latency"] = summary(
                {kind: [ms for ms, query in zip(own, queries) if query.kind == kind] for kind in CLASSES}
            )
            costs[name]["cpu_ms"] = statistics.median(cpu[name])
            costs[name]["rounds"] = len(times[name])
            costs[name]["memory"] = server.memory()
    return answers


def _agreement(oracle: Oracle, queries: Sequence[Query], answers: dict[str, Any]) -> tuple[list[str], dict[str, float]]:
    """What each engine counted otherwise than brute force does, and the median number of matches of each class by words."""
    lines = []
    totals: dict[str, list[int]] = {}
    wider = []
    for query in queries:
        total = oracle.answer(query, "words", False).total
        totals.setdefault(query.kind, []).append(total)
        wider.append(oracle.answer(query, "characters", False).total / max(1, total))
    for name, given in answers.items():
        engine = peer(name)
        exact = engine.reading != "own words"
        reading = engine.reading if exact else "words"
        wrong = [
            (query, found)
            for query, said in zip(queries, given)
            if (found := differences(said, oracle.answer(query, reading, engine.disjunctive)))
        ]
        lines.append(
            f"{name} (matches {engine.reading}, {'checked' if exact else 'compared'} with counting of {reading}): totals, texts and facet counts agree on "
            f"{len(queries) - len(wrong)} of {len(queries)} queries."
        )
        if not exact:
            empty = sum(query.kind == "phrase" and not said.total for query, said in zip(queries, given))
            lines.append(
                f"{name} finds nothing for {empty} of {sum(query.kind == 'phrase' for query in queries)} phrases."
            )
        else:
            lines += [
                f"{name} differs on “{query.text}”{' in ' + query.city if query.city else ''}: {'; '.join(found[:3])}."
                for query, found in wrong[:_SHOWN_DIFFERENCES]
            ]
    if wider:
        lines.append(
            f"Matching characters returns {statistics.fmean(wider):.2f} times as many paragraphs as matching words (mean over the queries), so the engine "
            "that does it has that much more to count."
        )
    return lines, {kind: statistics.median(counts) for kind, counts in totals.items()}


def machine(engines: Sequence[str]) -> dict[str, Any]:
    """What the figures were measured on."""
    import numpy

    try:
        processor = next(
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().split("\n")
            if line.startswith("model name")
        )
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError):
        memory = float("nan")
    return {
        "date": datetime.date.today().isoformat(),
        "cores": os.cpu_count(),
        "processor": processor,
        "memory_gb": memory,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "versions": {name: peer(name).version() for name in engines},
    }


def available(names: Sequence[str]) -> list[str]:
    """Those of the engines that are installed; says which are not."""
    found = []
    for name in names:
        try:
            peer(name)
        except ImportError as error:
            say(f"{name} is left out: {error.name} is not installed (pip install -e '.[bench]').")
        else:
            found.append(name)
    return found


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ledger",
        description="The same job for every engine on the same paragraphs, side by side.",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        nargs="+",
        help="JSONL documents, packed or not (default: those beside the checkout, else the sample corpus)",
    )
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of paragraphs (default %(default)s)")
    parser.add_argument("--engines", default=",".join(ENGINES), help="default %(default)s")
    parser.add_argument("--queries", type=int, default=20, help="queries a class (default %(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=5, help="rounds over all queries after a warm-up (default %(default)s)"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=90,
        help="no new round of an engine after so many seconds (default %(default)s)",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        help="processes of the second build of juanzong (default: all cores; 1 for none)",
    )
    parser.add_argument(
        "--whoosh-limit",
        type=int,
        default=10_000,
        help="the most paragraphs for stock Whoosh, which is slow (default %(default)s)",
    )
    parser.add_argument(
        "--work", type=Path, help="a folder for what is built, about ten times the text; emptied at the end"
    )
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args(argv)
    try:
        options.sizes = [int(size) for size in options.sizes.split(",")]
    except ValueError:
        parser.error("--sizes takes numbers with commas between, such as 10000,100000.")
    options.engines = options.engines.split(",")
    if unknown := set(options.engines) - set(ENGINES):
        parser.error(f"There is no engine {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}.")
    for path in options.corpus or ():
        if not path.exists():
            parser.error(f"{path} does not exist. Give JSONL files.")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    engines = available(options.engines)
    corpora = options.corpus or default_corpora()
    if not corpora:
        say(
            "There are no corpora beside the checkout; the sample corpus is repeated. Repeated text flatters every engine; give --corpus for real figures."
        )
    print("# Ledger\n\n" + machine_line(machine_facts := machine(engines)) + "\n")
    results = []
    if options.work:
        options.work.mkdir(parents=True, exist_ok=True)
    for size in options.sizes:
        chosen = [name for name in engines if name != "whoosh" or size <= options.whoosh_limit]
        with tempfile.TemporaryDirectory(dir=options.work) as folder:
            try:
                results.append(measure(Path(folder), corpora, size, chosen, options))
            except TrialError as error:
                say(str(error))
                return 1
        if len(chosen) < len(engines):
            results[-1]["agreement"].append(
                f"whoosh is left out above {options.whoosh_limit:,} paragraphs (--whoosh-limit)."
            )
        print(size_tables(results[-1]), flush=True)
    if len(results) > 1:
        print(growth_table(results))
    if options.json:
        options.json.write_text(
            json.dumps({"machine": machine_facts, "sizes": results}, ensure_ascii=False, indent=1), encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
