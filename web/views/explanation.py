"""The page that says why a paragraph is found or not, as its template needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from juanzong.search import SearchRequest
from juanzong.search.answer.explanation import Explanation
from juanzong.web.language import Language
from juanzong.web.markup import is_traditional, marked, visible
from juanzong.web.views.links import PageAddresses
from juanzong.web.views.sentences import Sentence, asks, filters, verdict

_ID = re.compile(r"(?<![0-9A-Za-z])([0-9a-f]{16})(?![0-9A-Za-z])")


def paragraph_id(given: str) -> str:
    """The paragraph's id in what was pasted, the id itself or the address of its place in a document; "" where there is none."""
    found = _ID.findall(given[:4_000].lower())
    return found[-1] if found else ""


@dataclass(frozen=True, slots=True)
class TermRow:
    """What one term adds to the score."""

    term: str
    field: str
    times: int
    paragraphs: str
    rarity: str
    weight: str
    adds: str


class ExplanationPage:
    """One explanation: the paragraph with what was found in it, sentences, and the score as a table."""

    def __init__(self, found: Explanation, asked: SearchRequest, t: Language) -> None:
        self.found, self.t = found.found, t
        self.id, self.title = found.id, found.title or found.doc
        self.url = PageAddresses(asked).document(found.doc, f"p-{found.id}")
        self.lang = "zh-Hant" if is_traditional(found.text) else "zh-Hans"
        self.verdict = verdict(found, t)
        self.text: Markup = marked(found.text, found.marks())
        self.asks: list[Sentence] = list(asks(found, t))
        self.filters: list[Sentence] = list(filters(found, t))
        self.score = None if found.score is None or not found.terms else f"{found.score:.4f}"
        self.terms = [
            TermRow(
                visible(term.term),
                t.plain(f"explain.in.{term.field}"),
                term.tf,
                t.number(term.df),
                f"{term.idf:.2f}",
                f"{term.weight:g}",
                f"{term.contribution:.3f}",
            )
            for term in found.terms
        ]
        stage = found.second_stage
        self.context = {
            "depth": t.number(stage.depth),
            "article": f"{stage.article_weight:g}",
            "previous": f"{stage.previous_weight:g}",
            "lent": f"{stage.lent_weight:g}",
        }
        self.words = visible(" / ".join(found.words))
