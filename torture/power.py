"""Losses of power at every sync of every command that writes an index, by a model of the disk."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from juanzong.index.build.backup import backup, restore
from juanzong.index.build.editions import rebuild, repair, update
from torture import gate
from torture.disk import Disk, Tree, write
from torture.ground import PATIENCE, Archive, Outcome, Share, answers, archive, done, in_child, in_children

_KINDS = ("nothing", "names", "mixed")
_DOCUMENTS = 8
_BUILT_ON_EVERY = 25
_AT_MOST = 7_200


@dataclass(frozen=True)
class Command:
    """A command that writes an index; what must answer after it, and what may before it has come to its end. Whether it falls back is no matter for one
    that begins with a damaged index."""

    work: Callable[[], object]
    new: Any
    old: Any
    damaged: bool = False


def power(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """The power is lost before each sync and after the last one. What the disk holds then is the old state or the new one: never less, and nothing but
    the new one once the command has come to its end."""
    ground = archive(folder, _DOCUMENTS)
    backup(ground.index, folder / "saved.tar")
    outcome, seen = Outcome("power", 0), Counter[str]()
    commands = _commands(ground, folder / "saved.tar")
    every = []
    for name, command in commands.items():
        _begin(ground, command)
        said, syncs = in_child(partial(_syncs, command.work), PATIENCE)
        assert said == "done", syncs
        seen[f"syncs of {name}"] = syncs
        every += [(name, sync, kind) for sync in range(syncs) for kind in _KINDS]
    tried = share.of(chance, every)
    for name, command in commands.items():
        _begin(ground, command)
        own = [(sync, kind) for named, sync, kind in tried if named == name]
        said, value = in_child(partial(_losses, ground, folder, name, command, own, chance), _AT_MOST)
        if said != "done":
            outcome.faults.append(f"{name}: {said} {value}")
            continue
        outcome.trials += value["trials"]
        outcome.faults += value["faults"]
        seen.update(value["seen"])
    outcome.told = dict(seen)
    return outcome


def _commands(ground: Archive, saved: Path) -> dict[str, Command]:
    index, new, (before, after) = ground.index, [ground.corpora[1]], ground.states
    return {
        "first build": Command(partial(rebuild, index, new, jobs=1), after, None),
        "update": Command(partial(update, index, new, jobs=1), after, before),
        "rebuild": Command(partial(rebuild, index, new, jobs=1), after, before),
        "repair": Command(partial(repair, index, jobs=1), before, before, damaged=True),
        "restore": Command(partial(restore, saved, index), before, None),
    }


def _begin(ground: Archive, command: Command) -> None:
    ground.reset()
    if command.damaged:
        (ground.index / "generations" / "2" / "suggestions" / "contents.json").unlink()
    if command.old is None:
        shutil.rmtree(ground.index)
        ground.index.mkdir()


def _syncs(work: Callable[[], object]) -> int:
    seen = Counter[str]()
    gate.build(lambda call: seen.update((call,)))
    work()
    return seen["sync"]


def _losses(
    ground: Archive, folder: Path, name: str, command: Command, tried: list[tuple[int, str]], chance: random.Random
) -> dict[str, Any]:
    pool = folder / f"pool-{name}"
    pool.mkdir()
    states = list(_after_losses(ground.index, command.work, tried, chance))

    def after(number: int) -> dict[str, Any]:
        place = folder / f"lost-{name}-{number}"
        write(states[number][1], place, pool)
        try:
            return answers(place)
        finally:
            if number % _BUILT_ON_EVERY:
                shutil.rmtree(place)

    faults, seen = [], Counter[str]()
    for number, (said, value) in enumerate(in_children(after, range(len(states)))):
        where = f"{name}, {states[number][0]}"
        ended = states[number][0] == "the end"
        if said == "done" and value["answers"] == command.new:
            seen["new"] += 1
        elif said == "done" and value["answers"] == command.old and not ended:
            seen["old"] += 1
        elif said == "raised" and value.startswith("NoIndex") and command.old is None and not ended:
            seen["none before, none after"] += 1
        else:
            faults.append(f"{where}: {said} {value if said != 'done' else 'another state'}")
        if said == "done" and value["fallback"] and not command.damaged:
            seen["by falling back"] += 1
        if number % _BUILT_ON_EVERY == 0:
            faults += _built_on(folder / f"lost-{name}-{number}", ground, where)
            seen["built on"] += 1
    return {"trials": len(states), "faults": faults, "seen": seen}


def _after_losses(
    index: Path, work: Callable[[], object], tried: list[tuple[int, str]], chance: random.Random
) -> Iterator[tuple[str, Tree]]:
    """Does the work, and gives what the disk would have held after each of these losses, and at the end."""
    disk, wanted = Disk(index), {sync: [kind for at, kind in tried if at == sync] for sync, _ in tried}
    found: list[tuple[str, Tree]] = []
    working, syncs = True, 0

    def before(call: str) -> None:
        nonlocal syncs
        if working and call == "sync":
            found.extend((f"sync {syncs}, {kind}", disk.after(chance, kind)) for kind in wanted.get(syncs, ()))
            syncs += 1

    gate.build(before, lambda descriptor: disk.synced(descriptor) if working else None)
    work()
    working = False
    yield from found
    yield from (("the end", disk.after(chance, kind)) for kind in _KINDS)
    disk.release()


def _built_on(place: Path, ground: Archive, where: str) -> Iterator[str]:
    said, value = in_child(partial(done, partial(update, place, [ground.corpora[1]], jobs=1)), PATIENCE)
    if said == "done":
        said, value = in_child(partial(answers, place), PATIENCE)
    if said != "done" or value["answers"] != ground.states[1]:
        yield f"{where}, and then an update: {said} {value if said != 'done' else ''}"
    shutil.rmtree(place)
