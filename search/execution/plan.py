"""A parsed query turned into a Whoosh query: which paragraphs match, and what they score.

The tree is `AndMaybe(Unscored(what must hold), what scores)`. What must hold is said in runs of characters, so that nothing that
stands in a paragraph is missed; what scores are jieba words and character pairs, weighted by the recipe of `stopwords.py`: words that
only ask weigh nothing, a pair that touches one of them half.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from whoosh import query as whoosh

from juanzong.index.text.analysis import HAN_RUN, RUN, Segmenter, bigrams_of
from juanzong.index.text.folding import fold_spaced
from juanzong.search.execution.nodes import DateQuery, FacetQuery, Sequence, Titled, TitleQuery, Unscored
from juanzong.search.language import parser as query
from juanzong.search.language.needles import Needle, needle
from juanzong.search.stopwords import WEIGHTLESS

LATIN_WEIGHT = 2.0
HALF = 0.5
# of the score of an article's title in that of its paragraphs
TITLE_WEIGHT = 0.15
EQUIVALENT_WEIGHT = 0.5


@dataclass(frozen=True)
class Plan:
    """A query ready to run: the Whoosh query, what to mark, the words that were sought, and the tree that all of this comes from."""

    query: whoosh.Query
    required: whoosh.Query
    needles: tuple[Needle, ...]
    terms: tuple[str, ...]
    root: query.Node


def plan(parsed: query.ParsedQuery, segmenter: Segmenter, any_word: bool) -> Plan:
    """Plans a query. With `any_word` one word of the unquoted units is enough, and units are cut into words first."""
    root = parsed.root
    if any_word:
        root = _any_word(root, segmenter)
    units = list(query.leaves(root))
    needles = tuple(dict.fromkeys([found for leaf, of_title in units if not of_title and (found := needle(leaf)).text]))
    required = condition(root)
    scoring = list(_scoring(parsed, segmenter))
    tree: whoosh.Query = Unscored(required)
    if scoring:
        terms_of_query = whoosh.Or(scoring) if len(scoring) > 1 else scoring[0]
        tree = whoosh.AndMaybe(tree, Titled(terms_of_query, TITLE_WEIGHT))
    terms = tuple(dict.fromkeys([leaf.text for leaf, _ in units if not isinstance(leaf, query.Equivalent)]))
    return Plan(tree, required, needles, terms, root)


def condition(node: query.Node) -> whoosh.Query:
    """What must hold of a paragraph for a part of a query."""
    if isinstance(node, (query.Word, query.Exact, query.Prefix)):
        found = needle(node)
        return Sequence(found) if found.text else whoosh.NullQuery
    if isinstance(node, query.And):
        parts = [condition(child) for child in node.children]
        return whoosh.And(parts) if len(parts) > 1 else parts[0]
    if isinstance(node, query.Or):
        parts = [condition(child) for child in node.children]
        return whoosh.Or(parts) if len(parts) > 1 else parts[0]
    if isinstance(node, query.Not):
        return whoosh.Not(condition(node.child))
    if isinstance(node, query.Field):
        if isinstance(node.child, query.Dates):
            return DateQuery(node.child.first, node.child.last)
        if node.name == "title":
            return TitleQuery(needle(node.child))
        return FacetQuery(node.name, node.accepts, empty=isinstance(node.child, query.Exact) and not node.child.text)
    return whoosh.NullQuery if isinstance(node, query.Empty) else whoosh.Every()


def _any_word(root: query.Node, segmenter: Segmenter) -> query.Node:
    """The query in which any one of its unquoted words is enough; quoted strings count as a word, filters and exclusions stay."""
    children = root.children if isinstance(root, query.And) else (root,)
    words: list[query.Node] = []
    others: list[query.Node] = []
    for child in children:
        if isinstance(child, (query.Word, query.Exact, query.Prefix, query.Or)):
            words.extend(_pieces(child, segmenter))
        elif not isinstance(child, query.Everything):
            others.append(child)
    if words:
        others.insert(0, query.Or(tuple(dict.fromkeys(words))) if len(words) > 1 else words[0])
    elif all(isinstance(child, query.Not) for child in others):
        others.insert(0, query.Everything())
    return query.And(tuple(others)) if len(others) > 1 else others[0]


def _pieces(node: query.Node, segmenter: Segmenter) -> Iterator[query.Node]:
    if isinstance(node, query.Or):
        for child in node.children:
            yield from _pieces(child, segmenter)
    elif isinstance(node, query.Word) and not isinstance(node, query.Equivalent):
        words = [word for _, _, words in _runs(node.text, segmenter) for word in words]
        telling = [word for word in words if word not in WEIGHTLESS] or words
        yield from (query.Word(word) for word in telling) if telling else (node,)
    else:
        yield node


def _runs(text: str, segmenter: Segmenter) -> list[tuple[str, bool, list[str]]]:
    """The runs of a text, each with whether it is Han, and its words."""
    return [(run, True, segmenter.cut(run)) if HAN_RUN.match(run) else (run, False, [run]) for run in RUN.findall(fold_spaced(text))]


def _scoring(parsed: query.ParsedQuery, segmenter: Segmenter) -> Iterator[whoosh.Query]:
    """The terms that score, with their weights: how often the query has them × what they tell."""
    own: tuple[dict[str, float], dict[str, float]] = ({}, {})
    others: tuple[dict[str, float], dict[str, float]] = ({}, {})
    cut = [(leaf, _runs(leaf.text, segmenter)) for leaf, _ in query.leaves(parsed.root)]
    telling = any(word not in WEIGHTLESS for _, runs in cut for _, _, words_of_run in runs for word in words_of_run)
    for leaf, runs in cut:
        words, pairs = others if isinstance(leaf, query.Equivalent) else own
        for run, han, words_of_run in runs:
            if not han:
                words[run] = words.get(run, 0) + LATIN_WEIGHT
                continue
            dull: list[bool] = []
            for word in words_of_run:
                weightless = telling and word in WEIGHTLESS
                dull += [weightless] * len(word)
                if not weightless:
                    words[word] = words.get(word, 0) + 1
            for pair, first, second in zip(bigrams_of(run), dull, dull[1:]):
                weight = 1 - HALF * (first + second)
                if weight:
                    pairs[pair] = pairs.get(pair, 0) + weight
    for field, terms, equivalents in zip(("words", "chars"), own, others):
        yield from (whoosh.Term(field, term, boost=weight) for term, weight in terms.items())
        yield from (whoosh.Term(field, term, boost=weight * EQUIVALENT_WEIGHT) for term, weight in equivalents.items() if term not in terms)
