"""An article while its facts are worked out: its plain text, and what was found in it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from juanzong.index.facts.agencies.lexicon import lexicon
from juanzong.index.facts.dates.anchors import Reference, ResolvedDate
from juanzong.index.facts.dates.days import DateHit, find_dates
from juanzong.index.facts.places.gazetteer import gazetteer
from juanzong.index.facts.places.meanings import bare_counties, candidates
from juanzong.index.facts.places.names import Place, PlaceHit, automaton_of
from juanzong.index.facts.places.votes import NOWHERE, Scope
from juanzong.index.records import Article, Fact, Published
from juanzong.index.text.automaton import Automaton, Found
from juanzong.index.text.plain import Plain


@dataclass(slots=True)
class Sheet:
    """One article on its way: plain paragraphs with what was found in them."""

    article: Article
    plains: list[Plain]
    texts: list[str]
    kinds: list[tuple[str, str]]
    cores: list[Sequence[Found]] = field(default_factory=list)
    hits: list[list[PlaceHit]] = field(default_factory=list)
    shorts: list[Sequence[tuple[int, str]]] = field(default_factory=list)
    places: list[list[Place]] = field(default_factory=list)
    dates: list[list[DateHit]] = field(default_factory=list)
    days: list[list[ResolvedDate]] = field(default_factory=list)
    scope: Scope = field(default_factory=lambda: NOWHERE)
    reference: Reference = field(default_factory=Reference)
    published: Published = Published()
    city: Fact | None = None
    line: tuple[int | None, int | None, int] | None = None

    @classmethod
    def of(cls, article: Article) -> Sheet:
        """An article before anything was found in it; `kinds` are its texts with the kinds of their paragraphs."""
        plains = Plain.each([paragraph.text for paragraph in article.paragraphs])
        texts = [plain.text for plain in plains]
        return cls(
            article, plains, texts, [(paragraph.kind, text) for paragraph, text in zip(article.paragraphs, texts)]
        )


@cache
def _names(agency_file: str | None) -> Automaton:
    """One automaton over the names of places and of bodies, since running over a text is what costs."""
    bodies = [*lexicon(agency_file).cores, *lexicon(agency_file).generic]
    counties = gazetteer().bare_shorts.difference(bodies)
    return automaton_of({"place": gazetteer().surfaces, "body": bodies, "county": counties})


def find_names(sheet: Sheet, agency_file: str | None) -> None:
    """Fill in the names of places and of bodies, and the days, that stand in every paragraph; boilerplate has days only."""
    names = _names(agency_file).each([text if kind != "boilerplate" else "" for kind, text in sheet.kinds])
    for text, found in zip(sheet.texts, names):
        sheet.dates.append(find_dates(text))
        if not found:
            # most paragraphs name nothing
            sheet.cores.append(())
            sheet.shorts.append(())
            sheet.hits.append(candidates(text, ()) if "公安" in text or "警" in text else [])
            continue
        places = [match for match in found if "place" in match[1].uses]
        cores = [match for match in found if "body" in match[1].uses]
        sheet.cores.append(cores)
        sheet.shorts.append([(end - word.length + 1, word.name) for end, word in found if "county" in word.uses])
        sheet.hits.append(candidates(text, places) if places or cores or "公安" in text or "警" in text else [])


def add_counties(sheet: Sheet, city: str | None) -> bool:
    """Whether bare short names of counties were found that the article, and its city where known, allow to be read."""
    named = sheet.scope.counties
    added = False
    for at, shorts in enumerate(sheet.shorts):
        if shorts and (more := bare_counties(sheet.texts[at], shorts, sheet.hits[at], sheet.places[at], named, city)):
            sheet.hits[at] = sorted(sheet.hits[at] + more, key=lambda hit: hit.start)
            added = True
    return added
