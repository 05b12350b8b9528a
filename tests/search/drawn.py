"""Small archives drawn at random, and what brute force says of them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from juanzong.index.periods import days_of
from juanzong.index.records import Document
from juanzong.index.text.folding import fold, fold_spaced
from juanzong.search import SearchRequest
from juanzong.search.engine import Engine
from tests.contract import open_engine, publish
from tests.samples import in_groups, make_document, mention

PIECES = (
    "流调",
    "溯源",
    "流調",
    "公安局",
    "广州",
    "惠州",
    "哈尔滨",
    "王百齐",
    "59",
    "1593",
    "59例",
    "gps",
    "iPhone 15 Pro",
    "GPS ",
    "２０２２年",
    "的",
    "。",
    " ",
    "《",
    "×",
    "㎡",
    "\u200b",
    "第67号公告",
)


CITIES = ("广州市", "惠州市", "哈尔滨市")


AGENCIES = ("广州市公安局", "哈尔滨海关")


SOURCES = (None, "人民日报", "羊城晚报")


DATES = (None, "2020", "2021-11", "2021-11-05", "2021-11-06", "2022-03-01")


texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=10).map("".join).filter(fold)


@dataclass(frozen=True)
class Spec:
    """A document of one article: paragraphs with the city that each mentions and its kind, and the facts of the article."""

    paragraphs: list[tuple[str, str, str]]
    city: str | None
    agency: str
    source: str | None
    date: str | None


specs = st.lists(
    st.builds(
        Spec,
        st.lists(
            st.tuples(
                texts, st.sampled_from(("", *CITIES)), st.sampled_from(("body", "body", "heading", "boilerplate"))
            ),
            min_size=1,
            max_size=4,
        ),
        st.sampled_from((None, *CITIES)),
        st.sampled_from(("", *AGENCIES)),
        st.sampled_from(SOURCES),
        st.sampled_from(DATES),
    ),
    min_size=1,
    max_size=6,
)


@dataclass(frozen=True)
class Row:
    """A paragraph as brute force sees it."""

    id: str
    text: str
    kind: str
    city: set[str]
    agency: set[str]
    source: set[str]
    date: str | None
    document: str

    @property
    def day(self) -> int:
        return days_of(self.date)[0]

    def values(self, facet: str) -> set[str]:
        return getattr(self, facet)  # type: ignore[no-any-return]


def corpus(made: list[Spec]) -> tuple[list[Document], list[Row]]:
    documents, rows = [], []
    for number, spec in enumerate(made):
        document = make_document(
            f"d{number}",
            [text + city for text, city, _ in spec.paragraphs],
            city=spec.city,
            agencies=[spec.agency] if spec.agency else [],
            source=spec.source,
            date=spec.date,
            kinds=[kind for _, _, kind in spec.paragraphs],
            mentions={
                i: [mention("city", city, text + city)] for i, (text, city, _) in enumerate(spec.paragraphs) if city
            },
        )
        documents.append(document)
        for (_, paragraph), (_, city, kind) in zip(document.paragraphs(), spec.paragraphs, strict=True):
            plain = kind != "boilerplate"
            rows.append(
                Row(
                    paragraph.id,
                    paragraph.text,
                    kind,
                    {city for city in (city if plain else "", spec.city) if city},
                    {spec.agency} if spec.agency and plain else set(),
                    {spec.source} if spec.source else set(),
                    spec.date,
                    document.id,
                )
            )
    return documents, rows


@contextmanager
def engine_for(
    made: list[Spec], segments: int = 1, deleted: frozenset[str] = frozenset()
) -> Iterator[tuple[Engine, list[Row]]]:
    documents, rows = corpus(made)
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), in_groups(documents, segments), deleted)
        yield open_engine(folder), [row for row in rows if row.document not in deleted]


def everything(engine: Engine, request: SearchRequest) -> list[dict[str, Any]]:
    return list(engine.scan(replace(request, boilerplate=True)))


def stands(query: str, text: str) -> bool:
    """The rule for an unquoted word: letters and digits stand as a whole word, other characters in a row."""
    if re.fullmatch("[0-9a-z]+", query):
        return query in re.findall("[0-9a-z]+", fold_spaced(text))
    return fold(query) in fold(text)


def texts_found(engine: Engine, q: str, **options: Any) -> set[str]:
    return {hit["text"] for hit in engine.scan(SearchRequest(q, **options))}


def in_filter(row: Row, facet: str, wanted: tuple[str, ...]) -> bool:
    own = row.values(facet)
    return not wanted or bool(own & set(wanted)) or ("" in wanted and not own)


def in_dates(row: Row, request: SearchRequest) -> bool:
    first, last = request.date_bounds()
    begin, end = days_of(row.date)
    return (first is None and last is None) or (
        begin > 0 and (last is None or begin <= last) and (first is None or end >= first)
    )


def expected_rows(rows: list[Row], request: SearchRequest, without: str = "") -> list[Row]:
    matching = [
        row
        for row in rows
        if (request.boilerplate or row.kind != "boilerplate") and (request.q == "*" or stands(request.q, row.text))
    ]
    for facet in ("city", "agency", "source"):
        if facet != without:
            matching = [row for row in matching if in_filter(row, facet, tuple(getattr(request, facet)))]
    return matching if without == "date" else [row for row in matching if in_dates(row, request)]


requests = st.builds(
    SearchRequest,
    st.sampled_from(("*", "流调", "州", "59", "的")),
    city=st.lists(st.sampled_from(("", *CITIES, "无锡市")), max_size=2),
    agency=st.lists(st.sampled_from(("", *AGENCIES)), max_size=2),
    source=st.lists(st.sampled_from(("", "人民日报", "羊城晚报")), max_size=2),
    date_from=st.sampled_from((None, None, "2020", "2021-11", "2021-11-06")),
    date_to=st.sampled_from((None, None, "2021-11-06", "2022")),
    sort=st.sampled_from(("relevance", "date", "-date")),
    boilerplate=st.booleans(),
    size=st.sampled_from((1, 2, 3, 100)),
)
