"""Why a paragraph is found or not: what the query asks of it, where that stands, which filter keeps it out, and the parts of its score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from whoosh import query as whoosh

from juanzong.index.errors import NotFound
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import HAN_RUN, RUN, Segmenter
from juanzong.index.text.folding import fold, fold_spaced, fold_with_origins
from juanzong.index.vectors import Array
from juanzong.search.answer.hits import shown_date
from juanzong.search.answer.result import QueryReading, filters_of
from juanzong.search.execution.executor import Scores
from juanzong.search.execution.filters import Filters
from juanzong.search.execution.nodes import ParagraphsQuery, Titled
from juanzong.search.execution.plan import TITLE_WEIGHT, Plan, condition
from juanzong.search.execution.scoring import DELTA, K1, B
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language import tree
from juanzong.search.language.needles import find_marks, needle
from juanzong.search.language.parser import ParsedQuery
from juanzong.search.request import FACET_FIELDS, SearchRequest

LONGEST_PART = 60
MAX_PLACES = 20


@dataclass(frozen=True)
class Place:
    """A range of the paragraph in code points, and the words of the index that lie there, whole ones also at its ends."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """One thing that a part of the query looks for. `kind` is word, exact, prefix, equivalent, title, city, agency, source or date.

    Where it does not stand, `reason` is inside_word (its letters or digits go on there) or absent, and `part` is the longest piece of it
    that does stand; `places` tell where that is. At most MAX_PLACES are given.
    """

    text: str
    kind: str
    stands: bool
    places: tuple[Place, ...] = ()
    reason: str = ""
    part: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the query as it was run. `role` is all (it must hold), any (one of its units must), or not (it must not hold);
    `met` says whether the paragraph does as it asks."""

    text: str
    role: str
    met: bool
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class FilterCheck:
    """A filter beside the query: city, agency, source, date or boilerplate. "" among the wanted is the bucket without a value."""

    name: str
    wanted: tuple[str, ...]
    has: tuple[str, ...]
    passes: bool


@dataclass(frozen=True)
class TermScore:
    """What one term of one field adds: `weight` · `idf` · (δ + tf / (tf + norm)), norm = k1 · (1 − b + b · length / average)."""

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
    parts: tuple[Part, ...]
    filters: tuple[FilterCheck, ...]
    score: float | None
    terms: tuple[TermScore, ...]
    words: tuple[str, ...]

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
            "terms": [asdict(term) for term in self.terms],
            "words": list(self.words),
        }


def explain(
    snapshot: Snapshot,
    request: SearchRequest,
    paragraph_id: str,
    parsed: ParsedQuery,
    planned: Plan,
    relaxed: bool,
    matched: Iterable[tuple[Segment, Array, Scores | None]],
) -> Explanation:
    """Explains one paragraph. The last four are how the engine read the query, and what it matched before any filter, with scores.

    Raises NotFound where no live paragraph has this id."""
    place = snapshot.find_paragraph(paragraph_id)
    if place is None:
        raise NotFound(
            f"There is no paragraph {paragraph_id[:40]}. Take the id from a search: it has 16 hexadecimal digits."
        )
    segment, paragraph = place
    score = _score(segment, paragraph, matched)
    words = _Words(segment.text(paragraph), snapshot.segmenter)
    root = planned.root
    parts = tuple(
        _part(child, segment, paragraph, words) for child in (root.children if isinstance(root, tree.And) else (root,))
    )
    filters = tuple(_filters(segment, paragraph, request))
    terms = sorted(
        _terms(planned.query, segment, paragraph, snapshot),
        key=lambda term: (-term.contribution, term.field, term.term),
    )
    reading = QueryReading(
        request.q, request.mode, relaxed, planned.terms, filters_of(request), parsed.reading, parsed.notes
    )
    return Explanation(
        f"{int(segment.column('id')[paragraph]):016x}",
        segment.document(int(segment.column("document")[paragraph]))["id"],
        segment.article(int(segment.column("article")[paragraph]))["title"],
        segment.kind(paragraph),
        segment.text(paragraph),
        reading,
        score is not None,
        score is not None and all(check.passes for check in filters),
        parts,
        filters,
        score,
        tuple(terms) if score is not None else (),
        tuple(words.words),
    )


def _score(segment: Segment, paragraph: int, matched: Iterable[tuple[Segment, Array, Scores | None]]) -> float | None:
    for of, docs, scores in matched:
        if of is segment:
            where = int(np.searchsorted(docs, paragraph))
            if where < len(docs) and docs[where] == paragraph:
                return 0.0 if scores is None else float(scores.of(docs[where : where + 1])[0])
    return None


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

    def place(self, start: int, end: int) -> Place:
        """A range of the original with the words that it touches."""
        first, last = np.searchsorted(self.origins, (start, end)).tolist()
        return Place(
            start,
            end,
            tuple(word for word, (begin, stop) in zip(self.words, self._spans) if begin < last and stop > first),
        )

    def places(self, folded: str) -> tuple[Place, ...]:
        """Where a folded text stands, wherever its letters end."""
        return tuple(
            self.place(start, end) for start, end in find_marks(self.text, [needle(tree.Exact(folded))])[:MAX_PLACES]
        )


def _part(node: tree.Node, segment: Segment, paragraph: int, words: _Words) -> Part:
    role = "not" if isinstance(node, tree.Not) else "any" if isinstance(node, tree.Or) else "all"
    return Part(
        tree.written(node), role, _holds(node, segment, paragraph), tuple(_units(node, segment, paragraph, words))
    )


def _holds(node: tree.Node, segment: Segment, paragraph: int) -> bool:
    if isinstance(node, tree.And):
        return all(_holds(child, segment, paragraph) for child in node.children)
    if isinstance(node, tree.Or):
        return any(_holds(child, segment, paragraph) for child in node.children)
    if isinstance(node, tree.Not):
        return not _holds(node.child, segment, paragraph)
    if isinstance(node, (tree.Everything, tree.Empty)):
        return isinstance(node, tree.Everything)
    wanted = condition(node)
    return isinstance(wanted, ParagraphsQuery) and wanted.matches(segment, paragraph)


def _units(node: tree.Node, segment: Segment, paragraph: int, words: _Words) -> Iterator[Unit]:
    if isinstance(node, (tree.And, tree.Or)):
        for child in node.children:
            yield from _units(child, segment, paragraph, words)
    elif isinstance(node, tree.Not):
        yield from _units(node.child, segment, paragraph, words)
    elif isinstance(node, tree.Field):
        yield Unit(node.child.text, node.name, _holds(node, segment, paragraph))
    elif isinstance(node, (tree.Word, tree.Exact, tree.Prefix)):
        yield _unit(node, words)


def _unit(leaf: tree.Leaf, words: _Words) -> Unit:
    kind = {tree.Word: "word", tree.Exact: "exact", tree.Prefix: "prefix", tree.Equivalent: "equivalent"}[type(leaf)]
    if marks := find_marks(words.text, [needle(leaf)]):
        return Unit(leaf.text, kind, True, tuple(words.place(start, end) for start, end in marks[:MAX_PLACES]))
    sought = fold(leaf.text)
    if sought and (inside := words.places(sought)):
        return Unit(leaf.text, kind, False, inside, "inside_word", sought)
    part = _longest_part(sought[:LONGEST_PART], words.folded)
    return Unit(leaf.text, kind, False, words.places(part) if part else (), "absent", part)


def _longest_part(sought: str, folded: str) -> str:
    """The longest piece that stands in a folded text, the first of several; "" where not even one character does."""
    for length in range(len(sought), 0, -1):
        for start in range(len(sought) - length + 1):
            if sought[start : start + length] in folded:
                return sought[start : start + length]
    return ""


# --- what the filters ask ---


def _filters(segment: Segment, paragraph: int, request: SearchRequest) -> Iterator[FilterCheck]:
    masks = Filters(request, segment).masks(np.array([paragraph]))
    for name in FACET_FIELDS:
        if name in masks:
            wanted: Sequence[str] = getattr(request, name)
            yield FilterCheck(name, tuple(wanted), tuple(segment.facets[name].values(paragraph)), bool(masks[name][0]))
    if "date" in masks:
        date, _ = shown_date(segment.article(int(segment.column("article")[paragraph]))["published"])
        yield FilterCheck(
            "date", (request.date_from or "", request.date_to or ""), (date,) if date else (), bool(masks["date"][0])
        )
    if "mentioned" in masks:
        days = segment.mentioned(np.array([paragraph]), "date")[0]
        yield FilterCheck("mentioned", (request.mentioned,), tuple(days), bool(masks["mentioned"][0]))
    if segment.kind(paragraph) == "boilerplate":
        yield FilterCheck("boilerplate", ("1",) if request.boilerplate else (), ("boilerplate",), request.boilerplate)


# --- the score ---


def _terms(tree: whoosh.Query, segment: Segment, paragraph: int, snapshot: Snapshot) -> Iterator[TermScore]:
    yield from _text_terms(tree, segment, paragraph, snapshot)
    title = int(segment.title_of_article[segment.column("article")[paragraph]])
    for term in _text_terms(tree, segment, title, snapshot) if title >= 0 else ():
        yield replace(
            term, field="title", weight=TITLE_WEIGHT * term.weight, contribution=TITLE_WEIGHT * term.contribution
        )


def _text_terms(tree: whoosh.Query, segment: Segment, paragraph: int, snapshot: Snapshot) -> Iterator[TermScore]:
    """What the words and character pairs of one paragraph add."""
    for node in _scored(tree):
        postings = segment.fields[node.fieldname]
        number = postings.vocabulary.find(node.text.encode())
        if number < 0:
            continue
        docs = postings.docs(number)
        where = int(np.searchsorted(docs, paragraph))
        if where == len(docs) or docs[where] != paragraph:
            continue
        posting = np.array([postings.span(number)[0] + where])
        tf = 1 + int(postings.repeats_of(posting)[1].sum())
        df = sum(
            of.document_frequency(node.fieldname, own)
            for of in snapshot.segments
            if (own := of.fields[node.fieldname].vocabulary.find(node.text.encode())) >= 0
        )
        idf = snapshot.statistics.idf(node.fieldname, node.text.encode())
        length, average = int(postings.lengths[paragraph]), snapshot.statistics.average[node.fieldname]
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


def _scored(tree: whoosh.Query) -> Iterator[whoosh.Term]:
    """The terms that score, as `plan` makes them."""
    if isinstance(tree, whoosh.AndMaybe):
        yield from _scored(tree.b)
    elif isinstance(tree, Titled):
        yield from _scored(tree.child)
    elif isinstance(tree, whoosh.Or):
        for child in tree.subqueries:
            yield from _scored(child)
    elif isinstance(tree, whoosh.Term):
        yield tree
