"""SQLite's FTS5: a contentless table over the words, facets by GROUP BY over the matches."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.corpus import Row
from benchmarks.peers import HITS, VALUES, Answer, Built
from benchmarks.queries import Query

_FILE = "index.db"
_TABLES = """
CREATE VIRTUAL TABLE words USING fts5(body, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE texts(id INTEGER PRIMARY KEY, text TEXT);
CREATE TABLE months(id INTEGER PRIMARY KEY, month INTEGER);
CREATE TABLE city(id INTEGER, value INTEGER, PRIMARY KEY(id, value)) WITHOUT ROWID;
CREATE TABLE agency(id INTEGER, value INTEGER, PRIMARY KEY(id, value)) WITHOUT ROWID;
CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
"""
_MATCH = "INSERT INTO matches SELECT rowid, rank FROM words WHERE words MATCH ?"
# the + keeps SQLite from looking up each paragraph of the city in the full-text index
_FILTERED = f"{_MATCH} AND +rowid IN (SELECT id FROM city WHERE value = (SELECT id FROM names WHERE name = ?))"
_TEXTS = f"SELECT texts.text FROM (SELECT id, score FROM matches ORDER BY score LIMIT {HITS}) best CROSS JOIN texts USING(id) ORDER BY score"
_COUNT = f"SELECT name, n FROM (SELECT value, count(*) n FROM matches CROSS JOIN {{}} USING(id) GROUP BY value ORDER BY n DESC LIMIT {VALUES}) JOIN names ON names.id = value"
_MONTHS = "SELECT name, n FROM (SELECT month, count(*) n FROM matches CROSS JOIN months USING(id) GROUP BY month) JOIN names ON names.id = month"


class Engine:
    """Matches go into a temporary table once, from which everything is counted."""

    reading = "words"
    disjunctive = False

    def build(self, rows: Iterable[list[Row]], folder: Path) -> Built:
        started = time.perf_counter()
        database = sqlite3.connect(folder / _FILE)
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;" + _TABLES)
        seconds = time.perf_counter() - started
        names: dict[str, int] = {}
        paragraph = 0

        def number(name: str) -> int:
            return names.setdefault(name, len(names) + 1)

        for run in rows:
            started = time.perf_counter()
            first, paragraph = paragraph + 1, paragraph + len(run)
            numbered = list(enumerate(run, first))
            database.executemany(
                "INSERT INTO words(rowid, body) VALUES(?, ?)", ((place, row.words) for place, row in numbered)
            )
            database.executemany("INSERT INTO texts VALUES(?, ?)", ((place, row.text) for place, row in numbered))
            database.executemany(
                "INSERT INTO months VALUES(?, ?)", ((place, number(row.month)) for place, row in numbered if row.month)
            )
            database.executemany(
                "INSERT INTO city VALUES(?, ?)",
                ((place, number(value)) for place, row in numbered for value in row.city),
            )
            database.executemany(
                "INSERT INTO agency VALUES(?, ?)",
                ((place, number(value)) for place, row in numbered for value in row.agency),
            )
            seconds += time.perf_counter() - started
        started = time.perf_counter()
        database.executemany("INSERT INTO names VALUES(?, ?)", ((place, name) for name, place in names.items()))
        database.execute("CREATE INDEX of_city ON city(value, id)")
        database.execute("INSERT INTO words(words) VALUES('optimize')")
        database.commit()
        database.close()
        seconds += time.perf_counter() - started
        return Built(seconds, seconds)

    def open(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / _FILE, isolation_level=None)
        self.database.executescript(
            "PRAGMA query_only=OFF; PRAGMA cache_size=-262144; PRAGMA mmap_size=8589934592; PRAGMA temp_store=MEMORY;"
            "CREATE TEMP TABLE matches(id INTEGER PRIMARY KEY, score REAL);"
        )

    def ask(self, query: Query) -> Any:
        execute = self.database.execute
        joined = (" OR " if query.kind == "or-3" else " + " if query.kind == "phrase" else " ").join(
            f'"{word}"' for word in query.words
        )
        execute("DELETE FROM matches")
        if query.city:
            execute(_FILTERED, (joined, query.city))
        else:
            execute(_MATCH, (joined,))
        total = execute("SELECT count(*) FROM matches").fetchone()[0]
        texts = execute(_TEXTS).fetchall()
        return (
            total,
            texts,
            {
                "city": execute(_COUNT.format("city")).fetchall(),
                "agency": execute(_COUNT.format("agency")).fetchall(),
                "month": execute(_MONTHS).fetchall(),
            },
        )

    def read(self, raw: Any) -> Answer:
        total, texts, facets = raw
        return Answer(total, len(texts), {name: dict(counts) for name, counts in facets.items()})

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"
