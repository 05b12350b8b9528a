"""What is tortured: a small archive in two states, what it answers in each, and children that may die."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


@dataclass
class Outcome:
    """What came of a campaign. `faults` are the trials that must not be; `told` what else is worth knowing."""

    name: str
    trials: int
    faults: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)


def write_corpus(folder: Path, documents: int, edition: int) -> None:
    """A corpus of which half the documents differ from edition to edition."""
    chance = random.Random(4)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        own = edition if number % 2 else 0
        body = "\n\n".join(
            f"2021年11月{day + 1}日，{chance.choice(_WORDS)}，第{own}版第{number}件。" for day in range(6)
        )
        (folder / f"{number:03}.txt").write_text(f"关于工作的通报第{number}号\n\n{body}\n", encoding="utf-8")


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
    generation = engine.info()["generation"]
    return {"generation": generation, "answers": json.loads(json.dumps(found, ensure_ascii=False))}


def two_generations(folder: Path, documents: int) -> tuple[Path, dict[int, Any]]:
    """An index with a generation of its own and one that was updated, and what each answers."""
    index, corpus = folder / "index", folder / "corpus"
    write_corpus(corpus, documents, 0)
    rebuild(index, [corpus], jobs=1)
    known = {1: answers(index)["answers"]}
    write_corpus(corpus, documents, 1)
    update(index, jobs=1)
    known[2] = answers(index)["answers"]
    return index, known


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
        with os.fdopen(writer, "w", encoding="utf-8") as stream:
            json.dump(said, stream)
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
