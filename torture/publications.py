"""Many readers through many publications."""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from pathlib import Path

from juanzong.index.build.editions import rebuild, update
from juanzong.search import SearchRequest, open_engine
from torture.ground import Outcome, write_corpus


def swaps(chance: random.Random, trials: int, folder: Path) -> Outcome:
    """Sixteen readers through publications: every answer is of one generation, and what the process holds does not grow."""
    index, corpus = folder / "index", folder / "corpus"
    write_corpus(corpus, 8, 0)
    rebuild(index, [corpus], jobs=1)
    engine = open_engine(index)
    outcome, over, asked = Outcome("swaps", trials), threading.Event(), Counter[str]()

    def reading(query: str) -> None:
        while not over.is_set():
            try:
                result = engine.search(SearchRequest(query, boilerplate=True))
                editions = {
                    hit.text.split("第")[1][:2]
                    for hit in result.hits
                    if "版第" in hit.text and int(hit.text.split("版第")[1].split("件")[0]) % 2
                }
                if len(editions) > 1:
                    outcome.faults.append(f"{query}: of several generations {editions}")
                asked["requests"] += 1
            except Exception as error:  # the fault that is sought
                outcome.faults.append(f"{query}: {type(error).__name__}: {error}")

    readers = [
        threading.Thread(target=reading, args=(query,), daemon=True) for query in ("流调", "*", '"件"', "公安局") * 4
    ]
    for reader in readers:
        reader.start()
    held = []
    for number in range(1, trials + 1):
        write_corpus(corpus, 8, number)
        update(index, jobs=1)
        held.append((len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0, _resident()))
    over.set()
    for reader in readers:
        reader.join()
    half = held[len(held) // 2 :]
    outcome.told = {
        "requests": asked["requests"],
        "handles": f"{half[0][0]} → {half[-1][0]}",
        "memory": f"{half[0][1]:.0f} → {half[-1][1]:.0f} MB",
    }
    if half[-1][0] > half[0][0] + 20:
        outcome.faults.append(f"file handles grow: {half[0][0]} → {half[-1][0]}")
    return outcome


def _resident() -> float:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except (OSError, ValueError):
        return 0.0
