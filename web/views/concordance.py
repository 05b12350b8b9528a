"""A page of a concordance: marks on lines of their own, and their collocates."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from markupsafe import Markup

from juanzong.search.study.concordance import WINDOW, Concordance, ConcordanceLine
from juanzong.web.language import Language
from juanzong.web.markup import is_traditional, safe
from juanzong.web.views.links import Link, PageAddresses, Paging


class ConcordanceView(Paging):
    """What the page shows beside the frame of every results page."""

    def __init__(self, found: Concordance, t: Language) -> None:
        self.found, self.request, self.t = found, found.request, t
        self.address = PageAddresses(found.request)
        self.pages = found.pages

    @property
    def told(self) -> Markup:
        """How many lines there are, and which paragraphs have none."""
        return self.t("concordance.found", n=self.found.lines, count=self.t.number(self.found.lines))

    @property
    def left_out(self) -> str:
        return (
            self.t.plain("concordance.left_out", n=self.found.left_out, count=self.t.number(self.found.left_out))
            if self.found.left_out
            else ""
        )

    @property
    def sorts(self) -> list[Link]:
        return [
            Link(self.address(sort=sort), self.t.plain(f"sort.{sort}"), sort == self.request.sort)
            for sort in ("left", "right", "place", "relevance", "-date", "date")
        ]

    @property
    def widest(self) -> int:
        """How wide the column of hits is, in characters, up to 9."""
        return min(9, max((len(line.marked) for line in self.found.shown), default=2))

    @property
    def rows(self) -> Markup:
        return Markup("\n".join(_row(line, self.address, self.t) for line in self.found.shown))

    @property
    def collocates(self) -> list[tuple[str, int, int, int, str, str]]:
        """Collocates: the word, before, after, everywhere, its logDice, and the search for both."""
        q = self.request.q
        own = f'"{q}"' if self.request.mode == "exact" and q.strip() else q
        return [
            (
                word.text,
                word.before,
                word.after,
                word.everywhere,
                f"{word.log_dice:.1f}",
                PageAddresses(replace(self.request, q=f'{own} "{word.text}"', mode="all", page=1))(),
            )
            for word in self.found.collocates
        ]

    @property
    def how(self) -> str:
        return self.t.plain("concordance.how", n=WINDOW)


def _row(line: ConcordanceLine, address: PageAddresses, t: Language) -> str:
    hit = line.hit
    lang = "zh-Hant" if is_traditional(hit.text) else "zh-Hans"
    facts = [
        escape(t.date(hit.date)) if hit.date else escape(t.plain("results.undated")),
        *(safe(city) for city in hit.city[:1]),
    ]
    # what stands before a hit runs up to it, and is cut at its beginning
    return (
        f'<tr><td class="left" lang="{lang}"><bdi>{_flat(line.left)}</bdi></td>'
        f'<td class="key" lang="{lang}"><a href="{escape(address.document(hit.doc, f"p-{hit.id}"))}"><mark>{_flat(line.marked)}</mark></a></td>'
        f'<td class="right" lang="{lang}"><bdi>{_flat(line.right)}</bdi></td><td class="about">{" · ".join(facts)}</td></tr>'
    )


def _flat(text: str) -> str:
    return safe(" ".join(text.split("\n")))
