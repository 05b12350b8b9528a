"""What the routes share: the search that an address asks for, the archive that answers, answers with their tags."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from flask import Response, current_app, g, request

from juanzong.index.errors import NotFound, UsageError
from juanzong.search import Engine, SearchRequest, budget
from juanzong.search.address import parse
from juanzong.search.answer.result import Hit
from juanzong.web.language import Language, chosen
from juanzong.web.service.archive import Archive
from juanzong.web.service.readers import reader
from juanzong.web.service.transfer import Shelf, answer, body_of, entity_tag, tagged, takes_gzip, unchanged
from juanzong.web.settings import release

Proxied = TypeVar("Proxied")
LARGEST_PAGE = 100
EXTENSION = "juanzong"


def behind(proxy: Proxied) -> Proxied:
    """What a proxy of Flask stands for in this request: each look through it costs four calls."""
    found: Proxied = proxy._get_current_object()  # type: ignore[attr-defined]
    return found


def archive() -> Archive:
    found: Archive = current_app.extensions[EXTENSION]
    return found


def language() -> Language:
    """The language of the request, chosen once."""
    found: Language | None = g.get("language")
    if found is None:
        found = g.language = chosen(behind(request))
    return found


def asked(strict: bool, besides: Sequence[str] = (), fixed: Mapping[str, str] | None = None) -> SearchRequest:
    """The search in the address, some parameters of which the route may give itself. Raises UsageError; unknown parameters, but for those `besides`,
    count as errors where `strict`."""
    given = {name: values for name, values in request.args.lists() if name not in besides}
    found = parse({**given, **{name: [value] for name, value in (fixed or {}).items()}}, strict=strict)
    if found.size > LARGEST_PAGE:
        raise UsageError(
            f"size is {found.size}; use at most {LARGEST_PAGE}, or an export for everything.",
            code="size",
            args_=(found.size, LARGEST_PAGE),
        )
    return found


def cited(engine: Engine, paragraph_id: str) -> Hit:
    """The paragraph that an address names. Raises NotFound."""
    try:
        return engine.paragraph(paragraph_id)
    except NotFound as error:
        error.code, error.args_ = "paragraph", (paragraph_id[:40],)
        raise


def limit_time(seconds: float | None) -> None:
    """How long the searches of this thread may take from now on."""
    budget.begin(seconds)


class timed:  # noqa: N801 - it is used like a function
    """Counts the time within as one stage of this answer."""

    # a generator as a context costs three times as much, and each answer has several

    __slots__ = ("_stage", "_stages", "_started")

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def __enter__(self) -> None:
        self._stages: dict[str, float] = g.stages
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._stages[self._stage] = self._stages.get(self._stage, 0.0) + time.perf_counter() - self._started


def answered(engine: Engine, make: Callable[[], str | bytes], content_type: str, keep: bool = True) -> Response:
    """The answer with a tag of its address, language, day and generation; 304 where the asker holds it already.

    An answer is kept under its tag, so that what many ask for is made once; not where it says how long it took to make.
    """
    g.engine = engine
    info = engine.info()
    sent, app = behind(request), behind(current_app)
    tag = entity_tag(
        release(),
        str(app.config["ASSETS"]),
        engine.edition(),
        str(info["built_at"]),
        str(info["stale"]),
        who.sight if (who := reader()) else "",
        language().code,
        datetime.date.today().isoformat(),
        sent.host,
        sent.path,
        sent.query_string.decode("latin-1"),
    )
    if unchanged(sent, tag):
        return tagged(Response(status=304), tag)
    shelf: Shelf = app.extensions["shelf"]
    body = shelf.get(tag) if keep else None
    if body is None:
        with app.extensions["turns"].page():
            # what waited for its turn has lost no time
            limit_time(app.extensions["service"].query_seconds)
            made = make()
        with timed("compress"):
            body = body_of(made.encode("utf-8", "replace") if isinstance(made, str) else made, takes_gzip(sent))
        if "partial" in engine.info() or budget.is_short():
            # while a part of the archive is away, or of the answer left out, nothing is kept, neither here nor by the asker
            return answer(sent, body, content_type)
        if keep:
            shelf.put(tag, body)
    return tagged(answer(sent, body, content_type), tag)


def parameters() -> Mapping[str, Sequence[str]]:
    """The parameters of the address but for the language of the page."""
    return {name: values for name, values in request.args.lists() if name != "lang"}
