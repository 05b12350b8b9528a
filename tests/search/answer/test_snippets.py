from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.search.answer.snippets import ELLIPSIS, SHORTEST, Snippet, bracket_pairs, snippet
from juanzong.search.language.needles import find_marks, needles
from juanzong.search.language.parser import parse


def cut(text: str, q: str, limit: int) -> str:
    return snippet(text, find_marks(text, needles(parse(q))), limit).text


def marked(found: Snippet) -> list[str]:
    return [found.text[a:b] for a, b in found.marks]


def test_a_short_text_is_whole() -> None:
    assert snippet("现场\n流调", [(3, 5)]) == Snippet("现场 流调", ((3, 5),))
    assert snippet("", []) == Snippet("")


def test_whole_sentences_where_they_fit() -> None:
    text = "今天天气晴朗，适合出行。民警开展流调工作。" + "其他内容与此无关，" * 10 + "完。"
    assert cut(text, "流调", 30) == "今天天气晴朗，适合出行。民警开展流调工作。……"
    assert (
        cut("前面的话没有关系，也不重要，说来话长。" + text, "流调", 30)
        == "……今天天气晴朗，适合出行。民警开展流调工作。……"
    )


def test_the_window_with_more_of_the_query_wins() -> None:
    text = "流调流调。流调。" + "无关的内容。" * 10 + "流调与溯源并重。" + "无关的内容。" * 10
    assert "流调与溯源并重。" in cut(text, "流调 溯源", 30)


def test_without_marks_it_is_the_beginning() -> None:
    found = snippet("第一句。" * 20, [], 30)
    assert found.text == "第一句。" * 6 + ELLIPSIS
    assert (found.cut_left, found.cut_right) == (False, True)


def test_no_pair_is_cut() -> None:
    text = (
        "根据"
        + "有关规定" * 4
        + "，《关于进一步做好疫情防控工作的通知》要求，"
        + "各地各部门认真抓好落实"
        + "，不得有误" * 10
    )
    assert "《关于进一步做好疫情防控工作的通知》" in cut(text, "落实", 60)
    assert "《关于进一步做好疫情防控工作的通知》" in cut(text, "防控", 30)
    assert "《" not in cut(text, "规定", 24)


def test_inside_a_pair_longer_than_the_window() -> None:
    text = (
        "他说：“"
        + "我们连续工作，没有休息" * 10
        + "，流调很辛苦，"
        + "大家都坚持下来" * 10
        + "。”记者了解到，此事属实。"
    )
    found = cut(text, "流调", 40)
    assert "流调" in found and not set("“”") & set(found)
    assert cut(text, "属实", 40) == "……记者了解到，此事属实。"
    assert cut(text, "他说", 40) == "他说：……"


def test_a_long_latin_word_and_a_long_mark_still_fit() -> None:
    found = snippet("a" * 500, [(100, 300)], 40)
    assert len(found.text) <= 40 and marked(found) == ["a" * 36]


def test_combining_sequences_stay_whole() -> None:
    text = "流" + "e\u0301" * 100
    assert not any(snippet(text, [(0, 1)], limit).text.removesuffix(ELLIPSIS).endswith("e") for limit in range(16, 40))


parts = [
    "流调",
    "溯源",
    "，",
    "。",
    "！",
    "《",
    "》",
    "“",
    "”",
    "（",
    "）",
    "covid",
    " ",
    "\n",
    "\t",
    "e\u0301",
    "😀",
    "其他内容与此无关",
    "……",
    "；",
]
texts = st.lists(st.sampled_from(parts), max_size=60).map("".join)


@given(texts, st.integers(1, 60), st.sampled_from(["流调", "溯源 流调", '"源，流"', "cov*", "没有", '"他"', '"》流"']))
@settings(max_examples=300)
def test_a_snippet_is_a_part_with_its_marks(text: str, limit: int, q: str) -> None:
    marks = find_marks(text, needles(parse(q)))
    found = snippet(text, marks, limit)
    assert len(found.text) <= max(limit, SHORTEST)
    body = found.text[
        len(ELLIPSIS) if found.cut_left else 0 : len(found.text) - (len(ELLIPSIS) if found.cut_right else 0)
    ]
    plain = text.replace("\n", " ").replace("\t", " ")
    assert not set("\n\t") & set(found.text)
    starts = [i for i in range(len(plain)) if plain.startswith(body, i)] if body else [0]
    assert starts
    assert bool(found.marks) == bool(marks)
    assert all(0 <= a < b <= len(found.text) for a, b in found.marks)
    offset = len(ELLIPSIS) if found.cut_left else 0
    assert any(
        all(
            any(a <= s + i - offset < b for a, b in marks) == any(x <= i < y for x, y in found.marks)
            for i in range(offset, offset + len(body))
        )
        for s in starts
    )
    if len(text) > max(limit, SHORTEST) and q != '"》流"':
        budget = max(limit, SHORTEST) - 2 * len(ELLIPSIS)
        assert any(
            not any(a < edge < b for a, b in bracket_pairs(text) if b - a <= budget for edge in (s, s + len(body)))
            and not any(a < s <= b - 1 < s + len(body) < b for a, b in bracket_pairs(text))
            for s in starts
        )


@pytest.mark.parametrize(
    "text", ["《“（" * 5000, "”》）" * 5000, "《" * 8000 + "”》" * 4000, "流" * 60_000, "a" * 60_000, "，" * 30_000]
)
def test_hostile_texts_are_read_in_one_pass(text: str) -> None:
    assert len(snippet(text, [(i, i + 1) for i in range(0, len(text), 3)]).text) <= 120
