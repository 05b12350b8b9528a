from __future__ import annotations

import pytest

from juanzong.index.corpus.declared.declarations import declared_by
from juanzong.index.corpus.declared.frontmatter import MAX_FRONT_MATTER, split_front_matter
from juanzong.index.corpus.declared.headfields import head_fields
from juanzong.index.corpus.declared.yamltext import YamlError, flat, read_yaml


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


@pytest.mark.parametrize("inside", ["a: &x 1\nb: *x", "\tname: 甲\nkey: 乙", "a: " + "[" * 50 + "]" * 50])
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


def test_the_day_of_a_note_is_not_that_of_the_page_it_keeps() -> None:
    note = "---\ntitle: 泵站夜修记\nupdated: 2023-08-18 01:12:33Z\ncreated: 2023-08-17 01:10:33Z\nsource: https://a.example/s/1\n---\n正文"
    declared = split_front_matter(note).declared
    assert (declared.date, declared.updated, declared.url) == (None, "2023-08-17 01:10:33Z", "https://a.example/s/1")
    assert split_front_matter(note.replace("source:", "of:")).declared.date is not None


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


@pytest.mark.parametrize(
    "title", ["水闸: 夜修记", "[水闸] 夜修记", "@水闸夜修记", "[水闸]", "水闸 #3", "2015-10-11", "*水闸", "100%"]
)
def test_a_title_stands_as_it_was_written(title: str) -> None:
    front = split_front_matter(f"---\ntitle: {title}\ndate: 2015-03-07 15:42:36\n---\n正文。")
    assert (front.declared.title, front.declared.date, front.body) == (title, "2015-03-07 15:42:36", "正文。")


def test_what_does_not_parse_is_read_line_by_line_and_told() -> None:
    front = split_front_matter("---\ntitle: 水闸: 夜\ntags:\n  - 甲\n  - 乙\nsource: '新江晚报'\n---\n正文。")
    assert (front.values["tags"], front.declared.source) == ("甲, 乙", "新江晚报")
    assert [problem.code for problem in front.problems] == ["front_matter"]


def test_a_head_in_toml() -> None:
    front = split_front_matter('+++\ntitle = "色选机"\ndate = 2022-04-20T09:00:00+08:00\n+++\n\n正文。')
    assert (front.declared.title, front.declared.date, front.first_line) == ("色选机", "2022-04-20T09:00:00+08:00", 5)


def test_fields_at_the_head_of_a_plain_text() -> None:
    declared, taken = head_fields("标题：新菜场\n时间：2018-12-30\n来源：新江晚报\n正文：\n\n旧菜场关了半年。")
    assert (declared.title, declared.date, declared.source, taken) == ("新菜场", "2018-12-30", "新江晚报", 4)
    for text in (
        "时间：周三上午\n地点：泵站",
        "标题：新菜场\n\n旧菜场关了半年。",
        "旧菜场关了半年。\n标题：甲\n来源：乙",
    ):
        assert head_fields(text)[1] == 0


@pytest.mark.parametrize(
    "head",
    [
        '{\n  "title": "夜修",\n  "date": "2021-06-18"\n}\n\n',
        ';;;\n"title": "夜修",\n"date": "2021-06-18"\n;;;\n\n',
        "% 夜修\n% 周某\n% 2021-06-18\n\n",
        '+++\ntags = [\n  "水",\n]\ntitle = "夜修"\n[extra]\ndate = 2021-06-18\n+++\n\n',
        "---\nlayout: post\npost:\n  title: 夜修\n  date: 2021-06-18\n---\n\n",
        "---\ntitle: 夜修\npubDatetime: 2021-06-18\nupdated: 2022-01-01\n---\n",
    ],
)
def test_heads_of_other_generators(head: str) -> None:
    text = head + "泵站夜里停机。"
    front = split_front_matter(text)
    assert (front.declared.title, front.declared.date) == ("夜修", "2021-06-18")
    assert front.body.strip() == "泵站夜里停机。"
    assert text.split("\n")[front.first_line - 1 :] == front.body.split("\n")


def test_an_object_without_a_known_key_is_text() -> None:
    for text in ('{"name": 1}\n正文。', "{正文}\n又一行。", '{"title": "夜修", "text": "一行"}', "% 注释\n"):
        assert split_front_matter(text).body == text


def test_what_a_post_was_sent_with_is_no_source() -> None:
    values = {"source": "微博 weibo.com", "screen_name": "新江交警"}
    assert declared_by(values).source == "新江交警"
    assert declared_by({"source": {"name": "新江晚报"}, "date": {"$date": "2021-06-18T01:12:33Z"}}).source == "新江晚报"


@pytest.mark.parametrize(
    "head",
    [
        "【标题】夜修\n【来源】新江晚报\n【日期】2021-06-18\n",
        "标  题: 夜修\n发信站: 新江站 (Fri Jun 18 09:12:33 2021), 站内\n",
        "# 夜修\n\nCreated: 2021-06-18\nURL: https://a.example/1\n",
    ],
)
def test_fields_of_clippings_boards_and_notebooks(head: str) -> None:
    declared, taken = head_fields(head + "\n泵站夜里停机。")
    assert declared.title == "夜修" and declared.date and taken == head.count("\n")
