"""What a paragraph shows whatever was asked: its text, folded too, its facts, those of its article and its document.

The last so many that were shown are kept: the next page, one more filter and another word of the same subject show many of them again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from juanzong.index.records import KINDS
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search import address
from juanzong.search.answer.documents import shown_date
from juanzong.search.answer.snippets import LONGEST_OPENING, CutPlaces, opening
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language.needles import Folded, folded

# a kilobyte or two each; longer texts are not kept
MOST, LONGEST = 2_048, 2_000
# so many characters hold the opening of all but texts that begin with much white space
_BEGINNING = LONGEST_OPENING + 8


@dataclass(slots=True)
class StoredParagraph:
    """A paragraph without anything that depends on a query. It is shared by all threads and not to be changed; its layout is added when it is first needed.

    `before` and `after` are the parts of its address around the words of a query."""

    id: str
    doc: str
    article: str
    title: str | None
    source: str | None
    kind: str
    seq: int
    text: str
    city: list[str]
    agency: list[str]
    date: str | None
    date_basis: str | None
    mentioned_dates: list[str]
    path: str
    byline: str | None
    declared_url: str | None
    pages: tuple[int, int]
    pages_about: bool
    flags: tuple[str, ...]
    added: str | None
    opening: str | None
    source_detail: str | None
    before: str
    after: str
    folded: Folded
    _layout: CutPlaces | None = field(default=None, repr=False)

    def layout(self) -> CutPlaces:
        """Where the text may be cut."""
        if self._layout is None:
            self._layout = CutPlaces(self.text)
        return self._layout


def stored(snapshot: Snapshot, segment: Segment, docs: Array) -> list[StoredParagraph]:
    """Paragraphs of a segment (integers), those that are kept and those that are read and kept from now on."""
    kept: dict[int, StoredParagraph] = snapshot.shown[segment.name]
    places: list[int] = docs.tolist()
    found = [kept.get(place) for place in places]
    if None in found:
        missing = list(dict.fromkeys([place for place, own in zip(places, found) if own is None]))
        read = dict(zip(missing, read_anew(segment, np.array(missing), opened=True)))
        if len(kept) + len(read) > MOST:
            kept.clear()
        kept.update((place, own) for place, own in read.items() if len(own.text) <= LONGEST)
        return [own or read[place] for place, own in zip(places, found)]
    return found  # type: ignore[return-value]


def read_anew(segment: Segment, docs: Array, opened: bool = False) -> list[StoredParagraph]:
    """Paragraphs of a segment (integers) as they are read from it; where `opened` with how their articles open, where those have no title."""
    texts = segment.texts(docs)
    ids, of_article, of_document, kinds, seqs, firsts, lasts = (
        segment.column(name)[docs].tolist()
        for name in ("id", "article", "document", "kind", "seq", "first_page", "last_page")
    )
    articles = {number: segment.article(number) for number in set(of_article)}
    documents = {number: segment.document(number) for number in set(of_document)}
    untitled = [
        number
        for number, of in dict(zip(of_article, of_document)).items()
        if opened and not (articles[number]["title"] or documents[of]["title"])
    ]
    openings = _openings(segment, untitled)
    found = []
    for number, own, of, kind, seq, first, last, text, flat, city, agency, dates, flags, added in zip(
        ids,
        of_article,
        of_document,
        kinds,
        seqs,
        firsts,
        lasts,
        texts,
        folded(texts),
        segment.facets["city"].values_of(docs),
        segment.facets["agency"].values_of(docs),
        segment.mentioned(docs, "date"),
        segment.facets["flags"].values_of(docs),
        segment.added.take(docs).tolist(),
    ):
        article, document = articles[own], documents[of]
        date, basis = shown_date(article["published"])
        identifier = f"{number:016x}"
        before, after = address.parts_of_document_url(document["id"], identifier)
        found.append(
            StoredParagraph(
                identifier,
                document["id"],
                article["id"],
                article["title"] or document["title"],
                article["source"],
                KINDS[kind],
                seq,
                text,
                city,
                agency,
                date,
                basis,
                dates,
                document["path"],
                article["byline"],
                document["url"],
                (first, last),
                document["pages_about"],
                tuple(flags),
                _iso(added) if added else None,
                openings.get(own),
                article.get("source_detail"),
                before,
                after,
                flat,
            )
        )
    return found


def _openings(segment: Segment, articles: Sequence[int]) -> dict[int, str]:
    """How articles open that have no title."""
    if not articles:
        return {}
    first = segment.first_of_article.take(articles)
    found = {}
    for article, paragraph, beginning in zip(articles, first.tolist(), segment.beginnings(first, _BEGINNING)):
        enough = len(beginning) < _BEGINNING or len(" ".join(beginning.split())) > LONGEST_OPENING
        found[article] = opening(beginning if enough else segment.text(paragraph))
    return found


@lru_cache(1024)
def _iso(day: int) -> str:
    return datetime.date.fromordinal(day).isoformat()
