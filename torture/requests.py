"""Requests by chance: nothing may be a fault of the server's, and two readers learn nothing of each other."""

from __future__ import annotations

import io
import json
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from flask import Flask

from juanzong.index.build.editions import rebuild, update
from juanzong.search import SearchRequest
from juanzong.web.app import create_app
from juanzong.web.service import accounts
from juanzong.web.service.audit import Audit
from juanzong.web.settings import Service
from torture.addresses import Addresses
from torture.ground import Outcome, Share, archive
from torture.memory import peak, resident

_GROWTH = 120.0
"""So many MB more at the end of many requests than after the first tenth of them are a fault."""
_WORDS = (
    "流调",
    "核酸检测点",
    "哈尔滨市",
    "徐州",
    "公安局",
    "通报",
    "2021",
    "liudiao",
    "的",
    "流*",
    "title:通报",
    "-的",
)


def requests(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """Addresses of every route, put together of what suits and of what hurts."""
    trials = share.trials
    app = create_app(archive(folder, 12).index, Service(sources=True))
    client = app.test_client()
    addresses = _addresses(app, _WORDS)
    outcome, seen = Outcome("requests", trials), Counter[int]()
    slowest, largest, longest, early = (0.0, ""), (0, ""), (0.0, ""), resident()
    for trial in range(trials):
        route, address = addresses.draw(chance)
        started, spent = time.perf_counter(), time.process_time()
        answer = client.get(address, buffered=True)
        spent, seconds, size = time.process_time() - spent, time.perf_counter() - started, len(answer.get_data())
        slowest, largest, longest = (
            max(slowest, (seconds, address[:120])),
            max(largest, (size, address[:120])),
            max(longest, (spent, route)),
        )
        seen[answer.status_code] += 1
        if answer.status_code >= 500:
            outcome.faults.append(f"{answer.status_code} {address[:600]}")
        answer.close()
        if trial == trials // 10:
            early = resident()
    outcome.told = {
        "routes": len(addresses.routes),
        "answers": ", ".join(f"{status}: {count:,}" for status, count in sorted(seen.items())),
        "slowest": f"{slowest[0]:.2f} s {slowest[1]}",
        "most processor time": f"{longest[0]:.2f} s {longest[1]}",
        "largest": f"{largest[0]:,} bytes {largest[1]}",
        "memory": f"{early:.0f} → {resident():.0f} MB, at most {peak():.0f} MB",
    }
    if resident() > early + _GROWTH:
        outcome.faults.append(f"memory grows: {early:.0f} → {resident():.0f} MB")
    return outcome


_KEPT = {
    "甲馆": (("霁月簿", "甲一报", "阜新市", "琅嬛录"), 2021),
    "乙馆": (("沆瀣簿", "乙二报", "漯河市", "璇玑录"), 2022),
}
_OFTEN = 400
"""Addresses asked of one pair of corpora."""


def readers(chance: random.Random, share: Share, folder: Path) -> Outcome:
    """Two accounts and two collections of random documents. What an account gets at any address is, byte for byte, what it gets of an archive that has
    nothing but its collection; times, sizes and the number of the generation aside."""
    trials = share.trials
    outcome, asked, compared = Outcome("readers", trials), 0, Counter[str]()
    while asked < trials:
        place = folder / str(asked)
        apps = _two_archives(chance, place)
        clients = {name: app.test_client() for name, (app, _) in apps.items()}
        keys = {name: key for name, (_, key) in apps.items()}
        hits = list(apps["both"][0].extensions["juanzong"].whole().scan(SearchRequest(q="*", boilerplate=True)))
        words = [*_WORDS, *(word for kept, _ in _KEPT.values() for word in kept), *_KEPT]
        addresses = Addresses(apps["both"][0], [hit["id"] for hit in hits], sorted({hit["doc"] for hit in hits}), words)
        for _ in range(min(_OFTEN, trials - asked)):
            asked += 1
            route, address = addresses.draw(chance)
            if route in _OF_ITS_OWN:
                continue
            name = chance.choice(list(_KEPT))
            said = [
                _said(clients[archive], address, key)
                for archive, key in (("both", keys["both"][name]), (name, keys[name][name]))
            ]
            compared["answers with hits"] += said[0][0] == 200 and "霁月簿" in said[0][1] or "沆瀣簿" in said[0][1]
            if said[0] != said[1]:
                outcome.faults.append(f"{name}: {address[:400]}: {_difference(said[0][1], said[1][1])}")
    outcome.told = dict(compared)
    return outcome


# the description is the same for all, counters are of the server, and a login has a token of chance
_OF_ITS_OWN = ("/metrics", "/login", "/logout", "/account")


def _two_archives(chance: random.Random, folder: Path) -> dict[str, tuple[Flask, dict[str, str]]]:
    """The archive of both collections, and one of each alone, with the keys of both accounts."""
    texts = {name: _texts(chance, *kept) for name, kept in _KEPT.items()}
    later = {name: chance.sample(sorted(held), 2) for name, held in texts.items()}
    apps = {}
    for held in ("both", *_KEPT):
        corpus, index = folder / held / "corpus", folder / held / "index"
        names = [held] if held in _KEPT else list(_KEPT)
        for draft in (True, False):
            for name in names:
                (corpus / name).mkdir(parents=True, exist_ok=True)
                for title, text in texts[name].items():
                    written = "原先的内容，后来不见了，流调。\n" if draft and title in later[name] else text
                    (corpus / name / f"{title}.md").write_text(written, "utf-8")
            # an update leaves several segments, and documents that no longer count
            (rebuild if draft else update)(index, [corpus], jobs=1)
        path = index / accounts.FILE
        keys = {}
        for name in _KEPT:
            accounts.add(path, f"reader-{name}", "correct horse battery", "sources", [name])
            keys[name] = accounts.add_key(path, f"reader-{name}")
        app = create_app(index, Service(sources=True))
        app.extensions["audit"] = Audit(io.StringIO())
        apps[held] = app, keys
    return apps


def _texts(chance: random.Random, words: tuple[str, str, str, str], year: int) -> dict[str, str]:
    word, source, city, title = words
    return {
        f"{title}{number}": (
            f"---\ntitle: {title}第{number}期\ndate: {year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}\nsource: {source}\n---\n"
            f"{city}公安局在{word}中记下{''.join(chance.choices(_WORDS[:6], k=chance.randint(1, 6)))}，并向{city}卫生健康委员会通报。\n\n"
            + "".join(
                f"两馆都有的一段话：流调专班连夜核对{chance.choice(_WORDS[:6])}，随后由值班人员逐户登记并把结果向社会公布，请市民配合。\n\n"
                for _ in range(chance.randint(0, 2))
            )
        )
        for number in range(chance.randint(3, 7))
    }


def _said(client: Any, address: str, key: str) -> tuple[int, str]:
    answer = client.get(address, headers={"Authorization": f"Bearer {key}"}, buffered=True)
    data, status = answer.get_data(), answer.status_code
    answer.close()
    if answer.mimetype == "image/jpeg":
        return status, data.hex()
    text = data.decode("utf-8", "replace")
    if answer.mimetype == "application/json":
        return status, json.dumps(_settled(json.loads(text)), ensure_ascii=False, sort_keys=True)
    return status, _PASSING.sub("", text)


_PASSING = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([+Z](00:00)?)?|[\d.,]+ ?(毫秒|ms|MB|KB|秒)|nonce=\S+|[?&]v=\w+|\betag\W+\w+"
)


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _settled(held)
            for name, held in value.items()
            if name not in ("took_ms", "generation", "built_at", "age_seconds", "sources", "seconds", "bytes", "added")
        }
    return [_settled(one) for one in value] if isinstance(value, list) else value


def _difference(one: str, other: str) -> str:
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"{one[max(0, at - 60) : at + 60]!r} instead of {other[max(0, at - 60) : at + 60]!r}"


def _addresses(app: Flask, words: tuple[str, ...]) -> Addresses:
    hits = list(app.extensions["juanzong"].whole().scan(SearchRequest(q="*", boilerplate=True)))
    return Addresses(app, [hit["id"] for hit in hits], sorted({hit["doc"] for hit in hits}), words)
