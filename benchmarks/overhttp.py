"""The whole answer over HTTP, as a reader gets it: juanzong's page and JSON beside Datasette over SQLite FTS5. `python -m benchmarks.overhttp --help`

The job: ten paragraphs in which a string stands, wherever it stands, the total, and the counts of city, agency, source and month. Datasette gets an FTS5
table of character pairs, in which a string is a phrase, and gives what its own table page gives: all of that but marks, snippets and an order by
relevance, which it has not for a page with facets. Both pack what they send. OpenSearch has `benchmarks.cluster`.

Each question is asked once, so that no answer that was kept is sent again: first one after the other, for the processor time of the server's processes, then by many clients
at once, for the answers a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.corpus import default_corpora, write_slice
from benchmarks.load import Load, page
from benchmarks.memory import folder_bytes
from benchmarks.samejob import Case, drawn
from juanzong.index.build import rebuild
from juanzong.index.text.folding import fold
from juanzong.search import SearchRequest, open_engine

_LISTS = ("city", "agency")
_TICKS = os.sysconf("SC_CLK_TCK")
Address = Callable[[Case], str]


# --- who answers, and under which addresses ---


def pages_of(case: Case) -> str:
    return "/?" + urlencode([("q", case.text), *([("city", case.city)] if case.city else [])])


def json_of(case: Case) -> str:
    return "/api/search" + pages_of(case)[1:]


def phrase(text: str) -> str:
    """A string in the language of FTS5: its pairs of characters, side by side."""
    folded = fold(text)
    return '"' + " ".join(map("".join, zip(folded, folded[1:]))) + '"'


def of_datasette(ending: str) -> Address:
    def address(case: Case) -> str:
        found = (" OR " if case.kind == "or-3" else " AND ").join(map(phrase, case.strings))
        given = [("_search", found), ("_searchmode", "raw"), ("_size", "10"), ("_col", "text"), ("_col", "day")]
        given += [("_facet_array", name) for name in _LISTS] + [("_facet", "source"), ("_facet", "month")]
        given += [("_facet_size", "100")] + ([("city__arraycontains", case.city)] if case.city else [])
        return f"/archive/paragraph{ending}?" + urlencode(given)

    return address


def build_datasette(index: Path, database: Path) -> None:
    """The paragraphs of an index with the values that they have there, and their pairs of characters for FTS5."""
    held = sqlite3.connect(database)
    held.executescript(
        "CREATE TABLE paragraph (id INTEGER PRIMARY KEY, text TEXT, day TEXT, month TEXT, source TEXT, city TEXT, agency TEXT, pairs TEXT);"
        "CREATE VIRTUAL TABLE paragraph_fts USING fts5(pairs, content='paragraph', content_rowid='id', tokenize='unicode61 remove_diacritics 0');"
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        for hit in open_engine(index).scan(SearchRequest(q="*")):
            folded = fold(hit["text"])
            lists = [json.dumps(hit[name], ensure_ascii=False) for name in _LISTS]
            pairs = " ".join(map("".join, zip(folded, folded[1:])))
            yield hit["text"], hit["date"], (hit["date"] or "")[:7] or None, hit["source"], *lists, pairs

    held.executemany(
        "INSERT INTO paragraph (text, day, month, source, city, agency, pairs) VALUES (?,?,?,?,?,?,?)", rows()
    )
    held.execute("INSERT INTO paragraph_fts (rowid, pairs) SELECT id, pairs FROM paragraph")
    held.execute("INSERT INTO paragraph_fts (paragraph_fts) VALUES ('optimize')")
    held.commit()
    held.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], port: int) -> Iterator[int]:
    """A server while it answers; gives its process. Raises RuntimeError where it does not begin to within a minute."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{command[0]} does not answer.")
        yield server.pid
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)


def processor_seconds(process: int) -> float:
    """What a process and all that it started have used so far, from Linux's own accounts."""
    total, waiting = 0.0, [process]
    while waiting:
        here = waiting.pop()
        with suppress(OSError):
            stat = Path(f"/proc/{here}/stat").read_text().rpartition(")")[2].split()
            total += (int(stat[11]) + int(stat[12])) / _TICKS
            for task in Path(f"/proc/{here}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return total


# --- asking ---


async def _one_by_one(port: int, addresses: Sequence[str]) -> None:
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    for address in addresses:
        connection = connection or await asyncio.open_connection("127.0.0.1", port)
        status, _, stays = await page(*connection, address)
        if status != 200:
            raise RuntimeError(f"{address} was answered {status}.")
        if not stays:
            connection[1].close()
            connection = None


async def _at_once(port: int, addresses: Sequence[str], clients: int, seconds: float) -> Load:
    load = Load(port, addresses, clients, 0)
    await load.run(asyncio.create_task(asyncio.sleep(seconds)))
    return load


def measured(process: int, port: int, addresses: Sequence[str], clients: int, seconds: float) -> dict[str, float]:
    """Half of the addresses are asked for one after the other, the first of them to warm up, the rest at once."""
    half = len(addresses) // 2
    first = half // 5
    asyncio.run(_one_by_one(port, addresses[:first]))
    before = processor_seconds(process)
    asyncio.run(_one_by_one(port, addresses[first:half]))
    each = 1e3 * (processor_seconds(process) - before) / (half - first)
    before, started = processor_seconds(process), time.perf_counter()
    load = asyncio.run(_at_once(port, addresses[half:], clients, seconds))
    took, used = time.perf_counter() - started, processor_seconds(process) - before
    found = load.phase.milliseconds
    if load.phase.failures or not found:
        raise RuntimeError(f"Answers failed: {load.phase.failures}")
    return {
        "processor ms an answer": each,
        "the same, at saturation": 1e3 * used / len(found),
        "answers a second": len(found) / took,
        "median ms": statistics.median(found),
        "p99 ms": sorted(found)[int(0.99 * (len(found) - 1))],
        "asked again": max(0.0, load.asked / (len(addresses) - half) - 1),
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.overhttp",
        description="The whole answer over HTTP: juanzong and Datasette with SQLite FTS5 at the same job.",
    )
    parser.add_argument("--index", type=Path, help="an index that was built before, instead of a corpus")
    parser.add_argument("--paragraphs", type=int, default=100_000, help="default %(default)s")
    parser.add_argument("--each", type=int, default=150, help="questions a class (default %(default)s)")
    parser.add_argument("--clients", type=int, default=16, help="at saturation (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="of saturation (default %(default)s)")
    parser.add_argument(
        "--datasette", default="datasette", help="its command, in an environment of its own if you like"
    )
    parser.add_argument("--work", type=Path, help="a folder for what is built; emptied at the end")
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args(argv)
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(dir=options.work) as scratch:
        folder, index = Path(scratch), options.index
        if index is None:
            write_slice(default_corpora(), folder / "corpus", options.paragraphs)
            index = folder / "index"
            rebuild(index, [folder / "corpus"], jobs=os.cpu_count() or 1)
        cases = drawn(index, options.each)
        random.Random(1).shuffle(cases)
        cases = list(dict.fromkeys(cases))
        ours, theirs = _free_port(), _free_port()
        servers: list[tuple[list[str], int, dict[str, Address]]] = [
            (
                [sys.executable, "-m", "juanzong", "--index", str(index), "serve", "--port", str(ours)],
                ours,
                {"juanzong, page": pages_of, "juanzong, JSON": json_of},
            )
        ]
        if shutil.which(options.datasette):
            build_datasette(index, folder / "archive.db")
            limits: list[tuple[str, object]] = [
                ("sql_time_limit_ms", 60_000),
                ("facet_time_limit_ms", 60_000),
                ("num_sql_threads", 8),
            ]
            # facets that nobody asked for cost as much as those that are
            limits.append(("suggest_facets", "off"))
            command = [options.datasette, "serve", "-i", str(folder / "archive.db"), "--port", str(theirs)]
            command += [str(part) for name, value in limits for part in ("--setting", name, value)]
            servers.append(
                (command, theirs, {"Datasette, page": of_datasette(""), "Datasette, JSON": of_datasette(".json")})
            )
            sizes = {"juanzong": folder_bytes(index), "Datasette": (folder / "archive.db").stat().st_size}
        else:
            sizes = {"juanzong": folder_bytes(index)}
            print("Datasette is left out: there is no such command (pip install datasette).", file=sys.stderr)
        for command, port, kinds in servers:
            with serving(command, port) as process:
                for place, (name, address) in enumerate(kinds.items()):
                    # pages and JSON are asked for other questions, since plans of questions are kept
                    own = [address(case) for case in cases[place :: len(kinds)]]
                    figures[name] = measured(process, port, own, options.clients, options.seconds)
    names = list(next(iter(figures.values())))
    print("| | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for name, found in figures.items():
        print(f"| {name} | " + " | ".join(f"{found[one]:.1f}" for one in names) + " |")
    print(
        f"{len(cases)} questions, {options.clients} clients, {os.cpu_count()} cores; megabytes: {', '.join(f'{name} {size / 1e6:.0f}' for name, size in sizes.items())}."
    )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
