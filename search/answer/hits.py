"""Matches made into what a reader sees: texts with marks, facts, snippets, whole documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby, islice, repeat
from operator import attrgetter

import numpy as np

from juanzong.index.records import Box
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search import address
from juanzong.search.answer.boxes import boxes_of
from juanzong.search.answer.documents import article_view, document_view
from juanzong.search.answer.neighbours import duplicates, others_in_article
from juanzong.search.answer.result import ArticleView, DocumentView, Hit, ParagraphView
from juanzong.search.answer.snippets import snippet
from juanzong.search.answer.stored import StoredParagraph, read_anew, stored
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language.needles import Needle, marks_in, marks_of, similar_surfaces
from juanzong.search.request import SearchRequest

# how many hits of a stream are made at once
STREAMED = 64
_LINE = attrgetter(*Box.__slots__)


class Display:
    """Shows matches of one request over one snapshot."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest, needles: Sequence[Needle]) -> None:
        self._snapshot, self._request, self._needles = snapshot, request, needles

    def hits(
        self,
        segment: Segment,
        docs: Array,
        scores: Iterable[float],
        others: Iterable[int] = repeat(0),
        same: Iterable[int] = repeat(0),
    ) -> list[Hit]:
        """Paragraphs of a segment as hits, with their scores, further matches in their articles and near-duplicates among the matches."""
        return self._made(read_anew(segment, docs, opened=True), scores, others, same)

    def _made(
        self, shown: Sequence[StoredParagraph], scores: Iterable[float], others: Iterable[int], same: Iterable[int]
    ) -> list[Hit]:
        needles, words = self._needles, address.words_of_url(self._request.q, self._request.mode)
        found = [
            Hit(
                own.id,
                own.doc,
                own.article,
                own.title,
                own.source,
                own.kind,
                own.seq,
                own.text,
                marks := marks_in(own.text, own.folded, needles),
                snippet(own.text, marks, layout=own.layout),
                own.city,
                own.agency,
                own.date,
                own.date_basis,
                own.mentioned_dates,
                score,
                own.before + words + own.after,
                own.path,
                further,
                copies,
                own.byline,
                own.declared_url,
                own.pages,
                own.pages_about,
                own.flags,
                own.added,
                own.opening,
                own.source_detail,
            )
            for own, score, further, copies in zip(shown, scores, others, same)
        ]
        if any(sought.similar for sought in needles):
            alike = similar_surfaces([hit.text for hit in found], [hit.marks for hit in found], needles)
            found = [hit._replace(similar=own) for hit, own in zip(found, alike)]
        return found

    def page(self, hits: Sequence[tuple[Segment, int, float]], matches: dict[str, Array]) -> list[Hit]:
        """The hits of a page, given as segment, paragraph and score, among all matches by segment."""
        places: dict[Segment, list[int]] = {}
        for place, (segment, _, _) in enumerate(hits):
            places.setdefault(segment, []).append(place)
        shown: dict[int, Hit] = {}
        for segment, own in places.items():
            docs = np.array([hits[place][1] for place in own])
            others = others_in_article(segment, matches[segment.name], docs)
            same = duplicates(self._snapshot, matches, segment, docs)
            made = self._made(stored(self._snapshot, segment, docs), [hits[place][2] for place in own], others, same)
            shown.update(zip(own, _boxed(segment, docs, made)))
        return [shown[place] for place in range(len(hits))]

    def stream(self, hits: Iterable[tuple[Segment, int, float]]) -> Iterator[Hit]:
        """Any number of hits, a few at a time, without what stands beside them."""
        for segment, run in groupby(hits, key=lambda entry: entry[0]):
            while entries := list(islice(run, STREAMED)):
                yield from self.hits(
                    segment, np.array([doc for _, doc, _ in entries]), [score for _, _, score in entries]
                )

    def document(self, segment: Segment, number: int) -> DocumentView:
        document = segment.document(number)
        articles: dict[int, ArticleView] = {}
        places = segment.document_paragraphs(number)
        texts = segment.texts(np.arange(places.start, places.stop))
        found_marks = marks_of(texts, self._needles)
        similar = similar_surfaces(texts, found_marks, self._needles)
        for place, text, marks, alike in zip(places, texts, found_marks, similar):
            of = int(segment.column("article")[place])
            if of not in articles:
                articles[of] = article_view(segment.article(of))
            articles[of].paragraphs.append(_paragraph_view(segment, place, text, marks, alike))
        return document_view(document, list(articles.values()), self._snapshot.info)


def _paragraph_view(
    segment: Segment, place: int, text: str, marks: list[tuple[int, int]], similar: tuple[str, ...]
) -> ParagraphView:
    return ParagraphView(
        id=paragraph_id(segment, place),
        seq=int(segment.column("seq")[place]),
        kind=segment.kind(place),
        text=text,
        marks=marks,
        city=segment.facets["city"].values(place),
        agency=segment.facets["agency"].values(place),
        mentions=[asdict(mention) for mention in segment.mentions(place)],
        joins=[asdict(join) for join in segment.joins(place)],
        flags=segment.facets["flags"].values(place),
        source_lines=(int(segment.column("first_line")[place]), int(segment.column("last_line")[place])),
        pages=tuple(page for page in segment.pages(place) if page),
        boxes=tuple(map(_LINE, segment.boxes(place))),
        similar=similar,
    )


def paragraph_id(segment: Segment, paragraph: int) -> str:
    return f"{int(segment.column('id')[paragraph]):016x}"


def _boxed(segment: Segment, docs: Array, hits: Sequence[Hit]) -> list[Hit]:
    """Hits with where their marks stand on their pages, where they have pages."""
    if not any(hit.pages[0] for hit in hits):
        return list(hits)
    return [
        hit._replace(boxes=boxes_of(hit.text, hit.marks, [_LINE(box) for box in segment.boxes(place)]))
        if hit.pages[0] and hit.marks
        else hit
        for hit, place in zip(hits, docs.tolist(), strict=True)
    ]
