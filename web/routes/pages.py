"""The pages: start, results, document, help."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import quote

import markdown
import nh3
from flask import Blueprint, Response, request
from markupsafe import Markup

from juanzong.index.errors import NotFound
from juanzong.search import Engine, SearchRequest
from juanzong.search.request import FURTHER_FACETS
from juanzong.web.language import Language
from juanzong.web.service.readers import may_have_sources, reader
from juanzong.web.service.requests import answered, archive, asked, language, timed
from juanzong.web.views import start
from juanzong.web.views.choices import needed
from juanzong.web.views.concordance import ConcordanceView
from juanzong.web.views.document import DocumentPage
from juanzong.web.views.examples import examples
from juanzong.web.views.facsimile import ReadersPlace
from juanzong.web.views.links import PageAddresses, carried, is_asked
from juanzong.web.views.minimap import minimap
from juanzong.web.views.rendering import HTML, page
from juanzong.web.views.results import ResultsView

pages = Blueprint("pages", __name__)
# lines of a concordance are short: a page holds more of them than of paragraphs
_LINES = 40
_HELP = Path(__file__).parents[1] / "help"
_HELP_TAGS = {
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "pre",
    "kbd",
    "strong",
    "a",
    "hr",
    "br",
}


@pages.get("/")
def search() -> Response:
    found = asked(strict=False)
    engine = archive().engine()
    if not is_asked(found):
        return answered(engine, lambda: _start(engine, language()), HTML)
    return answered(engine, lambda: _results(engine, found, language()), HTML)


def _start(engine: Engine, t: Language) -> str:
    stats, who = archive().stats(), reader()
    everything = engine.search(SearchRequest(q="*", size=1, sort="-date"), 1, ("province",))
    months = {value.value: value.count for value in everything.facets["date"].values if len(value.value) > 4}
    return page(
        "start.html",
        here="start",
        stats=stats,
        drawing=start.over_time(everything, t),
        outside=ResultsView(everything, t, lambda _: 0).outside,
        map=minimap(everything.facets, SearchRequest(), PageAddresses(SearchRequest()), t),
        lists=start.listings(stats),
        examples=examples(engine, stats, months, t),
        new_url=start.new_url(engine),
        # what the curator watches is for those who see all of it
        saved=start.saved(archive().index_dir, engine, t) if who and who.collections is None else start.NONE_SAVED,
        built=str(stats["built_at"])[:16].replace("T", " "),
        stale=stats["stale"],
    )


def _results(engine: Engine, found: SearchRequest, t: Language) -> str:
    if found.view == "kwic" and "size" not in request.args:
        found = replace(found, size=_LINES)
    with timed("search"):
        # what frames a concordance are the counts and filters of the search; its lines have orders of their own
        framed = replace(found, view="", sort="-date", page=1, size=1) if found.view else found
        result = replace(engine.search(framed, needed(found), FURTHER_FACETS), request=found)
        concordance = ConcordanceView(engine.concordance(found), t) if found.view == "kwic" else None
    sources = may_have_sources()
    view = ResultsView(result, t, lambda other: engine.search(replace(other, size=1, page=1)).total, sources)
    with timed("render"):
        return page(
            "results.html",
            view=view,
            concordance=concordance,
            map=None if concordance else minimap(result.facets, found, view.address, t),
            asked=found,
            kept=carried(found),
            stale=result.index["stale"],
        )


@pages.get("/doc/<path:document_id>")
def document(document_id: str) -> Response:
    found = asked(strict=False)
    engine = archive().engine()

    def written() -> str:
        try:
            with timed("document"):
                view = engine.document(document_id, found.q, found.mode)
        except NotFound as error:
            error.code, error.args_ = "document", (document_id[:80],)
            raise
        json_url = f"/api/doc/{quote(document_id, safe='')}"
        shown = found if is_asked(found) else None
        sources = may_have_sources()
        with timed("render"):
            return page(
                "document.html",
                view=DocumentPage(view, found, language(), json_url, sources, ReadersPlace.of(request.args)),
                asked=shown,
                kept=carried(found),
                stale=view.index["stale"],
            )

    return answered(engine, written, HTML)


@pages.get("/help")
def help_page() -> str:
    return page("help.html", content=help_text(language().code))


@cache
def help_text(code: str) -> Markup:
    """The help of a language as sanitised HTML."""
    text = (_HELP / f"{code}.md").read_text("utf-8")
    made = markdown.markdown(text, extensions=["tables", "def_list"], output_format="html")
    return Markup(nh3.clean(made, tags=_HELP_TAGS, attributes={"a": {"href"}}, link_rel="nofollow"))
