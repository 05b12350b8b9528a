"""Paragraphs to measure on: real text from JSONL corpora, evenly from each, and generated text beyond it."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"
SEED = 4242
TOPICS = 600
CITIES = (
    "北京市",
    "上海市",
    "广州市",
    "深圳市",
    "成都市",
    "武汉市",
    "杭州市",
    "南京市",
    "西安市",
    "重庆市",
    "哈尔滨市",
    "徐州市",
    "兰州市",
    "厦门市",
    "佛山市",
    "长沙市",
    "郑州市",
    "青岛市",
    "沈阳市",
    "昆明市",
    "合肥市",
    "南昌市",
    "福州市",
    "济南市",
    "石家庄市",
    "太原市",
    "长春市",
    "南宁市",
    "海口市",
    "贵阳市",
)
BODIES = (
    "公安局",
    "卫生健康委员会",
    "教育局",
    "交通运输局",
    "生态环境局",
    "市场监督管理局",
    "应急管理局",
    "财政局",
    "民政局",
    "自然资源和规划局",
)


class Row(NamedTuple):
    """A paragraph as every engine gets it. `words` are its words with a space between; `month` is YYYY-MM, YYYY, or empty."""

    text: str
    words: str
    city: tuple[str, ...]
    agency: tuple[str, ...]
    month: str


def default_corpora() -> list[Path]:
    """The JSONL corpora beside the checkout, if there are any."""
    return sorted(CORPORA.glob("*.jsonl.gz"))


def write_slice(corpora: Sequence[Path], folder: Path, paragraphs: int) -> dict[str, int]:
    """Writes a corpus of about so many paragraphs into a folder. Gives how many come from each origin.

    Real documents are taken in their order, each time from the corpus that has given least so far; without corpora the sample corpus
    of the project is read again and again. When real text is used up, documents are generated.
    """
    folder.mkdir(parents=True, exist_ok=True)
    origins: dict[str, int] = {}
    held = 0
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as out:
        for origin, document in _real(corpora, paragraphs):
            lines = [line for line in document["text"].split("\n") if line.strip()][: paragraphs - held]
            if lines:
                out.write(json.dumps({**document, "text": "\n".join(lines)}, ensure_ascii=False) + "\n")
                origins[origin] = origins.get(origin, 0) + len(lines)
                held += len(lines)
            if held >= paragraphs:
                return origins
        for document in generated(paragraphs - held):
            out.write(json.dumps(document, ensure_ascii=False) + "\n")
        origins["generated"] = paragraphs - held
    return origins


def _real(corpora: Sequence[Path], paragraphs: int) -> Iterator[tuple[str, dict[str, Any]]]:
    if not corpora:
        yield from _seeds(paragraphs)
        return
    with ExitStack() as stack:
        files = [stack.enter_context(_text(path)) for path in corpora]
        given = dict.fromkeys(range(len(files)), 0)
        while given:
            number = min(given, key=lambda number: (given[number], number))
            line = files[number].readline()
            if not line:
                del given[number]
                continue
            document = json.loads(line)
            given[number] += 1 + document["text"].count("\n")
            yield corpora[number].name, document


def _text(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _seeds(paragraphs: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The sample corpus over and over, as documents of JSONL."""
    from juanzong.index.build.editions import rebuild
    from juanzong.search import SearchRequest, open_engine

    documents: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        rebuild(folder, [ROOT / "seeds"], jobs=1)
        for hit in open_engine(folder).scan(SearchRequest(q="*")):
            document = documents.setdefault(
                hit["doc"], {"title": "", "text": "", "date": hit["date"], "city": hit["city"], "agency": hit["agency"]}
            )
            document["text"] += hit["text"].replace("\n", " ") + "\n"
    for turn in range(paragraphs):
        for name, document in documents.items():
            yield "seeds", {"id": f"{name}-{turn}", **document}


def generated(paragraphs: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Documents of ten paragraphs, of words of jieba's dictionary: word frequencies tempered, one word in five from the document's topic.

    The same seed gives the same documents. Cities and bodies are drawn with skew, dates from thirty months, as declared facts.
    """
    words, weights = _dictionary()
    numbers = np.random.default_rng(seed)
    choose = random.Random(seed)
    topics = [numbers.integers(200, len(words), 60) for _ in range(TOPICS)]
    bounds = np.cumsum(weights)
    city_bounds = list(accumulate(1 / (rank + 1) for rank in range(len(CITIES))))
    for first in range(0, paragraphs, 10):
        city = choose.choices(CITIES, cum_weights=city_bounds)[0]
        topic = topics[int(numbers.integers(TOPICS))]
        lines = []
        for _ in range(min(10, paragraphs - first)):
            length = int(numbers.integers(30, 115))
            drawn = np.searchsorted(bounds, numbers.random(length) * bounds[-1])
            of_topic = numbers.random(length) < 0.22
            drawn[of_topic] = topic[numbers.integers(0, len(topic), int(of_topic.sum()))]
            lines.append(_sentences([words[number] for number in drawn.tolist()], choose))
        month = choose.randrange(30)
        yield {
            "id": f"generated-{first:08}",
            "title": "",
            "text": "\n".join(lines),
            "city": city,
            "agency": [city + body for body in choose.sample(BODIES, choose.randrange(3))],
            "date": f"{2021 + month // 12}-{month % 12 + 1:02}-{choose.randrange(1, 29):02}",
        }


def _sentences(words: list[str], choose: random.Random) -> str:
    parts = []
    while words:
        length = choose.randrange(8, 30)
        parts.append("".join(words[:length]))
        words = words[length:]
    return "。".join(parts) + "。"


@cache
def _dictionary() -> tuple[list[str], Any]:
    import jieba

    with jieba.get_module_res("dict.txt") as file:
        entries = [line.decode("utf-8").split() for line in file]
    han = sorted(
        ((int(entry[1]), entry[0]) for entry in entries if all("\u4e00" <= c <= "\u9fff" for c in entry[0])),
        reverse=True,
    )
    frequencies = np.array([frequency for frequency, _ in han], float)
    weights = (frequencies + 1) ** 0.55 / (np.arange(len(han)) + 6) ** 0.6
    return [word for _, word in han], weights


# --- the paragraphs of a slice, as they lie on disk for the peers ---


def write_rows(rows: Iterator[tuple[str, list[str], list[str], str]], path: Path) -> int:
    """Writes text, cities, agencies and month of each paragraph. Gives the bytes of all texts in UTF-8."""
    size = 0
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            size += len(row[0].encode("utf-8", "replace"))
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return size


def read_rows(paragraphs: Path, words: Path | None) -> Iterator[Row]:
    """The paragraphs of a slice in their order, with their words where there is a file of them."""
    with paragraphs.open(encoding="utf-8") as lines, ExitStack() as stack:
        tokens = stack.enter_context(words.open(encoding="utf-8")) if words else iter(lambda: "", None)
        for line, cut in zip(lines, tokens):
            text, city, agency, month = json.loads(line)
            yield Row(text, cut.rstrip("\n"), tuple(city), tuple(agency), month)


def write_words(paragraphs: Path, out: Path) -> float:
    """Cuts every paragraph into precise words, one line a paragraph. Gives the seconds that cutting took, reading and writing apart."""
    from juanzong.index.text.analysis import Segmenter

    cut = Segmenter().cut
    cut("热身")
    seconds = 0.0
    with out.open("w", encoding="utf-8") as file:
        for row in read_rows(paragraphs, None):
            started = time.perf_counter()
            words = " ".join([word for word in cut(row.text.lower()) if word.isalnum()])
            seconds += time.perf_counter() - started
            file.write(words + "\n")
    return seconds
