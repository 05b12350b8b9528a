"""Whoosh as it comes reads our arrays: statistics, postings, positions, expansion, searching."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.matching import ReadTooFar
from whoosh.reading import TermNotFound

from juanzong.index.store.segment import Segment
from juanzong.index.store.whoosh_codec import reader
from juanzong.index.text.analysis import bigrams_of, words_of
from juanzong.index.text.folding import fold, fold_spaced
from tests.samples import in_groups, make_document, make_segments, make_snapshot, segmenter

TEXTS = ("流调溯源，流调报告", "广州 GPS 59", "溯源", "流调 gps gps")
PIECES = ("流调", "溯源", "广州", "59", "gps", "的", "。", " ", "９")
texts = st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), min_size=1, max_size=8)


@pytest.fixture
def opened(segment_of: Callable[..., Segment]) -> Segment:
    return segment_of(make_document("a", TEXTS[:2]), make_document("b", TEXTS[2:]))


def test_statistics_of_a_term(opened: Segment) -> None:
    own = reader([opened])
    info = own.term_info("words", "gps")
    assert (info.weight(), info.doc_frequency(), info.max_weight(), info.min_id(), info.max_id()) == (3.0, 2, 2.0, 1, 3)
    assert (info.min_length(), info.max_length()) == (3, 3)
    assert (own.doc_frequency("words", "流调"), own.frequency("words", "流调")) == (2, 3.0)
    assert (own.doc_frequency("words", "没有"), own.frequency("words", "没有")) == (0, 0)
    assert ("words", "溯源".encode()) in own
    assert ("words", "没有".encode()) not in own
    assert ("nofield", b"a") not in own


def test_postings_and_positions(opened: Segment) -> None:
    matcher = reader([opened]).postings("chars", "流调")
    assert (matcher.id(), matcher.weight(), matcher.value_as("positions")) == (0, 2.0, [0, 5])
    assert (matcher.value_as("frequency"), matcher.value_as("weight")) == (2, 2.0)
    assert [span.start for span in matcher.spans()] == [0, 5]
    assert matcher.next()
    assert (matcher.id(), matcher.value_as("positions")) == (3, [0])
    matcher.next()
    assert not matcher.is_active()
    for step in (matcher.id, matcher.next):
        with pytest.raises(ReadTooFar):
            step()
    with pytest.raises((TermNotFound, KeyError)):
        reader([opened]).postings("words", "没有")


def test_a_matcher_skips_copies_and_starts_again(opened: Segment) -> None:
    matcher = reader([opened]).postings("words", "流调")
    copy = matcher.copy()
    matcher.skip_to(2)
    assert (matcher.id(), copy.id()) == (3, 0)
    matcher.skip_to(1)
    assert matcher.id() == 3
    matcher.reset()
    assert list(matcher.all_ids()) == [0, 3]


def test_expansion_walks_the_vocabulary_in_order(opened: Segment) -> None:
    own = reader([opened])
    assert list(own.expand_prefix("words", "g")) == [b"gps"]
    assert [term.decode() for term in own.expand_prefix("chars", "流")] == ["流调"]
    assert list(own.expand_prefix("words", "没")) == []
    for field in ("words", "chars"):
        lexicon = list(own.lexicon(field))
        assert lexicon == sorted(lexicon)
        assert lexicon == list(own.expand_prefix(field, ""))
    assert {field for field, _ in own.all_terms()} == {"words", "chars"}


def test_a_cursor_leaps_through_the_vocabulary(opened: Segment) -> None:
    own = reader([opened])
    lexicon = [term.decode() for term in own.lexicon("words")]
    cursor = own.cursor("words")
    walked = [cursor.first()]
    while cursor.next() is not None:
        walked.append(cursor.text())
    assert walked == lexicon
    assert (cursor.is_valid(), cursor.next(), cursor.term_info()) == (False, None, None)
    assert (cursor.find("h"), cursor.find(b"gps"), cursor.term_info().doc_frequency()) == (
        lexicon[lexicon.index("gps") + 1],
        "gps",
        2,
    )
    assert set(own.terms_within("words", "gpx", 1)) == {"gps"}


def test_deleted_documents_are_left_out(segment_of: Callable[..., Segment]) -> None:
    own = reader([segment_of(make_document("a", TEXTS[:2]), make_document("b", TEXTS[2:]), deleted=("a",))])
    assert (own.doc_count(), own.doc_count_all(), own.has_deletions()) == (2, 4, True)
    assert [own.is_deleted(number) for number in range(4)] == [True, True, False, False]
    assert list(own.all_doc_ids()) == [2, 3]
    assert list(own.postings("words", "流调").all_ids()) == [3]


def test_stock_search_gives_the_executors_order_and_scores(segment_of: Callable[..., Segment], tmp_path: Path) -> None:
    segments = make_segments(tmp_path / "several", [[make_document("a", TEXTS[:2])], [make_document("b", TEXTS[2:])]])
    snapshot = make_snapshot(segments)
    tree = query.Or([query.Term("words", "流调"), query.Term("chars", "溯源", boost=0.5), query.Term("words", "gps")])
    with snapshot.searcher() as searcher:
        stock = [(hit.docnum, hit.score) for hit in searcher.search(tree, limit=None)]
    base, own = 0, []
    for segment, docs, scores in snapshot.run(tree, scored=True):
        assert scores is not None
        own += [(base + int(doc), float(score)) for doc, score in zip(docs, scores.of(docs), strict=True)]
        base += segment.paragraphs
    own.sort(key=lambda hit: -hit[1])
    assert [doc for doc, _ in stock] == [doc for doc, _ in own]
    assert [score for _, score in stock] == pytest.approx([score for _, score in own], rel=1e-4)


@given(texts, st.integers(1, 3))
@settings(max_examples=25)
def test_readers_equal_brute_force(made: list[str], groups: int) -> None:
    documents = [make_document(f"d{n}", [text]) for n, text in enumerate(made)]
    tokens = {
        "words": [words_of(fold_spaced(text), segmenter()) for text in made],
        "chars": [bigrams_of(fold(text)) for text in made],
    }
    with tempfile.TemporaryDirectory() as folder:
        own = reader(make_segments(Path(folder), in_groups(documents, groups)))
        assert own.doc_count_all() == len(made)
        for field, lists in tokens.items():
            counts = Counter(token for tokens_of_text in lists for token in tokens_of_text)
            assert [term.decode() for term in own.lexicon(field)] == sorted(counts)
            assert own.field_length(field) == sum(map(len, lists))
            assert [own.doc_field_length(number, field) for number in range(len(made))] == list(map(len, lists))
            for token, count in counts.items():
                holding = [number for number, own_tokens in enumerate(lists) if token in own_tokens]
                assert (own.doc_frequency(field, token), own.frequency(field, token)) == (len(holding), count)
                matcher = own.postings(field, token)
                found = []
                while matcher.is_active():
                    found.append((matcher.id(), matcher.weight()))
                    matcher.next()
                assert found == [(number, lists[number].count(token)) for number in holding]


def test_positions_of_both_fields_count_characters(opened: Segment) -> None:
    words, pairs = (reader([opened]).postings(field, term) for field, term in (("words", "报告"), ("chars", "报告")))
    assert words.value_as("positions") == pairs.value_as("positions") == [7]
    assert np.array(words.value_as("positions")).max() < len(fold(TEXTS[0]))
