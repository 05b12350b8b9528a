"""All values of a facet among what a search finds: a page to choose from, and the same as JSON. Beside the results only the first few are shown."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from flask import Blueprint, Response, current_app, request

from juanzong.index.errors import UsageError
from juanzong.index.text.folding import fold
from juanzong.index.text.pinyin import collated
from juanzong.search import SearchRequest
from juanzong.search.address import pairs, toggle_urls
from juanzong.search.answer.facets import Facet, FacetValue
from juanzong.search.request import FACET_FIELDS
from juanzong.web.initials import LETTERS, OTHER, initial
from juanzong.web.language import Language
from juanzong.web.service.requests import answered, archive, asked, language, timed
from juanzong.web.views.choices import boxes
from juanzong.web.views.links import Link, PageAddresses, Value
from juanzong.web.views.rendering import HTML, page

SIZE = 300
LONGEST = 200
# so many values are found without letters to jump to
FEW = 40
facets = Blueprint("facets", __name__)
_NAMES = ", ".join(FACET_FIELDS)


class ValuesPage:
    """One page of the values that hold a text and begin with a letter, in the order of their counts."""

    def __init__(self, facet: Facet, asked: SearchRequest, contains: str, letter: str = "") -> None:
        self.facet, self.asked, self.contains, self.letter = facet, asked, contains, letter
        sought = fold(contains)
        found = [value for value in facet.values if sought in fold(value.value)] if sought else list(facet.values)
        self.letters = Counter(initial(value.value) for value in found)
        if letter:
            found = [value for value in found if initial(value.value) == letter]
        self.found = sorted(found, key=_order)
        self.pages = max(1, -(-len(self.found) // SIZE))
        self.listed = self.found[(asked.page - 1) * SIZE : asked.page * SIZE]
        self.address = PageAddresses(asked)

    def url(self, number: int, before: str = "") -> str:
        """The address of another page of the list."""
        return self.address.values(self.facet.name, before, self.contains, number, self.letter)

    @property
    def jumps(self) -> list[Link]:
        """The letters that values begin with; the chosen one leads back to all of them. None where the values can be overlooked."""
        if self.facet.distinct < FEW:
            return []
        return [
            Link(
                self.address.values(self.facet.name, "", self.contains, letter="" if letter == self.letter else letter),
                "#" if letter == OTHER else letter,
                letter == self.letter,
                self.letters[letter],
            )
            for letter in LETTERS
            if self.letters[letter] or letter == self.letter
        ]

    @cached_property
    def shown(self) -> list[Value]:
        """The values of this page. The bucket without a value is the last of all, or the first where it is chosen; it holds no text."""
        listed = [Value(v.value, v.count, v.selected) for v in self.listed]
        missing = Value("", self.facet.missing, self.facet.missing_selected)
        if missing.selected:
            return [missing, *listed] if self.asked.page == 1 and not self._narrowed else listed
        return [*listed, missing] if self.asked.page == self.pages and not self._narrowed and missing.count else listed

    @property
    def _narrowed(self) -> bool:
        """Whether only some of the values are listed."""
        return bool(self.contains or self.letter)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form takes along besides the boxes: the rest of the search, and chosen values that are not on this page."""
        here = {value.value for value in self.shown}
        return [
            (name, value)
            for name, value in pairs(self.asked)
            if name not in ("q", "page") and not (name == self.facet.name and value in here)
        ]

    def to_dict(self) -> dict[str, Any]:
        urls = toggle_urls(self.asked, self.facet.name, ((v.value, v.selected) for v in self.listed))
        return {
            "facet": self.facet.name,
            "label": self.facet.label,
            "contains": self.contains,
            "initial": self.letter,
            "initials": {letter: self.letters[letter] for letter in LETTERS if self.letters[letter]},
            "missing": self.facet.missing,
            "missing_selected": self.facet.missing_selected,
            "distinct": self.facet.distinct,
            "found": len(self.found),
            "page": self.asked.page,
            "pages": self.pages,
            "next_url": self.url(self.asked.page + 1, "/api") if self.asked.page < self.pages else None,
            "values": [
                {"value": v.value, "label": v.label, "count": v.count, "selected": v.selected, "toggle_url": url}
                for v, url in zip(self.listed, urls)
            ],
        }


def _order(value: FacetValue) -> tuple[bool, int, bytes]:
    # GB 18030 keeps the order of GB 2312, whose common characters stand by pinyin.
    return not value.selected, -value.count, collated(value.value)


def _asked(name: str, strict: bool) -> tuple[SearchRequest, str, str]:
    """The search in the address, the text that the values must hold, and the letter that they must begin with."""
    if name not in FACET_FIELDS:
        raise UsageError(f'There is no facet "{name[:40]}"; use {_NAMES}.', code="facet", args_=(name[:40], _NAMES))
    contains, letter = _one("contains"), _one("initial").upper()
    if letter and letter not in LETTERS:
        choice = "A–Z, 0"
        raise UsageError(
            f'initial is "{letter[:40]}"; use one of {choice}.',
            code="choice",
            args_=("initial", f'"{letter[:40]}"', choice),
        )
    if len(contains) > LONGEST:
        raise UsageError(
            f"contains has {len(contains):,} characters; shorten it to {LONGEST}.",
            code="contains",
            args_=(f"{len(contains):,}", LONGEST),
        )
    return asked(strict, besides=("contains", "initial")), contains, letter


def _one(name: str) -> str:
    given = request.args.getlist(name)
    if len(set(given)) > 1:
        raise UsageError(
            f"{name} is given {len(given)} times; give it once.", code="repeated", args_=(name, len(given))
        )
    return given[0] if given else ""


@facets.get("/facet/<name>")
def facet_page(name: str) -> Response:
    found, contains, letter = _asked(name, strict=False)
    engine = archive().engine()
    return answered(
        engine,
        lambda: _written(
            ValuesPage(engine.values(found, name), found, contains, letter), language(), engine.info()["stale"]
        ),
        HTML,
    )


def _written(view: ValuesPage, t: Language, stale: bool) -> str:
    with timed("render"):
        return page(
            "values.html",
            view=view,
            asked=view.asked,
            kept=view.kept,
            boxes=boxes(view.facet.name, view.shown, t),
            state=pairs(view.asked),
            stale=stale,
        )


@facets.get("/api/facet/<name>")
def facet_values(name: str) -> Response:
    found, contains, letter = _asked(name, strict=True)
    engine = archive().engine()

    def body() -> str:
        answer = ValuesPage(engine.values(found, name), found, contains, letter).to_dict()
        return current_app.json.dumps({"ok": True, **answer, "index": engine.info()}) + "\n"

    return answered(engine, body, "application/json")
