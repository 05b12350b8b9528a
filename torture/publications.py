"""Sixteen clients of a real server, through one publication after the other."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from juanzong.index.build.editions import rebuild, update
from torture.ground import Outcome, Share, write_corpus
from torture.memory import handles, resident, slope

_CLIENTS = 16
_SPECIMEN = 8
_EDITION = re.compile(r"第(\d+)版第(\d+)件")
_WARM = 60
"""So many requests of each client before the first publication: what a server loads once is loaded then."""
_GROWTH = 1.0
_QUERIES = ("流调", "*", '"件"', "公安局")


def swaps(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """No request may fail, every answer is of one generation and says which, and what the processes of the server hold does not grow."""
    trials = share.trials
    index, corpus = folder / "index", folder / "corpus"
    write_corpus(corpus, _SPECIMEN, 1)
    rebuild(index, [corpus], jobs=1)
    outcome, over, asked = Outcome("swaps", trials), threading.Event(), Counter[str]()
    command = [sys.executable, "-m", "juanzong", "--index", str(index), "serve", "--port", "0", "--processes", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", server.stderr.readline())
            assert found, "the server says where it listens"
            threading.Thread(target=server.stderr.read, daemon=True).start()
            clients = [
                threading.Thread(target=_asking, args=(int(found[1]), query, over, asked, outcome.faults), daemon=True)
                for query in _QUERIES * (_CLIENTS // len(_QUERIES))
            ]
            for client in clients:
                client.start()
            _wait(asked, _WARM * _CLIENTS)
            samples = []
            for number in range(2, trials + 2):
                write_corpus(corpus, _SPECIMEN, number)
                # now and then everything is new
                (rebuild if number % 5 == 0 else update)(index, [corpus], jobs=1)
                # each generation is asked of
                _wait(asked, asked["requests"] + 4 * _CLIENTS)
                processes = _family(server.pid)
                samples.append((sum(map(handles, processes)), sum(map(resident, processes))))
            over.set()
            for client in clients:
                client.join(60)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    half = samples[len(samples) // 3 :]
    growth, opened = slope([memory for _, memory in half]), slope([float(files) for files, _ in half])
    outcome.told = {
        "requests": f"{asked['requests']:,}",
        "generations answered": len([name for name in asked if name.startswith("generation")]),
        "handles": f"{samples[0][0]} → {samples[-1][0]} ({opened:+.2f} a publication)",
        "memory": f"{samples[0][1]:.0f} → {samples[-1][1]:.0f} MB ({growth:+.2f} a publication)",
    }
    if len(half) > 5 and (opened > 0.5 or growth > _GROWTH):
        outcome.faults.append(f"grows by {opened:.2f} handles and {growth:.2f} MB a publication")
    return outcome


def _asking(port: int, query: str, over: threading.Event, asked: Counter[str], faults: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not over.is_set():
        try:
            connection.request("GET", f"/api/search?q={quote(query)}&size=100&boilerplate=1")
            answer = connection.getresponse()
            said = json.loads(answer.read())
            if answer.status != 200:
                faults.append(f"{query}: {answer.status} {said}")
                continue
            # the generation n holds the edition n
            held = {
                int(edition)
                for hit in said["hits"]
                for edition, number in _EDITION.findall(hit["text"])
                if int(number) % 4 == 1
            }
            if held - {said["index"]["generation"]} or said["index"].get("fallback"):
                faults.append(f"{query}: generation {said['index']['generation']} gives editions {held}")
            asked[f"generation {said['index']['generation']}"] += 1
            asked["requests"] += 1
        except (OSError, ValueError, http.client.HTTPException, KeyError) as error:
            faults.append(f"{query}: {type(error).__name__}: {error}")
            connection.close()
    connection.close()


def _wait(asked: Counter[str], requests: int) -> None:
    ends = time.monotonic() + 120
    while asked["requests"] < requests and time.monotonic() < ends:
        time.sleep(0.02)


def _family(process: int) -> list[int]:
    """A process and its children."""
    found = [process]
    for name in os.listdir("/proc") if Path("/proc").exists() else ():
        try:
            if name.isdigit() and int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(name))
        except (OSError, ValueError, IndexError):
            continue
    return found
