"""The description of the HTTP interface, after OpenAPI 3.1. It says what the routes do, and nothing that they do not."""

from __future__ import annotations

from typing import Any

from juanzong.search.request import FACET_FIELDS
from juanzong.search.study.comparison import BY
from juanzong.search.study.timescale import GRAINS
from juanzong.search.study.trends import DATES, MOST_SERIES, SCALES, UNITS
from juanzong.web.initials import LETTERS
from juanzong.web.routes.facets import LONGEST, SIZE
from juanzong.web.routes.openapi.parameters import (
    BOILERPLATE,
    COLLAPSE,
    DOCUMENT,
    FILTERS,
    LINES,
    MODE,
    ORDER,
    PAGE,
    QUERY,
    SEARCH,
    SIDE,
    SIZE_OF,
    SORT,
    choice,
    parameter,
)
from juanzong.web.routes.openapi.schemas import STRING, STRINGS, ref, schemas
from juanzong.web.service.readers import SESSION


def _answer(description: str, content_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {content_type: {"schema": schema}}}


def _problem(description: str, content_type: str = "application/json") -> dict[str, Any]:
    return _answer(description, content_type, ref("Error") if content_type == "application/json" else STRING)


def _operation(
    name: str,
    summary: str,
    parameters: list[dict[str, Any]],
    good: dict[str, Any],
    errors: str = "application/json",
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    answers = {
        "200": good,
        "304": {"description": "Unchanged since the answer with the given entity tag."},
        "400": _problem("A parameter cannot be understood; the sentence says which and why.", errors),
        "401": _problem("There are accounts, and the request comes from none.", errors),
        "422": _problem(
            "The search took longer than this server gives it; nothing is shown rather than a part.", errors
        ),
        **(more or {}),
        "503": _problem("There is no index yet.", errors),
    }
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}}


def description(version: str) -> dict[str, Any]:
    """The whole description as a JSON object."""
    missing = {"404": _problem("There is no such document.")}
    everything = [QUERY, *FILTERS, MODE, ORDER, BOILERPLATE, COLLAPSE]
    exports = {
        f"/export.{form}": _operation(
            f"export_{form}",
            f"Every hit as {name}, streamed.",
            everything,
            _answer("All hits.", kind, STRING),
            errors="text/html",
        )
        for form, name, kind in (
            ("csv", "CSV with a byte order mark", "text/csv"),
            ("jsonl", "JSON lines", "application/x-ndjson"),
            ("md", "Markdown quotations", "text/markdown"),
        )
    }
    paragraph_id = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        "description": "The paragraph's id.",
    }
    citations = {
        f"/cite/{{id}}.{form}": _operation(
            f"cite_{form}",
            f"A paragraph as a reference in {name}.",
            [paragraph_id],
            _answer("The reference.", kind, schema),
            errors="text/html",
            more={"404": _problem("There is no such paragraph.", "text/html")},
        )
        for form, name, kind, schema in (
            ("txt", "one line after GB/T 7714", "text/plain", STRING),
            ("bib", "BibTeX", "application/x-bibtex", STRING),
            (
                "json",
                "CSL JSON",
                "application/vnd.citationstyles.csl+json",
                {"type": "array", "items": {"type": "object"}},
            ),
        )
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "juanzong",
            "version": version,
            "description": "Full-text search of a Chinese archive, by paragraph. Reading only: GET and HEAD. Where there are accounts, whoever sends none gets 401.",
        },
        "paths": {
            "/api/search": _operation(
                "search",
                "One page of matching paragraphs with exact totals and facets.",
                SEARCH,
                _answer("The result.", "application/json", ref("SearchResult")),
            ),
            "/api/doc/{id}": _operation(
                "document",
                "A document with the words of a query marked.",
                [DOCUMENT, QUERY, MODE],
                _answer("The document.", "application/json", ref("Document")),
                more=missing,
            ),
            "/page/{id}": _operation(
                "page_image",
                "A page of a document as it looks, or a cutting of it around a hit, where the operator lets readers have the files (--sources).",
                [
                    DOCUMENT,
                    parameter("n", {"type": "integer", "minimum": 1, "default": 1}, "The page."),
                    parameter("width", {"enum": [700, 1400, 2800], "default": 1400}, "Pixels across the page."),
                    parameter(
                        "box",
                        {"type": "array", "items": {"type": "string"}, "maxItems": 12},
                        "left,top,right,bottom of a hit in ten thousandths of the page, as `boxes` of a hit has them behind the page; with it a cutting is given.",
                    ),
                    parameter("shape", {"enum": ["", "narrow"]}, "narrow: a cutting half as high as wide."),
                ],
                _answer("The picture.", "image/jpeg", {"type": "string", "contentEncoding": "binary"}),
                more={"404": _problem("There is no such page.", "text/html")},
                errors="text/html",
            ),
            "/api/suggest": _operation(
                "suggest",
                "What a query that is being typed may become: text, pinyin, initials or a mixture of them.",
                [
                    parameter("q", {"type": "string", "maxLength": 2000}, "The query as far as it is typed."),
                    parameter(
                        "limit", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}, "At most so many."
                    ),
                ],
                _answer("Suggestions, the likeliest first.", "application/json", ref("Suggestions")),
            ),
            "/api/explain": _operation(
                "explain",
                "Why a paragraph is found by a search or not, and the parts of its score.",
                [
                    {
                        "name": "id",
                        "in": "query",
                        "required": True,
                        "schema": {"type": "string", "minLength": 1},
                        "description": "The paragraph's id.",
                    },
                    *SEARCH,
                ],
                _answer("The explanation.", "application/json", ref("Explanation")),
                more={"404": _problem("There is no such paragraph.")},
            ),
            "/api/facet/{name}": _operation(
                "facet",
                f"All values of a facet among what a search finds, {SIZE} a page, the most frequent first, chosen ones before them.",
                [
                    {
                        "name": "name",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "enum": list(FACET_FIELDS)},
                        "description": "The facet.",
                    },
                    parameter(
                        "initial",
                        {"type": "string", "enum": ["", *LETTERS]},
                        "Only values whose pinyin begins with this letter; `0` for those that begin with anything else.",
                    ),
                    parameter(
                        "contains",
                        {"type": "string", "maxLength": LONGEST},
                        "Only values that hold this text; width, case and script do not matter.",
                    ),
                    *SEARCH,
                ],
                _answer(
                    "The values, with `found` those that hold the text, `distinct` all.",
                    "application/json",
                    ref("FacetValues"),
                ),
            ),
            "/api/trends": _operation(
                "trends",
                "How often up to six searches find something in each period.",
                [
                    {**QUERY, "schema": {**STRINGS, "maxItems": MOST_SERIES}, "style": "form", "explode": True},
                    *FILTERS,
                    MODE,
                    BOILERPLATE,
                    choice(
                        "by",
                        FACET_FIELDS,
                        "Series are the values of this facet: the chosen ones, else the most frequent.",
                    ),
                    choice("grain", GRAINS, "The length of a period; without it one that suits what is found."),
                    choice("unit", UNITS, "What is counted."),
                    choice("scale", SCALES, "What a drawing shows; counts and rates are given in any case."),
                    choice("dates", DATES, "By the day of publication, or by days that paragraphs name."),
                ],
                _answer("The series over the same periods.", "application/json", ref("Trend")),
            ),
            "/api/compare": _operation(
                "compare",
                "Two sets of paragraphs side by side, with the words that tell one from the other.",
                [
                    QUERY,
                    *FILTERS,
                    MODE,
                    BOILERPLATE,
                    choice("by", BY, "What `a` and `b` are: values of a facet (city), periods, or queries."),
                    {**parameter("a", SIDE, "The first set."), "required": True},
                    {**parameter("b", SIDE, "The second set."), "required": True},
                ],
                _answer("The comparison.", "application/json", ref("Comparison")),
            ),
            "/api/concordance": _operation(
                "concordance",
                "Every hit on a line of its own, with the words beside all hits.",
                [QUERY, *FILTERS, MODE, LINES, PAGE, SIZE_OF, BOILERPLATE],
                _answer("One page of lines.", "application/json", ref("Concordance")),
            ),
            "/api/places": _operation(
                "places",
                "Where a search finds something: provinces, in them cities, in these districts, the most frequent first. Its own filters by place are left aside.",
                [QUERY, *FILTERS, MODE, BOILERPLATE],
                _answer("The tree; `missing` paragraphs are of no known city.", "application/json", ref("Places")),
            ),
            **exports,
            **citations,
            "/feed.atom": _operation(
                "feed",
                "The first 50 hits as an Atom feed, the newest first unless `sort` says otherwise.",
                [QUERY, *FILTERS, MODE, SORT, BOILERPLATE, COLLAPSE],
                _answer("The feed.", "application/atom+xml", STRING),
                errors="text/html",
            ),
            "/healthz": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether an index answers.",
                    "responses": {
                        "200": _answer(
                            "An index answers; `stale` says whether it should be rebuilt.",
                            "application/json",
                            ref("Health"),
                        ),
                        "503": _problem("There is no index yet."),
                    },
                }
            },
        },
        # either everybody may read, or those who have an account
        "security": [{}, {"key": []}, {"session": []}],
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key made by `juanzong user key NAME`."},
                "session": {"type": "apiKey", "in": "cookie", "name": SESSION, "description": "Begun at /login."},
            },
        },
    }
