"""The parts of a score, term by term: of the paragraph itself, of its title, and of what it stands in. They are counted in the texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from whoosh import query

from juanzong.index.text.analysis import Segmenter, bigrams_of, words_of
from juanzong.index.text.folding import fold_spaced
from juanzong.search.execution.nodes import Titled
from juanzong.search.execution.rescoring import ARTICLE_WEIGHT, LENT_WEIGHT, PREVIOUS_WEIGHT
from juanzong.search.execution.scoring import DELTA, K1, B


@dataclass(frozen=True)
class TermScore:
    """What one term adds: `weight` · `idf` · (δ + tf / (tf + norm)), norm = k1 · (1 − b + b · length / average). `field` is words or chars of the
    paragraph itself, or title, article or previous (the paragraph before): what it stands in, with the words and character pairs of these. What is
    lent, by a title to a paragraph that lacks the term, is `weight` · `idf`."""

    field: str
    term: str
    tf: int
    df: int
    idf: float
    length: int
    average: float
    norm: float
    weight: float
    contribution: float


class Frequencies(Protocol):
    """What scoring knows of the whole index."""

    @property
    def average(self) -> Mapping[str, float]:
        """Tokens of an average paragraph, by field."""

    @property
    def article_average(self) -> Mapping[str, float]:
        """Tokens of an average article, by field."""

    def frequency(self, field: str, term: str) -> int:
        """How many paragraphs have a term."""

    def idf(self, field: str, term: str) -> float:
        """What a term weighs for that."""


class Texts(Protocol):
    """A paragraph and what it stands in."""

    @property
    def text(self) -> str: ...

    @property
    def title_text(self) -> str | None: ...

    @property
    def is_title(self) -> bool: ...

    @property
    def article(self) -> Sequence[str]: ...

    @property
    def previous(self) -> str | None: ...


def term_scores(
    planned: query.Query, subject: Texts, segmenter: Segmenter, known: Frequencies, reranked: bool
) -> Iterator[TermScore]:
    """What each term of a planned query adds to the score of a paragraph; `reranked`: it is one of the best, whose articles count, too."""
    if not isinstance(planned, query.AndMaybe) or not isinstance(planned.b, Titled):
        return
    titled = planned.b

    def scores(texts: Sequence[str | None], averages: Mapping[str, float]) -> list[TermScore]:
        return list(_text_scores(titled.child, [text for text in texts if text], segmenter, known, averages))

    own, of_title = scores([subject.text], known.average), scores([subject.title_text], known.average)
    yield from _weighted(own, titled.own if subject.is_title else 1.0)
    yield from _weighted(of_title, titled.weight, "title")
    if reranked:
        yield from _weighted(scores(subject.article, known.article_average), ARTICLE_WEIGHT, "article")
        yield from _weighted(scores([subject.previous], known.average), PREVIOUS_WEIGHT, "previous")
        there = {(term.field, term.term) for term in own}
        for term in of_title:
            if (term.field, term.term) not in there:
                weight = LENT_WEIGHT * term.weight
                yield replace(term, field="lent", weight=weight, contribution=weight * term.idf)


def _weighted(terms: Sequence[TermScore], share: float, field: str = "") -> Iterator[TermScore]:
    for term in terms:
        yield replace(
            term, field=field or term.field, weight=share * term.weight, contribution=share * term.contribution
        )


def _text_scores(
    scored: query.Query, texts: Sequence[str], segmenter: Segmenter, known: Frequencies, averages: Mapping[str, float]
) -> Iterator[TermScore]:
    """What the words and character pairs of paragraphs score as one text."""
    spaced = [fold_spaced(text) for text in texts]
    tokens = {
        "words": [word for text in spaced for word in words_of(text, segmenter)],
        "chars": [pair for text in spaced for pair in bigrams_of(text.replace(" ", ""))],
    }
    counted = {field: Counter(found) for field, found in tokens.items()}
    for node in scored_terms(scored):
        if not (tf := counted[node.fieldname][node.text]):
            continue
        df, idf = known.frequency(node.fieldname, node.text), known.idf(node.fieldname, node.text)
        length, average = len(tokens[node.fieldname]), averages[node.fieldname]
        norm = K1 * (1 - B + B * length / average)
        yield TermScore(
            node.fieldname,
            node.text,
            tf,
            df,
            idf,
            length,
            average,
            norm,
            float(node.boost),
            node.boost * idf * (DELTA + tf / (tf + norm)),
        )


def scored_terms(node: query.Query) -> Iterator[query.Term]:
    """The terms that score, as `plan` makes them."""
    if isinstance(node, query.AndMaybe):
        yield from scored_terms(node.b)
    elif isinstance(node, Titled):
        yield from scored_terms(node.child)
    elif isinstance(node, query.Or):
        for child in node.subqueries:
            yield from scored_terms(child)
    elif isinstance(node, query.Term):
        yield node
