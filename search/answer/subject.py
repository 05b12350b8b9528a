"""A paragraph with all that an explanation of it looks at."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from juanzong.index.store.segment import Segment
from juanzong.search.answer.documents import shown_date
from juanzong.search.answer.hits import paragraph_id
from juanzong.search.request import FACET_FIELDS


@dataclass(frozen=True)
class Subject:
    """A paragraph as it is explained, wherever it is kept. `title` is its article's, `title_text` the paragraph in which that stands, if any does;
    `date` is what is shown for its days (proleptic Gregorian ordinals, 0 for undated),
    `mentioned` are the days that it names. `is_title`: it is its article's title itself. `article` are the texts of all paragraphs of its article,
    `previous` is the one before it there. `added` is the day on which its document came in; `repeats`: an earlier paragraph says the same."""

    id: str
    doc: str
    title: str | None
    kind: str
    text: str
    title_text: str | None
    values: Mapping[str, Sequence[str]]
    first_day: int
    last_day: int
    date: str | None
    mentioned: Sequence[str] = ()
    is_title: bool = False
    article: Sequence[str] = ()
    previous: str | None = None
    added: str | None = None
    repeats: bool = False
    fresh: bool = False


def subject_of(segment: Segment, place: int) -> Subject:
    """A paragraph of a segment."""
    articles = segment.column("article")
    article = segment.article(int(articles[place]))
    title = int(segment.title_of_article[articles[place]])
    return Subject(
        paragraph_id(segment, place),
        segment.document(int(segment.column("document")[place]))["id"],
        article["title"],
        segment.kind(place),
        segment.text(place),
        segment.text(title) if title >= 0 else None,
        {name: segment.facets[name].values(place) for name in FACET_FIELDS},
        int(segment.column("first_day")[place]),
        int(segment.column("last_day")[place]),
        shown_date(article["published"])[0],
        segment.mentioned(np.array([place]), "date")[0],
        bool(segment.column("title")[place]),
        segment.texts(np.flatnonzero(articles == articles[place])),
        segment.text(place - 1) if place and articles[place - 1] == articles[place] else None,
        datetime.date.fromordinal(int(segment.added[place])).isoformat() if segment.added[place] else None,
        place in segment.repeats,
        bool(segment.arrival[place] > segment.first_arrival),
    )
