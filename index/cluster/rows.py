"""Documents as rows of the indices, and the tokens that paragraphs are searched by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from juanzong.index.cluster.mapping import GAP, LONGEST_TOKEN, TOKENS
from juanzong.index.divisions import province_of
from juanzong.index.periods import days_of
from juanzong.index.records import Article, Document, Paragraph, effective_agencies, effective_cities
from juanzong.index.store.columns import ARTICLE_DEFAULTS, DOCUMENT_DEFAULTS
from juanzong.index.store.descriptions import article_record, clean, dated, districts, document_record, is_title
from juanzong.index.store.segment import folders_of
from juanzong.index.store.vocabulary import PAIR_BITS
from juanzong.index.text.analysis import LATIN_RUN, MAX_CHARACTERS, SENTINEL, Segmenter, fitting, words_of
from juanzong.index.text.folding import fold_spaced
from juanzong.index.vectors import Array, unique

Json = dict[str, Any]
# of the first paragraph of an article without a title so much is kept beside its hits
OPENING = 400
NOT_KNOWN = (0, 0)


def tokens(text: str, segmenter: Segmenter) -> tuple[list[str], str, str]:
    """The words, the folded text and the edges of a text."""
    spaced = fold_spaced(text)
    return words_of(spaced, segmenter), spaced.replace(" ", ""), edges(spaced)


def edges(spaced: str) -> str:
    """One token a folded character, up to the last that is an edge."""
    marks: dict[int, str] = {}
    spaces = last = 0
    for run in LATIN_RUN.finditer(spaced):
        spaces += spaced.count(" ", last, run.start())
        last = run.start()
        first, end = run.start() - spaces, run.end() - 1 - spaces
        marks[first] = "be" if first == end else "b"
        if first < end:
            marks[end] = "e"
    return " ".join([marks.get(place, GAP) for place in range(max(marks) + 1)]) if marks else ""


def indexed(row: Json, segmenter: Segmenter) -> Json:
    """A row as it is sent: with the tokens that follow from its texts."""
    words, folded, marked = tokens(row["text"], segmenter)
    found = {
        **row,
        "words": " ".join([word[:LONGEST_TOKEN] for word in words]),
        "chars": folded + SENTINEL if folded else "",
        "edges": marked,
        "word": sorted({word[:LONGEST_TOKEN] for word in words if is_telling(word)}),
        "words_length": len(words),
        "chars_length": len(folded),
    }
    if title := row.get("title_text"):
        words, folded, marked = tokens(title, segmenter)
        found |= {
            "title_words": " ".join([word[:LONGEST_TOKEN] for word in words]),
            "title_chars": folded + SENTINEL if folded else "",
            "title_edges": marked,
        }
    return {name: value for name, value in found.items() if value not in ("", None, [])}


def is_telling(word: str) -> bool:
    """Whether studies count a word: one of two characters and more, and no number."""
    return len(word) > 1 and not word[0].isdecimal()


def kept(row: Json) -> Json:
    """A row as it is kept: without its tokens."""
    return {name: value for name, value in row.items() if name not in TOKENS}


def pairs_of(folded: Iterable[str]) -> Array:
    """The distinct character pairs of folded texts, each closed by the sentinel (uint64, ascending), as the vocabulary packs them."""
    codes = np.frombuffer("".join(folded).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    first, second = codes[:-1], codes[1:]
    pairs = (first << np.uint64(PAIR_BITS)) | second
    return unique(pairs[first != ord(SENTINEL)])


def key_of(document_id: str) -> str:
    """The key of a document's record; an id itself may be longer than a key."""
    return hashlib.blake2b(document_id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def paragraph_rows(document: Document, arrival: tuple[int, int] = NOT_KNOWN) -> Iterator[Json]:
    """The paragraphs of a document that came in on a day with a generation, without tokens."""
    pairs = list(document.paragraphs())
    titles: dict[str, str] = {}
    openings: dict[str, str] = {}
    folders = [clean(folder) for folder in folders_of(document.file)]
    for article, paragraph in pairs:
        if not (article.title or document.title):
            openings.setdefault(article.id, clean(paragraph.text[:OPENING]))
        if is_title(article, paragraph):
            titles.setdefault(article.id, clean(fitting(paragraph.text)))
    shown = {
        article.id: {**_shown(document, article), "opening": openings.get(article.id)} for article in document.articles
    }
    for article, paragraph in pairs:
        first, last, period = dated(article.published.date, article.published.event)
        cities = _values(effective_cities(article, paragraph))
        row: Json = {
            "id": paragraph.id,
            "document": clean(document.id),
            "article": clean(article.id),
            "kind": paragraph.kind,
            "path": clean(document.path),
            "file": clean(document.file),
            "line": document.line,
            "seq": paragraph.seq,
            "is_title": is_title(article, paragraph),
            "city": cities,
            "province": sorted({province for city in cities if (province := province_of(city))}),
            "district": _values(districts(paragraph)),
            "format": document.format,
            "folder": folders,
            "agency": _values(effective_agencies(article, paragraph)),
            "source": clean(article.source) if article.source else None,
            "text": clean(fitting(paragraph.text)),
            "title_text": titles.get(article.id),
            "added": arrival[0] or None,
            "arrival": arrival[1] or None,
            "shown": {
                **shown[article.id],
                "dates": _dates(paragraph),
                "flags": sorted(set(map(clean, paragraph.flags))),
                "pages": list(paragraph.pages),
            },
            "facts": _facts(paragraph),
        }
        if first:
            row |= {"first_day": first, "last_day": last, "period": period}
            if first == last:
                row["day"] = first
        if named := sorted({day for date in row["shown"]["dates"] if (day := days_of(date)[0])}):
            row["named"] = named
        yield {name: value for name, value in row.items() if value not in (None, [], {})}


def document_row(document: Document, rows: Sequence[Json], arrival: tuple[int, int] = NOT_KNOWN) -> Json:
    """The record of a document that came in on a day with a generation, whose paragraphs are given as rows."""
    record = {**DOCUMENT_DEFAULTS, **_told(document_record(document))}
    articles = [{**ARTICLE_DEFAULTS, **_told(article_record(article))} for article in document.articles]
    return {
        "id": clean(document.id),
        "path": clean(document.path),
        "file": clean(document.file),
        "line": document.line,
        "articles": len(document.articles),
        "paragraphs": len(rows),
        "deferred": False,
        "dated": any("first_day" in row for row in rows),
        "placed": any("city" in row for row in rows),
        "day": max((row["first_day"] for row in rows if "first_day" in row), default=0),
        "added": arrival[0],
        "arrival": arrival[1],
        "record": {**record, "articles": articles},
    }


def _told(record: Mapping[str, Any]) -> Json:
    """What a record says at all, as a segment keeps it."""
    return {name: value for name, value in record.items() if value not in (None, "", 0, (), {})}


def article_rows(document: Document, rows: Sequence[Json]) -> Iterator[Json]:
    """The articles of a document, whose paragraphs are given as rows with their tokens, in order. `context` has a line a paragraph: its words with a
    space on either side of each, so that they can be counted, and its folded text closed by the sentinel; `alone` are those that no paragraph of the article stands just before."""
    own: dict[str, list[Json]] = {}
    alone: dict[str, list[int]] = {}
    before = ""
    for row in rows:
        held = own.setdefault(row["article"], [])
        if row["article"] != before:
            alone.setdefault(row["article"], []).append(len(held))
        before = row["article"]
        held.append(row)
    for article, held in own.items():
        context = {
            "ids": [row["id"] for row in held],
            "words": "\n".join([_apart(row.get("words", "")) for row in held]),
            "chars": "\n".join([row.get("chars", "") for row in held]),
            "title": next((place for place, row in enumerate(held) if row["is_title"]), -1),
            "alone": alone[article],
        }
        yield {"id": article, "document": clean(document.id), "file": clean(document.file), "context": context}


def _apart(words: str) -> str:
    return f" {words.replace(' ', '  ')} " if words else ""


def _shown(document: Document, article: Article) -> Json:
    return {
        "title": article.title or document.title,
        "article_title": article.title,
        "source_detail": article.source_detail,
        "byline": article.byline,
        "published": _slots(article.published),
        "path": document.path,
        "url": document.declared.url,
        "pages_about": document.pages_about,
    }


def _facts(paragraph: Paragraph) -> Json:
    text = clean(fitting(paragraph.text))
    mentions = []
    for m in paragraph.mentions:
        start, end = min(m.start, MAX_CHARACTERS), min(m.end, MAX_CHARACTERS)
        mentions.append(
            {
                "facet": m.facet,
                "value": clean(m.value),
                "surface": text[start:end] or clean(m.value),
                "start": start,
                "end": end,
                "rule": m.rule,
                "basis": m.basis,
                "confidence": round(100 * m.confidence) / 100,
            }
        )
    joins = [
        {
            "offset": min(join.offset, MAX_CHARACTERS),
            "rule": join.rule,
            "confidence": round(100 * join.confidence) / 100,
        }
        for join in paragraph.joins
    ]
    found: Json = {"mentions": mentions, "joins": joins}
    if paragraph.pages[0]:
        found["pages"] = list(paragraph.pages)
        found["boxes"] = [[getattr(box, name) for name in box.__slots__] for box in paragraph.boxes]
    return {**{name: value for name, value in found.items() if value}, "lines": list(paragraph.source_lines)}


def _dates(paragraph: Paragraph) -> list[str]:
    return list(dict.fromkeys([clean(m.value) for m in paragraph.mentions if m.facet == "date"]))


def _values(values: Iterable[str]) -> list[str]:
    return sorted({clean(value) for value in values})


def _slots(record: Any) -> Mapping[str, Any]:
    return {name: value for name in record.__slots__ if (value := getattr(record, name)) is not None}
