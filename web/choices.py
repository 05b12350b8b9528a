"""A facet beside the results: a list of values to choose from, the chosen ones first."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from search import SearchRequest
from search.facets import Facet
from web.language import Language
from web.links import Addresses, Value
from web.markup import safe

SHOWN_VALUES = 8


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet as two lists of choices. `rest` values lie behind “more”; `unlisted` ones are too many to list at all."""

    name: str
    shown: Markup
    more: Markup
    distinct: int
    rest: int
    unlisted: int
    clear_url: str | None


def facet_view(facet: Facet, request: SearchRequest, address: Addresses, t: Language) -> FacetView:
    """Chosen values first, then by count; the bucket without a value last, or first where it is chosen."""
    values = [Value(v.value, v.count, v.selected) for v in sorted(facet.values, key=lambda v: not v.selected)]
    missing = Value("", facet.missing, facet.missing_selected)
    chosen = sum(v.selected for v in values)
    if missing.selected:
        values.insert(chosen, missing)
    cut = max(SHOWN_VALUES, chosen + 1)
    cut = len(values) if len(values) <= cut + 1 else cut
    shown, more = values[:cut], values[cut:]
    if missing.count and not missing.selected:
        shown.append(missing)
    unlisted = max(0, facet.distinct - len(facet.values))
    return FacetView(facet.name, _choices(facet.name, shown, t), _choices(facet.name, more, t), facet.distinct, len(more) + unlisted, unlisted,
                     address(**{facet.name: ()}) if getattr(request, facet.name) else None)


def _choices(facet: str, values: Iterable[Value], t: Language) -> Markup:
    """The values as boxes to tick. They are strings put together, for a page may have three hundred."""
    none = escape(t.plain("facet.none"))
    return Markup("\n".join(
        f'<label{_class(value)}><input type="checkbox" name="{facet}" value="{safe(value.value)}" form="ask"{" checked" if value.selected else ""}>'
        + (f'<span><bdi lang="zh">{safe(value.value)}</bdi></span>' if value.value else f"<span><bdi>{none}</bdi></span>")
        + f"<small>{t.number(value.count)}</small></label>"
        for value in values))


def _class(value: Value) -> str:
    names = [name for name, holds in (("on", value.selected), ("none", not value.value)) if holds]
    return f' class="{" ".join(names)}"' if names else ""
