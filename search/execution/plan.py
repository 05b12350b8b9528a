"""A parsed query turned into a Whoosh query: which paragraphs match, and what they score.

The tree is `AndMaybe(Unscored(what must hold), what scores)`. What must hold is said in runs of characters, so that nothing that
stands in a paragraph is missed; what scores are jieba words and character pairs: words that only ask weigh nothing, the thing they ask for
half, a pair the mean of what its characters weigh.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whoosh import query as whoosh

from juanzong.index.text.analysis import HAN_RUN, RUN, Segmenter, bigrams_of
from juanzong.index.text.folding import fold_spaced
from juanzong.search.execution.nodes import (
    AddedQuery,
    DateQuery,
    FacetQuery,
    FirstQuery,
    MentionedQuery,
    RunQuery,
    Titled,
    TitleQuery,
    Unscored,
)
from juanzong.search.language import tree
from juanzong.search.language.needles import Needle, needle
from juanzong.search.language.parser import ParsedQuery
from juanzong.search.language.questions import question_words

LATIN_WEIGHT = 2.0
# of the thing that a question asks for (which *dynasty*, what *policy*): what answers gives its name, not its kind
SOUGHT_WEIGHT = 0.5
# of the score of an article's title in that of its paragraphs
TITLE_WEIGHT = 0.5
# of the score of a paragraph that is the title of its article: beside the body it would win by its shortness alone
TITLE_OWN = 0.3
EQUIVALENT_WEIGHT = 0.5


# what the fields that take days ask of a paragraph
_DAYS = {"date": DateQuery, "mentioned": MentionedQuery, "added": AddedQuery}


@dataclass(frozen=True)
class Plan:
    """A query ready to run: the Whoosh query, what to mark, the words that were sought, and the tree that all of this comes from.
    `in_context`: the best are ranked again by what they stand in."""

    query: whoosh.Query
    required: whoosh.Query
    needles: tuple[Needle, ...]
    terms: tuple[str, ...]
    root: tree.Node
    in_context: bool


def plan(parsed: ParsedQuery, segmenter: Segmenter, any_word: bool) -> Plan:
    """Plans a query. With `any_word` one word of the unquoted units is enough, and units are cut into words first."""
    root = parsed.root
    if any_word:
        root = _any_word(root, segmenter)
    units = list(tree.leaves(root))
    needles = tuple(dict.fromkeys([found for leaf, of_title in units if not of_title and (found := needle(leaf)).text]))
    required = condition(root)
    scoring = list(_scoring(parsed, segmenter))
    # who quotes seeks the words themselves, and who asks for titles seeks titles: then a paragraph is judged by itself
    quoted = all(isinstance(leaf, tree.Exact) for leaf, _ in tree.leaves(parsed.root))
    of_titles = any(of_title for _, of_title in units)
    executed: whoosh.Query = Unscored(required)
    if scoring:
        terms_of_query = whoosh.Or(scoring) if len(scoring) > 1 else scoring[0]
        executed = whoosh.AndMaybe(
            executed, Titled(terms_of_query, TITLE_WEIGHT, 1.0 if quoted or of_titles else TITLE_OWN)
        )
    terms = tuple(
        dict.fromkeys([leaf.text for leaf, _ in units if not isinstance(leaf, (tree.Equivalent, tree.Similar))])
    )
    return Plan(executed, required, needles, terms, root, bool(scoring) and not quoted)


def condition(node: tree.Node) -> whoosh.Query:
    """What must hold of a paragraph for a part of a query."""
    if isinstance(node, (tree.Word, tree.Exact, tree.Prefix)):
        found = needle(node)
        return RunQuery(found) if found.text else whoosh.NullQuery
    if isinstance(node, tree.And):
        parts = [condition(child) for child in node.children]
        return whoosh.And(parts) if len(parts) > 1 else parts[0]
    if isinstance(node, tree.Or):
        parts = [condition(child) for child in node.children]
        return whoosh.Or(parts) if len(parts) > 1 else parts[0]
    if isinstance(node, tree.Not):
        return whoosh.Not(condition(node.child))
    if isinstance(node, tree.Field):
        if isinstance(node.child, tree.Dates):
            return _DAYS[node.name](node.child.first, node.child.last)
        if isinstance(node.child, tree.Flag):
            return FirstQuery(node.child.holds)
        if node.name == "title":
            return TitleQuery(needle(node.child))
        return FacetQuery(node.name, node.accepts, empty=isinstance(node.child, tree.Exact) and not node.child.text)
    return whoosh.NullQuery if isinstance(node, tree.Empty) else whoosh.Every()


def _any_word(root: tree.Node, segmenter: Segmenter) -> tree.Node:
    """The query in which any one of its unquoted words is enough; quoted strings count as a word, filters and exclusions stay."""
    children = root.children if isinstance(root, tree.And) else (root,)
    words: list[tree.Node] = []
    others: list[tree.Node] = []
    for child in children:
        if isinstance(child, (tree.Word, tree.Exact, tree.Prefix, tree.Or)):
            words.extend(_pieces(child, segmenter))
        elif not isinstance(child, tree.Everything):
            others.append(child)
    if words:
        others.insert(0, tree.Or(tuple(dict.fromkeys(words))) if len(words) > 1 else words[0])
    elif all(isinstance(child, tree.Not) for child in others):
        others.insert(0, tree.Everything())
    return tree.And(tuple(others)) if len(others) > 1 else others[0]


def _pieces(node: tree.Node, segmenter: Segmenter) -> Iterator[tree.Node]:
    if isinstance(node, tree.Or):
        for child in node.children:
            yield from _pieces(child, segmenter)
    elif isinstance(node, tree.Word) and not isinstance(node, tree.Equivalent):
        words = [word for _, _, words in _runs(node.text, segmenter) for word in words]
        telling = [word for word in words if word not in question_words().weightless] or words
        yield from (tree.Word(word) for word in telling) if telling else (node,)
    else:
        yield node


def _runs(text: str, segmenter: Segmenter) -> list[tuple[str, bool, list[str]]]:
    """The runs of a text, each with whether it is Han, and its words."""
    return [
        (run, True, segmenter.cut(run)) if HAN_RUN.match(run) else (run, False, [run])
        for run in RUN.findall(fold_spaced(text))
    ]


def _scoring(parsed: ParsedQuery, segmenter: Segmenter) -> Iterator[whoosh.Query]:
    """The terms that score, with their weights: how often the query has them × what they tell."""
    own: tuple[dict[str, float], dict[str, float]] = ({}, {})
    others: tuple[dict[str, float], dict[str, float]] = ({}, {})
    # what only looks alike is found, but says nothing about what was meant
    cut = [
        (leaf, _runs(leaf.text, segmenter))
        for leaf, _ in tree.leaves(parsed.root)
        if not isinstance(leaf, tree.Similar)
    ]
    weightless = question_words().weightless
    telling = any(word not in weightless for _, runs in cut for _, _, words_of_run in runs for word in words_of_run)
    for leaf, runs in cut:
        words, pairs = others if isinstance(leaf, tree.Equivalent) else own
        for run, han, words_of_run in runs:
            if not han:
                words[run] = words.get(run, 0) + LATIN_WEIGHT
                continue
            of_characters: list[float] = []
            for word, weight in zip(words_of_run, _weights(words_of_run, telling)):
                of_characters += [weight] * len(word)
                if weight:
                    words[word] = words.get(word, 0) + weight
            for pair, first, second in zip(bigrams_of(run), of_characters, of_characters[1:]):
                if first or second:
                    pairs[pair] = pairs.get(pair, 0) + (first + second) / 2
    for field, terms, equivalents in zip(("words", "chars"), own, others):
        yield from (whoosh.Term(field, term, boost=weight) for term, weight in terms.items())
        yield from (
            whoosh.Term(field, term, boost=weight * EQUIVALENT_WEIGHT)
            for term, weight in equivalents.items()
            if term not in terms
        )


def _weights(words: Sequence[str], telling: bool) -> Iterator[float]:
    """What each word of a run weighs. Where none is `telling`, each of them counts."""
    known, asked = question_words(), False
    for word in words:
        weight = 0.0 if telling and word in known.weightless else SOUGHT_WEIGHT if asked else 1.0
        # what is counted or asked for may have a measure word before it
        asked = telling and (word in known.asking or (asked and word in known.measure))
        yield weight
