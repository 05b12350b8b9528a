"""Damage: bytes flipped, files cut short, emptied, exchanged, removed and added."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from juanzong.index.build.check import check
from juanzong.index.build.editions import repair
from juanzong.index.errors import DamagedIndex, NoIndex
from torture.ground import Archive, Outcome, Share, answers, archive, in_children

# In thirty trials so many of each.
_KINDS = ("flip",) * 20 + ("cut", "swap", "remove") * 2 + ("empty", "link", "pipe", "add")
# what needs a file that is not empty
_OF_BYTES = ("flip", "cut", "empty")
_REPAIRED_EVERY = 10
_STRANGE = "strange.bin"


class Harm(NamedTuple):
    """One harm to one file: with size and times `kept`, in `both` generations that share it, repaired `again`."""

    kind: str
    name: Path
    kept: bool
    both: bool
    again: bool
    seed: int


def damage(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """One harm after the other, over all files in turn; half of what stays a file keeps size and times, and half of what two generations share is
    harmed in both. No answer may be wrong, an older generation must say that it is, `check` must name the file, and `repair` must bring all back."""
    trials = share.trials
    ground = archive(folder, 12)
    newest, before = (Path("generations") / number for number in ("2", "1"))
    names = sorted(
        path.relative_to(ground.pristine) for path in (ground.pristine / newest).rglob("*") if path.is_file()
    )
    names.append(Path("CURRENT"))
    shared = {
        name: before / name.relative_to(newest)
        for name in names[:-1]
        if (twin := ground.pristine / before / name.relative_to(newest)).is_file()
        and twin.samefile(ground.pristine / name)
    }
    outcome, kinds = Outcome("damage", 0), Counter[str]()
    turns: dict[str, list[Path]] = {}
    harms = []
    for trial in range(trials):
        kind = _KINDS[trial % len(_KINDS)] if trials >= len(_KINDS) else chance.choice(_KINDS)
        turn = turns.setdefault(kind, [])
        if not turn:
            fit = [one for one in names if kind not in _OF_BYTES or (ground.pristine / one).stat().st_size]
            fit = [one for one in fit if kind != "add" or one.name != "CURRENT"]
            turn += chance.sample(fit, len(fit))
        name = turn.pop()
        both = name in shared and kind in ("flip", "cut", "empty", "swap") and chance.random() < 0.5
        again = trial % _REPAIRED_EVERY == 0
        harms.append(Harm(kind, name, kinds[kind] % 2 == 0, both, again, chance.randrange(1 << 62)))
        kinds[kind] += 1

    def tried(harm: Harm) -> list[str]:
        ground.reset()
        _harm(random.Random(harm.seed), harm, ground.index, names)
        if harm.both:
            other = ground.index / shared[harm.name]
            other.unlink()
            os.link(ground.index / harm.name, other)
        return [*_judged(ground, harm.name), *(_repaired(ground) if harm.again else ())]

    seen = Counter[str]()
    for harm, (said, faults) in zip(harms, in_children(tried, harms), strict=True):
        if said != "done":
            outcome.faults.append(f"{harm}: {said} {faults}")
        else:
            outcome.faults += [f"{harm}: {fault}" for fault in faults]
            seen[harm.kind] += 1
            seen["flips with size and time kept"] += harm.kept and harm.kind == "flip"
            seen["in both generations"] += harm.both
            seen["repaired"] += harm.again
            outcome.trials += 1
    outcome.told = {"files": len(names), **seen}
    return outcome


def _judged(ground: Archive, name: Path) -> Iterator[str]:
    """What is wrong with the answers of a harmed index, and with what `check` says of it."""
    try:
        found = answers(ground.index)
        if found["answers"] != ground.generations[found["generation"]]:
            yield "a wrong answer"
        elif found["generation"] == 1 and not found["fallback"]:
            yield "an older generation answered and did not say so"
    except (DamagedIndex, NoIndex):
        pass
    named = [finding.path for finding in check(ground.index).findings if finding.code == "damaged"]
    # what was added has a name of its own
    if (
        not named
        or name.name != "CURRENT"
        and not any(path and (str(name).endswith(path) or path.endswith(_STRANGE)) for path in named)
    ):
        yield f"check names {named}"


def _repaired(ground: Archive) -> Iterator[str]:
    repair(ground.index, jobs=1)
    if answers(ground.index)["answers"] != ground.states[0]:
        yield "after a repair it answers otherwise"


def _harm(chance: random.Random, harm: Harm, index: Path, names: list[Path]) -> None:
    """Harms a file under an inode of its own."""
    kind, name = harm.kind, harm.name
    path = index / name
    data, stamp = bytearray(path.read_bytes()), path.stat()
    if kind == "add":
        (path.parent / _STRANGE).write_bytes(b"?")
        return
    path.unlink()
    if kind == "flip":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
    elif kind == "cut":
        path.write_bytes(data[: chance.randrange(len(data))])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "swap":
        other = (index / chance.choice([one for one in names if one != name])).read_bytes()
        path.write_bytes(other if other != bytes(data) else other + b"?")
    elif kind == "link":
        path.symlink_to("/dev/null")
    elif kind == "pipe":
        os.mkfifo(path)
    if harm.kept and kind in ("flip", "cut", "empty", "swap"):
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
