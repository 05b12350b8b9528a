from __future__ import annotations

import pytest

from juanzong.index.corpus.frontmatter import MAX_FRONT_MATTER, declared_by, split_front_matter
from juanzong.index.corpus.yamltext import YamlError, flat, read_yaml


def test_values_stay_as_they_were_written() -> None:
    front = split_front_matter(
        "---\ntitle: '标题：一'\ndate: 2021-10-04\ndraft: no\ntime: 12:30\nid: 007\n---\n正文。\n"
    )
    assert front.values == {"title": "标题：一", "date": "2021-10-04", "draft": "no", "time": "12:30", "id": "007"}
    assert front.body == "正文。\n"
    assert front.first_line == 8
    assert front.declared.title == "标题：一"
    assert front.declared.date == "2021-10-04"


def test_blank_lines_may_stand_before_it_and_windows_dots_may_end_it() -> None:
    front = split_front_matter("\n \n---\ntitle: 甲\ntags:\n - 一\n - 二\n...\n正文")
    assert front.values["tags"] == "一, 二"
    assert (front.body, front.first_line) == ("正文", 9)


@pytest.mark.parametrize(
    "text", ["正文。\n---\n又一段。", "---\n正文，没有键。\n---\n", "", "---", "-----\ntitle: 甲\n"]
)
def test_a_rule_of_dashes_is_not_front_matter(text: str) -> None:
    front = split_front_matter(text)
    assert front.body == text and not front.values and not front.problems


@pytest.mark.parametrize(
    "inside",
    [
        "title: [一, 二",
        "title: *a",
        "a: &x 1\nb: *x",
        "title: '没有结束",
        "\ttitle: 甲\nkey: 乙",
        "a: " + "[" * 50 + "]" * 50,
    ],
)
def test_what_does_not_parse_stays_text_with_a_problem(inside: str) -> None:
    text = f"---\n{inside}\nkey: 值\n---\n正文。"
    front = split_front_matter(text)
    assert front.body == text
    assert [problem.code for problem in front.problems] == ["front_matter"]


def test_an_unclosed_or_huge_front_matter_is_a_problem() -> None:
    for text in ("---\ntitle: 甲\n正文。", "---\ntitle: " + "x" * MAX_FRONT_MATTER + "\n---\n"):
        front = split_front_matter(text)
        assert front.body == text and [problem.code for problem in front.problems] == ["front_matter"]


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "{" * 10_000,
        "- " * 20_000,
        "? " * 20_000,
        "[" * 30_000,
        "!!python/object/apply:os.system [ls]: 1\na: *x",
    ],
)
def test_bombs_are_refused(bomb: str) -> None:
    with pytest.raises(YamlError):
        read_yaml(bomb)


def test_tags_construct_nothing() -> None:
    assert read_yaml("!!python/object/apply:os.system [ls]") == ["ls"]
    assert read_yaml("a: !!binary aGk=") == {"a": "aGk="}


def test_declarations_by_their_usual_names() -> None:
    declared = declared_by(
        {
            "Title": "题",
            "来源": "洛阳日报",
            "agency": ["市公安局", "市教育局"],
            "city": "洛阳市",
            "Link": "https://example.org/a",
            "作者": "李明",
        }
    )
    assert (declared.title, declared.source, declared.author, declared.url) == (
        "题",
        "洛阳日报",
        "李明",
        "https://example.org/a",
    )
    assert declared.agency == ("市公安局", "市教育局")
    assert declared.city == ("洛阳市",)
    assert declared_by({"date": "2021", "发布日期": "2022"}).date == "2021"


def test_flat_makes_one_line() -> None:
    assert flat(["a", None, {"b": ["c\nd"]}]) == "a, b: c d"
    assert flat(None) == ""
