"""Damage: bytes flipped, files cut short, emptied, exchanged, removed and added."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

from juanzong.index.build.check import check
from torture.ground import PATIENCE, Outcome, answers, in_child, two_generations


def damage(chance: random.Random, trials: int, folder: Path) -> Outcome:
    """Bytes flipped, files cut, emptied, removed, swapped, linked and added, half of the time with size and times kept. No answer may be wrong, and
    `check` must name each."""
    index, known = two_generations(folder, 12)
    newest = index / "generations" / "2"
    outcome, kinds = Outcome("damage", trials), Counter[str]()
    files = sorted(path for path in newest.rglob("*") if path.is_file()) + [index / "CURRENT"]
    for trial in range(trials):
        path = files[trial % len(files)] if trial < len(files) else chance.choice(files)
        before, stamp = path.read_bytes(), path.stat()
        kind = _harm(chance, path, files)
        if kind is None:
            continue
        if chance.random() < 0.5 and path.is_file() and not path.is_symlink():
            os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        kinds[kind] += 1
        where = f"{kind} {path.relative_to(index)}"
        said, value = in_child(lambda: answers(index), PATIENCE)
        if said in ("hung", "died"):
            outcome.faults.append(f"{where}: {said} {value}")
        elif said == "raised" and not value.startswith(("DamagedIndex", "NoIndex")):
            outcome.faults.append(f"{where}: {value}")
        elif said == "done" and value["answers"] != known[value["generation"]]:
            outcome.faults.append(f"{where}: a wrong answer")
        said, value = in_child(
            lambda: [finding.path for finding in check(index).findings if finding.code == "damaged"], PATIENCE
        )
        if said != "done" or not value:
            outcome.faults.append(f"{where}: check {said} {value}")
        # A new inode, for the old one may be in the generation before as well.
        if path.is_symlink() or path.is_dir():
            path.unlink()
        (newest / "strange.bin").unlink(missing_ok=True)
        path.write_bytes(before)
    outcome.told = dict(kinds)
    return outcome


def _harm(chance: random.Random, path: Path, files: list[Path]) -> str | None:
    data = bytearray(path.read_bytes())
    kind = chance.choice(("flip", "flip", "flip", "flip", "cut", "empty", "remove", "swap", "link", "add"))
    if kind in ("flip", "cut", "empty") and not data:
        return None
    # The generation before may hold the same inode: each harm is done to a copy.
    path.unlink()
    if kind == "flip":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
    elif kind == "cut":
        path.write_bytes(data[: chance.randrange(len(data))])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "swap":
        other = chance.choice(files)
        new = other.read_bytes() if other != path else b"?"
        path.write_bytes(new if new != bytes(data) else new + b"?")
    elif kind == "link":
        path.symlink_to("/dev/null")
    elif kind == "add":
        path.write_bytes(data)
        if path.name == "CURRENT":
            return None
        strange = next(parent for parent in path.parents if parent.parent.name == "generations") / "strange.bin"
        strange.write_bytes(b"?")
    return kind
