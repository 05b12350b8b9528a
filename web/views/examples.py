"""Examples for the start page, made of what the archive holds: queries that show the language, and questions over many paragraphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from juanzong.index.divisions import districts_of
from juanzong.index.errors import JuanzongError
from juanzong.search import Engine, SearchRequest
from juanzong.search.address import search_url
from juanzong.search.language.questions import question_words
from juanzong.search.study.addresses import compare_url, places_url, trends_url
from juanzong.search.study.comparison import ComparedWord, CompareRequest
from juanzong.search.study.trends import TrendRequest
from juanzong.web.language import Language
from juanzong.web.markup import visible
from juanzong.web.views.links import Link


@dataclass(frozen=True, slots=True)
class Example:
    """A query, and what it shows."""

    query: str
    url: str
    says: str


@dataclass(frozen=True, slots=True)
class Examples:
    queries: Sequence[Example]
    questions: Sequence[Link]


def examples(engine: Engine, stats: Mapping[str, Any], months: Mapping[str, int], t: Language) -> Examples:
    """`stats` are those of the engine, `months` how many paragraphs each has. What finds nothing is no example."""

    def finds(query: str) -> bool:
        result = engine.search(SearchRequest(q=query, size=1))
        return bool(result.total) and not result.query.relaxed

    cities, agencies = _values(stats, "city"), _values(stats, "agency")
    words = telling(engine, cities[:2])
    asked = [(word, "word") for word in words[:1]]
    if agencies:
        asked.append((f'"{agencies[0]}"', "exact"))
    if words and cities:
        city = cities[len(words) > 1].removesuffix("市")
        asked.append((f"{words[-1]} city:{city}", "city"))
    if len(words) > 1:
        asked.append((f"{words[0]} OR {words[1]}", "either"))
    if months:
        # a stray month is no example
        busiest = max(months, key=lambda month: (months[month], month))
        asked += [(f"{words[0]} date:{busiest}" if words else "", "date"), (f"date:{busiest}", "date")]
    shown: dict[str, Example] = {}
    for query, kind in asked:
        if query and kind not in shown and finds(query):
            shown[kind] = Example(query, search_url(SearchRequest(q=query)), t.plain(f"example.{kind}"))
    return Examples(list(shown.values()), _questions(words, cities, t))


# a comparison takes far longer than a page: the words of each engine, with its edition
_told: WeakKeyDictionary[Engine, tuple[str, list[str]]] = WeakKeyDictionary()


def telling(engine: Engine, cities: Sequence[str]) -> list[str]:
    """For each of two cities the word that tells it best from the other and is not itself a place. They are found once for each edition of an engine."""
    edition = engine.edition()
    held = _told.get(engine)
    if held is None or held[0] != edition:
        held = _told[engine] = edition, _compared(engine, cities)
    return held[1]


def _compared(engine: Engine, cities: Sequence[str]) -> list[str]:
    if len(cities) < 2:
        return []
    try:
        found = engine.compare(CompareRequest(SearchRequest(), "city", *cities))
    except JuanzongError:
        # an engine that does not compare
        return []
    places = "\n".join(name for city in cities for name in (city, *(d.removeprefix(city) for d in districts_of(city))))

    formulas = question_words().formulas

    def weight(word: ComparedWord) -> float:
        return word.g2 * word.log_ratio**2

    best = []
    for words in found.words:
        # a short form begins as its place does
        known = [word for word in words if f"\n{word.text}" not in f"\n{places}" and word.text not in formulas]
        best += [max(known, key=weight).text] if known else []
    return best


def _questions(words: Sequence[str], cities: Sequence[str], t: Language) -> list[Link]:
    found = []
    if words:
        word, said = words[0], visible(words[0])
        search = SearchRequest(q=word)
        found.append(Link(trends_url(TrendRequest(search, by="city")), t.plain("question.when", word=said)))
    if len(cities) > 1:
        pair = CompareRequest(SearchRequest(), "city", *cities[:2])
        found.append(Link(compare_url(pair), t.plain("question.differ", a=cities[0], b=cities[1])))
    if words:
        every = search_url(SearchRequest(q=words[-1], view="kwic", sort="left"))
        found.append(Link(every, t.plain("question.concordance", word=visible(words[-1]))))
        found.append(Link(places_url(search), t.plain("question.where", word=said)))
    return found


def _values(stats: Mapping[str, Any], facet: str) -> list[str]:
    return [str(entry["value"]) for entry in stats["facets"].get(facet, ())]
