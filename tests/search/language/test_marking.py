from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from juanzong.index.text.folding import fold
from juanzong.search.language.marking import marked
from juanzong.search.language.needles import Needle, find_marks

sought = st.builds(
    Needle,
    st.sampled_from(("流调", "调", "59", "5", "1", "x", "kg", "a", "哈哈", "", ".", "\ufdd0")),
    st.booleans(),
    st.booleans(),
)


@given(
    st.lists(st.text(st.sampled_from("流调調59a１５ \n½㎏…\u0301\u200b×哈\x00A\ufdd0"), max_size=12), max_size=6),
    st.lists(sought, max_size=3),
)
@example(["流调", "流"], [Needle("调\ufdd0流"), Needle("\ufdd0")])
def test_marks_of_many_texts_are_those_of_each(texts: list[str], needles: list[Needle]) -> None:
    found = marked(texts, needles)
    expected = [
        (number, start, end, len(fold(text[:start])), len(fold(text[:end])))
        for number, text in enumerate(texts)
        for start, end in find_marks(text, needles)
    ]
    assert list(zip(*(getattr(found, name).tolist() for name in ("text", "start", "end", "first", "last")))) == expected
    for after in (False, True):
        beside = ["".join(map(chr, row)).rstrip("\0") for row in found.beside(after, 3).tolist()]
        assert beside == [
            fold(texts[number])[last:][:3] if after else fold(texts[number])[:first][::-1][:3]
            for number, _, _, first, last in expected
        ]
