"""Trends, comparisons, concordances and places beside a plain search, in processor time, and all of their numbers counted again by hand.

`python -m benchmarks.studies --help`. Six words are drawn as curves, two cities are compared, a concordance and the places of a word are asked for,
each through the engine and as a whole page; they take turns with a plain search for the same word, and the ratio to that is what is reported.

Counting by hand goes over every paragraph as an export gives it: the words of a text are cut anew, days and cities are read off the hits.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from benchmarks.corpus import default_corpora, write_slice
from juanzong.index.build import rebuild
from juanzong.index.divisions import province_of
from juanzong.index.text.analysis import Segmenter
from juanzong.index.text.folding import fold
from juanzong.search import Engine, SearchRequest, open_engine
from juanzong.search.study.comparison import CompareRequest
from juanzong.search.study.places import places
from juanzong.search.study.saved import SavedSearch, news
from juanzong.search.study.trends import TrendRequest

Hits = Sequence[dict[str, Any]]
SERIES = 6
_RUNS = re.compile(r"[\u3007\u3400-\u9fff]+|[a-z0-9]+")
LINES = 40


class Subject(NamedTuple):
    """What is asked about: words of two Han characters in falling order of how many paragraphs have them, and the two commonest cities."""

    words: Sequence[str]
    cities: tuple[str, str]


def subject_of(hits: Hits, many: int = 24) -> Subject:
    """Words that stand in one paragraph in a hundred or fewer, and in more than a few."""
    cut = Segmenter().cut
    words = Counter(word for hit in hits for word in set(cut(hit["text"])) if len(word) == 2 and word >= "一")
    known = [word for word, count in words.most_common() if count <= len(hits) / 50]
    cities = [city for city, _ in Counter(city for hit in hits for city in hit["city"]).most_common(2)]
    return Subject(known[:many], (cities[0], cities[1]))


# --- counted by hand ---


def words_of(text: str, cut: Callable[[str], list[str]]) -> set[str]:
    """The words of a text: Han is cut, a run of Latin letters and digits is one word, and none goes over white space."""
    runs = [run for piece in text.split() for run in _RUNS.findall(fold(piece))]
    return {word for run in runs for word in ([run] if run.isascii() else cut(run))}


def differences(engine: Engine, hits: Hits, subject: Subject) -> Iterator[str]:
    """What the studies say otherwise than counting over `hits`, which are all paragraphs of the archive; nothing where all is well."""
    yield from _of_trends(engine, subject)
    yield from _of_comparison(engine, hits, subject)
    for word in subject.words[:SERIES]:
        yield from _of_concordance(engine, word)
        yield from _of_places(engine, word)
        yield from _of_news(engine, word)


def _unlike(what: str, found: object, counted: object) -> Iterator[str]:
    if found != counted:
        yield f"{what}: {found} is {counted} when counted"


def _of_trends(engine: Engine, subject: Subject) -> Iterator[str]:
    trend = engine.trends(TrendRequest(SearchRequest(), tuple(subject.words[:SERIES]), grain="month"))
    for series in trend.series:
        own = list(engine.scan(SearchRequest(q=series.label)))
        months = Counter(hit["date"][:7] for hit in own if hit["date"] and len(hit["date"]) > 4)
        what = f"trend of {series.label}"
        yield from _unlike(what, series.total, len(own))
        yield from _unlike(f"{what}, undated", series.undated, sum(not hit["date"] for hit in own))
        yield from _unlike(
            what,
            {p.period: p.count for p in series.points if p.count},
            {m: months[m] for m in trend.periods if months[m]},
        )
        yield from _unlike(
            f"{what}, outside", series.before + series.after, sum(months.values()) - sum(p.count for p in series.points)
        )


def _of_comparison(engine: Engine, hits: Hits, subject: Subject) -> Iterator[str]:
    found, cut = engine.compare(CompareRequest(SearchRequest(), "city", *subject.cities)), Segmenter().cut
    sets = [[hit for hit in hits if city in hit["city"]] for city in subject.cities]
    for side, own in zip(found.sides, sets):
        yield from _unlike(
            side.label, (side.paragraphs, side.articles), (len(own), len({hit["article"] for hit in own}))
        )
        days = sorted(hit["date"] for hit in own if hit["date"] and len(hit["date"]) == 10)
        yield from _unlike(
            f"{side.label}, days", (side.first, side.last), (days[0], days[-1]) if days else (None, None)
        )
    yield from _unlike("both", found.both, sum(set(subject.cities) <= set(hit["city"]) for hit in hits))
    counts = [Counter(word for hit in own for word in words_of(hit["text"], cut)) for own in sets]
    sizes = [len(own) for own in sets]
    for word in [word for words in found.words for word in words]:
        counted = (counts[0][word.text], counts[1][word.text])
        yield from _unlike(f"{word.text} in either city", tuple(word.counts), counted)
        yield from _unlike(f"G² of {word.text}", f"{word.g2:.3f}", f"{_likelihood(*counted, *sizes):.3f}")


def _likelihood(a: int, b: int, first: int, second: int) -> float:
    """Dunning's ratio as its paper writes it: twice the logarithm of how much likelier two shares are than one."""

    def log_likelihood(share: float, count: int, size: int) -> float:
        return (count * math.log(share) if count else 0.0) + (
            (size - count) * math.log(1 - share) if size > count else 0.0
        )

    together = (a + b) / (first + second)
    apart = log_likelihood(a / first, a, first) + log_likelihood(b / second, b, second)
    return 2 * (apart - log_likelihood(together, a, first) - log_likelihood(together, b, second))


def _of_concordance(engine: Engine, word: str) -> Iterator[str]:
    request = SearchRequest(q=f'"{word}"', view="kwic", sort="left", size=100_000)
    found = engine.concordance(request)
    own = {hit["id"]: fold(hit["text"]) for hit in engine.scan(SearchRequest(q=f'"{word}"'))}
    yield from _unlike(
        f"concordance of {word}",
        (found.total, found.lines),
        (len(own), sum(text.count(fold(word)) for text in own.values())),
    )
    for line in found.shown:
        if fold(line.left + line.marked + line.right) not in own[line.hit.id] or fold(line.marked) != fold(word):
            yield f"a line of the concordance of {word} is not what its paragraph says: {line.left}{line.marked}{line.right}"


def _of_places(engine: Engine, word: str) -> Iterator[str]:
    found, own = places(engine.search, SearchRequest(q=word)), list(engine.scan(SearchRequest(q=word)))
    provinces = Counter(name for hit in own for name in {province_of(city) for city in hit["city"]} if name)
    cities = Counter(city for hit in own for city in hit["city"])
    yield from _unlike(
        f"places of {word}", (found.total, found.missing), (len(own), sum(not hit["city"] for hit in own))
    )
    yield from _unlike(f"provinces of {word}", {place.name: place.count for place in found.provinces}, dict(provinces))
    listed = [*(city for place in found.provinces for city in place.within), *found.elsewhere]
    yield from _unlike(f"cities of {word}", {place.name: place.count for place in listed}, dict(cities))
    for district in [district for city in listed for district in city.within][:3]:
        yield from _unlike(
            district.name, engine.search(SearchRequest(q=word, district=(district.name,))).total, district.count
        )


def _of_news(engine: Engine, word: str) -> Iterator[str]:
    import datetime

    since = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=1)
    [entry] = news(engine, [SavedSearch(word, SearchRequest(q=word))], since)
    fresh = list(engine.scan(SearchRequest(q=word, fresh=True, added=f"{since}..")))
    yield from _unlike(
        f"news of {word}", (entry.total, entry.fresh), (engine.search(SearchRequest(q=word)).total, len(fresh))
    )


# --- measured ---


def asked(index: Path, engine: Engine, subject: Subject) -> dict[str, Callable[[int], object]]:
    """Each way to ask, given the number of the round, beside a plain search."""
    words, size = subject.words, max(1, len(subject.words) - SERIES)
    page = _pages(index)

    def word(number: int) -> str:
        return words[number % size]

    def six(number: int) -> tuple[str, ...]:
        return tuple(words[number % size : number % size + SERIES])

    pair = CompareRequest(SearchRequest(), "city", *subject.cities)
    return {
        "search": lambda n: engine.search(SearchRequest(q=word(n))),
        "trends of six": lambda n: engine.trends(TrendRequest(SearchRequest(), six(n))),
        "comparison": lambda n: engine.compare(pair),
        "concordance": lambda n: engine.concordance(SearchRequest(q=word(n), view="kwic", sort="left", size=LINES)),
        "places": lambda n: places(engine.search, SearchRequest(q=word(n))),
        "page of results": lambda n: page("/", [("q", word(n)), ("x", n)]),
        "page of trends": lambda n: page("/trends", [*(("q", q) for q in six(n)), ("x", n)]),
        "page of a comparison": lambda n: page(
            "/compare", [("by", "city"), ("a", subject.cities[0]), ("b", subject.cities[1]), ("x", n)]
        ),
        "page of a concordance": lambda n: page("/", [("q", word(n)), ("view", "kwic"), ("sort", "left"), ("x", n)]),
        "page of places": lambda n: page("/places", [("q", word(n)), ("x", n)]),
    }


def _pages(index: Path) -> Callable[[str, Sequence[tuple[str, object]]], None]:
    from werkzeug.test import Client

    from juanzong.web.app import create_app

    client = Client(create_app(index))

    def page(path: str, query: Sequence[tuple[str, object]]) -> None:
        answer = client.get(f"{path}?{urlencode(query)}", headers={"Accept-Encoding": "gzip"})
        if answer.status_code != 200:
            raise RuntimeError(f"{path} was answered {answer.status}.")

    return page


def measured(ways: dict[str, Callable[[int], object]], rounds: int) -> dict[str, float]:
    """Median processor milliseconds of each way; they take turns, the first round is not counted."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, ask in ways.items():
            started = time.process_time()
            ask(number)
            spent[name].append((time.process_time() - started) * 1e3)
    return {name: statistics.median(own[1:]) for name, own in spent.items()}


def table(figures: dict[str, float]) -> Iterator[str]:
    plain = figures["search"]
    yield "| asked | processor ms, median | times a plain search |"
    yield "|---|---|---|"
    for name, ms in figures.items():
        yield f"| {name} | {ms:.1f} | {ms / plain:.1f} |"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.studies",
        description="Trends, comparisons, concordances and places beside a plain search.",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        nargs="+",
        help="JSONL documents (default: those beside the checkout, else the sample corpus)",
    )
    parser.add_argument("--paragraphs", type=int, default=100_000, help="default %(default)s")
    parser.add_argument("--index", type=Path, help="an index that was built before, instead of a corpus")
    parser.add_argument("--rounds", type=int, default=15, help="rounds after the first (default %(default)s)")
    parser.add_argument("--check", action="store_true", help="count everything again by hand, and measure nothing")
    parser.add_argument("--work", type=Path, help="a folder for what is built; emptied at the end")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=options.work) as scratch:
        index = options.index
        if index is None:
            write_slice(options.corpus or default_corpora(), Path(scratch) / "corpus", options.paragraphs)
            index = Path(scratch) / "index"
            rebuild(index, [Path(scratch) / "corpus"], jobs=os.cpu_count() or 1)
        engine = open_engine(index)
        hits = list(engine.scan(SearchRequest(q="*")))
        subject = subject_of(hits)
        if options.check:
            wrong = list(differences(engine, hits, subject))
            print("\n".join(wrong) or f"Every number agrees over {len(hits):,} paragraphs.")
            return bool(wrong)
        del hits
        print("\n".join(table(measured(asked(index, engine, subject), options.rounds))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
