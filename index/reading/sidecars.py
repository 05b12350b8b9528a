"""Sidecars: a curator's `<file>.meta.yaml` beside a document overrides anything that was worked out.

    title: 冰城公安逆行战疫一线          # of the document
    city: 某市                          # for every article; [] says that there is none
    published: 2022-09-06              # or 2022-09, or 2022
    source: 某市日报
    agencies: [某市公安局]               # bodies that issued it: a list, or {add: […], remove: […], set: […]}
    articles:
      - match: {title: 提升消杀频次}     # or {start: first words of any paragraph}, {id: …}, {lines: [51, 60]}
        lines: [[51, 51], [65, 75]]    # lines of the file that make up this article; without `match`, a new article
        title: …   kicker: […]   subtitle: …   byline: …   dateline: …
        source: …   published: …   city: …   agencies: …
    paragraphs:
      - match: {start: 某区为保供车辆}   # or {id: …}, {line: 23}
        join_next: true                # one paragraph with the next
        split_at: 我市                  # a new paragraph begins with this text
        kind: caption                  # heading, body, caption, byline, table, boilerplate
        drop: true                     # leave it out
        cities: {add: […], remove: […], set: […]}    # likewise dates, agencies; a plain list sets
    aliases: {市指挥部: 某市应对新冠肺炎疫情工作指挥部}

Texts match after folding. A key that is unknown and a `match` that fits nothing are problems (code `sidecar`), never silent. What a
sidecar sets has the basis `sidecar`. Ranges of lines count from 1 and include their last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from juanzong.index.corpus.declared.yamltext import YamlError, flat, read_yaml
from juanzong.index.corpus.encoding.decoding import decode
from juanzong.index.corpus.files import SIDECAR_SUFFIX
from juanzong.index.records import FACETS, Document, MentionFacet, Problem
from juanzong.index.regularfiles import content

MAX_SIDECAR = 1 << 20
"""Bytes."""
_DETAILS = ("title", "kicker", "subtitle", "byline", "dateline", "source", "published", "city", "agencies")
_PAGE_KEYS = ("title", "city", "published", "source", "agencies", "articles", "paragraphs", "aliases")
_ARTICLE_KEYS = ("match", "lines", *_DETAILS)
FACET_KEYS: dict[str, MentionFacet] = {"cities": "city", "dates": "date", "agencies": "agency"}
_PARAGRAPH_KEYS = ("match", "join_next", "split_at", "kind", "drop", *FACET_KEYS)
OPERATIONS = ("add", "remove", "set")


@dataclass
class Sidecar:
    """What one sidecar says, and the problems met in it."""

    page: Mapping[str, Any] = field(default_factory=dict)
    articles: Sequence[Mapping[str, Any]] = ()
    paragraphs: Sequence[Mapping[str, Any]] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, message: str, line: int = 0) -> None:
        """Note a problem, once."""
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
        data = content(place) if place.stat().st_size <= MAX_SIDECAR else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        data = None
    if data is None:
        sidecar = Sidecar()
        sidecar.complain(
            f"The sidecar {place.name} cannot be read or is larger than {MAX_SIDECAR >> 20} MB. Check the file."
        )
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
    known(sidecar, values, _PAGE_KEYS, "the sidecar")
    sidecar.page = {key: value for key, value in values.items() if key in _DETAILS and value is not None}
    sidecar.articles = _entries(sidecar, values, "articles", _ARTICLE_KEYS)
    sidecar.paragraphs = _entries(sidecar, values, "paragraphs", _PARAGRAPH_KEYS)
    aliases = values.get("aliases") or {}
    if isinstance(aliases, dict):
        sidecar.aliases = {key: flat(value) for key, value in aliases.items() if key and flat(value)}
    else:
        sidecar.complain("`aliases` is not a mapping. Write `surface: full name` lines below it.")
    return sidecar


def known(sidecar: Sidecar, values: Mapping[str, Any], keys: Iterable[str], where: str) -> None:
    """Complain of every key that is not one of `keys`."""
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
        known(sidecar, entry, keys, f"an entry of `{name}`")
        match = entry.get("match")
        if (
            match is None
            and not (name == "articles" and entry.get("lines"))
            or match is not None
            and not isinstance(match, dict)
        ):
            sidecar.complain(
                f"An entry of `{name}` has no `match`. Say which one it is about, such as `match: {{start: …}}`."
            )
            continue
        entries.append({key: value for key, value in entry.items() if value is not None})
    return entries


def template(document: Document) -> str:
    """A sidecar that says what was worked out for a document: a curator edits it and saves it as `<file>.meta.yaml`."""
    articles = []
    for article in document.articles:
        first = next((p for p in article.paragraphs), None)
        if first is None:
            continue
        details: dict[str, Any] = {"match": {"title": article.title} if article.title else {"start": first.text[:20]}}
        values = {
            "kicker": list(article.kicker),
            "subtitle": article.subtitle,
            "byline": article.byline,
            "dateline": article.dateline,
            "source": article.source,
            "published": article.published.date
            if article.published.date and article.published.date[:1] != "-"
            else None,
            "city": article.city.value if article.city else None,
            "agencies": [fact.value for fact in article.agencies],
        }
        details |= {key: value for key, value in values.items() if value}
        articles.append(details)
    paragraphs = []
    for _, paragraph in document.paragraphs():
        entry: dict[str, Any] = {"match": {"start": paragraph.text[:20]}, "kind": paragraph.kind}
        entry |= {key: list(paragraph.values(facet)) for key, facet in FACET_KEYS.items() if paragraph.values(facet)}
        doubtful = [join for join in paragraph.joins if join.confidence < 0.8]
        if doubtful or len(entry) > 2:
            paragraphs.append(entry)
    head = (
        f"# What was worked out for {document.path}. Change what is wrong and remove the rest.\n"
        f"# To undo a join: split_at: the text with which the new paragraph begins. Facets: {', '.join(FACETS)}.\n"
    )
    return head + yaml.safe_dump(
        {"articles": articles, "paragraphs": paragraphs}, allow_unicode=True, sort_keys=False, width=10_000
    )
