"""Addresses by chance: every route there is, every parameter of the OpenAPI description, with values that suit, that hurt, or of the archive itself."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Flask

from juanzong.search.request import FACET_FIELDS
from juanzong.web.routes.openapi.paths import description

HURTING = (
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
    "-1",
    "9" * 18,
    "\u202e",
    "'; --",
    "../",
    "\r\nX: y",
)
_DATES = (
    "",
    "2021",
    "2021-11",
    "2021-11-03",
    "2021-02-30",
    "0001",
    "9999-12-31",
    "2021..2022",
    "..2021-11",
    "2021-11..",
)
_STRANGE = ("/%00", "/..%2f", "/doc/..%2f..%2fetc%2fpasswd", "/static/..%2f..%2fsetup.cfg", "/%ff%fe", "//", "/nowhere")


class Addresses:
    """What may be asked of an application whose archive has these `ids` of paragraphs, `documents` and `words`."""

    def __init__(self, app: Flask, ids: Sequence[str], documents: Sequence[str], words: Sequence[str]) -> None:
        self._held = {"id": ids, "documents": documents}
        self._words = words
        paths = description("0")["paths"]
        described = [parameter for path in paths.values() for parameter in path["get"].get("parameters", ())]
        self._parameters = {
            path: [parameter for parameter in operation["get"].get("parameters", ()) if parameter["in"] == "query"]
            for path, operation in paths.items()
        }
        # pages take what the interface takes, under the same names
        self._every = list(
            {parameter["name"]: parameter for parameter in described if parameter["in"] == "query"}.values()
        )
        self.routes = sorted(
            {
                *paths,
                *(
                    rule.rule
                    for rule in app.url_map.iter_rules()
                    if "GET" in (rule.methods or ()) and rule.endpoint != "static"
                ),
            }
        )

    def draw(self, chance: random.Random) -> tuple[str, str]:
        """A route and an address of it."""
        route = chance.choice(self.routes) if chance.random() < 0.98 else chance.choice(_STRANGE)
        allowed = self._parameters.get(route, self._every)
        given = [
            (parameter["name"], self._value(chance, parameter["schema"], parameter["name"]))
            for parameter in chance.sample(allowed, min(len(allowed), chance.choice((0, 1, 1, 2, 2, 3, 5, 8))))
            for _ in range(chance.choice((1, 1, 1, 1, 2, 4)))
        ]
        if allowed and chance.random() < 0.7:
            given.insert(0, ("q", self._text(chance)))
        if chance.random() < 0.1:
            given.append(("".join(chance.choices("abqπ%", k=3)), chance.choice(HURTING)))
        chance.shuffle(given)
        path = self._path(chance, route)
        return route, path + (
            "?" + "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in given) if given else ""
        )

    def _path(self, chance: random.Random, route: str) -> str:
        path = route
        while (start := min((at for at in (path.find("{"), path.find("<")) if at >= 0), default=-1)) >= 0:
            end = path.find("}" if path[start] == "{" else ">", start)
            inside = path[start + 1 : end]
            if inside.startswith("any("):
                part = chance.choice(inside[4 : inside.index(")")].split(",")).strip()
            elif inside.endswith("name"):
                part = chance.choice((*FACET_FIELDS, "nothing"))
            elif "document" in inside or "doc" in path:
                part = chance.choice((*self._held["documents"], chance.choice(HURTING)))
            else:
                part = chance.choice((*self._held["id"], "0" * 16, chance.choice(HURTING)))
            path = path[:start] + _quoted(part) + path[end + 1 :]
        return path

    def _value(self, chance: random.Random, schema: dict[str, Any], name: str) -> str:
        if chance.random() < 0.2:
            return "".join(chance.choices(HURTING, k=chance.randint(0, 4)))
        if "enum" in schema:
            return str(chance.choice(schema["enum"]))
        if schema.get("type") == "integer":
            return str(chance.choice((1, 2, 3, 10, schema.get("maximum", 1000), chance.randint(-1, 1 << 40))))
        if "pattern" in schema:
            return chance.choice(_DATES)
        if name == "id":
            return chance.choice(list(self._held["id"]))
        if name == "box":
            return ",".join(str(chance.randint(-10, 10_010)) for _ in range(chance.choice((4, 4, 4, 3))))
        return chance.choice(("", *self._words))

    def _text(self, chance: random.Random) -> str:
        parts = [chance.choice(self._words) for _ in range(chance.randint(1, 3))]
        parts += chance.choices(HURTING, k=chance.choice((0, 0, 0, 1, 3)))
        chance.shuffle(parts)
        return chance.choice(("", " ", " OR ", " -")).join(parts)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")
