"""The campaigns. Each takes a source of chance, how many trials to make, and an empty folder."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from juanzong.index.build.check import check
from juanzong.index.build.editions import rebuild, update
from juanzong.index.facts.context import ReadingContext
from juanzong.index.reading.pipeline import read_file
from juanzong.search import SearchRequest, open_engine
from juanzong.web.app import create_app
from torture.ground import Outcome, answers, in_child, two_generations, write_corpus

Campaign = Callable[[random.Random, int, Path], Outcome]
_PATIENCE = 60.0


# --- damage ---


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
        said, value = in_child(lambda: answers(index), _PATIENCE)
        if said in ("hung", "died"):
            outcome.faults.append(f"{where}: {said} {value}")
        elif said == "raised" and not value.startswith(("DamagedIndex", "NoIndex")):
            outcome.faults.append(f"{where}: {value}")
        elif said == "done" and value["answers"] != known[value["generation"]]:
            outcome.faults.append(f"{where}: a wrong answer")
        said, value = in_child(
            lambda: [finding.path for finding in check(index).findings if finding.code == "damaged"], _PATIENCE
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


# --- crashes and kills ---

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
        said, code = in_child(lambda step=step: _crashing(step, lambda: update(index, jobs=1)), _PATIENCE)  # type: ignore[misc]
        said_then, value = in_child(lambda: answers(index), _PATIENCE)
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

    said, value = in_child(counted, _PATIENCE)
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
        said, value = in_child(lambda: answers(index), _PATIENCE)
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


# --- hostile input ---

_PARTS = (
    "流调",
    '"',
    "（",
    "*",
    "-",
    " OR ",
    "city:",
    "title:",
    "date:2021-13",
    "\x00",
    "\ud800",
    "的" * 300,
    "(" * 60,
    "NOT",
    "？",
    "a*",
    "%",
    "0" * 40,
)
_ROUTES = (
    "/",
    "/api/search",
    "/export.csv",
    "/export.jsonl",
    "/export.md",
    "/feed.atom",
    "/api/suggest",
    "/explain",
    "/api/explain",
    "/facet/city",
    "/api/facet/agency",
    "/doc/nowhere",
    "/api/doc/000.txt",
    "/cite/0000000000000000",
    "/copies/0000000000000000",
    "/api/trends",
    "/help",
    "/%00",
    "/..%2f",
)
_NAMES = (
    "q",
    "city",
    "agency",
    "source",
    "from",
    "to",
    "mode",
    "sort",
    "page",
    "size",
    "boilerplate",
    "collapse",
    "contains",
    "limit",
    "id",
    "lang",
    "by",
)


def requests(chance: random.Random, trials: int, folder: Path) -> Outcome:
    """Addresses put together of what hurts. Nothing may be a fault of the server's."""
    index, _ = two_generations(folder, 12)
    client = create_app(index).test_client()
    outcome = Outcome("requests", trials)
    slowest, largest = (0.0, ""), (0, "")
    for _ in range(trials):
        path = chance.choice(_ROUTES)
        given = [
            (chance.choice(_NAMES), "".join(chance.choices(_PARTS, k=chance.randint(0, 5))))
            for _ in range(chance.randint(0, 6))
        ]
        address = (
            path + "?" + "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in given)
        )
        started = time.perf_counter()
        answer = client.get(address, buffered=True)
        seconds, size = time.perf_counter() - started, len(answer.get_data())
        slowest, largest = max(slowest, (seconds, address[:160])), max(largest, (size, address[:160]))
        if answer.status_code >= 500:
            outcome.faults.append(f"{answer.status_code} {address[:300]}")
        answer.close()
    outcome.told = {"slowest": f"{slowest[0]:.2f} s {slowest[1]}", "largest": f"{largest[0]:,} bytes {largest[1]}"}
    return outcome


def documents(chance: random.Random, trials: int, folder: Path) -> Outcome:
    """Documents of the sample corpus with bytes changed, cut out and repeated. None may stop a build."""
    originals = [
        path
        for path in (Path(__file__).parents[1] / "seeds").rglob("*")
        if path.is_file() and path.stat().st_size < 200_000
    ]
    outcome, slowest = Outcome("documents", trials), (0.0, "")
    context = ReadingContext()
    for trial in range(trials):
        source = chance.choice(originals)
        data = bytearray(source.read_bytes())
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(data) + 1)
            piece = chance.choice(
                (
                    bytes((chance.randrange(256),)),
                    b"",
                    b"\x00",
                    b"<",
                    b"---\n",
                    b'"',
                    bytes(data[at : at + 400]) * 3,
                    b"\xef\xbf\xbf",
                )
            )
            data[at : at + chance.choice((0, 1, 40))] = piece
        path = folder / f"{trial % 8}{''.join(source.suffixes[-2:])}"
        path.write_bytes(data)
        started = time.perf_counter()
        try:
            read = read_file(path, context)
        except Exception as error:  # the fault that is sought
            outcome.faults.append(f"{source.name}: {type(error).__name__}: {error}")
            shutil.copy(path, folder / f"finding-{trial}{path.suffix}")
            continue
        slowest = max(slowest, (time.perf_counter() - started, source.name))
        if any("could not be read to the end" in problem.message for document in read for problem in document.warnings):
            outcome.faults.append(f"{source.name}: not read to the end")
    outcome.told = {"slowest": f"{slowest[0]:.2f} s {slowest[1]}"}
    return outcome


# --- many readers, many publications ---


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


# How many trials a short campaign has, and a long one.
ALL: dict[str, tuple[Campaign, int, int]] = {
    "damage": (damage, 300, 6_000),
    "crashes": (crashes, 60, 2_000),
    "kills": (kills, 20, 1_000),
    "requests": (requests, 1_500, 100_000),
    "documents": (documents, 300, 20_000),
    "swaps": (swaps, 6, 30),
}
