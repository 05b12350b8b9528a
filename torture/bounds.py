"""What one request may take: each of the dearest in a process of its own, whose memory is measured."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from juanzong.index.build.editions import rebuild
from juanzong.search.request import FACET_FIELDS
from juanzong.web.app import create_app
from torture.ground import Outcome, Share, in_child
from torture.memory import peak

MOST = 500.0
"""MB that a process may have had in memory after one request."""
_PATIENCE = 600.0
_A_FILE = 500
_SENTENCE = "{year}年{month}月{day}日，{city}{body}通报，{one}与{two}工作组对全市{three}情况进行检查，编号{number}。"
_WORDS = (
    "流调",
    "专班",
    "消防",
    "演练",
    "电梯",
    "加装",
    "登记",
    "公告",
    "热线",
    "供暖",
    "检修",
    "巡查",
    "核酸",
    "检测",
    "防汛",
)


def bounds(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """Deep pages, a thousand alternatives, everything, single characters, studies and exports over an archive of so many paragraphs."""
    index, corpus = folder / "index", folder / "corpus"
    corpus.mkdir()
    for first in range(0, share.trials, _A_FILE):
        (corpus / f"{first}.txt").write_text(
            "\n\n".join(_paragraph(chance, number) for number in range(first, min(first + _A_FILE, share.trials))),
            "utf-8",
        )
    in_child(partial(_built, index, corpus), 3_600)
    return of_index(index)


def of_index(index: Path) -> Outcome:
    """The same for an index that is there."""
    outcome, costs = Outcome("bounds", 0), []
    for address in dearest():
        said, value = in_child(partial(_cost, index, address), _PATIENCE)
        outcome.trials += 1
        if said != "done":
            outcome.faults.append(f"{address[:160]}: {said} {value}")
            continue
        megabytes, seconds, size, status = value
        costs.append((megabytes, seconds, size, address[:60]))
        if status >= 500 or megabytes > MOST:
            outcome.faults.append(f"{address[:160]}: {status}, {megabytes:.0f} MB, {seconds:.1f} s")
    if costs:
        most, slowest, largest = (max(costs, key=lambda cost, place=place: cost[place]) for place in range(3))  # type: ignore[misc]
        outcome.told = {
            "most memory": f"{most[0]:.0f} MB {most[3]}",
            "most processor time": f"{slowest[1]:.1f} s {slowest[3]}",
            "largest": f"{largest[2]:,} bytes {largest[3]}",
        }
    return outcome


def dearest() -> list[str]:
    """The addresses that take most."""
    characters = [chr(0x4E00 + 7 * number) for number in range(900)]
    asked = [
        "*",
        "的",
        "一",
        "2",
        "a*",
        "?",
        "-的",
        '"市"',
        "title:的",
        " OR ".join(characters)[:2_000],
        "".join(characters),
        "的 一 市 年 月 日 在 有 人 中 不 是 和 了",
        "的* OR 一* OR 市*",
    ]
    searches = [{"q": q, "boilerplate": "1"} for q in asked]
    more = [
        {"q": "*", "page": "100000", "size": "100"},
        {"q": "的", "page": "1000", "size": "100", "sort": "-date"},
        {"q": "*", "collapse": "text", "page": "50", "size": "100"},
        {"q": "的", "collapse": "article", "sort": "added", "size": "100"},
        {"q": "*", "first": "1", "size": "100"},
        {"q": "".join(characters), "mode": "any", "size": "100"},
        {"q": "*", "view": "kwic", "page": "1000", "size": "100"},
    ]
    found = [f"{path}?{urlencode(given)}" for given in (*searches, *more) for path in ("/", "/api/search")]
    found += [f"/api/facet/{name}?{urlencode(searches[0])}" for name in FACET_FIELDS]
    found += [
        f"/export.{form}?{urlencode(given)}" for form in ("csv", "jsonl", "md") for given in (searches[0], searches[1])
    ]
    found += [f"/export.csv?{urlencode({'q': '*', 'sort': 'relevance'})}"]
    found += [f"/api/concordance?{urlencode({'q': q, 'sort': 'left', 'size': '100'})}" for q in ("*", "的", "一 OR 市")]
    found += [f"/api/trends?{urlencode({'q': '*', 'by': name})}" for name in FACET_FIELDS]
    found += [
        f"/api/compare?{urlencode({'q': '*', 'by': 'query', 'a': '的', 'b': '一'})}",
        f"/api/places?{urlencode(searches[0])}",
    ]
    found += [f"/feed.atom?{urlencode(searches[0])}", f"/api/suggest?{urlencode({'q': '的', 'limit': '50'})}"]
    return found


def _built(index: Path, corpus: Path) -> None:
    rebuild(index, [corpus])


def _paragraph(chance: random.Random, number: int) -> str:
    one, two, three = chance.choices(_WORDS, k=3)
    return _SENTENCE.format(
        year=chance.randint(2015, 2024),
        month=chance.randint(1, 12),
        day=chance.randint(1, 28),
        city=chance.choice(("徐州市", "哈尔滨市", "黑河市", "广州市")),
        body=chance.choice(("公安局", "卫生健康委员会", "市场监督管理局")),
        one=one,
        two=two,
        three=three,
        number=number,
    )


def _cost(index: Path, address: str) -> tuple[float, float, int, int]:
    """The most memory (MB), the processor seconds, the bytes of the answer and its status, for a request to a process that answered nothing before."""
    client = create_app(index).test_client()
    client.get("/healthz").close()
    # the most so far is what the child came with
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    started, size = time.process_time(), 0
    answer = client.get(address)
    for part in answer.iter_encoded():
        size += len(part)
    answer.close()
    return peak(), time.process_time() - started, size, answer.status_code
