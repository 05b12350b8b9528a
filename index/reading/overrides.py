"""What a sidecar says is done to a document: first to its paragraphs and articles, then to its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from juanzong.index.corpus.declared.yamltext import flat, several
from juanzong.index.reading.identity import Ids
from juanzong.index.reading.sidecars import FACET_KEYS, OPERATIONS, Sidecar, known
from juanzong.index.records import (
    KINDS,
    PRECISIONS,
    Article,
    Document,
    Fact,
    Join,
    Mention,
    Paragraph,
    Precision,
    Published,
)
from juanzong.index.text.folding import fold


def restructure(document: Document, sidecar: Sidecar) -> Document:
    """Apply what changes paragraphs and articles themselves: to be done before facts are read."""
    articles = [(article, list(article.paragraphs)) for article in document.articles]
    for entry in sidecar.paragraphs:
        if any(key in entry for key in ("join_next", "split_at", "kind", "drop")):
            _change_paragraphs(sidecar, articles, entry)
    for entry in sidecar.articles:
        if "lines" in entry:
            _move_lines(sidecar, articles, entry)
    kept = [
        (article, sorted(paragraphs, key=lambda p: p.seq))
        for article, paragraphs in articles
        if paragraphs or article.title
    ]
    return replace(document, articles=_renumbered(document.id, kept))


def _renumbered(document: str, articles: Sequence[tuple[Article, list[Paragraph]]]) -> tuple[Article, ...]:
    ids = Ids(document)
    order = sorted(
        ((number, paragraph) for number, (_, paragraphs) in enumerate(articles) for paragraph in paragraphs),
        key=lambda pair: pair[1].seq,
    )
    renewed: list[list[Paragraph]] = [[] for _ in articles]
    for seq, (number, paragraph) in enumerate(order):
        renewed[number].append(replace(paragraph, seq=seq, id=ids.paragraph(paragraph.text)))
    return tuple(replace(article, paragraphs=tuple(own)) for (article, _), own in zip(articles, renewed, strict=True))


def _change_paragraphs(
    sidecar: Sidecar, articles: list[tuple[Article, list[Paragraph]]], entry: Mapping[str, Any]
) -> None:
    for _, paragraphs in articles:
        for place, paragraph in enumerate(paragraphs):
            if not _is_paragraph(paragraph, entry["match"]):
                continue
            if _is_true(entry.get("drop")):
                del paragraphs[place]
                return
            if _is_true(entry.get("join_next")):
                if place + 1 == len(paragraphs):
                    sidecar.complain(
                        f"`join_next` finds no paragraph after “{paragraph.text[:20]}”. Remove it, or match another paragraph."
                    )
                else:
                    paragraphs[place : place + 2] = [_joined(paragraph, paragraphs[place + 1])]
            elif "split_at" in entry:
                paragraphs[place : place + 1] = _split(sidecar, paragraph, flat(entry["split_at"]))
            if "kind" in entry:
                if entry["kind"] in KINDS:
                    paragraphs[place] = replace(paragraphs[place], kind=entry["kind"])
                else:
                    sidecar.complain(f"Unknown kind `{flat(entry['kind'])}`. Use one of: {', '.join(KINDS)}.")
            return
    sidecar.complain(f"No paragraph matches {flat(entry['match'])}. Check the text, or remove the entry.")


def _joined(first: Paragraph, second: Paragraph) -> Paragraph:
    seam = len(first.text)
    joins = (
        *first.joins,
        Join(seam, "sidecar", 1.0),
        *(replace(join, offset=join.offset + seam) for join in second.joins),
    )
    return replace(
        first, text=first.text + second.text, joins=joins, source_lines=(first.source_lines[0], second.source_lines[1])
    )


def _split(sidecar: Sidecar, paragraph: Paragraph, at: str) -> list[Paragraph]:
    place = paragraph.text.find(at) if at else -1
    if place <= 0:
        sidecar.complain(
            f"“{at[:20]}” does not stand inside “{paragraph.text[:20]}”. Copy the text at which to split from the document."
        )
        return [paragraph]
    before = tuple(join for join in paragraph.joins if join.offset < place)
    after = tuple(replace(join, offset=join.offset - place) for join in paragraph.joins if join.offset > place)
    return [
        replace(paragraph, text=paragraph.text[:place].rstrip(), joins=before),
        replace(paragraph, text=paragraph.text[place:], joins=after),
    ]


def _move_lines(sidecar: Sidecar, articles: list[tuple[Article, list[Paragraph]]], entry: Mapping[str, Any]) -> None:
    ranges = _ranges(entry["lines"])
    if not ranges:
        sidecar.complain(f"`lines` is not a list of ranges: {flat(entry['lines'])}. Write `[[first, last], …]`.")
        return
    target = _find_article(sidecar, articles, entry["match"]) if "match" in entry else len(articles)
    if target is None:
        return
    if target == len(articles):
        title = flat(entry.get("title")) or None
        articles.append((Article(Ids(flat(entry["lines"])).article(title or ""), title), []))
    moved: list[Paragraph] = []
    for _, paragraphs in articles:
        inside = [
            p
            for p in paragraphs
            if any(first <= p.source_lines[0] and p.source_lines[1] <= last for first, last in ranges)
        ]
        moved += inside
        paragraphs[:] = [p for p in paragraphs if p not in inside]
    if not moved:
        sidecar.complain(f"No paragraph lies in the lines {flat(entry['lines'])}. Check the numbers.")
    articles[target][1].extend(moved)


def _ranges(value: Any) -> list[tuple[int, int]]:
    items = value if isinstance(value, list) else []
    if len(items) == 2 and not any(isinstance(item, list) for item in items):
        items = [items]
    try:
        return [(int(first), int(last)) for first, last in items]
    except (TypeError, ValueError):
        return []


def _is_true(value: Any) -> bool:
    return str(value).lower() in ("true", "yes", "1")


def _is_paragraph(paragraph: Paragraph, match: Mapping[str, Any]) -> bool:
    if "start" in match:
        start = fold(flat(match["start"]))
        return bool(start) and fold(paragraph.text).startswith(start)
    if "id" in match:
        return paragraph.id == flat(match["id"])
    line = flat(match.get("line"))
    return line.isdecimal() and paragraph.source_lines[0] <= int(line) <= paragraph.source_lines[1]


def _find_article(
    sidecar: Sidecar, articles: Sequence[tuple[Article, Sequence[Paragraph]]], match: Mapping[str, Any]
) -> int | None:
    for number, (article, paragraphs) in enumerate(articles):
        if "title" in match:
            wanted = fold(flat(match["title"]))
            found = bool(wanted) and fold(article.title or "").startswith(wanted)
        elif "id" in match:
            found = article.id == flat(match["id"])
        elif "lines" in match:
            found = any(
                first <= p.source_lines[0] <= last for first, last in _ranges(match["lines"]) for p in paragraphs
            )
        else:
            found = any(_is_paragraph(paragraph, match) for paragraph in paragraphs)
        if found:
            return number
    sidecar.complain(f"No article matches {flat(match)}. Check the text, or remove the entry.")
    return None


def override(document: Document, sidecar: Sidecar) -> Document:
    """Apply what changes facts: to be done after facts were read. The problems of the sidecar become warnings of the document."""
    articles = [
        _with_details(sidecar, article, {key: value for key, value in sidecar.page.items() if key != "title"})
        for article in document.articles
    ]
    if "title" in sidecar.page:
        document = replace(document, declared=replace(document.declared, title=flat(sidecar.page["title"]) or None))
        if len(articles) == 1:
            articles = [replace(articles[0], title=flat(sidecar.page["title"]) or None)]
    for entry in sidecar.articles:
        number = (
            len(articles) - 1
            if "match" not in entry
            else _find_article(sidecar, [(a, a.paragraphs) for a in articles], entry["match"])
        )
        if number is not None and articles:
            articles[number] = _with_details(sidecar, articles[number], entry)
    for surface, value in sidecar.aliases.items():
        articles = [
            replace(article, paragraphs=tuple(_aliased(p, surface, value) for p in article.paragraphs))
            for article in articles
        ]
    for entry in sidecar.paragraphs:
        if any(key in entry for key in FACET_KEYS):
            articles = _with_mentions(sidecar, articles, entry)
    articles = _titled(document.id, articles)
    return replace(document, articles=tuple(articles), warnings=document.warnings + tuple(sidecar.problems))


def _titled(document: str, articles: list[Article]) -> list[Article]:
    """A title that a sidecar gives is a paragraph too, so that it is found."""
    wanting = [
        number
        for number, article in enumerate(articles)
        if article.title
        and not any(fold(article.title) in fold(p.text) for p in article.paragraphs if p.kind == "heading")
    ]
    if not wanting:
        return articles
    pairs = [(article, list(article.paragraphs)) for article in articles]
    for number in wanting:
        article, paragraphs = pairs[number]
        seq = min((p.seq for p in paragraphs), default=0) - 0.5
        paragraphs.insert(0, Paragraph("", seq, "heading", article.title or "", flags=("declared_title",)))  # type: ignore[arg-type]
    return list(_renumbered(document, pairs))


def _with_details(sidecar: Sidecar, article: Article, details: Mapping[str, Any]) -> Article:
    plain: dict[str, Any] = {
        key: flat(details[key]) or None
        for key in ("title", "subtitle", "byline", "dateline", "source")
        if key in details
    }
    if "source" in plain:
        plain["source_detail"] = None
    article = replace(article, **plain)
    if "kicker" in details:
        article = replace(article, kicker=several(details["kicker"]))
    if "published" in details:
        article = replace(article, published=_published(sidecar, flat(details["published"])) or article.published)
    if "city" in details:
        cities = several(details["city"])
        article = replace(article, city=_fact(cities[0]) if cities else None)
    if "agencies" in details:
        changes = _operations(sidecar, details["agencies"])
        kept = (
            ()
            if changes["set"] is not None
            else tuple(fact for fact in article.agencies if fact.value not in (changes["remove"] or ()))
        )
        added = [
            name
            for name in (*(changes["set"] or ()), *(changes["add"] or ()))
            if name not in {fact.value for fact in kept}
        ]
        article = replace(article, agencies=kept + tuple(map(_fact, added)))
    return article


def _fact(value: str) -> Fact:
    return Fact(value, value, "sidecar", "sidecar")


def _published(sidecar: Sidecar, text: str) -> Published | None:
    precision: Precision | None = PRECISIONS.get(len(text))
    try:
        if precision is None:
            raise ValueError
        date(*(int(part) for part in (text + "-01-01")[:10].split("-")))
    except (ValueError, TypeError):
        sidecar.complain(f"`published: {text}` is no date. Write 2022-09-06, 2022-09 or 2022.")
        return None
    return Published(text, precision, "sidecar")


def _operations(sidecar: Sidecar, value: Any) -> dict[str, tuple[str, ...] | None]:
    if not isinstance(value, dict):
        return {"add": None, "remove": None, "set": several(value)}
    known(sidecar, value, OPERATIONS, "a change of values")
    return {name: several(value[name]) if value.get(name) is not None else None for name in OPERATIONS}


def _aliased(paragraph: Paragraph, surface: str, value: str) -> Paragraph:
    if paragraph.kind == "boilerplate" or surface not in paragraph.text:
        return paragraph
    spots, start = [], paragraph.text.find(surface)
    while start >= 0:
        spots.append((start, start + len(surface)))
        start = paragraph.text.find(surface, start + len(surface))
    kept = [
        m
        for m in paragraph.mentions
        if m.facet != "agency" or not any(m.start < end and begin < m.end for begin, end in spots)
    ]
    kept += [Mention("agency", value, surface, begin, end, "alias", "sidecar") for begin, end in spots]
    return replace(paragraph, mentions=tuple(sorted(kept, key=lambda m: (m.start, m.end))))


def _with_mentions(sidecar: Sidecar, articles: list[Article], entry: Mapping[str, Any]) -> list[Article]:
    for number, article in enumerate(articles):
        for place, paragraph in enumerate(article.paragraphs):
            if _is_paragraph(paragraph, entry["match"]):
                changed = (
                    *article.paragraphs[:place],
                    _mentioning(sidecar, paragraph, entry),
                    *article.paragraphs[place + 1 :],
                )
                return [*articles[:number], replace(article, paragraphs=changed), *articles[number + 1 :]]
    sidecar.complain(f"No paragraph matches {flat(entry['match'])}. Check the text, or remove the entry.")
    return articles


def _mentioning(sidecar: Sidecar, paragraph: Paragraph, entry: Mapping[str, Any]) -> Paragraph:
    mentions = list(paragraph.mentions)
    for key, facet in FACET_KEYS.items():
        if key not in entry:
            continue
        changes = _operations(sidecar, entry[key])
        if changes["set"] is not None:
            mentions = [m for m in mentions if m.facet != facet or m.value in changes["set"]]
        removed = changes["remove"] or ()
        mentions = [m for m in mentions if m.facet != facet or m.value not in removed and m.surface not in removed]
        present = {m.value for m in mentions if m.facet == facet}
        for value in (*(changes["set"] or ()), *(changes["add"] or ())):
            if value not in present:
                start = max(0, paragraph.text.find(value))
                end = start + len(value) if value in paragraph.text else 0
                mentions.append(Mention(facet, value, value, start, end, "sidecar", "sidecar"))
    return replace(paragraph, mentions=tuple(sorted(mentions, key=lambda m: (m.start, m.end))))
