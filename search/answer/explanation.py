"""Why a paragraph is found or not: what the query asks of it, where that stands, which filter keeps it out, and the parts of its score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from juanzong.index.periods import days_of
from juanzong.index.text.analysis import HAN_RUN, RUN, Segmenter
from juanzong.index.text.folding import fold, fold_spaced, fold_with_origins
from juanzong.search.answer.result import QueryReading, filters_of
from juanzong.search.answer.subject import Subject
from juanzong.search.answer.term_scores import Frequencies, TermScore, term_scores
from juanzong.search.execution.plan import Plan
from juanzong.search.execution.rescoring import ARTICLE_WEIGHT, DEPTH, LENT_WEIGHT, PREVIOUS_WEIGHT
from juanzong.search.language import tree
from juanzong.search.language.needles import find_marks, matches, needle
from juanzong.search.language.parser import ParsedQuery
from juanzong.search.request import FACET_FIELDS, SearchRequest

LONGEST_PART = 60
MAX_PLACES = 20


@dataclass(frozen=True)
class Occurrence:
    """A range of the paragraph in code points, and the words of the index that lie there, whole ones also at its ends."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class QueryUnit:
    """One thing that a part of the query looks for. `kind` is word, exact, prefix, equivalent, similar, title, city, agency, source or date.

    Where it does not stand, `reason` is inside_word (its letters or digits go on there) or absent, and `part` is the longest piece of it
    that does stand; `places` tell where that is. At most MAX_PLACES are given.
    """

    text: str
    kind: str
    stands: bool
    places: tuple[Occurrence, ...] = ()
    reason: str = ""
    part: str = ""


@dataclass(frozen=True)
class QueryPart:
    """A part of the query as it was run. `role` is all (it must hold), any (one of its units must), or not (it must not hold);
    `met` says whether the paragraph does as it asks."""

    text: str
    role: str
    met: bool
    units: tuple[QueryUnit, ...]


@dataclass(frozen=True)
class FilterCheck:
    """A filter beside the query: city, agency, source, date or boilerplate. "" among the wanted is the bucket without a value."""

    name: str
    wanted: tuple[str, ...]
    has: tuple[str, ...]
    passes: bool


@dataclass(frozen=True)
class SecondStage:
    """How the best of all are ranked again: so many of them, by so much of what the query scores in their articles and in the paragraphs before
    them, and by so much of the idf of a term that only the title has. `reranked`: the paragraph is one of them."""

    reranked: bool
    depth: int = DEPTH
    article_weight: float = ARTICLE_WEIGHT
    previous_weight: float = PREVIOUS_WEIGHT
    lent_weight: float = LENT_WEIGHT


@dataclass(frozen=True)
class Explanation:
    """The whole answer. `matches`: the paragraph meets the query; `found`: it passes the filters, too. `score` is the engine's own, None
    where the paragraph does not match; the contributions of `terms` are its parts, the greatest first. `words` is the whole paragraph cut."""

    id: str
    doc: str
    title: str | None
    kind: str
    text: str
    query: QueryReading
    matches: bool
    found: bool
    parts: tuple[QueryPart, ...]
    filters: tuple[FilterCheck, ...]
    score: float | None
    second_stage: SecondStage
    terms: tuple[TermScore, ...]
    words: tuple[str, ...]

    def marks(self) -> list[tuple[int, int]]:
        """Where what the query asks for stands in the paragraph."""
        return [
            (place.start, place.end)
            for part in self.parts
            if part.role != "not"
            for unit in part.units
            if unit.stands
            for place in unit.places
        ]

    def to_dict(self) -> dict[str, Any]:
        named = {name: getattr(self, name) for name in ("id", "doc", "title", "kind", "text")}
        return {
            "ok": True,
            **named,
            "query": self.query.to_dict(),
            "matches": self.matches,
            "found": self.found,
            "parts": [asdict(part) for part in self.parts],
            "filters": [asdict(check) for check in self.filters],
            "score": self.score,
            "second_stage": asdict(self.second_stage),
            "terms": [asdict(term) for term in self.terms],
            "words": list(self.words),
        }


def explain(
    subject: Subject,
    request: SearchRequest,
    parsed: ParsedQuery,
    planned: Plan,
    relaxed: bool,
    score: float | None,
    segmenter: Segmenter,
    known: Frequencies,
    reranked: bool = False,
) -> Explanation:
    """Explains one paragraph. `parsed`, `planned` and `relaxed` are how the engine read the query, `score` what it scores, filters aside; None
    where it does not match. `reranked`: it is one of the best, and `score` takes in its article and the paragraph before."""
    words = _Words(subject.text, segmenter)
    root = planned.root
    parts = tuple(_part(child, subject, words) for child in (root.children if isinstance(root, tree.And) else (root,)))
    filters = tuple(_filters(subject, request))
    terms = (
        sorted(
            term_scores(planned.query, subject, segmenter, known, reranked),
            key=lambda term: (-term.contribution, term.field, term.term),
        )
        if score is not None
        else ()
    )
    reading = QueryReading(
        request.q, request.mode, relaxed, planned.terms, filters_of(request), parsed.reading, parsed.notes
    )
    return Explanation(
        subject.id,
        subject.doc,
        subject.title,
        subject.kind,
        subject.text,
        reading,
        score is not None,
        score is not None and all(check.passes for check in filters),
        parts,
        filters,
        score,
        SecondStage(reranked),
        tuple(terms),
        tuple(words.words),
    )


# --- what the query asks ---


class _Words:
    """The words of a paragraph as the index has them, each with its range in the folded text."""

    def __init__(self, text: str, segmenter: Segmenter) -> None:
        self.text = text
        self.folded, self.origins = fold_with_origins(text)
        self.words: list[str] = []
        self._spans: list[tuple[int, int]] = []
        spaced = fold_spaced(text)
        at = spaces = 0
        for run in RUN.finditer(spaced):
            spaces += spaced.count(" ", at, run.start())
            at, begin = run.start(), run.start() - spaces
            for word in segmenter.cut(run.group()) if HAN_RUN.match(run.group()) else [run.group()]:
                self.words.append(word)
                self._spans.append((begin, begin + len(word)))
                begin += len(word)

    def place(self, start: int, end: int) -> Occurrence:
        """A range of the original with the words that it touches."""
        first, last = np.searchsorted(self.origins, (start, end)).tolist()
        return Occurrence(
            start,
            end,
            tuple(word for word, (begin, stop) in zip(self.words, self._spans) if begin < last and stop > first),
        )

    def places(self, folded: str) -> tuple[Occurrence, ...]:
        """Where a folded text stands, wherever its letters end."""
        return tuple(
            self.place(start, end) for start, end in find_marks(self.text, [needle(tree.Exact(folded))])[:MAX_PLACES]
        )


def _part(node: tree.Node, subject: Subject, words: _Words) -> QueryPart:
    role = "not" if isinstance(node, tree.Not) else "any" if isinstance(node, tree.Or) else "all"
    return QueryPart(tree.written(node), role, _holds(node, subject), tuple(_units(node, subject, words)))


def _holds(node: tree.Node, subject: Subject) -> bool:
    if isinstance(node, tree.And):
        return all(_holds(child, subject) for child in node.children)
    if isinstance(node, tree.Or):
        return any(_holds(child, subject) for child in node.children)
    if isinstance(node, tree.Not):
        return not _holds(node.child, subject)
    if isinstance(node, (tree.Everything, tree.Empty)):
        return isinstance(node, tree.Everything)
    if not isinstance(node, tree.Field):
        return matches(subject.text, needle(node))
    if isinstance(node.child, tree.Dates):
        first, last = node.child.first, node.child.last
        if node.name != "date":
            named = subject.mentioned if node.name == "mentioned" else [subject.added or ""]
            return any(_within(days_of(day)[0], first, last) for day in named)
        return (
            subject.first_day > 0
            and (last is None or subject.first_day <= last)
            and (first is None or subject.last_day >= first)
        )
    if isinstance(node.child, tree.Flag):
        return subject.repeats != node.child.holds
    if node.name == "title":
        return bool(subject.title and matches(subject.title, needle(node.child)))
    values = subject.values.get(node.name, ())
    return any(map(node.accepts, values)) if values else isinstance(node.child, tree.Exact) and not node.child.text


def _units(node: tree.Node, subject: Subject, words: _Words) -> Iterator[QueryUnit]:
    if isinstance(node, (tree.And, tree.Or)):
        for child in node.children:
            yield from _units(child, subject, words)
    elif isinstance(node, tree.Not):
        yield from _units(node.child, subject, words)
    elif isinstance(node, tree.Field):
        yield QueryUnit(node.child.text, node.name, _holds(node, subject))
    elif isinstance(node, (tree.Word, tree.Exact, tree.Prefix)):
        unit = _unit(node, words)
        # there may be a hundred forms, of which only those say something that stand there
        if unit.stands or not isinstance(node, tree.Similar):
            yield unit


def _unit(leaf: tree.Leaf, words: _Words) -> QueryUnit:
    kind = {
        tree.Word: "word",
        tree.Exact: "exact",
        tree.Prefix: "prefix",
        tree.Equivalent: "equivalent",
        tree.Similar: "similar",
    }[type(leaf)]
    if marks := find_marks(words.text, [needle(leaf)]):
        return QueryUnit(leaf.text, kind, True, tuple(words.place(start, end) for start, end in marks[:MAX_PLACES]))
    sought = fold(leaf.text)
    if sought and (inside := words.places(sought)):
        return QueryUnit(leaf.text, kind, False, inside, "inside_word", sought)
    part = _longest_part(sought[:LONGEST_PART], words.folded)
    return QueryUnit(leaf.text, kind, False, words.places(part) if part else (), "absent", part)


def _longest_part(sought: str, folded: str) -> str:
    """The longest piece that stands in a folded text, the first of several; "" where not even one character does."""
    for length in range(len(sought), 0, -1):
        for start in range(len(sought) - length + 1):
            if sought[start : start + length] in folded:
                return sought[start : start + length]
    return ""


# --- what the filters ask ---


def _within(day: int, first: int | None, last: int | None) -> bool:
    return day > 0 and (first is None or day >= first) and (last is None or day <= last)


def _filters(subject: Subject, request: SearchRequest) -> Iterator[FilterCheck]:
    for name in FACET_FIELDS:
        wanted, has = tuple(getattr(request, name)), tuple(subject.values.get(name, ()))
        if wanted:
            yield FilterCheck(name, wanted, has, bool(set(wanted) & set(has)) or ("" in wanted and not has))
    first, last = request.date_bounds()
    if (first, last) != (None, None):
        passes = (
            subject.first_day > 0
            and (last is None or subject.first_day <= last)
            and (first is None or subject.last_day >= first)
        )
        yield FilterCheck(
            "date", (request.date_from or "", request.date_to or ""), (subject.date,) if subject.date else (), passes
        )
    for name, named in (("mentioned", subject.mentioned), ("added", [subject.added] if subject.added else [])):
        first, last = request.span_bounds(name)
        if (first, last) != (None, None):
            passes = any(_within(days_of(day)[0], first, last) for day in named)
            yield FilterCheck(name, (getattr(request, name),), tuple(named), passes)
    if request.fresh:
        yield FilterCheck("fresh", ("1",), (subject.added,) if subject.added else (), subject.fresh)
    if request.first:
        yield FilterCheck("first", ("1",), ("repeat",) if subject.repeats else (), not subject.repeats)
    if subject.kind == "boilerplate":
        yield FilterCheck("boilerplate", ("1",) if request.boilerplate else (), ("boilerplate",), request.boilerplate)
