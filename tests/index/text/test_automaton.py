"""The automaton finds what a plain search finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.text.automaton import Automaton, Keyword

WORDS = ["徐州", "徐州市", "州", "铜山区", "市公安局", "公安", "a"]
AUTOMATON = Automaton((word, Keyword(len(word), word)) for word in WORDS)


def plainly(text: str) -> list[tuple[int, str]]:
    return sorted((at + len(word) - 1, word) for word in WORDS for at in range(len(text)) if text.startswith(word, at))


@given(st.text(alphabet="徐州市公安局铜山区a𠮷的\ud83d。\u5f90\u905f"))
def test_every_occurrence_is_found_at_its_place(text: str) -> None:
    assert sorted((end, word) for end, (_, word, _) in AUTOMATON.find(text)) == plainly(text)


@given(st.lists(st.text(alphabet="徐州市公安局铜山区的😀"), max_size=5))
def test_several_texts_in_one_run(texts: list[str]) -> None:
    assert AUTOMATON.each(texts) == [AUTOMATON.find(text) for text in texts]


def test_shorter_words_inside_longer_ones_come_first() -> None:
    assert [word for _, (_, word, _) in AUTOMATON.find("徐州市公安局")] == ["徐州", "州", "徐州市", "公安", "市公安局"]
