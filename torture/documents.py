"""What comes from outside: addresses and documents made of what hurts."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path
from urllib.parse import quote

from juanzong.index.facts.context import ReadingContext
from juanzong.index.reading.pipeline import read_file
from juanzong.search.address import PARAMETERS
from juanzong.web.app import create_app
from torture.ground import Outcome, two_generations

_PARTS = (
    "流调",
    '"',
    "（",
    "*",
    "-",
    " OR ",
    "city:",
    "title:",
    "date:2021-13",
    "\x00",
    "\ud800",
    "的" * 300,
    "(" * 60,
    "NOT",
    "？",
    "a*",
    "%",
    "0" * 40,
)
_ROUTES = (
    "/",
    "/api/search",
    "/export.csv",
    "/export.jsonl",
    "/export.md",
    "/feed.atom",
    "/api/suggest",
    "/explain",
    "/api/explain",
    "/facet/city",
    "/api/facet/agency",
    "/doc/nowhere",
    "/api/doc/000.txt",
    "/cite/0000000000000000",
    "/copies/0000000000000000",
    "/api/trends",
    "/help",
    "/%00",
    "/..%2f",
)
_NAMES = (*PARAMETERS, "contains", "limit", "id", "lang", "by")


def requests(chance: random.Random, trials: int, folder: Path) -> Outcome:
    """Addresses put together of what hurts. Nothing may be a fault of the server's."""
    index, _ = two_generations(folder, 12)
    client = create_app(index).test_client()
    outcome = Outcome("requests", trials)
    slowest, largest = (0.0, ""), (0, "")
    for _ in range(trials):
        path = chance.choice(_ROUTES)
        given = [
            (chance.choice(_NAMES), "".join(chance.choices(_PARTS, k=chance.randint(0, 5))))
            for _ in range(chance.randint(0, 6))
        ]
        address = (
            path + "?" + "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in given)
        )
        started = time.perf_counter()
        answer = client.get(address, buffered=True)
        seconds, size = time.perf_counter() - started, len(answer.get_data())
        slowest, largest = max(slowest, (seconds, address[:160])), max(largest, (size, address[:160]))
        if answer.status_code >= 500:
            outcome.faults.append(f"{answer.status_code} {address[:300]}")
        answer.close()
    outcome.told = {"slowest": f"{slowest[0]:.2f} s {slowest[1]}", "largest": f"{largest[0]:,} bytes {largest[1]}"}
    return outcome


def documents(chance: random.Random, trials: int, folder: Path) -> Outcome:
    """Documents of the sample corpus with bytes changed, cut out and repeated. None may stop a build."""
    originals = [
        path
        for path in (Path(__file__).parents[1] / "seeds").rglob("*")
        if path.is_file() and path.stat().st_size < 200_000
    ]
    outcome, slowest = Outcome("documents", trials), (0.0, "")
    context = ReadingContext()
    for trial in range(trials):
        source = chance.choice(originals)
        data = bytearray(source.read_bytes())
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(data) + 1)
            piece = chance.choice(
                (
                    bytes((chance.randrange(256),)),
                    b"",
                    b"\x00",
                    b"<",
                    b"---\n",
                    b'"',
                    bytes(data[at : at + 400]) * 3,
                    b"\xef\xbf\xbf",
                )
            )
            data[at : at + chance.choice((0, 1, 40))] = piece
        path = folder / f"{trial % 8}{''.join(source.suffixes[-2:])}"
        path.write_bytes(data)
        started = time.perf_counter()
        try:
            read = read_file(path, context)
        except Exception as error:  # the fault that is sought
            outcome.faults.append(f"{source.name}: {type(error).__name__}: {error}")
            shutil.copy(path, folder / f"finding-{trial}{path.suffix}")
            continue
        slowest = max(slowest, (time.perf_counter() - started, source.name))
        if any("could not be read to the end" in problem.message for document in read for problem in document.warnings):
            outcome.faults.append(f"{source.name}: not read to the end")
    outcome.told = {"slowest": f"{slowest[0]:.2f} s {slowest[1]}"}
    return outcome
