"""Ends: a process that stops at a call that changes the disk, is refused one, or is killed at any instant."""

from __future__ import annotations

import errno
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from juanzong.index.build.editions import rebuild, update
from torture import gate
from torture.ground import PATIENCE, Archive, Outcome, Share, answers, archive, done, in_child

_REFUSED = (errno.ENOSPC, errno.ENOSPC, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.EACCES, errno.EROFS)
_DOCUMENTS = 8
_BEYOND = 2.5
"""Kills fall within so many times the work of an update: one that finds nothing new, one that does, and a rebuild."""


def _commands(ground: Archive) -> dict[str, Callable[[], object]]:
    return {
        "update": partial(update, ground.index, [ground.corpora[1]], jobs=1),
        "rebuild": partial(rebuild, ground.index, [ground.corpora[1]], jobs=1),
    }


def _steps(chance: random.Random, share: Share, ground: Archive) -> tuple[list[tuple[str, int]], dict[str, int]]:
    """Calls of an update and of a rebuild, and how many each has."""
    counted = {}
    for name, work in _commands(ground).items():
        ground.reset()
        said, counted[name] = in_child(partial(_calls, work), PATIENCE)
        assert said == "done", counted[name]
    every = [(name, call) for name, calls in counted.items() for call in range(calls)]
    return share.of(chance, every), {f"calls of {k}": v for k, v in counted.items()}


def _calls(work: Callable[[], object]) -> int:
    seen = 0

    def count(call: str) -> None:
        nonlocal seen
        seen += 1

    gate.build(count)
    work()
    return seen


def crashes(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """The process ends at one call that changes the disk after the other, of an update and of a rebuild. The old state or the new one answers."""
    ground = archive(folder, _DOCUMENTS)
    commands = _commands(ground)
    steps, told = _steps(chance, share, ground)
    outcome, seen = Outcome("crashes", len(steps)), Counter[str]()
    for name, call in steps:
        ground.reset()
        in_child(partial(_ending, commands[name], call), PATIENCE)
        said, value = in_child(partial(answers, ground.index), PATIENCE)
        if said != "done" or value["answers"] not in ground.states or value["fallback"]:
            outcome.faults.append(f"{name}, call {call}: {said} {value if said != 'done' else value['generation']}")
        else:
            seen["new" if value["answers"] == ground.states[1] else "old"] += 1
    outcome.told = {**told, **seen}
    return outcome


def _ending(work: Callable[[], object], call: int) -> None:
    left = call

    def end(_: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os._exit(137)

    gate.build(end)
    work()


def refusals(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """The disk is full, fails or says no at one call after the other: once, or from then on. The command says so and leaves the old state, or the
    new one is there; nothing is left behind, and the next command does its work."""
    ground = archive(folder, _DOCUMENTS)
    commands = _commands(ground)
    steps, told = _steps(chance, share, ground)
    outcome, seen = Outcome("refusals", len(steps)), Counter[str]()
    for number, (name, call) in enumerate(steps):
        ground.reset()
        code, lasting = chance.choice(_REFUSED), chance.random() < 0.5
        where = f"{name}, call {call}, {errno.errorcode[code]}{' from then on' if lasting else ''}"
        said, value = in_child(partial(_refused, ground.index, commands[name], call, code, lasting), PATIENCE)
        if said == "done":
            error, value = value
            seen["refused" if error else "went on"] += 1
            made = not error or error.startswith("NotSynced:")
            if error and not error.startswith(("JuanzongError:", "NotSynced:")):
                outcome.faults.append(f"{where}: {error}")
            if value["answers"] != ground.states[made] or value["fallback"]:
                outcome.faults.append(f"{where}: the other state answers")
        else:
            made = False
            outcome.faults.append(f"{where}: {said} {value}")
        left = [path.name for path in (ground.index / "generations").glob("building-*")]
        # what may not be removed is removed by the next command
        if left and not lasting and made:
            outcome.faults.append(f"{where}: left behind {left}")
        if number % 10 == 0:
            said, value = in_child(partial(done, commands[name]), PATIENCE)
            if said == "done":
                said, value = in_child(partial(answers, ground.index), PATIENCE)
            if said != "done" or value["answers"] != ground.states[1]:
                outcome.faults.append(f"{where}, and then again: {said}")
            if list((ground.index / "generations").glob("building-*")):
                outcome.faults.append(f"{where}, and then again: something is left behind")
    outcome.told = {**told, **seen}
    return outcome


def _refused(index: Path, work: Callable[[], object], call: int, code: int, lasting: bool) -> tuple[str, Any]:
    """The error with which a command ended, empty where with none, and what the index answers afterwards."""
    left, building = call, True

    def refuse(_: str) -> None:
        nonlocal left
        left -= building
        if building and left < 0 and (lasting or left == -1):
            raise OSError(code, os.strerror(code))

    gate.build(refuse)
    error = ""
    try:
        work()
    except Exception as raised:  # which one is judged outside
        error = f"{type(raised).__name__}: {raised}"
    building = False
    return error, answers(index)


def _at_work(process: int, seconds: float) -> bool:
    """Waits until a child has worked for so many seconds, however busy the machine is. Says whether it still works then."""
    began = time.monotonic()
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        try:
            worked = int(Path(f"/proc/{process}/schedstat").read_text("ascii").split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            worked = time.monotonic() - began
        if worked >= seconds:
            return True
        time.sleep(0.001)
    return False


def _work(make: Callable[[], object]) -> float:
    """The processor seconds of something, in a child that did nothing before."""
    make()
    return time.process_time()


def kills(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """A process that updates and rebuilds without end is killed at any instant. What is there answers as one state or the other, and is built on."""
    ground = archive(folder, _DOCUMENTS)
    outcome, seen = Outcome("kills", share.trials), Counter[str](generation=2)

    def building() -> None:
        for number in range(1_000):
            (update, update, rebuild)[number % 3](ground.index, [ground.corpora[number % 2]], jobs=1)

    said, work = in_child(partial(_work, _commands(ground)["update"]), PATIENCE)
    assert said == "done", work
    ground.reset()
    for trial in range(share.trials):
        pid = os.fork()
        if not pid:
            try:
                building()
            finally:
                os._exit(1)
        if not _at_work(pid, chance.uniform(0.0, _BEYOND * work)):
            outcome.faults.append(f"kill {trial}: the build ended by itself")
            continue
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        said, value = in_child(partial(answers, ground.index), PATIENCE)
        if said != "done" or value["answers"] not in ground.states or value["fallback"]:
            outcome.faults.append(f"kill {trial}: {said} {value if said != 'done' else value['generation']}")
        else:
            seen[f"state {ground.states.index(value['answers'])}"] += 1
            seen["after a publication"] += value["generation"] != seen["generation"]
            seen["generation"] = value["generation"]
    rebuild(ground.index, [ground.corpora[1]], jobs=1)
    left = sorted(path.name for path in (ground.index / "generations").iterdir() if not path.name.isdigit())
    if left:
        outcome.faults.append(f"left behind: {left}")
    if answers(ground.index)["answers"] != ground.states[1]:
        outcome.faults.append("after all kills a rebuild answers otherwise")
    outcome.told = dict(seen)
    return outcome
