"""Sidecars: a curator's `<file>.meta.yaml` beside a document overrides anything that was worked out.

    title: 冰城公安逆行战疫一线          # of the document
    city: 哈尔滨市                      # for every article; [] says that there is none
    published: 2022-09-06              # or 2022-09, or 2022
    source: 哈尔滨日报
    agencies: [哈尔滨市公安局]           # bodies that issued it: a list, or {add: […], remove: […], set: […]}
    articles:
      - match: {title: 提升消杀频次}     # or {start: first words of any paragraph}, {id: …}, {lines: [51, 60]}
        lines: [[51, 51], [65, 75]]    # lines of the file that make up this article; without `match`, a new article
        title: …   kicker: […]   subtitle: …   byline: …   dateline: …
        source: …   published: …   city: …   agencies: …
    paragraphs:
      - match: {start: 平房区为保供车辆}   # or {id: …}, {line: 23}
        join_next: true                # one paragraph with the next
        split_at: 我市                  # a new paragraph begins with this text
        kind: caption                  # heading, body, caption, byline, table, boilerplate
        drop: true                     # leave it out
        cities: {add: […], remove: […], set: […]}    # likewise dates, agencies; a plain list sets
    aliases: {市指挥部: 哈尔滨市应对新冠肺炎疫情工作指挥部}

Texts match after folding. A key that is unknown and a `match` that fits nothing are problems (code `sidecar`), never silent. What a
sidecar sets has the basis `sidecar`. Ranges of lines count from 1 and include their last.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from index.decoding import decode
from index.folding import fold
from index.frontmatter import YamlError, flat, read_yaml, several
from index.identity import Ids
from index.records import FACETS, KINDS, Article, Document, Fact, Join, Mention, Paragraph, Problem, Published
from index.sources import SIDECAR_SUFFIX

MAX_SIDECAR = 1 << 20
"""Bytes."""
_DETAILS = ("title", "kicker", "subtitle", "byline", "dateline", "source", "published", "city", "agencies")
_PAGE_KEYS = ("title", "city", "published", "source", "agencies", "articles", "paragraphs", "aliases")
_ARTICLE_KEYS = ("match", "lines", *_DETAILS)
_FACET_KEYS = {"cities": "city", "dates": "date", "agencies": "agency"}
_PARAGRAPH_KEYS = ("match", "join_next", "split_at", "kind", "drop", *_FACET_KEYS)
_OPERATIONS = ("add", "remove", "set")


@dataclass
class Sidecar:
    """What one sidecar says, and the problems met in it."""

    page: Mapping[str, Any] = field(default_factory=dict)
    articles: Sequence[Mapping[str, Any]] = ()
    paragraphs: Sequence[Mapping[str, Any]] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, message: str, line: int = 0) -> None:
        problem = Problem("sidecar", message, line)
        if problem not in self.problems:
            self.problems.append(problem)


def path_for(path: Path) -> Path:
    """Where the sidecar of a document lies."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def load(path: Path) -> Sidecar | None:
    """The sidecar of a document; None where there is none."""
    place = path_for(path)
    try:
        data = place.read_bytes() if place.is_file() and place.stat().st_size <= MAX_SIDECAR else None
        large = place.is_file() and data is None
    except OSError:
        data, large = None, True
    if data is None:
        sidecar = Sidecar()
        if not large:
            return None
        sidecar.complain(f"The sidecar {place.name} cannot be read or is larger than {MAX_SIDECAR >> 20} MB. Check the file.")
        return sidecar
    return parse(decode(data).text or "")


def parse(text: str) -> Sidecar:
    """A sidecar from its text. What does not parse gives a sidecar that says nothing but its problem."""
    sidecar = Sidecar()
    try:
        values = read_yaml(text)
    except YamlError as error:
        sidecar.complain(f"The sidecar does not parse: {error}. Mend its YAML; until then it is ignored.", error.line)
        return sidecar
    if values is None:
        return sidecar
    if not isinstance(values, dict):
        sidecar.complain("The sidecar is not a mapping. Write `key: value` lines.")
        return sidecar
    _known(sidecar, values, _PAGE_KEYS, "the sidecar")
    sidecar.page = {key: value for key, value in values.items() if key in _DETAILS and value is not None}
    sidecar.articles = _entries(sidecar, values, "articles", _ARTICLE_KEYS)
    sidecar.paragraphs = _entries(sidecar, values, "paragraphs", _PARAGRAPH_KEYS)
    aliases = values.get("aliases") or {}
    if isinstance(aliases, dict):
        sidecar.aliases = {key: flat(value) for key, value in aliases.items() if key and flat(value)}
    else:
        sidecar.complain("`aliases` is not a mapping. Write `surface: full name` lines below it.")
    return sidecar


def _known(sidecar: Sidecar, values: Mapping[str, Any], keys: Iterable[str], where: str) -> None:
    for key in values:
        if key not in keys:
            sidecar.complain(f"Unknown key `{key}` in {where}. Use one of: {', '.join(keys)}.")


def _entries(sidecar: Sidecar, values: Mapping[str, Any], name: str, keys: Iterable[str]) -> list[Mapping[str, Any]]:
    found = values.get(name) or []
    if not isinstance(found, list):
        sidecar.complain(f"`{name}` is not a list. Begin each entry with a dash.")
        return []
    entries: list[Mapping[str, Any]] = []
    for entry in found:
        if not isinstance(entry, dict):
            sidecar.complain(f"An entry of `{name}` is not a mapping. Write `match:` and what to change.")
            continue
        _known(sidecar, entry, keys, f"an entry of `{name}`")
        match = entry.get("match")
        if match is None and not (name == "articles" and entry.get("lines")) or match is not None and not isinstance(match, dict):
            sidecar.complain(f"An entry of `{name}` has no `match`. Say which one it is about, such as `match: {{start: …}}`.")
            continue
        entries.append({key: value for key, value in entry.items() if value is not None})
    return entries


def restructure(document: Document, sidecar: Sidecar) -> Document:
    """Apply what changes paragraphs and articles themselves: to be done before facts are read."""
    articles = [(article, list(article.paragraphs)) for article in document.articles]
    for entry in sidecar.paragraphs:
        if any(key in entry for key in ("join_next", "split_at", "kind", "drop")):
            _change_paragraphs(sidecar, articles, entry)
    for entry in sidecar.articles:
        if "lines" in entry:
            _move_lines(sidecar, articles, entry)
    kept = [(article, sorted(paragraphs, key=lambda p: p.seq)) for article, paragraphs in articles if paragraphs or article.title]
    return replace(document, articles=_renumbered(document.id, kept))


def _renumbered(document: str, articles: Sequence[tuple[Article, list[Paragraph]]]) -> tuple[Article, ...]:
    ids = Ids(document)
    order = sorted(((number, paragraph) for number, (_, paragraphs) in enumerate(articles) for paragraph in paragraphs), key=lambda pair: pair[1].seq)
    renewed: list[list[Paragraph]] = [[] for _ in articles]
    for seq, (number, paragraph) in enumerate(order):
        renewed[number].append(replace(paragraph, seq=seq, id=ids.paragraph(paragraph.text)))
    return tuple(replace(article, paragraphs=tuple(own)) for (article, _), own in zip(articles, renewed, strict=True))


def _change_paragraphs(sidecar: Sidecar, articles: list[tuple[Article, list[Paragraph]]], entry: Mapping[str, Any]) -> None:
    for _, paragraphs in articles:
        for place, paragraph in enumerate(paragraphs):
            if not _is_paragraph(paragraph, entry["match"]):
                continue
            if _is_true(entry.get("drop")):
                del paragraphs[place]
                return
            if _is_true(entry.get("join_next")):
                if place + 1 == len(paragraphs):
                    sidecar.complain(f"`join_next` finds no paragraph after “{paragraph.text[:20]}”. Remove it, or match another paragraph.")
                else:
                    paragraphs[place:place + 2] = [_joined(paragraph, paragraphs[place + 1])]
            elif "split_at" in entry:
                paragraphs[place:place + 1] = _split(sidecar, paragraph, flat(entry["split_at"]))
            if "kind" in entry:
                if entry["kind"] in KINDS:
                    paragraphs[place] = replace(paragraphs[place], kind=entry["kind"])
                else:
                    sidecar.complain(f"Unknown kind `{flat(entry['kind'])}`. Use one of: {', '.join(KINDS)}.")
            return
    sidecar.complain(f"No paragraph matches {flat(entry['match'])}. Check the text, or remove the entry.")


def _joined(first: Paragraph, second: Paragraph) -> Paragraph:
    seam = len(first.text)
    joins = (*first.joins, Join(seam, "sidecar", 1.0), *(replace(join, offset=join.offset + seam) for join in second.joins))
    return replace(first, text=first.text + second.text, joins=joins, source_lines=(first.source_lines[0], second.source_lines[1]))


def _split(sidecar: Sidecar, paragraph: Paragraph, at: str) -> list[Paragraph]:
    place = paragraph.text.find(at) if at else -1
    if place <= 0:
        sidecar.complain(f"“{at[:20]}” does not stand inside “{paragraph.text[:20]}”. Copy the text at which to split from the document.")
        return [paragraph]
    before = tuple(join for join in paragraph.joins if join.offset < place)
    after = tuple(replace(join, offset=join.offset - place) for join in paragraph.joins if join.offset > place)
    return [replace(paragraph, text=paragraph.text[:place].rstrip(), joins=before), replace(paragraph, text=paragraph.text[place:], joins=after)]


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
        inside = [p for p in paragraphs if any(first <= p.source_lines[0] and p.source_lines[1] <= last for first, last in ranges)]
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


def _find_article(sidecar: Sidecar, articles: Sequence[tuple[Article, Sequence[Paragraph]]], match: Mapping[str, Any]) -> int | None:
    for number, (article, paragraphs) in enumerate(articles):
        if "title" in match:
            wanted = fold(flat(match["title"]))
            found = bool(wanted) and fold(article.title or "").startswith(wanted)
        elif "id" in match:
            found = article.id == flat(match["id"])
        elif "lines" in match:
            found = any(first <= p.source_lines[0] <= last for first, last in _ranges(match["lines"]) for p in paragraphs)
        else:
            found = any(_is_paragraph(paragraph, match) for paragraph in paragraphs)
        if found:
            return number
    sidecar.complain(f"No article matches {flat(match)}. Check the text, or remove the entry.")
    return None


def override(document: Document, sidecar: Sidecar) -> Document:
    """Apply what changes facts: to be done after facts were read. The problems of the sidecar become warnings of the document."""
    articles = [_with_details(sidecar, article, {key: value for key, value in sidecar.page.items() if key != "title"}) for article in document.articles]
    if "title" in sidecar.page:
        document = replace(document, declared=replace(document.declared, title=flat(sidecar.page["title"]) or None))
        if len(articles) == 1:
            articles = [replace(articles[0], title=flat(sidecar.page["title"]) or None)]
    for entry in sidecar.articles:
        number = len(articles) - 1 if "match" not in entry else _find_article(sidecar, [(a, a.paragraphs) for a in articles], entry["match"])
        if number is not None and articles:
            articles[number] = _with_details(sidecar, articles[number], entry)
    for surface, value in sidecar.aliases.items():
        articles = [replace(article, paragraphs=tuple(_aliased(p, surface, value) for p in article.paragraphs)) for article in articles]
    for entry in sidecar.paragraphs:
        if any(key in entry for key in _FACET_KEYS):
            articles = _with_mentions(sidecar, articles, entry)
    articles = _titled(document.id, articles)
    return replace(document, articles=tuple(articles), warnings=document.warnings + tuple(sidecar.problems))


def _titled(document: str, articles: list[Article]) -> list[Article]:
    """A title that a sidecar gives is a paragraph too, so that it is found."""
    wanting = [number for number, article in enumerate(articles)
               if article.title and not any(fold(article.title) in fold(p.text) for p in article.paragraphs if p.kind == "heading")]
    if not wanting:
        return articles
    pairs = [(article, list(article.paragraphs)) for article in articles]
    for number in wanting:
        article, paragraphs = pairs[number]
        seq = min((p.seq for p in paragraphs), default=0) - .5
        paragraphs.insert(0, Paragraph("", seq, "heading", article.title or "", flags=("declared_title",)))  # type: ignore[arg-type]
    return list(_renumbered(document, pairs))


def _with_details(sidecar: Sidecar, article: Article, details: Mapping[str, Any]) -> Article:
    plain: dict[str, Any] = {key: flat(details[key]) or None for key in ("title", "subtitle", "byline", "dateline", "source") if key in details}
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
        kept = () if changes["set"] is not None else tuple(fact for fact in article.agencies if fact.value not in (changes["remove"] or ()))
        added = [name for name in (*(changes["set"] or ()), *(changes["add"] or ())) if name not in {fact.value for fact in kept}]
        article = replace(article, agencies=kept + tuple(map(_fact, added)))
    return article


def _fact(value: str) -> Fact:
    return Fact(value, value, "sidecar", "sidecar")


def _published(sidecar: Sidecar, text: str) -> Published | None:
    from datetime import date
    precision = {4: "year", 7: "month", 10: "day"}.get(len(text))
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
    _known(sidecar, value, _OPERATIONS, "a change of values")
    return {name: several(value[name]) if value.get(name) is not None else None for name in _OPERATIONS}


def _aliased(paragraph: Paragraph, surface: str, value: str) -> Paragraph:
    if paragraph.kind == "boilerplate" or surface not in paragraph.text:
        return paragraph
    spots, start = [], paragraph.text.find(surface)
    while start >= 0:
        spots.append((start, start + len(surface)))
        start = paragraph.text.find(surface, start + len(surface))
    kept = [m for m in paragraph.mentions if m.facet != "agency" or not any(m.start < end and begin < m.end for begin, end in spots)]
    kept += [Mention("agency", value, surface, begin, end, "alias", "sidecar") for begin, end in spots]
    return replace(paragraph, mentions=tuple(sorted(kept, key=lambda m: (m.start, m.end))))


def _with_mentions(sidecar: Sidecar, articles: list[Article], entry: Mapping[str, Any]) -> list[Article]:
    for number, article in enumerate(articles):
        for place, paragraph in enumerate(article.paragraphs):
            if _is_paragraph(paragraph, entry["match"]):
                changed = (*article.paragraphs[:place], _mentioning(sidecar, paragraph, entry), *article.paragraphs[place + 1:])
                return [*articles[:number], replace(article, paragraphs=changed), *articles[number + 1:]]
    sidecar.complain(f"No paragraph matches {flat(entry['match'])}. Check the text, or remove the entry.")
    return articles


def _mentioning(sidecar: Sidecar, paragraph: Paragraph, entry: Mapping[str, Any]) -> Paragraph:
    mentions = list(paragraph.mentions)
    for key, facet in _FACET_KEYS.items():
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


def template(document: Document) -> str:
    """A sidecar that says what was worked out for a document: a curator edits it and saves it as `<file>.meta.yaml`."""
    articles = []
    for article in document.articles:
        first = next((p for p in article.paragraphs), None)
        if first is None:
            continue
        details: dict[str, Any] = {"match": {"title": article.title} if article.title else {"start": first.text[:20]}}
        values = {"kicker": list(article.kicker), "subtitle": article.subtitle, "byline": article.byline, "dateline": article.dateline,
                  "source": article.source, "published": article.published.date if article.published.date and article.published.date[:1] != "-" else None,
                  "city": article.city.value if article.city else None, "agencies": [fact.value for fact in article.agencies]}
        details |= {key: value for key, value in values.items() if value}
        articles.append(details)
    paragraphs = []
    for _, paragraph in document.paragraphs():
        entry: dict[str, Any] = {"match": {"start": paragraph.text[:20]}, "kind": paragraph.kind}
        entry |= {key: list(paragraph.values(facet)) for key, facet in _FACET_KEYS.items() if paragraph.values(facet)}
        doubtful = [join for join in paragraph.joins if join.confidence < .8]
        if doubtful or len(entry) > 2:
            paragraphs.append(entry)
    head = (f"# What was worked out for {document.path}. Change what is wrong and remove the rest.\n"
            f"# To undo a join: split_at: the text with which the new paragraph begins. Facets: {', '.join(FACETS)}.\n")
    return head + yaml.safe_dump({"articles": articles, "paragraphs": paragraphs}, allow_unicode=True, sort_keys=False, width=10_000)
