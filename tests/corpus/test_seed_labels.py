"""The sample documents are read as they were written: city, day and body are true by construction, and the stories hold together over the years."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from juanzong.index.corpus.files import find_files
from juanzong.index.corpus.pieces import pieces
from juanzong.index.reading.pipeline import read_piece
from juanzong.index.records import Document

BRIEFS = ("2021/城事-2021.jsonl", "2022/城事-2022.jsonl", "2023/城事-2023.jsonl")
# path → day, city, a body that is named
LABELS = {
    "2021/区报/泉山周报-2021-07-16.txt": ("2021-07-16", "徐州市", "徐州市泉山区疾病预防控制中心"),
    "2021/区报/鼓楼报-2021-09-10.txt": ("2021-09-10", "徐州市", "徐州市公安局鼓楼分局黄楼派出所"),
    "2021/徐州-加装电梯工作通报.md": ("2021-10-12", "徐州市", "徐州市住房和城乡建设局"),
    "2021/哈尔滨-流调一线日记.txt": ("2021-10-08", "哈尔滨市", "哈尔滨市公安局道外分局"),
    "2021/佛山-龙舟水防御通知.md": ("2021-05-28", "佛山市", "佛山市防汛防旱防风指挥部"),
    "2021/厦门-反诈提示.txt": ("2021-11-11", "厦门市", "厦门市公安局"),
    "2021/成都-社区公告栏.md": ("2021-04-08", "成都市", None),
    "2022/通报/徐州-社会面清零通报.txt": ("2022-04-16", "徐州市", "徐州市公安局云龙分局"),
    "2022/通报/哈尔滨-供暖投诉周报.html": ("2022-11-28", "哈尔滨市", "哈尔滨市供热管理办公室"),
    "2022/厦门-电梯公约全文.md": ("2022-02-14", "厦门市", None),
    "2022/成都-九月物资保供简报.txt": ("2022-09-04", "成都市", "成都市商务局"),
    "2023/通报/哈尔滨-加装电梯冬季维护通知.md": ("2023-11-06", "哈尔滨市", "哈尔滨市住房和城乡建设局"),
    "2023/通报/徐州-内涝治理验收公告.txt": ("2023-07-11", "徐州市", "徐州市水务局"),
    "2023/兰州-热线监督员来信.txt": ("2023-09-05", "兰州市", "兰州市政务服务"),
}


@pytest.fixture(scope="module")
def library(seeds: Path) -> dict[str, Document]:
    found = (document for file in find_files([seeds]) for piece in pieces(file) for document in read_piece(piece))
    return {document.id if document.format == "jsonl" else document.path: document for document in found}


def briefs(seeds: Path) -> list[dict[str, object]]:
    return [json.loads(line) for name in BRIEFS for line in (seeds / name).read_text("utf-8").splitlines()]


def test_there_are_about_120_documents_of_six_cities_over_three_years(
    seeds: Path, library: dict[str, Document]
) -> None:
    assert 115 <= len(library) <= 160
    declared = [brief for brief in briefs(seeds) if brief.get("date")]
    assert {str(brief["date"])[:4] for brief in declared} == {"2021", "2022", "2023"}
    assert {brief["city"] for brief in declared if "city" in brief} == {
        "徐州市",
        "哈尔滨市",
        "厦门市",
        "成都市",
        "佛山市",
        "兰州市",
    }


def test_what_a_brief_declares_is_what_is_read(seeds: Path, library: dict[str, Document]) -> None:
    for brief in briefs(seeds):
        (article,) = library[str(brief["id"])].articles
        assert article.title == brief["title"] and article.source == brief["source"]
        assert article.published.date == brief.get("date") and (article.city and article.city.value) == brief.get(
            "city"
        )
        if "agency" in brief:
            assert brief["agency"] in {fact.value for fact in article.agencies}


@pytest.mark.parametrize("path", LABELS)
def test_labels(library: dict[str, Document], path: str) -> None:
    day, city, body = LABELS[path]
    document = library[path]
    assert document.articles[0].published.date == day
    assert {article.city.value for article in document.articles if article.city} == {city}
    named = {value for _, paragraph in document.paragraphs() for value in paragraph.values("agency")}
    named |= {fact.value for article in document.articles for fact in article.agencies}
    assert body is None or any(value.startswith(body) for value in named)


def said(library: dict[str, Document], word: str, city: str) -> list[str]:
    return sorted(
        article.published.date
        for document in library.values()
        for article in document.articles
        if article.published.date
        and article.city
        and article.city.value == city
        and any(word in paragraph.text for paragraph in article.paragraphs)
    )


def test_when_the_word_began_to_be_said(library: dict[str, Document]) -> None:
    assert (said(library, "流调", "徐州市")[0], said(library, "流调", "哈尔滨市")[0]) == ("2021-06-18", "2021-09-22")


def test_numbers_of_lifts_add_up(seeds: Path) -> None:
    """Each year's total is that of the year before and what was built since."""
    texts = {str(brief["id"]): str(brief["text"]) for brief in briefs(seeds)}
    totals, built = [], []
    for name in ("xz-211230", "xz-221229", "xz-231226"):
        total, new = re.search(r"累计建成加装电梯(\d+)部，(?:其中)?今年新增(\d+)部", texts[name]).groups()  # type: ignore[union-attr]
        totals.append(int(total))
        built.append(int(new))
    assert totals[1] == totals[0] + built[1] and totals[2] == totals[1] + built[2]
    districts = [int(number) for number in re.findall(r"区(\d+)部", texts["xz-211230"])]
    assert sum(districts) == totals[0]
    ledger = (seeds / "2023/佛山-内涝点销号台账.md").read_text("utf-8")
    rows = [[int(cell) for cell in re.findall(r"\d+", row)] for row in re.findall(r"^\| \w+区 \|.*$", ledger, re.M)]
    assert [sum(column) for column in zip(*rows)] == [41, 29, 12, 0]
