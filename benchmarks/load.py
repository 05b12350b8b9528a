"""The served page under concurrent clients while the index is rebuilt twice under it. `python -m benchmarks.load --help`"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.corpus import default_corpora, write_rows, write_slice, write_words
from benchmarks.ledger import facts, say
from benchmarks.queries import Query, Tokens, draw
from benchmarks.tables import percentile

_COMMAND = [sys.executable, "-m", "juanzong"]
_SERVING = re.compile(r"Serving http://127\.0\.0\.1:([0-9]+)/")
_TIMEOUT = 30.0


@dataclass
class Phase:
    """What the clients saw for a while: milliseconds of each whole page, and failures by what they were."""

    name: str
    milliseconds: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def row(self) -> str:
        known = self.milliseconds
        figures = (
            [f"{percentile(known, share):.1f}" for share in (0.5, 0.9, 0.99)] + [f"{max(known):.1f}"]
            if known
            else ["–"] * 4
        )
        failed = ", ".join(f"{count} {what}" for what, count in self.failures.items()) or "0"
        return f"| {self.name} | {len(known):,} | {len(known) / max(self.seconds, 1e-9):,.0f} | {' | '.join(figures)} | {failed} |"


class Load:
    """Clients that ask for one page after the other, each over a connection of its own."""

    def __init__(self, port: int, paths: Sequence[str], clients: int, think: float) -> None:
        self.port, self.paths, self.clients, self.think = port, paths, clients, think
        self.phase = Phase("start")
        self.asked = 0
        self.stopped = False

    async def run(self, during: asyncio.Task[None]) -> None:
        """Asks until the task is done."""
        workers = [asyncio.create_task(self._client()) for _ in range(self.clients)]
        try:
            await during
        finally:
            self.stopped = True
            await asyncio.gather(*workers)

    async def _client(self) -> None:
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while not self.stopped:
            phase = self.phase
            path = self.paths[self.asked % len(self.paths)]
            self.asked += 1
            started = time.perf_counter()
            try:
                if connection is None:
                    connection = await asyncio.open_connection("127.0.0.1", self.port)
                status, _, stays = await asyncio.wait_for(page(*connection, path), _TIMEOUT)
                if status == 200:
                    phase.milliseconds.append((time.perf_counter() - started) * 1e3)
                else:
                    phase.failures[f"status {status}"] = phase.failures.get(f"status {status}", 0) + 1
            except (OSError, EOFError, ValueError, asyncio.TimeoutError) as error:
                what = type(error).__name__
                phase.failures[what] = phase.failures.get(what, 0) + 1
                stays = False
            if not stays and connection is not None:
                connection[1].close()
                connection = None
            if self.think:
                await asyncio.sleep(self.think)
        if connection is not None:
            connection[1].close()


async def page(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, packed: bool = True
) -> tuple[int, bytes, bool]:
    """One GET: status, whole body as it was sent, and whether the connection stays open. Raises EOFError where the answer is cut short."""
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Language: zh\r\nAccept-Encoding: {'gzip' if packed else 'identity'}\r\n\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    stays = "\r\nconnection: close" not in head
    if "\r\ntransfer-encoding: chunked" in head:
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    elif length := re.search(r"\r\ncontent-length: *([0-9]+)", head):
        body = await reader.readexactly(int(length[1]))
    else:
        body, stays = await reader.read(), False
    return status, body, stays


async def _once(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    _, body, _ = await page(reader, writer, path, packed=False)
    writer.close()
    return body


async def _generation(port: int) -> int:
    return int(json.loads(await _once(port, "/healthz"))["generation"])


async def _processes(port: int) -> int:
    found = re.search(rb"^juanzong_processes (\d+)", await _once(port, "/metrics"), re.M)
    return int(found[1]) if found else 1


async def _measure(load: Load, index: Path, seconds: float, rebuilds: int, jobs: int) -> list[Phase]:
    phases: list[Phase] = []

    def begin(name: str) -> None:
        load.phase = Phase(name)
        phases.append(load.phase)

    async def course() -> None:
        for name, length in (("warm-up", 2.0), ("serving alone", seconds)):
            begin(name)
            started = time.perf_counter()
            await asyncio.sleep(length)
            load.phase.seconds = time.perf_counter() - started
        for turn in range(rebuilds):
            begin(f"during rebuild {turn + 1}")
            started = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                "--index",
                str(index),
                "rebuild",
                "--jobs",
                str(jobs),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            _, errors = await process.communicate()
            if process.returncode:
                raise RuntimeError(f"The rebuild failed: {errors.decode(errors='replace')[-300:]}")
            await asyncio.sleep(1)
            load.phase.seconds = time.perf_counter() - started

    await load.run(asyncio.create_task(course()))
    return phases


def paths_of(queries: Sequence[Query], most: int) -> list[str]:
    """Addresses of the first and the second page of each query, in mixed order; at most so many."""
    found = [
        "/?"
        + urlencode(
            {
                "q": query.text,
                **({"city": query.city} if query.city else {}),
                **({"page": number} if number > 1 else {}),
            }
        )
        for query in queries
        for number in (1, 2)
    ]
    random.Random(len(found)).shuffle(found)
    return found[:most]


def drawn(index: Path, folder: Path, each: int) -> list[Query]:
    """Queries drawn from what an index holds."""
    paragraphs, words = folder / "paragraphs.jsonl", folder / "words.txt"
    write_rows(facts(index), paragraphs)
    write_words(paragraphs, words)
    return draw(Tokens(paragraphs, words), each)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load",
        description="The served page under concurrent clients while the index is rebuilt.",
    )
    parser.add_argument(
        "--index", type=Path, help="an index to serve and rebuild (default: one is built in a temporary folder)"
    )
    parser.add_argument(
        "--paragraphs", type=int, default=100_000, help="size of the index that is built (default %(default)s)"
    )
    parser.add_argument("--clients", type=int, default=16, help="default %(default)s")
    parser.add_argument(
        "--addresses",
        type=int,
        default=5_000,
        help="different pages, asked for in turn; few of them show what the server keeps (default %(default)s)",
    )
    parser.add_argument("--seconds", type=float, default=20, help="before the first rebuild (default %(default)s)")
    parser.add_argument(
        "--think",
        type=float,
        default=0,
        help="milliseconds that a client waits before its next page (default %(default)s: none)",
    )
    parser.add_argument("--rebuilds", type=int, default=2, help="default %(default)s")
    parser.add_argument("--jobs", type=int, default=1, help="processes of each rebuild (default %(default)s)")
    parser.add_argument("--processes", type=int, help="processes of the server (default: as it chooses)")
    parser.add_argument("--threads", type=int, default=8, help="threads of each of them (default %(default)s)")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        index = options.index or folder / "index"
        if options.index is None:
            from juanzong.index.build.editions import rebuild

            say(f"an index of {options.paragraphs:,} paragraphs is built")
            write_slice(default_corpora(), folder / "corpus", options.paragraphs)
            rebuild(index, [folder / "corpus"], jobs=os.cpu_count())
        paths = paths_of(drawn(index, folder, max(10, options.addresses // 14)), options.addresses)
        processes = ["--processes", str(options.processes)] if options.processes else []
        server = subprocess.Popen(
            [
                *_COMMAND,
                "--index",
                str(index),
                "serve",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--threads",
                str(options.threads),
                *processes,
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            port = _port(server)
            before, answering = asyncio.run(_generation(port)), asyncio.run(_processes(port))
            used = time.process_time()
            say(f"{options.clients} clients, {len(paths):,} pages")
            phases = asyncio.run(
                _measure(
                    Load(port, paths, options.clients, options.think / 1e3),
                    index,
                    options.seconds,
                    options.rebuilds,
                    options.jobs,
                )
            )
            used = time.process_time() - used
            after = asyncio.run(_generation(port))
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
    pages = sum(len(phase.milliseconds) for phase in phases)
    failed = sum(count for phase in phases for count in phase.failures.values())
    print(
        "| phase | pages | pages a second | p50 ms | p90 ms | p99 ms | slowest ms | failed |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    for phase in phases:
        print(phase.row())
    print(
        f"\n{options.clients} clients, {len(paths):,} different pages in turn, think time {options.think:g} ms, {answering} server processes of {options.threads} threads, {os.cpu_count()} cores; the server moved from generation "
        f"{before} to {after}; {failed} of {failed + pages:,} requests failed. "
        f"The clients themselves took {1e3 * used / max(1, pages):.2f} ms of processor time a page."
    )
    return int(failed > 0 or after < before + options.rebuilds)


def _port(server: subprocess.Popen[str]) -> int:
    """The port that the server says it listens on; what it says later is read and dropped, so that it never waits for a reader."""
    import threading

    assert server.stderr is not None
    for line in server.stderr:
        if match := _SERVING.search(line):
            threading.Thread(target=lambda: [None for _ in server.stderr or ()], daemon=True).start()
            return int(match[1])
    raise SystemExit("The server did not start; run `juanzong serve` on the index to see why.")


if __name__ == "__main__":
    sys.exit(main())
