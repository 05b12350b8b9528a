"""The page image beside the text of a document: which page is shown, what is boxed on it, and the ways to the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from juanzong.search.address import escaped
from juanzong.search.answer.boxes import Line, PageBox, regions
from juanzong.search.answer.result import DocumentView
from juanzong.web.language import Language

DRAWN = ("pdf", "image")
"""Formats whose pages can be drawn."""
_PAGE, _LARGE, _SMALL = 1400, 2800, 700
_MOST_BOXES = 4


class ReadersPlace(NamedTuple):
    """Where in a document a reader is: at a hit (from 1), else at a paragraph; `sheet` is a page (from 1) that was turned to. 0 and "" for none."""

    hit: int = 0
    paragraph: str = ""
    sheet: int = 0

    @classmethod
    def of(cls, values: Mapping[str, str]) -> ReadersPlace:
        """As an address says it; what makes no sense is nowhere."""

        def number(name: str) -> int:
            text = values.get(name, "")
            return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

        return cls(number("hit"), values.get("paragraph", ""), number("sheet"))


NOWHERE = ReadersPlace()


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: the paragraph it stands in, the page, and its boxes."""

    paragraph: str
    page: int
    boxes: Sequence[PageBox]


@dataclass(frozen=True, slots=True)
class Rect:
    """A box of a hit or of the current paragraph, in ten thousandths of the page. `hit` is its number, 0 for none."""

    left: int
    top: int
    width: int
    height: int
    hit: int = 0
    current: bool = False

    @classmethod
    def around(cls, box: Sequence[int], hit: int = 0, current: bool = False) -> Rect:
        left, top, right, bottom = box[-4:]
        return cls(left, top, max(1, right - left), max(1, bottom - top), hit, current)


class Facsimile:
    """One page of a document as it looks. `state` is what its addresses carry along."""

    def __init__(
        self,
        document: DocumentView,
        place: ReadersPlace,
        hits: Sequence[Found],
        lines: Mapping[str, Sequence[Line]],
        state: str,
        t: Language,
    ) -> None:
        """`lines` are those of each paragraph that has any, in the order of the document."""
        self._id, self._state = escaped(document.id), state
        self.total, self._t = document.pages, t
        hit = place.hit if 0 < place.hit <= len(hits) else 0
        if not hit and not place.sheet:
            # a paragraph stands for its first hit, a search for the first of all
            own = (n for n, found in enumerate(hits, 1) if not place.paragraph or found.paragraph == place.paragraph)
            hit = next(own, 0)
        self.hit = hit
        paragraph = hits[hit - 1].paragraph if hit else place.paragraph
        begins = hits[hit - 1].page if hit else _first_page(lines.get(paragraph, ())) or _first_page_of(lines)
        self.number = min(max(1, place.sheet or begins or 1), max(1, self.total))
        self.pages = " ".join(str(found.page) for found in hits)
        self.hits = [
            Rect.around(box, number, number == hit)
            for number, found in enumerate(hits, 1)
            for box in found.boxes
            if box[0] == self.number
        ]
        # those of other paragraphs with hits are there for the walk of a browser that runs scripts
        shown = dict.fromkeys([paragraph, *(found.paragraph for found in hits if found.page == self.number)])
        self.paragraphs = [
            (own, own == paragraph, Rect.around(box))
            for own in shown
            for box in regions(lines.get(own, ()), self.number)
        ]
        self._cut = [box[1:] for box in (hits[hit - 1].boxes if hit else ()) if box[0] == self.number]
        self._cut = self._cut or [_corners(rect) for _, current, rect in self.paragraphs if current][:1]

    @property
    def base(self) -> str:
        return f"/page/{self._id}"

    @property
    def url(self) -> str:
        return f"{self.base}?n={self.number}&width={_PAGE}"

    @property
    def sources(self) -> str:
        return ", ".join(f"{self.base}?n={self.number}&width={width} {width}w" for width in (_SMALL, _PAGE, _LARGE))

    @property
    def large_url(self) -> str:
        return f"{self.base}?n={self.number}&width={_LARGE}"

    @property
    def cutting_url(self) -> str | None:
        """A part of the page for narrow windows, where a hit or a paragraph is current."""
        return cutting(self._id, self.number, self._cut, "narrow") if self._cut else None

    @property
    def previous_url(self) -> str | None:
        return self._turned(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self._turned(self.number + 1) if self.number < self.total else None

    def _turned(self, number: int) -> str:
        return f"{at(self._id, self._state)}{'&' if self._state else '?'}sheet={number}#sheet"

    @property
    def alt(self) -> str:
        t = self._t
        said = t.plain("sheet.alt", n=t.number(self.number), pages=t.number(self.total))
        marked = len({rect.hit for rect in self.hits})
        return said + (t.plain("sheet.alt_hits", n=marked) if marked else "")


def at(escaped_id: str, state: str) -> str:
    return f"/doc/{escaped_id}" + (f"?{state}" if state else "")


def cutting(escaped_id: str, page: int, boxes: Sequence[Sequence[int]], shape: str = "") -> str:
    """The address of a part of a page around boxes (left, top, right, bottom)."""
    said = "".join(f"&box={','.join(map(str, box))}" for box in boxes[:_MOST_BOXES])
    return f"/page/{escaped_id}?n={page}{said}" + (f"&shape={shape}" if shape else "")


def _corners(rect: Rect) -> tuple[int, int, int, int]:
    # the beginning of a paragraph, not its middle
    return rect.left, rect.top, rect.left + rect.width, rect.top + min(rect.height, 250)


def _first_page(lines: Sequence[Line]) -> int:
    return lines[0][1] if lines else 0


def _first_page_of(lines: Mapping[str, Sequence[Line]]) -> int:
    return next((own[0][1] for own in lines.values() if own), 0)
