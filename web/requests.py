"""What the routes share: the search that an address asks for, the archive that answers, answers with their tags."""
from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response, current_app, g, request

from index.errors import UsageError
from search import Engine, SearchRequest
from search.address import parse
from web.archive import Archive
from web.language import Language, chosen
from web.settings import release
from web.transfer import Shelf, entity_tag, tagged, unchanged

LARGEST_PAGE = 100
EXTENSION = "juanzong"


def archive() -> Archive:
    found: Archive = current_app.extensions[EXTENSION]
    return found


def language() -> Language:
    return chosen(request)


def asked(strict: bool) -> SearchRequest:
    """The search in the address. Raises UsageError; unknown parameters count as errors where `strict`."""
    found = parse(request.args.to_dict(flat=False), strict=strict)
    if found.size > LARGEST_PAGE:
        raise UsageError(f"size is {found.size}; use at most {LARGEST_PAGE}, or an export for everything.", code="size",
                         args_=(found.size, LARGEST_PAGE))
    return found


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Counts the time within as one stage of this answer."""
    started = time.perf_counter()
    try:
        yield
    finally:
        g.stages[stage] = g.stages.get(stage, 0.0) + time.perf_counter() - started


def answered(engine: Engine, make: Callable[[], str], content_type: str, keep: bool = True) -> Response:
    """The answer with a tag of its address, language, day and generation; 304 where the asker holds it already.

    An answer is kept under its tag, so that what many ask for is made once; not where it says how long it took to make.
    """
    info = engine.info()
    tag = entity_tag(release(), str(current_app.config["ASSETS"]), engine.edition(), str(info["built_at"]), str(info["stale"]), language().code,
                     datetime.date.today().isoformat(), request.host, request.full_path)
    if unchanged(request, tag):
        return tagged(Response(status=304), tag)
    shelf: Shelf = current_app.extensions["shelf"]
    body = shelf.get(tag) if keep else None
    if body is None:
        body = make().encode("utf-8", "replace")
        if keep:
            shelf.put(tag, body)
    return tagged(Response(body, content_type=content_type), tag)
