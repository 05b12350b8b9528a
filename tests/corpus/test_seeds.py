"""The sample corpus keeps its shapes, and its facts hold together."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from juanzong.index.corpus.formats.table import format_of
from juanzong.index.corpus.pages.recognitions import BESIDE

PAPER = "2021/彭城早报-2021-08-12-A03.txt"
XIAMEN = "2021/厦门-12345热线九月纪事.txt"
REPOST = "2021/转载-成都加装电梯.md"
NOTICE_31, NOTICE_36, DIARY = "2021/兰州-第31号通告.md", "2022/兰州-第36号通告.md", "2021/社区日记-第33号通告之后.txt"
FOSHAN = "2022/佛山-城市内涝治理通报.html"
FIRE = "2022/哈尔滨-冬春火灾防控.txt"
MACAU = "2022/澳門報章-佛山水浸.txt"
BRIEFS = "2022/各地简讯.jsonl"
TYPHOON = "2023/厦门-台风杜苏芮提示.txt"
NIGHT = "2023/成都-大运之城的夜班.txt.gz"
SCAN = "2023/扫描件-0417.txt"
BIKES, BIKES_AGAIN = "2023/上海-电动自行车消防检查通报.txt", "2023/转载-上海电动自行车通报.html"
ENCODINGS = {FIRE: "gb18030", MACAU: "big5", TYPHOON: "utf-16"}
MORE_ENCODINGS = {
    "2021/区报/鼓楼报-2021-09-10.txt": "gb18030",
    "2022/区报/城关通讯-2022-08-26.txt": "gb18030",
    "2022/通报/哈尔滨-供暖投诉周报.html": "gb18030",
    "2022/香港報章-廈門渡輪.html": "big5",
}


def text_of(seeds: Path, name: str) -> str:
    data = (seeds / name).read_bytes()
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode(
        {**ENCODINGS, **MORE_ENCODINGS}.get(name, "utf-8")
    )


def names(seeds: Path) -> list[str]:
    """The texts; tests/corpus/test_samples.py has what is printed, scanned and packed."""
    found = [path.relative_to(seeds).as_posix() for path in sorted(seeds.rglob("*")) if path.is_file()]
    return [name for name in found if format_of(name) is None and BESIDE not in name]


def shingles(text: str, length: int) -> set[str]:
    plain = re.sub(r"[^\w]", "", text)
    return {plain[i : i + length] for i in range(len(plain) - length + 1)}


def test_size_is_what_a_newcomer_reads_in_an_hour(seeds: Path) -> None:
    assert len(names(seeds)) >= 18
    assert 30_000 < sum(len(text_of(seeds, name)) for name in names(seeds)) < 60_000
    assert {name.split("/")[0] for name in names(seeds)} == {"2021", "2022", "2023"}


@pytest.mark.parametrize(("name", "encoding"), ENCODINGS.items())
def test_encoding_is_not_utf8(seeds: Path, name: str, encoding: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        (seeds / name).read_bytes().decode("utf-8")
    assert len((seeds / name).read_bytes().decode(encoding)) > 300


def test_compressed_text(seeds: Path) -> None:
    assert (seeds / NIGHT).read_bytes()[:2] == b"\x1f\x8b"
    assert "１２３４５热线" in text_of(seeds, NIGHT)


def test_newspaper_is_cut_inside_sentences(seeds: Path) -> None:
    text = text_of(seeds, PAPER)
    assert len(re.findall(r"[\w，、]\n\n[\w]+[，。、]", text)) >= 3
    assert "本报记者 苏晓禾 摄" in text and text.rstrip().endswith("**民生·现场**")


def test_front_matter_before_markup(seeds: Path) -> None:
    text = text_of(seeds, REPOST)
    assert text.lstrip().startswith("---\ntitle:") and text.count("<p>") > 5


def test_bulletin_has_a_header_table(seeds: Path) -> None:
    assert all(label in text_of(seeds, FOSHAN) for label in ("索引号", "发文机关", "成文日期", "发文字号", "发布日期"))


def test_briefs_leave_fields_out(seeds: Path) -> None:
    briefs = [json.loads(line) for line in text_of(seeds, BRIEFS).splitlines()]
    assert len(briefs) == 8
    assert {key for key in ("id", "date", "city", "agency", "url") if any(key not in brief for brief in briefs)} == {
        "id",
        "date",
        "city",
        "agency",
        "url",
    }


def test_diary_without_a_year_is_bracketed(seeds: Path) -> None:
    assert not re.search(r"20\d\d", text_of(seeds, DIARY)) and "第33号通告" in text_of(seeds, DIARY)
    assert "（第31号）" in text_of(seeds, NOTICE_31) and "2021年10月26日" in text_of(seeds, NOTICE_31)
    assert "（第36号）" in text_of(seeds, NOTICE_36) and "2022年1月17日" in text_of(seeds, NOTICE_36)


def test_two_papers_agree_on_one_flood(seeds: Path) -> None:
    bulletin, paper = text_of(seeds, FOSHAN), text_of(seeds, MACAU)
    for figure, words in (
        ("水浸点23处", "二十三處水浸點"),
        ("移动泵车18台", "移動泵車十八台"),
        ("12.6万立方米", "十二萬六千立方米"),
        ("137人", "一百三十七人"),
        ("286.4毫米", "二百八十六點四毫米"),
    ):
        assert figure in bulletin and words in paper
    rows = [
        list(map(int, row)) for row in re.findall(r"<td>\S+区</td><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>", bulletin)
    ]
    assert [sum(column) for column in zip(*rows, strict=True)] == [23, 18, 137]


def test_two_reports_agree_on_one_outbreak(seeds: Path) -> None:
    for name in (PAPER, BRIEFS):
        text = text_of(seeds, name)
        assert "8·03" in text and re.search(r"密切接触者118人|118名密切接触者", text)


def test_reprint_is_the_bulletin_with_small_edits(seeds: Path) -> None:
    first, again = (
        [line for line in re.sub(r"<[^>]+>", "\n", text_of(seeds, name)).splitlines() if len(line) > 40]
        for name in (BIKES, BIKES_AGAIN)
    )
    pairs = [(a, b) for a in first for b in again if len(shingles(a, 4) & shingles(b, 4)) > 0.8 * len(shingles(b, 4))]
    assert len(pairs) >= 3 and any(a != b for a, b in pairs)


@pytest.mark.parametrize("measure", ["流调", "加装电梯", "12345", "消防", "防汛", "核酸检测", "夜间执勤"])
def test_measures_recur_in_several_places(seeds: Path, measure: str) -> None:
    assert (
        sum(measure in text_of(seeds, name).replace("執勤", "执勤").replace("夜間", "夜间") for name in names(seeds))
        >= 3
    )


@pytest.mark.shared
def test_nothing_is_taken_from_the_real_documents(seeds: Path) -> None:
    real = seeds.parents[1] / "shared" / "seeds"
    if not real.is_dir():
        pytest.skip("the real documents do not lie beside this checkout")

    def sentences(text: str) -> set[str]:
        return {run for run in shingles(re.sub(r"<[^>]+>", "", text), 12) if re.fullmatch(r"[\u4e00-\u9fff]+", run)}

    ours = set().union(*(sentences(text_of(seeds, name)) for name in names(seeds)))
    theirs = set().union(*(sentences(path.read_text(encoding="utf-8")) for path in real.glob("*.txt")))
    assert not ours & theirs
