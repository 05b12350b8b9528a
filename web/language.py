"""The language of the interface: catalogues of sentences, and how numbers and dates are written.

A catalogue is a flat JSON object from key to sentence. Sentences are plain text with `{name}` placeholders, never HTML; a sentence
that depends on a number is an object with the forms `one` and `other`, chosen by the placeholder `n`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from juanzong.index.errors import JuanzongError
from juanzong.web.markup import made_visible

if TYPE_CHECKING:
    from flask import Request

COOKIE = "lang"
TAGS = {"zh": "zh-Hans", "en": "en"}
_FOLDER = Path(__file__).parent / "catalogues"
_HOLE = "\ue000"
_PLACEHOLDER = re.compile(r"{(\w+)}")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_ISO = re.compile(r"(?:(\d{4})|-)(?:-(\d{2}))?(?:-(\d{2}))?")


@cache
def catalogue(code: str) -> Mapping[str, str | Mapping[str, str]]:
    """The sentences of a language, by key."""
    sentences: dict[str, str | Mapping[str, str]] = json.loads((_FOLDER / f"{code}.json").read_text("utf-8"))
    return sentences


class Language:
    """One language of the interface. Calling it gives a sentence for a page: escaped, with escaped values filled in."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.tag = TAGS[code]
        self._sentences = catalogue(code)
        # Sentences as `str.format` takes them, and those that have no placeholders: a page asks for some hundreds.
        self._patterns: dict[str, str] = {}
        self._escaped: dict[str, str] = {}
        self._fixed: dict[str, str] = {}
        self._fixed_here: dict[str, Markup] = {}

    def _form(self, key: str, values: Mapping[str, object]) -> str:
        sentence = self._sentences[key]
        if isinstance(sentence, str):
            return sentence
        return sentence["one" if values.get("n") == 1 else "other"]

    def __call__(self, key: str, **values: object) -> Markup:
        if not values and (fixed := self._fixed_here.get(key)) is not None:
            return fixed
        form = self._form(key, values)
        pattern = self._escaped.get(form)
        if pattern is None:
            pattern = self._escaped[form] = _pattern(form, escape)
            if form is self._sentences[key] and not _PLACEHOLDER.search(form):
                self._fixed_here[key] = Markup(pattern.format())
        return Markup(
            pattern.format_map(
                {
                    name: value if type(value) is Markup else escape(made_visible(value))
                    for name, value in values.items()
                }
            )
        )

    def plain(self, key: str, **values: object) -> str:
        """The sentence as plain text, for whatever is not HTML."""
        if (fixed := self._fixed.get(key)) is not None:
            return fixed
        form = self._form(key, values)
        pattern = self._patterns.get(form)
        if pattern is None:
            pattern = self._patterns[form] = _pattern(form, str)
            if form is self._sentences[key] and not _PLACEHOLDER.search(form):
                self._fixed[key] = form
        return pattern.format_map({name: str(made_visible(value)) for name, value in values.items()})

    @lru_cache(8192)  # noqa: B019 - there are two languages, and they stay
    def around(self, key: str, hole: str, one: bool, **values: str) -> tuple[str, str]:
        """What stands before and after a placeholder in a sentence for a page, in the form for one or for several: a drawing says it of each of its parts."""
        pattern = _pattern(self._form(key, {"n": 1 if one else 2}), escape)
        shown = {name: escape(made_visible(value)) for name, value in values.items()}
        before, _, after = pattern.format_map({**shown, hole: _HOLE}).partition(_HOLE)
        return before, after

    def known(self, key: str) -> bool:
        return key in self._sentences

    def error(self, error: JuanzongError) -> str:
        """The sentence of an error; "" where the catalogue has none for it. Placeholders are numbers: {0}, {1}, …"""
        key = f"wrong.{error.code}"
        return (
            self.plain(key, **{f"_{number}": value for number, value in enumerate(error.args_)})
            if error.code and self.known(key)
            else ""
        )

    def number(self, number: int) -> str:
        """Grouped by thousands from 10,000 up: four digits read well as they are."""
        return str(number) if abs(number) < 10_000 else f"{number:,}".replace(",", self.plain("number.group"))

    def basis(self, basis: str | None) -> str:
        """Where a fact comes from, in words; the name of the basis itself where the catalogue has none."""
        return self.plain(f"basis.{basis}") if self.known(f"basis.{basis}") else str(basis)

    @lru_cache(8192)  # noqa: B019 - there are two languages, and they stay
    def date(self, iso: str, short: bool = False) -> str:
        """`YYYY`, `YYYY-MM`, `YYYY-Qn`, `YYYY-MM-DD` or `--MM-DD` as it is written in this language, with short names of months where asked for;
        anything else unchanged."""
        if quarter := _QUARTER.fullmatch(iso):
            return self.plain("date.quarter", y=quarter[1], q=quarter[2])
        match = _ISO.fullmatch(iso)
        if not match or not (match[1] or match[3]):
            return iso
        year, month, day = match.groups()
        if month and not 1 <= int(month) <= 12:
            return iso
        grain = ("day" if year else "yearless") if day else "month" if month else "year"
        name = self.plain("date.months.short" if short else "date.months").split()[int(month) - 1] if month else ""
        return self.plain(f"date.{grain}", y=year or "", month=name, d=int(day) if day else "")


def _pattern(form: str, write: Callable[[str], str]) -> str:
    """A sentence for `str.format_map`: its text as it is written, braces doubled, and its placeholders, numbered ones with `_` before them."""
    return "".join(
        f"{{_{piece}}}"
        if number % 2 and piece.isdigit()
        else f"{{{piece}}}"
        if number % 2
        else str(write(piece)).replace("{", "{{").replace("}", "}}")
        for number, piece in enumerate(_PLACEHOLDER.split(form))
    )


@cache
def language(code: str) -> Language:
    return Language(code)


def chosen(request: Request) -> Language:
    """The language of a request: `lang=`, then the cookie, then the browser's wish, then Chinese."""
    for code in (
        request.args.get("lang"),
        request.cookies.get(COOKIE),
        _wished(request.headers.get("Accept-Language", "")),
    ):
        if code in TAGS:
            return language(str(code))
    return language("zh")


@lru_cache(256)
def _wished(header: str) -> str | None:
    # the command line speaks without a server
    from werkzeug.datastructures import LanguageAccept
    from werkzeug.http import parse_accept_header

    return parse_accept_header(header, LanguageAccept).best_match(list(TAGS))
