"""From a request to its matches, before any filter: read, widened by synonyms, planned, run, and relaxed where nothing matches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import Segmenter
from juanzong.index.vectors import Array
from juanzong.search.execution.executor import Scores
from juanzong.search.execution.plan import Plan, plan
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language.lookalikes import forgiving
from juanzong.search.language.parser import Empty, ParsedQuery, literal, parse
from juanzong.search.language.synonyms import Synonyms
from juanzong.search.request import SearchRequest

Found = list[tuple[Segment, Array, Scores | None]]


@dataclass(frozen=True)
class Matching:
    """What matches a query: for each segment the live paragraphs (int64, ascending) and what they score (None where not asked for).

    `relaxed`: all words together stand nowhere, so any of them is enough. `unmatched` are then the words that stand nowhere themselves.
    """

    parsed: ParsedQuery
    plan: Plan
    found: Found
    relaxed: bool = False
    unmatched: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not any(len(docs) for _, docs, _ in self.found)


def understood(request: SearchRequest, synonyms: Synonyms) -> ParsedQuery:
    """What a request asks for, its words widened by their synonyms. Raises UsageError where it is too long."""
    exact = request.mode == "exact"
    parsed = literal(request.q) if exact else parse(request.q)
    if isinstance(parsed.root, Empty) and not request.q.strip():
        parsed = replace(parse("*"), q=request.q)
    if exact:
        return parsed
    wide = synonyms.widen(parsed)
    # how it was read stays what was typed
    return replace(wide, root=forgiving(wide.root)) if request.mode == "forgiving" else wide


def _planned(q: str, mode: str, any_word: bool, synonyms: Synonyms, segmenter: Segmenter) -> tuple[ParsedQuery, Plan]:
    parsed = understood(SearchRequest(q=q, mode=mode), synonyms)
    return parsed, plan(parsed, segmenter, any_word=any_word)


def match(snapshot: Snapshot, request: SearchRequest, synonyms: Synonyms, scored: bool) -> Matching:
    """The matches of a request, filters aside."""
    parsed, planned = snapshot.planned(_planned, request.q, request.mode, request.mode == "any", synonyms)
    strict = Matching(parsed, planned, list(snapshot.run(planned.query, scored)))
    if request.mode != "all" or not strict.empty or isinstance(parsed.root, Empty):
        return strict
    _, loose = snapshot.planned(_planned, request.q, request.mode, True, synonyms)
    forms = {note.args[0]: note.args for note in parsed.notes if note.code == "widened"}
    unmatched = tuple(
        term for term in planned.terms if not any(_stands(snapshot, form) for form in forms.get(term, (term,)))
    )
    relaxed = Matching(parsed, loose, list(snapshot.run(loose.query, scored)), True, unmatched)
    return replace(strict, unmatched=unmatched) if relaxed.empty else relaxed


def _stands(snapshot: Snapshot, term: str) -> bool:
    """Whether a word stands anywhere in the index."""
    required = plan(literal(term), snapshot.segmenter, any_word=False).required
    return any(len(docs) for _, docs, _ in snapshot.run(required, scored=False))
