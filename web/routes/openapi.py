"""The description of the HTTP interface, after OpenAPI 3.1. It says what the routes do, and nothing that they do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from juanzong.index.store.suggestions import KINDS
from juanzong.search.address import NO, YES
from juanzong.search.request import COLLAPSES, FACET_FIELDS, LINE_SORTS, MODES, SORTS
from juanzong.search.study.comparison import BY
from juanzong.search.study.comparison import LONGEST as LONGEST_SIDE
from juanzong.search.study.timescale import GRAINS
from juanzong.search.study.trends import DATES, MOST_SERIES, SCALES, UNITS
from juanzong.web.routes.facets import LONGEST, SIZE
from juanzong.web.service.requests import LARGEST_PAGE

# A calendar is no pattern: 2021-02-30 fits, and is answered with 400. A value left empty is as if it were not given.
_DATE = r"^(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"
_PARTIAL = _DATE[2:-3]
_SPAN = rf"^({_PARTIAL}(\.\.({_PARTIAL})?)?|\.\.{_PARTIAL})?$"
_STRING: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_STRINGS: dict[str, Any] = {"type": "array", "items": _STRING}
_PAGES = {"type": "array", "items": _COUNT, "maxItems": 2}

_MARKS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2},
    "description": "Offsets in Unicode code points, end exclusive.",
}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _optional(kind: str) -> dict[str, Any]:
    return {"type": [kind, "null"]}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _parameter(name: str, schema: dict[str, Any], description: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description, **more}


_Q = _parameter("q", {"type": "string", "maxLength": 2000}, "The query; `*` matches every paragraph.")
_MODE = _parameter(
    "mode",
    {"type": "string", "enum": list(MODES), "default": "all"},
    "Whether all words, any word or the exact text must stand.",
)
_BOILERPLATE = _parameter(
    "boilerplate", {"type": "string", "enum": [*YES, *NO]}, "1 includes paragraphs that are boilerplate."
)
_FILTERS = [
    *(
        _parameter(
            name,
            _STRINGS,
            f"Values of the facet {name}, any of which may hold; an empty one is the bucket without a value.",
            style="form",
            explode=True,
        )
        for name in FACET_FIELDS
    ),
    _parameter("from", {"type": "string", "pattern": _DATE}, "First date, inclusive: YYYY, YYYY-MM or YYYY-MM-DD."),
    _parameter("to", {"type": "string", "pattern": _DATE}, "Last date, inclusive."),
    _parameter(
        "mentioned",
        {"type": "string", "pattern": _SPAN},
        "A date that the paragraph itself names, or a span of them: 2021-03..2021-08; either side may be left out.",
    ),
    _parameter(
        "added",
        {"type": "string", "pattern": _SPAN},
        "The day on which the document first came into the index, or a span of days.",
    ),
    _parameter(
        "first", {"type": "string", "enum": [*YES, *NO]}, "1 leaves the earliest of paragraphs that say the same."
    ),
    _parameter(
        "fresh",
        {"type": "string", "enum": [*YES, *NO]},
        "1 leaves what came in after the first generation of the index.",
    ),
]
_SORT = _parameter(
    "sort",
    {"type": "string", "enum": list(SORTS), "default": "relevance"},
    "`date` is oldest first, `-date` newest first, `added` what came into the index last first.",
)
_ORDER = {
    **_SORT,
    "schema": {"type": "string", "enum": list(SORTS)},
    "description": "The order of the pages; without it hits come in the order of ids, and none is collapsed.",
}
_PAGE = _parameter("page", {"type": "integer", "minimum": 1, "default": 1}, "Page, from 1.")
_SIZE = _parameter("size", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": 10}, "Hits a page.")
_COLLAPSE = _parameter(
    "collapse",
    {"type": "string", "enum": [by for by in COLLAPSES if by]},
    "Lists one hit of each article, or one of those that say the same; `entries` counts what is listed, `total` stays all matches.",
)
_SEARCH = [_Q, *_FILTERS, _MODE, _SORT, _PAGE, _SIZE, _BOILERPLATE, _COLLAPSE]
_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "description": "The document's id; a slash is written %2F.",
}


_SIDE = {"type": "string", "maxLength": LONGEST_SIDE}


def _choice(name: str, values: Sequence[str], description: str) -> dict[str, Any]:
    return _parameter(name, {"type": "string", "enum": list(values)}, description)


_LINES = _choice(
    "sort", (*SORTS, *LINE_SORTS), "The order of the lines; `left` and `right` by the text on that side of the hit."
)


def _answer(description: str, content_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {content_type: {"schema": schema}}}


def _problem(description: str, content_type: str = "application/json") -> dict[str, Any]:
    return _answer(description, content_type, _ref("Error") if content_type == "application/json" else _STRING)


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
        **(more or {}),
        "503": _problem("There is no index yet.", errors),
    }
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}}


def _schemas() -> dict[str, Any]:
    value = _object(
        {"value": _STRING, "label": _STRING, "count": _COUNT, "selected": {"type": "boolean"}, "toggle_url": _STRING}
    )
    facet = _object(
        {"label": _STRING, "missing": _COUNT, "values": {"type": "array", "items": value}},
        {"missing_selected": {"type": "boolean"}, "distinct": _COUNT},
    )
    index = _object(
        {
            "generation": _COUNT,
            "built_at": _STRING,
            "documents": _COUNT,
            "paragraphs": _COUNT,
            "stale": {"type": "boolean"},
        },
        {"unread_pages": _COUNT},
    )
    hit = _object(
        {
            "id": _STRING,
            "doc": _STRING,
            "article": _STRING,
            "title": _optional("string"),
            "source": _optional("string"),
            "kind": _STRING,
            "text": _STRING,
            "marks": _MARKS,
            "snippet": _object({"text": _STRING, "marks": _MARKS}),
            "city": _STRINGS,
            "agency": _STRINGS,
            "date": _optional("string"),
            "date_basis": _optional("string"),
            "mentioned_dates": _STRINGS,
            "score": {"type": "number"},
            "url": _STRING,
        },
        {
            "seq": _COUNT,
            "articles_other": _COUNT,
            "duplicates": _COUNT,
            "pages": _PAGES,
            "pages_about": {"type": "boolean"},
            "flags": _STRINGS,
            "added": _optional("string"),
        },
    )
    query = _object(
        {
            "q": _STRING,
            "mode": _STRING,
            "relaxed": {"type": "boolean"},
            "terms": _STRINGS,
            "filters": {"type": "object"},
        },
        {"unmatched": _STRINGS, "did_you_mean": _STRINGS},
    )
    result = _object(
        {
            "ok": {"const": True},
            "query": query,
            "total": _COUNT,
            "took_ms": {"type": "number"},
            "page": _COUNT,
            "size": _COUNT,
            "next_url": _optional("string"),
            "hits": {"type": "array", "items": _ref("Hit")},
            "facets": _object({name: _ref("Facet") for name in ("city", "agency", "source", "date")}),
            "index": _ref("Index"),
        },
        {"articles": _COUNT, "entries": _COUNT},
    )
    paragraph = _object(
        {
            "id": _STRING,
            "seq": _COUNT,
            "kind": _STRING,
            "text": _STRING,
            "marks": _MARKS,
            "city": _STRINGS,
            "agency": _STRINGS,
            "mentions": {"type": "array", "items": {"type": "object"}},
            "pages": _PAGES,
            "boxes": {"type": "array", "items": {"type": "array", "items": _COUNT, "minItems": 6, "maxItems": 6}},
        }
    )
    article = _object(
        {
            "id": _STRING,
            "title": _optional("string"),
            "source": _optional("string"),
            "date": _optional("string"),
            "date_basis": _optional("string"),
            "city": _optional("string"),
            "agencies": _STRINGS,
            "paragraphs": {"type": "array", "items": paragraph},
        }
    )
    document = _object(
        {
            "ok": {"const": True},
            "id": _STRING,
            "path": _STRING,
            "title": _optional("string"),
            "format": _STRING,
            "encoding": _STRING,
            "container": _optional("string"),
            "pages": _COUNT,
            "pages_about": {"type": "boolean"},
            "unread": {"type": "array", "items": _COUNT},
            "articles": {"type": "array", "items": article},
        }
    )
    suggestion = _object(
        {"text": _STRING, "kind": {"type": "string", "enum": list(KINDS)}, "count": _COUNT, "q": _STRING}
    )
    suggestions = _object({"ok": {"const": True}, "suggestions": {"type": "array", "items": suggestion}})
    objects = {"type": "array", "items": {"type": "object"}}
    explanation = _object(
        {
            "ok": {"const": True},
            "id": _STRING,
            "doc": _STRING,
            "title": _optional("string"),
            "kind": _STRING,
            "text": _STRING,
            "query": query,
            "matches": {"type": "boolean"},
            "found": {"type": "boolean"},
            "parts": objects,
            "filters": objects,
            "score": _optional("number"),
            "second_stage": _object(
                {
                    "reranked": {"type": "boolean"},
                    "depth": _COUNT,
                    "article_weight": {"type": "number"},
                    "previous_weight": {"type": "number"},
                }
            ),
            "terms": objects,
            "words": _STRINGS,
        }
    )
    values = _object(
        {
            "ok": {"const": True},
            "facet": _STRING,
            "label": _STRING,
            "contains": _STRING,
            "missing": _COUNT,
            "missing_selected": {"type": "boolean"},
            "distinct": _COUNT,
            "found": _COUNT,
            "page": _COUNT,
            "pages": _COUNT,
            "next_url": _optional("string"),
            "values": {"type": "array", "items": value},
            "index": index,
        }
    )
    error = _object({"ok": {"const": False}, "error": _STRING, "status": {"type": "integer"}})
    health = _object(
        {
            "ok": {"const": True},
            "generation": _COUNT,
            "documents": _COUNT,
            "paragraphs": _COUNT,
            "built_at": _STRING,
            "stale": {"type": "boolean"},
            "age_seconds": _COUNT,
        }
    )
    point = _object(
        {
            "period": _STRING,
            "count": _COUNT,
            "base": _COUNT,
            "rate": _optional("number"),
            "thin": {"type": "boolean"},
            "url": _STRING,
        }
    )
    series = _object(
        {
            **dict.fromkeys(("label", "url"), _STRING),
            **dict.fromkeys(("total", "undated", "coarse", "before", "after"), _COUNT),
            "first": _optional("string"),
            "last": _optional("string"),
            "points": {"type": "array", "items": point},
        }
    )
    trend = _object(
        {
            "ok": {"const": True},
            **dict.fromkeys(("by", "grain", "unit", "scale", "dates"), _STRING),
            "per": _COUNT,
            "thin_below": _COUNT,
            "periods": _STRINGS,
            "series": {"type": "array", "items": series},
            "index": index,
        }
    )
    side = _object(
        {
            "label": _STRING,
            "url": _STRING,
            **dict.fromkeys(("paragraphs", "articles", "undated"), _COUNT),
            "first": _optional("string"),
            "last": _optional("string"),
        }
    )
    word = _object(
        {
            "word": _STRING,
            "counts": {"type": "array", "items": _COUNT},
            "g2": {"type": "number"},
            "log_ratio": {"type": "number"},
            "urls": _STRINGS,
        }
    )
    words = {"type": "array", "items": word}
    comparison = _object(
        {
            "ok": {"const": True},
            "by": _STRING,
            "sides": {"type": "array", "items": side},
            "both": _COUNT,
            "trend": _ref("Trend"),
            "words": {"type": "array", "items": words},
            "common": words,
            "same_texts": _COUNT,
            "texts": {"type": "array", "items": {"type": "array", "items": _ref("Hit")}},
            "index": index,
        }
    )
    line = _object(
        {
            **dict.fromkeys(("left", "hit", "right", "id", "doc", "url", "kind"), _STRING),
            "start": _COUNT,
            "title": _optional("string"),
            "source": _optional("string"),
            "date": _optional("string"),
            "city": _STRINGS,
            "agency": _STRINGS,
        }
    )
    neighbour = _object(
        {
            "word": _STRING,
            **dict.fromkeys(("together", "before", "after", "everywhere"), _COUNT),
            "log_dice": {"type": "number"},
        }
    )
    concordance = _object(
        {
            "ok": {"const": True},
            "q": _STRING,
            **dict.fromkeys(("total", "lines", "left_out", "page", "size", "window"), _COUNT),
            "next_url": _optional("string"),
            "concordance": {"type": "array", "items": line},
            "neighbours": {"type": "array", "items": neighbour},
            "measure": _STRING,
            "index": index,
        }
    )
    return {
        "Trend": trend,
        "Comparison": comparison,
        "Concordance": concordance,
        "SearchResult": result,
        "Hit": hit,
        "Facet": facet,
        "Index": index,
        "Document": document,
        "Suggestions": suggestions,
        "FacetValues": values,
        "Explanation": explanation,
        "Error": error,
        "Health": health,
    }


def description(version: str) -> dict[str, Any]:
    """The whole description as a JSON object."""
    missing = {"404": _problem("There is no such document.")}
    everything = [_Q, *_FILTERS, _MODE, _ORDER, _BOILERPLATE, _COLLAPSE]
    exports = {
        f"/export.{form}": _operation(
            f"export_{form}",
            f"Every hit as {name}, streamed.",
            everything,
            _answer("All hits.", kind, _STRING),
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
            ("txt", "one line after GB/T 7714", "text/plain", _STRING),
            ("bib", "BibTeX", "application/x-bibtex", _STRING),
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
            "description": "Full-text search of a Chinese archive, by paragraph. Reading only: GET and HEAD.",
        },
        "paths": {
            "/api/search": _operation(
                "search",
                "One page of matching paragraphs with exact totals and facets.",
                _SEARCH,
                _answer("The result.", "application/json", _ref("SearchResult")),
            ),
            "/api/doc/{id}": _operation(
                "document",
                "A document with the words of a query marked.",
                [_ID, _Q, _MODE],
                _answer("The document.", "application/json", _ref("Document")),
                more=missing,
            ),
            "/api/suggest": _operation(
                "suggest",
                "What a query that is being typed may become: text, pinyin, initials or a mixture of them.",
                [
                    _parameter("q", {"type": "string", "maxLength": 2000}, "The query as far as it is typed."),
                    _parameter(
                        "limit", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}, "At most so many."
                    ),
                ],
                _answer("Suggestions, the likeliest first.", "application/json", _ref("Suggestions")),
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
                    *_SEARCH,
                ],
                _answer("The explanation.", "application/json", _ref("Explanation")),
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
                    _parameter(
                        "contains",
                        {"type": "string", "maxLength": LONGEST},
                        "Only values that hold this text; width, case and script do not matter.",
                    ),
                    *_SEARCH,
                ],
                _answer(
                    "The values, with `found` those that hold the text, `distinct` all.",
                    "application/json",
                    _ref("FacetValues"),
                ),
            ),
            "/api/trends": _operation(
                "trends",
                "How often up to six searches find something in each period.",
                [
                    {**_Q, "schema": {**_STRINGS, "maxItems": MOST_SERIES}, "style": "form", "explode": True},
                    *_FILTERS,
                    _MODE,
                    _BOILERPLATE,
                    _choice(
                        "by",
                        FACET_FIELDS,
                        "Series are the values of this facet: the chosen ones, else the most frequent.",
                    ),
                    _choice("grain", GRAINS, "The length of a period; without it one that suits what is found."),
                    _choice("unit", UNITS, "What is counted."),
                    _choice("scale", SCALES, "What a drawing shows; counts and rates are given in any case."),
                    _choice("dates", DATES, "By the day of publication, or by days that paragraphs name."),
                ],
                _answer("The series over the same periods.", "application/json", _ref("Trend")),
            ),
            "/api/compare": _operation(
                "compare",
                "Two sets of paragraphs side by side, with the words that tell one from the other.",
                [
                    _Q,
                    *_FILTERS,
                    _MODE,
                    _BOILERPLATE,
                    _choice("by", BY, "What `a` and `b` are: values of a facet (city), periods, or queries."),
                    {**_parameter("a", _SIDE, "The first set."), "required": True},
                    {**_parameter("b", _SIDE, "The second set."), "required": True},
                ],
                _answer("The comparison.", "application/json", _ref("Comparison")),
            ),
            "/api/concordance": _operation(
                "concordance",
                "Every hit on a line of its own, with the words beside all hits.",
                [_Q, *_FILTERS, _MODE, _LINES, _PAGE, _SIZE, _BOILERPLATE],
                _answer("One page of lines.", "application/json", _ref("Concordance")),
            ),
            **exports,
            **citations,
            "/feed.atom": _operation(
                "feed",
                "The first 50 hits as an Atom feed, the newest first unless `sort` says otherwise.",
                [_Q, *_FILTERS, _MODE, _SORT, _BOILERPLATE, _COLLAPSE],
                _answer("The feed.", "application/atom+xml", _STRING),
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
                            _ref("Health"),
                        ),
                        "503": _problem("There is no index yet."),
                    },
                }
            },
        },
        "components": {"schemas": _schemas()},
    }
