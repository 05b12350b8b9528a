"""Documents by chance: those of the sample corpus with bytes changed, cut out and repeated, inside of their packages as well."""

from __future__ import annotations

import gzip
import io
import random
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from juanzong.index.facts.context import ReadingContext
from juanzong.index.reading.pipeline import read_file
from torture.ground import Outcome, Share
from torture.memory import peak, resident

FINDINGS = Path(__file__).parent / "findings"
"""Documents that were too much for a reader once. They are read first in every run, and new ones are put there."""

_SEEDS = Path(__file__).parents[1] / "seeds"
_LARGEST = 200_000
_SLOW = 30.0
_GROWTH = 300.0
_PACKAGES = (".docx", ".xlsx", ".odt", ".epub", ".zip")
_PIECES = (b"", b"\x00", b"<", b"---\n", b'"', b"\xef\xbf\xbf", b"{", b"[" * 200, b"<div>" * 50, b"&#x110000;", b"\r")


def documents(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """No document may stop a build, take half a minute or make memory grow."""
    trials = share.trials
    originals = _originals()
    outcome, kinds = Outcome("documents", trials), Counter[str]()
    slowest, early = (0.0, ""), resident()
    kept = sorted(path for path in FINDINGS.glob("*") if path.is_file())
    for trial in range(-len(kept), trials):
        if trial < 0:
            name, path = kept[trial].name, kept[trial]
        else:
            suffix = chance.choice(sorted(originals))
            source = chance.choice(originals[suffix])
            name, path = source.name, folder / f"{trial % 8}{suffix}"
            path.write_bytes(_altered(chance, source.read_bytes(), suffix))
        started = time.perf_counter()
        fault = _fault(path)
        seconds = time.perf_counter() - started
        slowest = max(slowest, (seconds, name))
        if not fault and seconds > _SLOW:
            fault = f"it took {seconds:.0f} s"
        if fault:
            outcome.faults.append(f"{name}: {fault}")
            if trial >= 0:
                FINDINGS.mkdir(exist_ok=True)
                (FINDINGS / f"{trial}-{chance.randrange(1 << 20):05x}{path.suffix}").write_bytes(path.read_bytes())
        kinds[path.suffix] += 1
        if trial == trials // 10:
            early = resident()
    outcome.told = {
        "formats": len(kinds),
        "slowest": f"{slowest[0]:.2f} s {slowest[1]}",
        "memory": f"{early:.0f} → {resident():.0f} MB, at most {peak():.0f} MB",
    }
    if resident() > early + _GROWTH:
        outcome.faults.append(f"memory grows: {early:.0f} → {resident():.0f} MB")
    return outcome


def _fault(path: Path) -> str:
    try:
        read = read_file(path, ReadingContext())
    except Exception as error:  # the fault that is sought
        return f"{type(error).__name__}: {error}"
    if any("could not be read to the end" in problem.message for document in read for problem in document.warnings):
        return "not read to the end"
    return ""


def _originals() -> dict[str, Sequence[Path]]:
    """The files of the sample corpus, by their endings."""
    found: dict[str, list[Path]] = {}
    for path in sorted(_SEEDS.rglob("*")):
        if path.is_file() and "recognised" not in path.parts and path.stat().st_size < _LARGEST:
            found.setdefault("".join(path.suffixes[-2:]), []).append(path)
    return dict(found)


def _altered(chance: random.Random, data: bytes, suffix: str) -> bytes:
    if chance.random() < 0.7:
        if suffix.endswith(_PACKAGES):
            return _repacked(chance, data)
        if suffix.endswith(".gz"):
            return gzip.compress(_mangled(chance, gzip.decompress(data)), 1)
    return _mangled(chance, data)


def _repacked(chance: random.Random, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(made, "w") as other:
        names = package.namelist()
        harmed = set(chance.sample(names, min(len(names), chance.randint(1, 3))))
        for name in names:
            held = package.read(name)
            if name in harmed and chance.random() < 0.1:
                continue
            other.writestr(name, _mangled(chance, held) if name in harmed else held)
    return made.getvalue()


def _mangled(chance: random.Random, original: bytes) -> bytes:
    data = bytearray(original)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        piece = chance.choice(
            (
                bytes((chance.randrange(256),)),
                bytes(data[at : at + 400]) * 3,
                bytes(data[at : at + 20]) * chance.choice((2, 300)),
                chance.choice(_PIECES),
            )
        )
        data[at : at + chance.choice((0, 1, 40))] = piece
    return bytes(data)
