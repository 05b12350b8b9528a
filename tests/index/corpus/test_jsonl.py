from __future__ import annotations

import json

import pytest

from juanzong.index.corpus.jsonl import JsonlRow, entries, plain_ends


def entries_of(*lines: str) -> list[JsonlRow]:
    return list(entries("\n".join(lines), 100))


def test_a_line_is_a_document_with_its_own_id_and_what_it_declares() -> None:
    (entry,) = entries_of(
        json.dumps(
            {
                "id": "x1",
                "title": "题",
                "text": "一\n\n 二 ",
                "date": "2021-03",
                "city": ["洛阳市", "徐州市"],
                "agency": "市公安局",
                "source": "洛阳日报",
                "url": "https://example.org",
            }
        )
    )
    assert (entry.id, entry.line) == ("x1", 100)
    assert [line.text for line in entry.lines] == ["一", "二"]
    assert entry.declared.city == ("洛阳市", "徐州市")
    assert entry.declared.agency == ("市公安局",)
    assert (entry.declared.title, entry.declared.date, entry.declared.source, entry.declared.url) == (
        "题",
        "2021-03",
        "洛阳日报",
        "https://example.org",
    )
    assert not entry.problems


def test_a_broken_line_is_reported_with_its_number_and_the_rest_is_read() -> None:
    good, broken, listed, _, last = entries_of(
        '{"id": 1, "text": "一"}', '{"id": 2, "text": ', "[1]", '"s"', '{"id": 5, "text": "五"}'
    )
    assert (good.id, last.id) == ("1", "5")
    assert [(entry.problems[0].code, entry.problems[0].line) for entry in (broken, listed)] == [
        ("jsonl", 101),
        ("jsonl", 102),
    ]


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 1}',
        '{"id": 1, "text": 5}',
        '{"id": 1, "text": {"a": 1}}',
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 10_000,
        "NaN",
    ],
)
def test_what_is_no_document_is_a_problem(line: str) -> None:
    (entry,) = entries_of(line)
    assert [problem.code for problem in entry.problems] == ["jsonl"]
    assert entry.lines == ()


def test_a_title_without_text_is_a_document() -> None:
    (entry,) = entries_of('{"title": "只有标题", "text": null}')
    assert not entry.problems and entry.declared.title == "只有标题"


def test_ids_of_other_kinds_are_not_kept() -> None:
    found = entries_of(
        '{"id": true, "text": "a"}', '{"id": null, "text": "a"}', '{"id": "", "text": "a"}', '{"id": [1], "text": "a"}'
    )
    assert [entry.id for entry in found] == [None] * 4


def test_control_characters_and_surrogates_do_not_pass() -> None:
    (entry,) = entries_of('{"id": "a\\u0000b", "title": "\\ud800题", "text": "公\\u0000安\\u001b[31m\\ud83d"}')
    assert entry.id == "ab"
    assert entry.declared.title == "\ufffd题"
    assert entry.lines[0].text == "公安[31m\ufffd"


def test_a_list_of_strings_is_text() -> None:
    (entry,) = entries_of('{"text": ["一", "二"]}')
    assert [line.text for line in entry.lines] == ["一", "二"]


@pytest.mark.parametrize(
    "text", ["&lt;p&gt;夜里停机。&lt;/p&gt;&lt;p&gt;清晨恢复。&lt;/p&gt;", "夜里停机。\\n\\n清晨恢复。"]
)
def test_texts_that_were_escaped_twice(text: str) -> None:
    (entry,) = entries_of(json.dumps({"id": "1", "text": text}))
    assert [line.text for line in entry.lines] == ["夜里停机。", "清晨恢复。"]


def test_names_of_paths_are_no_line_ends() -> None:
    (entry,) = entries_of(json.dumps({"id": "1", "text": "放在D:\\new\\notes里。"}))
    assert [line.text for line in entry.lines] == ["放在D:\\new\\notes里。"]


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85"])
def test_a_mark_that_ends_a_line_inside_a_string_breaks_no_record(mark: str) -> None:
    data = json.dumps({"id": "x", "text": f"一段{mark}二段"}, ensure_ascii=False).encode()
    [entry] = entries(plain_ends(data).decode(), 1)
    assert [line.text for line in entry.lines] == ["一段", "二段"] and not entry.problems
    mixed = "乱码".encode("gb18030") + mark.encode()
    assert plain_ends(mixed) == mixed
