"""What is known of a hit or an article, on one line: date, source, city, bodies."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from juanzong.search.output.citation import INFERRED
from juanzong.web.language import Language
from juanzong.web.markup import escaped, safe


class ShownFact(NamedTuple):
    """A fact about a hit or an article. `kind` is date, value or note."""

    kind: str
    text: str
    basis: str | None = None

    @property
    def inferred(self) -> bool:
        return self.basis in INFERRED


def line(facts: Iterable[ShownFact], t: Language) -> Markup:
    """The facts, a dot between them; an inferred date says how it was inferred."""
    return Markup(" · ".join(_written(fact, t) for fact in facts))


def _written(fact: ShownFact, t: Language) -> str:
    if fact.kind == "value":
        return _value(fact.text)
    if fact.kind == "note":
        return f"<span>{escaped(fact.text)}</span>"
    said = escaped(t.date(fact.text))
    machine = "" if fact.text.startswith("-") else f' datetime="{escaped(fact.text)}"'
    if fact.inferred:
        how = escaped(t.basis(fact.basis))
        return f'<time{machine}><abbr title="{how}">{said}</abbr></time><span class="sr"> ({how})</span>'
    return f"<time{machine}>{said}</time>"


@lru_cache(4096)
def _value(text: str) -> str:
    return f'<bdi lang="zh">{safe(text)}</bdi>'
