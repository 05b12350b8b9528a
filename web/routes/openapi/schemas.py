"""The shapes of the answers, as JSON Schema."""

from __future__ import annotations

from typing import Any

from juanzong.index.store.suggestions import KINDS
from juanzong.search.study.places import LEVELS

STRING: dict[str, Any] = {"type": "string"}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
STRINGS: dict[str, Any] = {"type": "array", "items": STRING}
PAGES_OF = {"type": "array", "items": COUNT, "maxItems": 2}

_MARKS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2},
    "description": "Offsets in Unicode code points, end exclusive.",
}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _optional(kind: str) -> dict[str, Any]:
    return {"type": [kind, "null"]}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def schemas() -> dict[str, Any]:
    """The shapes by name, as `ref` refers to them."""
    value = _object(
        {"value": STRING, "label": STRING, "count": COUNT, "selected": {"type": "boolean"}, "toggle_url": STRING}
    )
    facet = _object(
        {"label": STRING, "missing": COUNT, "values": {"type": "array", "items": value}},
        {"missing_selected": {"type": "boolean"}, "distinct": COUNT},
    )
    index = _object(
        {
            "generation": COUNT,
            "built_at": STRING,
            "documents": COUNT,
            "paragraphs": COUNT,
            "stale": {"type": "boolean"},
        },
        {"unread_pages": COUNT, "partial": COUNT},
    )
    hit = _object(
        {
            "id": STRING,
            "doc": STRING,
            "article": STRING,
            "title": _optional("string"),
            "source": _optional("string"),
            "kind": STRING,
            "text": STRING,
            "marks": _MARKS,
            "snippet": _object({"text": STRING, "marks": _MARKS}),
            "city": STRINGS,
            "agency": STRINGS,
            "date": _optional("string"),
            "date_basis": _optional("string"),
            "mentioned_dates": STRINGS,
            "score": {"type": "number"},
            "url": STRING,
        },
        {
            "seq": COUNT,
            "opening": _optional("string"),
            "source_detail": _optional("string"),
            "articles_other": COUNT,
            "duplicates": COUNT,
            "pages": PAGES_OF,
            "pages_about": {"type": "boolean"},
            "flags": STRINGS,
            "added": _optional("string"),
            "boxes": {"type": "array", "items": {"type": "array", "items": COUNT, "minItems": 5, "maxItems": 5}},
        },
    )
    query = _object(
        {"q": STRING, "mode": STRING, "relaxed": {"type": "boolean"}, "terms": STRINGS, "filters": {"type": "object"}},
        {"unmatched": STRINGS, "did_you_mean": STRINGS},
    )
    result = _object(
        {
            "ok": {"const": True},
            "query": query,
            "total": COUNT,
            "took_ms": {"type": "number"},
            "page": COUNT,
            "size": COUNT,
            "next_url": _optional("string"),
            "hits": {"type": "array", "items": ref("Hit")},
            "facets": _object({name: ref("Facet") for name in ("city", "agency", "source", "date")}),
            "index": ref("Index"),
        },
        {
            "articles": COUNT,
            "entries": COUNT,
            "left_out": {
                "type": "array",
                "items": {"enum": ["ranking", "did_you_mean"]},
                "description": "What there was no time for; totals and facets are whole.",
            },
        },
    )
    paragraph = _object(
        {
            "id": STRING,
            "seq": COUNT,
            "kind": STRING,
            "text": STRING,
            "marks": _MARKS,
            "city": STRINGS,
            "agency": STRINGS,
            "mentions": {"type": "array", "items": {"type": "object"}},
            "pages": PAGES_OF,
            "boxes": {"type": "array", "items": {"type": "array", "items": COUNT, "minItems": 6, "maxItems": 6}},
        }
    )
    article = _object(
        {
            "id": STRING,
            "title": _optional("string"),
            "source": _optional("string"),
            "source_detail": _optional("string"),
            "date": _optional("string"),
            "date_basis": _optional("string"),
            "city": _optional("string"),
            "agencies": STRINGS,
            "paragraphs": {"type": "array", "items": paragraph},
        }
    )
    document = _object(
        {
            "ok": {"const": True},
            "id": STRING,
            "path": STRING,
            "title": _optional("string"),
            "format": STRING,
            "encoding": STRING,
            "container": _optional("string"),
            "pages": COUNT,
            "pages_about": {"type": "boolean"},
            "unread": {"type": "array", "items": COUNT},
            "articles": {"type": "array", "items": article},
        }
    )
    suggestion = _object({"text": STRING, "kind": {"type": "string", "enum": list(KINDS)}, "count": COUNT, "q": STRING})
    suggestions = _object({"ok": {"const": True}, "suggestions": {"type": "array", "items": suggestion}})
    objects = {"type": "array", "items": {"type": "object"}}
    explanation = _object(
        {
            "ok": {"const": True},
            "id": STRING,
            "doc": STRING,
            "title": _optional("string"),
            "kind": STRING,
            "text": STRING,
            "query": query,
            "matches": {"type": "boolean"},
            "found": {"type": "boolean"},
            "parts": objects,
            "filters": objects,
            "score": _optional("number"),
            "second_stage": _object(
                {
                    "reranked": {"type": "boolean"},
                    "depth": COUNT,
                    "article_weight": {"type": "number"},
                    "previous_weight": {"type": "number"},
                    "lent_weight": {"type": "number"},
                }
            ),
            "terms": objects,
            "words": STRINGS,
        }
    )
    values = _object(
        {
            "ok": {"const": True},
            "facet": STRING,
            "label": STRING,
            "contains": STRING,
            "initial": STRING,
            "initials": {"type": "object", "additionalProperties": COUNT},
            "missing": COUNT,
            "missing_selected": {"type": "boolean"},
            "distinct": COUNT,
            "found": COUNT,
            "page": COUNT,
            "pages": COUNT,
            "next_url": _optional("string"),
            "values": {"type": "array", "items": value},
            "index": index,
        }
    )
    error = _object({"ok": {"const": False}, "error": STRING, "status": {"type": "integer"}})
    health = _object(
        {
            "ok": {"const": True},
            "generation": COUNT,
            "documents": COUNT,
            "paragraphs": COUNT,
            "built_at": STRING,
            "stale": {"type": "boolean"},
            "age_seconds": COUNT,
        }
    )
    point = _object(
        {
            "period": STRING,
            "count": COUNT,
            "base": COUNT,
            "rate": _optional("number"),
            "thin": {"type": "boolean"},
            "url": STRING,
        }
    )
    series = _object(
        {
            **dict.fromkeys(("label", "url"), STRING),
            **dict.fromkeys(("total", "undated", "coarse", "before", "after"), COUNT),
            "first": _optional("string"),
            "last": _optional("string"),
            "points": {"type": "array", "items": point},
        }
    )
    trend = _object(
        {
            "ok": {"const": True},
            **dict.fromkeys(("by", "grain", "unit", "scale", "dates"), STRING),
            "per": COUNT,
            "thin_below": COUNT,
            "periods": STRINGS,
            "series": {"type": "array", "items": series},
            "index": index,
        }
    )
    side = _object(
        {
            "label": STRING,
            "url": STRING,
            **dict.fromkeys(("paragraphs", "articles", "undated"), COUNT),
            "first": _optional("string"),
            "last": _optional("string"),
        }
    )
    word = _object(
        {
            "word": STRING,
            "counts": {"type": "array", "items": COUNT},
            "g2": {"type": "number"},
            "log_ratio": {"type": "number"},
            "urls": STRINGS,
        }
    )
    words = {"type": "array", "items": word}
    comparison = _object(
        {
            "ok": {"const": True},
            "by": STRING,
            "sides": {"type": "array", "items": side},
            "both": COUNT,
            "trend": ref("Trend"),
            "words": {"type": "array", "items": words},
            "common": words,
            "same_texts": COUNT,
            "texts": {"type": "array", "items": {"type": "array", "items": ref("Hit")}},
            "index": index,
        }
    )
    line = _object(
        {
            **dict.fromkeys(("left", "hit", "right", "id", "doc", "url", "kind"), STRING),
            "start": COUNT,
            "title": _optional("string"),
            "opening": _optional("string"),
            "source": _optional("string"),
            "source_detail": _optional("string"),
            "date": _optional("string"),
            "city": STRINGS,
            "agency": STRINGS,
        }
    )
    collocate = _object(
        {
            "word": STRING,
            **dict.fromkeys(("together", "before", "after", "everywhere"), COUNT),
            "log_dice": {"type": "number"},
        }
    )
    concordance = _object(
        {
            "ok": {"const": True},
            "q": STRING,
            **dict.fromkeys(("total", "lines", "left_out", "page", "size", "window"), COUNT),
            "next_url": _optional("string"),
            "concordance": {"type": "array", "items": line},
            "collocates": {"type": "array", "items": collocate},
            "measure": STRING,
            "index": index,
        }
    )
    place = _object(
        {
            "level": {"type": "string", "enum": list(LEVELS)},
            "name": STRING,
            "count": COUNT,
            "selected": {"type": "boolean"},
            "url": STRING,
            "places": {"type": "array", "items": ref("Place")},
        }
    )
    places = _object(
        {
            "ok": {"const": True},
            "q": STRING,
            **dict.fromkeys(("total", "missing"), COUNT),
            "places": {"type": "array", "items": ref("Place")},
            "index": index,
        }
    )
    return {
        "Place": place,
        "Places": places,
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
