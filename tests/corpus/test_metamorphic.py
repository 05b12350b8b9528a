"""What must not matter does not: width, script, encoding, the order of paragraphs, and which city a story is about.

Where something is lost, the share of paragraphs that keep all their facts is stated as a floor; the sample texts are those of the truth set.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from opencc import OpenCC

from accuracy.cases import Case, looked_at
from juanzong.index.corpus.files import SourceFile
from juanzong.index.corpus.pieces import Piece
from juanzong.index.reading.pipeline import read_piece
from juanzong.index.records import own_values
from juanzong.index.text.folding import fold

CASES = looked_at()
WIDE = {code: code + 0xFEE0 for code in map(ord, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")}
TRADITIONAL = OpenCC("s2t")
TAIWAN = OpenCC("s2tw")
# 答覆 and 瞭解 do not fold back to 答复 and 了解; the paragraph is the same
UNFOLDED = str.maketrans("覆瞭", "复了")
PLACES = Path(__file__).parents[2] / "index" / "data" / "places.csv"
Facts = dict[str, tuple[frozenset[str], ...]]


def facts(data: bytes, name: str) -> Facts:
    """The cities, dates and agencies that each paragraph of a file names itself, by its folded text."""
    file = SourceFile(Path(name), name)
    [document] = read_piece(Piece(file, data, 1, False, "0" * 64))
    return {
        fold(paragraph.text).translate(UNFOLDED): tuple(
            frozenset(own_values(paragraph, facet)) for facet in ("city", "date", "agency")
        )
        for article in document.articles
        for paragraph in article.paragraphs
    }


def source(case: Case, change: Callable[[Sequence[str]], Sequence[str]] = lambda texts: texts) -> str:
    return case.source(change([expected.text for expected in case.paragraphs]), "\n\n")


def kept(changed: Callable[[Case], bytes], cases: Iterable[Case] = CASES) -> float:
    """The share of paragraphs, those without any fact left aside, that keep all their facts."""
    same = total = 0
    for case in cases:
        before, after = facts(source(case).encode(), case.name), facts(changed(case), case.name)
        told = {text: found for text, found in before.items() if any(found)}
        same += sum(after.get(text) == found for text, found in told.items())
        total += len(told)
    assert total > 200
    return same / total


def test_full_width_letters_and_digits_change_nothing() -> None:
    assert kept(lambda case: source(case, lambda texts: [text.translate(WIDE) for text in texts]).encode()) >= 0.99


def test_traditional_script_changes_hardly_anything() -> None:
    assert kept(lambda case: source(case, lambda texts: [TRADITIONAL.convert(text) for text in texts]).encode()) >= 0.98


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_changes_nothing(encoding: str) -> None:
    assert kept(lambda case: source(case).encode(encoding), CASES[::2]) == 1


def test_big5_of_the_traditional_text_changes_hardly_anything() -> None:
    def encoded(case: Case) -> bytes:
        text: str = TAIWAN.convert(source(case))
        return text.encode("big5hkscs", "ignore")

    # what Big5 cannot write (emoji, for one) is lost on the way, hence the lower floor
    assert kept(encoded, CASES[::2]) >= 0.92


def test_shuffled_paragraphs_keep_what_they_say_themselves() -> None:
    chance = random.Random(7)

    def shuffled(texts: Sequence[str]) -> list[str]:
        return chance.sample(list(texts), len(texts))

    # a story is told in its order: a year, a month or a city that was told further up may now stand further down
    assert kept(lambda case: source(case, shuffled).encode()) >= 0.95


def cities() -> list[tuple[str, str, str]]:
    """Cities with two districts each whose names no other place has, two characters and 区."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        named = csv.DictReader(line for line in file if not line.startswith("#"))
        rows = [(row["code"], row["name"]) for row in named]
    often = Counter(name for _, name in rows)
    found = []
    for code, name in rows:
        own = [
            district
            for other, district in rows
            if len(code) == 4
            and other.startswith(code)
            and len(other) == 6
            and district.endswith("区")
            and len(district) == 3
            and often[district] == 1
        ]
        if len(own) >= 2 and name.endswith("市") and len(name) <= 4:
            found.append((name, own[0], own[1]))
    return found


STORY = """{city}公安局通报{first}一起案件

11月5日，{city}公安局{short}分局接到报警。{city}卫生健康委员会、{second}卫生健康局工作人员随后到场。

{second}人民政府表示，{first}、{second}的核酸检测将于11月8日结束，{city}中级人民法院当日暂停接待。
"""


def test_any_city_is_read_as_any_other() -> None:
    made = cities()
    assert len(made) > 80
    wrong = []
    for city, first, second in made:
        text = STORY.format(city=city, first=first, second=second, short=first[:-1])
        [_, opening, closing] = facts(text.encode(), "a.txt").values()
        if opening[0] != {city} or closing[0] != {city}:
            wrong.append((city, first, second, "city", opening[0] | closing[0]))
        expected = {f"{city}公安局{first[:-1]}分局", f"{city}卫生健康委员会", f"{city}{second}卫生健康局"}
        if opening[2] - {f"{city}公安局"} != expected:
            wrong.append((city, first, second, "agency", opening[2] ^ expected))
        if closing[2] != {f"{city}{second}人民政府", f"{city}中级人民法院"}:
            wrong.append((city, first, second, "agency", closing[2]))
    assert len(wrong) <= 0.02 * len(made), wrong
