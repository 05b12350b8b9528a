"""What may be asked: the parameters of the addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from juanzong.search.address import NO, YES
from juanzong.search.request import COLLAPSES, FACET_FIELDS, LINE_SORTS, MODES, SORTS
from juanzong.search.study.comparison import LONGEST as LONGEST_SIDE
from juanzong.web.routes.openapi.schemas import STRINGS
from juanzong.web.service.requests import LARGEST_PAGE

# A calendar is no pattern: 2021-02-30 fits, and is answered with 400. A value left empty is as if it were not given.
_DATE = r"^(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"
_PARTIAL = _DATE[2:-3]
_SPAN = rf"^({_PARTIAL}(\.\.({_PARTIAL})?)?|\.\.{_PARTIAL})?$"


def parameter(name: str, schema: dict[str, Any], description: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description, **more}


QUERY = parameter("q", {"type": "string", "maxLength": 2000}, "The query; `*` matches every paragraph.")
MODE = parameter(
    "mode",
    {"type": "string", "enum": list(MODES), "default": "all"},
    "Whether all words, any word or the exact text must stand.",
)
BOILERPLATE = parameter(
    "boilerplate", {"type": "string", "enum": [*YES, *NO]}, "1 includes paragraphs that are boilerplate."
)
FILTERS = [
    *(
        parameter(
            name,
            STRINGS,
            f"Values of the facet {name}, any of which may hold; an empty one is the bucket without a value.",
            style="form",
            explode=True,
        )
        for name in FACET_FIELDS
    ),
    parameter("from", {"type": "string", "pattern": _DATE}, "First date, inclusive: YYYY, YYYY-MM or YYYY-MM-DD."),
    parameter("to", {"type": "string", "pattern": _DATE}, "Last date, inclusive."),
    parameter(
        "mentioned",
        {"type": "string", "pattern": _SPAN},
        "A date that the paragraph itself names, or a span of them: 2021-03..2021-08; either side may be left out.",
    ),
    parameter(
        "added",
        {"type": "string", "pattern": _SPAN},
        "The day on which the document first came into the index, or a span of days.",
    ),
    parameter(
        "first", {"type": "string", "enum": [*YES, *NO]}, "1 leaves the earliest of paragraphs that say the same."
    ),
    parameter(
        "fresh",
        {"type": "string", "enum": [*YES, *NO]},
        "1 leaves what came in after the first generation of the index.",
    ),
]
SORT = parameter(
    "sort",
    {"type": "string", "enum": list(SORTS), "default": "relevance"},
    "`date` is oldest first, `-date` newest first, `added` what came into the index last first.",
)
ORDER = {
    **SORT,
    "schema": {"type": "string", "enum": list(SORTS)},
    "description": "The order of the pages; without it hits come in the order of ids, and none is collapsed.",
}
PAGE = parameter("page", {"type": "integer", "minimum": 1, "default": 1}, "Page, from 1.")
SIZE_OF = parameter("size", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": 10}, "Hits a page.")
COLLAPSE = parameter(
    "collapse",
    {"type": "string", "enum": [by for by in COLLAPSES if by]},
    "Lists one hit of each article, or one of those that say the same; `entries` counts what is listed, `total` stays all matches.",
)
SEARCH = [QUERY, *FILTERS, MODE, SORT, PAGE, SIZE_OF, BOILERPLATE, COLLAPSE]
DOCUMENT = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "description": "The document's id; a slash is written %2F.",
}


SIDE = {"type": "string", "maxLength": LONGEST_SIDE}


def choice(name: str, values: Sequence[str], description: str) -> dict[str, Any]:
    return parameter(name, {"type": "string", "enum": list(values)}, description)


LINES = choice(
    "sort", (*SORTS, *LINE_SORTS), "The order of the lines; `left` and `right` by the text on that side of the hit."
)
