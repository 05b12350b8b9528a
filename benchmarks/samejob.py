"""juanzong and tantivy at the same job, in processor time: `python -m benchmarks.samejob --help`

The job: a string is found wherever it stands (character pairs with positions), words and pairs score, the exact total, the ten best with text,
snippet and marks, the counts of city, agency, source and month; the chosen city's own facet is counted without it. tantivy's queries are put together
from objects and its marks are the cheapest there are (`str.find`); it has no titles in the score, no second stage of ranking, no synonyms, no
near-duplicates, no reasons of facts. Beside the engine stand its whole page and its JSON answer, through the application and compressed.

Every answerer is a process of its own; they take turns on every query, so that whatever else the machine does meets all of them.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from benchmarks.corpus import default_corpora, write_slice
from benchmarks.memory import folder_bytes
from juanzong.index.build import rebuild
from juanzong.index.text.analysis import Segmenter
from juanzong.index.text.folding import fold
from juanzong.search import SearchRequest, open_engine
from juanzong.search.language.synonyms import synonyms_for

FACETS = ("city", "agency", "source", "month")
BANDS = {"rare": (5e-5, 5e-4), "mid": (1e-3, 1e-2), "common": (2e-2, 3e-1)}
_HAN = re.compile("[\u4e00-\u9fff]+")
_WINDOW = 120


class Case(NamedTuple):
    """A question. `words` all hold, any of them (or-3), or side by side (phrase); `city` filters."""

    kind: str
    words: tuple[str, ...]
    city: str | None = None

    @property
    def text(self) -> str:
        """The question in juanzong's language."""
        if self.kind == "phrase":
            return f'"{"".join(self.words)}"'
        return (" OR " if self.kind == "or-3" else " ").join(self.words)

    @property
    def strings(self) -> tuple[str, ...]:
        return ("".join(self.words),) if self.kind == "phrase" else self.words


Ask = Callable[[Case], int]


def drawn(index: Path, each: int, seed: int = 4242) -> list[Case]:
    """Questions from the texts of an index: words of two Han characters without synonyms, by how many paragraphs they stand in."""
    engine, cut, choose = open_engine(index), Segmenter().cut, random.Random(seed)
    frequency: Counter[str] = Counter()
    samples: list[list[str]] = []
    cities: Counter[str] = Counter()
    total = 0
    for hit in engine.scan(SearchRequest(q="*")):
        total += 1
        words = [word for word in cut(hit["text"]) if _HAN.fullmatch(word)]
        frequency.update(set(words))
        cities.update(hit["city"])
        if total % 7 == 0 and len(samples) < 60_000:
            samples.append(words)
    synonyms = synonyms_for(index)
    known = [word for word in sorted(frequency) if len(word) == 2 and not synonyms.of(word)]
    bands = {
        kind: [w for w in known if low * total <= frequency[w] < high * total] for kind, (low, high) in BANDS.items()
    }
    broad = {*bands["mid"], *bands["common"]}
    cases = [Case(kind, (word,)) for kind, band in bands.items() if band for word in choose.choices(band, k=each)]
    found = 0
    for words in choose.sample(samples, len(samples)):
        own = sorted(set(words) & broad)
        pairs = [(a, b) for a, b in zip(words, words[1:]) if a in broad and b in broad and a != b]
        if len(own) >= 3 and pairs and found < each:
            found += 1
            cases += [
                Case("and-2", tuple(choose.sample(own, 2))),
                Case("or-3", tuple(choose.sample(own, 3))),
                Case("phrase", choose.choice(pairs)),
            ]
    chosen = [city for city, _ in cities.most_common(3)]
    return cases + [
        Case("filter", (choose.choice(sorted(broad)),), chosen[n % len(chosen)]) for n in range(each if chosen else 0)
    ]


# --- who answers: each gives the total ---


def embedded(index: Path) -> Ask:
    engine = open_engine(index)
    return lambda case: engine.search(SearchRequest(q=case.text, city=[case.city] if case.city else [])).total


def over_http(index: Path, path: str) -> Ask:
    """Through the application, without a socket. Each address is asked for once, so that no kept answer is sent again."""
    from juanzong.web.app import create_app

    app, engine, asked = create_app(index), embedded(index), iter(range(1 << 30))

    def ask(case: Case) -> int:
        query = urlencode([("q", case.text), *([("city", case.city)] if case.city else [])])
        given = {
            "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query + ("" if path != "/" else f"&asked={next(asked)}"),
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "gzip",
            "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        statuses: list[str] = []

        def start(status: str, headers: object, error: object = None) -> Callable[[bytes], object]:
            statuses.append(status)
            return lambda data: None

        body = app.wsgi_app(given, start)
        b"".join(body)
        if not statuses[0].startswith("200"):
            raise RuntimeError(f"{path}?{query} was answered {statuses[0]}.")
        return -1

    engine(Case("mid", ("中国",)))
    return ask


def tantivy_index(folder: Path) -> tuple[Any, Any]:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("words", "chars"):
        builder.add_text_field(name, stored=False, tokenizer_name="spaces", index_option="position")
    builder.add_bytes_field("text", stored=True)
    for name in FACETS:
        builder.add_text_field(name, stored=False, fast=True, tokenizer_name="raw", index_option="basic")
    schema = builder.build()
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(schema, path=str(folder))
    index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index, schema


def build_tantivy(index: Path, folder: Path) -> float:
    """Indexes the paragraphs of an index, with the values that they have there. Gives the processor seconds without reading and cutting."""
    import tantivy

    made, _ = tantivy_index(folder)
    writer, cut, seconds = made.writer(heap_size=512_000_000, num_threads=1), Segmenter().cut, 0.0
    for hit in open_engine(index).scan(SearchRequest(q="*")):
        folded = fold(hit["text"])
        words, pairs = (
            " ".join(filter(_HAN.fullmatch, cut(hit["text"]))),
            " ".join(map("".join, zip(folded, folded[1:]))),
        )
        started = time.process_time()
        document = tantivy.Document()
        document.add_text("words", words)
        document.add_text("chars", pairs)
        document.add_bytes("text", hit["text"].encode("utf-8", "replace"))
        values = {
            **hit,
            "source": [hit["source"]] * bool(hit["source"]),
            "month": [hit["date"][:7]] if hit["date"] else [],
        }
        for name in FACETS:
            for value in values[name]:
                document.add_text(name, value)
        writer.add_document(document)
        seconds += time.process_time() - started
    started = time.process_time()
    writer.commit()
    writer.wait_merging_threads()
    return seconds + time.process_time() - started


def tantivy(folder: Path) -> Ask:
    import tantivy as library

    index, schema = tantivy_index(folder)
    searcher = index.searcher()
    make, occur = library.Query, library.Occur
    counted = {name: {"terms": {"field": name, "size": 100}} for name in FACETS}

    def term(field: str, value: str) -> Any:
        return make.term_query(schema, field, value)

    def string(text: str) -> Any:
        pairs: list[str | tuple[int, str]] = [a + b for a, b in zip(text, text[1:])]
        return term("chars", text) if len(pairs) == 1 else make.phrase_query(schema, "chars", pairs)

    def ask(case: Case) -> int:
        parts = [string(text) for text in case.strings]
        how = occur.Should if case.kind == "or-3" else occur.Must
        required = make.boolean_query([(how, part) for part in parts]) if len(parts) > 1 else parts[0]
        scoring = [(occur.Should, term("words", word)) for word in case.words]
        scoring += [(occur.Should, term("chars", a + b)) for word in case.words for a, b in zip(word, word[1:])]
        found = full = make.boolean_query([(occur.Must, make.const_score_query(required, 0.0)), *scoring])
        if case.city:
            full = make.boolean_query(
                [(occur.Must, found), (occur.Must, make.const_score_query(term("city", case.city), 0.0))]
            )
        result = searcher.search(full, 10, count=True)
        searcher.aggregate(full, counted)
        if case.city:
            searcher.aggregate(found, {"city": counted["city"]})
        for _, address in result.hits:
            text = bytes(searcher.doc(address)["text"][0]).decode()
            marks = [match.span() for sought in case.strings for match in re.finditer(re.escape(sought), text)]
            start = max(0, (marks[0][0] if marks else 0) - 30)
            text[start : start + _WINDOW]
        return int(result.count)

    return ask


# --- taking turns ---


def _serve(pipe: Connection, make: Callable[..., Ask], given: tuple[Any, ...]) -> None:
    ask = make(*given)
    pipe.send(None)
    while (case := pipe.recv()) is not None:
        started = time.process_time()
        total = ask(case)
        pipe.send(((time.process_time() - started) * 1e3, total))


def take_turns(
    answerers: dict[str, tuple[Callable[..., Ask], tuple[Any, ...]]], cases: Sequence[Case], rounds: int
) -> dict[str, list[list[tuple[float, int]]]]:
    """For each answerer and question the milliseconds of processor time and the total of every round; the first round is that of a first question."""
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Connection] = {}
    for name, (make, given) in answerers.items():
        pipes[name], other = context.Pipe()
        context.Process(target=_serve, args=(other, make, given), daemon=True).start()
        pipes[name].recv()
    found: dict[str, list[list[tuple[float, int]]]] = {name: [[] for _ in cases] for name in pipes}
    warm = cases[0]
    for pipe in pipes.values():
        pipe.send(warm)
        pipe.recv()
    for _ in range(rounds + 1):
        for number, case in enumerate(cases):
            for name, pipe in pipes.items():
                pipe.send(case)
                found[name][number].append(pipe.recv())
    for pipe in pipes.values():
        pipe.send(None)
    return found


def table(cases: Sequence[Case], found: dict[str, list[list[tuple[float, int]]]], peer: str) -> Iterator[str]:
    """Medians of the questions of each class, each with its median of rounds, and beside them how many times the peer's they are."""
    yield "| processor ms | " + " | ".join(found) + " |"
    yield "|---|" + "---|" * len(found)

    def row(name: str, figures: dict[str, float]) -> str:
        return (
            f"| {name} | "
            + " | ".join(
                f"{ms:.2f} ({ms / figures[peer]:.2f})" if peer in figures else f"{ms:.2f}" for ms in figures.values()
            )
            + " |"
        )

    kinds = dict.fromkeys(case.kind for case in cases)
    for kind in (*kinds, "mix"):
        chosen = [number for number, case in enumerate(cases) if kind in (case.kind, "mix")]
        yield row(
            kind,
            {
                name: statistics.median(statistics.median(ms for ms, _ in own[n][1:]) for n in chosen)
                for name, own in found.items()
            },
        )
    yield row(
        "mix, asked for the first time",
        {name: statistics.median(rounds[0][0] for rounds in own) for name, own in found.items()},
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.samejob", description="juanzong and tantivy at the same job, in processor time."
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        nargs="+",
        help="JSONL documents (default: those beside the checkout, else the sample corpus)",
    )
    parser.add_argument("--paragraphs", type=int, default=100_000, help="default %(default)s")
    parser.add_argument("--index", type=Path, help="an index that was built before, instead of a corpus")
    parser.add_argument("--each", type=int, default=20, help="questions a class (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds after the first (default %(default)s)")
    parser.add_argument("--work", type=Path, help="a folder for what is built; emptied at the end")
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=options.work) as scratch:
        folder, index = Path(scratch), options.index
        if index is None:
            write_slice(options.corpus or default_corpora(), folder / "corpus", options.paragraphs)
            index = folder / "index"
            rebuild(index, [folder / "corpus"], jobs=os.cpu_count() or 1)
        answerers: dict[str, tuple[Callable[..., Ask], tuple[Any, ...]]] = {
            "juanzong": (embedded, (index,)),
            "page": (over_http, (index, "/")),
            "JSON": (over_http, (index, "/api/search")),
        }
        sizes = {"juanzong": folder_bytes(index)}
        try:
            seconds = build_tantivy(index, folder / "tantivy")
        except ImportError:
            print("tantivy is left out: it is not installed (pip install -e '.[bench]').", file=sys.stderr)
        else:
            answerers["tantivy"] = (tantivy, (folder / "tantivy",))
            sizes["tantivy"] = folder_bytes(folder / "tantivy")
            print(f"tantivy is built in {seconds:.1f} s of processor time, reading and cutting aside.")
        cases = drawn(index, options.each)
        found = take_turns(answerers, cases, options.rounds)
        lines = list(table(cases, found, "tantivy"))
        print("\n".join(lines))
        if "tantivy" in found:
            differ = sum(own[0][1] != other[0][1] for own, other in zip(found["juanzong"], found["tantivy"]))
            print(
                f"Totals agree on {len(cases) - differ} of {len(cases)} questions. Megabytes: {', '.join(f'{name} {size / 1e6:.0f}' for name, size in sizes.items())}."
            )
        if options.json:
            options.json.write_text(
                json.dumps({"cases": cases, "found": found, "sizes": sizes}, ensure_ascii=False), encoding="utf-8"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
