"""The tokens of an article that come from a cluster are those that its texts have."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.cluster.rows import article_rows, indexed, paragraph_rows
from juanzong.index.text.analysis import Segmenter, bigrams_of, words_of
from juanzong.index.text.folding import fold, fold_spaced
from juanzong.search.engines.opensearch.context import ArticleContext, frequencies, lengths
from tests.samples import make_document

SEGMENTER = Segmenter()
TEXTS = st.lists(st.text("流调专班班班哈哈aa1 1，。 Ｇ", min_size=1, max_size=30), min_size=1, max_size=4)


@settings(max_examples=60)
@given(TEXTS, st.booleans())
def test_terms_are_counted_as_they_stand(texts: list[str], titled: bool) -> None:
    document = make_document("文", texts, kinds=["heading"] if titled else [])
    rows = [indexed(row, SEGMENTER) for row in paragraph_rows(document)]
    [row] = article_rows(document, rows)
    article = ArticleContext(row["context"])
    words = [words_of(fold_spaced(text), SEGMENTER) for text in texts]
    pairs = [bigrams_of(fold(text)) for text in texts]
    whole = {"words": Counter(sum(words, [])), "chars": Counter(sum(pairs, []))}
    for field, tokens in (("words", words), ("chars", pairs)):
        own = [article.own(held["id"]) for held in rows]
        before = [article.before(held["id"]) for held in rows]
        counts = [Counter(line) for line in tokens]
        assert lengths([article.whole, *own, *before], field).tolist() == [
            whole[field].total(),
            *map(len, tokens),
            0,
            *map(len, tokens[:-1]),
        ]
        for term in whole[field]:
            expected = [count[term] for count in counts]
            assert frequencies([article.whole], field, term).tolist() == [sum(expected)]
            assert frequencies(own, field, term).tolist() == expected
            assert frequencies(before, field, term).tolist() == [0, *expected[:-1]]
    [title] = lengths([article.title], "words").tolist()
    assert title == next((len(words[place]) for place, held in enumerate(rows) if held["is_title"]), 0)
