from __future__ import annotations

from pathlib import Path

import pytest

from juanzong.index.reading.pipeline import read_file
from juanzong.index.reading.sidecars import parse, path_for, template
from juanzong.index.records import Document
from tests.reading_texts import plain


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "页.txt"
    path.write_text(plain("page"), encoding="utf-8")
    return path


def read(page: Path, sidecar: str) -> Document:
    path_for(page).write_text(sidecar, encoding="utf-8")
    (document,) = read_file(page)
    return document


def complaints(document: Document) -> list[str]:
    return [problem.message for problem in document.warnings if problem.code == "sidecar"]


def test_the_page_overrides_every_article(page: Path) -> None:
    document = read(page, "city: 泉州市\npublished: 2022-09\nsource: 泉州晚报\nagencies: [泉州市交通运输局]\n")
    for article in document.articles:
        assert article.city is not None and (article.city.value, article.city.basis) == ("泉州市", "sidecar")
        assert (article.published.date, article.published.precision, article.published.basis) == (
            "2022-09",
            "month",
            "sidecar",
        )
        assert article.source == "泉州晚报"
        assert [(fact.value, fact.basis) for fact in article.agencies] == [("泉州市交通运输局", "sidecar")]
    assert not complaints(document)


def test_an_article_overrides_the_page_and_an_empty_list_means_none(page: Path) -> None:
    document = read(
        page,
        "city: 泉州市\narticles:\n - match: {title: 快递员王师傅}\n   city: []\n   byline: 另一人\n   published: 2021-03-04\n",
    )
    second = document.articles[1]
    assert (second.city, second.byline, second.published.date) == (None, "另一人", "2021-03-04")
    assert document.articles[0].city is not None


def test_lines_move_to_another_article_and_make_a_new_one(page: Path) -> None:
    before = read(page, "")
    line = next(p.source_lines[0] for _, p in before.paragraphs() if p.text.startswith("电动自行车"))
    moved = read(page, f"articles:\n - match: {{title: 快递员王师傅}}\n   lines: [[{line}, {line}]]\n")
    assert any(p.text.startswith("电动自行车") for p in moved.articles[1].paragraphs)
    made = read(page, f"articles:\n - title: 电动车安全提示\n   lines: [{line}, {line}]\n   source: 消防支队\n")
    new = made.articles[-1]
    assert (new.title, new.source, [p.text[:5] for p in new.paragraphs]) == (
        "电动车安全提示",
        "消防支队",
        ["电动车安全", "电动自行车"],
    )
    assert sorted(p.seq for _, p in made.paragraphs()) == list(range(len(list(made.paragraphs()))))
    assert not complaints(moved) and not complaints(made)


def test_paragraphs_are_joined_split_dropped_and_given_a_kind(page: Path) -> None:
    document = read(
        page,
        """
paragraphs:
  - match: {start: 王师傅租住的是}
    join_next: true
  - match: {start: 据了解，今年的}
    split_at: 市交通运输局将每月
  - match: {start: 民生·关注}
    drop: true
  - match: {start: 电动自行车}
    kind: caption
""",
    )
    texts = [p.text for _, p in document.paragraphs()]
    assert any(text.startswith("王师傅租住的是") and "今年以来，丰泽区" in text for text in texts)
    assert any(text.startswith("市交通运输局将每月") for text in texts)
    assert "民生·关注" not in texts
    assert [p.kind for _, p in document.paragraphs() if p.text.startswith("电动自行车")] == ["caption"]
    joined = next(p for _, p in document.paragraphs() if p.text.startswith("王师傅租住的是"))
    assert [(join.rule, joined.text[join.offset :][:4]) for join in joined.joins] == [("sidecar", "今年以来")]
    assert not complaints(document)


def test_facets_are_added_removed_and_set(page: Path) -> None:
    document = read(
        page,
        """
paragraphs:
  - match: {start: 在安溪县感德镇}
    cities: {add: [厦门市], remove: [泉州市]}
    agencies: [安溪县交通运输局]
    dates: {set: [2022-09-05]}
aliases: {区住建局: 泉州市丰泽区住房和城乡建设局}
""",
    )
    by_start = {p.text[:4]: p for _, p in document.paragraphs()}
    changed = by_start["在安溪县"]
    assert changed.values("city") == ("厦门市",)
    assert changed.values("agency") == ("安溪县交通运输局",)
    assert changed.values("date") == ("2022-09-05",)
    assert all(m.basis == "sidecar" and m.confidence == 1 for m in changed.mentions)
    alias = by_start["今年以来"]
    (mention,) = [m for m in alias.mentions if m.basis == "sidecar"]
    assert (mention.value, alias.text[mention.start : mention.end]) == ("泉州市丰泽区住房和城乡建设局", "区住建局")
    assert not complaints(document)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("citty: 泉州市", "Unknown key `citty`"),
        ("paragraphs:\n - match: {start: 没有这样的段落}\n   drop: true", "No paragraph matches"),
        ("articles:\n - match: {title: 没有这篇}\n   city: 泉州市", "No article matches"),
        ("paragraphs:\n - kind: caption", "no `match`"),
        ("a: [", "does not parse"),
        ("- 一\n- 二", "not a mapping"),
        ("published: 昨天", "is no date"),
        ("published: 2022-13-40", "is no date"),
        ("paragraphs: 五", "not a list"),
        ("paragraphs:\n - match: {start: 电动自行车}\n   kind: title", "Unknown kind"),
        ("paragraphs:\n - match: {start: 电动自行车}\n   split_at: 没有", "does not stand inside"),
        ("paragraphs:\n - match: {start: 电动自行车}\n   cities: {plus: [泉州市]}", "Unknown key `plus`"),
        ("articles:\n - match: {title: 快递员}\n   lines: 五", "not a list of ranges"),
        ("aliases: [一]", "`aliases` is not a mapping"),
        ("articles:\n - match: {title: 快递员}\n   lines: [[900, 901]]", "No paragraph lies"),
    ],
)
def test_what_does_not_fit_is_a_problem_and_the_document_is_still_read(page: Path, text: str, said: str) -> None:
    document = read(page, text)
    assert any(said in message for message in complaints(document)), complaints(document)
    assert len(list(document.paragraphs())) == 16


def test_an_empty_sidecar_and_a_huge_one(page: Path) -> None:
    assert not read(page, "# nothing\n").warnings
    assert complaints(read(page, "#" * (1 << 20) + "\n"))
    path_for(page).write_bytes(b"\xff\xfe\x00")
    read_file(page)


def test_a_template_applied_again_changes_nothing(page: Path) -> None:
    before = read(page, "")
    written = template(before)
    assert not parse(written).problems
    after = read(page, written)
    assert not complaints(after)

    def facts(document: Document) -> list[object]:
        return [
            (
                a.title,
                a.byline,
                a.city and a.city.value,
                [(p.id, p.kind, p.text, p.values("city"), p.values("agency"), p.values("date")) for p in a.paragraphs],
            )
            for a in document.articles
        ]

    assert facts(after) == facts(before)


def test_a_title_of_the_sidecar_is_found_as_a_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("7月1日，市区普降大雨，多处路段积水。\n\n市政部门连夜排水。", encoding="utf-8")
    document = read(path, "title: 大雨之夜")
    assert document.title == document.articles[0].title == "大雨之夜"
    assert [(p.kind, p.text, p.seq) for p in document.articles[0].paragraphs][0] == ("heading", "大雨之夜", 0)
