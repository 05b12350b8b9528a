"""Documents as rows: tokens that say the same as the postings of a segment."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.cluster.rows import document_row, edges, indexed, key_of, pairs_of, paragraph_rows, tokens
from juanzong.index.cluster.tallies import ArchiveCounts, tally_of
from juanzong.index.store.vocabulary import PairVocabulary
from juanzong.index.text.analysis import LATIN_RUN, SENTINEL, bigrams_of
from juanzong.index.text.folding import fold, fold_spaced
from tests.samples import make_document, make_segments, segmenter, temporary_segments

texts = st.lists(
    st.sampled_from(
        ("流调", "GPS", " ", "15 Pro", "7x24小时", "×", "。", "é", "㎡", "２０２２年", "\u200b", "衛健委", "a")
    ),
    max_size=12,
).map("".join)


def test_edges_are_where_runs_of_letters_and_digits_begin_and_end() -> None:
    assert edges(fold_spaced("GPS 15 Pro")) == "b . e b e b . e"
    assert edges(fold_spaced("新增5例，a")) == ". . be . . be"
    assert edges("流调") == ""


@given(texts)
def test_every_folded_character_has_at_most_its_own_edge(text: str) -> None:
    spaced = fold_spaced(text)
    marks = edges(spaced).split()
    begins = {run.start() - spaced.count(" ", 0, run.start()) for run in LATIN_RUN.finditer(spaced)}
    ends = {run.end() - 1 - spaced.count(" ", 0, run.end()) for run in LATIN_RUN.finditer(spaced)}
    assert {place for place, mark in enumerate(marks) if "b" in mark} == begins
    assert {place for place, mark in enumerate(marks) if "e" in mark} == ends
    assert len(marks) <= len(fold(text))


@given(st.lists(texts.filter(fold), min_size=1, max_size=4))
def test_rows_have_the_lengths_pairs_and_values_of_the_segment(of_paragraphs: list[str]) -> None:
    document = make_document(
        "a", of_paragraphs, city="广州市", agencies=["广州市公安局"], source="人民日报", date="2021-11-05"
    )
    with temporary_segments([[document]]) as (segment,):
        rows = [indexed(row, segmenter()) for row in paragraph_rows(document)]
        assert [row["words_length"] for row in rows] == segment.fields["words"].lengths.tolist()
        assert [row["chars_length"] for row in rows] == segment.fields["chars"].lengths.tolist()
        assert [row["text"] for row in rows] == [segment.text(number) for number in range(segment.paragraphs)]
        assert [row["first_day"] for row in rows] == segment.column("first_day").tolist()
        assert all(
            (row["city"], row["agency"], row["source"]) == (["广州市"], ["广州市公安局"], "人民日报") for row in rows
        )
        vocabulary = segment.fields["chars"].vocabulary
        assert isinstance(vocabulary, PairVocabulary)
        assert np.array_equal(tally_of(rows).pairs, vocabulary.packed())


def test_pairs_of_a_text_are_those_that_are_searched() -> None:
    folded = tokens("流调流调", segmenter())[1]
    assert len(pairs_of([folded + SENTINEL])) == len(set(bigrams_of(folded))) == 3


def test_titles_go_with_every_paragraph_of_their_article() -> None:
    document = make_document("a", ["流调报告", "正文"], kinds=["heading"])
    rows = [indexed(row, segmenter()) for row in paragraph_rows(document)]
    assert [(row["is_title"], row["title_text"], row["title_words"]) for row in rows] == [
        (True, "流调报告", "流调 报告"),
        (False, "流调报告", "流调 报告"),
    ]
    record = document_row(document, rows)
    assert (record["articles"], record["paragraphs"], record["dated"], record["placed"], record["day"]) == (
        1,
        2,
        False,
        False,
        0,
    )


def test_what_cannot_be_encoded_is_indexed_all_the_same() -> None:
    document = make_document("a", ["流调\ud800"], source="报\udc00")
    [row] = paragraph_rows(document)
    assert (row["text"], row["source"]) == ("流调\ufffd", "报\ufffd")
    assert len(key_of("\ud800" * 1000)) == 32


def test_tallies_add_up_and_can_be_taken_away() -> None:
    first, second = (
        tally_of(
            [
                indexed(row, segmenter())
                for row in paragraph_rows(make_document(name, ["流调报告", "核酸检测 流调"], kinds=["heading"]))
            ]
        )
        for name in "ab"
    )
    whole = ArchiveCounts()
    whole.add(first)
    whole.add(second)
    assert (whole.words["流调"], whole.titles["流调报告"]) == (4, 2)
    again = ArchiveCounts.decode(whole.encode())
    assert (again.words, again.titles, again.pairs.tolist()) == (whole.words, whole.titles, whole.pairs.tolist())
    again.subtract(second)
    assert {word: count for word, count in again.words.items() if count} == {
        word: count for word, count in first.words.items() if count
    }


__all__ = ["make_segments"]
