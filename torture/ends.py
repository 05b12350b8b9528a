"""Ends: a process that stops at a file-system call, or is killed at any instant."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from juanzong.index.build.editions import rebuild, update
from torture.ground import PATIENCE, Outcome, answers, in_child, two_generations, write_corpus

_EVENTS = frozenset(
    ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.truncate", "os.symlink", "shutil.rmtree")
)


def crashes(chance: random.Random, trials: int, folder: Path) -> Outcome:
    """The process ends at one file-system call after the other of an update and of a rebuild. The old or the new answers."""
    index, known = two_generations(folder, 6)
    good = list(known.values())
    outcome = Outcome("crashes", 0)
    pristine = folder / "pristine"
    shutil.copytree(index, pristine, copy_function=os.link)
    calls = _calls(lambda: update(index, jobs=1), folder / "corpus", 6)
    shutil.rmtree(index)
    steps = sorted(chance.sample(range(calls), min(trials, calls)))
    for step in steps:
        shutil.copytree(pristine, index, copy_function=shutil.copy2)
        write_corpus(folder / "corpus", 6, 2)
        said, code = in_child(lambda step=step: _crashing(step, lambda: update(index, jobs=1)), PATIENCE)  # type: ignore[misc]
        said_then, value = in_child(lambda: answers(index), PATIENCE)
        outcome.trials += 1
        if said_then != "done":
            outcome.faults.append(f"call {step} ({said} {code}): {said_then} {value}")
        elif value["answers"] not in good:
            if value["generation"] > 2:
                good.append(value["answers"])
            else:
                outcome.faults.append(f"call {step}: a wrong answer of generation {value['generation']}")
        shutil.rmtree(index)
    outcome.told = {"calls of one update": calls, "answers seen": len(good)}
    return outcome


def _calls(work: Callable[[], object], corpus: Path, documents: int) -> int:
    def counted() -> int:
        seen = 0

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal seen
            seen += event in _EVENTS

        write_corpus(corpus, documents, 2)
        sys.addaudithook(hook)
        work()
        return seen

    said, value = in_child(counted, PATIENCE)
    assert said == "done", value
    return int(value)


def _crashing(step: int, work: Callable[[], object]) -> None:
    left = step

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event in _EVENTS:
            left -= 1
            if left < 0:
                os._exit(137)

    sys.addaudithook(hook)
    work()


def kills(chance: random.Random, trials: int, folder: Path) -> Outcome:
    """A process that rebuilds and updates is killed at any moment. What is there answers as one of the states, and is built on by the next."""
    index, corpus = folder / "index", folder / "corpus"
    good = []
    for edition in (0, 1):
        write_corpus(corpus, 6, edition)
        rebuild(index, [corpus], jobs=1)
        good.append(answers(index)["answers"])
    outcome = Outcome("kills", trials)

    def building() -> None:
        for edition in range(1_000):
            write_corpus(corpus, 6, edition % 2)
            (rebuild if edition % 3 else update)(index, [corpus], jobs=1)

    for trial in range(trials):
        pid = os.fork()
        if not pid:
            try:
                building()
            finally:
                os._exit(1)
        time.sleep(chance.uniform(0.0, 0.6))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        said, value = in_child(lambda: answers(index), PATIENCE)
        # The corpus is rewritten file by file: an update may meet it half way.
        if said != "done":
            outcome.faults.append(f"kill {trial}: {said} {value}")
    write_corpus(corpus, 6, 1)
    rebuild(index, [corpus], jobs=1)
    left = sorted(path.name for path in (index / "generations").iterdir() if not path.name.isdigit())
    if left:
        outcome.faults.append(f"left behind: {left}")
    if answers(index)["answers"] != good[1]:
        outcome.faults.append("after all kills a rebuild answers otherwise")
    return outcome
