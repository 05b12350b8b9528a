"""What is tortured: a small archive in two states, what it answers in each, and children that may die."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from juanzong.index.build.editions import rebuild, update
from juanzong.search import SearchRequest, open_engine

QUERIES = ("流调", '"核酸检测点"', "哈尔滨 OR 徐州", "*", '"的"', "title:通报", "city:哈尔滨市", "公安局 -徐州")
_WORDS = (
    "流调溯源工作",
    "核酸检测点设置",
    "哈尔滨市公安局通报",
    "徐州市卫生健康委员会提示",
    "居民请配合登记",
    "第67号公告发布",
    "消防演练的安排",
)

PATIENCE = 60.0
"""Seconds that an answer, a check or a build of these small archives may take."""
_TOGETHER = 20

Item = TypeVar("Item")


@dataclass
class Outcome:
    """What came of a campaign. `faults` are the trials that must not be; `told` what else is worth knowing."""

    name: str
    trials: int
    faults: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Share:
    """So many trials, as one of so many parts of a campaign: what can be counted off is divided between the parts."""

    trials: int
    part: int = 1
    parts: int = 1

    def of(self, chance: random.Random, items: Sequence[Item]) -> list[Item]:
        """The items of this part, by chance where there are more than trials, in their order."""
        own = items[self.part - 1 :: self.parts]
        return [own[place] for place in sorted(chance.sample(range(len(own)), min(self.trials, len(own))))]


@dataclass(frozen=True)
class Archive:
    """An index at `index`, put back by `reset` to its second generation, which an update made, and the corpora of which it was and will be built.

    `states` are what it answers of the one and of the other corpus; `generations` what each generation answers."""

    index: Path
    pristine: Path
    corpora: tuple[Path, Path]
    states: tuple[Any, Any]
    generations: dict[int, Any]

    def reset(self) -> None:
        shutil.rmtree(self.index, ignore_errors=True)
        shutil.copytree(self.pristine, self.index, copy_function=os.link)


def write_corpus(folder: Path, documents: int, edition: int) -> None:
    """A corpus of which a quarter of the documents differs from edition to edition."""
    chance = random.Random(4)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        own = edition if number % 4 == 1 else 0
        body = "\n\n".join(
            f"2021年11月{day + 1}日，{chance.choice(_WORDS)}，第{own}版第{number}件。" for day in range(6)
        )
        (folder / f"{number:03}.txt").write_text(f"关于工作的通报第{number}号\n\n{body}\n", encoding="utf-8")


def archive(folder: Path, documents: int) -> Archive:
    """An archive in an empty folder."""
    # the folders of a corpus have one name, so that their documents have
    corpora = tuple(folder / name / "corpus" for name in ("old", "new"))
    first = folder / "first" / "corpus"
    write_corpus(first, documents, 2)
    for edition, corpus in enumerate(corpora):
        write_corpus(corpus, documents, edition)
    index, pristine = folder / "index", folder / "pristine"
    states = []
    for corpus in reversed(corpora):
        rebuild(index, [corpus], jobs=1)
        states.append(answers(index)["answers"])
        shutil.rmtree(index)
    rebuild(index, [first], jobs=1)
    generations = {1: answers(index)["answers"]}
    update(index, [corpora[0]], jobs=1)
    generations[2] = answers(index)["answers"]
    os.rename(index, pristine)
    made = Archive(index, pristine, (corpora[0], corpora[1]), (states[1], states[0]), generations)
    made.reset()
    return made


def answers(index: Path) -> dict[str, Any]:
    """What an index answers, by its generation; what is refused is an error of ours."""
    engine = open_engine(index)
    found: dict[str, Any] = {}
    for query in QUERIES:
        result = engine.search(SearchRequest(query, boilerplate=True))
        said = result.to_dict()
        found[query] = [
            result.total,
            [(hit["id"], hit["text"], hit["marks"], hit["city"]) for hit in said["hits"]],
            {name: [(v["value"], v["count"]) for v in facet["values"]] for name, facet in said["facets"].items()},
        ]
    told = engine.info()
    return {
        "generation": told["generation"],
        "fallback": told.get("fallback", ""),
        "answers": json.loads(json.dumps(found, ensure_ascii=False)),
    }


def done(work: Callable[[], object]) -> None:
    """Does a work whose result is no matter."""
    work()


def in_child(work: Callable[[], Any], seconds: float) -> tuple[str, Any]:
    """Runs in a forked child. Gives "done" and what it made, "raised" and the error, "died" and the signal or code, or "hung"."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        try:
            said = ["done", work()]
        except BaseException as error:
            said = ["raised", f"{type(error).__name__}: {error}"]
        data = json.dumps(said).encode()
        while data:
            data = data[os.write(writer, data) :]
        os._exit(0)
    os.close(writer)
    ends = time.monotonic() + seconds
    os.set_blocking(reader, False)
    data = b""
    while time.monotonic() < ends:
        try:
            part = os.read(reader, 1 << 16)
        except BlockingIOError:
            time.sleep(0.002)
            continue
        if not part:
            break
        data += part
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        return "hung", None
    os.close(reader)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code or not data:
        return "died", code
    kind, value = json.loads(data)
    return kind, value


def in_children(work: Callable[[Item], Any], items: Sequence[Item]) -> Iterator[tuple[str, Any]]:
    """The same for many items, of which some share a child; where that hung or died, each of them has one of its own."""
    for start in range(0, len(items), _TOGETHER):
        part = items[start : start + _TOGETHER]
        said, values = in_child(partial(_each, work, part), 2 * PATIENCE)
        if said == "done":
            yield from map(tuple, values)
        else:
            yield from (in_child(partial(work, item), PATIENCE) for item in part)


def _each(work: Callable[[Item], Any], items: Sequence[Item]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for item in items:
        try:
            found.append(("done", work(item)))
        except Exception as error:  # the fault that is sought
            found.append(("raised", f"{type(error).__name__}: {error}"))
    return found
