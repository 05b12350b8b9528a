"""Values of a facet to choose from: boxes beside the results, the chosen ones first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from juanzong.search import SearchRequest
from juanzong.search.answer.facets import Facet
from juanzong.search.request import FACET_FIELDS
from juanzong.web.language import Language
from juanzong.web.markup import escaped, safe
from juanzong.web.views.links import PageAddresses, Value

SHOWN_VALUES = 8
# the cities of the largest province, with room for those beyond it that the same paragraphs name
_MAPPED = 60


def needed(request: SearchRequest) -> int:
    """How many values of a facet a page of results asks for: those that it shows, and as many as may be chosen among the first."""
    shown = SHOWN_VALUES + 1 + max(len(getattr(request, name)) for name in FACET_FIELDS)
    return max(shown, _MAPPED) if len(request.province) == 1 else shown


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet beside the results. `rest` values are not shown here; all of them are at `all_url`, and as JSON at `values_url`."""

    name: str
    shown: Markup
    distinct: int
    rest: int
    all_url: str
    values_url: str
    clear_url: str | None


def facet_view(facet: Facet, request: SearchRequest, address: PageAddresses, t: Language) -> FacetView:
    """Chosen values first, then by count; the bucket without a value last, or first where it is chosen."""
    chosen = [Value(v.value, v.count, True) for v in facet.values if v.selected]
    missing = Value("", facet.missing, facet.missing_selected)
    # what is chosen may have no match, and is then none of the distinct values
    unchosen = facet.distinct - sum(value.count > 0 for value in chosen)
    room = max(SHOWN_VALUES - len(chosen) - missing.selected, 1)
    if unchosen == room + 1:
        # “1 more” would take the room of the one
        room += 1
    others = [Value(v.value, v.count) for v in facet.values[: room + len(chosen)] if not v.selected][:room]
    if missing.selected:
        chosen.append(missing)
    shown = [*chosen, *others, *([missing] if missing.count and not missing.selected else [])]
    return FacetView(
        facet.name,
        boxes(facet.name, shown, t),
        facet.distinct,
        max(0, unchosen - len(others)),
        address.values(facet.name),
        address.values(facet.name, "/api"),
        address(**{facet.name: ()}) if getattr(request, facet.name) else None,
    )


def value_said(facet: str, value: str, t: Language) -> str:
    """A value as it is read: kinds and formats have names."""
    key = f"{facet}.{value}"
    return t.plain(key) if facet in ("kind", "format") and t.known(key) else value


def boxes(facet: str, values: Iterable[Value], t: Language) -> Markup:
    """The values as boxes to tick, strings put together: a page may have hundreds."""
    return Markup(
        "\n".join(
            [
                f"{_box(facet, value.value, value.selected, t)}<small>{t.number(value.count)}</small></label>"
                for value in values
            ]
        )
    )


def fieldset(t: Language, facet: FacetView, within: bool) -> Markup:
    """A facet as it stands beside the results; with a field to look `within` where there are more values than are shown."""
    of = t(f"facet.{facet.name}")
    clear = more = field = empty = data = ""
    if facet.clear_url:
        clear = f' <a href="{_href(facet.clear_url)}" aria-label="{t("filter.clear_facet", facet=of)}">{t("filter.clear")}</a>'
    if within:
        data = f' data-facet="{facet.name}" data-values="{_href(facet.values_url)}"'
        empty = "" if facet.shown else f'<p class="soft">{t("facet.empty")}</p>'
    if facet.rest:
        if within:
            field = (
                f'<input class="within" type="search" hidden placeholder="{t("filter.within", n=facet.distinct)}"'
                f' aria-label="{t("filter.within_label", facet=of)}" autocomplete="off" spellcheck="false">'
            )
        says = t("facet.more_of", facet=of, n=facet.rest)
        more = f'<p class="more"><a href="{_href(facet.all_url)}" rel="nofollow" aria-label="{says}">{t("facet.more", n=facet.rest)}</a></p>'
    return Markup(
        f'<fieldset class="facet"{data}>\n    <legend><span>{of}</span>{clear}</legend>\n{field}    {facet.shown}\n{more}{empty}  </fieldset>'
    )


def _href(url: str) -> str:
    # everything else that means something in HTML is percent-encoded
    return url.replace("&", "&amp;")


@lru_cache(4096)
def _box(facet: str, value: str, selected: bool, t: Language) -> str:
    """A box up to its count."""
    names = [name for name, holds in (("on", selected), ("none", not value)) if holds]
    styled = f' class="{" ".join(names)}"' if names else ""
    said = safe(value)
    shown = escaped(value_said(facet, value, t)) if facet in ("kind", "format") else said
    named = f'<bdi lang="zh">{shown}</bdi>' if said else f"<bdi>{escaped(t.plain('facet.none'))}</bdi>"
    return (
        f'<label{styled}><input type="checkbox" name="{facet}" value="{said}" form="ask"{" checked" if selected else ""}>'
        f"<span>{named}</span>"
    )
