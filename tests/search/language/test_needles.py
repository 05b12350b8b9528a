from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from juanzong.index.text.folding import fold, fold_with_origins
from juanzong.search.language.needles import (
    Needle,
    continues_run,
    find_marks,
    folded,
    marks_in,
    marks_of,
    matches,
    merge,
    needle,
    needles,
)
from juanzong.search.language.parser import Exact, Prefix, Word, parse


def marked(text: str, q: str) -> list[str]:
    return [text[start:end] for start, end in find_marks(text, needles(parse(q)))]


@pytest.mark.parametrize(
    ("text", "q", "expected"),
    [
        ("现场流调工作", "流调", ["流调"]),
        ("現場流調工作", "流调", ["流調"]),
        ("流调、流 调", "流调", ["流调", "流 调"]),
        ("流调溯源", "流调 溯源", ["流调溯源"]),
        ("哈哈哈", '"哈哈"', ["哈哈哈"]),
        ("新增59例，累计1593例", "59", ["59"]),
        ("新增159例", "59例", []),
        ("新增159例", '"59例"', ["59例"]),
        ("7 59例", "59例", ["59例"]),
        ("7\u200b59例", "59例", []),
        ("第９号，第９９号", "第9号", ["第９号"]),
        ("COVID-19与covids", "covid", ["COVID"]),
        ("COVID-19与covids", "covid*", ["COVID", "covid"]),
        ("COVID-19与xcovids", "covid*", ["COVID"]),
        ("New York, newyorker", "newyork", ["New York"]),
        ("重5㎏整", '"kg"', ["㎏"]),
        ("重5㎏整", '"k"', ["㎏"]),
        ("重5㎏整", "g", []),
        ("cafe\u0301s, cafe\u0301 noir", "cafe", ["cafe\u0301"]),
        ("《流调》", "-流调", []),
        ("徐州流调", "title:流调 city:徐州", []),
        ("“手递手”闭环", '"手递手"', ["手递手"]),
        ("а流调", "", []),
    ],
)
def test_what_is_marked(text: str, q: str, expected: list[str]) -> None:
    assert marked(text, q) == expected


def test_needles_of_a_query() -> None:
    parsed = parse('title:公安 59例 "ab" cov* (流調 OR 溯源) -核酸 -(a OR b) city:徐州 date:2021 流调')
    assert needles(parsed) == (
        Needle("59例", True, False),
        Needle("ab"),
        Needle("cov", True, False),
        Needle("流调"),
        Needle("溯源"),
    )
    assert needles(parsed, title=True)[0] == Needle("公安")
    assert needle(Word("x")) == Needle("x", True, True)
    assert needle(Prefix("x")) == Needle("x", True, False)
    assert needle(Exact("\u200b")) == Needle("")


def test_letters_and_digits_make_runs() -> None:
    assert all(map(continues_run, "az09éñ"))
    assert not any(map(continues_run, "流。·-_ а"))


texts = st.text(st.sampled_from("流调流調ab1５ 　\u200b㎏é\u0301，㍿ﬁ\n·İß"), max_size=30)
sought = st.builds(
    Needle, st.text(st.sampled_from("流调ab15kgfi,株式会社"), min_size=1, max_size=3), st.booleans(), st.booleans()
)


def brute(text: str, n: Needle) -> list[tuple[int, int]]:
    """Every place where a needle stands, by the definition: each start of the folded text is tried."""
    folded, origins = fold_with_origins(text)

    def joined(at: int) -> bool:
        return (
            0 < at < len(folded)
            and continues_run(folded[at - 1])
            and continues_run(folded[at])
            and not any(c.isspace() for c in text[origins[at - 1] : origins[at]])
        )

    return [
        (int(origins[at]), int(origins[at + len(n.text) - 1]) + 1)
        for at in range(len(folded))
        if folded.startswith(n.text, at)
        and not (n.left_boundary and joined(at))
        and not (n.right_boundary and joined(at + len(n.text)))
    ]


@given(texts, st.lists(sought, max_size=4))
def test_marks_cover_exactly_the_occurrences(text: str, wanted: list[Needle]) -> None:
    marks = find_marks(text, wanted)
    assert all(0 <= start < end <= len(text) for start, end in marks)
    assert all(before[1] < after[0] for before, after in zip(marks, marks[1:], strict=False))
    places = [place for n in wanted for place in brute(text, n)]
    assert all(any(start <= a and b <= end for start, end in marks) for a, b in places)
    for start, end in marks:
        assert any(n.text in fold(text[start:end]) for n in wanted)
        inside = {i for a, b in places for i in range(a, b)}
        assert all(i in inside or text[i] == "\u0301" for i in range(start, end))


@given(texts, st.lists(sought, max_size=4))
def test_without_its_marks_a_text_is_the_original(text: str, wanted: list[Needle]) -> None:
    at, shown = 0, ""
    for start, end in find_marks(text, wanted):
        shown += text[at:start] + "<mark>" + text[start:end] + "</mark>"
        at = end
    assert (shown + text[at:]).replace("<mark>", "").replace("</mark>", "") == text


@given(texts, sought)
def test_matching_is_having_a_mark(text: str, n: Needle) -> None:
    assert matches(text, n) == bool(brute(text, n))


@given(st.text(st.sampled_from("流调溯源ab1"), min_size=1, max_size=12), st.data())
def test_a_quoted_part_is_marked(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert any(a <= start and end <= b for a, b in find_marks(text, needles(parse(f'"{text[start:end]}"'))))


def test_merging() -> None:
    assert merge([(4, 6), (0, 2), (2, 3), (5, 5), (8, 9)]) == [(0, 3), (4, 6), (8, 9)]


@given(
    st.lists(st.text(st.sampled_from("流调調59a１５ \n½㎏…\u0301\u200b×哈\x00A\ufdd0"), max_size=12), max_size=6),
    st.lists(
        st.builds(
            Needle,
            st.sampled_from(("流调", "调", "59", "5", "1", "x", "kg", "a", "哈哈", "", ".", "\ufdd0")),
            st.booleans(),
            st.booleans(),
        ),
        max_size=3,
    ),
)
@example(["流调", "流"], [Needle("调\ufdd0流"), Needle("\ufdd0")])
def test_several_texts_are_marked_as_each_alone(texts: list[str], sought: list[Needle]) -> None:
    assert marks_of(texts, sought) == [find_marks(text, sought) for text in texts]
    flat = folded(texts)
    assert [own.text for own in flat] == list(map(fold, texts))
    assert [marks_in(text, own, sought) for text, own in zip(texts, flat)] == marks_of(texts, sought)
