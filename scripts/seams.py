"""Make index/data/seams.csv, by which index/structure/seams judges line ends, from collections of whole documents.

    python scripts/seams.py STORIES.jsonl.gz LAWS.jsonl.gz

Each line of a collection is a document with `title` and `text`, whose lines are its paragraphs. Half of the documents are counted, a
quarter is broken at random to fit the weights, and the last quarter (`numbered % 4 == 1`) is left for measuring. Only counts and weights
are kept: no more than two characters of any text stand together in the result.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress, takewhile
from pathlib import Path

import numpy as np

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.kinds import kind_of
from juanzong.index.structure.seams import layout
from juanzong.index.structure.seams.layout import Layout
from juanzong.index.structure.seams.model import COLUMNS, MEASURED, TOLD, Numbers, coarse, numbers, signs
from juanzong.index.structure.seams.rules import ruled
from juanzong.index.structure.wording import SEAMS, is_closed, is_colon

DATA = Path(__file__).resolve().parent.parent / "index" / "data" / "seams.csv"
COUNTED, FITTED = (0, 2), (3,)
PAIRS, PASSES = 30_000, 2
_SPACE = re.compile(r"\s+")
_TITLED = re.compile(r"原标题[:：]\s*")
_GAP = re.compile(r"\s{3,}")
_LEAD = re.compile(
    r"本报讯|本网讯|[\u4e00-\u9fff]{2,6}讯[（(]|近日，|日前，|(?:2023年)?[78]月\d{1,2}日(?:至\d{1,2}日)?[，,上下凌晚电]|新华社|中新[社网]|央视网消息|"
    r"据[^，。]{2,12}(?:报道|消息)|参考消息网|来源[:：]|本报记者"
)
_TAIL = re.compile(r"返回搜狐，查看更多.*$|责任编辑[:：].{0,12}$", re.MULTILINE)
_SIGNED = re.compile(r"(?:通过|修正|修订|公布|批准|发布|施行|[)）])$")
_GLUED = re.compile("[▲△↓▼]|原标题|编辑[:：]|责编|审核[:：]|摄(?:影报道)?[\u4e00-\u9fff]|供图[\u4e00-\u9fff]|扫码|点击")
_DECENT_END = re.compile(r"(?<![的在和与及，、于截])[\u4e00-\u9fff！？”》]$")
_CHAPTER, _ARTICLE = (
    re.compile(r"第([一二三四五六七八九十]{1,3})[章节] ?(?=\S)"),
    re.compile(r"^第[一二三四五六七八九十百]{1,5}条 ?"),
)
_PARTS = re.compile("[ ，,：:；|丨！？!?—]+")
_NOTICE = re.compile(r"《((?:关于)?[^《》。]{8,40}(?:通知|意见|决定|公告|通告|办法|条例|规定|方案|规划|纲要))》")


@dataclass(frozen=True)
class Text:
    """A document: its headings above its paragraphs."""

    number: int
    title: str
    lines: tuple[str, ...]


def texts(path: Path) -> Iterator[Text]:
    """The documents of a collection, each with a title that stands in it or before it."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            raw = json.loads(line)
            text = _TAIL.sub("", raw["text"].replace("\u200b", ""))
            title = (raw.get("title") or "").replace("\u200b", "").strip()
            if not title:
                title, text = _title_within(text)
            lines = [_SPACE.sub(" ", line).strip() for line in text.split("\n")]
            yield Text(number, "" if "…" in title else title, tuple(line for line in lines if line and line != title))


def _title_within(text: str) -> tuple[str, str]:
    """A title that runs into the text after 原标题, where its end can be told: it is repeated, or a gap or a dateline follows it."""
    titled = _TITLED.match(text)
    if not titled:
        return "", text
    start = titled.end()
    rest = text[start : start + 120]
    for size in range(10, 45):
        for gap in (0, 1):
            if rest[:size] == rest[size + gap : 2 * size + gap] and (not gap or rest[size] == " "):
                return rest[:size].strip(), text[start + 2 * size + gap :].strip()
    space = _GAP.search(rest)
    if space and 8 <= space.start() <= 45:
        return rest[: space.start()], text[start + space.end() :].strip()
    lead = _LEAD.search(rest, 8)
    if lead and lead.start() <= 40 and "。" not in rest[: lead.start()] and _DECENT_END.search(rest[: lead.start()]):
        return rest[: lead.start()].strip(), text[start + lead.start() :].strip()
    return "", text


def ratios(
    part: Counter[str], whole: Counter[str], least: int, base: dict[str, float] | None = None
) -> dict[str, float]:
    """Logarithms of how many times more often a key is met in `part` than in `whole`; small counts are drawn to `base`."""
    in_part, in_whole = part.total(), whole.total()
    found = {}
    for key, times in whole.items():
        if times >= least:
            start = math.exp(base.get(key[:1], 0.0)) if base else 1.0
            expected = in_part * times / in_whole
            found[key] = max(-5.0, min(5.0, math.log((part[key] + 4 * start) / (expected + 4))))
    return found


def count(collection: list[Text]) -> dict[str, dict[str, float]]:
    """The tables of the data file: name → key → level."""
    single, double, starts, ends = (
        Counter[str](),
        Counter[str](),
        (Counter[str](), Counter[str]()),
        (Counter[str](), Counter[str]()),
    )
    for text in collection:
        headings = [text.title] if text.title else []
        for line in text.lines:
            known = coarse(line)
            single.update(known)
            double.update(known[i : i + 2] for i in range(len(known) - 1))
            headings += _NOTICE.findall(line)
            if len(line) <= 40 and not is_closed(line):
                headings.append(line)
            elif line[0] not in layout.NEVER_FIRST:
                body = coarse(SEAMS.numbering.sub("", line))
                starts[0][body[:1]] += 1
                starts[1][body[:2]] += 1
        for heading in map(coarse, headings):
            ends[0][heading[-1:]] += 1
            ends[1][heading[-2:]] += 1
    begins, stops = ratios(starts[0], single, 100), ratios(ends[0], single, 100)
    begins2 = ratios(Counter({k: n for k, n in starts[1].items() if n >= 20}), double, 1000, begins)
    stops2 = ratios(Counter({k: n for k, n in ends[1].items() if n >= 5}), double, 1000, stops)
    total = single.total()
    pairs: dict[str, float] = {}
    for pair, times in double.most_common():
        value = math.log(times * total / (single[pair[0]] * single[pair[1]]))
        if len(pairs) < PAIRS and value >= 0.5:
            pairs[pair] = value
    return {
        "begins": begins | {k: v for k, v in begins2.items() if abs(v - begins.get(k[:1], 0)) > 1},
        "ends": stops | {k: v for k, v in stops2.items() if abs(v - stops.get(k[-1:], 0)) > 1},
        "pairs": pairs,
    }


def rows(tables: dict[str, dict[str, float]]) -> Iterator[tuple[str, str, str]]:
    """The tables as rows of the data file, keys of one level together."""
    for name in ("begins", "ends"):
        levels: dict[float, list[str]] = defaultdict(list)
        for key, value in tables[name].items():
            levels[round(2 * value) / 2].append(key)
        for level in sorted(levels):
            if level:
                yield name, f"{level:g}", " ".join(sorted(key for key in levels[level] if " " not in key))
    after: dict[tuple[str, int], list[str]] = defaultdict(list)
    for pair, value in tables["pairs"].items():
        after[pair[0], round(value)].append(pair[1])
    for (first, level), others in sorted(after.items()):
        yield first, str(level), "".join(sorted(others))


def _restyled(line: str, style: str) -> str:
    """A chapter's heading as notices and stories have it, and an article without its number."""
    chapter = _CHAPTER.match(line)
    if not chapter or is_closed(line):
        return _ARTICLE.sub("", line)
    return (
        line[chapter.end() :]
        if style == "bare"
        else f"（{chapter[1]}）{line[chapter.end() :]}"
        if style == "（）"
        else f"{chapter[1]}、{line[chapter.end() :]}"
    )


def broken(text: Text, heads: list[str], chance: random.Random) -> Iterator[tuple[str, bool]]:
    """A document's lines, broken in one way at random, each with whether it goes on; now and then with other headings among them."""
    manner = chance.choice(("clean", "narrow", "once", "pieces"))
    lines = [text.title, *(line for line in text.lines[:14])] if text.title else list(text.lines[:14])
    style = chance.choice(("", "", "、", "bare", "（）"))
    if style:
        lines = [_restyled(line, style) for line in lines]
    for line in list(lines[1:]):
        if chance.random() < 0.2:
            lines.insert(lines.index(line), chance.choice(heads))
    if text.title and chance.random() < 0.15:
        lines.insert(1, chance.choice(heads))
    for line in lines:
        cuts = []
        if manner != "clean" and len(line) >= 24:
            at = 0
            while True:
                at += {
                    "narrow": chance.randint(14, 18),
                    "once": chance.randint(4, len(line) - 4),
                    "pieces": chance.randint(8, 36),
                }[manner]
                while at < len(line) and line[at - 1] in "。！？；：":
                    at += 1
                if at >= len(line) - 2:
                    break
                cuts.append(at)
                if manner != "pieces":
                    break
        for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True):
            yield line[start:end].strip(" "), end < len(line)


def samples(
    text: Text, heads: list[str], chance: random.Random, known: Numbers
) -> Iterator[tuple[dict[str, float], bool]]:
    """The signs of every line end that only they can judge, with the truth."""
    lines = [line for line in broken(text, heads, chance) if line[0]]
    document = "\n".join(line for line, _ in lines)
    block = ""
    layout = Layout(gap=1)
    for at, ((upper, goes_on), (lower, _)) in enumerate(zip(lines, lines[1:], strict=False)):
        block += upper
        above, below = Line(upper, at, 1), Line(lower, at + 1, 1)
        plain = kind_of(block) == kind_of(lower) == "text"
        if plain and ruled(block, above, below, layout) is None:
            measured, told = signs(
                block, lower, document, "joined" if block != upper else "first" if at == 0 else "", known
            )
            found = (
                {"bias": 1.0} | dict(zip(MEASURED, measured, strict=True)) | dict.fromkeys(compress(TOLD, told), 1.0)
            )
            yield found, goes_on
        if not goes_on:
            block = ""


def is_whole(text: Text) -> bool:
    """Whether each line of a text is a heading or ends as paragraphs do; others were glued together where their breaks were lost."""
    return (
        bool(text.title)
        and len(text.lines) >= 2
        and all(is_closed(line) or is_colon(line) or len(line) <= 40 or _SIGNED.search(line) for line in text.lines)
        and not _GLUED.search(" ".join(text.lines))
    )


def fit(rows: list[tuple[dict[str, float], bool]]) -> dict[str, float]:
    """Weights of a logistic regression, both outcomes weighing the same, with a light pull to zero (Newton's method)."""
    names = sorted({name for found, _ in rows for name in found})
    place = {name: at for at, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for at, (found, _) in enumerate(rows):
        for name, value in found.items():
            x[at, place[name]] = value
    y = np.array([goes_on for _, goes_on in rows], float)
    share = np.where(y > 0, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    weights = np.zeros(len(names))
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (share * (y - p)) - weights
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + np.eye(len(names))
        weights += np.linalg.solve(hessian, gradient)
    guess = x @ weights > 0
    print(
        f"{len(rows):,} seams, {y.mean():.3f} go on; right: {np.mean(guess[y > 0]):.3f} of those, {np.mean(~guess[y == 0]):.3f} of the others"
    )
    return {name: float(weights[at]) for name, at in place.items()}


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit("Give the collections, as .jsonl.gz files.")
    everything = [text for path in sys.argv[1:] for text in texts(Path(path))]
    tables = count([text for text in everything if text.number % 4 in COUNTED])
    table_rows = list(rows(tables))
    write(table_rows)
    numbers.cache_clear()
    fitting = [text for text in everything if text.number % 4 in FITTED and is_whole(text)]
    chance = random.Random(11)
    heads = [text.title for text in fitting if 5 <= len(text.title) <= 24]
    # the halves of a title read like the headings within a story
    heads += [
        part
        for text in fitting
        for part in _PARTS.split(text.title)
        if 4 <= len(part) <= 14 and part != text.title and _DECENT_END.search(part)
    ]
    weights = fit([sample for text in PASSES * fitting for sample in samples(text, heads, chance, numbers())])
    write([*(("weight", f"{weight:.2f}", name) for name, weight in sorted(weights.items())), *table_rows])
    for name, weight in sorted(weights.items(), key=lambda item: -item[1]):
        print(f"{weight:7.2f} {name}")
    return 0


def write(rows: list[tuple[str, str, str]]) -> None:
    lines = DATA.read_text(encoding="utf-8").splitlines(keepends=True)
    with DATA.open("w", encoding="utf-8", newline="") as file:
        # what the file says of itself is kept
        file.writelines(takewhile(lambda line: line.startswith("# "), lines))
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])


if __name__ == "__main__":
    sys.exit(main())
